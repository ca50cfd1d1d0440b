"""The requirements of curricula: one row each, in the order in which they build on each other.

- The rules of the noun judge each row beforehand, so that one bad row can't stop the whole register.
- A row that falls takes with it whatever waits for it; what is left stands by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.base.ids import CurriculumId, Random, RequirementId, new_id
from app.base.words import Value
from app.domain.curricula import (
    CurriculumRow,
    Facts,
    Known,
    RegisterCurricula,
    RequirementRow,
    known_after,
    objection,
)
from app.work.feeds.feed import ACCEPTED, REJECTED
from app.work.feeds.known import KnownCurricula
from app.work.feeds.row import FeedRow

OBJECTIONS = {
    "curriculum.unknown": ("requirement.incomplete", "curriculum"),
    "document.unknown": ("requirement.document_unknown", "number"),
    "requirement.after_unknown": ("requirement.after_unknown", "after"),
    "requirement.circle": ("requirement.order_cycle", "after"),
    "requirement.incomplete": ("requirement.incomplete", "kind"),
    "requirement.pass_mark": ("requirement.pass_mark_out_of_range", "pass_mark"),
    "requirement.recurrence": ("requirement.recurrence", "recurrence"),
}
"""What the rules object to, as a defect and the field that shows it."""

NEEDED = ("seq", "due_first", "due_revision", "grace")


class Requirements(Value, frozen=True, kw_only=True):
    """What can be taken: requirements, and the curricula that have any."""

    rows: tuple[RequirementRow, ...]
    rows_of_curricula: tuple[CurriculumRow, ...]

    @property
    def curricula(self) -> frozenset[str]:
        """The codes of the curricula."""
        return frozenset(row.code for row in self.rows_of_curricula)


@dataclass(slots=True)
class Draft:
    """One requirement on its way, with the curriculum that its row tells."""

    row: FeedRow
    told: RequirementRow
    curriculum: CurriculumRow


def read_requirements(rows: Sequence[FeedRow], known: KnownCurricula, random: Random) -> Requirements:
    """Requirements and curricula of the rows that can be taken; findings go to the rows."""
    drafts = [_draft(row, random) for row in rows if row.record.flaw is None]
    _check_repeated(drafts)
    _check_circles(drafts)
    taken = _without_objection(drafts, known)
    curricula: dict[str, CurriculumRow] = {}
    for draft in taken:
        first = curricula.setdefault(draft.curriculum.code, draft.curriculum)
        if (first.title, first.ver) != (draft.curriculum.title, draft.curriculum.ver):
            at = "title" if first.title != draft.curriculum.title else "ver"
            draft.row.find("curriculum.differs", at, ACCEPTED, value=first.code)
    return Requirements(rows=tuple(d.told for d in taken), rows_of_curricula=tuple(curricula.values()))


# ---- one row


def _draft(row: FeedRow, random: Random) -> Draft:
    wholes = {name: row.whole(name) for name in (*NEEDED, "pass_mark", "attempts", "every", "early")}
    mark = wholes["pass_mark"]
    if mark is not None and not 1 <= mark <= 100:
        row.find("requirement.pass_mark_out_of_range", "pass_mark", value=str(mark))
    code, curriculum = row.code("code") or "", row.code("curriculum") or ""
    title, ver = row.text("title") or "", row.code("ver") or ""
    subject = row.text("subject") or ""
    if not all((code, curriculum, title, ver, subject)) or any(wholes[name] is None for name in NEEDED):
        row.find("requirement.incomplete", "code")
    needed: dict[str, Any] = {name: wholes[name] or 0 for name in NEEDED}
    requirement = RequirementRow(
        id=RequirementId(new_id("q", random)),
        code=code,
        curriculum=curriculum,
        kind=row.text("kind") or "",
        subject=subject,
        number=row.code("number", "document.number_whitespace"),
        pass_mark=mark,
        attempts=wholes["attempts"],
        recurrence=row.text("recurrence") or "none",
        every=wholes["every"],
        fixed=row.raw("fixed") or None,
        early=wholes["early"],
        after=row.code("after"),
        remarks=row.text("remarks"),
        **needed,
    )
    return Draft(
        row,
        requirement,
        CurriculumRow(id=CurriculumId(new_id("c", random)), code=curriculum, title=title, ver=ver),
    )


# ---- all rows


def _check_repeated(drafts: Sequence[Draft]) -> None:
    first: dict[str, Draft] = {}
    for draft in drafts:
        before = first.setdefault(draft.told.code, draft)
        if draft.told.code and before is not draft:
            draft.row.find("requirement.repeated", "code", value=draft.told.code, also=before.row.place())


def _check_circles(drafts: Sequence[Draft]) -> None:
    """Reject every circle of `after`: its first row names the second, further ones name the first."""
    by_code = {draft.told.code: draft for draft in drafts if draft.row.outcome == ACCEPTED}
    seen: set[str] = set()
    for code in by_code:
        chain = _chain(code, by_code, seen)
        seen.update(draft.told.code for draft in chain)
        closes = chain[-1].told.after if chain else None
        codes = [draft.told.code for draft in chain]
        if closes in codes:
            _reject_circle(chain[codes.index(closes) :])


def _chain(code: str, by_code: Mapping[str, Draft], seen: set[str]) -> list[Draft]:
    """From `code` along `after`, until it ends, was walked before, or would repeat itself."""
    chain: list[Draft] = []
    walked: set[str] = set()
    at: str | None = code
    while at is not None and at in by_code and at not in walked and at not in seen:
        walked.add(at)
        chain.append(by_code[at])
        at = by_code[at].told.after
    return chain


def _reject_circle(circle: Sequence[Draft]) -> None:
    first, *others = circle
    also = others[0].row.place() if others else None
    first.row.find("requirement.order_cycle", "after", value=first.told.after, also=also)
    for place, draft in enumerate(others):
        draft.row.follows = REJECTED
        if place:
            draft.row.find("requirement.order_cycle", "after", value=draft.told.after, also=first.row.place())


def _without_objection(drafts: Sequence[Draft], known: KnownCurricula) -> list[Draft]:
    """The drafts to which the rules have no objection once all others are gone."""
    facts = Facts(**{name: getattr(known, name) for name in known.__struct_fields__})
    left = [draft for draft in drafts if draft.row.outcome == ACCEPTED]
    while True:
        command = RegisterCurricula(
            jobs=(),
            curricula=tuple(draft.curriculum for draft in left),
            requirements=tuple(draft.told for draft in left),
            assignments=(),
        )
        after = known_after(command, facts)
        for draft in left:
            _judge(draft, after, facts)
        standing = [draft for draft in left if draft.row.outcome == ACCEPTED]
        if len(standing) == len(left):
            return left
        left = standing


def _judge(draft: Draft, after: Known, facts: Facts) -> None:
    """Let the rule of the noun object to one requirement."""
    refused = objection(draft.told, after, facts)
    if refused is None:
        return
    code, field = OBJECTIONS[refused.code]
    draft.row.find(code, field, value=draft.row.raw(field))
