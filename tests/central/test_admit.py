"""Admitting: once each, one receipt, on both engines, however often and however many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from app.central.admit import Admitted, admit
from app.central.receive import No
from app.proof.batch import check_receipt
from app.wiring.postgres import postgres_database
from tests.central.owning import Owner
from tests.central.sender import hash_of, twinned


def send(world, batch, sender=None):
    sender = sender or world.one
    return admit(world.centre, sender.site, sender.log, hash_of(batch.split(b"\n")[0].decode()), batch)


@pytest.mark.req("R-SYN-04", "R-SYN-05")
def test_a_batch_is_kept_once_and_its_receipt_holds(world):
    batch = world.one.write(7).batch(0, 7)
    first, again = send(world, batch), send(world, batch)
    assert isinstance(first, Admitted) and (first.new, again.new) == (True, False)
    assert first.receipt == again.receipt
    line, tail = batch.split(b"\n")[0].decode(), world.one.leaves[-1]
    told = check_receipt(first.receipt, site="kilda", line=line, tail=tail, centre=world.keys.public)
    assert (told.pos, told.first, told.last, told.prov) == (1, 0, 6, False)
    assert [world.count(t) for t in ("entry", "batch", "receipt", "arrival", "checkpoint")] == [7, 1, 1, 1, 1]


@pytest.mark.req("R-SYN-04", "R-SYN-05")
@pytest.mark.parametrize("times", [2, 4])
def test_the_same_batch_sent_at_once_is_kept_once(world, times):
    batches = [world.one.write(50).batch(n * 50, n * 50 + 50) for n in range(3)]
    with ThreadPoolExecutor(times) as pool:
        for batch in batches:
            found = list(pool.map(partial(send, world), [batch] * times))
            assert len({one.receipt for one in found}) == 1
            assert sum(one.new for one in found) == 1
    assert (world.count("entry"), world.count("receipt")) == (150, 3)


def test_many_devices_at_once_get_positions_without_gaps(world):
    jobs = [(d, d.write(30)) for d in world.site.devices.values()]
    with ThreadPoolExecutor(2) as pool:
        list(
            pool.map(
                lambda job: [send(world, job[0].batch(n * 10, n * 10 + 10), job[0]) for n in range(3)], jobs
            )
        )
    with world.owner.pool.store("kilda") as lent, lent.store.read() as tx:
        cursor = tx._cursor()
        cursor.execute("SELECT pos FROM arrival WHERE site_id = 'kilda' ORDER BY pos")
        assert [row[0] for row in cursor.fetchall()] == [1, 2, 3, 4, 5, 6]


@pytest.mark.req("R-SYN-03")
def test_a_gap_an_overlap_and_a_fork_say_what_is_needed(world):
    one = world.one.write(9)
    send(world, one.batch(0, 5))
    assert send(world, one.batch(6, 9)) == No(status=409, code="gap", about={"need": 5})
    assert send(world, one.batch(3, 9)) == No(status=409, code="overlap", about={"need": 5})
    assert send(world, one.batch(0, 3)) == No(status=409, code="overlap", about={"need": 5})
    assert world.count("quarantine") == 0
    honest, one.entries = one.entries, one.entries[:3]
    one.write(6, "forged")
    forked = one.batch(2, 7)
    assert send(world, forked) == No(status=409, code="fork", about={"at": 3}, evidence=True)
    assert send(world, forked).code == "fork"
    assert send(world, one.batch(5, 9)) == No(status=409, code="fork", about={"at": 4}, evidence=True)
    assert (world.count("entry"), world.count("quarantine")) == (5, 2)
    one.entries = honest
    assert send(world, one.batch(5, 9)).new


@pytest.mark.req("R-SYN-03")
def test_a_broken_chain_under_a_good_seal_is_evidence_and_nothing_else_is_kept(world):
    one = world.one.write(6)
    swapped, one.entries = one.entries, [one.entries[0], one.entries[2], one.entries[1], *one.entries[3:]]
    broken = one.batch(0, 4)
    assert send(world, broken) == No(status=422, code="chain", evidence=True)
    one.entries = swapped
    other = world.site.devices["dev2"]
    for bad, code in ((one.batch(0, 3, key=other.keys.p256), "signature"), (one.batch(0, 3)[:-5], "truncated"),
                      (one.batch(0, 3, cp=one.note(2)), "chain")):  # fmt: skip
        assert send(world, bad).code == code
    assert (world.count("entry"), world.count("quarantine"), world.count("receipt")) == (0, 2, 0)
    with world.owner.pool.store("kilda") as lent, lent.store.read() as tx:
        cursor = tx._cursor()
        cursor.execute("SELECT raw FROM quarantine WHERE site_id = 'kilda'")
        assert broken in [bytes(row[0]) for row in cursor.fetchall()]


@pytest.mark.req("R-SYN-09")
def test_a_batch_for_another_region_is_refused_and_not_kept(world):
    batch = world.one.write(2).batch(0, 2, region="us")
    assert send(world, batch) == No(status=451, code="region", about={"region": "eu"})
    assert (world.count("entry"), world.count("quarantine")) == (0, 0)


def test_a_frontier_that_was_lost_is_made_anew(make):
    world = make()
    one = world.one.write(20)
    send(world, one.batch(0, 11))
    with world.owner.pool.store("kilda") as lent, lent.store.write() as tx:
        tx.script("UPDATE frontier SET n = 3")
    assert send(world, one.batch(11, 20)).new


def test_without_a_standby_receipts_are_provisional_unless_the_operator_says_otherwise(cluster, make):
    owner, ingest = cluster.database()
    role = ingest.split("user=")[1].split(" ")[0]
    world = make(postgres_database(owner, role=role), postgres_database(ingest))
    batch = world.one.write(1).batch(0, 1)
    told = check_receipt(
        send(world, batch).receipt, site="kilda", line=batch.split(b"\n")[0].decode(), tail=world.one.leaves[0],
        centre=world.keys.public,
    )  # fmt: skip
    assert told.prov is True
    assert told.inc == f"{world.keys.inc}.00000001"


@pytest.mark.req("R-SYN-04", "R-SYN-05")
@pytest.mark.parametrize("times", [1, 2, 4])
def test_the_same_batch_sent_over_tls_at_once_has_one_receipt(world, times):
    world.start()
    batch = world.one.write(200).batch(0, 200)
    with ThreadPoolExecutor(times) as pool:
        answers = list(pool.map(world.put, [batch] * times))
    assert sorted(one.status_code for one in answers) == [200] * (times - 1) + [201]
    assert len({one.content for one in answers}) == 1
    assert (world.count("entry"), world.count("receipt"), world.count("arrival")) == (200, 1, 1)


@pytest.mark.req("R-SYN-03", "R-SYN-04")
def test_a_seal_turned_into_its_twin_never_takes_the_place_of_the_devices_own(world):
    one = world.one.write(40)
    for n in range(0, 40, 4):
        own = one.batch(n, n + 4)
        other = twinned(own)
        assert send(world, other) == No(status=422, code="signature")
        first = send(world, own)
        assert first.new and send(world, own) == send(world, other) == Admitted(
            receipt=first.receipt, new=False
        )
    assert (world.count("entry"), world.count("quarantine")) == (40, 0)


def test_what_was_admitted_under_the_higher_s_before_the_rule_keeps_its_receipt(make):
    world = make()
    own = world.one.write(4).batch(0, 4)
    given = send(world, own).receipt
    line = twinned(own).split(b"\n")[0].decode()
    Owner(world.folder / "centre.db").run(
        ("UPDATE batch SET manifest = ?", (line,)), ("UPDATE arrival SET hash = ?", (hash_of(line),))
    )
    assert send(world, own) == send(world, twinned(own)) == Admitted(receipt=given, new=False)
