"""How often a name may be tried before sign-in (formats §2 `vault.lock`; trust §1.6; decision 31).

- Five failures of one typed name, known or not, close it for 15 minutes; a success or QA's unlock forgets them.
- Time is `up` within one boot: the wall clock has no part in it. After a restart the 15 minutes begin anew with
  that boot and have to pass in one boot: the strict reading, which a restart can only lengthen.
- Fewer than five failures count until a success, however long that takes; a wait that is over counts no more.
- `failed` is called *before* the slow check of a password and `succeeded` after it: killing the program during
  the check gains no try.
- Two copies, `vault.lock` under a MAC and the secrets' item `lock`; the worse of the two holds. Deleting both
  takes the operating-system account (A5): then only the slow derivation bounds guessing.
- Ten names are kept; the oldest beyond go into `other`, which counts for every name not listed, for 15 minutes
  from the latest of them: pushing a name out gains no more tries than waiting does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from app.base.codec import NotCanonical, pack, unpack
from app.base.faults import Fault
from app.base.moment import Reading
from app.base.words import Json, Value
from app.proof.derive import expand, tag, tag_holds
from app.proof.vaultfile import replace_file
from app.work.secrets import LIMIT as ITEM
from app.work.secrets import DeviceSecrets

NAME = "vault.lock"
LABEL = "cs/lock-mac/v1"
OTHER = "other"
TRIES = 5
WAIT_MS = 15 * 60_000
NAMES = 10
MOST = 99
SID = re.compile(r"[0-9a-f]{32}")


class Count(Value, frozen=True):
    """How often a name failed, and the reading of the last failure."""

    fails: int
    up: int
    boot: str

    def left_ms(self, boot: str, up: int) -> int:
        """How much of the 15 minutes since the last failure is still to come, in ms."""
        # Less uptime than then is another boot too, where boots have no id.
        passed = up - self.up if boot == self.boot and up >= self.up else up
        return max(0, WAIT_MS - passed)


Counts = Mapping[str, Count]


class Lockout:
    """The counters of one data folder, in both their places."""

    def __init__(self, folder: Path, secrets: DeviceSecrets, ds: bytes) -> None:
        self._path = folder / NAME
        self._secrets = secrets
        self._key = expand(ds, LABEL)

    def wait_ms(self, sid: str, reading: Reading) -> int:
        """How long the name of this slot has to wait, 0 = it may try. Faults as the secrets' `read`."""
        count = _worst(self._alive(reading), sid, reading)
        return count.left_ms(reading.boot, reading.up) if count is not None and count.fails >= TRIES else 0

    def left(self, sid: str, reading: Reading) -> int:
        """How many failures are left before the name of this slot has to wait. Faults as the secrets' `read`."""
        count = _worst(self._alive(reading), sid, reading)
        return max(0, TRIES - (count.fails if count is not None else 0))

    def failed(self, sid: str, reading: Reading) -> int:
        """Count a failure, before the check; returns how many count now.

        Fault `disk.*`, `store.read_only`, or as the secrets' `read` and `write`: then nothing may be checked.
        """
        both = self._alive(reading)
        before = _worst(both, sid, reading)
        count = Count(fails=min(MOST, (before.fails if before else 0) + 1), up=reading.up, boot=reading.boot)
        self._keep(_fitted({**_merged(*both, reading.boot), sid: count}, sid))
        return count.fails

    def succeeded(self, sid: str) -> None:
        """Forget what the name failed. Faults as `failed`."""
        self.cleared(sid)

    def cleared(self, sid: str) -> None:
        """Let the name in again, as QA's signed unlock says. Faults as `failed`."""
        both = self._both()
        rest = _merged(*both, "")
        rest.pop(_checked(sid), None)
        other = rest.get(OTHER)
        if other is not None:
            # Unlisted it would inherit from `other`: it is listed with nothing for as long as that counts.
            rest = _fitted({**rest, sid: Count(fails=0, up=other.up, boot=other.boot)}, sid)
        if any(rest != counts for counts in both):
            self._keep(rest)

    def _alive(self, reading: Reading) -> tuple[Counts, Counts]:
        mine, outside = self._both()
        return _alive(mine, reading), _alive(outside, reading)

    def _both(self) -> tuple[Counts, Counts]:
        return self._mine(), _counts(self._outside())

    def _mine(self) -> Counts:
        """The counters of `vault.lock`; none if it is not exactly what was written here."""
        try:
            members = unpack(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except NotCanonical:
            return {}
        except OSError as error:
            raise Fault("store.unreadable") from error
        if not isinstance(members, dict) or not tag_holds(self._key, members):
            return {}
        return _counts(members.get("lock"))

    def _outside(self) -> Json:
        text = self._secrets.read("lock")
        try:
            return None if text is None else unpack(text.encode("utf-8"))
        except NotCanonical:
            return None

    def _keep(self, counts: Counts) -> None:
        lock = _lock(counts)
        members: dict[str, Json] = {"v": 1, "lock": lock}
        replace_file(self._path, pack({**members, "mac": tag(self._key, members)}))
        self._secrets.write("lock", pack(lock).decode("ascii"))


def _checked(sid: str) -> str:
    if not SID.fullmatch(sid):
        raise ValueError(f"not a slot: {sid!r}")
    return sid


def _worst(both: tuple[Counts, Counts], sid: str, reading: Reading) -> Count | None:
    """What counts for a name: in each copy its own counter or else `other`, then the worse of the two."""
    found = [counts.get(_checked(sid), counts.get(OTHER)) for counts in both]
    return max(
        (count for count in found if count is not None),
        key=lambda count: (count.fails, count.left_ms(reading.boot, reading.up)),
        default=None,
    )


def _merged(mine: Counts, outside: Counts, boot: str) -> dict[str, Count]:
    """Every name of either copy, the worse of the two where both have it."""
    merged = dict(mine)
    for name, count in outside.items():
        merged[name] = _joined(merged.get(name), count, boot)
    return merged


def _alive(counts: Counts, reading: Reading) -> dict[str, Count]:
    """Those that still count: a wait that is over does not, nor does a nothing that no `other` calls for."""
    alive = {
        name: count
        for name, count in counts.items()
        if count.left_ms(reading.boot, reading.up) or (name != OTHER and count.fails < TRIES)
    }
    return {name: count for name, count in alive.items() if count.fails or OTHER in alive}


def _fitted(counts: dict[str, Count], keep: str) -> dict[str, Count]:
    """At most ten names and one keyring item; the oldest go into `other`, the name `keep` never."""
    boot = counts[keep].boot
    while len(names := [name for name in counts if name != OTHER]) > NAMES or _too_long(counts):
        oldest = min(
            (name for name in names if name != keep),
            key=lambda name: (counts[name].boot == boot, counts[name].up),
        )
        gone = counts.pop(oldest)
        counts[OTHER] = _joined(counts.get(OTHER), gone, boot)
    return counts


def _joined(one: Count | None, two: Count, boot: str) -> Count:
    """The larger count with the later time; what is of this `boot` is later than what is not."""
    if one is None:
        return two
    later = max(one, two, key=lambda count: (count.boot == boot, count.up))
    return Count(fails=max(one.fails, two.fails), up=later.up, boot=later.boot)


def _too_long(counts: Counts) -> bool:
    return len(pack(_lock(counts))) > ITEM


def _lock(counts: Counts) -> dict[str, Json]:
    return {name: [count.fails, count.up, count.boot] for name, count in counts.items()}


def _counts(lock: Json) -> Counts:
    """The counters in a `lock` object; a member of another form counts for nothing."""
    if not isinstance(lock, dict):
        return {}
    return {
        name: Count(fails=value[0], up=value[1], boot=value[2])
        for name, value in lock.items()
        if isinstance(value, list) and [type(part) for part in value] == [int, int, str]
    }
