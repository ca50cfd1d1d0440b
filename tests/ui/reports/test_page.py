"""A report in the real window on a copy of the demo: made, previewed, saved, checked, printed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from app.base.moment import Day
from app.work.checking import verify_pdf
from app.work.demo.stage import Stage
from app.work.handout import Proof
from tests.ui.looking import clipped, jumps, rich, small, unnamed
from tests.ui.opened import Opened, opened
from tests.ui.waiting import until
from tests.work.onstage import LEARNER, LEARNER_NUMBER, QA
from ui.address import parse
from ui.kit.tokens import set_theme
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
    tomorrow = Day((date.fromisoformat(today) + timedelta(days=1)).isoformat())
    page.form.show_people(lines, tomorrow)
    assert page.form.asof() is None
    page.form.day.set_day("2026-01-05")
    page.form.show_people(lines, Day(today))
    asked = page.form.asof()
    assert asked is not None and asked.day == "2026-01-05"
