"""The register of controlled documents: one row per version, old versions kept (T-05, R-REC-04).

- A version is in force from its effective instant until it ended or the next version took effect; nobody has to do anything.
- Training on a version is in order from the day it was approved until the moment it was superseded.
- A version whose impact says that nobody needs retraining carries over what counted for the version before it (T-06);
  an impact that is missing, or that names roles, means: everybody.
- A version's file is named by its hash; another hash for a version that has one is refused, never taken over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import ClassVar

from msgspec import UNSET

from app.base.ids import DocumentId
from app.base.moment import Day, Instant, start_of
from app.base.words import Refused, Row, Value
from app.domain.who import Who
from app.domain.wire import Change, Object, Text

STATES = frozenset({"Draft", "Approved", "Effective", "Superseded", "Obsolete"})
NO_RETRAINING = frozenset({"None", "Notice only"})

# ---- commands


class FileRef(Value, frozen=True, kw_only=True):
    """A stored file: key name, file name, hex SHA-256 and size in bytes of the plaintext (formats §4 "Files")."""

    k: str
    name: str
    sha256: str
    size: int


class VersionRow(Value, frozen=True, kw_only=True):
    """One version as a register lists it.

    `id` is used if it is new; days are local days at the site; `owner` is an employee number.
    """

    id: DocumentId
    number: str
    ver: str
    title: str
    state: str
    type: str | None = None
    dept: str | None = None
    lang: str | None = None
    translates: str | None = None
    supersedes: str | None = None
    owner: str | None = None
    created: Day | None = None
    approved: Day | None = None
    effective: Day | None = None
    ended: Day | None = None
    review: Day | None = None
    impact: str | None = None
    change: str | None = None
    ext: str | None = None
    sha256: str | None = None
    file: FileRef | None = None


class RegisterDocuments(Value, frozen=True, kw_only=True):
    """Take these versions into the register; versions that it lists already are brought up to date."""

    versions: tuple[VersionRow, ...]


# ---- facts


class Facts(Value, frozen=True, kw_only=True):
    """`held`: every version of the documents named, by (number, version); `people`: person ids by employee number, an
    owner who isn't among them stays empty; `zone` of the site."""

    held: Mapping[tuple[str, str], Row]
    people: Mapping[str, str]
    zone: str


# ---- changes


class DocumentRegistered(Change, frozen=True, kw_only=True):
    """A version of a document, new or brought up to date."""

    ACT: ClassVar[str] = "document.register"
    NOUN: ClassVar[str] = "document"

    number: Text = UNSET
    ver: Text = UNSET
    title: Text = UNSET
    type: Text = UNSET
    dept: Text = UNSET
    lang: Text = UNSET
    translates: Text = UNSET
    supersedes: Text = UNSET
    owner: Text = UNSET
    state: Text = UNSET
    created: Text = UNSET
    approved: Text = UNSET
    effective: Text = UNSET
    ended: Text = UNSET
    review: Text = UNSET
    impact: Text = UNSET
    change: Text = UNSET
    ext: Text = UNSET
    file: Object = UNSET
    sha256: Text = UNSET


# ---- rules


def version_in_force(versions: Iterable[Row], number: str, at: Instant) -> Row | None:
    """The version of `number` that people must follow at `at`, or None."""
    utc = at.utc
    begun = [v for v in versions if v.get("number") == number and _begun(v, utc)]
    newest = max(begun, key=_order, default=None)
    return None if newest is None or _ended(newest, utc) else newest


def versions_ahead(versions: Iterable[Row], number: str, at: Instant) -> list[Row]:
    """The approved versions of `number` that take effect after `at`, the next one first."""
    utc = at.utc
    ahead = [v for v in versions if v.get("number") == number and _is_released(v) and not _begun(v, utc)]
    return sorted(ahead, key=_order)


def versions_that_count(versions: Iterable[Row], number: str, at: Instant) -> list[Row]:
    """The version in force, then those before it whose training was carried over; empty if none is in force."""
    utc = at.utc
    begun = [v for v in versions if v.get("number") == number and _begun(v, utc)]
    newest_first = sorted(begun, key=_order, reverse=True)
    if not newest_first or _ended(newest_first[0], utc):
        return []
    last = next((place for place, v in enumerate(newest_first) if retrains(v)), len(newest_first))
    return newest_first[: last + 1]


def superseded_by(versions: Iterable[Row], trained: Row, at: Instant) -> Row | None:
    """The first version in effect by `at` that made training on `trained` count no more, or None."""
    if not _is_released(trained):
        return None
    utc, number = at.utc, trained.get("number")
    begun = [v for v in versions if v.get("number") == number and _begun(v, utc)]
    later = [v for v in begun if _order(v) > _order(trained) and retrains(v)]
    return min(later, key=_order, default=None)


def retrains(version: Row) -> bool:
    """Whether training on the version before does not count for this one."""
    return version.get("impact") not in NO_RETRAINING


def in_window(version: Row, done: Instant) -> bool:
    """Whether training on `version` was in order at `done`: approved by then, not yet superseded (R-REC-04)."""
    approved = version.get("approved")
    return approved is not None and approved <= done.day and not _ended(version, done.utc)


def _is_released(version: Row) -> bool:
    return version.get("approved") is not None and version.get("effective") is not None


def _begun(version: Row, utc: str) -> bool:
    return _is_released(version) and bool(version["effective"] <= utc)


def _ended(version: Row, utc: str) -> bool:
    ended = version.get("ended")
    return ended is not None and bool(ended <= utc)


def _order(version: Row) -> tuple[str, str]:
    return version["effective"], version["id"]


def objection(row: VersionRow, facts: Facts) -> Refused | None:
    """Why this version alone can't be taken in, or None."""
    about = {"number": row.number, "ver": row.ver}
    if not (row.number and row.ver and row.title) or row.state not in STATES:
        return Refused("document.incomplete", about)
    if not _dates_in_order(row):
        return Refused("document.dates", about)
    held = facts.held.get((row.number, row.ver))
    known = None if held is None else held.get("sha256")
    hashes = {value for value in (row.sha256, known, row.file and row.file.sha256) if value}
    return Refused("document.file_differs", about) if len(hashes) > 1 else None


def two_effective(rows: Iterable[VersionRow], facts: Facts) -> str | None:
    """The number of a document of which two versions would be Effective at once, or None."""
    states = {name: held.get("state") for name, held in facts.held.items()}
    states.update({(row.number, row.ver): row.state for row in rows})
    effective = Counter(number for (number, _), state in states.items() if state == "Effective")
    return next((number for number, count in effective.items() if count > 1), None)


def _dates_in_order(row: VersionRow) -> bool:
    """Created, approved, effective, ended: in this order, and none without the approval that it needs."""
    if row.approved is None:
        return row.state == "Draft" and row.effective is None and row.ended is None
    days = [day for day in (row.created, row.approved, row.effective, row.ended) if day is not None]
    return row.state != "Draft" and days == sorted(days)


def _registered(row: VersionRow, facts: Facts) -> DocumentRegistered:
    held = facts.held.get((row.number, row.ver))
    sha256 = row.sha256 or (None if row.file is None else row.file.sha256)
    return DocumentRegistered(
        id=row.id if held is None else held["id"],
        number=row.number,
        ver=row.ver,
        title=row.title,
        type=row.type,
        dept=row.dept,
        lang=row.lang,
        translates=row.translates,
        supersedes=row.supersedes,
        owner=facts.people.get(row.owner or ""),
        state=row.state,
        created=row.created,
        approved=row.approved,
        effective=_from(row.effective, facts.zone),
        ended=_from(row.ended, facts.zone),
        review=row.review,
        impact=row.impact,
        change=row.change,
        ext=row.ext,
        # A register without the file or its hash doesn't take away the one that was handed over.
        file=UNSET if row.file is None else _file(row.file),
        sha256=UNSET if sha256 is None else sha256,
    )


def _from(day: Day | None, zone: str) -> str | None:
    """A day in a register begins at midnight of the site."""
    return None if day is None else start_of(day, zone).utc


def _file(ref: FileRef) -> dict[str, str | int]:
    return {"k": ref.k, "name": ref.name, "sha256": ref.sha256, "size": ref.size}


# ---- decide


def decide(
    command: RegisterDocuments, facts: Facts, who: Who, now: Instant
) -> tuple[DocumentRegistered, ...] | Refused:
    """One change per version. Refuses the whole register at the first version that can't stand."""
    seen: set[tuple[str, str]] = set()
    for row in command.versions:
        if (row.number, row.ver) in seen:
            return Refused("document.twice", {"number": row.number, "ver": row.ver})
        seen.add((row.number, row.ver))
        refused = objection(row, facts)
        if refused is not None:
            return refused
    both = two_effective(command.versions, facts)
    if both is not None:
        return Refused("document.two_effective", {"number": both})
    return tuple(_registered(row, facts) for row in command.versions)
