"""The one open site of a process: its memory is what history says, and the anchor contradicts what was put back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.codec import pack, parse
from app.work.demo.stage import Stage
from app.work.office import check_anchor, load_own_tail, load_ring, load_standing
from app.work.perform import perform
from tests.work.onstage import QA, copied
from tests.work.seeing import done, new_person, setting, signed_in


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("office"))
    yield made
    made.close()


@pytest.mark.req("R-AUD-05")
def test_memory_after_commands_is_what_the_store_would_tell_anew(played: Stage) -> None:
    office = signed_in(played, QA)
    assert done(perform(office, new_person(office, "M-1"))) == 2
    assert done(perform(office, setting("late_h", 36), played.signer())) == 1
    with office.store.read() as tx:
        standing = load_standing(tx)
        tail = load_own_tail(tx, office.device, standing)
        ring, strays = load_ring(tx, office.persons, office.random)
    assert (tail.n, tail.last, tail.hlc, tail.noted) == (
        office.tail.n, office.tail.last, office.tail.hlc, office.tail.noted,
    )  # fmt: skip
    assert standing.keys.persons == office.standing.keys.persons and standing.competent_seen
    assert sorted(ring._keys) == sorted(office.ring._keys) and strays == []


@pytest.mark.req("R-AUD-09")
@pytest.mark.parametrize(
    ("member", "change", "code"),
    [
        ("n", 1, ["ANCHOR_ROLLBACK"]),
        ("n", -1, ["ANCHOR_ROLLBACK"]),
        ("vg", 1, ["VAULT_MAC"]),
        ("log", "countersign.x/y/z/0", ["ANCHOR_ROLLBACK"]),
        ("h", "A" * 43, ["ANCHOR_ROLLBACK"]),
    ],
)
def test_an_anchor_that_knows_more_contradicts(
    played: Stage, member: str, change: object, code: list[str]
) -> None:
    office = signed_in(played, QA)
    office.write_anchor()
    assert check_anchor(office) == []
    text = office.secrets.read("anchor") or ""
    anchor = parse(text)
    anchor[member] = anchor[member] + change if isinstance(change, int) else change
    office.secrets.write("anchor", pack(anchor).decode())
    assert check_anchor(office) == code
    office.secrets.write("anchor", text)


@pytest.mark.req("R-AUD-09")
def test_an_anchor_that_lags_behind_is_told_and_the_anchor_names_the_head(played: Stage) -> None:
    office = signed_in(played, QA)
    office.write_anchor()
    old = office.secrets.read("anchor") or ""
    assert done(perform(office, new_person(office, "M-2"))) == 2
    anchor = parse(office.secrets.read("anchor") or "")
    assert (anchor["n"], anchor["log"], anchor["vg"]) == (office.tail.n, office.tail.log, office.vault.gen)
    office.secrets.write("anchor", old)
    assert check_anchor(office) == ["ANCHOR_LAG"]
    office.write_anchor()


def test_closing_twice_is_safe_and_gives_the_writers_place_up(played: Stage) -> None:
    office = signed_in(played, QA)
    office.close()
    office.close()
    assert signed_in(played, QA) is not office
