"""The pages beside the form: the first run, founding a site, who can't sign in, the people of a demo.

- Each is loaded and made when it is wanted, and made anew each time: none keeps what was typed in it.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.base.say import say
from ui.door.door import Door

if TYPE_CHECKING:
    from ui.door.cast import DemoPeople
    from ui.door.first import First
    from ui.door.found import Founding
    from ui.door.unable import Unable
    from ui.lane import Lane


class Asides(QObject):
    """Shows them in the door's window, and what they come to."""

    def __init__(self, door: Door, lane: Lane) -> None:
        super().__init__(door)
        self.door, self.lane = door, lane
        door.people.connect(self._people)
        door.form.unable.connect(self._unable)
        door.form.not_me.connect(self._unable)

    def first_run(self) -> None:
        """Offer to make the demo, or to found a site."""
        module = import_module("ui.door.first")

        def make() -> QWidget:
            page: First = module.First(self.door.behind)
            page.chosen.connect(self._chosen)
            page.found.connect(self._found)
            return _middle(page, 760, say("ui.first.title"))

        self.door.setCurrentWidget(self.door.page("first", make))

    def _found(self) -> None:
        module = import_module("ui.door.found")
        page: Founding = module.Founding(self.door.behind, self.lane)
        page.done.connect(self._founded)
        page.left.connect(self.first_run)
        self.door.forget("found")
        self.door.hold = lambda: say("ui.found.stay") if page.is_open else ""
        self.door.setCurrentWidget(self.door.page("found", lambda: _middle(page, 760, say("ui.found.title"))))

    def _chosen(self, folder: Path) -> None:
        self.door.behind = self.door.behind.other(folder)
        self._founded("")

    def _founded(self, user: str) -> None:
        for name in ("first", "found"):
            self.door.forget(name)
        self.door.hold = str
        self.door.sign_in(user)
        self.door.look()

    def _unable(self) -> None:
        module = import_module("ui.door.unable")

        def make() -> QWidget:
            page: Unable = module.Unable()
            page.know(self.door.outside.told("contact") if self.door.outside else "")
            page.done.connect(self._back)
            return _middle(page, 720, say("ui.unable.title"))

        self.door.forget("unable")
        page = self.door.page("unable", make)
        self.door.setCurrentWidget(page)
        page.setFocus()

    def _people(self) -> None:
        module, outside = import_module("ui.door.cast"), self.door.outside

        def make() -> QWidget:
            page: DemoPeople = module.DemoPeople(outside.people if outside else (), self.door.behind.data)
            page.chosen.connect(self._fill)
            page.done.connect(self._back)
            return _middle(page, 860, say("ui.cast.title"))

        self.door.forget("cast")
        self.door.setCurrentWidget(self.door.page("cast", make))

    def _fill(self, user: str, password: str) -> None:
        self.door.sign_in(user)
        self.door.form.password.setText(password)
        self.door.form.code.setFocus()

    def _back(self) -> None:
        self.door.setCurrentWidget(self.door.halves)
        self.door.form.user.setFocus()


def _middle(content: QWidget, width: int, name: str) -> QWidget:
    made: QWidget = import_module("ui.door.middle").Middle(content, width, name)
    return made
