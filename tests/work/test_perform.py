"""The one way that anything is recorded: what is signed is what was shown, and all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.base.faults import Fault
from app.base.words import Refused
from app.domain.roles import GrantRole, RevokeRole
from app.work.demo.stage import Stage, must, next_step
from app.work.office import Office
from app.work.perform import perform, perform_all, preview, rehearse
from app.work.sign import Signer
from tests.work.onstage import (
    ADMIN,
    LEARNER,
    LEARNER_NUMBER,
    ON_THE_JOB,
    QA,
    READING,
    SECOND_QA,
    TRAINER,
    copied,
)
from tests.work.seeing import (
    changed,
    code_of,
    done,
    entries,
    findings,
    kept,
    new_person,
    setting,
    signed_in,
    watched,
)


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module: each test leaves whoever it signs in signed out."""
    made = copied(demo_dir, tmp_path_factory.mktemp("perform"))
    yield made
    made.close()


@pytest.fixture
def qa(played: Stage) -> Iterator[Office]:
    """QA is signed in."""
    yield signed_in(played, QA)
    signed_in(played, QA).secrets = played.secrets()


@pytest.fixture
def trainer(played: Stage) -> Office:
    """The trainer is signed in."""
    return signed_in(played, TRAINER)


def uid_of(office: Office) -> str:
    """Whoever is signed in."""
    assert office.session is not None
    return office.session.uid


# ---- shown and signed


@pytest.mark.req("R-SIG-07", "R-SIG-08")
def test_what_was_shown_is_what_is_signed(played: Stage, qa: Office) -> None:
    shown = must(preview(qa, setting("late_h", 30), uid_of(qa)))
    assert shown.meaning.code == "APPROVED" and "24" in shown.meaning.text and "30" in shown.meaning.text
    assert done(perform(qa, setting("late_h", 30), played.signer(), shown=shown)) == 1
    entry = entries(qa)[-1]
    assert entry.act == "setting.change" and entry.sig is not None


@pytest.mark.req("R-SIG-07")
def test_a_row_that_changed_since_it_was_shown_is_not_signed(played: Stage, qa: Office) -> None:
    shown = must(preview(qa, setting("expiring_days", 60), uid_of(qa)))
    assert done(perform(qa, setting("expiring_days", 45), played.signer())) == 1
    signer, before = played.signer(), kept(qa)
    answer = perform(qa, setting("expiring_days", 60), signer, shown=shown)
    assert code_of(answer) == "record.changed_meanwhile"
    assert changed(before, kept(qa)) == []


@pytest.mark.req("R-SIG-07", "R-SIG-08")
@pytest.mark.parametrize("what", ["words", "template", "role"])
def test_words_that_differ_from_those_shown_are_not_signed(played: Stage, qa: Office, what: str) -> None:
    shown = must(preview(qa, setting("offline_days", 10), uid_of(qa)))
    other = {
        "words": replace(shown, meaning=replace(shown.meaning, about={**shown.meaning.about, "new": 11})),
        "template": replace(shown, meaning=replace(shown.meaning, tpl="role.grant@1")),
        "role": replace(shown, role="manager"),
    }[what]
    signer, before = played.signer(), kept(qa)
    answer = perform(qa, setting("offline_days", 10), signer, shown=other)
    assert code_of(answer) == "record.changed_meanwhile" and changed(before, kept(qa)) == []


def test_a_preview_writes_nothing_and_tells_a_refusal_first(qa: Office) -> None:
    before = kept(qa)
    assert code_of(preview(qa, setting("late_h", 999), uid_of(qa))) == "setting.out_of_limits"
    assert isinstance(preview(qa, setting("late_h", 40), uid_of(qa)), Refused) is False
    assert changed(before, kept(qa)) == []


@pytest.mark.req("R-SIG-01")
def test_without_a_signature_nothing_that_needs_one_is_recorded(qa: Office) -> None:
    before = kept(qa)
    assert code_of(perform(qa, setting("late_h", 48))) == "signature.missing"
    assert changed(before, kept(qa)) == []


# ---- refused, and that recorded


@pytest.mark.req("R-ACC-21", "R-AUD-12")
def test_what_the_role_may_not_is_refused_and_the_attempt_recorded(played: Stage) -> None:
    office = signed_in(played, ADMIN)
    first = office.tail.n
    assert code_of(perform(office, new_person(office, "X-1"))) == "role.may_not"
    (told,) = entries(office, first)
    assert (told.act, told.by.uid, told.ent.id) == ("rbac.denied", "sys", uid_of(office))
    assert told.body == {"act": "AddPeople", "code": "role.may_not"} and told.chg == []


@pytest.mark.req("R-ACC-21", "R-AUD-12")
def test_what_lies_outside_the_scope_is_refused_and_the_attempt_recorded(
    played: Stage, trainer: Office
) -> None:
    other = next(number for number in ("HB10001", "HB10002") if number != LEARNER_NUMBER)
    command = replace(played.command(other, ON_THE_JOB, "TAUGHT"), meaning="TAUGHT")
    signer, before, first = played.signer(), kept(trainer), trainer.tail.n
    assert code_of(perform(trainer, command, signer)) == "scope.outside"
    (told,) = entries(trainer, first)
    assert told.act == "rbac.denied" and told.body is not None and told.body["code"] == "scope.outside"
    assert "main.s_record" not in changed(before, kept(trainer))


@pytest.mark.req("R-ACC-21", "R-AUD-12")
def test_a_second_person_is_judged_by_the_own_roles(played: Stage, qa: Office) -> None:
    first = qa.tail.n
    assert code_of(perform(qa, setting("late_h", 33), played.beside(TRAINER))) == "role.may_not"
    (told,) = entries(qa, first)
    assert told.ent.id == played.cast.people[TRAINER]["uid"]


def test_a_refusal_of_another_kind_is_not_recorded(qa: Office) -> None:
    before = kept(qa)
    assert code_of(perform(qa, setting("nonsense", 1))) == "setting.unknown"
    assert changed(before, kept(qa)) == []


# ---- all or nothing


def test_a_refusal_of_the_second_command_takes_the_first_and_its_person_keys_back(
    played: Stage, qa: Office
) -> None:
    signer, before = played.signer(), kept(qa)
    commands = (new_person(qa, "X-2"), setting("late_h", 999))
    assert code_of(perform_all(qa, commands, signer)) == "setting.out_of_limits"
    assert changed(before, kept(qa)) == []


def test_several_commands_are_one_transaction_each_on_what_the_one_before_left(
    played: Stage, qa: Office
) -> None:
    first = qa.tail.n
    commands = (new_person(qa, "X-3"), new_person(qa, "X-4"), setting("kiosk_s", 60))
    assert done(perform_all(qa, commands, played.signer())) == 5
    acts = [(entry.act, entry.sig is not None) for entry in entries(qa, first)]
    assert acts == [("person.key", False), ("person.add", False)] * 2 + [("setting.change", True)]
    assert len({entry.ts.utc for entry in entries(qa, first)}) == 1


def test_two_signatures_of_one_ceremony_are_no_plain_command(played: Stage, qa: Office) -> None:
    signer, before = played.signer(), kept(qa)
    assert code_of(perform_all(qa, (setting("idle_min", 9), setting("absolute_h", 9)), signer)) == "sheet.mixed"
    assert changed(before, kept(qa)) == []


def test_a_rehearsal_counts_and_writes_nothing(played: Stage, qa: Office) -> None:
    before = kept(qa)
    assert rehearse(qa, (new_person(qa, "X-5"), setting("kiosk_s", 90))) == 3
    assert code_of(rehearse(qa, (new_person(qa, "X-5"), setting("kiosk_s", 9)))) == "setting.out_of_limits"
    assert changed(before, kept(qa)) == []
    assert done(perform(qa, new_person(qa, "X-5"))) == 2


# ---- signers


@pytest.mark.req("R-SIG-03")
def test_a_signer_of_the_session_is_good_for_one_ceremony(played: Stage, qa: Office) -> None:
    signer = played.signer()
    assert done(perform(qa, setting("idle_min", 8), signer)) == 1
    before = kept(qa)
    assert code_of(perform(qa, setting("idle_min", 7), signer)) == "signature.again"
    assert changed(before, kept(qa)) == []


def test_a_signer_of_a_session_that_ended_signs_nothing(played: Stage) -> None:
    signed_in(played, QA)
    signer: Signer = played.signer()
    played.leave()
    assert code_of(perform(signed_in(played, QA), setting("absolute_h", 7), signer)) == "session.none"


@pytest.mark.req("R-SIG-04")
def test_two_people_sign_one_training_each_in_the_own_name(played: Stage, trainer: Office) -> None:
    reading = played.command(LEARNER_NUMBER, READING, "READ")
    assert done(perform(trainer, reading, played.beside(LEARNER))) == 1
    trained = played.command(LEARNER_NUMBER, ON_THE_JOB, "TRAINED")
    assert done(perform(trainer, trained, played.beside(LEARNER))) == 1
    assert done(perform(trainer, next_step(trained, "COMPETENT"), played.signer())) == 1
    signed = entries(trainer)[-3:]
    people = played.cast.people
    assert [entry.by.uid for entry in signed] == [people[who]["uid"] for who in (LEARNER, LEARNER, TRAINER)]
    assert [entry.by.sess is None for entry in signed] == [True, True, False]


# ---- the world breaks


@pytest.mark.req("R-SEC-06")
def test_a_full_store_leaves_everything_as_it_was_and_the_next_command_works(played: Stage, qa: Office) -> None:
    cursor = qa.store.connection.cursor()
    signer, before = played.signer(), kept(qa)
    pages = cursor.execute("PRAGMA page_count").fetchone()[0]
    cursor.execute(f"PRAGMA max_page_count={pages}").fetchone()
    many = tuple(new_person(qa, f"FULL-{n}") for n in range(100))
    with pytest.raises(Fault) as full:
        perform_all(qa, many, signer)
    assert full.value.code == "disk.full" and changed(before, kept(qa)) == []
    cursor.execute("PRAGMA max_page_count=1073741823").fetchone()
    assert done(perform(qa, setting("qa_approves", 1), signer)) == 1


@pytest.mark.parametrize("count", [1, 40])
def test_the_anchor_is_written_once_a_command_however_many_entries(
    played: Stage, qa: Office, count: int
) -> None:
    secrets = watched(played.secrets())
    qa.secrets = secrets
    done(perform_all(qa, [new_person(qa, f"ONE-{count}-{n}") for n in range(count)]))
    assert secrets.writes == ["anchor"]


@pytest.mark.req("R-SEC-06")
def test_an_anchor_that_fails_loses_nothing_and_the_next_sign_in_says_so(played: Stage) -> None:
    office = signed_in(played, QA)
    signer = played.signer()
    office.secrets = secrets = watched(played.secrets())
    secrets.broken, first = "anchor", office.tail.n
    with pytest.raises(Fault) as full:
        perform(office, setting("kiosk_s", 77), signer)
    # What it says is not that nothing was recorded: it was.
    assert full.value.code == "anchor.behind"
    assert [one.act for one in entries(office, first)] == ["setting.change"]
    assert office.session is not None and office.session.k == signer.k
    played.close()
    again = played.enter(QA)
    assert "ANCHOR_LAG" in again.alerts
    assert [one.act for one in entries(again, first)] == ["setting.change", "anchor.lag", "session.open"]
    assert done(perform(again, setting("kiosk_s", 78), played.signer())) == 1


@pytest.mark.req("R-SEC-06")
def test_after_an_anchor_that_failed_the_session_goes_on_with_its_next_ceremony(
    played: Stage, qa: Office
) -> None:
    signer = played.signer()
    qa.secrets = secrets = watched(played.secrets())
    secrets.broken = "anchor"
    with pytest.raises(Fault):
        perform(qa, setting("late_h", 25), signer)
    secrets.broken = ""
    assert done(perform(qa, setting("late_h", 26), played.signer())) == 1
    assert qa.session is not None and qa.session.k == signer.k + 1


@pytest.mark.req("R-ACC-04")
def test_nobody_gives_a_role_of_the_own_and_weighty_ones_need_two(played: Stage, qa: Office) -> None:
    now = qa.clock.now().instant.utc
    own = GrantRole(uid=uid_of(qa), role="trainer", dept=None, start=now, why="ROLE")
    assert code_of(perform(qa, own, played.signer())) == "role.own"
    weighty = replace(own, uid=played.cast.people[LEARNER]["uid"], role="manager")
    assert code_of(perform(qa, weighty, played.signer())) == "approval.two_persons"
    assert code_of(preview(qa, replace(weighty, role="learner", grade="W"), uid_of(qa))) != "role.may_not"
    first = RevokeRole(uid=played.cast.people[SECOND_QA]["uid"], role="qa", dept=None, why="ROLE")
    assert code_of(perform(qa, first, played.signer())) in ("approval.two_persons", "role.too_few_left")


def test_the_whole_of_it_verifies(played: Stage) -> None:
    played.close()
    assert findings(played) == []
