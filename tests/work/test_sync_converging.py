"""Devices that record apart and meet in any order hold the same in the end, and nothing is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.wire import apply
from app.proof.chain import leaf
from app.store.refold import fold
from app.work.office import Office, load_standing
from tests.work.apart import kept
from tests.work.fleet import Fleet, entries, roles, rows


def folded(office: Office) -> dict[tuple[str, str], object]:
    """What the history held here makes."""
    with office.store.read() as tx:
        return {key: (held.row, held.heads, held.utc) for key, held in fold(tx, leaf, apply).items()}


def refreshed(office: Office) -> Office:
    """The office as it will be when it is opened next."""
    with office.store.read() as tx:
        office.standing = load_standing(tx)
    return office


@pytest.mark.req("R-SYN-03", "R-SYN-04")
@pytest.mark.parametrize(
    ("count", "seed"),
    [(2, 1), (3, 2), *(pytest.param(2 + seed % 2, seed, marks=pytest.mark.slow) for seed in range(3, 13))],
)
def test_devices_hold_the_same_whatever_the_order(tmp_path: Path, count: int, seed: int) -> None:
    fleet = Fleet(tmp_path, count, seed)
    try:
        for _ in range(3):
            fleet.apart(acts=5)
            fleet.meet()
        fleet.settle()
        handed = fleet.hand_keys()
        assert sum(one.taken for one in handed) > 0
        assert [(one.unknown, one.refused) for one in handed] == [(0, ())] * len(handed)
        told = fleet.settle()
        assert [(one.later, one.forks, one.forged, one.doubted) for one in told] == [(0, (), 0, 0)] * count
        first, *others = [refreshed(office) for office in fleet.offices]
        assert sum(len(heads) > 1 for _, heads, _ in rows(first).values()) > 0
        for other in others:
            assert entries(other) == entries(first)
            assert rows(other) == rows(first) == folded(first) == folded(other)
            assert roles(other) == roles(first)
        assert kept(first) and [kept(office) == kept(first) for office in fleet.offices] == [True] * count
        assert [{found.code for found in each} for each in fleet.findings()] == [{"CONFLICT"}] * count
    finally:
        fleet.end()
