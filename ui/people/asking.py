"""What the pages of people ask of the open site, each on the store's lane: a file, and what comes next on a record.

- Functions of the open site only; no widget is touched here, and nothing here is decided.
"""

from __future__ import annotations

from app.base.words import Refused, Value
from app.work.begin import Next, beginning, next_of
from app.work.office import Office
from app.work.person import PersonShown, person_file
from ui.people.asof import AsOf


class Opened(Value, frozen=True):
    """A file, the codes of the requirements for which a training record can be begun today, and the other day that it is
    shown at, None for today."""

    shown: PersonShown
    begins: frozenset[str] = frozenset()
    asof: AsOf | None = None


def opened(office: Office, *, person: str, asof: AsOf | None = None) -> Opened | Refused:
    """As `file_of`, with what can be begun; nothing can on another day than the site's today."""
    if asof is not None and asof.day == office.clock.now().instant.day:
        asof = None
    shown = file_of(office, person=person, asof=asof)
    if isinstance(shown, Refused) or asof is not None:
        return shown if isinstance(shown, Refused) else Opened(shown=shown, asof=asof)
    told = beginning(office, person)
    starts = () if isinstance(told, Refused) else told.starts
    return Opened(shown=shown, begins=frozenset(one.code for one in starts))


def file_of(office: Office, *, person: str, asof: AsOf | None) -> PersonShown | Refused:
    """The file of a person (number or id), today or at the end of another day, perhaps as it was known then."""
    at = None if asof is None else asof.at(office.zone)
    return person_file(office, person, at, at if asof is not None and asof.as_known else None)


def next_on(office: Office, *, record: str) -> Next | Refused | None:
    """Whose signature comes next on a record, and who may give it; None where nothing is missing."""
    return next_of(office, record)
