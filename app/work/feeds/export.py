"""Everybody whom the HR system knows: one row per employment, told in full.

- A number belongs to one person; a row that gives it to another is rejected, the row that had it stands.
- Two employments of one human being (one external number) become one person; the rules see to the order.
- A manager must be somebody whom the file or the store knows; a manager whose own row wasn't taken is left out.
- A login that somebody else had is not taken; the person is.
- A job begins on its entry date; where that lies after the last day (a date that a change of system left), when hired.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.base.codec import pack
from app.base.ids import PersonId, Random, new_id
from app.base.moment import Day
from app.base.words import Refused
from app.domain.accounts import folded
from app.domain.people import AddPeople, Known, PersonRow, match
from app.work.feeds.feed import ACCEPTED, Feed, Place, Tick, count, ticking
from app.work.feeds.known import KnownPeople
from app.work.feeds.ledger import Ledger
from app.work.feeds.row import SEALED_LIMIT, FeedRow
from app.work.feeds.table import Table

SHARE = re.compile(r"\d(?:[.,]\d{1,3})?")
NAMES = ("given", "prefix", "family", "native", "preferred")
SEALED = ("mail", "login", "badge", "remarks")
OBJECTIONS = {
    "person.other_human": "person.number_reused",
    "person.second_number": "person.second_number",
    "person.two_matches": "person.two_matches",
}
"""What the rule that finds a row's person objects to, as a defect."""

SAME = (
    "number", "external", *NAMES, *SEALED, "class_", "lang", "building", "shift", "dept", "manager", "hired", "gone", "fte",
)  # fmt: skip
OF_PERSON = {**dict(zip(SAME, SAME, strict=True)), "absent": "absence", "reg_title": "title"}
"""A person's field to the file's."""


@dataclass(slots=True)
class Draft:
    """One row on its way: its fields (None where empty), the fields not to be told, and the person it was matched with."""

    row: FeedRow
    fields: dict[str, Any]
    untold: frozenset[str]
    pid: PersonId | None = None


def read_export(table: Table, known: KnownPeople, random: Random, tick: Tick | None) -> Feed:
    """The feed of a full export."""
    absent = frozenset(name for name in READERS if name not in table.where)
    drafts = [_draft(FeedRow(table, record), absent) for record in ticking(table.records, tick)]
    _check_numbers(drafts)
    _check_managers(drafts, {row["number"] for row in known.people if row.get("number")})
    ledger = Ledger(known, random)
    _register_jobs(drafts, ledger)
    _match(drafts, known, ledger, random)
    taken = [draft for draft in drafts if draft.row.outcome == ACCEPTED]
    _drop_lost_managers(taken, known)
    people = [AddPeople(rows=tuple(_person(draft) for draft in taken))] if taken else []
    return Feed(
        kind="people",
        sources=(count(table.file, table.sha256, table.size, [draft.row.outcome for draft in drafts]),),
        commands=ledger.commands(people),
        defects=(*table.findings, *(found for draft in drafts for found in draft.row.shown())),
    )


# ---- one row


def _draft(row: FeedRow, absent: frozenset[str]) -> Draft:
    fields: dict[str, Any] = dict.fromkeys(READERS)
    draft = Draft(row, fields, absent)
    if row.record.flaw is not None:
        return draft
    for name in row.filled():
        if name in READERS:
            fields[name] = READERS[name](row, name)
    _check_complete(draft)
    return draft


def _share(row: FeedRow, field: str) -> str | None:
    value = row.raw(field)
    if not SHARE.fullmatch(value.strip()):
        row.find("number.unreadable", field, value=value[:40])
        return None
    return value.strip().replace(",", ".")


def _absence(row: FeedRow, field: str) -> str | None:
    """The absence as canonical JSON text."""
    kind = row.text(field, sealed=True)
    first, last = row.day("absent_from"), row.day("absent_to")
    return pack([{"type": kind, "from": first, "to": last}]).decode() if kind else None


READERS: dict[str, Callable[[FeedRow, str], Any]] = {
    **dict.fromkeys(("number", "external", "dept", "manager", "job", "second_job"), FeedRow.code),
    **dict.fromkeys(NAMES, FeedRow.name),
    **dict.fromkeys(SEALED, lambda row, field: row.text(field, SEALED_LIMIT, sealed=True)),
    **dict.fromkeys(("class_", "lang", "building", "shift", "title"), FeedRow.text),
    **dict.fromkeys(("hired", "gone", "job_from", "second_from", "second_to"), FeedRow.day),
    "fte": _share,
    "absence": _absence,
}


def _check_complete(draft: Draft) -> None:
    row, fields = draft.row, draft.fields
    if not draft.fields["number"]:
        row.find("person.number_missing", "number")
    if not (draft.fields["given"] or draft.fields["family"]):
        row.find("person.name_missing", "family")
    if fields["hired"] and fields["gone"] and fields["gone"] < fields["hired"]:
        row.find("person.ends_before_start", "gone", value=row.raw("gone"))
    if draft.fields["second_job"] and not fields["second_from"]:
        row.find("person.job_dates", "second_from")


# ---- all rows


def _check_numbers(drafts: list[Draft]) -> None:
    """A number may come once; again with another person it is taken from nobody."""
    first: dict[str, Draft] = {}
    for draft in drafts:
        number = draft.fields["number"]
        if number is None:
            continue
        before = first.setdefault(number, draft)
        if before is not draft:
            same = draft.fields["external"] == before.fields["external"]
            code = "person.row_repeated" if same else "person.number_repeated"
            draft.row.find(code, "number", value=number, also=before.row.place())


def _check_managers(drafts: list[Draft], known: set[str]) -> None:
    numbers = known | {number for draft in drafts if (number := draft.fields["number"])}
    for draft in drafts:
        manager = draft.fields["manager"]
        if manager is not None and manager not in numbers:
            draft.row.find("person.manager_unknown", "manager", value=manager)


def _drop_lost_managers(taken: list[Draft], known: KnownPeople) -> None:
    """Somebody's manager whose own row wasn't taken can't be named; the person is taken without."""
    numbers = {draft.fields["number"] for draft in taken} | {row.get("number") for row in known.people}
    for draft in taken:
        manager = draft.fields["manager"]
        if manager is not None and manager not in numbers:
            draft.row.find("person.manager_not_taken", "manager", ACCEPTED, value=manager)
            draft.untold |= {"manager"}


def _register_jobs(drafts: list[Draft], ledger: Ledger) -> None:
    """Ask for every job that nobody knows; a code that is only ever a second job is its own title."""
    sound = [draft for draft in drafts if draft.row.outcome == ACCEPTED]
    for draft in sound:
        job, title = draft.fields["job"], draft.fields["title"]
        if job and title:
            ledger.register(job, title, draft.fields["dept"])
    for draft in sound:
        for code in filter(None, (draft.fields["job"], draft.fields["second_job"])):
            ledger.register(code, code, None)


def _match(drafts: list[Draft], known: KnownPeople, ledger: Ledger, random: Random) -> None:
    """Give each row its person, in order, as the rules will; then logins and postings."""
    people = Known(known.people)
    logins: dict[str, tuple[str, Place | None]] = {
        folded(row["login"]): (row["id"], None) for row in known.people if row.get("login")
    }
    for draft in drafts:
        if draft.row.outcome != ACCEPTED:
            continue
        number = draft.fields["number"]
        probe = _probe(draft, number)
        found = match(probe, people)
        if isinstance(found, Refused):
            draft.row.find(OBJECTIONS[found.code], "number", value=number)
            continue
        draft.pid = PersonId(found or new_id("p", random))
        if _post(draft, draft.pid, ledger):
            _take(draft, draft.pid, people)
            _check_login(draft, draft.pid, logins)


def _probe(draft: Draft, number: str) -> PersonRow:
    fields = draft.fields
    return PersonRow(
        id=PersonId(""), number=number, external=fields["external"], hired=fields["hired"], gone=fields["gone"]
    )


def _take(draft: Draft, pid: str, people: Known) -> None:
    """Remember the newest employment; an older one only lends its number."""
    fields = draft.fields
    hired = people.rows.get(pid, {}).get("hired")
    if hired and fields["gone"] and fields["gone"] < hired:
        people.by_number.setdefault(fields["number"], pid)
        return
    people.take(pid, {name: fields[name] for name in ("number", "external", "hired", "gone")})


def _check_login(draft: Draft, pid: str, logins: dict[str, tuple[str, Place | None]]) -> None:
    login = draft.fields["login"]
    if login is None:
        return
    owner, place = logins.setdefault(folded(login), (pid, draft.row.place()))
    if owner == pid:
        logins[folded(login)] = (pid, place or draft.row.place())
        return
    draft.row.find("account.login_reused", "login", ACCEPTED, value=login, also=place)
    draft.untold |= {"login"}


def _post(draft: Draft, pid: PersonId, ledger: Ledger) -> bool:
    """Ask for the row's postings; False (and a finding) if the rules refuse one."""
    job, second, gone = draft.fields["job"], draft.fields["second_job"], draft.fields["gone"]
    where = {name: draft.fields[name] for name in ("dept", "building", "shift")}
    starts, rows = _starts(draft), []
    if job is not None and starts is None:
        draft.row.find("person.job_dates", "job_from")
        return False
    if job is not None and starts is not None:
        rows.append(ledger.posting(pid, job, starts, gone, **where))
    if second is not None:
        ends = min(filter(None, (draft.fields["second_to"], gone)), default=None)
        rows.append(ledger.posting(pid, second, draft.fields["second_from"], ends, main=False))
    refused = ledger.post(*rows)
    if refused is not None:
        at = "job_from" if refused.about.get("job") == job else "second_from"
        draft.row.find("person.job_dates", at, value=draft.row.raw(at))
    return refused is None


def _starts(draft: Draft) -> Day | None:
    """The first day in the main job."""
    entry: Day | None = draft.fields["job_from"]
    hired: Day | None = draft.fields["hired"]
    gone: Day | None = draft.fields["gone"]
    return hired if entry is None or (gone and hired and entry > gone) else entry


def _person(draft: Draft) -> PersonRow:
    """The row as it is told: a column that the file lacks, or a value that may not be taken, isn't told at all."""
    assert draft.pid is not None
    fields = draft.fields
    said = {name: fields[of] for name, of in OF_PERSON.items() if of not in draft.untold}
    return PersonRow(id=draft.pid, **said)
