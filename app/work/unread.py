"""Persons whose personal data can't be read on this device: entered on another, their key not brought here yet; or erased.

- Whatever needs the key is refused in words; what stands in clear (records, verdicts) is answered all the same.
- In place of a name stands a visible mark: a blank or a bare id could pass for one.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.base.say import say
from app.base.words import Refused, Row
from app.proof.envelope import NoKey
from app.store import state
from app.work.office import Office


def no_key(office: Office, pid: str) -> Refused:
    """Why nothing personal of `pid` can be written or read here: `person.erased`, else `person.no_key`."""
    return Refused("person.erased" if pid in office.standing.erased else "person.no_key", {"id": pid})


def refuse_unread(office: Office, pids: Iterable[str]) -> Refused | None:
    """The refusal for the first of the persons who is entered and can't be read here, or None."""
    with office.store.read() as tx:
        for pid in pids:
            if not office.ring.has(pid) and state.row(tx, "person", pid) is not None:
                return no_key(office, pid)
    return None


def unread_persons(office: Office) -> list[str]:
    """The ids of the persons entered and not erased whose key is not on this device: nobody sees their numbers here."""
    with office.store.read() as tx:
        ids = state.ids(tx, "person")
    return [pid for pid in ids if not office.ring.has(pid) and pid not in office.standing.erased]


def shown_name(office: Office, row: Row) -> str:
    """What stands for a person's name, `row` being opened as far as it goes: the name, or the id with the mark why not."""
    name, pid = row.get("name"), str(row["id"])
    if name is not None or office.ring.has(pid):
        return str(name or "")
    mark = "paper.erased" if pid in office.standing.erased else "person.not_here"
    return f"{pid} {say(mark)}"


class Seen:
    """The person keys for a view that must be whole: an erased value reads as erased, one whose key is not here ends it."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def open(self, envelope: Row, t: str, id: str, column: str) -> str:
        """As `Ring.open`: KeyError for an erased person's. NotHere for one whose key this device lacks."""
        try:
            return self._office.ring.open(envelope, t, id, column)
        except NoKey as missing:
            if missing.pid in self._office.standing.erased:
                raise
            raise NotHere(missing.pid) from None


class NotHere(Exception):
    """A view can't be whole here: the key of `pid` has not been brought to this device."""

    def __init__(self, pid: str) -> None:
        super().__init__(pid)
        self.pid = pid
