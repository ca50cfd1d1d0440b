"""The end of a person's continuous period: asked for, or come by itself (decisions 12, 29; R-ACC-17).

- Whoever was away too long, or is in too long altogether, is signed out at the next thing that is asked.
- The period ends with its closing entry, which tells the reason, and a checkpoint.
"""

from __future__ import annotations

from app.base.moment import Reading
from app.base.words import Json
from app.domain.rights import ORDER
from app.domain.settings import value_of
from app.domain.wire import Act
from app.store.known import settings_in_force
from app.work.office import Office
from app.work.recording import recording
from app.work.scribe import SYS, Hand
from app.work.session import Session


def sign_out(office: Office, reason: str = "user") -> None:
    """End the session with its closing entry and a checkpoint; the site stays open."""
    session = office.session
    if session is None:
        return
    with recording(office) as made:
        body: dict[str, Json] = {"sess": session.id, "reason": reason}
        closing = Act(ACT="session.close", NOUN="session", id=session.id, body=body)
        made.act(_closer(office, session), closing)
        made.note()
    office.session = None


def _closer(office: Office, session: Session) -> Hand:
    """The person, in a role that is still held; the machine, where none is any more."""
    now, here = office.clock.now().instant, (office.tail.log, office.tail.n)
    held = office.standing.roles.held(session.uid, here, now.utc)
    role = session.role if session.role in held else next((one for one in ORDER if one in held), None)
    return SYS if role is None else Hand(uid=session.uid, sess=session.id, role=role)


def is_over(office: Office, reading: Reading) -> bool:
    """Whether the open session has ended by itself; False without one. Site settings `idle_min`, `absolute_h`."""
    if office.session is None:
        return False
    with office.store.read() as tx:
        rules = settings_in_force(tx)
    return office.session.over(
        reading, idle_min=value_of(rules, "idle_min"), absolute_h=value_of(rules, "absolute_h")
    )


def keep_up(office: Office) -> None:
    """Before anything a person asks for: sign out whoever's period is over, else note that the person is there."""
    reading, _ = office.read_clock()
    if is_over(office, reading):
        sign_out(office, "idle")
    elif office.session is not None:
        office.session.touched(reading)
