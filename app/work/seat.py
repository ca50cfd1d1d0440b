"""Who sits here: the person who is signed in, since when, where, and for how long (decisions 29, 31; R-ACC-17, R-ACC-18).

- Read once after signing in, for the window's head and strip and for its clock of idleness.
- The last sign-in before this one is told to whoever signed in, and to nobody before.
"""

from __future__ import annotations

from app.base.entry import read
from app.base.moment import Instant, instant_at, utc_ms
from app.base.words import Value
from app.domain.settings import value_of
from app.store import history
from app.store.known import settings_in_force
from app.store.tx import Tx
from app.work.centres import known_centres
from app.work.glance import read_glance
from app.work.office import Office
from app.work.session import HOUR_MS, MINUTE_MS
from app.work.signers import someone


class Seat(Value, frozen=True):
    """The person (`user` is the user name), the role acted in, all roles held, the departments they are held in (empty:
    the whole site); `before` is the last sign-in before this one; the device's place, the regions of the
    centres that its records go to (none: they stay here); the limits in ms."""

    uid: str
    pid: str
    user: str
    name: str
    role: str
    roles: tuple[str, ...]
    departments: tuple[str, ...]
    since: Instant
    before: Instant | None
    site: str
    device: str
    zone: str
    log: str
    regions: tuple[str, ...]
    idle_ms: int
    absolute_ms: int


def seat(office: Office) -> Seat:
    """The seat of whoever is signed in. ValueError while nobody is."""
    session = office.session
    if session is None:
        raise ValueError("nobody is signed in")
    now = office.clock.now()
    place = (office.tail.log, office.tail.n)
    grants = office.standing.roles.in_force(session.uid, place, now.instant.utc)
    told = read_glance(office.folder, office.ds)
    with office.store.read() as tx:
        person = someone(office, tx, uid=session.uid)
        rules = settings_in_force(tx)
        before = _before(office, tx, session.id, session.uid)
    return Seat(
        uid=session.uid, pid=session.pid, user=person.user, name=person.name, role=session.role, roles=person.roles,
        departments=() if any(one.dept is None for one in grants) else tuple(sorted({str(g.dept) for g in grants})),
        since=instant_at(now.instant.ms - (now.up - session.opened_up), office.zone), before=before,
        site=office.site, device=str(told.get("device", "")), zone=office.zone, log=office.tail.log,
        regions=tuple(sorted({centre.region for centre in known_centres(office).values()})),
        idle_ms=value_of(rules, "idle_min") * MINUTE_MS, absolute_ms=value_of(rules, "absolute_h") * HOUR_MS,
    )  # fmt: skip


def _before(office: Office, tx: Tx, sess: str, uid: str) -> Instant | None:
    """When the account signed in on this device the last time before this session."""
    own = [
        sitting.opened
        for (log, name), sitting in office.standing.sittings.items()
        if log == office.tail.log and name != sess and sitting.uid == uid
    ]
    b = history.one(tx, office.tail.log, max(own)) if own else None
    return None if b is None else instant_at(utc_ms(read(b).ts.utc), office.zone)
