"""When reading fails: what stood there stays, a banner above it says so, and trying again works."""

from __future__ import annotations

import pytest

from app.base.faults import Fault
from tests.ui.people.conftest import Enter
from tests.ui.people.inside import button, click, lines, words
from tests.ui.people.test_page import people
from tests.work.onstage import QA
from ui.lane import Ticket

pytestmark = pytest.mark.usefixtures("leaks_nothing")


def test_a_failure_stands_above_the_old_content_and_can_be_tried_again(enter: Enter) -> None:
    page = people(inside := enter(QA))
    before = len(lines(page.table))
    down = [True]

    def read(office: object, ticket: Ticket) -> object:
        if down[0]:
            raise Fault("disk.full")
        return None

    page._reading.ask(read, lambda _answer: None)
    inside.rest()
    assert Fault("disk.full").plain() in words(page)
    assert len(lines(page.table)) == before
    assert page.table.isVisible()
    down[0] = False
    click(button(page, "Try again"))
    inside.rest()
    assert Fault("disk.full").plain() not in words(page)
    assert inside.failed == []


def test_a_store_that_is_gone_leaves_the_window_alive(enter: Enter) -> None:
    page = people(inside := enter(QA))
    inside.office.store.close()
    page.filters.text.setText("Omkaar")
    inside.rest()
    assert page.isVisible()
    assert len(inside.failed) == 1 or "Omkaar Barad" in "".join(lines(page.table))


def test_cancelling_keeps_what_stood_there(enter: Enter) -> None:
    page = people(inside := enter(QA))
    page.states.show_loading("x")
    page.states.cancelled.emit()
    inside.rest()
    assert "The list was not read." in words(page)
    assert page.table.isVisible()


def test_a_bit_that_fails_ends_the_counting(enter: Enter) -> None:
    page = people(inside := enter(QA))

    def fail(office: object) -> object:
        raise Fault("disk.full")

    page._steps.run(fail, lambda _answer: True)
    inside.rest()
    assert [str(one) for one in inside.failed] == [str(Fault("disk.full"))]
    assert not page._steps.is_running


def test_what_a_lock_dropped_is_asked_again_on_the_way_back(enter: Enter) -> None:
    page = people(inside := enter(QA))
    office, inside.desk.office = inside.desk.office, None
    page.filters.text.setText("Omkaar")
    inside.rest()
    assert len(lines(page.table)) > 100
    inside.desk.office = office
    inside.desk.returned.emit()
    inside.rest()
    assert len(lines(page.table)) == 1
