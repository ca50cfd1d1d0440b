"""The act behind the violet button: nothing is signed but what was shown, by who was shown, on what it was shown."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.base.faults import Fault
from app.base.words import Refused
from app.domain.records import SignOff, Void
from app.work.demo.stage import Stage, must, next_step
from app.work.office import Office
from app.work.original import original
from app.work.perform import perform
from app.work.proposal import Proposal, propose
from app.work.signing import Chosen, SignedNow, sign_now
from app.work.unlock import Given
from tests.work.onstage import (
    LEARNER,
    LEARNER_NUMBER,
    ON_THE_JOB,
    QA,
    READING,
    SECOND_QA,
    TRAINER,
    again,
    copied,
)
from tests.work.seeing import changed, code_of, done, entries, findings, kept, setting, signed_in, watched

NOTHING = Chosen()
HOUR = 3_600_000


@pytest.fixture
def played(demo_dir: Path, tmp_path: Path) -> Iterator[Stage]:
    """A copy for each test: what is signed stays signed."""
    made = copied(demo_dir, tmp_path)
    yield made
    made.close()


@pytest.fixture
def learner(played: Stage) -> Office:
    """The trainee is signed in."""
    return signed_in(played, LEARNER)


def reading(stage: Stage) -> SignOff:
    """The trainee's first step on a document that is read."""
    return stage.command(LEARNER_NUMBER, READING, "READ")


def shown(office: Office, command: SignOff | Void, **more: object) -> Proposal:
    """What the dialog shows."""
    return must(propose(office, command, **more))  # type: ignore[arg-type]


def signed(answer: object) -> SignedNow:
    """What was signed; a refusal fails the test."""
    assert isinstance(answer, SignedNow), answer
    return answer


@pytest.mark.req("R-SIG-01", "R-SIG-05")
def test_the_trainee_signs_what_is_shown(played: Stage, learner: Office) -> None:
    seen = shown(learner, reading(played))
    told = signed(sign_now(learner, seen, NOTHING, played.cast.typed(LEARNER)))
    assert (told.meaning, told.code, told.word, told.warning) == ("READ", READING, "Qualified", "")
    assert entries(learner)[-1].sig is not None and told.at.utc == entries(learner)[-1].ts.utc
    assert "record" in told.nouns and told.name == "Omkaar Barad"


@pytest.mark.req("R-SIG-01", "R-SIG-02")
@pytest.mark.parametrize("lacking", ["password", "code", "user"])
def test_without_one_of_the_three_nothing_is_signed_and_the_tries_are_told(
    played: Stage, learner: Office, lacking: str
) -> None:
    seen, size = shown(learner, reading(played)), learner.tail.n
    typed = replace(played.cast.typed(LEARNER), **{lacking: ""})
    answer = sign_now(learner, seen, NOTHING, typed)
    assert isinstance(answer, Refused) and answer.code.startswith("signing.wrong")
    assert answer.about["left"] == 4
    assert [entry.act for entry in entries(learner, size)] == ["auth.fail"]


@pytest.mark.req("R-SIG-04", "R-ACC-16")
def test_five_wrong_passwords_lock_signing_and_the_right_one_waits(played: Stage, learner: Office) -> None:
    seen, typed = shown(learner, reading(played)), played.cast.typed(LEARNER)
    wrong = replace(typed, password="not the password at all")
    codes = [code_of(sign_now(learner, seen, NOTHING, wrong)) for _ in range(5)]
    assert codes == ["signing.wrong"] * 4 + ["signing.locked"]
    assert code_of(sign_now(learner, seen, NOTHING, typed)) == "signing.locked"
    assert not [
        entry
        for entry in entries(learner)
        if entry.act == "record.sign"
        and entry.by.uid == learner.session.uid
        and entry.by.sess == learner.session.id
    ]  # type: ignore[union-attr]


@pytest.mark.req("R-SIG-04")
def test_another_persons_three_never_sign_these_words(played: Stage, learner: Office) -> None:
    seen = shown(learner, reading(played))
    answer = sign_now(learner, seen, NOTHING, played.cast.typed(TRAINER))
    assert code_of(answer) == "signing.wrong"
    qa = signed_in(played, QA)
    beside = shown(qa, setting_of(61), uid=played.cast.people[SECOND_QA]["uid"], beside=True)
    before = qa.tail.n
    assert code_of(sign_now(qa, beside, NOTHING, played.cast.typed(QA), beside=True)) == "signing.other_person"
    assert qa.tail.n == before


def setting_of(value: int) -> SignOff:
    """A command that QA signs."""
    return setting("kiosk_s", value)  # type: ignore[return-value]


@pytest.mark.req("R-SIG-07")
def test_a_record_that_changed_is_not_signed_and_costs_no_try_and_no_code(played: Stage) -> None:
    qa = signed_in(played, QA)
    seen = shown(qa, setting_of(60))
    assert done(perform(qa, setting_of(70), played.beside(SECOND_QA))) == 1
    size, typed = qa.tail.n, played.cast.typed(QA)
    assert code_of(sign_now(qa, seen, NOTHING, typed)) == "record.changed_meanwhile"
    assert entries(qa, size) == []
    assert signed(sign_now(qa, shown(qa, setting_of(60)), NOTHING, typed)).meaning == "APPROVED"


@pytest.mark.req("R-SIG-07")
@pytest.mark.parametrize("how", ["other bytes", "gone"])
def test_a_document_that_was_exchanged_is_not_signed(played: Stage, learner: Office, how: str) -> None:
    seen = shown(learner, reading(played))
    assert seen.document is not None and len(original(learner, seen.document.id)) == seen.document.size
    for path in (played.site / "files").glob("*/*"):
        path.write_bytes(os.urandom(path.stat().st_size)) if how == "other bytes" else path.unlink()
    size = learner.tail.n
    with pytest.raises(Fault) as no:
        sign_now(learner, seen, NOTHING, played.cast.typed(LEARNER))
    assert no.value.code == ("file.changed" if how == "other bytes" else "file.missing")
    assert learner.tail.n == size


@pytest.mark.req("R-SIG-03", "R-ACC-17")
def test_whoever_was_away_too_long_signs_nothing(played: Stage, learner: Office) -> None:
    seen, typed = shown(learner, reading(played)), played.cast.typed(LEARNER)
    played.cast.clock.advance(11 * 60_000)
    assert code_of(sign_now(learner, seen, NOTHING, typed)) == "session.none"
    assert learner.session is None and entries(learner)[-1].act == "session.close"
    assert code_of(sign_now(learner, seen, NOTHING, typed, beside=True)) == "session.none"


@pytest.mark.req("R-SIG-03", "R-AUD-08")
def test_a_clock_that_went_back_signs_nothing(played: Stage, learner: Office) -> None:
    seen, typed, size = shown(learner, reading(played)), played.cast.typed(LEARNER), learner.tail.n
    played.cast.clock.shift -= HOUR
    played.cast.clock.start -= HOUR
    assert code_of(sign_now(learner, seen, NOTHING, typed)) == "clock.back" and learner.tail.n == size


@pytest.mark.req("R-SIG-16", "R-REC-03")
def test_a_second_person_signs_the_next_step_and_the_session_stays(played: Stage) -> None:
    qa = signed_in(played, QA)
    uid = played.cast.people[LEARNER]["uid"]
    assert (
        code_of(propose(qa, played.command(LEARNER_NUMBER, ON_THE_JOB, "TRAINED"), uid)) == "requirement.locked"
    )
    read = shown(qa, reading(played), uid=uid, beside=True)
    signed(sign_now(qa, read, NOTHING, played.cast.typed(LEARNER), beside=True))
    first = played.command(LEARNER_NUMBER, ON_THE_JOB, "TRAINED")
    trainee = shown(qa, first, uid=uid, beside=True)
    assert (trainee.place, trainee.completes, trainee.asks.why) == ((1, 2), False, "beside")
    assert signed(sign_now(qa, trainee, NOTHING, played.cast.typed(LEARNER), beside=True)).word != "Qualified"
    answer = propose(qa, next_step(first, "COMPETENT"), played.cast.people[TRAINER]["uid"], beside=True)
    assert answer_or_not_qualified(answer)
    assert qa.session is not None and qa.session.uid == played.cast.people[QA]["uid"] and qa.session.fresh


@pytest.mark.req("R-REC-12")
def test_a_reason_is_asked_for_and_kept_with_the_signers_words(played: Stage) -> None:
    qa = signed_in(played, QA)
    seen = shown(qa, Void(id=record_of(qa), why=None))
    assert seen.needs_reason and "OTHER" in seen.reasons
    typed = played.cast.typed(QA)
    assert code_of(sign_now(qa, seen, NOTHING, typed)) == "why.missing"
    assert code_of(sign_now(qa, seen, Chosen(why="OTHER", words="  "), typed)) == "why.text_missing"
    assert code_of(sign_now(qa, seen, Chosen(why="OTHER", words="x" * 501), typed)) == "why.too_long"
    told = signed(sign_now(qa, seen, Chosen(why="WRONG_DATE", words="It was the day before"), typed))
    why = entries(qa)[-1].why
    assert told.meaning == "VOIDED" and why is not None and why.code == "WRONG_DATE"
    assert qa.ring.open(why.text, "record", told.record, "why.text") == "It was the day before"


def answer_or_not_qualified(answer: Proposal | Refused) -> bool:
    """The trainer of the demo trains what the demo's trainer is fit for."""
    return code_of(answer) == "signer.not_qualified" if isinstance(answer, Refused) else answer.completes


def record_of(office: Office) -> str:
    """A record that the demo left complete."""
    return next(one.ent.id for one in entries(office) if one.act == "record.sign")


@pytest.mark.req("R-SIG-07")
def test_the_fingerprint_is_that_of_the_text_that_is_shown(played: Stage, learner: Office) -> None:
    command = reading(played)
    seen, later = shown(learner, command), shown(learner, command)
    assert sha256(seen.content.encode()).hexdigest() == seen.fingerprint == later.fingerprint
    assert seen.shown.meaning.text in seen.content and seen.document is not None
    assert seen.document.sha256 in seen.content
    assert shown(learner, replace(command, req=other(played))).fingerprint != seen.fingerprint


def other(stage: Stage) -> str:
    """Another requirement of the same person."""
    return stage.command(LEARNER_NUMBER, "RQ-0038", "READ").req


def test_what_was_recorded_is_not_told_as_nothing_when_the_mark_can_not_be_written(
    played: Stage, learner: Office
) -> None:
    seen, typed = shown(learner, reading(played)), played.cast.typed(LEARNER)
    secrets = watched(played.secrets())
    learner.secrets, secrets.broken = secrets, "anchor"
    told = signed(sign_now(learner, seen, NOTHING, typed))
    assert told.warning == "anchor.behind" and entries(learner)[-1].sig is not None


@pytest.mark.req("R-SIG-02")
def test_the_keyring_gone_while_the_dialog_is_open_signs_nothing(played: Stage, learner: Office) -> None:
    seen, typed, before = shown(learner, reading(played)), played.cast.typed(LEARNER), kept(learner)
    secrets = watched(played.secrets())
    secrets.broken = "lock"
    learner.gate._secrets = secrets
    with pytest.raises(Fault) as no:
        sign_now(learner, seen, NOTHING, typed)
    assert no.value.code == "disk.full" and changed(before, kept(learner)) == []
    secrets.broken = ""
    assert signed(sign_now(learner, seen, NOTHING, typed)).meaning == "READ"


@pytest.mark.req("R-SIG-02")
def test_the_same_ceremony_signs_once(played: Stage, learner: Office) -> None:
    typed, seen = played.cast.typed(LEARNER), shown(learner, reading(played))
    signed(sign_now(learner, seen, NOTHING, typed))
    size = learner.tail.n
    assert isinstance(sign_now(learner, seen, NOTHING, typed), Refused)
    assert not [one for one in entries(learner, size) if one.sig]


def test_nobodys_password_stands_in_what_is_passed_around(played: Stage, learner: Office) -> None:
    typed = played.cast.typed(LEARNER)
    assert typed.password not in repr((typed, shown(learner, reading(played)))) and again
    assert Given() == Given("", "", "")


def test_the_whole_of_it_verifies(played: Stage, learner: Office) -> None:
    signed(sign_now(learner, shown(learner, reading(played)), NOTHING, played.cast.typed(LEARNER)))
    played.close()
    assert findings(played) == []
