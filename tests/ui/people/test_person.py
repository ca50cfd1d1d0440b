"""A training file on the screen: what it says, what changes when somebody signs, what another day shows, who sees whose."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from app.base.ids import RecordId
from app.domain.records import SignOff, Void
from app.domain.reports import Job
from app.work.demo.stage import must, next_step
from app.work.perform import perform
from app.work.reasons import reason_of
from tests.ui.looking import clipped, rich, small, unnamed
from tests.ui.people.conftest import Enter
from tests.ui.people.inside import Inside, button, click, lines, press, words
from tests.ui.waiting import pause
from tests.work.onstage import LEARNER, LEARNER_NUMBER, ON_THE_JOB, QA, READING, TRAINER
from ui.kit.tokens import set_theme
from ui.people.asof import AsOf
from ui.people.person import PersonPage
from ui.signing.dialog import SignDialog

pytestmark = pytest.mark.usefixtures("leaks_nothing")

ADDRESS = f"countersign:person/{LEARNER_NUMBER}"


def person(inside: Inside, address: str = ADDRESS) -> PersonPage:
    """A training file, once it is there."""
    page = inside.go(address)
    assert isinstance(page, PersonPage)
    return page


def row_of(page: PersonPage, code: str, tab: str = "duties") -> str:
    """The line of a requirement, as it is told."""
    return next(one for one in lines(page.tabs.tables[tab]) if code in one)


def turn(inside: Inside, page: PersonPage, tab: str) -> None:
    """Turn to another tab."""
    click(page.tabs.heads._buttons[tab])
    inside.rest()


def sign_step(inside: Inside, username: str, meaning: str, first: SignOff | None = None) -> SignOff:
    """Record a step through the verbs, as the sign dialog does, and tell the window."""
    stage = inside.stage
    if first is None:
        must(perform(inside.office, stage.command(LEARNER_NUMBER, READING, "READ"), stage.signer()))
    command = stage.command(LEARNER_NUMBER, ON_THE_JOB, meaning) if first is None else next_step(first, meaning)
    signer = stage.signer() if username == inside.username else stage.beside(username)
    done = must(perform(inside.office, command, signer))
    inside.desk.changed.told(done.nouns)
    inside.rest()
    return command


@pytest.mark.req("R-REC-02")
def test_the_verdict_changes_when_trainee_and_trainer_have_signed(enter: Enter) -> None:
    page = person(inside := enter(LEARNER))
    assert "Overdue" in row_of(page, ON_THE_JOB)
    page.tabs.tables["duties"].select(ON_THE_JOB)
    first = sign_step(inside, LEARNER, "TRAINED")
    assert "1 of 2" in row_of(page, ON_THE_JOB)
    assert "Waiting for the signature of: trainer" in words(page.detail)
    assert "Jennifer van der Wal" in words(page.detail)
    sign_step(inside, TRAINER, "COMPETENT", first)
    told = row_of(page, ON_THE_JOB)
    assert "2 of 2" in told and "Overdue" not in told
    assert page.tabs.current() == ON_THE_JOB
    assert "The status rests on this record" in words(page.detail)


@pytest.mark.req("R-SIG-08")
def test_a_signature_is_shown_with_name_meaning_time_and_zone(enter: Enter) -> None:
    page = person(inside := enter(QA))
    turn(inside, page, "records")
    page.tabs.tables["records"].select(page.tabs.tables["records"].rows.source.row(0)[0])  # type: ignore[index]
    inside.rest()
    told = words(page.detail)
    for part in (
        "Trained",
        "Omkaar Barad",
        "Assessed: competent",
        "Jennifer van der Wal",
        "CET (UTC+01:00)",
        "I assessed",
    ):
        assert part in told


def test_the_buttons_are_those_of_the_role(enter: Enter) -> None:
    page = person(inside := enter(QA))
    turn(inside, page, "records")
    page.tabs.select_first()
    inside.rest()
    assert button(page.detail, "Void…").isVisible()
    assert button(page, "Signed training file…").isVisible()


@pytest.mark.req("R-REC-12")
def test_a_void_record_stays_readable_and_is_struck_through(enter: Enter) -> None:
    page = person(inside := enter(QA))
    turn(inside, page, "records")
    page.tabs.select_first()
    record = page.tabs.current()
    void = Void(id=RecordId(record), why="WRONG_DATE")
    done = must(
        perform(inside.office, void, inside.stage.signer(), reason=must(reason_of("WRONG_DATE", "", "")))
    )
    inside.desk.changed.told(done.nouns)
    inside.rest()
    row = next(
        row for row in map(page.tabs.tables["records"].rows.source.row, range(2)) if row and row[0] == record
    )
    assert row[1][0].struck
    assert row[1][1].text == "Void"
    told = words(page.detail)
    assert "This record is void" in told and "Declared void" in told and "Omkaar Barad" in told


@pytest.mark.req("R-SIG-01")
def test_the_key_for_signing_opens_the_dialog_and_signs_nothing(enter: Enter) -> None:
    page = person(inside := enter(LEARNER))
    page.tabs.tables["duties"].select(ON_THE_JOB)
    first = sign_step(inside, LEARNER, "TRAINED")
    entries = inside.office.tail.n
    next(one for one in page.commands() if one.keys == "Ctrl+Shift+S").run()
    inside.rest()
    dialog = next(
        one for one in QApplication.topLevelWidgets() if isinstance(one, SignDialog) and one.isVisible()
    )
    assert "Jennifer van der Wal" in words(dialog)
    assert inside.office.tail.n == entries
    assert first.id in page.detail.proof.id  # type: ignore[union-attr]
    dialog.done(0)
    inside.rest()


def test_a_learner_sees_the_own_file_and_nobody_elses(enter: Enter) -> None:
    page = person(inside := enter(LEARNER))
    turn(inside, page, "records")
    page.tabs.select_first()
    inside.rest()
    assert "Omkaar Barad" in words(page)
    assert "Void…" not in [one.accessibleName() for one in page.detail.findChildren(type(page.header.report))]
    other = person(inside, "countersign:person/HB10410")
    assert "This training file can't be shown" in words(other)
    assert "Bouazza" not in words(other)


def test_another_day_is_said_in_a_banner_and_nothing_can_be_signed_there(enter: Enter) -> None:
    page = person(inside := enter(QA))
    page.asof.asked.emit(AsOf(day="2025-03-03"))  # type: ignore[arg-type]
    inside.rest()
    assert "You are looking at 3 Mar 2025" in words(page)
    assert "Nothing can be begun or signed here" in words(page.detail)
    assert page.header.begin.isHidden()
    click(button(page, "Back to today"))
    inside.rest()
    assert page.asof.isHidden()
    assert page.header.begin.isVisible()


def test_as_known_then_leaves_out_what_came_later(enter: Enter) -> None:
    page = person(inside := enter(QA))
    page.asof.asked.emit(AsOf(day="2026-11-19", as_known=True))  # type: ignore[arg-type]
    inside.rest()
    none = "Records  0" in page.tabs.heads._buttons["records"].words()
    assert none or "nothing was known of this person here" in words(page)


def test_a_day_that_is_today_by_now_is_no_other_day_any_more(enter: Enter) -> None:
    """Chosen yesterday as tomorrow, or today from a page that was opened yesterday: the site's clock says which day it is."""
    page = person(inside := enter(QA))
    page._asof = AsOf(day=page._shown.file.read.day)  # type: ignore[union-attr]
    page.refresh()
    inside.rest()
    assert page._asof is None and page.asof.isHidden() and page.header.begin.isVisible()


def test_before_the_person_was_known_there_is_a_way_back_to_today(enter: Enter) -> None:
    page = person(inside := enter(QA))
    page.asof.as_known.setChecked(True)
    page.asof.asked.emit(AsOf(day="2020-01-01", as_known=True))  # type: ignore[arg-type]
    inside.rest()
    assert "On 1 Jan 2020 nothing was known of this person here" in words(page)
    click(button(page, "Back to today"))
    inside.rest()
    assert "Omkaar Barad" in words(page)
    assert page.asof.isHidden() and not page.asof.as_known.isChecked()
    page.asof.asked.emit(AsOf(day="2020-01-01", as_known=True))  # type: ignore[arg-type]
    inside.rest()
    next(one for one in page.commands() if one.keys == "Ctrl+Shift+D").run()
    inside.rest()
    assert "Omkaar Barad" in words(page)


def test_the_next_person_is_shown_without_the_filter_and_the_tick_of_the_one_before(enter: Enter) -> None:
    page = person(inside := enter(QA))
    page.tabs.filter.setText("overdue rq-0047")
    page.asof.as_known.setChecked(True)
    inside.rest()
    person(inside, "countersign:person/HB10410")
    assert page.tabs.filter.text() == ""
    assert len(lines(page.tabs.tables["duties"])) == len(page._shown.file.duties) > 0  # type: ignore[union-attr]
    assert not page.asof.as_known.isChecked()


def test_the_heads_of_the_jobs_sort_them(enter: Enter) -> None:
    page = person(inside := enter(QA))
    file = page._shown.file  # type: ignore[union-attr]
    told = (
        ("B", "ZUR", "2024-02-28", ""),
        ("A", "FIL", "2025-11-02", "2025-12-01"),
        ("C", "LAB", "2025-01-15", "2026-02-01"),
    )
    jobs = tuple(
        Job(code=code, title=code, dept=dept, main=True, start=start, end=end)
        for code, dept, start, end in told
    )
    turn(inside, page, "jobs")
    page.tabs.show_file(replace(file, jobs=jobs))
    table = page.tabs.tables["jobs"]

    def codes() -> str:
        return "".join(str(table.rows.source.row(at)[0])[0] for at in range(table.rows.rowCount()))  # type: ignore[index]

    assert codes() == "ACB"
    found = {}
    for at, key in enumerate(("title", "dept", "from", "to")):
        table.grid.horizontalHeader().sectionClicked.emit(at)
        up = codes()
        table.grid.horizontalHeader().sectionClicked.emit(at)
        found[key] = (up, codes())
    assert found == {
        "title": ("ABC", "CBA"),
        "dept": ("ACB", "BCA"),
        "from": ("BCA", "ACB"),
        "to": ("ACB", "BCA"),
    }


def test_enter_opens_the_drawer_and_escape_leads_back_to_the_table(enter: Enter) -> None:
    page = person(inside := enter(QA, (1200, 800)))
    assert page.detail.isHidden()
    page.tabs.to_table()
    press(inside, Qt.Key.Key_Return)
    inside.rest()
    assert page.detail.isVisible()
    focus = inside.window.focusWidget()
    assert focus is not None and page.detail.isAncestorOf(focus)
    press(inside, Qt.Key.Key_Escape)
    assert page.detail.isHidden()
    assert inside.window.focusWidget() is page.tabs.tables["duties"].grid


def test_the_filter_keeps_the_lines_in_which_every_word_occurs(enter: Enter) -> None:
    page = person(inside := enter(QA))
    page.tabs.filter.setText("overdue rq-0047")
    inside.rest()
    assert len(lines(page.tabs.tables["duties"])) == 1
    page.tabs.filter.setText("no such thing at all")
    inside.rest()
    assert "No line matches the filter." in words(page)


def test_the_address_can_be_copied(enter: Enter) -> None:
    page = person(inside := enter(QA))
    next(one for one in page.commands() if "address" in one.words).run()
    assert QApplication.clipboard().text() == ADDRESS
    assert inside.window.page() is page


def test_an_unknown_number_is_told_in_words(enter: Enter) -> None:
    page = person(enter(QA), "countersign:person/<b>HB&amp;")
    assert "This training file can't be shown" in words(page)
    assert "<b>HB&amp;" in words(page)
    assert rich(page) == []


@pytest.mark.parametrize("size", [1.0, 1.5])
def test_every_control_has_a_name_and_nothing_is_cut(enter: Enter, size: float) -> None:
    set_theme("dark", size)
    page = person(inside := enter(QA, (1280, 800)))
    turn(inside, page, "records")
    page.tabs.select_first()
    inside.rest()
    page.detail.show()
    pause(100)
    assert unnamed(page) == []
    assert small(page) == []
    assert rich(page) == []
    assert clipped(page) == []


def test_hostile_names_are_shown_literally(enter: Enter) -> None:
    page = person(enter(QA))
    hostile = "<img src=x>&amp;\u202eevil" + "n" * 300
    page.header.show_person(hostile, "<i>1</i>", hostile)
    shown = page.header.findChildren(QLabel)
    assert any("<img src=x>&amp;⟦U+202E⟧evil" in one.text() for one in shown)
    assert rich(page) == []
    pause(50)
    assert page.header.width() <= page.width()
