"""Accounts: who may log in. A person may have none; an account belongs to one person for ever.

- A user name is unique whatever its case or width (formats §3: NFKC, case folded), and never given to somebody else.
- Nobody opens, disables or enables an account of their own.
- Disabling keeps everything; what the account signed stays valid.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar
from unicodedata import normalize

from msgspec import UNSET

from app.base.ids import AccountId, PersonId
from app.base.moment import Instant
from app.base.words import Personal, Refused, Row, Value
from app.domain.who import Who
from app.domain.wire import Change, Private, Text

USER_NAME = re.compile(r"\S(?:.{0,62}\S)?")

# ---- commands


class OpenAccount(Value, frozen=True, kw_only=True):
    """Let person `pid` log in as `name`; `id` is the new account's."""

    id: AccountId
    pid: PersonId
    name: str


class SetAccount(Value, frozen=True, kw_only=True):
    """Disable the account, or enable it again."""

    id: AccountId
    active: bool


# ---- facts


class Facts(Value, frozen=True, kw_only=True):
    """The person to get an account, the account to change, and account ids by folded user name (disabled ones too)."""

    person: Row | None
    account: Row | None
    names: Mapping[str, str]


# ---- changes


class AccountOpened(Change, frozen=True, kw_only=True):
    """A person may log in."""

    ACT: ClassVar[str] = "account.open"
    NOUN: ClassVar[str] = "account"

    pid: Text = UNSET
    name: Private = UNSET
    state: Text = UNSET


class AccountSet(Change, frozen=True, kw_only=True):
    """An account was disabled or enabled."""

    ACT: ClassVar[str] = "account.set"
    NOUN: ClassVar[str] = "account"

    state: Text = UNSET


# ---- rules


def folded(name: str) -> str:
    """The form in which user names are compared (formats §3)."""
    return normalize("NFKC", normalize("NFKC", name).casefold()).strip()


def _open(command: OpenAccount, facts: Facts, who: Who, now: Instant) -> tuple[AccountOpened, ...] | Refused:
    if facts.person is None or facts.person["id"] != command.pid:
        return Refused("person.unknown", {"number": command.pid})
    if command.pid == who.pid:
        return Refused("account.own")
    gone = facts.person.get("gone")
    if gone is not None and gone < now.day:
        return Refused("person.gone", {"day": gone})
    if not USER_NAME.fullmatch(folded(command.name)):
        return Refused("account.bad_name", {"name": command.name})
    if folded(command.name) in facts.names:
        return Refused("account.name_taken", {"name": command.name})
    name = Personal(command.pid, normalize("NFC", command.name))
    return (AccountOpened(id=command.id, pid=command.pid, name=name, state="active"),)


def _set(command: SetAccount, facts: Facts, who: Who) -> tuple[AccountSet, ...] | Refused:
    if facts.account is None or facts.account["id"] != command.id:
        return Refused("account.unknown")
    if facts.account.get("pid") == who.pid:
        return Refused("account.own")
    state = "active" if command.active else "disabled"
    if facts.account.get("state") == state:
        return Refused("account.same", {"state": state})
    return (AccountSet(id=command.id, state=state),)


# ---- decide


def decide(
    command: OpenAccount | SetAccount, facts: Facts, who: Who, now: Instant
) -> tuple[AccountOpened, ...] | tuple[AccountSet, ...] | Refused:
    """The change. Refuses names in use, people who left, and any account of one's own."""
    if isinstance(command, OpenAccount):
        return _open(command, facts, who, now)
    return _set(command, facts, who)
