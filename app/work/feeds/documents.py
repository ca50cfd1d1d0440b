"""A register of controlled documents, one row per version, with the files that were handed over (M-01, T-05).

- The register's hash is what a file must have: another file is named and never stored.
- Of two rows with one number and version the first stands; two versions effective at once wait for a person, both.
- Files that no row names are named and left where they are.
- A file that the store holds already is not stored again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.base.ids import DocumentId, Random, new_id
from app.base.moment import Day
from app.base.words import Refused
from app.domain.documents import Facts, FileRef, RegisterDocuments, VersionRow, objection
from app.work.feeds.feed import (
    ACCEPTED,
    HELD,
    Defect,
    Feed,
    FileToStore,
    Place,
    Tick,
    count,
    ticking,
)
from app.work.feeds.folder import Beside, beside
from app.work.feeds.known import KnownDocuments
from app.work.feeds.row import FeedRow
from app.work.feeds.table import Layout, read_table

FILES = "files"
HASH = re.compile(r"[0-9a-f]{64}")


class DocumentsLayout(Layout, frozen=True, kw_only=True):
    """A register: `depts` maps its words for departments to codes, None for the whole site; others stay as they are."""

    depts: Mapping[str, str | None]


REGISTER = DocumentsLayout(
    name="register",
    columns={
        "ext": "Global ID",
        "number": "Document Number",
        "title": "Title",
        "type": "Type",
        "dept": "Owning Department",
        "ver": "Version",
        "state": "Lifecycle State",
        "lang": "Language",
        "translates": "Translation Of",
        "supersedes": "Supersedes Document",
        "owner": "Owner Employee ID",
        "created": "Created Date",
        "approved": "Approved Date",
        "effective": "Effective Date",
        "ended": "Superseded / Obsolete Date",
        "review": "Next Periodic Review",
        "impact": "Training Impact",
        "change": "Change Control",
        "file": "File Name",
        "sha256": "SHA-256",
    },
    required=frozenset(("number", "title", "ver", "state", "approved", "effective", "ended", "impact")),
    depts={
        "Aseptic Filling": "FIL",
        "Engineering & Maintenance": "ENG",
        "Manufacturing Science": "MSA",
        "Packaging": "PKG",
        "Quality Assurance": "QA",
        "Quality Control": "QC",
        "Site Support": "SUP",
        "Site-wide": None,
        "Visual Inspection": "INS",
        "Warehouse & Logistics": "WHS",
    },
)

CODES = ("ext", "ver", "translates", "supersedes", "owner", "lang", "change")
TEXTS = ("title", "type", "state", "impact")
DAYS = ("created", "approved", "effective", "ended", "review")
OBJECTIONS = {
    "document.dates": ("document.dates", "effective"),
    "document.file_differs": ("document.hash_differs", "sha256"),
    "document.incomplete": ("document.incomplete", "title"),
}
"""What the rules object to, as a defect and the field that shows it."""


@dataclass(slots=True)
class Draft:
    """One version on its way."""

    row: FeedRow
    version: VersionRow | None = None
    file_name: str | None = None
    file: FileToStore | None = None

    @property
    def name(self) -> tuple[str, str]:
        """Number and version; blank for a row that can't be read."""
        return ("", "") if self.version is None else (self.version.number, self.version.ver)


def read_documents(
    source: Path,
    known: KnownDocuments,
    as_of: Day,
    zone: str,
    *,
    random: Random,
    tick: Tick | None = None,
    layout: DocumentsLayout = REGISTER,
) -> Feed:
    """The commands, files and defects of the register `source` and the folder files/ beside it, against `known`.

    Writes nothing. Raises Fault feed.* for a file that can't be read as a whole.
    """
    table = read_table(source, layout)
    files = beside(source.parent / FILES)
    facts = Facts(held=known.held, people=known.people, zone=zone)
    drafts = [
        _draft(FeedRow(table, record), layout, as_of, facts, random) for record in ticking(table.records, tick)
    ]
    _check_repeated(drafts)
    _check_effective(drafts, known)
    _check_owners(drafts, known.people)
    taken = [draft for draft in drafts if draft.row.outcome == ACCEPTED]
    named = {draft.file_name for draft in drafts if draft.file_name}
    versions = tuple(_with_file(draft, files, known) for draft in taken)
    shown = [found for draft in drafts for found in draft.row.shown()]
    return Feed(
        kind="documents",
        sources=(count(table.file, table.sha256, table.size, [draft.row.outcome for draft in drafts]),),
        commands=(RegisterDocuments(versions=versions),) if versions else (),
        defects=(*table.findings, *shown, *_unlisted(table.file, layout, files, named)),
        files=tuple(draft.file for draft in taken if draft.file is not None),
    )


# ---- one row


def _draft(row: FeedRow, layout: DocumentsLayout, as_of: Day, facts: Facts, random: Random) -> Draft:
    draft = Draft(row)
    if row.record.flaw is not None:
        return draft
    number = row.code("number", "document.number_whitespace") or ""
    fields: dict[str, Any] = {name: row.code(name) for name in CODES}
    fields.update({name: row.text(name) for name in TEXTS})
    fields.update({name: row.day(name) for name in DAYS})
    dept = row.text("dept")
    draft.file_name = row.text("file")
    draft.version = VersionRow(
        id=DocumentId(new_id("d", random)),
        number=number,
        ver=fields.pop("ver") or "",
        title=fields.pop("title") or "",
        state=fields.pop("state") or "",
        dept=layout.depts.get(dept or "", dept),
        sha256=_hash(row),
        **fields,
    )
    if row.outcome == ACCEPTED:
        _check(draft.version, row, as_of, facts)
    return draft


def _hash(row: FeedRow) -> str | None:
    value = row.code("sha256")
    if value is not None and not HASH.fullmatch(value.lower()):
        row.find("document.hash_unreadable", "sha256", value=value)
    return None if value is None else value.lower()


def _check(version: VersionRow, row: FeedRow, as_of: Day, facts: Facts) -> None:
    for name, day in (("created", version.created), ("approved", version.approved)):
        if day is not None and day > as_of:
            row.find("date.future", name, value=day)
    refused = objection(version, facts)
    if isinstance(refused, Refused):
        early = version.approved and version.effective and version.effective < version.approved
        if early and refused.code == "document.dates":
            row.find("document.effective_before_approval", "approved", value=row.raw("approved"))
        else:
            code, field = OBJECTIONS[refused.code]
            row.find(code, field, value=f"{version.number} {version.ver}")


# ---- all rows


def _check_repeated(drafts: Iterable[Draft]) -> None:
    first: dict[tuple[str, str], Draft] = {}
    for draft in drafts:
        if not all(draft.name):
            continue
        before = first.setdefault(draft.name, draft)
        if before is not draft:
            value = " ".join(draft.name)
            draft.row.find("document.version_repeated", "ver", value=value, also=before.row.place())


def _check_owners(drafts: Iterable[Draft], people: Mapping[str, str]) -> None:
    """Say once of each owner that nobody has the number; the version is taken without."""
    said: set[str] = set()
    for draft in drafts:
        owner = None if draft.version is None else draft.version.owner
        if owner is not None and owner not in people and owner not in said and draft.row.outcome == ACCEPTED:
            said.add(owner)
            draft.row.find("document.owner_unknown", "owner", ACCEPTED, value=owner)


def _check_effective(drafts: Iterable[Draft], known: KnownDocuments) -> None:
    """Hold every row that would leave its document with two versions in the state Effective."""
    standing = {name: "" for name, held in known.held.items() if held.get("state") == "Effective"}
    effective: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.row.outcome != ACCEPTED or draft.version is None:
            continue
        standing.pop(draft.name, None)
        if draft.version.state == "Effective":
            effective.setdefault(draft.version.number, []).append(draft)
    for number, rivals in effective.items():
        others = [name for name in standing if name[0] == number]
        if len(rivals) + len(others) > 1:
            also = rivals[1].row.place() if len(rivals) > 1 else None
            value = " ".join(rivals[0].name)
            rivals[0].row.find("document.two_effective", "state", HELD, value=value, also=also)
            for rival in rivals[1:]:
                rival.row.follows = HELD


# ---- files


def _with_file(draft: Draft, files: Mapping[str, Beside], known: KnownDocuments) -> VersionRow:
    """The version, with its file if that is the one that the register means; else a finding says why not."""
    version, name = draft.version, draft.file_name
    assert version is not None
    if name is None:
        return version
    found = files.get(name)
    code = _why_not(version, found)
    if found is None or code is not None:
        value = version.sha256 if code == "document.file_changed" else name
        about = {"found": found.sha256, "name": name} if found is not None else {"name": name}
        draft.row.find(code or "", _column(code), ACCEPTED, value=value, about=about)
        return version
    held = known.held.get(draft.name, {})
    if held.get("file") or held.get("file_j"):
        return version
    ref = FileRef(k=known.file_key, name=name, sha256=found.sha256, size=found.size)
    draft.file = FileToStore(path=found.path, sha256=found.sha256, ref=ref)
    return VersionRow(
        **{**{field: getattr(version, field) for field in version.__struct_fields__}, "file": ref}
    )


def _why_not(version: VersionRow, found: Beside | None) -> str | None:
    if found is None:
        return "document.file_missing"
    if found.sha256 == "":
        return "document.file_too_large"
    if version.sha256 is None:
        return "document.hash_missing"
    return None if version.sha256 == found.sha256 else "document.file_changed"


def _column(code: str | None) -> str:
    return "sha256" if code in ("document.file_changed", "document.hash_missing") else "file"


def _unlisted(file: str, layout: Layout, files: Mapping[str, Beside], named: set[str]) -> Iterable[Defect]:
    column = layout.columns["file"]
    for name in sorted(files.keys() - named):
        code = "document.file_unlisted"
        yield Defect(file=file, code=code, outcome=ACCEPTED, at=Place(), column=column, value=name)
