"""The house of whoever is signed in: desk, window, and the clock of idleness, built after sign-in (R-ACC-17, R-ACC-18).

- Everything of the person hangs on the window and goes down with it.
- While the screen is locked the desk has no site; the one who comes back is given the new one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.base.moment import clock_text
from app.base.say import say
from app.work.seat import Seat, seat
from ui.desk import Desk, PlaceShown, SessionShown
from ui.door.idle import Idle
from ui.kit import memory
from ui.kit.tokens import set_theme, theme
from ui.lane import Lane
from ui.shell.memory import memory_of
from ui.shell.window import Window

if TYPE_CHECKING:
    from app.work.office import Office
    from ui.door.door import Door


class Keeps(Protocol):
    """What a house asks of whoever keeps the door."""

    door: Door
    lane: Lane
    look: tuple[str, float]

    def lock(self, reason: str = "lock") -> None:
        """Blank the screen and end the period."""

    def sign_out(self) -> None:
        """End the period and tear the house down."""

    def quit(self) -> None:
        """End the program."""


class Home(QObject):
    """One person's house."""

    def __init__(self, keeper: Keeps, office: Office, told: Seat, net: Lane) -> None:
        super().__init__()
        self.uid, self.name, self.user = told.uid, told.name, told.user
        self._door: Door = keeper.door
        self._net = net
        remembers = self._remembers = memory_of(told.site, told.uid)
        memory.use(remembers)
        size, name = remembers.get("shell.size"), remembers.get("shell.theme")
        percent = size if isinstance(size, int) else round(keeper.look[1] * 100)
        wanted = name if name in ("light", "dark", "contrast") else keeper.look[0], percent / 100
        if wanted != (theme().name, theme().size):
            set_theme(*wanted)
        self.desk = Desk(
            keeper.lane, self._net, office, session_of(told), place_of(told, self._door), remembers
        )
        clock = self._door.outside.clock if self._door.outside else office.clock
        self.window: QWidget = Window(self.desk, lambda: clock_text(clock.now().instant))
        self.window.locking.connect(keeper.lock)
        self.window.leaving.connect(keeper.sign_out)
        self.window.closing.connect(keeper.quit)
        self.desk.ended.connect(keeper.lock)
        self.idle = Idle(self.desk, told.idle_ms, told.absolute_ms)
        self.idle.over.connect(keeper.lock)
        self._before = told.before

    def begin(self) -> None:
        """Go to the first page, and say when the person was here last."""
        self.desk.go("countersign:home")
        if self._before is not None:
            self.desk.say_done(say("ui.house.before", {"at": clock_text(self._before, seconds=False)}))

    def open(self, office: Office) -> None:
        """Go on where it was left, with the site that was opened again."""
        self.desk.office = office
        self.idle.begin()
        self.desk.returned.emit()

    def shut(self) -> None:
        """The site is about to be closed."""
        self.desk.office = None
        self.idle.end()
        self._remembers.keep()

    def tear_down(self) -> None:
        """Destroy the window and everything that hangs on it."""
        self.shut()
        self._net.close()
        self.window.hide()
        self.window.setParent(None)
        self.window.deleteLater()
        self.desk.deleteLater()
        self.deleteLater()


def build(
    keeper: Keeps, office: Office, ready: Callable[[Home], None], failed: Callable[[Exception], None]
) -> None:
    """Ask who sits here, then hand the house to `ready` at once, so that it is torn down with everything else; whatever
    stands in the way goes to `failed`."""

    def told(who: Seat) -> None:
        net = Lane("net")
        try:
            made = Home(keeper, office, who, net)
        except Exception as error:  # noqa: BLE001  (told at the door; the site must not stay open behind it)
            # A lane that nobody ends would keep the program from ending.
            net.close()
            failed(error)
        else:
            ready(made)

    keeper.lane.ask(keeper.door, lambda _ticket: seat(office), told, failed)


def session_of(told: Seat) -> SessionShown:
    """The person in words."""
    before = "" if told.before is None else clock_text(told.before, seconds=False)
    return SessionShown(
        name=told.name, uid=told.uid, pid=told.pid, role=say(f"role.{told.role}"), roles=frozenset(told.roles),
        scope=", ".join(told.departments), since=clock_text(told.since, seconds=False), before=before,
    )  # fmt: skip


def place_of(told: Seat, door: Door) -> PlaceShown:
    """The device in words."""
    region = ", ".join(told.regions) or say("ui.house.here")
    return PlaceShown(
        site=told.site,
        device=told.device,
        zone=told.zone,
        region=region,
        folder=str(door.behind.data),
        log=told.log,
    )
