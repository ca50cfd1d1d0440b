"""Everybody in memory: in the order of their names, found by number, brought up to date by what is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.ids import PersonId
from app.domain.people import ChangePeople, PersonRow
from app.store import state
from app.work.crowd import CHUNK, Crowd, bare, crowd, whole_crowd, words_of
from app.work.demo.stage import Stage
from app.work.office import Office
from app.work.perform import perform
from tests.work.onstage import LEARNER_NUMBER, QA, copied
from tests.work.seeing import done, new_person


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("crowd"))
    made.enter(QA)
    yield made
    made.close()


@pytest.fixture
def qa(played: Stage) -> Office:
    """QA is signed in."""
    return played.office


def everybody(office: Office) -> Crowd:
    """All of them."""
    with office.store.read() as tx:
        return whole_crowd(office, tx)


def plain(office: Office) -> list[tuple[str, str, str]]:
    """(name, number, id) of everybody, opened one by one."""
    with office.store.read() as tx:
        rows = [office.ring.opened("person", row) for row in state.rows(tx, "person")]
    return [(str(row.get("name") or ""), str(row.get("number") or ""), str(row["id"])) for row in rows]


def test_everybody_is_there_in_the_order_of_the_names(qa: Office) -> None:
    held = everybody(qa)
    wanted = sorted((name.casefold(), number, pid) for name, number, pid in plain(qa))
    assert [tuple(key.split("\0")) for key in held.order] == wanted
    assert {one.pid: one.name for one in held.people.values()} == {pid: name for name, _, pid in plain(qa)}


def test_bit_by_bit_and_how_far_it_is(qa: Office) -> None:
    told: list[tuple[int, int]] = []
    with qa.store.read() as tx:
        held = Crowd(qa, tx)
        while not held.whole:
            held.read_on(qa, tx)
            told.append((len(held.people), held.of))
    assert len(told) > 2 and told[0] == (CHUNK, told[-1][0])
    assert held.order == everybody(qa).order


def test_who_came_and_who_was_renamed_stand_in_their_place(qa: Office) -> None:
    held, before = everybody(qa), everybody(qa).turn
    command = new_person(qa, "C-1")
    done(perform(qa, command))
    assert everybody(qa) is held and held.numbered("C-1") == command.rows[0].id and held.turn > before
    row = PersonRow(id=PersonId(command.rows[0].id), number="C-1", given="Aaron", family="Aardvark")
    done(perform(qa, ChangePeople(rows=(row,))))
    assert everybody(qa).people[row.id].name == "Aaron Aardvark"
    assert held.order == sorted(held.at) and len(held.order) == len(held.people) == len(plain(qa))


def test_a_number_finds_one_person_and_nothing_finds_nobody(played: Stage, qa: Office) -> None:
    held = everybody(qa)
    assert held.numbered(LEARNER_NUMBER) == played.person(LEARNER_NUMBER)[0]
    assert held.numbered("") == held.numbered("none") == ""


def test_whose_key_is_not_here_has_a_mark_and_then_the_name(qa: Office) -> None:
    one = next(iter(everybody(qa).people.values()))
    keys = [key for key in qa.ring.held() if key[0] == one.pid]
    qa.ring.forget(keys)
    with qa.store.read() as tx:
        held = Crowd(qa, tx)
        while not held.whole:
            held.read_on(qa, tx)
        assert one.pid in held.people[one.pid].name and held.people[one.pid].number == ""
        qa.ring.learn(keys)
        assert held.catch_up(qa, tx) == {one.pid}
    assert held.people[one.pid] == one == crowd_of(qa).people[one.pid]


def test_words_are_small_and_bare() -> None:
    assert bare("Zoë ØRSTED") == "zoe ørsted"
    assert words_of(("HB-1", "Élodie de Groot")) == " hb 1 elodie de groot"


def crowd_of(office: Office) -> Crowd:
    """As far as it was read."""
    with office.store.read() as tx:
        return crowd(office, tx)
