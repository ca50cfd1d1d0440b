"""Entries in words: names for ids, local times for UTC, and a code rather than nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.base.entry import Entry
from app.base.ids import DocumentId
from app.domain.documents import RegisterDocuments, VersionRow
from app.work.demo.stage import Stage
from app.work.office import Office
from app.work.perform import perform
from app.work.told import Change, Names, Telling, act_words, device_of, field_words, noun_words, role_words
from tests.work.onstage import LEARNER, LEARNER_NUMBER, QA, READING, copied
from tests.work.seeing import done, entries, new_person, setting, signed_in
from ui.address import Address, parse


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module, in which the learner has just read something and QA changed a setting twice."""
    made = copied(demo_dir, tmp_path_factory.mktemp("told"))
    office = made.enter(QA)
    done(perform(office, made.command(LEARNER_NUMBER, READING, "READ"), made.beside(LEARNER)))
    for days in (45, 60):
        done(perform(office, setting("expiring_days", days), made.signer()))
    yield made
    made.close()


@pytest.fixture
def qa(played: Stage) -> Office:
    """QA is signed in."""
    return signed_in(played, QA)


@contextmanager
def telling(office: Office) -> Iterator[Telling]:
    """What tells entries in words."""
    with office.store.read() as tx:
        yield Telling(office, Names(office, tx))


def last(office: Office, act: str) -> Entry:
    """The newest entry of an act."""
    return next(one for one in reversed(entries(office)) if one.act == act)


@pytest.mark.req("R-AUD-02")
def test_old_and_new_who_and_why(qa: Office) -> None:
    made = last(qa, "setting.change")
    with telling(qa) as tell:
        line = tell.line(made)
    assert (line.who, line.column, line.old, line.new) == ("Maaike Uphaus", "value", "45", "60")
    assert (line.why, line.signed, line.me, line.more) == ("TEST", True, True, 0)
    assert line.record == "Setting: expiring_days"


@pytest.mark.req("R-AUD-02")
def test_a_record_is_told_by_requirement_and_person(qa: Office) -> None:
    made = last(qa, "record.sign")
    with telling(qa) as tell:
        line, changes, signed = tell.line(made), list(tell.changes(made)), tell.signature(made)
        assert tell.address(made) == f"countersign:person/{LEARNER_NUMBER}"
    assert line.record.endswith(f"{READING} · Omkaar Barad") and not line.me
    assert Change(column=field_words("record", "pid"), old="", new="Omkaar Barad") in changes
    assert Change(column=field_words("record", "req"), old="", new=READING) in changes
    assert signed is not None and (signed.name, signed.meaning) == ("Omkaar Barad", "READ")


def test_instants_are_local_and_no_id_is_left(qa: Office) -> None:
    made = last(qa, "record.sign")
    with telling(qa) as tell:
        line, values = tell.line(made), [one.new for one in tell.changes(made)]
    assert "CET (UTC+01:00)" in line.when and line.when in values
    assert not [one for one in values if one[:2] in ("p_", "u_", "q_", "d_")]


def test_the_address_of_a_record_is_quoted(played: Stage, qa: Office) -> None:
    row = VersionRow(id=DocumentId("d_qasop"), number="QA/SOP/001%2", ver="1", title="Quoting", state="Draft")
    done(perform(qa, RegisterDocuments(versions=(row,)), played.signer()))
    done(perform(qa, new_person(qa, "HB/7 %2F")))
    document, person = (
        next(one for one in reversed(entries(qa)) if one.ent.t == t) for t in ("document", "person")
    )
    with telling(qa) as tell:
        assert parse(tell.address(document)) == Address(page="document", id="QA/SOP/001%2")
        assert parse(tell.address(person)) == Address(page="person", id="HB/7 %2F")


def test_opening_a_period_is_no_signature(qa: Office) -> None:
    made = last(qa, "session.open")
    with telling(qa) as tell:
        assert tell.signature(made) is None and not tell.line(made).signed
    assert made.sig is not None


@pytest.mark.req("R-PRV-06")
def test_a_value_without_its_key_is_marked(played: Stage, qa: Office) -> None:
    pid = played.cast.people[LEARNER]["pid"]
    made = next(one for one in entries(qa) if one.ent.id == pid and any(c[0].endswith("_j") for c in one.chg))
    mine = [key for key in qa.ring.held() if key[0] == pid]
    with telling(qa) as tell:
        clear = list(tell.changes(made))
    qa.ring.forget(mine)
    with telling(qa) as tell:
        marked = list(tell.changes(made))
    qa.ring.learn(mine)
    assert any("Barad" in one.new or LEARNER_NUMBER in one.new for one in clear)
    assert not any("Barad" in one.new or LEARNER_NUMBER in one.new for one in marked)
    assert [one.column for one in marked] == [one.column for one in clear] and all(
        one.new for one in marked if one
    )


def test_names_of_nobody_and_of_somebody_unknown(played: Stage, qa: Office) -> None:
    with qa.store.read() as tx:
        names = Names(qa, tx)
        assert names.who("sys") == names.who("centre") != "sys"
        assert (names.who("u_none"), names.person("p_none"), names.number("p_none")) == ("u_none", "p_none", "")
        assert names.by("sys") == names.user("sys") == names.user("u_none") == ""
        uid, pid = played.cast.people[LEARNER]["uid"], played.cast.people[LEARNER]["pid"]
        assert (names.by(uid), names.user(uid), names.number(pid)) == (pid, LEARNER, LEARNER_NUMBER)
        assert names.people("barad") == {pid}


def test_a_word_that_is_missing_shows_the_code() -> None:
    assert (act_words("x.done"), noun_words("x"), role_words("x")) == ("x.done", "x", "x")
    assert field_words("x", "new_column_j") == "new column"
    assert act_words("record.sign") != "record.sign" and noun_words("record") != "record"


@pytest.mark.parametrize(("log", "device"), [("example/leiden/dev1/0", "dev1"), ("log", "log"), ("a/b", "a/b")])
def test_the_device_of_a_log(log: str, device: str) -> None:
    assert device_of(log) == device
