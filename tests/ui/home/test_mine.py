"""A learner's home: the own tasks and nobody else's, and the way to begin one."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.work.demo.stage import must
from app.work.perform import perform
from tests.ui.looking import clipped, rich, small, unnamed
from tests.ui.people.conftest import Enter
from tests.ui.people.inside import Inside, button, click, words
from tests.ui.waiting import pause
from tests.work.onstage import LEARNER, LEARNER_NUMBER, READING
from ui.home.mine import MyHome
from ui.kit.tokens import set_theme
from ui.people.asking import Opened, opened
from ui.people.person import PersonPage

pytestmark = pytest.mark.usefixtures("leaks_nothing")


def tasks(inside: Inside) -> MyHome:
    """The page, once it is there."""
    page = inside.go("countersign:home")
    assert isinstance(page, MyHome)
    return page


def test_what_is_overdue_stands_under_do_now(enter: Enter) -> None:
    page = tasks(enter(LEARNER))
    told = words(page)
    assert told.index("Do now") < told.index("Overdue")
    assert "What I may work on" in told
    assert "Bouazza" not in told


def test_what_was_signed_moves_to_done(enter: Enter) -> None:
    inside = enter(LEARNER)
    page = tasks(inside)
    before = words(page)
    done = must(
        perform(inside.office, inside.stage.command(LEARNER_NUMBER, READING, "READ"), inside.stage.signer())
    )
    inside.desk.changed.told(done.nouns)
    inside.rest()
    after = words(page)
    assert "87 to do" in before
    assert "86 to do" in after
    assert READING in after[after.index("Done in the last 30 days") :]


def test_only_what_is_overdue_is_said_to_be(enter: Enter) -> None:
    inside = enter(LEARNER)
    page = tasks(inside)
    assert "87 to do, 87 of them overdue" in words(page)
    told = opened(inside.office, person=inside.desk.session.pid)
    assert isinstance(told, Opened)
    file, others = told.shown.file, ("In grace", "Conflict", "Suspended")
    late = [one for one in file.duties if one.verdict.word == "Overdue"]
    turned = {
        one.code: replace(one, verdict=replace(one.verdict, word=word))
        for one, word in zip(late, others, strict=False)
    }
    duties = tuple(turned.get(one.code, one) for one in file.duties)
    page._show(replace(told, shown=replace(told.shown, file=replace(file, duties=duties))))
    pause(50)
    assert "87 to do, 84 of them overdue" in words(page)


def test_the_own_file_is_one_press_away(enter: Enter) -> None:
    inside = enter(LEARNER)
    click(button(tasks(inside), "My training file"))
    inside.rest()
    shown = inside.window.page()
    assert isinstance(shown, PersonPage)
    assert shown.title() == "Omkaar Barad"


@pytest.mark.parametrize("size", [1.0, 1.5])
def test_every_control_has_a_name_and_nothing_is_cut(enter: Enter, size: float) -> None:
    set_theme("dark", size)
    page = tasks(enter(LEARNER, (1280, 800)))
    pause(100)
    assert unnamed(page) == []
    assert small(page) == []
    assert rich(page) == []
    assert clipped(page) == []
