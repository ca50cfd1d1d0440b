"""The service under real trouble: killed, its database stopped, its clients slow, cut off or speaking without TLS."""

from __future__ import annotations

import gzip
import random
import socket
import ssl
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest
import zstandard

from app.base.faults import Fault
from app.central.serve import HEAD_S, STALL_S, Listen, Serving
from app.proof.batch import check_receipt
from app.wiring.postgres import postgres_database
from app.wiring.service import check_centre
from tests.central.test_routes import framed
from tests.conftest import FULL

ROOT = Path(__file__).parents[2]
KILLS = 20 if FULL else 4


class Process:
    """A centre in a process of its own, on one port for life."""

    def __init__(self, world, url=None):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        authority = world.authority
        self._command = [sys.executable, "-m", "tests.central.served", str(world.folder), str(authority.chain),
                         str(authority.key), str(self.port), *([url] if url else [])]  # fmt: skip
        self.world = world
        self.start()

    def start(self):
        self._process = subprocess.Popen(self._command, cwd=ROOT, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise AssertionError("the centre did not start")

    def kill(self):
        self._process.kill()
        self._process.wait(10)

    close = kill

    @property
    def pid(self):
        return self._process.pid

    def client(self):
        context = self.world.authority.context()
        return httpx2.Client(
            base_url=f"https://localhost:{self.port}", verify=context, timeout=20, trust_env=False
        )

    def put(self, batch, sender):
        with self.client() as client:
            return client.put(sender.path(batch), content=batch)


@pytest.fixture(params=["sqlite", "postgresql"])
def process(request, make):
    """A process on each engine, which is killed at the end."""
    if request.param == "sqlite":
        made = Process(make())
    else:
        owner, ingest = request.getfixturevalue("cluster").database()
        role = ingest.split("user=")[1].split(" ")[0]
        world = make(postgres_database(owner, role=role, alone=True), postgres_database(ingest, alone=True))
        made = Process(world, ingest)
    yield made
    made.kill()


def until_received(process, batch, sender):
    """Send, and send again, as a device does: the receipt."""
    for _ in range(60):
        with suppress(httpx2.HTTPError):
            answer = process.put(batch, sender)
            if answer.status_code in (200, 201):
                return answer.text.strip()
            assert answer.status_code == 503, answer.text
        time.sleep(0.1)
    raise AssertionError("never received")


@pytest.mark.req("R-SYN-05", "R-SYN-07")
def test_a_killed_service_keeps_each_entry_once(process):
    one, world, chance = process.world.one, process.world, random.Random(7)
    for n in range(KILLS):
        one.write(300)
        batch = one.batch(n * 300, n * 300 + 300)
        sending = threading.Thread(target=lambda batch=batch: suppressed(process, batch, one))
        sending.start()
        time.sleep(chance.uniform(0.0, 0.08))
        process.kill()
        sending.join(30)
        process.start()
        receipt = until_received(process, batch, one)
        line = batch.split(b"\n", 1)[0].decode()
        told = check_receipt(receipt, site="kilda", line=line, tail=one.leaves[-1], centre=world.keys.public)
        assert told.pos == n + 1
    assert (world.count("entry"), world.count("receipt")) == (KILLS * 300, KILLS)
    assert check_centre(world.centre)["ok"]


def suppressed(process, batch, sender):
    with suppress(httpx2.HTTPError):
        process.put(batch, sender)


@pytest.mark.req("R-SYN-05", "R-SYN-07")
@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_database_that_stops_is_said_and_nothing_is_doubled(cluster, make, mode):
    owner, ingest = cluster.database()
    role = ingest.split("user=")[1].split(" ")[0]
    world = make(postgres_database(owner, role=role, alone=True), postgres_database(ingest, alone=True)).start()
    one = world.one.write(20)
    first = world.put(one.batch(0, 10)).text
    cluster.stop(mode)
    try:
        answer = world.put(one.batch(10, 20))
        with world.client() as client:
            health = client.get("/health")
    finally:
        cluster.start()
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "database", "5")
    assert health.status_code == 503
    world.owner.pool.close()
    assert world.put(one.batch(0, 10)).text == first
    assert [world.put(one.batch(10, 20)).status_code for _ in range(2)] == [201, 200]
    assert (world.count("entry"), world.count("receipt")) == (20, 2)


@pytest.fixture
def serving(make):
    """A centre on SQLite that answers."""
    return make().start()


def raw(world):
    """A TLS connection with nothing said yet."""
    return world.authority.context().wrap_socket(
        socket.create_connection(("127.0.0.1", world.port), 30), server_hostname="localhost"
    )


@pytest.mark.req("R-SYN-05")
def test_an_upload_cut_anywhere_leaves_nothing(serving):
    one = serving.one.write(30)
    batch = one.batch(0, 30)
    head = f"PUT {one.path(batch)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(batch)}\r\n\r\n".encode()
    request, chance = head + batch, random.Random(3)
    for at in [chance.randrange(len(request)) for _ in range(20)]:
        with raw(serving) as connection:
            connection.sendall(request[:at])
    assert serving.count("entry") == 0
    assert serving.put(batch).status_code == 201
    assert serving.count("entry") == 30


def test_a_client_that_never_finishes_its_question_is_dropped(serving):
    silent, dripping = raw(serving), raw(serving)
    began = time.monotonic()
    with silent, dripping:
        dripping.sendall(b"GET /health HTTP/1.1\r\nX: ")
        for connection in (silent, dripping):
            connection.settimeout(30)
            with suppress(OSError):
                assert connection.recv(1) == b""
        assert HEAD_S - 1 < time.monotonic() - began < 2 * HEAD_S
        with serving.client() as client:
            assert client.get("/health").json() == {"ok": True}


def test_a_head_without_end_does_not_fill_memory(serving):
    with raw(serving) as connection, pytest.raises(OSError):
        connection.sendall(b"GET /health HTTP/1.1\r\n")
        for _ in range(1000):
            connection.sendall(b"X: " + b"x" * 8000 + b"\r\n")
            time.sleep(0.001)


def memory(process):
    """The most that the service ever held in memory, in bytes."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError


@pytest.mark.req("R-SYN-03")
def test_bombs_at_once_do_not_fill_memory(make):
    process = Process(make())
    try:
        one = process.world.one.write(1)
        line, batch = one.batch(0, 1).split(b"\n", 1)[0], one.batch(0, 1)
        packer = zstandard.ZstdCompressor(3)
        bombs = [packer.compress(bytes(400_000_000)), packer.compress(line + b"\n" + b"ab\n" * 11_000_000),
                 gzip.compress(bytes(100_000_000), 6), packer.compress(line + b"\n" * 33_000_000)]  # fmt: skip

        def put(bomb):
            with process.client() as client:
                name = "gzip" if bomb[:2] == b"\x1f\x8b" else "zstd"
                return client.put(one.path(batch), content=bomb, headers={"content-encoding": name}).status_code

        before = memory(process)
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(put, bombs * 4)) <= {413, 422, 503}
        assert memory(process) - before < 400_000_000
        assert process.put(batch, one).status_code == 201
        assert process.world.count("quarantine") == 0
    finally:
        process.close()


@pytest.mark.req("R-SYN-01")
def test_without_tls_or_with_an_old_one_nothing_is_said(serving):
    with socket.create_connection(("127.0.0.1", serving.port), 10) as plain:
        plain.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with suppress(ConnectionResetError):
            assert not plain.recv(100).startswith(b"HTTP/")
    old = serving.authority.context()
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", serving.port), 10) as plain, pytest.raises(ssl.SSLError):
        old.wrap_socket(plain, server_hostname="localhost")


def test_a_centre_without_a_certificate_or_a_port_does_not_begin(serving, tmp_path):
    authority, taken = serving.authority, serving.port
    missing = Listen(host="127.0.0.1", port=0, chain=tmp_path / "none.pem", key=authority.key)
    wrong = Listen(host="127.0.0.1", port=0, chain=authority.key, key=authority.chain)
    for listen, code in ((missing, "centre.tls"), (wrong, "centre.tls")):
        with pytest.raises(Fault) as fault:
            Serving(serving.centre, listen, serving.limits, print).start()
        assert fault.value.code == code
    busy = Listen(host="127.0.0.1", port=taken, chain=authority.chain, key=authority.key)
    with pytest.raises(Fault) as fault:
        Serving(serving.centre, busy, serving.limits, print).start()
    assert fault.value.code == "centre.port"


FEED = b"GET /sync/v1/sites/kilda/feed HTTP/1.1\r\nHost: x\r\n\r\n"


def unread(world, port, asked=FEED):
    """A client that asks and takes nothing in."""
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.connect(("127.0.0.1", port))
    connection = world.authority.context().wrap_socket(plain, server_hostname="localhost")
    connection.sendall(asked)
    return connection


def long_feed(world, put):
    """Eight batches of a megabyte, received."""
    one = world.one.write(8 * 18, "x" * 60_000)
    batches = [one.batch(n, n + 18) for n in range(0, 8 * 18, 18)]
    for batch in batches:
        assert put(batch, one).status_code == 201
    return batches


@pytest.mark.req("R-SYN-06")
def test_readers_that_do_not_read_fill_no_memory_and_are_dropped(make):
    process = Process(make())
    try:
        batches = long_feed(process.world, process.put)
        before = memory(process)
        for _ in range(2):
            readers = [unread(process.world, process.port) for _ in range(40)]
            time.sleep(3)
            with process.client() as client:
                busy = client.get("/sync/v1/sites/kilda/feed")
                assert (busy.status_code, busy.headers["retry-after"]) == (503, "1")
            time.sleep(STALL_S + 1)
            with process.client() as client:
                told = client.get("/sync/v1/sites/kilda/feed")
            assert [batch for _, batch, _ in framed(told.content)[0]] == batches[: len(framed(told.content)[0])]
            for reader in readers:
                reader.close()
        assert memory(process) - before < 100_000_000
    finally:
        process.close()


def test_a_slow_reader_that_reads_gets_all_of_it(make):
    world = make().start()
    batches = long_feed(world, world.put)
    got = b""
    with unread(world, world.port, FEED.replace(b"x\r\n\r\n", b"x\r\nConnection: close\r\n\r\n")) as reader:
        reader.settimeout(30)
        while piece := reader.recv(16_384):
            got += piece
            time.sleep(0.002)
    assert got.startswith(b"HTTP/1.1 200") and batches[-2][-500:] in got


def test_receipts_that_nobody_reads_fill_no_memory(make):
    process = Process(make())
    try:
        one = process.world.one.write(300)
        for n in range(300):
            assert process.put(one.batch(n, n + 1), one).status_code == 201
        asked = one.path(b"x").rpartition("/batches")[0] + "/receipts"
        before = memory(process)
        readers = [
            unread(process.world, process.port, f"GET {asked} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            for _ in range(60)
        ]
        time.sleep(3)
        assert memory(process) - before < 40_000_000
        for reader in readers:
            reader.close()
    finally:
        process.close()
