"""The documents' pages in the real window on a copy of the demo: the list, one document, its file, swapped files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.work.demo.stage import Stage
from tests.ui.looking import clipped, jumps, rich, small, unnamed
from tests.ui.opened import Opened, opened
from tests.ui.waiting import pause, until
from tests.work.onstage import LEARNER, QA
from ui.documents.document import DocumentPage
from ui.documents.page import DocumentsPage
from ui.kit.buttons import Button
from ui.kit.flow import Scroll
from ui.kit.tokens import set_theme

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")
SOP = "countersign:document/SOP-0142"


@pytest.fixture
def window(leaks_nothing: None, qtbot: QtBot, stage: Stage) -> Iterator[Opened]:
    with opened(qtbot, stage, QA) as made:
        made.window.resize(1440, 900)
        yield made


def listed(window: Opened) -> DocumentsPage:
    page = window.go("countersign:documents")
    assert isinstance(page, DocumentsPage)
    return page


def document(window: Opened, address: str = SOP) -> DocumentPage:
    page = window.go(address)
    assert isinstance(page, DocumentPage)
    return page


@pytest.mark.req("R-REC-04")
def test_the_list_is_filtered_by_state_and_remembers_it(window: Opened) -> None:
    page = listed(window)
    every = page.table.rows.rowCount()
    page.filters.restore({"state": "ended"})
    page.filters.asked.emit()
    window.settle()
    assert 0 < page.table.rows.rowCount() < every
    assert window.desk.remembers.get("documents.filters")["state"] == "ended"  # type: ignore[index, call-overload]


def test_enter_opens_a_document_with_its_versions(window: Opened) -> None:
    page = listed(window)
    page.table.select("SOP-0142")
    page.table.grid.setFocus()
    window.press("Return")
    shown = window.page()
    assert isinstance(shown, DocumentPage)
    assert shown.overview.versions.rows.rowCount() == 7
    assert "Version 7.0 approved, from 7 Dec 2026" in shown.overview.head_card.after.accessibleName()
    assert "72" in window.said(shown.overview.affected)


def test_who_is_in_grace_is_not_counted_as_trained(window: Opened) -> None:
    page = document(window, "countersign:document/SOP-0011")
    until(lambda: "trained" in window.said(page.overview.affected))
    said = window.said(page.overview.affected)
    assert "0 trained, 370 not" in said


def test_its_file_is_read_page_by_page_with_keys(window: Opened) -> None:
    page = document(window, f"{SOP}/6.0")
    viewer = page.reading.viewer
    until(lambda: not viewer.sheet.is_empty())
    assert "The file is the one in the register" in window.said(page.reading)
    assert page.title() == "Version 6.0"
    assert viewer.maker.pages == 13
    viewer.ground.setFocus()
    window.press("Right")
    until(lambda: "page 2 of 13" in viewer.ground.accessibleName())
    window.press("End")
    until(lambda: viewer.page() == 12)
    assert "Aseptic" in viewer.words() or viewer.words()


def test_the_words_of_a_page_are_lines_without_marks(window: Opened) -> None:
    viewer = document(window, f"{SOP}/6.0").reading.viewer
    until(lambda: not viewer.sheet.is_empty())
    assert "\n" in viewer.words() and "U+000D" not in viewer.words()
    assert "U+000D" not in viewer.sheet.accessibleDescription()


@pytest.mark.req("R-SIG-07")
def test_other_bytes_in_its_place_are_refused_in_words(window: Opened, stage: Stage) -> None:
    for path in (stage.site / "files").glob("*/*"):
        held = path.read_bytes()
        path.write_bytes(held[:-1] + bytes([held[-1] ^ 1]))
    page = document(window, f"{SOP}/6.0")
    assert "was changed outside Countersign and was not opened" in window.said(page.reading)
    assert page.reading.viewer.maker.process == 0


def test_filters_are_of_one_height_and_lit_while_they_filter(window: Opened) -> None:
    filters = listed(window).filters
    assert len({each.height() for each in (filters.text, *filters.choices.values())}) == 1
    filters.restore({"state": "ended"})
    assert [name for name, each in filters.choices.items() if each.property("on")] == ["state"]


def test_the_version_never_covers_the_list_unasked(window: Opened) -> None:
    page = document(window)
    assert page.overview.panel.isVisible()
    set_theme("light", 1.5)
    window.settle()
    assert page.overview.panel.isHidden()
    page.overview.versions.grid.setFocus()
    window.press("Return")
    assert page.overview.panel.isVisible()


def test_leaving_ends_the_process(window: Opened) -> None:
    page = document(window, f"{SOP}/6.0")
    until(lambda: not page.reading.viewer.sheet.is_empty())
    window.go("countersign:documents")
    assert page.reading.viewer.maker.process == 0


def test_a_number_that_nobody_has_is_said(window: Opened) -> None:
    page = document(window, "countersign:document/<b>x<%2Fb>")
    assert "<b>x</b>" in window.said()
    every = next(
        one for one in page.findChildren(Button) if one.words() == "Show all documents" and one.isVisible()
    )
    every.click()
    window.settle()
    assert isinstance(window.page(), DocumentsPage)


@pytest.mark.parametrize(("size", "room"), [(1.0, (1280, 800)), (1.5, (1280, 800)), (1.5, (1920, 1080))])
@pytest.mark.parametrize("address", ["countersign:documents", SOP, f"{SOP}/6.0"])
def test_everything_has_a_name_and_nothing_is_cut(
    window: Opened, address: str, size: float, room: tuple[int, int]
) -> None:
    set_theme("light", size)
    window.window.resize(*room)
    page = window.go(address)
    window.settle()
    assert unnamed(page) == []
    assert small(page) == []
    assert clipped(page) == []
    assert rich(page) == []
    assert jumps(page) == []


def test_a_learner_reads_too(qtbot: QtBot, stage: Stage) -> None:
    with opened(qtbot, stage, LEARNER) as window:
        page = document(window, f"{SOP}/6.0")
        until(lambda: not page.reading.viewer.sheet.is_empty())


def test_the_panel_shows_the_version_that_the_list_has_even_when_a_key_was_waiting(window: Opened) -> None:
    page = document(window)
    assert page.found is not None
    page.overview.versions.grid.setFocus()
    page.overview.show_document(page.found)
    QTest.keyClick(page.overview.versions.grid, Qt.Key.Key_Down)
    pause(50)
    version = page.overview.version()
    assert version is not None and page.overview.panel.title.text() == f"Version {version.ver}"


def test_the_version_beside_is_built_anew_when_it_is_another_and_only_then(window: Opened) -> None:
    page = document(window)
    assert page.found is not None
    pause(50)
    head, said = page.overview.panel.title, window.said(page.overview.panel)
    scroll = page.overview.panel.findChild(Scroll)
    page.overview.show_document(page.found)
    pause(50)
    assert page.overview.panel.findChild(Scroll) is scroll and window.said(page.overview.panel) == said
    first = page.found.versions[0]
    page.overview.show_document(
        structs.replace(page.found, versions=(structs.replace(first, title="Weighing"),))
    )
    pause(50)
    assert "Weighing" in window.said(page.overview.panel) and head.text() == f"Version {first.ver}"
