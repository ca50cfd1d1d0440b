"""The people list: found by typing, filtered by chips, remembered, opened with the keyboard; names literal."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.ui.looking import clipped, rich, small, unnamed
from tests.ui.people.conftest import Enter
from tests.ui.people.inside import Inside, button, click, lines, press, words
from tests.ui.waiting import pause, until
from tests.work.onstage import LEARNER, LEARNER_NUMBER, QA
from ui.kit.tokens import set_theme
from ui.people.page import KEPT, PeoplePage
from ui.people.person import PersonPage

pytestmark = pytest.mark.usefixtures("leaks_nothing")


def people(inside: Inside, address: str = "countersign:people") -> PeoplePage:
    """The list, once it is there."""
    page = inside.go(address)
    assert isinstance(page, PeoplePage)
    return page


def test_a_person_is_found_by_typing_a_part_of_the_name(enter: Enter) -> None:
    inside = enter(QA)
    page = people(inside)
    page.filters.text.setFocus()
    for key in (Qt.Key.Key_O, Qt.Key.Key_M, Qt.Key.Key_K, Qt.Key.Key_A):
        press(inside, key)
    inside.rest()
    found = lines(page.table)
    assert len(found) == 1
    assert "Omkaar Barad" in found[0]
    assert page.foot.text().startswith("1 of ")


def test_enter_opens_the_panel_and_again_the_file(enter: Enter) -> None:
    inside = enter(QA, (1200, 800))
    page = people(inside, "countersign:people")
    page.filters.text.setText("Omkaar")
    inside.rest()
    assert page.brief.isHidden()
    page.table.setFocus()
    press(inside, Qt.Key.Key_Down)
    press(inside, Qt.Key.Key_Return)
    inside.rest()
    assert page.brief.isVisible()
    assert "Released for" in words(page.brief)
    page.table.setFocus()
    press(inside, Qt.Key.Key_Return)
    inside.rest()
    shown = inside.window.page()
    assert isinstance(shown, PersonPage)
    assert str(shown.address) == f"countersign:person/{LEARNER_NUMBER}"


def test_a_state_chip_is_a_count_and_a_filter(enter: Enter) -> None:
    page = people(inside := enter(QA))
    chip = next(
        one
        for one in page.filters.states.findChildren(type(page.filters.states._chips["todo"]))
        if one.key == "todo"
    )
    told = chip.accessibleName()
    click(chip)
    inside.rest()
    assert told == f"Filter: Not started, {len(lines(page.table))} people"
    click(chip)
    inside.rest()
    assert len(lines(page.table)) > 100


def test_filters_are_remembered_by_their_codes_and_typed_text_is_not(enter: Enter) -> None:
    page = people(inside := enter(QA))
    page.filters.text.setText("Omkaar")
    page.filters.dept.menu_of_values().actions()[2].trigger()
    inside.rest()
    kept = inside.kept.get(KEPT)
    assert kept["dept"] == page.filters.dept.value() != ""
    assert "Omkaar" not in str(kept)
    again = PeoplePage(inside.desk)
    assert again.filters.dept.value() == kept["dept"]
    again.deleteLater()


def test_nobody_fits_says_so_and_offers_the_way_back(enter: Enter) -> None:
    page = people(inside := enter(QA))
    page.filters.text.setText("nobody is called so")
    inside.rest()
    assert "No one matches these filters" in words(page)
    click(button(page, "Clear all filters"))
    inside.rest()
    assert len(lines(page.table)) > 100


def test_an_address_names_a_filter(enter: Enter) -> None:
    page = people(enter(QA), "countersign:people/todo/FIL")
    assert (page.filters.states.value(), page.filters.dept.value()) == ("todo", "FIL")


@pytest.mark.req("S-19")
def test_a_learner_has_no_list_of_people(enter: Enter) -> None:
    inside = enter(LEARNER)
    inside.desk.go("countersign:people")
    inside.rest()
    assert not isinstance(inside.window.page(), PeoplePage)
    assert "People" not in words(inside.window.navigation)


@pytest.mark.parametrize("size", [1.0, 1.5])
def test_every_control_has_a_name_and_nothing_is_cut(enter: Enter, size: float) -> None:
    set_theme("light", size)
    page = people(inside := enter(QA, (1280, 800)))
    page._enter(page.table.rows.source.row(0)[0])  # type: ignore[index]
    inside.rest()
    pause(100)
    assert unnamed(page) == []
    assert small(page) == []
    assert rich(page) == []
    assert clipped(page) == []


def test_what_a_name_holds_is_shown_literally(enter: Enter) -> None:
    page = people(inside := enter(QA))
    page.filters.text.setText("<b>&nobody</b>")
    inside.rest()
    assert rich(page) == []


def test_counting_goes_on_after_a_lock_in_the_middle(enter: Enter) -> None:
    inside = enter(QA)
    inside.desk.go("countersign:people")
    page = inside.window.page()
    assert isinstance(page, PeoplePage)
    until(lambda: "counted so far" in page.foot.text())
    office, inside.desk.office = inside.desk.office, None
    inside.rest()
    assert "counted so far" in page.foot.text()
    assert not page._steps.is_running
    inside.desk.office = office
    inside.desk.returned.emit()
    inside.rest()
    assert "counted so far" not in page.foot.text()
    assert all("Not counted yet" not in one for one in lines(page.table))


def narrowed(page: PeoplePage) -> None:
    """Filters of every kind, as somebody leaves them."""
    page.filters.text.setText("a")
    page.filters.dept.set_value("FIL")
    page.filters.gone.click()


def test_an_address_shows_what_it_says_whatever_was_filtered_before(enter: Enter) -> None:
    page = people(inside := enter(QA))
    everybody = page.foot.text().partition(" ")[0]
    narrowed(page)
    page.filters.states.set_value("todo")
    inside.rest()
    people(inside, "countersign:people/over")
    filters = page.filters
    assert (filters.text.text(), filters.dept.value(), filters.states.value()) == ("", "", "over")
    assert not filters.gone.isChecked()
    told = page.filters.states._chips["over"].count
    assert page.foot.text() == f"{told} of {everybody} people"


def test_back_to_an_address_is_back_to_the_list_as_it_was_left(enter: Enter) -> None:
    page = people(inside := enter(QA), "countersign:people/over")
    narrowed(page)
    inside.rest()
    left = page.foot.text()
    inside.go(f"countersign:person/{LEARNER_NUMBER}")
    inside.window.step(-1)
    inside.rest()
    assert inside.window.page() is page
    assert (page.filters.text.text(), page.filters.dept.value()) == ("a", "FIL")
    assert page.foot.text() == left
    inside.go("countersign:home")
    people(inside, "countersign:people/over")
    assert (page.filters.text.text(), page.filters.dept.value(), page.filters.states.value()) == (
        "",
        "",
        "over",
    )
    narrowed(page)
    inside.rest()
    people(inside, "countersign:people/over")
    assert (page.filters.text.text(), page.filters.dept.value()) == ("", "")


def test_a_count_is_named_for_what_it_counts(enter: Enter) -> None:
    page = people(enter(QA))
    rows = page.table.rows
    heads = [str(rows.headerData(at, Qt.Orientation.Horizontal)) for at in range(rows.columnCount())]
    assert any("Expiring or in grace" in one for one in heads)
    assert page.filters.states._chips["exp"].accessibleName().startswith("Filter: Expiring or in grace, ")
