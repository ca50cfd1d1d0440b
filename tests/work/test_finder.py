"""The finder gives what looking at every entry would give; nobody out of sight, the newest state of things."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.ids import DocumentId
from app.domain.documents import RegisterDocuments, VersionRow
from app.work.crowd import whole_crowd, words_of
from app.work.demo.stage import Stage
from app.work.finder import DOCUMENT, PERSON, _kept, find, gather
from app.work.office import Office
from app.work.perform import perform
from app.work.period import sign_out
from tests.work.onstage import LEARNER, QA, copied
from tests.work.seeing import done, new_person, signed_in
from ui.address import Address, parse


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("finder"))
    yield made
    made.close()


def plain(office: Office, typed: str) -> list[str]:
    """The names of the persons whose every word begins so, those first whose number or name begins with the first."""
    with office.store.read() as tx:
        people = whole_crowd(office, tx).people.values()
    wanted = words_of((typed,)).split()
    hits = [
        (not one.words.startswith(f" {wanted[0]}"), one.name.casefold(), one.name)
        for one in people
        if all(f" {word}" in one.words for word in wanted)
    ]
    return [name for _, _, name in sorted(hits)]


@pytest.mark.parametrize(
    "typed", ["a", "an", "omkaar bar", "HB100", "fil operator", "de", "é", "zzz", "bar omkaar"]
)
def test_what_is_found_is_what_looking_at_everybody_finds(played: Stage, typed: str) -> None:
    office = signed_in(played, QA)
    found = [hit.title for hit in find(office, typed, limit=10_000) if hit.kind == PERSON]
    assert found == plain(office, typed)


def test_what_was_gathered_ahead_is_what_is_searched(played: Stage) -> None:
    office = signed_in(played, QA)
    sign_out(office)
    _kept.clear()
    gather(office)
    assert office.store not in _kept, "nobody is signed in"
    office = signed_in(played, QA)
    gather(office)
    made = _kept[office.store]
    assert find(office, "omkaar") and _kept[office.store] is made


def test_no_more_than_asked_for_and_the_best_of_them(played: Stage) -> None:
    office = signed_in(played, QA)
    assert find(office, "a", limit=5) == find(office, "a", limit=10_000)[:5]


def test_documents_are_found_by_number_and_title(played: Stage) -> None:
    hits = find(signed_in(played, QA), "SOP-0007")
    found = [hit.address for hit in hits if hit.kind == DOCUMENT]
    assert found[0] == "countersign:document/SOP-0007" and all("SOP-0007" in one for one in found)


def test_addresses_are_quoted_so_that_any_number_leads_there(played: Stage) -> None:
    office = signed_in(played, QA)
    row = VersionRow(id=DocumentId("d_qasop"), number="QA/SOP/001%2", ver="1", title="Quoting", state="Draft")
    done(perform(office, RegisterDocuments(versions=(row,)), played.signer()))
    done(perform(office, new_person(office, "HB/7 %2F")))
    (document,) = [hit for hit in find(office, "quoting") if hit.kind == DOCUMENT]
    (person,) = [hit for hit in find(office, "HB/7") if hit.kind == PERSON]
    assert parse(document.address) == Address(page="document", id="QA/SOP/001%2")
    assert parse(person.address) == Address(page="person", id="HB/7 %2F")


@pytest.mark.req("R-ACC-01")
def test_a_learner_finds_no_other_person(played: Stage) -> None:
    office = signed_in(played, LEARNER)
    assert office.session is not None
    people = [hit for hit in find(office, "a", limit=10_000) if hit.kind == PERSON]
    assert len(people) <= 1 and find(office, "sop")


def test_who_was_entered_just_now_is_found(played: Stage) -> None:
    office = signed_in(played, QA)
    assert find(office, "NEW-77") == ()
    done(perform(office, new_person(office, "NEW-77")))
    assert [hit.sub for hit in find(office, "NEW-77")] == ["NEW-77"]
