"""Cut off anywhere, ended anywhere: the same bytes go again, each entry arrives once, one receipt is filed."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.faults import Fault
from app.base.words import Refused
from app.proof.batch import read_batch
from app.store import history, outbox
from app.work.courier import Patience
from app.work.sync import SyncReport, sync_once
from tests.faults.tearing import DOWN, UP, Cut, Tearing
from tests.work.founded import ZONE
from tests.work.linked import Linked, courier_to

ONCE = Patience(tries=1)
CUTS = 20
SEED = 20261125


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[Linked]:
    """A site whose centre is recorded, with some work to send."""
    made = Linked(tmp_path)
    made.small.persons(made.office)
    yield made
    made.close()


@pytest.fixture
def tearing(linked: Linked) -> Iterator[Tearing]:
    """The proxy before the centre."""
    made = Tearing(int(linked.address.rpartition(":")[2]))
    yield made
    made.close()


def try_through(linked: Linked, tearing: Tearing, *cuts: Cut) -> SyncReport | None:
    """One meeting through the proxy, which cuts as planned; None when it came to nothing."""
    tearing.plan(cuts)
    with courier_to(f"https://localhost:{tearing.port}", linked.centre.ca_file, ONCE) as courier:
        try:
            answer = sync_once(linked.office, courier)
        except Fault as fault:
            if fault.code not in ("centre.unreachable", "centre.answer"):
                raise
            return None
    assert not isinstance(answer, Refused), answer
    return answer


def arrived_once(linked: Linked) -> None:
    """Each entry lies at the centre once, as it lies here; each batch there has its receipt here."""
    log = linked.office.tail.log
    with linked.office.store.read() as tx:
        own = [b for _, b in history.entries(tx, log)]
        filed = {told.batch for told in outbox.receipts(tx)}
    assert linked.centre.logs[log] == own
    assert filed == {read_batch(data).hash for data, _ in linked.centre.feed} == set(linked.centre.by_hash)


@pytest.mark.req("R-SYN-03", "R-SYN-05")
def test_cut_at_random_bytes_each_entry_arrives_once(linked: Linked, tearing: Tearing) -> None:
    # How much goes each way is measured on a meeting that is let through; then there is something new each time.
    assert try_through(linked, tearing) is not None
    (whole,) = tearing.passages
    draw, cuts = random.Random(SEED), 0
    for round in range(CUTS):
        linked.change(hours=25 + round)
        way, most = draw.choice(((UP, whole.up), (DOWN, whole.down)))
        answer = try_through(linked, tearing, Cut(way, draw.randrange(1, most)))
        assert answer is None or tearing.torn == []
        cuts += len(tearing.torn)
    assert cuts >= CUTS // 2
    assert try_through(linked, tearing) is not None
    arrived_once(linked)


@pytest.mark.req("R-SYN-03", "R-SYN-05")
def test_ended_between_receipt_and_file_it_is_sent_again(linked: Linked) -> None:
    small = linked.small
    linked.office.close()
    typed = small.typed("anna")
    told = {
        "site": str(small.site), "secret_file": str(small.secret_file), "zone": ZONE, "start": small.clock.start,
        "shift": small.clock.shift, "typed": [typed.user, typed.password, typed.code],
        "address": linked.address, "ca": str(linked.centre.ca_file),
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.faults.sending"]
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        command, input=json.dumps(told), cwd=root, text=True, capture_output=True, timeout=120
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    sent = [data for data, _ in linked.centre.feed]
    assert len(sent) == 1
    linked.office = small.enter()
    with linked.office.store.read() as tx:
        held = outbox.unsent(tx, linked.office.tail.log)
        assert held is not None
        assert outbox.sealed_bytes(tx, held) == sent[0]
    linked.sync()
    arrived_once(linked)
