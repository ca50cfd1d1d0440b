"""What every page gets: a way to ask, a way to go somewhere, who is signed in, and a way to say something.

- The open site lives on the store's lane; a page hands over a verb and gets its answer on the screen's thread.
- A failure that no page takes is said by the window, with what was kept and what to do.
- While the screen is locked there is no site: what is asked then is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.base.words import Value
from ui.address import Address, parse
from ui.changed import Changed
from ui.lane import Lane, Ticket

if TYPE_CHECKING:
    from app.work.office import Office
    from ui.kit.memory import Memory

T = TypeVar("T")


class SessionShown(Value, frozen=True):
    """Who is signed in: name, account, person, role in words, the roles held, since when, the last time before."""

    name: str
    uid: str
    pid: str
    role: str
    roles: frozenset[str]
    scope: str = ""
    since: str = ""
    before: str = ""


class PlaceShown(Value, frozen=True):
    """Where we are: site and device in words, zone, region of the data, folder."""

    site: str
    device: str
    zone: str
    region: str
    folder: str
    log: str = ""


class Notice(Value, frozen=True):
    """Something to be noticed later. `kind`: ok, warn, bad, info; an incident can't be put away. `at`: when it came."""

    kind: str
    title: str
    text: str
    address: Address | None = None
    incident: bool = False
    at: str = ""


class Desk(QObject):
    """One person's desk for one period."""

    went = Signal(object)
    backed = Signal()
    said = Signal(str)
    noticed = Signal(object)
    failed = Signal(object)
    ended = Signal(str)
    returned = Signal()

    def __init__(
        self,
        store: Lane,
        net: Lane,
        office: Office,
        session: SessionShown,
        place: PlaceShown,
        remembers: Memory,
    ) -> None:
        super().__init__()
        self.store, self.net = store, net
        self.office: Office | None = office
        self.session, self.place, self.remembers = session, place, remembers
        self.changed = Changed()

    def ask(
        self,
        asker: QObject,
        verb: Callable[[Office], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Ticket:
        """Ask the open site, on the store's lane."""
        return self.ask_long(asker, lambda office, _ticket: verb(office), done, failed)

    def ask_long(
        self,
        asker: QObject,
        verb: Callable[[Office, Ticket], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Ticket:
        """Ask what may take long; the verb looks at its ticket and tells how far it is."""
        office = self.office

        def work(ticket: Ticket) -> T:
            # Locked meanwhile: whoever asked is hidden, and asks again after coming back.
            if office is None or office.closed:
                ticket.cancel()
                ticket.tick(0, 0)
            assert office is not None
            return verb(office, ticket)

        return self.store.ask(asker, work, done, failed or self.failed.emit)

    def ask_net(
        self,
        asker: QObject,
        work: Callable[[Ticket], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Ticket:
        """Do something that waits for others, on the network's lane."""
        return self.net.ask(asker, work, done, failed or self.failed.emit)

    def go(self, address: str | Address) -> None:
        """Go to a page; what is no address stays where it is."""
        told = parse(address) if isinstance(address, str) else address
        if told is not None:
            self.went.emit(told)

    def back(self) -> None:
        """Go back to where we came from."""
        self.backed.emit()

    def say_done(self, text: str) -> None:
        """Say that something was done: for a moment on the screen, and to a screen reader."""
        self.said.emit(text)

    def notify(self, notice: Notice) -> None:
        """Put something among the notices."""
        self.noticed.emit(notice)
