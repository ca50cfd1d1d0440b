"""What a device says of persons whose key has not reached it: words, never a stumble, and never a name that it can't know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.ids import AccountId, PersonId, RecordId
from app.base.words import Refused
from app.domain.accounts import OpenAccount
from app.domain.records import Void
from app.proof.envelope import NoKey
from app.store import state
from app.work.approve import refuse_approvers
from app.work.ask import File, find_person, training_of
from app.work.ceremony import signer_of_session
from app.work.issue import issue_file
from app.work.office import Office, commitments
from app.work.papers import make_papers
from app.work.perform import perform, preview, rehearse
from app.work.recording import keep_keys, recording
from app.work.unread import NotHere, Seen, shown_name, unread_persons
from tests.work.apart import DORA, EMMA, RECORD, Apart
from tests.work.linked import signer

MISSING = Refused("person.no_key", {"id": EMMA})
VOID = Void(id=RecordId(RECORD), why="X")
ACCOUNT = OpenAccount(id=AccountId("u_emma00000000000"), pid=PersonId(EMMA), name="emma")


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    """Two devices that have synced; no key has travelled."""
    made = Apart(tmp_path_factory.mktemp("unread"))
    yield made
    made.close()


@pytest.fixture
def office(apart: Apart) -> Office:
    """The first device, anna in session: Emma was entered on the second."""
    return apart.enter(0)


@pytest.mark.req("R-SYN-03", "R-SIG-07")
def test_nothing_is_signed_about_somebody_who_can_t_be_read(apart: Apart, office: Office) -> None:
    n = office.tail.n
    assert preview(office, VOID, apart.small.made.people[0].uid) == MISSING
    assert rehearse(office, [VOID]) == MISSING
    assert perform(office, VOID, signer(apart.small, office)) == MISSING
    assert office.tail.n == n


def test_nothing_of_theirs_is_written_without_their_key(apart: Apart, office: Office) -> None:
    n = office.tail.n
    assert perform(office, ACCOUNT) == MISSING
    two = [apart.small.beside(office, name) for name in ("anna", "bram")]
    assert refuse_approvers(office, two, frozenset({EMMA})) == MISSING
    assert refuse_approvers(office, two, frozenset({DORA})) is None
    assert office.tail.n == n


@pytest.mark.req("R-PRV-06")
def test_nobody_who_was_entered_gets_a_second_key(office: Office) -> None:
    with office.store.read() as tx:
        before = commitments(tx)
    with pytest.raises(NoKey), recording(office) as made:
        keep_keys(office, made, ["p_000000000000000f", EMMA])
    with office.store.read() as tx:
        assert commitments(tx) == before
    assert not office.ring.has(EMMA) and not office.ring.has("p_000000000000000f")


@pytest.mark.req("R-PRV-06")
def test_whoever_was_erased_is_told_apart(apart: Apart, office: Office) -> None:
    office.standing.erased.add(EMMA)
    assert rehearse(office, [VOID]) == Refused("person.erased", {"id": EMMA})
    assert unread_persons(office) == []
    assert shown_name(office, {"id": EMMA}) == f"{EMMA} (erased)"


def test_a_status_is_answered_with_a_mark_in_place_of_the_name(office: Office) -> None:
    file = training_of(office, EMMA, None, None)
    assert isinstance(file, File)
    assert (file.name, file.number) == (f"{EMMA} (name not on this device)", "")


def test_a_number_that_is_not_found_may_be_one_of_theirs(office: Office) -> None:
    assert unread_persons(office) == [EMMA]
    assert find_person(office, "N10") == Refused("person.unknown_or_unread", {"number": "N10", "count": 1})
    assert not isinstance(find_person(office, "N9"), Refused)


def test_whoever_can_be_read_is_shown_by_name(office: Office) -> None:
    for number in ("N0", "N9"):
        row = find_person(office, number)
        assert not isinstance(row, Refused)
        assert shown_name(office, row) == row["name"]


@pytest.mark.req("R-REP-01")
def test_no_report_is_sealed_with_a_name_missing(apart: Apart, office: Office, tmp_path: Path) -> None:
    assert not isinstance(make_papers(office, apart.small.typed("anna")), Refused)
    assert issue_file(office, EMMA, tmp_path / "a.pdf") == MISSING
    assert not list(tmp_path.iterdir())


def test_a_view_tells_erased_from_not_here(office: Office) -> None:
    with office.store.read() as tx:
        row = state.row(tx, "person", EMMA)
    assert row is not None
    place = (row["given_j"], "person", EMMA, "given_j")
    with pytest.raises(NotHere):
        Seen(office).open(*place)
    office.standing.erased.add(EMMA)
    with pytest.raises(NoKey):
        Seen(office).open(*place)


def test_a_signer_who_can_t_be_named_does_not_sign(apart: Apart, office: Office) -> None:
    pid = apart.small.made.people[0].pid
    mine = [key for key in office.ring.held() if key[0] == pid]
    office.ring.forget(mine)
    assert signer_of_session(office, apart.small.typed("anna")) == Refused("person.no_key", {"id": pid})
