"""The states of the door and of the first run, as somebody who stands before it brings them about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from time import time_ns

from PySide6.QtWidgets import QApplication

from app.base.say import say
from app.proof import totp
from tests.ui.waiting import pause, until
from ui.door.asking import PersonForm
from ui.door.door import Door
from ui.door.first import First
from ui.door.found import Founding
from ui.door.handing import Handing, Trust
from ui.door.keeper import Keeper
from ui.door.locked import Locked
from ui.lane import Lane

PASSWORD = "a sentence that nobody said before, {}"
NAMES = (("anna", "van Test"), ("bram", "de Wit"), ("carla", "Fuentes Ortega"))


class Entered:
    """A door with its keeper and lane."""

    def __init__(self, door: Door, lane: Lane) -> None:
        self.door, self.lane = door, lane
        self.keeper = Keeper(door, lane)
        self.keeper.begin()
        self.settle()
        pause(200)
        self.settle()

    def settle(self) -> None:
        """Wait until the lane has told everything."""
        for _ in range(2):
            until(lambda: not self.lane.is_busy, 60_000)
            QApplication.processEvents()

    @property
    def founding(self) -> Founding:
        """The pages of a founding."""
        page = self.door.findChild(Founding)
        assert isinstance(page, Founding)
        return page


Act = Callable[[Entered], object]


def empty(made: Entered) -> None:
    """Nobody typed."""
    made.door.sign_in()


def filled(made: Entered) -> None:
    """Everything is typed."""
    made.door.sign_in("muphaus")
    made.door.form.password.setText("some password of somebody")
    made.door.form.code.edit.setText("418 0")
    made.door.form.code.setFocus()


def wrong(made: Entered) -> None:
    """Something was wrong."""
    made.door.sign_in()
    form = made.door.form
    form.user.setText("muphaus")
    form.password.setText("nothing")
    form.code.edit.setText("418 093")
    form.go.click()
    made.settle()


def busy(made: Entered) -> None:
    """The answer is waited for."""
    filled(made)
    made.door.form.busy(on=True)


def closed(made: Entered) -> None:
    """A name has to wait."""
    made.door.form.busy(on=False)
    made.door.sign_in("muphaus")
    outside = made.door.outside
    assert outside is not None
    made.door.form.wait("muphaus", outside.hour_in(863_000), 863_000, outside.told("contact"))


def people(made: Entered) -> None:
    """The people of a demo."""
    made.door.sign_in()
    made.door.people.emit()


def unable(made: Entered) -> None:
    """Who can't sign in."""
    made.door.sign_in()
    made.door.form.unable.emit()


def locked(made: Entered, reason: str = "lock", name: str = "Maaike Uphaus") -> None:
    """The screen is locked for somebody."""
    outside = made.door.outside
    assert outside is not None
    page = made.door.page("locked", made.keeper._make_locked)
    assert isinstance(page, Locked)
    page.tell(name, reason, outside.clock, outside.told("site"), outside.told("device"))
    made.door.setCurrentWidget(page)


def unlock(made: Entered) -> None:
    """The owner comes back."""
    made.door.sign_in("muphaus", locked=True)


# ---- the first run


def first(made: Entered) -> None:
    """Nothing lies here."""
    made.door.setCurrentWidget(made.door.page("first", lambda: made.door.currentWidget() or made.door))


def first_makes(made: Entered) -> None:
    """The demo is being made."""
    page = _first(made)
    page._busy(on=True)
    page.progress.show_done(7, 18, "Omkaar Barad reads SOP-0007 and signs")


def first_stopped(made: Entered) -> None:
    """The demo could not be made."""
    _first(made).refuse(say("ui.first.stopped"), say("ui.first.stopped_text"))


def _first(made: Entered) -> First:
    page = made.door.findChild(First)
    assert isinstance(page, First)
    return page


def site(made: Entered) -> None:
    """The site is named."""
    _first(made).site.click()
    made.founding.site.zone.set_value("Europe/Amsterdam")


def site_lacks(made: Entered) -> None:
    """A name is missing."""
    made.founding.site.go.click()


def person(made: Entered) -> None:
    """The first of the three."""
    form = made.founding.site
    form.names["site"].setText("leiden")
    form.contact.setText("QA, extension 1")
    form.go.click()
    made.settle()


def person_short(made: Entered) -> None:
    """A password is too short."""
    _type(made, 0, "too short")


def handing(made: Entered) -> None:
    """The first sheet."""
    for n in range(3):
        _type(made, n)
    until(lambda: isinstance(made.founding.currentWidget(), Handing), 60_000)
    made.settle()


def handing_wrong(made: Entered) -> None:
    """The code is wrong."""
    page = made.founding.currentWidget()
    assert isinstance(page, Handing)
    page.code.edit.setText("000000")
    page.go.click()
    made.settle()


def trust(made: Entered) -> None:
    """The site's own sheet."""
    while not isinstance(made.founding.currentWidget(), Trust):
        page = made.founding.currentWidget()
        assert isinstance(page, Handing)
        seed = totp.from_base32(dict(page.sheet.rows)[say("ui.sheet.seed")].replace(" ", ""))
        page.code.edit.setText(totp.code_at(seed, time_ns() // 1_000_000))
        page.go.click()
        made.settle()
        until(lambda before=page: made.founding.currentWidget() is not before, 10_000)  # type: ignore[misc]


def _type(made: Entered, n: int, password: str = "") -> None:
    form = made.founding.currentWidget()
    assert isinstance(form, PersonForm)
    name, family = NAMES[n]
    for field, text in (("given", name.title()), ("family", family), ("number", f"LEI-{n}"), ("user", name)):
        form.texts[field].setText(text)
    for editor in (form.password, form.again):
        editor.setText(password or PASSWORD.format(name))
    form.go.click()
    made.settle()


DOOR: Mapping[str, Act] = {
    "door-empty": empty,
    "door-filled": filled,
    "door-wrong": wrong,
    "door-busy": busy,
    "door-closed": closed,
    "door-people": people,
    "door-unable": unable,
    "door-locked": locked,
    "door-locked-idle": partial(
        locked, reason="idle", name="Maria-Theresia van der Westhuizen-Oosterbaan de la Fuente"
    ),
    "door-unlock": unlock,
}
FIRST: Mapping[str, Act] = {
    "first": lambda _made: None,
    "first-makes": first_makes,
    "first-stopped": first_stopped,
    "first-site": site,
    "first-site-lacks": site_lacks,
    "first-person": person,
    "first-person-short": person_short,
    "first-handing": handing,
    "first-handing-wrong": handing_wrong,
    "first-trust": trust,
}
"""In their order: each goes on from the one before."""
