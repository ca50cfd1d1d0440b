"""What the windows of records ask of the core, on the store's worker; no widget is touched here.

- A command gets its id where the site's randomness is; nothing is recorded before somebody signs.
"""

from __future__ import annotations

from app.base.moment import Instant
from app.base.words import Refused, Value
from app.domain.records import SignOff
from app.work.begin import Beginning, Standing, Start, beginning, may_void, new_record, standing_of
from app.work.drafts import Kept, draft
from app.work.office import Office


class Wanted(Value, frozen=True):
    """What a new record shall say, as typed: requirement's code, version's id, when (None: at the moment of signing), and
    the comment."""

    code: str = ""
    doc: str = ""
    done: Instant | None = None
    comment: str = ""


class Begun(Value, frozen=True):
    """What the window of a new record opens with."""

    start: Beginning
    kept: Kept | None

    @property
    def name(self) -> str:
        """The draft's name."""
        return draft_name(self.start.person.pid)


class Correction(Value, frozen=True):
    """A record that is to be corrected, and whether whoever is signed in may declare it void."""

    record: Standing
    me: bool


def draft_name(pid: str) -> str:
    """The name of the draft of a new record for a person."""
    return f"record/{pid}"


def read_beginning(office: Office, person: str) -> Begun | Refused:
    """What may be begun for the person, and what was typed before. Refused as `beginning`."""
    found = beginning(office, person)
    if isinstance(found, Refused):
        return found
    return Begun(start=found, kept=draft(office, draft_name(found.person.pid)))


def command_of(office: Office, start: Start, pid: str, wanted: Wanted) -> SignOff:
    """The command that begins the record; signed by its trainee first."""
    return new_record(
        office, start, pid, done=wanted.done, doc=wanted.doc, comment=wanted.comment.strip(), why=""
    )


def read_correction(office: Office, record: str) -> Correction | Refused:
    """A record as it stands. Refused as `standing_of`, or where it is void already."""
    found, me = standing_of(office, record), may_void(office, record)
    if isinstance(found, Refused):
        return found
    return me if isinstance(me, Refused) else Correction(record=found, me=me)
