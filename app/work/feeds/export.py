"""Everybody whom the HR system knows: one row per employment, told in full.

- A number belongs to one person; a row that gives it to another is rejected, the row that had it stands.
- Two employments of one human being (one external number) become one person; the rules see to the order.
- A manager must be somebody whom the file or the store knows; a manager whose own row wasn't taken is left out.
- A login that somebody else had is not taken; the person is.
- A job begins on its entry date; where that lies after the last day (a date that a change of system left), when hired.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from msgspec import UNSET, UnsetType

from app.base.codec import pack
from app.base.ids import PersonId, Random, new_id
from app.base.moment import Day
from app.base.words import Refused
from app.domain.accounts import folded
from app.domain.people import AddPeople, Known, PersonRow, match
from app.work.feeds.feed import ACCEPTED, TICK_EVERY, Feed, Place, Tick, count
from app.work.feeds.known import KnownPeople
from app.work.feeds.ledger import Ledger
from app.work.feeds.row import FeedRow, told
from app.work.feeds.table import Table

SHARE = re.compile(r"\d(?:[.,]\d{1,3})?")
NAMES = ("given", "prefix", "family", "native", "preferred")
SEALED = ("mail", "login", "badge", "remarks")
CLEAR = ("class_", "lang", "building", "shift", "title")
CODES = ("number", "external", "dept", "manager", "job", "second_job")
DAYS = ("hired", "gone", "job_from", "second_from", "second_to", "absent_from", "absent_to")
OF_PERSON = (
    "external", *NAMES, *SEALED, "class_", "lang", "building", "shift", "dept", "manager", "hired", "gone",
)  # fmt: skip


@dataclass(slots=True)
class Draft:
    """One row on its way: its fields, and the person that it was matched with."""

    row: FeedRow
    fields: dict[str, Any] = field(default_factory=dict)
    pid: PersonId | None = None

    def text(self, name: str) -> str | None:
        """A field, or None."""
        return told(self.fields.get(name, UNSET))


def read_export(table: Table, known: KnownPeople, random: Random, tick: Tick | None) -> Feed:
    """The feed of a full export."""
    drafts: list[Draft] = []
    for done, record in enumerate(table.records):
        if tick is not None and done % TICK_EVERY == 0:
            tick(done, len(table.records))
        drafts.append(_draft(FeedRow(table, record)))
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


def _draft(row: FeedRow) -> Draft:
    draft = Draft(row)
    if row.record.flaw is not None:
        return draft
    fields = draft.fields
    fields.update({name: row.code(name) for name in CODES})
    fields.update({name: row.name(name) for name in NAMES})
    fields.update({name: row.text(name, 8_000, sealed=True) for name in SEALED})
    fields.update({name: row.text(name) for name in CLEAR})
    fields.update({name: row.day(name) for name in DAYS})
    fields["fte"] = _share(row)
    fields["absent"] = _absence(row, fields)
    _check_complete(draft)
    return draft


def _share(row: FeedRow) -> str | None | UnsetType:
    value = row.raw("fte")
    if not value:
        return value if value is UNSET else None
    if not SHARE.fullmatch(value.strip()):
        row.find("number.unreadable", "fte", value=value[:40])
        return None
    return value.strip().replace(",", ".")


def _absence(row: FeedRow, fields: dict[str, Any]) -> str | None | UnsetType:
    """The absence as canonical JSON text, None if there is none."""
    kind = row.text("absence", sealed=True)
    if not kind:
        return kind if kind is UNSET else None
    first, last = fields["absent_from"], fields["absent_to"]
    absence = {"type": kind, "from": first or None, "to": last or None}
    return pack([absence]).decode()


def _check_complete(draft: Draft) -> None:
    row, fields = draft.row, draft.fields
    if not draft.text("number"):
        row.find("person.number_missing", "number")
    if not (draft.text("given") or draft.text("family")):
        row.find("person.name_missing", "family")
    if fields["hired"] and fields["gone"] and fields["gone"] < fields["hired"]:
        row.find("person.ends_before_start", "gone", value=told(row.raw("gone")))
    if draft.text("second_job") and not fields["second_from"]:
        row.find("person.job_dates", "second_from")


# ---- all rows


def _check_numbers(drafts: list[Draft]) -> None:
    """A number may come once; again with another person it is taken from nobody."""
    first: dict[str, Draft] = {}
    for draft in drafts:
        number = draft.text("number")
        if number is None:
            continue
        before = first.setdefault(number, draft)
        if before is not draft:
            same = draft.fields.get("external") == before.fields.get("external")
            code = "person.row_repeated" if same else "person.number_repeated"
            draft.row.find(code, "number", value=number, also=before.row.place())


def _check_managers(drafts: list[Draft], known: set[str]) -> None:
    numbers = known | {number for draft in drafts if (number := draft.text("number"))}
    for draft in drafts:
        manager = draft.text("manager")
        if manager is not None and manager not in numbers:
            draft.row.find("person.manager_unknown", "manager", value=manager)


def _drop_lost_managers(taken: list[Draft], known: KnownPeople) -> None:
    """Somebody's manager whose own row wasn't taken can't be named; the person is taken without."""
    numbers = {draft.text("number") for draft in taken} | {row.get("number") for row in known.people}
    for draft in taken:
        manager = draft.text("manager")
        if manager is not None and manager not in numbers:
            draft.row.find("person.manager_not_taken", "manager", ACCEPTED, value=manager)
            draft.fields["manager"] = UNSET


def _register_jobs(drafts: list[Draft], ledger: Ledger) -> None:
    """Ask for every job that nobody knows; a code that is only ever a second job is its own title."""
    sound = [draft for draft in drafts if draft.row.outcome == ACCEPTED]
    for draft in sound:
        job, title = draft.text("job"), draft.text("title")
        if job and title:
            ledger.register(job, title, draft.text("dept"))
    for draft in sound:
        for code in filter(None, (draft.text("job"), draft.text("second_job"))):
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
        number = draft.text("number") or ""
        probe = _probe(draft, number)
        found = match(probe, people)
        if isinstance(found, Refused):
            code = "person.number_reused" if found.code == "person.other_human" else found.code
            draft.row.find(code, "number", value=number)
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
    told_now = {name: fields[name] for name in ("number", "external", "hired", "gone")}
    people.take(pid, {name: value for name, value in told_now.items() if value is not UNSET})


def _check_login(draft: Draft, pid: str, logins: dict[str, tuple[str, Place | None]]) -> None:
    login = draft.text("login")
    if login is None:
        return
    owner, place = logins.setdefault(folded(login), (pid, draft.row.place()))
    if owner == pid:
        logins[folded(login)] = (pid, place or draft.row.place())
        return
    draft.row.find("account.login_reused", "login", ACCEPTED, value=login, also=place)
    draft.fields["login"] = UNSET


def _post(draft: Draft, pid: PersonId, ledger: Ledger) -> bool:
    """Ask for the row's postings; False (and a finding) if the rules refuse one."""
    job, second, gone = draft.text("job"), draft.text("second_job"), draft.fields["gone"] or None
    where = {name: draft.text(name) for name in ("dept", "building", "shift")}
    starts, rows = _starts(draft), []
    if job is not None and starts is not None:
        rows.append(ledger.posting(pid, job, starts, gone, **where))
    if second is not None:
        ends = min(filter(None, (draft.fields["second_to"] or None, gone)), default=None)
        rows.append(ledger.posting(pid, second, draft.fields["second_from"], ends, main=False))
    refused = ledger.post(*rows)
    if refused is None and (job is None or starts is not None):
        return True
    at = "job_from" if refused is None or refused.about.get("job") == job else "second_from"
    draft.row.find("person.job_dates", at, value=told(draft.row.raw(at)))
    return False


def _starts(draft: Draft) -> Day | None:
    """The first day in the main job."""
    entry, hired, gone = (draft.fields[name] or None for name in ("job_from", "hired", "gone"))
    return hired if entry is None or (gone and hired and entry > gone) else entry


def _person(draft: Draft) -> PersonRow:
    fields = draft.fields
    assert draft.pid is not None
    return PersonRow(
        id=draft.pid,
        number=fields["number"],
        fte=fields["fte"],
        absent=fields["absent"],
        reg_title=fields["title"],
        **{name: fields[name] for name in OF_PERSON},
    )
