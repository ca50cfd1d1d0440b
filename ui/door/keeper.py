"""Keeps the door: builds the house for whoever came in, locks it, tears it down (R-ACC-17, R-ACC-18).

- Locking first hides, then writes: the screen is blank before the end of the period is recorded.
- The owner who comes back finds the house as it was; for anybody else it is torn down first.
- What was copied inside is taken off the clipboard when the screen is locked or the person leaves.
- The program ends only after the period was ended and the site closed.
"""

from __future__ import annotations

import logging
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from ui.door.ahead import load_ahead
from ui.door.asides import Asides
from ui.door.door import Door
from ui.door.words import told
from ui.kit.tokens import set_theme, theme
from ui.kit.turns import in_turns
from ui.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.base.faults import Fault
    from app.work.office import Office
    from ui.door.house import Home
    from ui.door.locked import Locked
    from ui.lane import Lane


class Keeper(QObject):
    """Between the door and the houses."""

    def __init__(self, door: Door, lane: Lane) -> None:
        super().__init__()
        self.door, self.lane = door, lane
        self.asides = Asides(door, lane)
        self.look = (theme().name, theme().size)
        self.house: Home | None = None
        self.sweep = Sweep(self)
        self._office: Office | None = None
        self._ending = False
        door.came_in.connect(self._came_in)
        door.painted.connect(self._painted)
        door.closing.connect(self.quit)
        door.form.aside.connect(self._locked)

    def begin(self) -> None:
        """Show the door: the form, or the first run where no site lies yet."""
        if self.door.behind.is_founded():
            self.door.sign_in()
        else:
            self.asides.first_run()
        self.door.show()

    # ---- from inside

    def lock(self, reason: str = "lock") -> None:
        """Blank the screen and end the period; `reason` as `leave_site` knows it."""
        if self.house is None or self._office is None:
            return
        self._hide()
        self._locked(reason)
        self._leave(reason)

    def sign_out(self) -> None:
        """End the period and tear the house down."""
        if self.house is None:
            return
        self._hide()
        self.door.sign_in()
        self._show_door()
        self._tear_down()
        self._leave("user")

    def quit(self) -> None:
        """End the period, close the site, end the program."""
        if self._ending:
            return
        self._ending = True
        if self._office is None:
            self._tear_down()
            QApplication.quit()
            return
        self._hide()
        self._leave("user")

    # ---- inside

    def _painted(self) -> None:
        self.sweep.begin()
        self.door.complete()
        if self.door.behind.is_founded():
            self.door.look()
        behind = self.door.behind
        warmed = partial(load_ahead, self.lane, self.door)
        self.lane.ask(self.door, lambda _ticket: behind.warm(), lambda _done: warmed(), lambda _error: None)

    def _came_in(self, office: Office) -> None:
        self._office = office
        self.sweep.rest(alone=False)
        uid = office.session.uid if office.session is not None else ""
        if self.house is not None and self.house.uid == uid:
            self.house.open(office)
            self._enter_house()
            return
        if self.house is not None:
            self._tear_down()
            # A turn later: what hangs on the window goes with it first.
            QTimer.singleShot(0, self.sweep, self.sweep.everything)
        import_module("ui.door.house").build(self, office, self._built, self._not_built)

    def _built(self, house: Home) -> None:
        """The window is there; its first page and the showing take a turn each, unless its person is on the way out."""

        def still(step: Callable[[], object]) -> None:
            if self.house is house and self._office is not None:
                step()

        self.house = house
        if self._office is None:
            self._tear_down()
        else:
            in_turns(house, [partial(still, house.begin), partial(still, self._enter_house)])

    def _not_built(self, error: Exception) -> None:
        """The person came in and there is no window for them: out again, and say so."""
        logging.getLogger(__name__).error("the window was not built", exc_info=error)
        self._leave("stopped")
        self.door.form.refuse(*told(error), icon="triangle-alert")

    def _enter_house(self) -> None:
        if self.house is not None:
            window = self.house.window
            window.setGeometry(self.door.geometry())
            window.setWindowState(self.door.windowState())
            window.show()
            window.activateWindow()
        self.door.hide()

    def _show_door(self) -> None:
        if self.house is not None:
            self.door.setGeometry(self.house.window.geometry())
        self.door.show()
        self.door.activateWindow()

    def _hide(self) -> None:
        """Nothing of whoever is inside is on the screen or on the clipboard from here on."""
        for window in QApplication.topLevelWidgets():
            if window is self.door or not window.isVisible():
                continue
            if isinstance(window, QDialog):
                # A dialog may hold a typed password; it is not kept.
                window.reject()
            window.hide()
        clear_clipboard()
        if self.house is not None:
            self.house.shut()

    def _locked(self, reason: str = "") -> None:
        page: Locked = self.door.page("locked", self._make_locked)  # type: ignore[assignment]
        if reason and self.house is not None and self.door.outside is not None:
            outside = self.door.outside
            page.tell(self.house.name, reason, outside.clock, outside.told("site"), outside.told("device"))
        self.door.setCurrentWidget(page)
        self._show_door()

    def _make_locked(self) -> QWidget:
        page: Locked = import_module("ui.door.locked").Locked()
        page.unlock.connect(self._unlock)
        page.other.connect(lambda: self.door.sign_in(locked=True))
        return page

    def _unlock(self) -> None:
        self.door.sign_in(self.house.user if self.house else "", locked=True)

    def _leave(self, reason: str) -> None:
        office, behind, self._office = self._office, self.door.behind, None
        if office is not None:
            self.lane.ask(self.door, lambda _ticket: behind.leave(office, reason), self._left, self._left)

    def _left(self, fault: Fault | Exception | None) -> None:
        if self._ending:
            self._tear_down()
            QApplication.quit()
            return
        if fault is not None:
            self.door.left_badly(fault)
        self.door.look()
        if self.house is None:
            self.sweep.everything()
        else:
            self.sweep.rest(alone=True)

    def _tear_down(self) -> None:
        house, self.house = self.house, None
        if house is not None:
            house.tear_down()
            if (theme().name, theme().size) != self.look:
                set_theme(*self.look)


def clear_clipboard() -> None:
    """Empty the clipboards that hold something of this program."""
    board = QGuiApplication.clipboard()
    if board.ownsClipboard():
        board.clear(QClipboard.Mode.Clipboard)
    if board.supportsSelection() and board.ownsSelection():
        board.clear(QClipboard.Mode.Selection)
