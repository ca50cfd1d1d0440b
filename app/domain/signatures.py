"""What a signature says, on which side it stands, and what it needs (formats §6; decisions 12, 16, 32).

- The meaning is fixed by the step; its number on paper is its place in MEANINGS, which only ever grows at its end.
- Three sides: learner, trainer, decision. Nobody stands on two sides of one subject, judged by person.
- The words are a template `<id>@<n>` filled with facts; a template, once released, is never changed or removed.
- Types in COVERED change only under a person's signature.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.base.say import statements

MEANINGS = (
    "READ",
    "TRAINED",
    "TAUGHT",
    "COMPETENT",
    "NOT_YET",
    "WITNESSED",
    "REVIEWED",
    "APPROVED",
    "REJECTED",
    "CORRECTED",
    "VOIDED",
    "WAIVED",
    "RELEASED",
    "DELEGATED",
    "ACKNOWLEDGED",
    "DISPUTED",
)
"""A meaning's place is its number on paper (formats §7)."""

_SIDES: Mapping[str, tuple[str, ...]] = {
    "learner": ("READ", "TRAINED"),
    "trainer": ("TAUGHT", "COMPETENT", "NOT_YET", "WITNESSED"),
    "decision": ("REVIEWED", "APPROVED", "REJECTED", "VOIDED", "WAIVED", "RELEASED"),
}

SIDE_OF: Mapping[str, str] = {meaning: side for side, meanings in _SIDES.items() for meaning in meanings}
"""Meaning → side; ACKNOWLEDGED, DISPUTED, CORRECTED and DELEGATED stand on none."""

ROLES_OF_SIDE: Mapping[str, frozenset[str]] = {
    "trainer": frozenset({"trainer", "assessor"}),
    "decision": frozenset({"qa"}),
}

ROLES_OF_MEANING: Mapping[str, frozenset[str]] = {
    "CORRECTED": frozenset({"trainer", "assessor", "qa"}),
    "DELEGATED": frozenset({"manager", "qa"}),
}

NEEDS_WHY = frozenset({"NOT_YET", "REJECTED", "CORRECTED", "VOIDED", "WAIVED", "DISPUTED"})
"""Meanings that are never signed without a reason."""

COVERED = frozenset(
    {
        "record",
        "qualification",
        "certificate",
        "waiver",
        "equivalence",
        "document",
        "requirement",
        "curriculum",
        "setting",
    }
)
"""Entity types whose rows change only in entries under a signature (formats §5, "What must be covered")."""


def roles_for(meaning: str) -> frozenset[str] | None:
    """The roles that may sign `meaning`; None when every role may."""
    return ROLES_OF_MEANING.get(meaning) or ROLES_OF_SIDE.get(SIDE_OF.get(meaning, ""))


def statement(tpl: str, about: Mapping[str, str | int], lang: str = "en") -> str:
    """The words that are shown and signed: template `<id>@<n>` filled from `about`. KeyError for an unknown one."""
    return statements(lang)[tpl].format_map(about)
