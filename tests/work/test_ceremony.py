"""What a person must type for which signature (R-SIG-01..04), and what becomes of every failure."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.proof.vault import slot_id
from app.work.ceremony import Given, answered_late, needs_all, signer_beside, signer_of_session
from app.work.demo.cast import code_of as now_code
from app.work.demo.stage import Stage, must
from app.work.office import Office
from app.work.perform import perform
from tests.work.onstage import QA, SECOND_QA, copied
from tests.work.seeing import code_of, done, entries, findings, kept, new_person, setting, signed_in

HOUR = 3_600_000


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("ceremony"))
    yield made
    made.close()


@pytest.fixture
def fresh(played: Stage) -> Office:
    """QA has just signed in."""
    played.close()
    return played.enter(QA)


@pytest.fixture
def signed(played: Stage) -> Office:
    """QA has signed in this session already."""
    office = signed_in(played, QA)
    if needs_all(office):
        value = 60 + office.tail.n % 60
        assert done(perform(office, setting("kiosk_s", value), played.signer())) >= 1
    return office


def password(stage: Stage, who: str = QA) -> Given:
    """The password alone."""
    return Given(password=stage.cast.people[who]["password"])


def jump(stage: Stage, ms: int) -> None:
    """Set the wall clock forward, or back, while the machine runs on."""
    stage.cast.clock.shift += ms
    stage.cast.clock.start += ms


def last_failure(office: Office) -> dict[str, object]:
    """The newest failed attempt in history."""
    return next(dict(one.body or {}) for one in reversed(entries(office)) if one.act == "auth.fail")


# ---- the first signing of a period


@pytest.mark.req("R-SIG-01")
@pytest.mark.parametrize("lacking", ["user", "password", "code"])
def test_the_first_signing_needs_all_three(played: Stage, fresh: Office, lacking: str) -> None:
    given = replace(played.cast.typed(QA), **{lacking: ""})
    size = fresh.tail.n
    assert code_of(signer_of_session(fresh, given)) == "login.failed"
    assert needs_all(fresh) and fresh.session is not None and fresh.session.k == 0
    assert [entry.act for entry in entries(fresh, size)] == ["auth.fail"]
    fresh.gate.succeeded(str(last_failure(fresh)["slot"]))


@pytest.mark.req("R-SIG-01", "R-SIG-02")
def test_with_all_three_it_is_the_first_and_then_the_password_is_enough(played: Stage, fresh: Office) -> None:
    first = must(signer_of_session(fresh, played.cast.typed(QA)))
    assert (first.lvl, first.k) == ("full", 1) and fresh.session is not None and first.sess == fresh.session.id
    assert done(perform(fresh, setting("late_h", 100 + fresh.tail.n % 60), first)) == 1
    second = must(signer_of_session(fresh, password(played)))
    assert (second.lvl, second.k, second.sess) == ("password", 2, first.sess)


@pytest.mark.req("R-SIG-01")
def test_a_first_signing_that_was_not_carried_out_leaves_the_next_one_first(
    played: Stage, fresh: Office
) -> None:
    first = must(signer_of_session(fresh, played.cast.typed(QA)))
    assert code_of(perform(fresh, setting("late_h", 9999), first)) == "setting.out_of_limits"
    assert needs_all(fresh) and code_of(signer_of_session(fresh, password(played))) == "login.failed"


@pytest.mark.req("R-SIG-01", "R-ACC-13")
def test_the_code_of_the_sign_in_does_not_sign_as_well(played: Stage, fresh: Office) -> None:
    who = played.cast.people[QA]
    used = Given(QA, who["password"], now_code(who, fresh.clock.now().instant.ms))
    assert code_of(signer_of_session(fresh, used)) == "login.failed"


@pytest.mark.req("R-SIG-04")
def test_somebody_elses_three_do_not_sign_in_this_session(played: Stage, fresh: Office) -> None:
    assert code_of(signer_of_session(fresh, played.cast.typed(SECOND_QA))) == "login.failed"
    assert last_failure(fresh)["kind"] == "auth.sign"


# ---- the later ones


@pytest.mark.req("R-SIG-02")
@pytest.mark.parametrize("typed", ["", "not the password of anybody"])
def test_a_later_signing_with_a_wrong_or_no_password_is_refused_and_counted(
    played: Stage, signed: Office, typed: str
) -> None:
    size = signed.tail.n
    assert code_of(signer_of_session(signed, Given(password=typed))) == "login.failed"
    (told,) = entries(signed, size)
    assert told.act == "auth.fail" and told.ent.id == played.cast.people[QA]["uid"] and told.by.uid == "sys"
    assert must(signer_of_session(signed, password(played))).lvl == "password"


@pytest.mark.req("R-SIG-02")
def test_a_later_signing_with_somebody_elses_password_is_refused(played: Stage, signed: Office) -> None:
    assert code_of(signer_of_session(signed, password(played, SECOND_QA))) == "login.failed"


# ---- the clock


@pytest.mark.req("R-SIG-03", "R-AUD-08")
@pytest.mark.parametrize("ms", [HOUR, -60_000])
def test_after_a_jump_of_the_clock_everything_is_asked_again(played: Stage, signed: Office, ms: int) -> None:
    jump(played, ms)
    assert code_of(signer_of_session(signed, password(played))) == "login.failed"
    jumps = [entry for entry in entries(signed) if entry.act == "clock.jump"]
    assert jumps and jumps[-1].body is not None
    assert abs(jumps[-1].body["to"] - jumps[-1].body["from"] - ms) < 5_000
    assert must(signer_of_session(signed, played.cast.typed(QA))).lvl == "full"


@pytest.mark.req("R-SIG-03")
def test_a_jump_between_the_password_and_the_signature_stops_it(played: Stage, signed: Office) -> None:
    signer = must(signer_of_session(signed, password(played)))
    assert signer.lvl == "password"
    jump(played, HOUR)
    before = kept(signed)["tail"]
    assert code_of(perform(signed, setting("kiosk_s", 55), signer)) == "signature.again"
    assert kept(signed)["tail"] == before and needs_all(signed)
    # The doubt outlasts the refusal: the next entry tells of the jump and carries it.
    assert done(perform(signed, setting("kiosk_s", 55), played.signer())) == 2
    told, change = entries(signed)[-2:]
    assert (told.act, told.ts.clk, change.ts.clk) == ("clock.jump", "jump", "jump")


def test_asking_does_not_use_a_jump_up(played: Stage, signed: Office) -> None:
    jump(played, HOUR)
    assert signed.read_clock()[1].state == "jump" == signed.read_clock()[1].state
    assert done(perform(signed, new_person(signed, "J-1"))) == 3
    assert signed.read_clock()[1].state == "ok" and needs_all(signed)


def test_a_clock_far_before_the_newest_record_records_nothing(played: Stage, signed: Office) -> None:
    jump(played, -10 * 60_000)
    assert code_of(perform(signed, new_person(signed, "B-1"))) == "clock.back"
    jump(played, 10 * 60_000)


# ---- the second person


@pytest.mark.req("R-SIG-04")
def test_a_second_person_gives_everything_every_time_and_opens_no_session(
    played: Stage, signed: Office
) -> None:
    session = signed.session
    assert session is not None
    for _ in range(2):
        beside = must(signer_beside(signed, played.cast.typed(SECOND_QA)))
        assert (beside.lvl, beside.sess, beside.k) == ("full", None, 1)
    assert signed.session is session and session.uid == played.cast.people[QA]["uid"]
    assert (
        code_of(signer_beside(signed, replace(password(played, SECOND_QA), user=SECOND_QA))) == "login.failed"
    )


@pytest.mark.req("R-SIG-04")
def test_a_second_persons_signature_is_no_ceremony_of_the_session(played: Stage, signed: Office) -> None:
    assert signed.session is not None
    k, second = signed.session.k, played.beside(SECOND_QA)
    assert done(perform(signed, setting("offline_days", 5 + signed.tail.n % 20), second)) == 1
    assert signed.session.k == k
    told = entries(signed)[-1]
    assert told.by.sess is None and told.by.uid == played.cast.people[SECOND_QA]["uid"]


# ---- failures


@pytest.mark.req("R-ACC-16")
def test_five_failures_at_the_dialog_close_the_name_there(played: Stage, signed: Office) -> None:
    typed = Given("nobody here", "wrong from the first letter", "123456")
    answers = [code_of(signer_beside(signed, typed)) for _ in range(6)]
    assert answers == ["login.failed"] * 5 + ["login.wait"]
    assert last_failure(signed)["slot"] == slot_id(signed.ds, "nobody here")
    assert must(signer_of_session(signed, password(played))).uid == played.cast.people[QA]["uid"]
    played.cast.clock.advance(9 * 60_000)
    assert code_of(signer_beside(signed, typed)) == "login.wait"


def test_a_block_that_failed_lasts_its_time_and_one_that_did_not_does_not() -> None:
    began = time.monotonic()
    with answered_late(200) as late:
        late.append("x")
    middle = time.monotonic()
    with answered_late(10_000):
        pass
    assert middle - began >= 0.2 and time.monotonic() - middle < 1


def test_what_was_typed_shows_in_no_text_that_a_program_prints() -> None:
    assert "secret" not in repr(Given("user", "secret words", "123456")) and "123456" not in repr(
        Given("user", "secret words", "123456")
    )


def test_the_whole_of_it_verifies(played: Stage) -> None:
    played.close()
    assert [one for one in findings(played) if not one[0].startswith("CLOCK")] == []
