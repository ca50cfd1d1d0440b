"""Signing in and out (trust §1.2, §1.6; decisions 12, 29, 31; R-ACC-06, R-ACC-16).

- One sentence and one time for an unknown name, a wrong password and a wrong or used code; each is counted.
- A failure counts before the slow check, so that ending the program gains no try.
- When the anchor says that history or vault was rolled back, nothing is written: the site is held.
- What waited outside moves into the chain with the session's first entry, which the person's own key signs.
"""

from __future__ import annotations

from pathlib import Path

from app.base.faults import Fault
from app.base.ids import Random, new_id
from app.base.moment import Clock, Reading
from app.base.words import Json, Refused
from app.domain.rights import ORDER
from app.domain.wire import Act
from app.proof.vault import Opened, slot_id
from app.store.lock import WriterLock
from app.work.ceremony import Keyed, account_of, burn, check_code
from app.work.office import Office, drop_strays
from app.work.opening import failures, open_office
from app.work.pending import count_in_anchor, unmoved
from app.work.period import sign_out
from app.work.recording import recording, site_act
from app.work.scribe import SYS, Draft, Hand, Scribe
from app.work.secrets import DeviceSecrets
from app.work.session import Session
from app.work.sign import sign_session
from app.work.unlock import ANSWER_MS, Door, Given, answered_late, door_of, opened_slot

__all__ = ["door_of", "sign_in", "sign_out"]


def sign_in(
    folder: Path, secrets: DeviceSecrets, clock: Clock, random: Random, given: Given, zone: str
) -> Office | Refused:
    """Open the site for one person, or `login.failed`, `login.wait`.

    Faults: `store.*`, `vault.*`, `secrets.*`, `keyring.*`; then nothing was written.
    """
    lock = WriterLock(folder)
    answer: Office | Refused | None = None
    try:
        answer = _sign_in(door_of(folder, secrets, clock, random, zone), given, lock)
    finally:
        if not isinstance(answer, Office):
            lock.release()
    return answer


def _sign_in(door: Door, given: Given, lock: WriterLock) -> Office | Refused:
    sid, reading = slot_id(door.ds, given.user), door.clock.now()
    wait = door.gate.wait_ms(sid, reading)
    if wait:
        return Refused("login.wait", {"minutes": -(-wait // 60_000)})
    with answered_late(ANSWER_MS) as late:
        door.gate.failed(sid, reading)
        opened = opened_slot(door.vault, door.ds, given)
        if opened is None:
            late.append(sid)
            return _counted(door, "auth.password", sid, reading)
        office = open_office(door, opened, lock)
        try:
            keyed = check_code(office, opened, given.code, reading, sess=None, k=0)
            if keyed is not None:
                _begin(office, opened, keyed)
                door.gate.succeeded(sid)
                return office
        except BaseException:
            office.leave()
            raise
        office.leave()
        late.append(sid)
        return _counted(door, "auth.code", sid, reading)


def _counted(door: Door, kind: str, sid: str, reading: Reading) -> Refused:
    """The one answer to every failure; the event waits outside until somebody signs in."""
    door.pending.append(kind, sid, reading)
    count_in_anchor(door.secrets, door.pending)
    return Refused("login.failed")


def _begin(office: Office, opened: Opened, keyed: Keyed) -> None:
    """The session's first entry, what waited outside before it, and the burned code: one transaction."""
    drop_strays(office)
    reading = office.clock.now()
    here = (office.tail.log, office.tail.n)
    held = office.standing.roles.held(opened.uid, here, reading.instant.utc)
    role = next((role for role in ORDER if role in held), None)
    if role is None:
        raise Fault("login.no_role")
    sess, waiting = new_id("s", office.random), _waiting(office)

    def sign(scribe: Scribe, _covered: int, b: bytes, _of: Draft) -> str:
        return sign_session(keyed.signer, sess, scribe, b)

    with recording(office) as made:
        if "ANCHOR_LAG" in office.alerts:
            made.act(SYS, site_act("anchor.lag", office.site, {"n": office.tail.n, "h": made.head}))
        for act in waiting:
            made.act(SYS, act)
        body: dict[str, Json] = {"sess": sess, "seen": office.seen, "ccp": None}
        opening = Act(ACT="session.open", NOUN="session", id=sess, body=body)
        made.act(Hand(uid=opened.uid, sess=sess, role=role), opening, sign=sign)
        burn(office, made.tx, opened, keyed)
        office.waiting = 0
    office.pending.clear()
    office.session = Session(
        id=sess, uid=opened.uid, pid=office.standing.keys.person(opened.uid), role=role,
        opened_up=made.reading.up, last_up=made.reading.up, boot=made.reading.boot,
    )  # fmt: skip


def _waiting(office: Office) -> list[Act]:
    """The failed attempts that are not in the chain yet."""
    lines = unmoved(office.pending.read(), list(failures(office)))
    return [
        Act(
            ACT="auth.fail",
            NOUN="account",
            id=account_of(office.vault, line.slot),
            body={"slot": line.slot, "kind": line.kind, "utc": line.utc, "up": line.up},
        )
        for line in lines
    ]
