"""Where the demo's story is played: one site, its people, and whoever is signed in.

- Every answer that the story needs is asked for the way a person at the workstation would.
- What does not end as the story needs it raises Fault `demo.stopped`; nothing is glossed over.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from app.base.faults import Fault
from app.base.ids import PersonId, RecordId, RequirementId, new_id
from app.base.moment import Clock
from app.base.words import Json, Refused, Value
from app.domain.records import SignOff
from app.proof.descriptor import Descriptor
from app.store import state
from app.work.ask import File, find_person, training_of
from app.work.ceremony import signer_beside, signer_of_session
from app.work.demo.cast import Cast
from app.work.feeds.feed import Tick
from app.work.intake import needs_signature, read_feed, take_feed
from app.work.login import sign_in, sign_out
from app.work.office import Office
from app.work.secrets import FileSecrets
from app.work.sign import Signer
from app.work.sync import SyncReport

T = TypeVar("T")


class Beside(Value, frozen=True):
    """The centre on this computer: its address, what QA records of it, what it does with the site's trust bundle, one
    meeting with it, what its check says (`ok`, `batches`, `entries`, `findings`), and how it ends."""

    address: str
    descriptor: Callable[[str], Descriptor]
    take: Callable[[str], dict[str, Json] | Refused]
    meet: Callable[[Office], SyncReport | Refused]
    check: Callable[[], dict[str, Json]]
    stop: Callable[[], None]


Start = Callable[[Path, Clock], Beside]
"""Starts the centre in a folder, made first where there is none; the clock dates its receipts."""


def must(answer: T | Refused) -> T:
    """The answer; Fault `demo.stopped` when it was refused."""
    if isinstance(answer, Refused):
        raise Fault("demo.stopped", reason=answer.code)
    return answer


class Stage:
    """The demo's site in `DIR/site` and who is signed in there. `tick` hears of progress within a feed; `start_centre`
    starts the centre beside the site."""

    def __init__(self, cast: Cast, tick: Tick | None = None, start_centre: Start | None = None) -> None:
        self.cast = cast
        self.site = cast.folder / "site"
        self.tick = tick
        self.start_centre = start_centre
        self._office: Office | None = None

    @property
    def office(self) -> Office:
        """The open site."""
        if self._office is None:
            raise Fault("demo.stopped", reason="closed")
        return self._office

    def secrets(self) -> FileSecrets:
        """The device's secrets."""
        return FileSecrets.found(self.cast.folder / "device-secret", self.site)

    def enter(self, username: str) -> Office:
        """Sign one of the people in."""
        cast = self.cast
        given = cast.typed(username)
        self._office = must(
            sign_in(self.site, self.secrets(), cast.clock, cast.random, given, cast.plan["zone"])
        )
        return self._office

    def leave(self) -> None:
        """Sign out and close the site."""
        sign_out(self.office)
        self.close()

    def close(self) -> None:
        """Close the site as it is; safe at any moment."""
        if self._office is not None:
            self._office.close()
            self._office = None

    def signer(self) -> Signer:
        """The person who is signed in, for one signing."""
        session = self.office.session
        username = next(
            who["username"] for who in self.cast.people.values() if session and who["uid"] == session.uid
        )
        return must(signer_of_session(self.office, self.cast.typed(username)))

    def beside(self, username: str) -> Signer:
        """A second person at the workstation, for one signing."""
        return must(signer_beside(self.office, self.cast.typed(username)))

    def take(self, kind: str, source: Path) -> dict[str, Json]:
        """Read a feed and take it in; the figures."""
        office, began = self.office, self.cast.clock.now().up
        feed = read_feed(office, kind, source, self.tick)
        read = self.cast.clock.now().up
        # The demo's clock goes on to the next one-time code while a person signs: that is no time of the import.
        signer = self.signer() if needs_signature(feed) else None
        started = self.cast.clock.now().up
        written: int = must(take_feed(office, feed, signer)).result
        ended = self.cast.clock.now().up
        return {
            "rows": feed.rows_in,
            "accepted": feed.accepted,
            "held": feed.held,
            "rejected": feed.rejected,
            "defects": len(feed.defects),
            "files": len(feed.files),
            "entries": written,
            "head": office.tail.n,
            "ms": read - began + ended - started,
            "entries_per_second": written * 1000 // max(ended - started, 1),
        }

    def file(self, number: str) -> File:
        """The training file of the person with this employee number."""
        return must(training_of(self.office, number, None, None))

    def person(self, number: str) -> tuple[str, str]:
        """(id, name) of the person with this employee number."""
        row = must(find_person(self.office, number))
        return str(row["id"]), str(row["name"])

    def command(self, number: str, code: str, meaning: str) -> SignOff:
        """The first step of a new record of this person on the requirement with this code."""
        pid, _ = self.person(number)
        with self.office.store.read() as tx:
            req = next(row["id"] for row in state.rows(tx, "requirement") if row.get("code") == code)
        record = RecordId(new_id("r", self.cast.random))
        return SignOff(id=record, pid=PersonId(pid), req=RequirementId(req), meaning=meaning)


def next_step(first: SignOff, meaning: str) -> SignOff:
    """The next step on the record that `first` began."""
    return SignOff(id=first.id, pid=first.pid, req=first.req, meaning=meaning)


def word_of(file: File, code: str) -> str:
    """The status word on one requirement."""
    return next((line.verdict.word for line in file.lines if line.code == code), "Not required")
