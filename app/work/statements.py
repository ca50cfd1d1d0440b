"""The words that a command asks its signer to sign (ux §10; R-SIG-07, R-SIG-08).

- Made from the facts that the rules decided on, in the same transaction, so that words and change agree.
- The template is fixed by the command and its meaning; people choose neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.base.moment import Instant
from app.base.say import say
from app.base.words import Json, Row, Value
from app.domain.curricula import RegisterCurricula
from app.domain.documents import RegisterDocuments
from app.domain.records import SignOff, Void
from app.domain.roles import GrantRole, RevokeRole
from app.domain.settings import ChangeSetting, value_of
from app.domain.steps import performed
from app.store.facts import Opener
from app.work.sign import Meaning

About = dict[str, str | int]


def statement_for(command: Value, facts: Any, count: int, opened: Opener, now: Instant, source: str) -> Meaning:
    """What the signature under `command` says, which makes `count` changes. KeyError for a command that is never signed."""
    if isinstance(command, SignOff):
        return Meaning(
            code=command.meaning,
            tpl=f"{command.meaning.lower()}@1",
            about=_training(facts, command.done or now, opened),
        )
    if isinstance(command, Void):
        return Meaning(code="VOIDED", tpl="voided@1", about=_training(facts, now, opened))
    if isinstance(command, RegisterDocuments | RegisterCurricula):
        noun = "documents" if isinstance(command, RegisterDocuments) else "curricula"
        return _approved(f"register.{noun}@1", {"count": count, "file": source or "-"})
    if isinstance(command, ChangeSetting):
        rows: Mapping[str, Row] = {} if facts.row is None else {command.name: facts.row}
        old = value_of(rows, command.name)
        return _approved("setting@1", {"name": command.name, "old": old, "new": command.value})
    if isinstance(command, GrantRole | RevokeRole):
        return _approved(
            f"role.{'grant' if isinstance(command, GrantRole) else 'revoke'}@1", role_about(command)
        )
    raise KeyError(type(command).__name__)


def role_about(command: GrantRole | RevokeRole) -> About:
    """What fills the words of a grant or a revocation."""
    about: About = {"name": command.uid, "role": command.role, "scope": command.dept or say("word.whole_site")}
    return {**about, "from": command.start} if isinstance(command, GrantRole) else about


def _approved(tpl: str, about: About) -> Meaning:
    return Meaning(code="APPROVED", tpl=tpl, about=about)


def _training(facts: Any, done: Instant, opened: Opener) -> About:
    """Whom, on what and when a record is about."""
    person: dict[str, Json] = opened("person", named(facts.person))
    done = (performed(facts.record) if facts.record is not None else None) or done
    return {"name": str(person.get("name", "-")), "what": _what(facts), "date": done.day}


def named(person: Row) -> Row:
    """No more of a person's row than the name: each envelope costs its opening."""
    return {column: person[column] for column in ("id", "name_j") if column in person}


def _what(facts: Any) -> str:
    if facts.document is None:
        return str(facts.requirement.get("subject", facts.requirement["id"]))
    document = facts.document
    return say("word.document_version", {"number": document["number"], "ver": document["ver"]})
