"""What the pages of documents say: days, states, fingerprints and sizes in words.

- A state is told by a shape and a word of the catalogue; what the register says in its own words is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.base.moment import Instant, clock_text, day_text, instant_at, utc_ms
from app.base.say import say
from app.work.shelf import VersionShown

NONE = "–"
SHAPES: Mapping[str, str] = {"in_force": "ok", "ahead": "todo", "draft": "prog", "ended": "exempt"}
"""What a version is at an instant → the key of its shape."""
ORDER = ("over", "sign", "prog", "todo", "exp", "ok", "exempt")
"""The keys of the shapes, what needs attention first."""
KIB = 1024


def local_day(utc: str, zone: str) -> str:
    """The day of a recorded instant at the site; a dash for none."""
    return day_text(instant_at(utc_ms(utc), zone).day) if utc else NONE


def moment(utc: str, zone: str) -> str:
    """A recorded instant with its zone; a dash for none."""
    return clock_text(instant_at(utc_ms(utc), zone), seconds=False) if utc else NONE


def day_or_none(day: str) -> str:
    """A day in words; a dash for none."""
    return day_text(day) if day else NONE


def state_text(version: VersionShown) -> str:
    """Whether a version is in force, in one word or two."""
    return say(f"ui.documents.force.{version.force}")


def file_text(version: VersionShown) -> str:
    """Whether the file of a version is here."""
    return say(f"ui.documents.file.{version.file}")


def size_text(size: int) -> str:
    """A file's size."""
    if size < KIB * KIB:
        return say("ui.documents.kib", {"n": f"{max(1, round(size / KIB)):,}"})
    return say("ui.documents.mib", {"n": f"{size / KIB / KIB:,.1f}"})


def fingerprint(digest: str) -> str:
    """A hash in groups of eight, on lines that people can compare; a dash for none."""
    groups = [digest[at : at + 8] for at in range(0, len(digest), 8)]
    return "\n".join(" ".join(groups[at : at + 3]) for at in range(0, len(groups), 3)) or NONE


def short_print(digest: str) -> str:
    """The ends of a hash, for a line that has no room for all of it."""
    return f"{digest[:4]} {digest[4:8]} {digest[8:12]} … {digest[-4:]}" if digest else NONE


def as_of(at: Instant) -> str:
    """An instant for a subtitle."""
    return clock_text(at, seconds=False)
