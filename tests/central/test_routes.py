"""The endpoints, over TLS on a real socket."""

from __future__ import annotations

import gzip
import json
import threading
import time
import tracemalloc

import pytest
import zstandard

from app.base.codec import b64u
from app.proof.batch import check_receipt
from tests.central.sender import Site


@pytest.fixture
def serving(make):
    """A centre on SQLite that answers."""
    return make().start()


def code(response):
    return response.status_code, response.json()["code"]


def framed(body):
    """What a feed holds: ((pos, batch, receipt), …) and its last line."""
    found, at = [], 0
    while True:
        end = body.index(b"\n", at)
        head = json.loads(body[at:end])
        if "next" in head:
            assert end == len(body) - 1
            return found, head
        found.append((head["pos"], body[end + 1 : end + 1 + head["bytes"]], head["receipt"]))
        at = end + 1 + head["bytes"]


@pytest.mark.req("R-SYN-01", "R-SYN-04")
def test_a_batch_is_put_and_its_receipt_comes_back_the_same_each_time(world):
    world.start()
    batch = world.one.write(9).batch(0, 9)
    first, again = world.put(batch), world.put(batch)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.headers["content-type"] == "application/jose"
    assert first.content == again.content
    line, tail = batch.split(b"\n")[0].decode(), world.one.leaves[-1]
    check_receipt(first.text.strip(), site="kilda", line=line, tail=tail, centre=world.keys.public)


@pytest.mark.parametrize("pack", [zstandard.ZstdCompressor(3).compress, gzip.compress])
def test_a_packed_batch_is_the_same_batch(serving, pack):
    batch = serving.one.write(9).batch(0, 9)
    name = "gzip" if pack is gzip.compress else "zstd"
    with serving.client() as client:
        answer = client.put(serving.one.path(batch), content=pack(batch), headers={"content-encoding": name})
    assert answer.status_code == 201
    assert serving.put(batch).content == answer.content


@pytest.mark.req("R-SYN-03")
def test_each_refusal_has_its_status_its_code_and_a_sentence(serving):
    one, two = serving.one.write(9), serving.site.devices["dev2"].write(3)
    whole = one.batch(0, 5)
    assert serving.put(whole).status_code == 201
    line = whole.split(b"\n")[0]
    stranger = Site("kilda", ("dev9",)).devices["dev9"].write(2)
    nowhere = Site("nowhere").one.write(2)
    cases = [
        (one.batch(7, 9), one, (409, "gap")), (one.batch(3, 9), one, (409, "overlap")),
        (one.batch(5, 9, key=two.keys.p256), one, (422, "signature")),
        (line[:-1] + (b"Q" if line.endswith(b"A") else b"A") + b"\n" + whole[len(line) + 1 :], one, (422, "signature")),
        (one.batch(5, 9)[:-3], one, (422, "truncated")), (one.batch(5, 9) + b"{}\n", one, (422, "count")),
        (one.batch(5, 9, cp=one.note(3)), one, (422, "chain")),
        (one.batch(5, 9, region="us"), one, (451, "region")),
        (stranger.batch(0, 2), stranger, (403, "device_unknown")), (nowhere.batch(0, 2), nowhere, (403, "site_unknown")),
    ]  # fmt: skip
    for batch, sender, expected in cases:
        answer = serving.put(batch, sender)
        assert code(answer) == expected
        assert answer.json()["say"]
    with serving.client() as client:
        assert code(client.put(one.path(one.batch(0, 4)), content=whole)) == (422, "url_mismatch")
        assert client.put(one.path(one.batch(7, 9)), content=one.batch(7, 9)).json()["need"] == 5
    assert (serving.count("entry"), serving.count("receipt"), serving.count("quarantine")) == (5, 1, 1)


@pytest.mark.req("R-SYN-02", "R-SYN-03")
def test_another_past_is_refused_with_its_place_and_kept_as_evidence_once(world):
    world.start()
    one = world.one.write(6)
    assert world.put(one.batch(0, 4)).status_code == 201
    honest, one.entries = one.entries, one.entries[:2]
    forked = one.write(4, "forged").batch(0, 6)
    for _ in range(3):
        answer = world.put(forked)
        assert (code(answer), answer.json()["at"]) == ((409, "fork"), 2)
    assert (world.count("entry"), world.count("receipt"), world.count("quarantine")) == (4, 1, 1)
    one.entries = honest
    assert world.put(one.batch(4, 6)).status_code == 201


NOT_SEALED = {
    "not-a-token": b"x", "two-parts": b"a.b", "no-bytes": b"", "not-ascii": "\u00e9.b.c".encode(), "long": b"a" * 70_000,
    "alg-none": b64u(b'{"alg":"none","kid":"k","typ":"countersign-batch+jws"}').encode() + b".e30.",
    "deep": b64u(b'{"alg":"ES256","kid":"k","typ":"countersign-batch+jws"}').encode() + b"."
            + b64u(b'{"a":' * 9000 + b"1" + b"}" * 9000).encode() + b"." + b64u(bytes(64)).encode(),
}  # fmt: skip


@pytest.mark.req("R-SYN-03")
@pytest.mark.parametrize("line", NOT_SEALED)
def test_what_is_no_seal_is_refused_and_not_kept(serving, line):
    batch = serving.one.write(2).batch(0, 2)
    forged = NOT_SEALED[line] + b"\n" + batch.partition(b"\n")[2]
    with serving.client() as client:
        answer = client.put(serving.one.path(batch), content=forged)
    assert answer.status_code == 422
    assert answer.json()["code"] in ("signature", "truncated")
    assert [serving.count(table) for table in ("entry", "receipt", "quarantine", "batch", "checkpoint")] == [
        0
    ] * 5


def test_deep_and_odd_questions_are_answered(serving):
    with serving.client() as client:
        for asked in (
            b"[" * 100_000,
            b'{"heads":' * 20_000,
            b'{"site":1}',
            b"\xff",
            b'{"a":1,"a":2}',
            b"1e999",
        ):
            assert code(client.post("/sync/v1/hello", content=asked)) == (400, "request")
        assert client.get("/health").status_code == 200


def test_a_wrong_hash_in_the_body_is_not_what_was_sealed(serving):
    batch = serving.one.write(3).batch(0, 3)
    changed = batch.replace(b'"n":1', b'"n":8')
    assert code(serving.put(changed)) == (422, "signature")
    assert serving.count("entry") == serving.count("quarantine") == 0


def test_a_revoked_device_is_refused(serving):
    batch = serving.one.write(2).batch(0, 2)
    assert serving.known(serving.site, issued="2026-01-02T00:00:00.000Z", until="2026-01-02T00:00:00.000Z")[
        "site"
    ]
    assert code(serving.put(batch)) == (403, "device_revoked")


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_a_bomb_is_refused_and_memory_stays_bounded(serving, encoding):
    zeros = bytes(400_000_000)
    bomb = zstandard.ZstdCompressor(3).compress(zeros) if encoding == "zstd" else gzip.compress(zeros, 6)
    del zeros
    batch = serving.one.write(1).batch(0, 1)
    tracemalloc.start()
    with serving.client() as client:
        answer = client.put(serving.one.path(batch), content=bomb, headers={"content-encoding": encoding})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code(answer) == (413, "too_large")
    assert peak < 160_000_000


def test_bodies_that_are_too_large_cut_or_packed_otherwise_are_refused(serving):
    batch = serving.one.write(1).batch(0, 1)
    packed = zstandard.ZstdCompressor(3).compress(batch)
    with serving.client() as client:
        path = serving.one.path(batch)

        def put(content, **headers):
            return code(
                client.put(path, content=content, headers={k.replace("_", "-"): v for k, v in headers.items()})
            )

        assert put(packed[:-9], content_encoding="zstd") == (422, "truncated")
        assert put(b"nothing", content_encoding="zstd") == (422, "truncated")
        assert put(b"nothing", content_encoding="gzip") == (422, "truncated")
        assert put(packed, content_encoding="br") == (415, "encoding")
        assert put(bytes(33 * 1024 * 1024)) == (413, "too_large")
        assert put(bytes(1024 * 1024) for _ in range(40)) == (413, "too_large")
    assert serving.count("entry") == 0


def test_where_nothing_is_there_is_said_in_the_same_form(serving):
    with serving.client() as client:
        assert code(client.get("/sync/v1/elsewhere")) == (404, "path")
        assert code(client.get("/sync/v1/hello")) == (405, "path")
        assert code(client.get("/sync/v1/sites/kilda/feed?after=-1")) == (400, "request")
        assert code(client.post("/sync/v1/hello", content=b"{")) == (400, "request")
        assert code(client.post("/sync/v1/hello", json={"protocols": [2]})) == (426, "protocol")
        assert code(client.get("/sync/v1/sites/kilda/logs/%2B/receipts")) == (400, "request")
        assert code(client.get("/sync/v1/sites/nowhere/feed")) == (403, "site_unknown")


def test_hello_says_where_a_log_stands(world):
    world.start()
    one = world.one.write(4)
    asked = {"site": "kilda", "log": one.log, "protocols": [1], "client": "1.0.0"}
    with world.client() as client:
        empty = client.post("/sync/v1/hello", json=asked).json()
        assert (empty["head"], empty["feed"], empty["region"]) == ({"n": 0, "h": None}, 0, "eu")
        world.put(one.batch(0, 4))
        told = client.post("/sync/v1/hello", json=asked).json()
    assert (told["head"], told["feed"]) == ({"n": 4, "h": b64u(one.leaves[3])}, 1)
    assert told["limits"]["batch_entries"] > 0
    assert told["inc"].startswith(world.keys.inc)


@pytest.mark.req("R-SYN-06")
def test_the_feed_hands_on_what_came_byte_for_byte(world):
    world.start()
    sent = [(device.write(3).batch(n, n + 3), device) for n in (0, 3) for device in world.site.devices.values()]
    sent = [(batch, world.put(batch, device).text.strip()) for batch, device in sent]
    with world.client() as client:
        found, end = framed(client.get("/sync/v1/sites/kilda/feed").content)
        assert [(batch, receipt) for _, batch, receipt in found] == sent
        assert (end["next"], end["more"]) == (4, False)
        some, more = framed(client.get("/sync/v1/sites/kilda/feed?after=1&limit=2").content)
        assert ([pos for pos, _, _ in some], more["next"], more["more"]) == ([2, 3], 3, True)
        assert framed(client.get("/sync/v1/sites/kilda/feed?after=4").content)[0] == []


def test_a_waiting_reader_is_told_at_once(serving):
    one = serving.one.write(2)
    found = []

    def read():
        with serving.client() as client:
            found.append(framed(client.get("/sync/v1/sites/kilda/feed?after=0&wait=20").content))

    reader = threading.Thread(target=read)
    began = time.monotonic()
    reader.start()
    time.sleep(0.5)
    serving.put(one.batch(0, 2))
    reader.join(20)
    assert time.monotonic() - began < 10
    assert found[0][0][0][0] == 1
    with serving.client() as client:
        assert framed(client.get("/sync/v1/sites/kilda/feed?after=1&wait=1").content)[0] == []


def test_receipts_are_told_again_for_a_device_that_lost_them(serving):
    one = serving.one.write(6)
    given = [serving.put(one.batch(n, n + 2)).text.strip() for n in (0, 2, 4)]
    with serving.client() as client:
        path = f"/sync/v1/sites/kilda/logs/{b64u(one.log.encode())}/receipts"
        rows = [json.loads(line) for line in client.get(path + "?after=2").text.splitlines()]
    assert [row["receipt"] for row in rows] == given[1:]
    assert rows[0]["line"] == one.batch(2, 4).split(b"\n")[0].decode()


def test_reconcile_compares_heads(serving):
    one, two = serving.one.write(5), serving.site.devices["dev2"].write(2)
    serving.put(one.batch(0, 5))
    head = {"n": 5, "h": b64u(one.leaves[4])}
    heads = {
        "same": {one.log: head}, "pull": {one.log: {"n": 3, "h": b64u(one.leaves[2])}},
        "push": {one.log: {"n": 6, "h": b64u(bytes(32))}}, "fork": {one.log: {"n": 5, "h": b64u(bytes(32))}},
    }  # fmt: skip
    with serving.client() as client:
        for state, asked in heads.items():
            told = client.post("/sync/v1/sites/kilda/reconcile", json={"heads": asked}).json()
            assert told["logs"] == {one.log: {**head, "state": state}}
        asked = {two.log: {"n": 2, "h": b64u(two.leaves[1])}}
        told = client.post("/sync/v1/sites/kilda/reconcile", json={"heads": asked}).json()
    assert {log: one["state"] for log, one in told["logs"].items()} == {one.log: "pull", two.log: "push"}


def test_the_log_tells_what_happened_and_nothing_about_anybody(serving):
    batch = serving.one.write(2, text="Ada Qualm").batch(0, 2)
    serving.put(batch)
    serving.put(batch[:-4])
    text = serving.told.getvalue()
    assert [one["status"] for one in serving.events("answered")] == [201, 422]
    assert serving.events("batch")[0]["bytes"] == len(batch)
    assert "Ada" not in text and "127.0.0.1" not in text


ODD = ["a%00b", "%ED%A0%80", "%FF%FE", "ki%0d%0aX:x", "Kilda", "ki'lda", "a" * 300]


@pytest.mark.parametrize("site", ODD)
def test_a_site_of_another_form_is_refused_before_the_database_hears_of_it(world, site):
    world.start()
    log = b64u(world.one.log.encode())
    with world.client() as client:
        for path in ("feed", f"logs/{log}/receipts"):
            assert code(client.get(f"/sync/v1/sites/{site}/{path}")) == (400, "request")
        assert code(client.post(f"/sync/v1/sites/{site}/reconcile", json={"heads": {}})) == (400, "request")
        put = client.put(f"/sync/v1/sites/{site}/logs/{log}/batches/{'0' * 64}", content=b"x")
        assert code(put) == (400, "request")


@pytest.mark.parametrize(
    "log", ["\0", "x", "a\0b/kilda/dev1/0", "countersign.local.invalid/kilda/\0/0", "\u00e9"]
)
def test_a_log_of_another_form_is_refused_before_the_database_hears_of_it(world, log):
    world.start()
    head = {"n": 1, "h": None}
    with world.client() as client:
        hello = {"site": "kilda", "log": log, "protocols": [1]}
        assert code(client.post("/sync/v1/hello", json=hello)) == (400, "request")
        assert code(client.post("/sync/v1/hello", json={**hello, "site": "a\0", "log": world.one.log})) == (
            400,
            "request",
        )
        asked = {"heads": {log: head}}
        assert code(client.post("/sync/v1/sites/kilda/reconcile", json=asked)) == (400, "request")
        path = f"/sync/v1/sites/kilda/logs/{b64u(log.encode())}"
        assert code(client.get(path + "/receipts")) == (400, "request")
        assert code(client.put(f"{path}/batches/{'0' * 64}", content=b"x")) == (400, "request")
