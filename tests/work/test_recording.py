"""One transaction of history: committed, taken into memory, anchored; or as if it had never been."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.base.faults import Fault
from app.domain.wire import Act
from app.store import history
from app.work.office import Office
from app.work.recording import KEPT_EVERY, keep_keys, recording, site_act
from app.work.scribe import SYS
from tests.work.founded import Small
from tests.work.seeing import changed, entries, kept, watched


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A small site, Anna signed in."""
    small = Small(tmp_path_factory.mktemp("recording"))
    opened = small.enter()
    yield opened
    opened.close()


def note(n: int) -> Act:
    """An act of the machine."""
    return site_act("clock.jump", "site", {"from": n, "to": n})


class Stopped(Exception):
    """Raised in the middle."""


@pytest.mark.req("R-AUD-05")
@pytest.mark.parametrize("error", [Stopped, KeyboardInterrupt, Fault("disk.failed")])
def test_whatever_is_raised_inside_leaves_everything_as_it_was(office: Office, error: object) -> None:
    before = kept(office)
    with pytest.raises((Stopped, KeyboardInterrupt, Fault)), recording(office) as made:
        keep_keys(office, made, ["p_0000000000000077"])
        made.act(SYS, note(1))
        assert len(made.written) == 2 and office.ring.has("p_0000000000000077")
        raise error  # type: ignore[misc]
    assert changed(before, kept(office)) == []


def test_nothing_written_is_nothing_anchored(office: Office) -> None:
    real, office.secrets = office.secrets, watched(office.secrets)  # type: ignore[arg-type]
    before = kept(office)
    with recording(office):
        pass
    assert office.secrets.writes == [] and changed(before, kept(office)) == []
    with recording(office) as made:
        made.act(SYS, note(2))
        made.act(SYS, note(3))
    assert office.secrets.writes == ["anchor"]
    office.secrets = real


@pytest.mark.req("R-AUD-05")
def test_a_new_persons_key_is_kept_and_committed_to_before_anything_else(office: Office) -> None:
    first = office.tail.n
    with recording(office) as made:
        keep_keys(office, made, ["p_0000000000000078", "p_0000000000000078"])
        made.act(SYS, note(4))
    assert [entry.act for entry in entries(office, first)] == ["person.key", "clock.jump"]
    held = office.persons.connection.cursor().execute("SELECT count(*) FROM dek WHERE pid='p_0000000000000078'")
    assert held.fetchone() == (1,)


@pytest.mark.req("R-AUD-07")
def test_the_tree_is_kept_now_and_then_at_a_checkpoint(office: Office) -> None:
    for start in range(0, KEPT_EVERY + 200, 100):
        with recording(office) as made:
            for n in range(100):
                made.act(SYS, note(start + n))
    with office.store.read() as tx:
        found = history.frontier_of(tx, office.tail.log)
        sizes = [n for n, _ in history.checkpoints(tx, office.tail.log, first=0)]
    assert found is not None and found[0] == office.tail.kept in sizes and found[0] >= KEPT_EVERY
