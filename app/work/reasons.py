"""The reasons that may be given for what is signed: codes of the catalogue, `why.<CODE>` (R-SIG-08, R-REC-11, R-REC-12).

- The reason is not the meaning: the step fixes what a signature says, the reason tells why it is made.
- A reason that the rules ask for comes with the signer's own words where its code says nothing by itself.
- Nothing is preselected here; a window may remember what somebody chose last.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.base.words import Refused
from app.work.scribe import Reason

OTHER = "OTHER"
LONGEST = 500
"""Characters of a person's own words."""

LATE = ("LATE_PAPER", "LATE_DEVICE", "LATE_FORGOTTEN", OTHER)
"""Why something is entered long after it took place."""

REASONS: Mapping[str, tuple[str, ...]] = {
    "TAUGHT": ("INITIAL", "RETRAINING", "REFRESHER"),
    "COMPETENT": ("INITIAL", "RETRAINING", "REFRESHER"),
    "NOT_YET": ("NEEDS_PRACTICE", "STEP_FAILED", "INTERRUPTED", OTHER),
    "REJECTED": ("INCOMPLETE", "WRONG_DATE", "WRONG_DOCUMENT", "WRONG_PERSON", OTHER),
    "VOIDED": ("WRONG_PERSON", "WRONG_DOCUMENT", "WRONG_DATE", "DUPLICATE", OTHER),
}
"""Meaning → codes, in the order in which they are offered."""


def reasons_for(meaning: str, *, late: bool) -> tuple[str, ...]:
    """The codes to choose from; empty where none is asked for or offered."""
    return LATE if late else REASONS.get(meaning, ())


def reason_of(code: str, text: str, pid: str) -> Reason | Refused | None:
    """The reason as history keeps it, the words sealed under the record's person, else `pid`; None without a code.

    Refused `why.text_missing` where the code alone says nothing, `why.too_long`.
    """
    words = text.strip()
    if not code:
        return None
    if code == OTHER and not words:
        return Refused("why.text_missing")
    if len(words) > LONGEST:
        return Refused("why.too_long", {"most": LONGEST})
    return Reason(code=code, text=words or None, pid=pid)
