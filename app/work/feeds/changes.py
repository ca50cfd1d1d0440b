"""What changed in the HR system since the last time: one row per change, empty cells mean "unchanged".

- A new hire may carry the number of nobody else, not even of somebody who left.
- Two rows that tell one person two different things for one day wait for a person, both of them.
- The person takes the new value at once; the posting carries the day from which it holds.
- Who leaves gets a last day, and so do the jobs that would run on; an extension moves both.
- A job must be known: a code alone says too little to register one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from msgspec import UNSET

from app.base.ids import PersonId, Random, new_id
from app.base.moment import Day
from app.base.words import Row
from app.domain.jobs import PostingRow
from app.domain.people import AddPeople, ChangePeople, PersonRow
from app.work.feeds.feed import ACCEPTED, HELD, Command, Defect, Feed, Tick, count, ticking
from app.work.feeds.known import KnownPeople
from app.work.feeds.ledger import Ledger
from app.work.feeds.people_layouts import ChangesLayout
from app.work.feeds.row import FeedRow
from app.work.feeds.table import Table

NAMES = ("given", "prefix", "family")
WHERE = ("dept", "building", "shift")
CODES = ("job", "dept", "building")
TELLS = {
    "hire": (*NAMES, *WHERE, "job", "manager"),
    "leave": ("gone",),
    "move": ("dept", "job", "building", "shift", "manager"),
    "name": NAMES,
    "shift": ("shift",),
    "manager": ("manager",),
    "extend": ("gone",),
}
NEEDS = {
    "leave": "gone",
    "move": "job",
    "name": "family",
    "shift": "shift",
    "manager": "manager",
    "extend": "gone",
}


@dataclass(slots=True)
class Draft:
    """One change on its way; `said` holds only what this kind of change tells."""

    row: FeedRow
    kind: str = ""
    number: str | None = None
    day: Day | None = None
    said: dict[str, Any] = field(default_factory=dict)


def read_changes(
    table: Table, layout: ChangesLayout, known: KnownPeople, random: Random, tick: Tick | None
) -> Feed:
    """The feed of a file of changes."""
    held = {row["number"]: row for row in known.people if row.get("number")}
    records = [record for record in table.records if not _is_total(record.cells[table.where["kind"]], layout)]
    drafts = [_draft(FeedRow(table, record), layout) for record in ticking(records, tick)]
    ledger = Ledger(known, random)
    for draft in drafts:
        _check(draft, held, ledger)
    _check_hires(drafts, held)
    _check_contradictions(drafts)
    _check_people(drafts, held)
    taken = [draft for draft in drafts if draft.row.outcome == ACCEPTED]
    people = [_carry_out(draft, held, ledger, random) for draft in taken]
    taken = [draft for draft in taken if draft.row.outcome == ACCEPTED]
    shown: list[Defect] = [found for draft in drafts for found in draft.row.shown()]
    return Feed(
        kind="people",
        sources=(count(table.file, table.sha256, table.size, [draft.row.outcome for draft in drafts]),),
        commands=ledger.commands(_commands(taken, [row for row in people if row is not None])),
        defects=(*table.findings, *shown),
    )


def _commands(taken: list[Draft], people: list[PersonRow]) -> list[Command]:
    """New people first: a change may name one of them."""
    hires = tuple(row for draft, row in zip(taken, people, strict=True) if draft.kind == "hire")
    others = tuple(row for draft, row in zip(taken, people, strict=True) if draft.kind != "hire")
    add = [AddPeople(rows=hires)] if hires else []
    return [*add, ChangePeople(rows=others)] if others else [*add]


# ---- one row


def _is_total(kind: str, layout: ChangesLayout) -> bool:
    return kind.strip().startswith(layout.totals)


def _draft(row: FeedRow, layout: ChangesLayout) -> Draft:
    draft = Draft(row)
    if row.record.flaw is not None:
        return draft
    kind = row.text("kind")
    draft.kind = layout.kinds.get(kind or "", "")
    if not draft.kind:
        row.find("change.kind_unknown", "kind", value=kind)
    draft.number = _number(row, "number", layout)
    draft.day = row.day("day")
    fields = _fields(row, layout)
    draft.said = {name: fields[name] for name in TELLS.get(draft.kind, ()) if fields[name]}
    return draft


def _fields(row: FeedRow, layout: ChangesLayout) -> dict[str, Any]:
    """Every field that a change may tell; None or UNSET where the cell is empty or the column missing."""
    fields: dict[str, Any] = {name: row.name(name) for name in NAMES}
    fields.update({name: row.code(name) for name in CODES})
    shift = row.text("shift")
    fields["shift"] = layout.shifts.get(shift or "", shift)
    fields["gone"] = row.day("gone")
    fields["manager"] = _number(row, "manager", layout)
    return fields


def _number(row: FeedRow, name: str, layout: ChangesLayout) -> str | None:
    """An employee number; bare digits get the site's prefix."""
    number = row.code(name)
    return f"{layout.prefix}{number}" if number and number.isdigit() else number


# ---- checks


def _check(draft: Draft, held: dict[str, Row], ledger: Ledger) -> None:
    """What can be said of one change alone."""
    row, said = draft.row, draft.said
    if row.outcome != ACCEPTED:
        return
    if draft.number is None:
        row.find("person.number_missing", "number")
    need = NEEDS.get(draft.kind, "")
    if draft.day is None or (need and need not in said):
        row.find("change.incomplete", need if draft.day else "day")
    hired = held.get(draft.number or "", {}).get("hired")
    if "gone" in said and hired and said["gone"] < hired:
        row.find("person.ends_before_start", "gone", value=row.raw("gone"))
    if "job" in said and not ledger.knows(said["job"]):
        row.find("person.job_unknown", "job", value=said["job"])


def _check_hires(drafts: list[Draft], held: dict[str, Row]) -> None:
    """A number that is known, or was told before, may be hired again only as the same name: a row read twice."""
    first: dict[str, Draft] = {}
    for draft in drafts:
        if draft.kind != "hire" or draft.number is None or draft.row.outcome != ACCEPTED:
            continue
        names = {name: draft.said.get(name) for name in NAMES}
        if not (names["given"] or names["family"]):
            draft.row.find("person.name_missing", "family")
        known, before = held.get(draft.number), first.setdefault(draft.number, draft)
        shown = draft.row.raw("number")
        if known is not None and any(known.get(name) != names[name] for name in NAMES):
            draft.row.find("person.number_reused", "number", value=shown)
        elif any(before.said.get(name) != names[name] for name in NAMES):
            draft.row.find("person.number_repeated", "number", value=shown, also=before.row.place("number"))


def _check_people(drafts: list[Draft], held: dict[str, Row]) -> None:
    """Whoever is named must be known or hired by a row that is taken; one that falls may take others with it."""
    standing = -1
    while standing != (now := sum(draft.row.outcome == ACCEPTED for draft in drafts)):
        standing = now
        taken = [draft for draft in drafts if draft.row.outcome == ACCEPTED]
        numbers = {*held, *(draft.number for draft in taken if draft.kind == "hire")}
        for draft in taken:
            if draft.number not in numbers:
                draft.row.find("person.unknown", "number", value=draft.row.raw("number"))
            if "manager" in draft.said and draft.said["manager"] not in numbers:
                draft.row.find("person.manager_unknown", "manager", value=draft.row.raw("manager"))


def _check_contradictions(drafts: list[Draft]) -> None:
    """Two changes of one person for one day that tell different things: both wait, one finding names both."""
    together: dict[tuple[str | None, Day | None], list[Draft]] = {}
    for draft in drafts:
        if draft.row.outcome == ACCEPTED:
            together.setdefault((draft.number, draft.day), []).append(draft)
    for group in together.values():
        for one, other in combinations(group, 2):
            clash = next(
                (name for name in one.said if one.said[name] != other.said.get(name, one.said[name])), None
            )
            if clash is not None:
                _hold_both(one, other, clash)


def _hold_both(one: Draft, other: Draft, clash: str) -> None:
    also = one.row.place(clash)
    other.row.find("person.change_contradicts", clash, HELD, value=other.row.raw(clash), also=also)
    one.row.follows = HELD


# ---- carrying out


def _carry_out(draft: Draft, held: dict[str, Row], ledger: Ledger, random: Random) -> PersonRow | None:
    """The person's row, and the postings in the ledger; None (and a finding) if the rules refuse these."""
    assert draft.number is not None and draft.day is not None
    before = held.get(draft.number, {})
    pid = PersonId(before.get("id") or new_id("p", random))
    held[draft.number] = {"number": draft.number, **before, "id": pid}
    if ledger.post(*_postings(draft, pid, draft.day, before, ledger)) is not None:
        draft.row.find("person.job_dates", "day", value=draft.day)
        return None
    told_now = {name: value for name, value in draft.said.items() if name != "job"}
    if draft.kind == "hire":
        told_now["hired"] = draft.day
    if "job" in draft.said:
        told_now["reg_title"] = ledger.title(draft.said["job"]) or UNSET
    return PersonRow(id=pid, number=draft.number, **told_now)


def _postings(draft: Draft, pid: PersonId, day: Day, before: Row, ledger: Ledger) -> list[PostingRow]:
    said = draft.said
    if draft.kind in ("leave", "extend"):
        return _ended(pid, said["gone"], before.get("gone"), ledger)
    if draft.kind not in ("hire", "move", "shift"):
        return []
    now = ledger.main_job(pid, day)
    job = said.get("job") or (None if now is None else now[0])
    if job is None:
        return []
    was: Row = {} if now is None else now[1]
    where = {name: said.get(name, was.get(name)) for name in WHERE}
    return [ledger.posting(pid, job, day, was.get("valid_to"), **where)]


def _ended(pid: PersonId, gone: Day, gone_before: Day | None, ledger: Ledger) -> list[PostingRow]:
    """The person's postings that would run past `gone`, or that ended with the last day told before."""
    return [
        ledger.posting(
            pid,
            ledger.code(held),
            held["valid_from"],
            gone,
            main=held.get("main") == 1,
            **{name: held.get(name) for name in WHERE},
        )
        for held in ledger.held(pid)
        if held["valid_from"] <= gone
        and (held.get("valid_to") is None or held["valid_to"] > gone or held["valid_to"] == gone_before != gone)
    ]
