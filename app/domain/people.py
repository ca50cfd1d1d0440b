"""Persons: whoever has a training file, with or without a login (T-01, R-REC-14).

- A person is found by the employee number, or by the HR system's number for the human being (`external`), which
  outlives employments: somebody who comes back is the same person with a new number.
- Two persons are never made one: a row that points at two persons, or at somebody else's `external`, is refused.
- An older employment never overwrites a newer one; a row may leave out what it doesn't know.
- Only what differs is changed, so the same feed read twice records nothing.
- Names and numbers are personal: they leave here as `Personal` and reach the store sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeAlias
from unicodedata import normalize

from msgspec import UNSET, UnsetType

from app.base.ids import PersonId
from app.base.moment import Day, Instant
from app.base.words import Json, Personal, Refused, Row, Value
from app.domain.who import Who
from app.domain.wire import Change, Private, Text

MaybeText: TypeAlias = str | None | UnsetType
MaybeDay: TypeAlias = Day | None | UnsetType

NAMES = ("given", "prefix", "family", "native", "preferred")
SEALED = (*NAMES, "number", "external", "mail", "login", "badge", "remarks", "absent")
PLAIN = ("class_", "lang", "dept", "building", "shift", "hired", "gone", "fte", "reg_title")

# ---- commands


class PersonRow(Value, frozen=True, kw_only=True):
    """One person as a feed tells it: UNSET = not told, None = told to be empty. `id` is used if the person is new;
    `manager` is an employee number, `absent` the canonical JSON text of the absences, `gone` the last day."""

    id: PersonId
    number: str
    external: MaybeText = UNSET
    given: MaybeText = UNSET
    prefix: MaybeText = UNSET
    family: MaybeText = UNSET
    native: MaybeText = UNSET
    preferred: MaybeText = UNSET
    mail: MaybeText = UNSET
    login: MaybeText = UNSET
    badge: MaybeText = UNSET
    remarks: MaybeText = UNSET
    absent: MaybeText = UNSET
    class_: MaybeText = UNSET
    lang: MaybeText = UNSET
    dept: MaybeText = UNSET
    building: MaybeText = UNSET
    shift: MaybeText = UNSET
    manager: MaybeText = UNSET
    hired: MaybeDay = UNSET
    gone: MaybeDay = UNSET
    fte: MaybeText = UNSET
    reg_title: MaybeText = UNSET


class AddPeople(Value, frozen=True, kw_only=True):
    """Take these persons in: the unknown are added, the known brought up to date."""

    rows: tuple[PersonRow, ...]


class ChangePeople(Value, frozen=True, kw_only=True):
    """Bring known persons up to date; an unknown number is refused."""

    rows: tuple[PersonRow, ...]


# ---- facts


class Facts(Value, frozen=True, kw_only=True):
    """Every person held, opened: `id`, and columns under their bare names (`number`, `family` … instead of `number_j`)."""

    people: tuple[Row, ...]


# ---- changes


class PersonChanged(Change, frozen=True, kw_only=True):
    """Something about a person differs from before."""

    ACT: ClassVar[str] = "person.change"
    NOUN: ClassVar[str] = "person"

    name: Private = UNSET
    given: Private = UNSET
    prefix: Private = UNSET
    family: Private = UNSET
    native: Private = UNSET
    preferred: Private = UNSET
    number: Private = UNSET
    external: Private = UNSET
    mail: Private = UNSET
    login: Private = UNSET
    badge: Private = UNSET
    remarks: Private = UNSET
    absent: Private = UNSET
    class_: Text = UNSET
    lang: Text = UNSET
    dept: Text = UNSET
    building: Text = UNSET
    shift: Text = UNSET
    manager: Text = UNSET
    hired: Text = UNSET
    gone: Text = UNSET
    fte: Text = UNSET
    reg_title: Text = UNSET


class PersonAdded(PersonChanged, frozen=True, kw_only=True):
    """A person whom nobody knew here before."""

    ACT: ClassVar[str] = "person.add"


# ---- rules


class Known:
    """The persons held, by number and by `external`; takes in what each row of a command adds."""

    def __init__(self, people: tuple[Row, ...]) -> None:
        self.rows: dict[str, dict[str, Json]] = {row["id"]: dict(row) for row in people}
        self.by_number: dict[str, str] = {row["number"]: row["id"] for row in people if row.get("number")}
        self.by_external: dict[str, str] = {row["external"]: row["id"] for row in people if row.get("external")}

    def take(self, id: str, told: Mapping[str, Json]) -> None:
        """Remember what a row says about person `id`."""
        row = self.rows.setdefault(id, {"id": id})
        row.update({column: value for column, value in told.items() if value is not None})
        for column in [column for column, value in told.items() if value is None]:
            row.pop(column, None)
        self.by_number[row["number"]] = id
        if row.get("external"):
            self.by_external[row["external"]] = id


def match(row: PersonRow, known: Known) -> str | None | Refused:
    """The id of the person that `row` is about, None for somebody new; refuses a row that points at two persons."""
    external = row.external if isinstance(row.external, str) else None
    by_number = known.by_number.get(row.number)
    by_external = None if external is None else known.by_external.get(external)
    if by_number is not None and by_external is not None and by_number != by_external:
        return Refused("person.two_matches", {"number": row.number})
    found = by_number or by_external
    if found is None:
        return None
    held = known.rows[found]
    if external is not None and held.get("external") not in (None, external):
        return Refused("person.other_human", {"number": row.number})
    if by_number is None and not _employments_apart(row, held):
        return Refused("person.second_number", {"number": row.number})
    return found


def full_name(told: Mapping[str, Json]) -> str:
    """The name as it is printed under a signature: given name, prefix, family name; some people have no family name."""
    return " ".join(part for key in ("given", "prefix", "family") if (part := told.get(key)))


def _employments_apart(row: PersonRow, held: Row) -> bool:
    """Whether a second number belongs to another employment: one of the two ended before the other began."""
    gone, hired = held.get("gone"), held.get("hired")
    after = bool(gone and row.hired and str(row.hired) > gone)
    return after or _is_older(row, hired)


def _is_older(row: PersonRow, hired: str | None) -> bool:
    return bool(hired and row.gone and str(row.gone) < hired)


def _told(row: PersonRow) -> dict[str, Json]:
    """What the row says, by field; text in the one spelling that envelopes hold (formats §4: NFC)."""
    named = ((name, getattr(row, name)) for name in (*SEALED, *PLAIN, "manager"))
    return {
        name: normalize("NFC", value) if isinstance(value, str) else value
        for name, value in named
        if value is not UNSET
    }


def _differing(id: str, held: Row | None, told: Mapping[str, Json]) -> PersonChanged | None:
    """The change that makes `held` say what was told; None if it says so already."""
    before = {} if held is None else {name.removesuffix("_j"): value for name, value in held.items()}
    differing = {name: value for name, value in told.items() if before.get(name.rstrip("_")) != value}
    name = full_name({**before, **told})
    if not differing and held is not None:
        return None
    if name != before.get("name"):
        differing["name"] = name or None
    sealed: dict[str, Any] = {
        column: Personal(id, value) if value is not None and column in ("name", *SEALED) else value
        for column, value in differing.items()
    }
    return (PersonAdded if held is None else PersonChanged)(id=id, **sealed)


def incomplete(row: PersonRow, *, new: bool) -> Refused | None:
    """Why this row alone can't be taken in, or None."""
    if not row.number or (new and not (row.given or row.family)):
        return Refused("person.incomplete", {"number": row.number})
    if row.hired and row.gone and str(row.gone) < str(row.hired):
        return Refused("person.gone_first", {"number": row.number})
    return None


# ---- decide


def decide(
    command: AddPeople | ChangePeople, facts: Facts, who: Who, now: Instant
) -> tuple[PersonChanged, ...] | Refused:
    """One change per person who is new or differs. Refuses all of it at the first row that can't stand."""
    before, known = Known(facts.people), Known(facts.people)
    told: dict[str, dict[str, Json]] = {}
    for row in command.rows:
        found = match(row, known)
        if isinstance(found, Refused):
            return found
        objection = incomplete(row, new=found is None)
        if objection is None and found is None and isinstance(command, ChangePeople):
            objection = Refused("person.unknown", {"number": row.number})
        if objection is not None:
            return objection
        if found is not None and _is_older(row, known.rows[found].get("hired")):
            known.by_number.setdefault(row.number, found)
            continue
        id = found or row.id
        said = _told(row)
        known.take(id, said)
        told[id] = {**told.get(id, {}), **said}
    return _changes(told, before, known)


def _changes(
    told: Mapping[str, dict[str, Json]], before: Known, known: Known
) -> tuple[PersonChanged, ...] | Refused:
    """Managers are looked up last, so that a row may name somebody further down."""
    changes: list[PersonChanged] = []
    for id, said in told.items():
        new, manager = said, said.get("manager")
        if manager is not None:
            if manager not in known.by_number:
                return Refused("person.manager_unknown", {"number": said["number"], "manager": manager})
            new = {**said, "manager": known.by_number[manager]}
        change = _differing(id, before.rows.get(id), new)
        if change is not None:
            changes.append(change)
    return tuple(changes)
