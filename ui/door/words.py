"""What the door says of faults and of the time that is left; loaded before the first paint, so it knows no calendar."""

from __future__ import annotations

import re

from app.base.faults import Fault
from app.base.say import say

_FIRST = re.compile(r"(?<=[.!?]) ")


def told(error: Exception) -> tuple[str, str]:
    """Headline and text of what went wrong: what happened; what was kept, and what to do.

    A Fault speaks for itself; anything else is told as unexpected, by its name for IT.
    """
    if not isinstance(error, Fault):
        return say("ui.door.unexpected"), say("ui.door.unexpected.do", {"what": type(error).__name__})
    head, *rest = _FIRST.split(error.plain(), maxsplit=1)
    return head, " ".join([*rest, error.what_to_do()])


def span(ms: int) -> str:
    """A time that is left: `14 min 22 s`, never less than a second."""
    seconds = max(1, -(-ms // 1000))
    if seconds < 60:
        return say("ui.door.seconds", {"n": seconds})
    return say("ui.door.minutes", {"n": seconds // 60, "s": seconds % 60})
