"""Verdicts in memory are those of the plain way, whatever was recorded since; nobody is counted before being judged."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.base.ids import PersonId, new_id
from app.base.moment import add_days
from app.domain.jobs import Post, PostingRow
from app.domain.people import AddPeople, ChangePeople, PersonRow
from app.domain.records import Void
from app.domain.settings import ChangeSetting
from app.store import state
from app.work.demo.stage import Stage, next_step
from app.work.judged import Judged, all_judged, judged
from app.work.office import Office
from app.work.perform import perform
from tests.work.onstage import LEARNER, LEARNER_NUMBER, ON_THE_JOB, QA, READING, copied
from tests.work.plainly import differing, quickly
from tests.work.seeing import done


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module; everybody was judged before the first test."""
    made = copied(demo_dir, tmp_path_factory.mktemp("judged"))
    quickly(made.enter(QA))
    yield made
    made.close()


@pytest.fixture
def qa(played: Stage) -> Office:
    """QA is signed in."""
    return played.office


def kept(office: Office) -> Judged:
    """Those judged, without judging anybody."""
    with office.store.read() as tx:
        return judged(office, tx)[0]


def jobs(office: Office) -> list[str]:
    """The codes of the jobs that something is asked of."""
    with office.store.read() as tx:
        asked = jobs_of(tx)
        return sorted(str(row["code"]) for row in state.rows(tx, "job") if row["id"] in asked)


def test_at_first_everybody_stands_as_the_plain_way_says(qa: Office) -> None:
    assert differing(qa, every=1) == []
    assert sum(sum(words.values()) for words, _, _ in quickly(qa).values()) > 1000


def test_what_is_in_grace_is_counted_with_what_expires(qa: Office) -> None:
    with qa.store.read() as tx:
        held, _ = all_judged(qa, tx, None)
    found = [(one.line.expiring, one.words) for one in held.members.values()]
    assert all(n == words.get("Expiring", 0) + words.get("In grace", 0) for n, words in found)
    assert any("In grace" in words for _, words in found)


@pytest.mark.req("R-REC-02")
def test_after_each_signature_and_a_void(played: Stage, qa: Office) -> None:
    pid, _ = played.person(LEARNER_NUMBER)
    before = quickly(qa)[pid]
    read = played.command(LEARNER_NUMBER, READING, "READ")
    assert done(perform(qa, read, played.beside(LEARNER))) == 1
    assert differing(qa, pid) == [] and quickly(qa)[pid] != before
    trained = played.command(LEARNER_NUMBER, ON_THE_JOB, "TRAINED")
    assert done(perform(qa, trained, played.beside(LEARNER))) == 1
    assert differing(qa, pid) == []
    done(perform(qa, Void(id=read.id, why="WRONG_DATE"), played.signer()))
    assert differing(qa, pid) == []
    assert next_step(trained, "COMPETENT").pid == pid


def test_only_whom_a_command_concerns_is_judged_again(played: Stage, qa: Office) -> None:
    held = kept(qa)
    with qa.store.read() as tx:
        all_judged(qa, tx, None)
    before = dict(held.members)
    pid, _ = played.person(LEARNER_NUMBER)
    row = PostingRow(
        id=new_id("o", qa.random),
        pid=PersonId(pid),
        job=jobs(qa)[0],
        valid_from=qa.clock.now().instant.day,
    )
    done(perform(qa, Post(postings=(row,))))
    assert differing(qa, pid) == []
    assert kept(qa) is held
    assert {one for one, member in held.members.items() if before.get(one) is not member} == {pid}


def test_people_who_come_and_who_leave(played: Stage, qa: Office) -> None:
    today, held = qa.clock.now().instant.day, kept(qa)
    pids = [PersonId(new_id("p", qa.random)) for _ in range(3)]
    people = [PersonRow(id=pid, number=f"T{n}", given="New", family="Comer") for n, pid in enumerate(pids)]
    done(perform(qa, AddPeople(rows=tuple(people))))
    posts = [
        PostingRow(id=new_id("o", qa.random), pid=pid, job=jobs(qa)[n], valid_from=add_days(today, -n))
        for n, pid in enumerate(pids)
    ]
    done(perform(qa, Post(postings=tuple(posts))))
    assert differing(qa, *pids) == [] and quickly(qa)[pids[0]][0]
    done(perform(qa, ChangePeople(rows=(replace(people[0], gone=add_days(today, -1)),))))
    assert differing(qa, *pids) == [] and not quickly(qa)[pids[0]][0]
    assert kept(qa) is held


def test_a_changed_rule_has_everybody_judged_anew(played: Stage, qa: Office) -> None:
    held = kept(qa)
    done(perform(qa, ChangeSetting(name="expiring_days", value=90, why="OTHER"), played.signer()))
    assert kept(qa) is not held and not kept(qa).members
    assert differing(qa) == []


def test_a_row_in_dispute_counts_for_nobody(qa: Office) -> None:
    with qa.store.write() as tx:
        held = next(one for one in state.all_held(tx, "posting") if one.row.get("job") in jobs_of(tx))
        state.change(tx, "posting", [replace(held, heads=("a", "b"))])
    pid = str(held.row["pid"])
    kept(qa).members.pop(pid, None)
    kept(qa)._left.append(pid)
    assert differing(qa, pid) == []
    assert set(quickly(qa)[pid][0]) == {"Conflict"}


def test_bit_by_bit_comes_to_the_same(played: Stage, qa: Office) -> None:
    whole, steps = quickly(qa), 0
    with qa.store.read() as tx:
        held, people = all_judged(qa, tx, None)
        bits = Judged(qa, tx, people)
        while len(bits.members) < len(people.people):
            bits.judge_on(tx, people, time.perf_counter())
            steps += 1
    assert steps == len(people.people)
    assert bits.members.keys() == held.members.keys() == whole.keys()
    assert all(bits.members[pid].words == one.words for pid, one in held.members.items())


def test_another_day_everybody_is_judged_anew(played: Stage, qa: Office) -> None:
    before = kept(qa)
    played.cast.clock.advance(40 * 86_400_000)
    after = kept(qa)
    assert after is not before and after.day == add_days(before.day, 40)
    assert differing(qa) == []


def jobs_of(tx: state.Tx) -> set[str]:
    """The ids of the jobs that something is asked of."""
    return {str(row["job"]) for row in state.rows(tx, "assignment")}
