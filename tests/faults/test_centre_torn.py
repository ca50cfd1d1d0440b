"""The same batch at once and again, torn anywhere, the service killed and its database stopped in between: once, one receipt.

- A real device, the product's own service as a process, both engines; positions are drawn from a seed for both ways.
- Each cut must have happened, and some must have come after the commit: the reply lost, the receipt asked for again.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.proof.batch import batch_hash, read_receipt
from app.work.sync import SyncReport
from tests.central.cluster import Cluster
from tests.conftest import FULL
from tests.faults.apart import Apart
from tests.faults.tearing import DOWN, UP, Cut

SEED = 20261126
ROUNDS = 90 if FULL else 9
"""Each round three senders more or less; nine rounds are 21 cuts."""
KILLS = 20 if FULL else 3
MARGIN = 48
"""Bytes by which one meeting may be shorter than the one that was measured."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of these tests' own, which they stop."""
    made = Cluster()
    yield made
    made.end()


@pytest.fixture(params=["sqlite", "postgresql"])
def apart(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Apart]:
    """A site and its centre on each engine in turn; everything that founding wrote is received."""
    made = Apart(tmp_path, request.getfixturevalue("cluster") if request.param == "postgresql" else None)
    assert isinstance(made.meet(), SyncReport)
    yield made
    made.close()


def measured(apart: Apart) -> tuple[int, int]:
    """How many bytes one sending of a batch is, (up, down)."""
    held, data = apart.sealed()
    apart.tearing.plan([])
    assert apart.send(batch_hash(held.manifest), data)
    (passage,) = apart.tearing.passages
    assert isinstance(apart.meet(), SyncReport)
    return passage.up - MARGIN, passage.down - MARGIN


def drawn(chance: random.Random, up: int, down: int) -> Cut:
    """A place on one of the ways."""
    way = chance.choice((UP, DOWN))
    return Cut(way, chance.randrange(1, up if way == UP else down))


def at_once(apart: Apart, cuts: list[Cut]) -> tuple[list[str | None], bool]:
    """Send the waiting batch once for each cut, all at once; the receipts, and whether it arrived nevertheless."""
    held, data = apart.sealed()
    name, before = batch_hash(held.manifest), len(apart.arrived())
    apart.tearing.plan(cuts)
    with ThreadPoolExecutor(len(cuts)) as pool:
        told = list(pool.map(lambda _: apart.send(name, data), cuts))
    assert sorted(map(repr, apart.tearing.torn)) == sorted(map(repr, cuts))
    return told, len(apart.arrived()) > before


def trouble(apart: Apart, turn: int) -> None:
    """What happens in between: the service is killed, or its database stopped and asked while it is away."""
    if turn % 3 == 1:
        apart.restart()
    elif turn % 3 == 2 and apart.cluster is not None:
        apart.cluster.stop("immediate" if turn % 2 else "fast")
        try:
            assert apart.meet() == "centre.busy"
        finally:
            apart.cluster.start()
            apart.world.owner.pool.close()
            apart.world.centre.pool.close()


@pytest.mark.req("R-SYN-03", "R-SYN-04", "R-SYN-05", "R-SYN-07")
def test_torn_at_random_bytes_each_entry_is_there_once(apart: Apart) -> None:
    chance, lost, cuts = random.Random(SEED), 0, 0
    apart.change(hours=70)
    up, down = measured(apart)
    for turn in range(ROUNDS):
        apart.change(hours=26 + turn % 40)
        places = [drawn(chance, up, down) for _ in range((1, 2, 4)[turn % 3])]
        told, arrived = at_once(apart, places)
        assert told == [None] * len(places)
        lost, cuts = lost + arrived, cuts + len(places)
        trouble(apart, turn)
        apart.tearing.plan([])
        report = apart.meet()
        assert isinstance(report, SyncReport) and report.counts.here == 0, report
    assert (cuts >= 20, lost >= 1) == (True, True), (cuts, lost)
    apart.check_once()
    assert apart.findings() == set()


@pytest.mark.req("R-SYN-04", "R-SYN-05")
def test_a_reply_lost_after_the_commit_is_given_again(apart: Apart) -> None:
    apart.change(hours=70)
    _, down = measured(apart)
    for times in (1, 2, 4):
        apart.change(hours=25 + times)
        told, arrived = at_once(apart, [Cut(DOWN, down)] * times)
        assert (told, arrived) == ([None] * times, True)
        first = apart.arrived()[-1][1]
        apart.restart()
        apart.tearing.plan([])
        held, data = apart.sealed()
        assert [apart.send(batch_hash(held.manifest), data) for _ in range(2)] == [first, first]
        assert isinstance(apart.meet(), SyncReport)
    apart.check_once()


@pytest.mark.req("R-SYN-05", "R-SYN-07")
def test_a_service_killed_in_the_midst_of_four_senders(apart: Apart) -> None:
    chance, broken = random.Random(SEED), 0
    for turn in range(KILLS):
        apart.change(hours=26 + turn % 40)
        held, data = apart.sealed()
        told = list[str | None]()
        senders = [
            threading.Thread(target=lambda: told.append(apart.send(batch_hash(held.manifest), data)))  # noqa: B023
            for _ in range(4)
        ]
        for sender in senders:
            sender.start()
        time.sleep(chance.uniform(0.005, 0.06))
        apart.process.kill()
        for sender in senders:
            sender.join(60)
        broken += told.count(None)
        assert len({one for one in told if one}) <= 1
        apart.process.start()
        report = apart.meet()
        assert isinstance(report, SyncReport) and report.counts.here == 0
    assert broken >= 1
    apart.check_once()


@pytest.mark.req("R-SYN-05")
def test_receipt_and_incarnation_outlive_every_restart(apart: Apart) -> None:
    told, before = apart.arrived()[0], read_receipt(apart.arrived()[0][1])
    apart.restart()
    if apart.cluster is not None:
        for mode in ("fast", "immediate"):
            apart.cluster.stop(mode)
            apart.cluster.start()
        apart.world.owner.pool.close()
        apart.world.centre.pool.close()
    assert apart.send(before.batch, told[0]) == told[1]
    apart.change(hours=30)
    report = apart.meet()
    assert isinstance(report, SyncReport) and not report.rolled_back
    after = read_receipt(apart.arrived()[-1][1])
    assert (after.inc, after.pos) == (before.inc, len(apart.arrived()))
