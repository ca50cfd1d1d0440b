"""Which columns of a covered row may change under which meaning (formats §5 "Columns of a record").

- A step's columns are filled by its own meanings only, in the signed entry itself, with that meaning and that account.
- Whose record it is, of what, and the steps it needs are said once; the steps are those of the requirement's kind.
- What a record is worth (validity, grade, time of training) changes with a step, or is corrected.
- Rows of other covered types change under APPROVED by QA; `void` under VOIDED, for every type.
- Rivals may be settled as one of them had it; records taken over from elsewhere (grade D) come whole, APPROVED by QA.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.audit.fold import Row, Step
from app.base.codec import pack_checked
from app.base.entry import Entry
from app.base.words import Json
from app.domain.signatures import COVERED, SIDE_OF
from app.domain.steps import COLUMNS, LEAVES, NEEDS, STEP_MEANINGS, STEP_OF

MIGRATED = "D"
FIXED = frozenset({"pid", "req", "doc", "kind", "needs"})
WORTH = frozenset({"valid_from", "valid_to", "grade", "done", "done_off", "done_zone"})
STEP_COLUMNS: Mapping[str, str] = {column: step for step, columns in COLUMNS.items() for column in columns}
"""Column → the step that fills it."""
FILLS: Mapping[str, tuple[str, str, str]] = {
    meaning: COLUMNS[STEP_OF[SIDE_OF[meaning]]] for meaning in STEP_MEANINGS
}
"""Meaning → when, by whom, and what closes its step."""


def faults(e: Entry, step: Step, code: str) -> Iterator[str]:
    """What a change of a covered row does that the meaning `code` over it doesn't allow; one note each."""
    if not e.chg or e.ent.t not in COVERED:
        return
    settled = {column for column, was, becomes in e.chg if len(e.ent.base) > 1 and _among(becomes, was)}
    changed = [change for change in e.chg if change[0] not in settled]
    if e.sig is None and any(column == "void" for column, _, _ in changed):
        yield "voiding"
    if e.ent.t == "record":
        yield from _record(e, step, code, changed)
    elif (code, e.by.role) != ("APPROVED", "qa") and not (code == "VOIDED" and e.sig) and len(e.ent.base) < 2:
        yield f"{e.ent.t} changes under APPROVED by qa"


def _record(e: Entry, step: Step, code: str, changed: list[tuple[str, Json, Json]]) -> Iterator[str]:
    taken_over = (code, e.by.role) == ("APPROVED", "qa") and step.before is None
    for column, was, becomes in changed:
        if column in FIXED:
            old = was if len(e.ent.base) > 1 and type(was) is list else [was]
            if any(value is not None for value in old) or (e.sig is None and not taken_over):
                yield f"{column} is said once"
        elif column in STEP_COLUMNS:
            whole = taken_over and (step.after or {}).get("grade") == MIGRATED
            if not whole and not _fills(e, step, code, column, becomes):
                yield f"{column} under {code}"
        elif column in WORTH and not taken_over and not _worth(e, code, changed):
            yield f"{column} under {code}"


def _fills(e: Entry, step: Step, code: str, column: str, becomes: Json) -> bool:
    """Whether this signed entry may fill this column of a step so."""
    when, by, closes = FILLS.get(code, ("", "", ""))
    if e.sig is None or column not in (when, by, closes):
        return False
    if (step.before or {}).get(closes) is not None:
        return False
    if column == by and becomes != e.by.uid:
        return False
    return column != closes or column == when or (LEAVES.get(code) == column and becomes == code)


def _worth(e: Entry, code: str, changed: list[tuple[str, Json, Json]]) -> bool:
    """Whether what a record is worth may change: with a step that is signed here, or corrected."""
    when = FILLS.get(code, ("", "", ""))[0]
    return code == "CORRECTED" or (e.sig is not None and any(column == when for column, _, _ in changed))


def steps_fit(row: Row, requirement: Row | None, *, qa_approves: bool) -> bool:
    """Whether a new record has the kind of its requirement and needs that kind's steps."""
    if requirement is None:
        return True
    kind = requirement.get("kind")
    needed = NEEDS.get(kind) if type(kind) is str else None
    if needed is None or row.get("kind") != kind:
        return False
    allowed = {f"{needed} qa"} if qa_approves else {needed, f"{needed} qa"}
    return row.get("needs") in allowed


def _among(value: Json, values: Json) -> bool:
    return type(values) is list and pack_checked(value) in map(pack_checked, values)
