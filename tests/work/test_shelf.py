"""Documents on the screen: the register's own rows in words, the file that it names, and whom a version concerns."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from app.base.faults import Fault
from app.base.ids import DocumentId
from app.base.moment import Day
from app.domain.documents import RegisterDocuments, VersionRow
from app.store import state
from app.work.demo.stage import Stage
from app.work.office import Office
from app.work.perform import perform
from app.work.period import sign_out
from app.work.roster import PeopleQuery, people
from app.work.shelf import (
    Affected,
    DocumentShown,
    Shelf,
    ShelfQuery,
    affected,
    document,
    document_bytes,
    documents,
)
from tests.work.onstage import LEARNER, LEARNER_NUMBER, QA, READING, copied
from tests.work.seeing import code_of, done, signed_in


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("shelf"))
    yield made
    made.close()


@pytest.fixture
def qa(played: Stage) -> Office:
    """QA is signed in."""
    return signed_in(played, QA)


def told(office: Office, **query: object) -> Shelf:
    """The documents that fit; a refusal fails the test."""
    answer = documents(office, ShelfQuery(**query))  # type: ignore[arg-type]
    assert isinstance(answer, Shelf), answer
    return answer


def shown(office: Office, number: str) -> DocumentShown:
    """One document; a refusal fails the test."""
    answer = document(office, number)
    assert isinstance(answer, DocumentShown), answer
    return answer


def concerned(office: Office, number: str) -> Affected:
    """Whom a document concerns now; a refusal fails the test."""
    answer = affected(office, number)
    assert isinstance(answer, Affected), answer
    return answer


def test_every_document_stands_once_with_all_of_its_versions(qa: Office) -> None:
    with qa.store.read() as tx:
        rows = [str(row["number"]) for row in state.rows(tx, "document")]
    shelf = told(qa)
    assert [one.number for one in shelf.lines] == sorted(set(rows)) and shelf.total == len(shelf.lines)
    assert [one.versions for one in shelf.lines] == [rows.count(one.number) for one in shelf.lines]


def test_each_filter_leaves_those_that_it_names(qa: Office) -> None:
    every = told(qa).lines
    for name, values in (("dept", told(qa).depts), ("type", told(qa).types)):
        found = [one for value in values for one in told(qa, **{name: value}).lines]
        assert {one.number for one in found} == {one.number for one in every if getattr(one, name)}
    ahead = told(qa, state="ahead").lines
    assert ahead == tuple(one for one in every if one.next is not None or one.now.force == "ahead") != ()
    assert [one.number for one in told(qa, text="sop-0047").lines if one.number == "SOP-0047"]
    assert told(qa, file="here").lines == tuple(one for one in every if one.now.file == "here") != ()


@pytest.mark.parametrize("sort", ["number", "title", "type", "dept"])
def test_orders_run_both_ways(qa: Office, sort: str) -> None:
    up = [str(getattr(one, sort)).casefold() for one in told(qa, sort=sort).lines]
    down = [str(getattr(one, sort)).casefold() for one in told(qa, sort=sort, descending=True).lines]
    assert up == sorted(up) and down == up[::-1] and len(set(up)) > 1


def test_at_most_one_version_is_in_force_and_it_names_the_document(qa: Office) -> None:
    held = shown(qa, "SOP-0045")
    (now,) = [one for one in held.versions if one.force == "in_force"]
    utc = held.at.utc
    assert now.effective <= utc and (not now.ended or now.ended > utc) and held.title == now.title
    assert all(one.effective > utc for one in held.versions if one.force == "ahead")
    assert {one.force for one in held.versions} >= {"in_force", "ahead"} and held.version(now.id) == now
    assert held.version("d_none") is None and code_of(document(qa, "SOP-9999")) == "document.unknown"


def test_its_bytes_are_those_of_the_fingerprint(qa: Office) -> None:
    here = told(qa, file="here").lines[0].now
    assert sha256(document_bytes(qa, here.id)).hexdigest() == here.sha256  # type: ignore[arg-type]
    none = told(qa, file="none").lines[0].now
    with pytest.raises(Fault) as fault:
        document_bytes(qa, none.id)
    assert fault.value.code == "file.missing"


def test_whom_it_concerns_hold_a_job_that_asks_for_it(qa: Office) -> None:
    number = next(one.number for one in told(qa).lines if READING in shown(qa, one.number).asked_by)
    found = concerned(qa, number)
    assert found.people == sum(found.counts.values()) > 0
    assert {one.title for one in found.jobs} >= {"Filling Operator"}
    assert all(one.people == sum(one.counts.values()) <= found.people for one in found.jobs)
    operators = people(qa, PeopleQuery(job="FIL-OP"))
    assert next(one.people for one in found.jobs if one.code == "FIL-OP") == operators.shown  # type: ignore[union-attr]
    assert concerned(qa, "SOP-9999").people == 0


def test_trained_is_who_may_do_the_work_and_nobody_in_grace(qa: Office) -> None:
    found = concerned(qa, "SOP-0011")
    assert found.counts["exp"] == 2 and found.met == 0 < found.people
    assert [one.met for one in found.jobs] == [0] * len(found.jobs) and found.jobs


def test_who_has_just_read_it_is_counted_as_trained(demo_dir: Path, tmp_path: Path) -> None:
    stage = copied(demo_dir, tmp_path)
    office = signed_in(stage, QA)
    assert shown(office, "SOP-0015").asked_by == ("RQ-0014",)
    before = concerned(office, "SOP-0015")
    done(perform(office, stage.command(LEARNER_NUMBER, "RQ-0014", "READ"), stage.beside(LEARNER)))
    after = concerned(office, "SOP-0015")
    assert (after.people, after.met) == (before.people, before.met + 1)
    assert sum(one.met for one in after.jobs) > sum(one.met for one in before.jobs)
    stage.close()


def test_a_document_with_a_draft_beside_the_version_in_force_is_found_as_draft(qa: Office) -> None:
    with qa.store.read() as tx:
        drafts = {str(row["number"]) for row in state.rows(tx, "document") if row.get("approved") is None}
    assert {one.number for one in told(qa, state="draft").lines} == drafts != set()


def test_versions_are_ordered_by_their_numbers(demo_dir: Path, tmp_path: Path) -> None:
    stage = copied(demo_dir, tmp_path)
    office = signed_in(stage, QA)
    rows = tuple(version(f"ORD-{n}", ver) for n, ver in enumerate(("9.0", "10.0", "2", "10.1", "A")))
    done(perform(office, RegisterDocuments(versions=rows), stage.signer()))
    up = [one.now.ver for one in told(office, text="ord-", sort="state").lines]
    assert up == ["A", "2", "9.0", "10.0", "10.1"]
    assert [one.now.ver for one in told(office, text="ord-", sort="state", descending=True).lines] == up[::-1]
    stage.close()


def version(number: str, ver: str) -> VersionRow:
    """A version that is in force."""
    return VersionRow(
        id=DocumentId(f"d_{number.lower()}"), number=number, ver=ver, title="Ordering", state="Effective",
        approved=Day("2026-01-01"), effective=Day("2026-01-02"),
    )  # fmt: skip


@pytest.mark.req("R-PRV-02")
def test_a_learner_reads_the_register_and_counts_one_person(played: Stage) -> None:
    number = next(
        one.number
        for one in told(signed_in(played, QA)).lines
        if READING in shown(played.office, one.number).asked_by
    )
    learner = signed_in(played, LEARNER)
    assert told(learner).total > 100 and concerned(learner, number).people == 1
    sign_out(learner)
    asked = (
        documents(learner, ShelfQuery()), document(learner, number), document_bytes(learner, "d"), affected(learner, number)
    )  # fmt: skip
    assert {code_of(one) for one in asked} == {"session.none"}
