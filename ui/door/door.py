"""The window at the door: who comes in, who goes, what stays for whom (decision 31; R-ACC-06, R-ACC-16..18).

- Every call behind the door is made on the store's lane; the screen's thread only shows.
- A locked screen hides everything of the owner. Whoever else signs in gets a house of their own: the owner's is torn
  down first, and what was copied from it is no longer on the clipboard.
- Whatever goes wrong is said in the page, and the window stays.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QStackedWidget, QWidget

from app.base.say import say
from ui.door.pages import Halves
from ui.door.signin import SignIn
from ui.door.words import told
from ui.kit.palette import px
from ui.kit.sheet import dress
from ui.kit.text import titled

if TYPE_CHECKING:
    from app.work.glance import Outside
    from ui.door.behind import Behind
    from ui.door.facts import Facts
    from ui.lane import Lane


class Door(QStackedWidget):
    """The window. `came_in` brings the open site; `painted` comes once, after the first paint."""

    came_in = Signal(object)
    painted = Signal()
    people = Signal()
    closing = Signal()
    held = Signal(str)

    def __init__(self, behind: Behind, lane: Lane) -> None:
        super().__init__()
        self.behind, self.lane = behind, lane
        self.outside: Outside | None = None
        self.form = SignIn()
        self.facts: Facts | None = None
        self.halves = Halves(self.form)
        self._pages: dict[str, QWidget] = {}
        self._fresh = True
        self.hold: Callable[[], str] = str
        self.addWidget(self.halves)
        self.setWindowTitle(say("ui.door.product"))
        self.resize(px(1280), px(800))
        self.form.asked.connect(self._enter)
        dress(self)

    # ---- what the window shows

    def page(self, name: str, make: Callable[[], QWidget]) -> QWidget:
        """The page of that name, made when it is first wanted."""
        if name not in self._pages:
            self._pages[name] = make()
            self.addWidget(self._pages[name])
        return self._pages[name]

    def forget(self, name: str) -> None:
        """Take a page down for good."""
        page = self._pages.pop(name, None)
        if page is not None:
            self.removeWidget(page)
            page.deleteLater()

    def sign_in(self, user: str = "", *, locked: bool = False) -> None:
        """Show the empty form."""
        self.setCurrentWidget(self.halves)
        self.form.begin(user, locked=locked)

    def complete(self) -> None:
        """After the first paint: what stands beside the form."""
        if self.facts is None:
            module = import_module("ui.door.facts")
            facts: Facts = module.Facts()
            facts.demo.connect(self.people)
            self.facts = facts
            self.halves.complete(facts, module.version(), say("ui.door.sign_in"))

    def look(self) -> None:
        """Ask what may be told of the site, and show it."""
        self.lane.ask(self, lambda _ticket: self.behind.look(), self._seen, self._fault)

    # ---- signing in

    def _enter(self, user: str, password: str, code: str) -> None:
        self.form.quiet()
        self.form.busy(on=True)
        behind = self.behind
        self.lane.ask(
            self,
            lambda _ticket: behind.enter(user, password, code),
            lambda answer: self._entered(user, answer),
            self._fault,
        )

    def _entered(self, user: str, answer: Any) -> None:
        """An Office came, or a Refused; told apart by what they have, for neither's class is loaded here."""
        if not hasattr(answer, "about"):
            self.form.busy(on=False)
            self.form.begin()
            self.came_in.emit(answer)
            return
        self.form.refuse(say("ui.door.refused"), say(f"refused.{answer.code}", answer.about))
        behind = self.behind
        self.lane.ask(
            self, lambda _ticket: behind.wait_ms(user), lambda ms: self._waits(user, ms), lambda _error: None
        )

    def _waits(self, user: str, ms: int) -> None:
        if ms and self.outside is not None:
            self.form.wait(user, self.outside.hour_in(ms), ms, self.outside.told("contact"))

    def _seen(self, outside: Outside) -> None:
        self.outside = outside
        self.form.know(outside.now_ms)
        site = titled(outside.told("site"))
        self.form.site.set_text(say("ui.door.site", {"site": site}) if site else say("ui.door.records"))
        if self.facts is not None:
            self.facts.tell(outside)

    def _fault(self, error: Exception) -> None:
        self.form.refuse(*told(error), icon="triangle-alert")

    def left_badly(self, fault: Exception) -> None:
        """Say that the end of the last session could not be recorded."""
        head, text = told(fault)
        self.form.refuse(say("ui.door.left_badly"), f"{head} {text}", "warn", "triangle-alert")

    # ---- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell of the first paint, after it."""
        super().paintEvent(event)
        if self._fresh:
            self._fresh = False
            QTimer.singleShot(0, self.painted.emit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, as Space does."""
        focus = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, QAbstractButton):
            focus.click()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Whoever closes the window at the door leaves the program, unless that would strand a site."""
        if self.hold():
            import_module("ui.kit.announce").announce(self, self.hold(), assertive=True)
            self.held.emit(self.hold())
            event.ignore()
            return
        self.closing.emit()
        super().closeEvent(event)
