"""A report in the real window on a copy of the demo: made, previewed, saved, checked, printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDateEdit
from pytestqt.qtbot import QtBot

from app.base.moment import Day, add_days
from app.work.checking import verify_pdf
from app.work.demo.stage import Stage
from app.work.handout import Proof
from tests.ui.looking import clipped, jumps, rich, small, unnamed
from tests.ui.opened import Opened, opened
from tests.ui.waiting import pause, until
from tests.work.onstage import LEARNER, LEARNER_NUMBER, QA
from ui.address import parse
from ui.kit.tokens import set_theme
from ui.reports.form import MOST
from ui.reports.page import ReportsPage
from ui.reports.printing import prepared

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")


@pytest.fixture
def window(leaks_nothing: None, qtbot: QtBot, stage: Stage) -> Iterator[Opened]:
    with opened(qtbot, stage, QA) as made:
        made.window.resize(1440, 900)
        yield made


def form(window: Opened) -> ReportsPage:
    page = window.go(f"countersign:reports/{LEARNER_NUMBER}")
    assert isinstance(page, ReportsPage)
    until(lambda: page.form.people.rows.rowCount() == 1)
    return page


def report(window: Opened) -> ReportsPage:
    page = form(window)
    window.press("Ctrl+P")
    until(lambda: page.made is not None and not page.viewer.sheet.is_empty())
    window.settle()
    return page


@pytest.mark.req("R-SIG-08")
def test_what_is_saved_is_what_was_previewed_and_verifies(window: Opened, tmp_path: Path) -> None:
    page = report(window)
    assert page.made is not None
    page.ways.save_to(tmp_path / "file.pdf")
    window.settle()
    held = (tmp_path / "file.pdf").read_bytes()
    assert held == page.made.drawn.pdf
    assert verify_pdf(tmp_path / "file.pdf", None).report.exit == 0
    assert "The file verifies" in window.said(page)
    assert len(pdfium.PdfDocument(held)) == page.viewer.maker.pages


def test_a_folder_that_is_not_there_is_said_and_the_report_kept(window: Opened, tmp_path: Path) -> None:
    page = report(window)
    page.ways.save_to(tmp_path / "none" / "file.pdf")
    window.settle()
    assert "The report was not saved." in window.said(page)
    assert page.made is not None


def test_all_its_pages_are_printed(window: Opened, tmp_path: Path) -> None:
    page = report(window)
    printer = prepared("A4", "report")
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    page.ways.print_on(printer)
    until(lambda: not page.ways.is_printing())
    assert len(pdfium.PdfDocument((tmp_path / "printed.pdf").read_bytes())) == page.viewer.maker.pages


def test_a_file_that_does_not_verify_is_not_called_sound(window: Opened) -> None:
    page = report(window)
    assert page.result.pill.text() == "Seal valid"
    page.result.show_proof(Proof(findings=(("SIG_BAD", "The PDF was changed."),), first_use=False), "x")
    assert page.result.pill.text() == "Does not verify"
    page.anew.click()
    window.settle()
    assert page.made is None
    assert page.form.person() is not None
    assert page.anew.isHidden()


def test_a_learner_makes_the_own_file_only(qtbot: QtBot, stage: Stage) -> None:
    with opened(qtbot, stage, LEARNER) as window:
        page = window.go("countersign:reports")
        assert isinstance(page, ReportsPage)
        until(lambda: page.form.people.rows.rowCount() == 1)


@pytest.mark.parametrize(("size", "room"), [(1.0, (1280, 800)), (1.5, (1280, 800)), (1.5, (1920, 1080))])
@pytest.mark.parametrize("made", [False, True])
def test_everything_has_a_name_and_nothing_is_cut(
    window: Opened, made: bool, size: float, room: tuple[int, int]
) -> None:
    set_theme("light", size)
    window.window.resize(*room)
    page = report(window) if made else form(window)
    window.settle()
    assert unnamed(page) == []
    assert small(page) == []
    assert clipped(page) == []
    assert rich(page) == []
    assert jumps(page) == []


def test_who_is_named_by_the_address_is_who_the_report_is_about(window: Opened) -> None:
    page = window.go("countersign:reports")
    assert isinstance(page, ReportsPage)
    until(lambda: page.form.people.rows.rowCount() > 1)
    other = page.form.person()
    assert other is not None and other.number != LEARNER_NUMBER and page.go.isEnabled()
    window.go("countersign:home")
    told = parse(f"countersign:reports/{LEARNER_NUMBER}")
    assert told is not None
    window.window.go(told)
    assert page.form.person() is None and not page.go.isEnabled()
    page.make()
    window.settle()
    until(page.go.isEnabled)
    found = page.form.person()
    assert found is not None and found.number == LEARNER_NUMBER and page.made is None


def test_a_report_in_the_making_does_not_stand_under_another_person_s_address(window: Opened) -> None:
    page = form(window)
    page.make()
    window.window.step(-1)
    told = parse("countersign:reports/HB10212")
    assert told is not None
    window.window.go(told)
    window.settle()
    until(page.go.isEnabled)
    assert page.made is None
    found = page.form.person()
    assert found is not None and found.number == "HB10212"


def test_the_day_goes_on_with_the_calendar_unless_somebody_chose_one(window: Opened) -> None:
    page = form(window)
    lines, today = list(page.form._lines.values()), page.form._today
    tomorrow = add_days(Day(today), 1)
    page.form.show_people(lines, tomorrow)
    assert page.form.asof().day == tomorrow
    page.form.day.set_day("2026-01-05")
    page.form.show_people(lines, Day(today))
    assert page.form.asof().day == "2026-01-05"


def chosen(window: Opened, id: str) -> tuple[ReportsPage, list[str]]:
    """The form at the address of somebody, and the numbers that it found."""
    page = window.go(f"countersign:reports/{id}")
    assert isinstance(page, ReportsPage)
    pause(300)  # what stands in the field is searched for, too
    window.settle()
    until(page.form.count.text)
    return page, [line.number for line in page.form._lines.values()]


def test_an_address_that_is_a_part_of_other_numbers_chooses_nobody(window: Opened) -> None:
    page, found = chosen(window, LEARNER_NUMBER[:-1])
    assert len(found) > 1
    assert page.form.person() is None and not page.go.isEnabled()
    page.form.people.grid.setFocus()
    window.settle()
    assert page.form.person() is None and not page.go.isEnabled()
    page.form.people.select(next(iter(page.form._lines)))
    assert page.form.person() is not None and page.go.isEnabled()
    page.form.people.grid.selectAll()
    assert page.form.person() is None and not page.go.isEnabled()


def test_who_is_chosen_stays_so_while_ctrl_is_held(window: Opened) -> None:
    page = form(window)
    pause(300)
    window.settle()
    QTest.keyPress(page, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.ControlModifier
    for _ in range(2):  # every other time it was taken back
        page.form.show_people(list(page.form._lines.values()), Day("2026-11-20"))
        assert page.form.person() is not None and page.go.isEnabled()
    QTest.keyRelease(page, Qt.Key.Key_Control)


def test_words_that_are_typed_offer_the_first_again(window: Opened) -> None:
    page, _found = chosen(window, LEARNER_NUMBER[:-1])
    page.form.text.setText("HB102")
    until(page.go.isEnabled)
    person = page.form.person()
    assert person is not None and "HB102" in person.number


def test_an_address_chooses_whose_number_it_is_wherever_others_stand(window: Opened) -> None:
    page = window.go("countersign:reports")
    assert isinstance(page, ReportsPage)
    until(lambda: len(page.form._lines) > 1)
    lines = list(page.form._lines.values())
    page.form.begin(lines[-1].number)
    named = lines[-1]
    others = [replace(named, pid=str(n), number=f"{named.number}{n}") for n in range(MOST)]
    page.form.show_people([*others, named], Day("2026-11-20"))
    person = page.form.person()
    assert person is not None and person.pid == named.pid
    page.form.begin(named.number)
    page.form.show_people([named, *others, replace(named, pid="same")], Day("2026-11-20"))
    assert page.form.person() is None


def test_an_address_by_id_chooses_that_person(window: Opened) -> None:
    page, _found = chosen(window, LEARNER_NUMBER)
    learner = page.form.person()
    assert learner is not None
    page, found = chosen(window, learner.pid)
    person = page.form.person()
    assert person is not None and person.pid == learner.pid and found == [LEARNER_NUMBER]
    assert page.go.isEnabled()


def test_an_address_of_nobody_chooses_nobody(window: Opened) -> None:
    page, found = chosen(window, "nobody-has-this")
    assert found == [] and page.form.person() is None and not page.go.isEnabled()


@pytest.mark.req("R-REP-01")
def test_what_is_sealed_is_the_day_that_was_shown_over_midnight(window: Opened) -> None:
    page = form(window)
    today = page.form.day.day()
    yesterday = add_days(Day(today), -1)
    lines = list(page.form._lines.values())
    page.form.begin(LEARNER_NUMBER)
    page.form.show_people(lines, yesterday)  # as it was before midnight
    assert page.form.day.day() == yesterday
    page.make()
    until(lambda: page.made is not None)
    window.settle()
    assert page.made is not None and page.made.drawn.at.day == yesterday != page.made.drawn.issued.day


def test_a_day_that_is_today_is_sealed_as_of_now(window: Opened) -> None:
    page = form(window)
    page.form.known.setChecked(True)
    page.make()
    until(lambda: page.made is not None)
    window.settle()
    assert page.made is not None
    drawn = page.made.drawn
    assert drawn.at.day == drawn.issued.day and drawn.at.ms <= drawn.issued.ms


def test_a_day_that_is_typed_in_part_is_shown_as_it_is_taken(window: Opened) -> None:
    page = form(window)
    page.form.day.set_day("2026-11-05")
    page.form.day.setSelectedSection(QDateEdit.Section.YearSection)
    QTest.keyClicks(page.form.day, "202")
    assert page.form.day.text() == "5 Nov 202"
    page.make()
    assert page.form.day.text() == "5 Nov 2026"
    until(lambda: page.made is not None)
    window.settle()
    assert page.made is not None and page.made.drawn.at.day == "2026-11-05"


def test_of_two_reports_that_are_asked_for_at_once_only_the_second_is_shown(window: Opened) -> None:
    page, _found = chosen(window, LEARNER_NUMBER[:-1])
    shown: list[str] = []
    page.retitled.connect(lambda: shown.append(f"{page.title()} {page.head.text()}"))
    first, second = list(page.form._lines)[:2]
    for pid in (first, second):
        page.form.people.select(pid)
        page.make()
    name = page.form._lines[second].name
    until(lambda: page.made is not None)
    window.settle()
    pause(100)
    assert len(shown) == 1 and name in shown[0], shown
