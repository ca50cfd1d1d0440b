"""The window of a signed-in person: navigation, top bar, the page, the strip; and the keys that work everywhere.

- Keys are actions of the window, never of a page or panel, so that they work wherever the focus is.
- A page is built on its first visit and kept; back and forward go through addresses.
- Theme and text size are changed live; below 1280 pixels or above 125 % the navigation collapses by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.base.say import say
from ui.address import Address
from ui.desk import Desk
from ui.kit.layout import hline
from ui.kit.palette import themed
from ui.kit.sheet import dress
from ui.kit.text import plain
from ui.page import Command, Page
from ui.shell.closing import Closing
from ui.shell.failures import Failures
from ui.shell.help import Help
from ui.shell.looks import Looks
from ui.shell.menus import Menus, Way
from ui.shell.navigation import Navigation
from ui.shell.notices import Notices
from ui.shell.pages import PAGES, Ahead, Entry, build, entry, may_see, pages_of
from ui.shell.regions import first_control, next_region
from ui.shell.room import Room
from ui.shell.search import Search
from ui.shell.states import States
from ui.shell.strip import Strip
from ui.shell.toast import Toast
from ui.shell.topbar import TopBar

LEAST = (960, 600)


class Window(QMainWindow):
    """`locking` and `leaving` are asked for; `closing` comes when the person closes the window."""

    locking = Signal()
    leaving = Signal()
    closing = Signal()

    def __init__(self, desk: Desk, clock: Callable[[], str]) -> None:
        super().__init__()
        self.desk = desk
        self.setMinimumSize(*LEAST)
        self.entries = pages_of(desk.session.roles)
        self.navigation = Navigation(self.entries, desk.place.site)
        self.top, self.strip = TopBar(desk.session), Strip(desk.place, clock)
        self.pages, self.stack = dict[str, Page](), QStackedWidget()
        self.failures, self.toast = Failures(), Toast(self, self.stack)
        self._trail: list[Address] = []
        self._at = -1
        self._lay_out()
        self.notices = Notices(self, self.top, self.strip, clock)
        self.states = States(desk, self.strip)
        self.looks, self.room = Looks(desk.remembers), Room(self, desk.remembers)
        mine = [one for one in PAGES if may_see(one, desk.session.roles)]
        self.ahead = Ahead(self, mine, self.pages, partial(build, desk=desk), self._take)
        finish = partial(self.toast.say, say("ui.shell.finishing"))
        self.closer = Closing(self, (desk.store, desk.net), finish, self.closing.emit)
        self.menus = Menus(self, self._ways())
        self._connect()
        dress(self)
        self.states.ask()

    # ---- building

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        for part in (self.top, hline(), self.failures, self.stack, hline(), self.strip):
            right.addWidget(part, 1 if part is self.stack else 0)
        whole = QWidget()
        whole.setProperty("bg", "bg")
        whole.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        across = QHBoxLayout(whole)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.navigation)
        across.addLayout(right, 1)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        desk, top = self.desk, self.top
        themed.changed.connect(self._fit)
        self.navigation.chosen.connect(lambda name: self.go(Address(page=name)))
        self.navigation.turned.connect(self.toggle_rail)
        top.search.connect(self.search)
        top.notices.connect(self.notices.toggle)
        top.lock.connect(self.locking)
        top.sign_out.connect(self.leaving)
        top.went.connect(self.go)
        desk.went.connect(self.go)
        desk.backed.connect(partial(self.step, -1))
        desk.said.connect(self.toast.say)
        desk.failed.connect(self.failures.tell)
        desk.returned.connect(lambda: _ask_again(self.page()))
        desk.noticed.connect(self.notices.add)
        desk.net.lost.connect(self.failures.tell)
        self.notices.counted.connect(top.bell.set_count)
        self.strip.sync.connect(partial(self.go, Address(page="sync")))
        self.strip.history.connect(partial(self.go, Address(page="history")))

    # ---- going

    def go(self, address: Address) -> None:
        """Show what the address names; remembers where we were."""
        if self._at >= 0 and self._trail[self._at] == address:
            return
        if self._show(address):
            self._trail = [*self._trail[: self._at + 1], address]
            self._at += 1

    def step(self, by: int) -> None:
        """Back (-1) or forward (1)."""
        to = self._at + by
        if 0 <= to < len(self._trail) and self._show(self._trail[to]):
            self._at = to

    def page(self) -> Page | None:
        """The page that is shown."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, Page) else None

    def search(self) -> None:
        """Open the search."""
        Search(self.desk, self, self.commands()).open()

    def commands(self) -> list[Command]:
        """What can be done now: of the page, then of the window."""
        page = self.page()
        return [*(page.commands() if page else []), *self.menus.commands()]

    def _show(self, address: Address) -> bool:
        one, before = entry(address.page), self.page()
        if one is None or not may_see(one, self.desk.session.roles):
            self.toast.say(say("ui.shell.no_page"))
            return False
        if before is not None and not before.leave():
            return False
        made = self.pages.get(one.name) or self._take(one, self.ahead.built(one) or build(one, self.desk))
        self.failures.clear()
        self.stack.setCurrentWidget(made)
        if made.address != address or made is not before:
            made.show_address(address)
        self.navigation.show_current(one.parent or one.name)
        self.navigation.collapse(wanted=bool(self.desk.remembers.get(rail_key(made), made.dense)))
        self.retitle()
        self.menus.of_page(made.commands())
        if made is not before:
            (first_control(made) or made).setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _take(self, one: Entry, page: Page) -> Page:
        """Take a page into the window."""
        self.pages[one.name] = page
        self.stack.addWidget(page)
        page.retitled.connect(self.retitle)
        return page

    def retitle(self) -> None:
        """Say where we are; pages call it when they know better."""
        page = self.page()
        if page is not None:
            self.top.show_place(page.crumbs(), page.title())
            self.setWindowTitle(say("ui.shell.window_title", {"page": plain(page.title())}))

    # ---- keys of the window

    def regions(self) -> list[QWidget]:
        """What F6 goes through: navigation, page, strip."""
        return [self.navigation, self.stack, self.strip]

    def help(self) -> None:
        """What the page is for and every command."""
        page = self.page()
        if page is not None:
            Help(self, page, self.commands()).open()

    def toggle_rail(self) -> None:
        """Collapse or expand the navigation."""
        wanted = not self.navigation.collapsed
        self.navigation.collapse(wanted=wanted)
        page = self.page()
        if page is not None:
            self.desk.remembers.set(rail_key(page), wanted)

    def _ways(self) -> dict[str, list[Way]]:
        """Every command of the window, by menu: words, keys, icon, what it does."""
        places: list[Way] = [
            (say(f"ui.page.{one.name}"), f"Ctrl+{n}", one.icon, partial(self.go, Address(page=one.name)))
            for n, one in enumerate(self.entries, 1)
        ]
        go: list[Way] = [
            (say("ui.menu.search"), "Ctrl+K", "search", self.search),
            (say("ui.menu.back"), "Alt+Left", "arrow-left", partial(self.step, -1)),
            (say("ui.menu.forward"), "Alt+Right", "arrow-right", partial(self.step, 1)),
            (say("ui.menu.next_region"), "F6", "", lambda: next_region(self.regions(), 1)),
            (say("ui.menu.last_region"), "Shift+F6", "", lambda: next_region(self.regions(), -1)),
            (say("ui.menu.help"), "F1", "life-buoy", self.help),
        ]
        view: list[Way] = [
            (say("ui.menu.larger"), "Ctrl+= Ctrl++", "zoom-in", partial(self.looks.step, 1)),
            (say("ui.menu.smaller"), "Ctrl+-", "zoom-out", partial(self.looks.step, -1)),
            (say("ui.menu.normal"), "Ctrl+0", "", partial(self.looks.step, 0)),
            (say("ui.menu.rail"), "Ctrl+B", "", self.toggle_rail),
            (say("ui.shell.notices"), "Ctrl+Shift+N", "bell", self.notices.toggle),
        ]
        session: list[Way] = [
            (say("ui.shell.lock"), "Ctrl+L", "lock", self.locking.emit),
            (say("ui.shell.sign_out"), "", "log-out", self.leaving.emit),
        ]
        return {"go": [*places, *go], "view": view, "session": session}

    def _fit(self) -> None:
        """Make room, or take it."""
        self.navigation.fit(self.width())
        self.top.fit(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room."""
        super().resizeEvent(event)
        self._fit()
        self.notices.place()
        self.toast.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask the page, wait for what is being done, then let whoever built the window end the period."""
        event.ignore()
        page = self.page()
        if page is None or page.leave():
            self.closer.want()


def rail_key(page: Page) -> str:
    """Where it is kept whether the navigation is collapsed: dense pages have their own."""
    return "shell.rail.dense" if page.dense else "shell.rail"


def _ask_again(page: Page | None) -> None:
    """After the lock: others may have worked here meanwhile, and the day may be another."""
    if page is not None and not page.stays:
        page.refresh()
