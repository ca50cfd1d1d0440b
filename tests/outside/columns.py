"""Which columns of a covered row may change under which meaning (formats §5 "Columns of a record").

Written from the formats; `column_faults` yields one note for each column that the meaning does not allow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from entries import Row
from opening import Json, jcs

SAID_ONCE = {"pid", "req", "doc", "kind", "needs"}
WORTH = {"valid_from", "valid_to", "grade", "done", "done_off", "done_zone"}
STEPS = {
    "learned": ("learned", "learned_by", "learned"),
    "taught": ("taught", "taught_by", "verdict"),
    "decided": ("decided", "decided_by", "decision"),
}
STEP_OF = {
    "READ": "learned",
    "TRAINED": "learned",
    "TAUGHT": "taught",
    "COMPETENT": "taught",
    "NOT_YET": "taught",
    "REVIEWED": "decided",
    "APPROVED": "decided",
    "REJECTED": "decided",
}
WRITES_ITSELF = {"COMPETENT", "NOT_YET", "APPROVED", "REJECTED"}
NEEDS = {"read": "learner", "ojt": "learner trainer"}
Change = list[Any]


def column_faults(d: dict[str, Json], before: Row | None, after: Row, code: str) -> Iterator[str]:
    """Notes on one change of a covered row in a command that is signed with the meaning `code`."""
    rivals = len(d["ent"]["base"]) > 1
    chg = [c for c in d["chg"] if not (rivals and jcs(c[2]) in {jcs(one) for one in c[1]})]
    quality = code == "APPROVED" and d["by"]["role"] == "qa"
    if d["sig"] is None and any(c[0] == "void" for c in chg):
        yield "void in a covered entry"
    if d["ent"]["t"] == "record":
        yield from _record(d, before, after, code, chg)
    elif not quality and not rivals and not (code == "VOIDED" and d["sig"]):
        yield "changes under APPROVED by qa"


def _record(d: dict[str, Json], before: Row | None, after: Row, code: str, chg: list[Change]) -> Iterator[str]:
    imported = code == "APPROVED" and d["by"]["role"] == "qa" and before is None
    own = STEPS[STEP_OF[code]] if code in STEP_OF else ("", "", "")
    stepped = d["sig"] is not None and own[0] in {c[0] for c in chg}
    for column, was, becomes in chg:
        old = was if len(d["ent"]["base"]) > 1 else [was]
        if column in SAID_ONCE:
            fine = all(one is None for one in old) and (d["sig"] is not None or imported)
        elif any(column in names for names in STEPS.values()):
            fine = (imported and after.get("grade") == "D") or (
                d["sig"] is not None and column in own and _step(d, before or {}, code, column, becomes)
            )
        else:
            fine = column not in WORTH or imported or stepped or code == "CORRECTED"
        if not fine:
            yield f"{column} under {code}"


def _step(d: dict[str, Json], before: Row, code: str, column: str, becomes: Json) -> bool:
    when, by, last = STEPS[STEP_OF[code]]
    if before.get(last) is not None:
        return False
    if column == by:
        return bool(becomes == d["by"]["uid"])
    return column == when or (code in WRITES_ITSELF and becomes == code)


def steps_are_the_requirements(row: Row, requirement: Row | None, qa_approves: Row | None) -> bool:
    """A new record has its requirement's kind and needs the steps of that kind."""
    if requirement is None:
        return True
    needed = NEEDS.get(str(requirement.get("kind")))
    if needed is None or row.get("kind") != requirement.get("kind"):
        return False
    always = bool((qa_approves or {}).get("value"))
    return row.get("needs") in ([f"{needed} qa"] if always else [needed, f"{needed} qa"])
