"""The site's home: numbers that the records bear out, lines that lead somewhere, nothing that can't be known."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.work.numbers import Attention, HomeNumbers, home
from app.work.roster import PeopleQuery, people
from tests.ui.looking import clipped, rich, small, unnamed
from tests.ui.people.conftest import Enter
from tests.ui.people.inside import Inside, button, click, words
from tests.ui.waiting import pause, until
from tests.work.onstage import ADMIN, QA, TRAINER
from ui.home.cards import Attentive, Departments, percent
from ui.home.mine import MyHome
from ui.home.site import SiteHome
from ui.kit.tokens import set_theme
from ui.people.page import PeoplePage
from ui.people.person import PersonPage

pytestmark = pytest.mark.usefixtures("leaks_nothing")


def overview(inside: Inside) -> SiteHome:
    """The page, once all of its cards are there."""
    page = inside.go("countersign:home")
    assert isinstance(page, SiteHome)
    until(lambda: page.is_whole)
    pause(30)
    return page


def test_the_figures_are_those_of_the_people_in_sight(enter: Enter) -> None:
    inside = enter(QA)
    page = overview(inside)
    everybody = people(inside.office, PeopleQuery())
    told = home(inside.office)
    assert isinstance(told, HomeNumbers)
    assert not hasattr(everybody, "code")
    overdue = sum(line.overdue for line in everybody.lines)  # type: ignore[union-attr]
    assert told.overdue == overdue > 0
    assert f"{overdue:,}" in words(page)
    assert f"{told.met:,} of {told.of:,} requirements met" in words(page)


def test_a_department_leads_to_its_people(enter: Enter) -> None:
    inside = enter(QA)
    page = overview(inside)
    click(button(page.findChild(Departments), "FIL"))
    inside.rest()
    shown = inside.window.page()
    assert isinstance(shown, PeoplePage)
    assert shown.filters.dept.value() == "FIL"


def test_who_needs_attention_is_one_press_away(enter: Enter) -> None:
    inside = enter(QA)
    attention = overview(inside).findChild(Attentive)
    first = next(one for one in attention.findChildren(QPushButton) if one.text() == "Open")
    click(first)
    inside.rest()
    shown = inside.window.page()
    assert isinstance(shown, PersonPage)
    assert first.accessibleDescription() == shown.title()


def test_who_is_in_grace_is_not_said_to_be_expiring(qapp: QApplication, look: None) -> None:
    one = Attention(
        pid="p", number="HB1", name="A B", dept="FIL", word="In grace", overdue=0, expiring=3, waiting=0
    )
    card = Attentive((one,), lambda _to: None, lambda: None)
    assert "3 expiring or in grace · FIL" in [each.text() for each in card.findChildren(QLabel)]
    card.deleteLater()


def test_what_was_not_verified_is_not_said_to_be(enter: Enter) -> None:
    page = overview(enter(QA))
    assert "Not verified yet" in words(page)
    assert "verified" not in words(page).replace("Not verified yet", "").replace("Nobody verified", "")


def test_a_trainer_has_no_buttons_to_pages_that_a_trainer_lacks(enter: Enter) -> None:
    page = overview(enter(TRAINER))
    names = [one.accessibleName() for one in page.findChildren(QPushButton)]
    assert "Change history" not in names
    assert "Sync & devices" not in names


def test_who_oversees_nobody_sees_only_the_own_tasks(enter: Enter) -> None:
    page = enter(ADMIN).go("countersign:home")
    assert isinstance(page, MyHome)


@pytest.mark.parametrize("size", [1.0, 1.5])
def test_every_control_has_a_name_and_nothing_is_cut(enter: Enter, size: float) -> None:
    set_theme("light", size)
    page = overview(enter(QA, (1280, 800)))
    pause(100)
    assert unnamed(page) == []
    assert small(page) == []
    assert rich(page) == []
    assert clipped(page) == []


@pytest.mark.parametrize(
    ("met", "of", "told"),
    [(0, 0, "–"), (0, 9, "0.0"), (2, 24849, "< 0.1"), (2999, 3000, "99.9"), (7, 7, "100.0")],
)
def test_a_share_is_never_rounded_up(met: int, of: int, told: str) -> None:
    assert percent(met, of) == told
