"""Who holds which key, role, session and device, learned from the entries that say so (formats §5).

- Learned in the order of history, from entries that are already judged sound; an unsound one must not be shown to it.
- Every question names the place it is asked for: what is not before that place does not count there.
- Across logs, (M, m) is before (L, l) if some entry of L up to l has seen more than m entries of M.
- A new key ends the older ones of its account; an account belongs to one person for ever.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any

from app.base.entry import Entry
from app.base.words import Json, Value
from app.domain.roles import APPROVERS, Place, Roles, grant_of

Jwk = Mapping[str, str]


class Key(Value, frozen=True):
    """A registered signing key: RFC 7638 thumbprint, JWK, and where it was registered."""

    uid: str
    pid: str
    jkt: str
    jwk: Jwk
    place: Place


class Machine(Value, frozen=True):
    """A device: its own log, P-256 JWK and Ed25519 public key (b64u), and where it was enrolled."""

    id: str
    log: str
    jwk: Jwk
    ed25519: str
    place: Place


class Sitting(Value, frozen=True):
    """A session of one account in one log; `closed` is where it was closed, None while open."""

    uid: str
    opened: int
    closed: int | None = None


class Order:
    """What each log had seen of the others, and so which place is before which."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[list[int], list[Mapping[str, int]]]] = {}

    def saw(self, place: Place, seen: Mapping[str, Any]) -> None:
        """An entry of one log tells how much it held of the others: `{log: {n, h}}`."""
        log, seq = place
        if not seen:
            return
        seqs, sizes = self._seen.setdefault(log, ([], []))
        latest = dict(sizes[-1]) if sizes else {}
        for other, head in seen.items():
            latest[other] = max(latest.get(other, 0), head["n"])
        seqs.append(seq)
        sizes.append(latest)

    def sights(self, log: str) -> list[int]:
        """The positions at which a log learned of others, rising."""
        return list(self._seen.get(log, ([], []))[0])

    def before(self, one: Place, other: Place) -> bool:
        """Whether `one` is before `other`."""
        if one[0] == other[0]:
            return one[1] < other[1]
        seqs, sizes = self._seen.get(other[0], ([], []))
        at = bisect_right(seqs, other[1]) - 1
        return at >= 0 and sizes[at].get(one[0], 0) > one[1]


class Keys:
    """Registered signing keys and where each one ended."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._keys: dict[str, Key] = {}
        self._of: dict[str, list[Key]] = {}
        self._ends: dict[str, list[Place]] = {}
        self.persons: dict[str, str] = {}
        self.hpk: dict[str, str] = {}

    def enrol(self, body: Mapping[str, Any], place: Place) -> None:
        """A key was registered; the older ones of its account end here."""
        for live in self.all_live(body["uid"], place):
            self.retire(live.jkt, place)
        key = Key(uid=body["uid"], pid=body["pid"], jkt=body["jkt"], jwk=body["jwk"], place=place)
        self._keys[key.jkt] = key
        self._of.setdefault(key.uid, []).append(key)
        self.persons[body["uid"]] = body["pid"]
        self.hpk[body["uid"]] = body["hpk"]

    def retire(self, jkt: str, place: Place) -> None:
        """A key ended."""
        self._ends.setdefault(jkt, []).append(place)

    def reset(self, body: Mapping[str, Any], place: Place) -> None:
        """Every key of an account ended; its HPKE point is another one from here on."""
        for key in self._of.get(body["uid"], ()):
            self.retire(key.jkt, place)
        self.persons.setdefault(body["uid"], body["pid"])
        self.hpk[body["uid"]] = body["hpk"]

    def get(self, jkt: str) -> Key | None:
        """The key of that thumbprint, live or ended."""
        return self._keys.get(jkt)

    def ended(self, jkt: str, at: Place) -> bool:
        """Whether the key had ended before that place."""
        return any(self._order.before(place, at) for place in self._ends.get(jkt, ()))

    def enrolled(self, log: str) -> frozenset[str]:
        """The accounts with a key that was registered in that log."""
        return frozenset(key.uid for key in self._keys.values() if key.place[0] == log)

    def ends(self, jkt: str) -> list[Place]:
        """Every place where the key ended."""
        return list(self._ends.get(jkt, ()))

    def all_live(self, uid: str, at: Place) -> list[Key]:
        """The keys of an account that are registered and not ended at that place."""
        return [
            key
            for key in self._of.get(uid, ())
            if self._order.before(key.place, at) and not self.ended(key.jkt, at)
        ]

    def person(self, uid: str) -> str:
        """The person of an account; an account that nobody knows stands for itself."""
        return self.persons.get(uid, uid)


class Standing:
    """Everything that the entries without a row say of keys, roles, sessions and devices."""

    def __init__(self) -> None:
        self.order = Order()
        self.keys = Keys(self.order)
        self.roles = Roles(self.order.before)
        self.machines: list[Machine] = []
        self.cut: dict[str, int] = {}
        self.sittings: dict[tuple[str, str], Sitting] = {}
        self.genesis: Mapping[str, Json] = {}
        self.genesis_hash = ""
        self.recovery = ""
        self.erased: set[str] = set()
        self.competent_seen = False
        self.refused: dict[Place, str] = {}
        """What was kept and not believed: the place of each such entry and the code of the finding about it."""
        self._states: dict[str, list[tuple[Place, bool]]] = {}

    def learn(self, entry: Entry, leaf: str) -> None:
        """Take over what a sound entry says; `leaf` is its b64u leaf hash."""
        place, body = (entry.log, entry.seq), entry.body
        known = _LEARN.get(entry.act)
        if known is not None and body is not None:
            known(self, body, place)
        elif entry.act == "session.open" and body is not None:
            self.order.saw(place, body.get("seen") or {})
            self.sittings[entry.log, body["sess"]] = Sitting(uid=entry.by.uid, opened=entry.seq)
        elif entry.act == "site.genesis" and body is not None:
            self.genesis_hash = leaf
            _found(self, body, place)
        elif entry.chg and entry.ent.t == "account":
            self._account(entry, place)

    def _account(self, entry: Entry, place: Place) -> None:
        """An entry made an account's row active or disabled."""
        for column, _, becomes in entry.chg:
            if column == "state":
                self._states.setdefault(entry.ent.id, []).append((place, becomes != "disabled"))

    def disabled(self, uid: str, at: Place) -> bool:
        """Whether the account is disabled for an entry at that place, by the newest word of somebody who might say so."""
        known = [active for place, active in self._states.get(uid, ()) if self.order.before(place, at)]
        return bool(known) and not known[-1]

    def log_of_device(self, jkt: str, thumbprint: Callable[[Jwk], str]) -> str:
        """The log that the device with this P-256 thumbprint writes; KeyError for a stranger."""
        for machine in reversed(self.machines):
            if thumbprint(machine.jwk) == jkt:
                return machine.log
        raise KeyError(jkt)

    def approvers_left(self, at: Place, utc: str) -> frozenset[str]:
        """Persons with a live key who are qa or manager at that place and instant."""
        return frozenset(
            self.keys.person(uid)
            for uid in self.roles.accounts()
            if self.keys.all_live(uid, at) and self.roles.held(uid, at, utc) & APPROVERS
        )


def _found(standing: Standing, body: Mapping[str, Any], place: Place) -> None:
    standing.genesis, standing.recovery = body, body["recovery"]
    for who in body["people"]:
        standing.keys.enrol(who, place)
        told = {**who, "scope": {"site": body["site"], "dept": None}, "to": None, "grade": None}
        standing.roles.grant(grant_of(told, place))
    device = body["device"]
    standing.machines.append(
        Machine(id=device["id"], log=place[0], jwk=device["jwk"], ed25519=device["ed25519"], place=place)
    )


def _enrol_device(standing: Standing, body: Mapping[str, Any], place: Place) -> None:
    standing.machines.append(
        Machine(id=body["id"], log=body["log"], jwk=body["jwk"], ed25519=body["ed25519"], place=place)
    )


def _close(standing: Standing, body: Mapping[str, Any], place: Place) -> None:
    held = standing.sittings.get((place[0], body["sess"]))
    # A second close of a session says nothing: it must not make room for entries in between.
    if held is not None and held.closed is None:
        standing.sittings[place[0], body["sess"]] = Sitting(uid=held.uid, opened=held.opened, closed=place[1])


def _recover(standing: Standing, body: Mapping[str, Any], place: Place) -> None:
    standing.recovery = body["recovery"]


_LEARN: Mapping[str, Callable[[Standing, Mapping[str, Any], Place], None]] = {
    "key.enrol": lambda standing, body, place: standing.keys.enrol(body, place),
    "key.retire": lambda standing, body, place: standing.keys.retire(body["jkt"], place),
    "key.reset": lambda standing, body, place: standing.keys.reset(body, place),
    "role.grant": lambda standing, body, place: standing.roles.grant(grant_of(body, place)),
    "role.revoke": lambda standing, body, place: standing.roles.revoke(grant_of(body, place)),
    "device.enrol": _enrol_device,
    "device.key": _enrol_device,
    "device.revoke": lambda standing, body, _place: standing.cut.__setitem__(body["log"], body["last_n"]),
    "session.close": _close,
    "recovery.used": _recover,
    "person.erase": lambda standing, body, _place: standing.erased.add(body["pid"]),
}

TEACHING = frozenset(_LEARN) | {"session.open", "site.genesis", "centre.descriptor"}
"""The acts that say something of keys, roles, sessions, devices or centres."""
