"""A device of the site runs a program that keeps no rule: what it records is kept, and counts for nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.audit.findings import Finding
from app.base.words import Done, Json, Refused
from app.domain.accounts import AccountSet
from app.domain.documents import DocumentRegistered
from app.domain.records import SignedOff
from app.domain.settings import ChangeSetting
from app.domain.wire import Act, apply
from app.proof.chain import leaf
from app.proof.device import new_device
from app.store import history, state
from app.store.outbox import MOST_ENTRIES
from app.store.refold import refold
from app.store.training import read_rules, status_facts
from app.work.care import check_site
from app.work.centres import block, known_centres
from app.work.issue import _enrolments
from app.work.login import sign_in, sign_out
from app.work.office import Office, commitments
from app.work.perform import perform
from app.work.recording import recording
from app.work.scribe import SYS, Draft, Hand, Reason, Scribe
from app.work.sign import esign_entry
from tests.work.founded import ZONE
from tests.work.linked import Linked, Second, signer
from tests.work.patched import WORDS, Patched, write

DORA = "p_0000000000000009"


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[Linked]:
    """A site whose centre is recorded; persons are entered."""
    made = Linked(tmp_path)
    made.small.persons(made.office)
    yield made
    made.close()


@pytest.fixture
def patched(linked: Linked) -> Iterator[Patched]:
    """Carla, a manager, on a second device that lets her do what she likes."""
    second = Second(linked)
    made = Patched(second)
    yield made
    second.close()


def came_in(patched: Patched) -> Office:
    """The first device after it took in what the second recorded; anna is in session again."""
    linked = patched.second.linked
    for office in (patched.office, linked.office):
        sign_out(office)
        linked.sync(office)
    linked.sync()
    linked.office.close()
    linked.office = linked.small.enter()
    return linked.office


def found(patched: Patched, folder: Path | None = None) -> set[tuple[str, str | None]]:
    """What `verify store` says of the first device, or of the second's folder: code and entity."""
    linked = patched.second.linked
    linked.office.close()
    patched.office.close()
    secrets = patched.second.secrets() if folder is not None else linked.small.secrets()
    report = check_site(folder or linked.small.site, secrets, linked.small.typed("bram"), None)
    return {(one.code, one.entity) for one in report.findings if severe(one)}


def severe(one: Finding) -> bool:
    """Whether it is an error."""
    return one.severity == "error"


def kept(office: Office, log: str) -> int:
    """How many entries of a log are held."""
    with office.store.read() as tx:
        return history.size(tx, log)


@pytest.mark.req("R-SYN-03")
def test_a_role_that_one_gives_oneself_is_kept_told_and_not_believed(patched: Patched) -> None:
    patched.grant("trainer")
    office = came_in(patched)
    here = (office.tail.log, office.tail.n)
    assert kept(office, patched.second.log) == patched.office.tail.n
    assert office.standing.roles.held(patched.uid, here, office.clock.now().instant.utc) == {"manager"}
    assert "RBAC" in office.alerts
    one, two = found(patched), found(patched, patched.second.folder)
    assert one == two == {("RBAC", f"role/{patched.uid}")}


@pytest.mark.req("R-SYN-03")
def test_approvals_by_who_may_not_give_them_give_no_role(patched: Patched) -> None:
    patched.appoint("qa", ("carla", "anna"))
    office = came_in(patched)
    here = (office.tail.log, office.tail.n)
    assert office.standing.roles.held(patched.uid, here, office.clock.now().instant.utc) == {"manager"}
    assert found(patched) == {(code, f"role/{patched.uid}") for code in ("ENROL_APPROVAL", "RBAC")}


@pytest.mark.req("R-SYN-02", "R-SYN-03")
def test_a_device_enrolled_by_who_may_not_is_none(patched: Patched) -> None:
    log = patched.enrol(new_device(os.urandom))
    office = came_in(patched)
    assert [machine.id for machine in office.standing.machines if machine.log == log] == []
    assert found(patched) == {("RBAC", "device/dev3")}


@pytest.mark.req("R-SYN-01", "R-SYN-03")
def test_an_old_centre_key_does_not_come_back_by_who_may_not(patched: Patched) -> None:
    linked = patched.second.linked
    with linked.office.store.read() as tx:
        acts = [b for _, _, b in history.landmarks(tx) if b'"act":"centre.descriptor"' in b]
    jws = acts[0].decode().partition('"jws":"')[2].partition('"')[0]
    linked.record(urls=[linked.address])
    patched.small.clock.advance(60_000)
    patched.write(Act(ACT="centre.descriptor", NOUN="centre", id="centre.example", body={"jws": jws}))
    office = came_in(patched)
    assert known_centres(office)["centre.example"].urls == [linked.address]
    assert found(patched) == {("RBAC", "centre/centre.example")}


@pytest.mark.req("R-SYN-03", "R-SYN-04")
def test_a_record_judged_by_who_may_not_is_in_dispute(patched: Patched) -> None:
    patched.judge()
    office = came_in(patched)
    with office.store.read() as tx:
        facts = status_facts(tx, DORA)
        row = state.row(tx, "record", "r_bad")
    assert row is not None and row["verdict"] == "COMPETENT"
    assert facts is not None and "r_bad" in facts.rivals
    assert "RBAC" in office.alerts
    one, two = found(patched), found(patched, patched.second.folder)
    assert one == two == {("RBAC", "record/r_bad")}


@pytest.mark.req("R-SYN-03")
@pytest.mark.parametrize("role", ["qa", "manager"])
def test_a_setting_changed_by_who_may_not_does_not_hold(patched: Patched, role: str) -> None:
    patched.second.linked.change(hours=72)
    patched.setting(30, "expiring_days", role=role)
    patched.setting(60, "expiring_days", role=role)
    office = came_in(patched)
    with office.store.read() as tx:
        rules = read_rules(tx)
        row = state.row(tx, "setting", "expiring_days")
    assert row is not None and row["value"] == 60
    assert rules.expiring_days == 30 and "expiring_days" in rules.rivals
    assert found(patched) == {("RBAC", "setting/expiring_days")}


@pytest.mark.req("R-SYN-04")
def test_qa_answers_what_is_in_doubt(patched: Patched) -> None:
    patched.judge()
    patched.setting(14, "expiring_days")
    office = came_in(patched)
    both = {("record", "r_bad"), ("setting", "expiring_days")}
    assert in_doubt(office) == both
    with office.store.write() as tx:
        refold(tx, "sqlite", leaf, apply)
    assert in_doubt(office) == both
    linked = patched.second.linked
    void = SignedOff(id="r_bad", void=1)
    write(office, signer(linked.small, office), void, "qa", "VOIDED")
    answer = perform(
        office, ChangeSetting(name="expiring_days", value=60, why="X"), signer(linked.small, office)
    )
    assert isinstance(answer, Done)
    assert in_doubt(office) == set()
    with office.store.read() as tx:
        assert read_rules(tx).expiring_days == 60
    assert found(patched) == {("RBAC", "record/r_bad"), ("RBAC", "setting/expiring_days")}


def in_doubt(office: Office) -> set[tuple[str, str]]:
    """The rows that are in dispute because of who changed them."""
    with office.store.read() as tx:
        return set(state.doubted(tx))


@pytest.mark.req("R-SYN-03")
def test_a_command_that_needs_two_batches_is_in_no_doubt(linked: Linked) -> None:
    second = Second(linked)
    office, by = second.office, signer(linked.small, second.office, "bram")
    rows = [DocumentRegistered(id=f"d_{n:05}", number=f"S{n}", ver="1") for n in range(MOST_ENTRIES + 50)]

    def signing(scribe: Scribe, covered: int, b: bytes, of: Draft) -> str:
        return esign_entry(by, WORDS, scribe, covered, None, b, of)

    with recording(office) as made:
        made.write(Hand(uid=by.uid, sess=by.sess, role="qa"), made.drafts(rows), Reason(code="X"), signing)
    for one in (office, linked.office):
        sign_out(one)
        linked.sync(one)
    linked.sync()
    with linked.office.store.read() as tx:
        assert len(list(state.rows(tx, "document"))) == len(rows)
    assert in_doubt(linked.office) == set()
    second.close()


def states(patched: Patched, state_: str) -> Office:
    """The second device's machine says of every account that it is `state_`; the first device took it in."""
    with recording(patched.office) as made:
        rows = [AccountSet(id=one.uid, state=state_) for one in patched.small.made.people]
        made.write(SYS, made.drafts(rows), None, None)
    return came_in(patched)


@pytest.mark.req("R-SYN-03", "R-ACC-16")
def test_a_machine_that_disables_every_account_locks_nobody_out(patched: Patched) -> None:
    office = states(patched, "disabled")
    with office.store.read() as tx:
        assert state.row(tx, "account", office.session.uid)["state"] == "disabled"  # type: ignore[union-attr,index]
    linked = patched.second.linked
    linked.change(office, 72)
    for name in ("bram", "carla", "anna"):
        linked.again(name)
    accounts = {("RBAC", f"account/{one.uid}") for one in patched.small.made.people}
    assert found(patched) == accounts


@pytest.mark.req("R-SYN-03", "R-ACC-16")
def test_a_machine_that_enables_a_disabled_account_lets_nobody_in(patched: Patched) -> None:
    bram, linked = patched.small.made.people[1].uid, patched.second.linked
    with recording(linked.office) as made:
        session = linked.office.session
        assert session is not None
        hand = Hand(uid=session.uid, sess=session.id, role="qa")
        made.write(hand, made.drafts([AccountSet(id=bram, state="disabled")]), None, None)
    assert refused_at_login(linked, "bram")
    sign_out(patched.office)
    linked.sync(patched.office)
    patched.office.close()
    patched.second.office = patched.office = patched.second.enter("carla")
    office = states(patched, "active")
    with office.store.read() as tx:
        assert (state.row(tx, "account", bram) or {})["state"] == "active"
    assert refused_at_login(linked, "bram")


def refused_at_login(linked: Linked, name: str) -> bool:
    """Whether somebody who knows everything is not let in on the first device; anna is in session afterwards."""
    linked.again()
    linked.office.close()
    small = linked.small
    answer = sign_in(small.site, small.secrets(), small.clock, os.urandom, small.typed(name), ZONE)
    if isinstance(answer, Office):
        answer.close()
    linked.office = small.enter()
    return isinstance(answer, Refused)


@pytest.mark.req("R-SYN-03")
@pytest.mark.parametrize("body", [{}, {"pid": "p", "ver": [], "commit": "c"}])
def test_a_data_key_of_no_form_does_not_stop_the_site(patched: Patched, body: dict[str, Json]) -> None:
    with recording(patched.office) as made:
        made.act(SYS, Act(ACT="person.key", NOUN="person", id="p", body=body))
    office = came_in(patched)
    assert kept(office, patched.second.log) < patched.office.tail.n
    assert "ENTRY_SCHEMA" in office.alerts
    assert ("ENTRY_SCHEMA", None) in {(code, None) for code, _ in found(patched)}


@pytest.mark.req("R-SYN-03")
def test_a_second_commitment_for_a_key_is_told_and_changes_none(patched: Patched) -> None:
    before = commitments_of(patched.second.linked.office)
    with recording(patched.office) as made:
        body: dict[str, Json] = {"pid": DORA, "ver": 1, "commit": "A" * 43}
        made.act(SYS, Act(ACT="person.key", NOUN="person", id=DORA, body=body))
    office = came_in(patched)
    assert commitments_of(office) == before and (DORA, 1) in before
    assert "DEK_COMMIT" in office.alerts
    assert found(patched) == {("DEK_COMMIT", f"person/{DORA}")}


def commitments_of(office: Office) -> dict[tuple[str, int], str]:
    """What the history held commits to."""
    with office.store.read() as tx:
        return commitments(tx)


@pytest.mark.req("R-SYN-03")
def test_one_devices_words_of_its_meetings_say_nothing_of_anothers(patched: Patched) -> None:
    body: dict[str, Json] = {"centre": "centre.example", "code": "receipt"}
    with recording(patched.office) as made:
        made.act(SYS, Act(ACT="sync.blocked", NOUN="site", id="site", body=body))
    office = came_in(patched)
    n = office.tail.n
    for _ in range(2):
        block(office, "centre.example", "receipt")
    assert office.tail.n == n + 1


@pytest.mark.req("R-SYN-03", "R-REP-01")
@pytest.mark.parametrize("appr", [[1], ["no token"], []])
def test_a_key_that_nobody_approved_stands_in_no_report(patched: Patched, appr: list[Json]) -> None:
    linked = patched.second.linked
    anna = patched.small.made.people[0].uid
    with linked.office.store.read() as tx:
        before = _enrolments(tx, {anna}, linked.office.standing.refused)
    body: dict[str, Json] = {
        "uid": anna, "pid": "p_x", "jwk": {}, "jkt": "x", "hpk": "x", "idv": None, "from": None, "pop": "x", "appr": appr,
    }  # fmt: skip
    patched.write(Act(ACT="key.enrol", NOUN="key", id=anna, body=body))
    office = came_in(patched)
    assert kept(office, patched.second.log) == patched.office.tail.n
    with office.store.read() as tx:
        assert _enrolments(tx, {anna}, office.standing.refused) == before
