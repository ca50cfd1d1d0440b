"""Nobody gets more of the centre than a share: how often, how much at once, how long; over TLS on a real socket."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable

import httpx2
import pytest

from app.central.gates import Limits
from tests.central.sender import Site

SECONDS = 20
RUBBISH = b"no batch at all"
"""Answered with 422 where there is a place for it, and never kept."""


def code(response):
    return response.status_code, response.json()["code"]


def until(found: Callable[[], bool]) -> None:
    """Ask again until it is so; AssertionError when it never came to be."""
    end = time.monotonic() + SECONDS
    while not found():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)


def test_a_client_that_asks_too_often_is_told_to_wait(make):
    world = make(limits=Limits(burst=5, every=0.5)).start()
    with world.client() as client:
        answers = [client.get("/health") for _ in range(8)]
    assert [one.status_code for one in answers[:5]] == [200] * 5
    assert code(answers[7]) == (429, "rate")
    assert int(answers[7].headers["retry-after"]) >= 1


def test_more_bodies_than_can_be_held_are_put_off(make):
    world = make(limits=Limits(burst=1000, every=0.001, uploads=1, body_s=30)).start()
    batch = world.one.write(1).batch(0, 1)
    hold, sending = threading.Event(), threading.Event()

    def slowly():
        yield batch[:10]
        sending.set()
        hold.wait(20)
        yield batch[10:]

    answers = []

    def first():
        with world.client() as client:
            answers.append(client.put(world.one.path(batch), content=slowly()).status_code)

    thread = threading.Thread(target=first)
    thread.start()
    sending.wait(20)
    until(lambda: world.put(RUBBISH).status_code == 503)
    other = world.put(batch)
    hold.set()
    thread.join(20)
    assert code(other) == (503, "busy")
    assert other.headers["retry-after"] == "1"
    assert answers == [201]


def test_a_body_that_takes_too_long_is_given_up(make):
    world = make(limits=Limits(burst=1000, every=0.001, body_s=1)).start()
    batch = world.one.write(1).batch(0, 1)

    def drip():
        for byte in batch:
            yield bytes([byte])
            time.sleep(0.05)

    with world.client() as client, pytest.raises((httpx2.HTTPError, AssertionError)):
        assert code(client.put(world.one.path(batch), content=drip())) != (408, "slow")
    assert world.events("refused")[-1]["code"] == "slow"
    assert world.count("entry") == 0
    assert world.put(batch).status_code == 201


def dribbling(world, path):
    """An upload that says how long it will be, and sends one byte of it."""
    connection = world.authority.context().wrap_socket(
        socket.create_connection(("127.0.0.1", world.port), 30), server_hostname="localhost"
    )
    connection.sendall(f"PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\na".encode())
    return connection


def test_an_upload_of_nobody_takes_no_place(make):
    world = make(limits=Limits(burst=1000, every=0.001, uploads=1, drain_s=20)).start()
    batch, nobody = world.one.write(1).batch(0, 1), Site("nowhere").one
    stranger = Site("kilda", ("dev9",)).devices["dev9"]
    paths = [nobody.path(b"x"), stranger.path(b"x"), world.one.path(b"x", site="nowhere")]
    open_ = [dribbling(world, path) for path in paths for _ in range(4)]
    # Nothing tells from outside that their heads were read; without this wait they might come after the honest one.
    time.sleep(0.5)
    assert world.put(batch).status_code == 201
    for connection in open_:
        connection.close()


def test_one_address_does_not_get_every_place(make):
    world = make(limits=Limits(burst=1000, every=0.001, uploads=4, each=1)).start()
    batch = world.one.write(1).batch(0, 1)
    with dribbling(world, world.one.path(b"x")):
        until(lambda: code(world.put(RUBBISH)) == (503, "busy"))
        with socket.create_connection(("127.0.0.1", world.port), 10, source_address=("127.0.0.2", 0)) as plain:
            head = f"PUT {world.one.path(batch)} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(batch)}\r\n\r\n"
            with world.authority.context().wrap_socket(plain, server_hostname="localhost") as other:
                other.sendall(head.encode() + batch)
                assert other.recv(100).startswith(b"HTTP/1.1 201")


def poll(world):
    """A long poll that nobody answers for 25 seconds."""
    connection = world.authority.context().wrap_socket(
        socket.create_connection(("127.0.0.1", world.port), 30), server_hostname="localhost"
    )
    connection.sendall(b"GET /sync/v1/sites/kilda/feed?after=9&wait=25 HTTP/1.1\r\nHost: x\r\n\r\n")
    return connection


def test_who_does_not_wait_needs_no_place_and_who_went_gives_it_back(make):
    world = make(limits=Limits(burst=1000, every=0.001, waiting=1)).start()
    waiting = poll(world)
    with world.client() as client:
        until(lambda: client.get("/sync/v1/sites/kilda/feed?wait=1").status_code == 503)
        assert code(client.get("/sync/v1/sites/kilda/feed?wait=5")) == (503, "busy")
        assert client.get("/sync/v1/sites/kilda/feed").status_code == 200
        waiting.close()
        until(lambda: client.get("/sync/v1/sites/kilda/feed?wait=1").status_code == 200)
