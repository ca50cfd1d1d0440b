"""The centre's owner edits with every fence off: the device that synchronises afterwards says so, and keeps what it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.base.entry import read
from app.base.words import Refused
from app.store import history, outbox
from app.wiring.service import check_centre
from app.work.sync import SyncReport, sync_once
from tests.central.cluster import Cluster
from tests.central.owning import Owner
from tests.faults.apart import SITE, Apart

Statement = tuple[str, tuple[Any, ...]]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of these tests' own."""
    made = Cluster()
    yield made
    made.end()


class Edited:
    """A site with four received batches at least, and the owner of what the centre holds of it."""

    def __init__(self, folder: Path, cluster: Cluster | None) -> None:
        self.apart = Apart(folder, cluster)
        self.owner = Owner(self.apart.world.folder / "centre.db", self.apart.owner_url)
        self.apart.meet()
        for hours in (30, 31, 32):
            self.apart.change(hours=hours)
        assert isinstance(self.apart.meet(), SyncReport)
        self.log = self.apart.log

    def meet(self) -> SyncReport | Refused:
        """One meeting."""
        self.apart.office.alerts.clear()
        return sync_once(self.apart.office, self.apart.courier)

    def own(self) -> list[bytes]:
        """What the device holds, without what it noted about this centre."""
        with self.apart.office.store.read() as tx:
            found = [b for _, b in history.entries(tx, self.log)]
        return [b for b in found if read(b).act != "sync.blocked"]

    def blocked(self) -> int:
        """How many entries say that the centre was not believed."""
        with self.apart.office.store.read() as tx:
            acts = [read(b) for _, b in history.entries(tx, self.log)]
        told = {"centre": "centre.test", "code": "receipt"}
        return sum(one.act == "sync.blocked" and one.body == told for one in acts)

    def value(self, table: str, column: str, where: str) -> Any:
        """One value as it stands."""
        return self.owner.row(f"SELECT {column} FROM {table} WHERE site_id = '{SITE}' AND {where}")[0]

    def put(self, table: str, column: str, where: str, value: Any) -> Statement:
        """The statement that puts it there."""
        return f"UPDATE {table} SET {column} = ? WHERE site_id = '{SITE}' AND {where}", (value,)


@pytest.fixture(params=["sqlite", "postgresql"])
def edited(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Edited]:
    """A site whose centre is about to be edited, on each engine in turn."""
    made = Edited(tmp_path, request.getfixturevalue("cluster") if request.param == "postgresql" else None)
    yield made
    made.apart.close()


def _changed(value: Any) -> bytes:
    return bytes(value).replace(b'"seq":1', b'"seq":2')


def _last(edited: Edited, column: str) -> str:
    return f"{column} = {edited.value('arrival', 'max(last)', '1 = 1')}"


PLACES: dict[str, tuple[Callable[[Edited], tuple[str, str, str]], Callable[[Edited, Any], Any]]] = {
    "an-entry": (lambda _: ("entry", "b", "seq = 1"), lambda _, old: _changed(old)),
    "a-manifest": (lambda _: ("batch", "manifest", "first = 0"), lambda e, _: e.value("batch", "max(manifest)", "first > 0")),
    "a-receipt": (lambda e: ("receipt", "note", f"n = {e.value('arrival', 'last', 'pos = 2') + 1}"),
                  lambda e, _: e.value("receipt", "note", f"n = {e.value('arrival', 'last', 'pos = 1') + 1}")),
    "a-place": (lambda _: ("arrival", "pos", "pos = 2"), lambda _e, _old: 999),
}  # fmt: skip
"""What is edited, and into what."""


def noticed(edited: Edited) -> bool:
    """Whether one of the next meetings says so: each asks for some batches again, drawn by chance."""
    for _ in range(30):
        report = edited.meet()
        assert isinstance(report, SyncReport), report
        if report.forged:
            return "RCPT_MISMATCH" in edited.apart.office.alerts
    return False


@pytest.mark.req("R-AUD-03", "R-AUD-07", "R-SYN-03")
def test_a_device_says_that_the_centre_hands_out_something_else(edited: Edited) -> None:
    before = edited.own()
    for name, (where, changed) in PLACES.items():
        table, column, place = where(edited)
        old = edited.value(table, column, place)
        new = changed(edited, old)
        edited.owner.run(edited.put(table, column, place, new))
        assert noticed(edited), name
        assert not check_centre(edited.apart.world.centre)["ok"], name
        edited.owner.run(edited.put(table, column, "pos = 999" if name == "a-place" else place, old))
        assert edited.meet().forged == 0, name  # type: ignore[union-attr]
    assert edited.own() == before
    assert edited.blocked() == 1
    edited.apart.check_once()
    # What was handed out is kept as evidence, and `verify store` names it; of the history itself nothing is wrong.
    assert edited.apart.findings() == {("RCPT_MISMATCH", "quarantine")}


@pytest.mark.req("R-AUD-07", "R-SYN-02")
def test_another_last_entry_stops_the_sending(edited: Edited) -> None:
    place = _last(edited, "seq")
    old = edited.value("entry", "b", place)
    edited.owner.run(edited.put("entry", "b", place, bytes(old).replace(b"32", b"99")))
    edited.apart.change(hours=40)
    sent = len(edited.apart.arrived())
    assert getattr(edited.meet(), "code", "") == "sync.fork"
    assert len(edited.apart.arrived()) == sent
    edited.owner.run(edited.put("entry", "b", place, old))
    assert isinstance(edited.meet(), SyncReport)
    edited.apart.check_once()


@pytest.mark.req("R-AUD-07", "R-SYN-05")
def test_a_tail_that_is_gone_without_a_trace_is_missed_and_sent_again(edited: Edited) -> None:
    """The centre's own check can't tell; the receipts that the device filed do."""
    first, last, pos = edited.owner.row(
        f"SELECT first, last, pos FROM arrival WHERE site_id = '{SITE}' ORDER BY pos DESC LIMIT 1"
    )
    arrived, before = edited.apart.arrived(), edited.own()
    gone = {"entry": f"seq >= {first}", "batch": f"first = {first}", "receipt": f"n = {last + 1}",
            "checkpoint": f"n = {last + 1}", "arrival": f"pos = {pos}"}  # fmt: skip
    edited.owner.run(
        *((f"DELETE FROM {table} WHERE site_id = '{SITE}' AND {where}", ()) for table, where in gone.items()),
        edited.put("feed", "pos", "1 = 1", pos - 1),
    )
    report = edited.meet()
    assert isinstance(report, SyncReport) and report.rolled_back
    assert [data for data, _ in edited.apart.arrived()] == [data for data, _ in arrived]
    with edited.apart.office.store.read() as tx:
        assert outbox.receipt_of(tx, edited.log, last + 1) == arrived[-1][1]
    assert edited.own() == before
    assert check_centre(edited.apart.world.centre)["ok"]
