"""The site's settings that the rules read: name, value, limits (decisions 12, 13, 29).

- Every setting is a whole number within limits; a switch is 0 or 1.
- A site without a row for a setting has its default; nothing else stands for "not set".
- A change is signed and carries a reason (formats §5: rows of type `setting` change only in covered entries).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from msgspec import UNSET

from app.base.moment import Instant
from app.base.words import Refused, Row, Value
from app.domain.who import Who
from app.domain.wire import Change, Text, Whole


class Limits(Value, frozen=True):
    """Default, least and greatest value of a setting."""

    default: int
    least: int
    greatest: int


SETTINGS: Mapping[str, Limits] = {
    "absolute_h": Limits(8, 1, 12),
    "expiring_days": Limits(30, 1, 365),
    "idle_min": Limits(10, 1, 15),
    "kiosk_s": Limits(45, 30, 120),
    "late_h": Limits(24, 1, 168),
    "login_first": Limits(0, 0, 1),
    "offline_days": Limits(7, 1, 30),
    "qa_approves": Limits(0, 0, 1),
}
"""Hours after which an entry is late, days that count as expiring, whether login is the first signing, whether QA
approves each record; the others are the lock, session and offline limits of decision 29."""

# ---- commands


class ChangeSetting(Value, frozen=True, kw_only=True):
    """Set `name` to `value`; `why` is a code of the site's list of reasons."""

    name: str
    value: int
    why: str | None


# ---- facts


class Facts(Value, frozen=True, kw_only=True):
    """The row of the setting named, or None while the default holds."""

    row: Row | None


# ---- changes


class SettingChanged(Change, frozen=True, kw_only=True):
    """A setting has this value from now on."""

    ACT: ClassVar[str] = "setting.change"
    NOUN: ClassVar[str] = "setting"

    value: Whole = UNSET
    text: Text = UNSET


# ---- rules


def value_of(rows: Mapping[str, Row], name: str) -> int:
    """The value that holds, given the setting rows by id. Raises KeyError for a name that is no setting."""
    limits = SETTINGS[name]
    value = rows.get(name, {}).get("value")
    return value if isinstance(value, int) else limits.default


# ---- decide


def decide(
    command: ChangeSetting, facts: Facts, who: Who, now: Instant
) -> tuple[SettingChanged, ...] | Refused:
    """The change. Refuses unknown names, values out of limits, no reason, and no difference."""
    limits = SETTINGS.get(command.name)
    if limits is None:
        return Refused("setting.unknown", {"name": command.name})
    if not limits.least <= command.value <= limits.greatest:
        about: dict[str, str | int] = {
            "name": command.name,
            "least": limits.least,
            "greatest": limits.greatest,
        }
        return Refused("setting.out_of_limits", about)
    rows = {} if facts.row is None else {command.name: facts.row}
    if value_of(rows, command.name) == command.value:
        return Refused("setting.same", {"name": command.name, "value": command.value})
    if not command.why:
        return Refused("why.missing", {"meaning": "APPROVED"})
    return (SettingChanged(id=command.name, value=command.value),)
