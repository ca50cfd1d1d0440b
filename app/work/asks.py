"""What the next signing asks for, and why: the sentence of the sign dialog (decisions 12, 29, 32; R-SIG-01..04).

- Everything at the first signing of a period, after a doubt, and always for a second person; else the password.
- The code that signed the person in is used up: until the next step begins, the dialog counts down.
"""

from __future__ import annotations

from app.base.moment import Instant, instant_at
from app.base.words import Value
from app.domain.settings import value_of
from app.proof.totp import STEP_MS, step_at
from app.store.known import settings_in_force
from app.work.ceremony import needs_all
from app.work.office import Office

FIRST, AGAIN, LOGIN_FIRST, DOUBT, BESIDE = "first", "again", "login_first", "doubt", "beside"


class Asks(Value, frozen=True):
    """`full`: user name, password and one-time code, else the password. `why` is one of the five above, `since` the sign-in
    or the last signing that it speaks of, `idle_min` after how long without activity all is asked again."""

    full: bool
    why: str
    since: Instant | None
    idle_min: int


def asks_of(office: Office, *, beside: bool) -> Asks:
    """What the next signing asks of whoever is signed in, or of a second person."""
    session = office.session
    with office.store.read() as tx:
        idle = value_of(settings_in_force(tx), "idle_min")
    if beside or session is None:
        return Asks(full=True, why=BESIDE, since=None, idle_min=idle)
    opened = uptime_at(office, session.opened_up)
    if needs_all(office):
        return Asks(full=True, why=DOUBT if session.doubted else FIRST, since=opened, idle_min=idle)
    if session.fresh:
        return Asks(full=False, why=LOGIN_FIRST, since=opened, idle_min=idle)
    return Asks(full=False, why=AGAIN, since=uptime_at(office, session.signed_up), idle_min=idle)


def uptime_at(office: Office, up: int) -> Instant:
    """The wall-clock instant of an uptime of this boot."""
    now = office.clock.now()
    return instant_at(now.instant.ms - (now.up - up), office.zone)


def code_wait_ms(office: Office) -> int:
    """How long until a code that was not used for signing in: 0 when one is on the telephone already."""
    session, now = office.session, office.clock.now()
    if session is None:
        return 0
    used = step_at(now.instant.ms - (now.up - session.opened_up))
    return max(0, (used + 1) * STEP_MS - now.instant.ms)
