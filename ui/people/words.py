"""The words of people and their training: how a verdict is named, what a pill says, until when something holds.

- One sentence of the catalogue each, with named places; what a verdict does not tell is told as a dash.
- A status stands for the shape that the domain gives it (formats §8); the read model names its key.
- Pure: takes values, gives text.
"""

from __future__ import annotations

from app.base.moment import Day, Instant, clock_text, day_text, instant_at, start_of, utc_ms
from app.base.say import say
from app.domain.reports import PersonFile
from app.domain.verdicts import Reason, Verdict
from app.work.person import Released
from app.work.roster import key_of

ORDER = ("over", "exp", "sign", "prog", "ok", "exempt", "todo", "na")
"""The keys in the order of the domain's precedence, the worst first."""

DAY_MS = 86_400_000
NONE = "–"

__all__ = [
    "DAY_MS", "NONE", "ORDER", "days_between", "holds_text", "key_of", "local_day", "moment_text", "person_line", "pill_text",
    "reason_text", "released_key", "released_text", "until_text", "waits_text", "word_text",
]  # fmt: skip


def word_text(word: str) -> str:
    """A verdict's word at the beginning of a line."""
    return say(f"ui.people.word.{word}")


def days_between(first: Day, last: Day) -> int:
    """How many days `last` lies after `first`; negative if it lies before."""
    return (start_of(last, "UTC").ms - start_of(first, "UTC").ms) // DAY_MS


def pill_text(verdict: Verdict, today: Day) -> str:
    """What a pill says: the word, and by how much or for whom it waits."""
    day = verdict.due or verdict.until
    word = verdict.word
    if word in ("Overdue", "Lapsed", "In grace") and day is not None:
        return say(f"ui.people.pill.{word}", {"n": f"{max(0, days_between(day, today)):,}"})
    if word == "Expiring" and day is not None:
        n = max(0, days_between(today, day))
        return say("ui.people.pill.Expiring" if n else "ui.people.pill.today", {"n": n})
    if word in ("Awaiting signature", "Awaiting verification"):
        return waits_text(verdict)
    return word_text(word)


def waits_text(verdict: Verdict) -> str:
    """Whose signature is missing."""
    step = next((str(one.about["step"]) for one in verdict.reasons if "step" in one.about), "")
    return say("ui.people.pill.waits", {"step": say(f"step.{step}")}) if step else word_text(verdict.word)


def holds_text(verdict: Verdict) -> str:
    """Until when it holds or by when it is due, as a sentence; empty where neither is known."""
    if verdict.until is not None:
        return say("ui.person.holds", {"day": day_text(verdict.until)})
    return say("ui.person.due", {"day": day_text(verdict.due)}) if verdict.due is not None else ""


def until_text(verdict: Verdict) -> str:
    """The last day it holds, or by when it is due; a dash where neither is known."""
    if verdict.until is not None:
        return day_text(verdict.until)
    if verdict.due is not None:
        return say("ui.people.by", {"day": day_text(verdict.due)})
    return NONE


def reason_text(reason: Reason) -> str:
    """Why a verdict is what it is, in the catalogue's words."""
    about = dict(reason.about)
    if "day" in about:
        about["day"] = day_text(str(about["day"]))
    if "step" in about:
        about["step"] = say(f"step.{about['step']}")
    return say(f"reason.{reason.code}", about)


def moment_text(utc: str, off: str, zone: str) -> str:
    """An instant as it was recorded, with zone and offset."""
    return clock_text(Instant(ms=utc_ms(utc), off=off, zone=zone)) if utc else NONE


def local_day(utc: str, zone: str) -> str:
    """The day of a recorded instant in the zone where it was recorded."""
    return day_text(instant_at(utc_ms(utc), zone).day) if utc else NONE


def person_line(file: PersonFile) -> str:
    """Title, department, since when employed, and until when."""
    parts = [file.title, file.dept]
    if file.hired:
        parts.append(say("ui.person.hired", {"day": day_text(file.hired)}))
    if file.gone:
        parts.append(say("ui.person.gone", {"day": day_text(file.gone)}))
    return " · ".join(part for part in parts if part)


def released_key(one: Released) -> str:
    """The shape of a curriculum: met, in progress, or what its worst verdict is."""
    if one.ok:
        return "exp" if key_of(one.worst) == "exp" else "ok"
    key = key_of(one.worst)
    return key if key in ("over", "exp", "sign") else "prog" if one.met else "todo"


def released_text(one: Released) -> str:
    """Until when the person is released, what blocks it, or how far it is."""
    if one.ok:
        return (
            say("ui.person.released.until", {"day": day_text(one.until)})
            if one.until
            else say("ui.person.released.open")
        )
    if not one.of:
        return say("ui.person.released.nothing")
    if key_of(one.worst) in ("over", "exp"):
        return say("ui.person.released.blocked", {"code": one.blocks})
    return say("ui.person.released.progress", {"met": one.met, "all": one.of})
