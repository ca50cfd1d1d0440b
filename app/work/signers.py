"""Who somebody is at the moment of signing, and who may sign a step: read for the window, decided by the same rules.

- A name stands with number and roles; one that can't be read here stands as a visible mark, never as a blank.
- Who may sign is asked of the rules themselves, person by person; the reason that is still to be given is no hindrance.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from app.base.say import say
from app.base.words import Json, Refused, Row, Value
from app.domain.records import SignOff
from app.domain.rights import ORDER, roles_to_act_in
from app.domain.signatures import SIDE_OF
from app.proof.envelope import NoKey
from app.store import state
from app.store.tx import Tx
from app.work.office import Office
from app.work.perform import preview
from app.work.reasons import OTHER
from app.work.unread import shown_name

MOST = 60
"""Candidates shown; a longer list helps nobody to choose."""


class Someone(Value, frozen=True):
    """A person: account (empty: none), id, name, employee number, title, roles held now (codes), and the user name."""

    uid: str
    pid: str
    name: str
    number: str
    title: str
    roles: tuple[str, ...]
    user: str


class Reader:
    """The person keys for a view; what can't be read here is told by a mark."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def open(self, envelope: Mapping[str, Json], t: str, id: str, column: str) -> str:
        """As `Ring.open`; KeyError for an erased person's."""
        try:
            return self._office.ring.open(envelope, t, id, column)
        except NoKey as missing:
            if missing.pid in self._office.standing.erased:
                raise
            return say("person.not_here")


def someone(office: Office, tx: Tx, *, uid: str = "", pid: str = "") -> Someone:
    """The person of account `uid`, or person `pid` with the first live account there is."""
    pid = pid or office.standing.keys.person(uid)
    accounts = [uid] if uid else live_accounts(office, pid)
    row = office.ring.opened("person", state.row(tx, "person", pid) or {"id": pid})
    return Someone(
        uid=accounts[0] if accounts else "",
        pid=pid,
        name=shown_name(office, row) or pid,
        number=str(row.get("number", "")),
        title=str(row.get("reg_title", "")),
        roles=roles_now(office, accounts[0]) if accounts else (),
        user=_user_name(office, tx, accounts[0]) if accounts else "",
    )


def roles_now(office: Office, uid: str) -> tuple[str, ...]:
    """The roles that the account holds at this moment, in the order in which they are acted in."""
    here, now = (office.tail.log, office.tail.n), office.clock.now().instant
    held = office.standing.roles.held(uid, here, now.utc)
    return tuple(role for role in ORDER if role in held)


def live_accounts(office: Office, pid: str) -> list[str]:
    """The accounts of the person that have a live key and are not disabled."""
    return [
        uid for uid, owner in office.standing.keys.persons.items() if owner == pid and _is_live(office, uid)
    ]


def _is_live(office: Office, uid: str) -> bool:
    here, standing = (office.tail.log, office.tail.n), office.standing
    return bool(standing.keys.all_live(uid, here)) and not standing.disabled(uid, here)


def who_may(office: Office, command: Value, *, apart: str = "") -> tuple[Someone, ...]:
    """Everybody who may give `command` now, by name; without the account `apart`. At most MOST."""
    here, now = (office.tail.log, office.tail.n), office.clock.now().instant
    asked = structs.replace(command, why=OTHER) if getattr(command, "why", OTHER) is None else command
    # Only the record's own person is its trainee; asking everybody who is a learner would take minutes.
    learner = isinstance(asked, SignOff) and SIDE_OF.get(asked.meaning) == "learner"
    found = []
    for uid, pid in office.standing.keys.persons.items():
        if uid == apart or (learner and pid != getattr(asked, "pid", "")) or not _is_live(office, uid):
            continue
        held = office.standing.roles.held(uid, here, now.utc)
        if roles_to_act_in(asked, held) and not isinstance(preview(office, asked, uid), Refused):
            found.append(uid)
        if len(found) == MOST:
            break
    with office.store.read() as tx:
        return tuple(sorted((someone(office, tx, uid=uid) for uid in found), key=lambda one: one.name))


def _user_name(office: Office, tx: Tx, uid: str) -> str:
    row: Row | None = state.row(tx, "account", uid)
    return "" if row is None else str(office.ring.opened("account", row).get("name", ""))


def holders(office: Office, role: str) -> tuple[str, ...]:
    """The names of those who hold `role` now and can sign, sorted; without whoever is signed in. At most five."""
    own = "" if office.session is None else office.session.pid
    found = {
        pid: uid
        for uid, pid in office.standing.keys.persons.items()
        if pid != own and role in roles_now(office, uid) and _is_live(office, uid)
    }
    with office.store.read() as tx:
        return tuple(sorted(someone(office, tx, uid=uid).name for uid in found.values()))[:5]
