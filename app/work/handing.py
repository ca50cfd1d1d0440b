"""Data keys from device to device of one site, by hand (formats §12; trust §3, §5).

- They never go through the centre or into history: erasing a person by destroying the key stays possible.
- Out go the keys of all persons who are not erased here, sealed for this site's devices; QA or an administrator does it.
- In comes only a key that this device's own history commits to, and of nobody erased here; all at once or nothing.
- Taken in again, a file changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.base.faults import CannotDecide, Fault
from app.base.words import Done, Json, Refused, Value
from app.domain.wire import Act
from app.proof import handed
from app.proof.envelope import commit
from app.proof.handed import DataKey, HandedBad, OtherVersion
from app.proof.vaultfile import replace_file
from app.store import pkeys
from app.work.ceremony import proven
from app.work.office import Office, commitments
from app.work.recording import recording
from app.work.scribe import SYS
from app.work.unlock import Given, granted_keys
from app.work.unread import unread_persons

NONCE = 12
MAY = ("qa", "admin")
ACT = "device.keys"


class HandedOut(Value, frozen=True):
    """What was handed out: how many keys, of how many persons."""

    keys: int
    persons: int


class Taken(Value, frozen=True):
    """What became of the keys of a file: `taken` in; `held` already; `unknown` to the history held here; of persons
    `erased` here; `refused` by name (`<pid>.<ver>`), another than history commits to. `missing` persons can't be read yet."""

    taken: int
    held: int
    unknown: int
    erased: int
    refused: tuple[str, ...]
    missing: int


def hand_out(office: Office, out: Path, given: Given) -> Done | Refused:
    """Write the keys file `out` (0600); the result is `HandedOut`. `given` is typed anew by whoever is signed in.

    Refused `role.may_not`, `session.none`, `login.*`. Faults `keys.exists`, `keys.too_many`, `disk.*`; CannotDecide
    `vault.no_grant`.
    """
    if out.exists():
        raise Fault("keys.exists", file=out.name)
    k_pk = _store_key(office, given)
    if isinstance(k_pk, Refused):
        return k_pk
    keys = [key for key in office.ring.held() if key[0] not in office.standing.erased]
    try:
        data = handed.seal(
            keys, site=office.site, vault=office.vault.vault, pk=office.vault.epoch("pk"), ds=office.ds,
            k_pk=k_pk, nonce=office.random(NONCE),
        )  # fmt: skip
    except ValueError:
        raise Fault("keys.too_many", keys=len(keys)) from None
    replace_file(out, data)
    return Done(nouns=frozenset(), result=HandedOut(keys=len(keys), persons=len({key[0] for key in keys})))


def take_in(office: Office, path: Path, given: Given) -> Done | Refused:
    """Take the keys of the file `path` in; the result is `Taken`.

    Refused as `hand_out`, and `keys.other_site`, `keys.other_epoch`, `keys.newer`. CannotDecide `keys.missing`,
    `keys.too_large`, `keys.damaged` (changed, cut short, or sealed with other secrets); Faults `disk.*`, `store.*`.
    """
    data = _bytes_of(path)
    k_pk = _store_key(office, given)
    if isinstance(k_pk, Refused):
        return k_pk
    keys = _opened(office, path, data, k_pk)
    if isinstance(keys, Refused):
        return keys
    told = _sorted_out(office, keys)
    return Done(nouns=frozenset({"person"} if told.taken else ()), result=told)


def _store_key(office: Office, given: Given) -> bytes | Refused:
    """K_pk, opened with the password of whoever is signed in and may hand keys on."""
    session = office.session
    if session is None:
        return Refused("session.none")
    now, here = office.clock.now().instant, (office.tail.log, office.tail.n)
    roles = office.standing.roles
    if not any(roles.holds(session.uid, role, here, now.utc, office.site, None) for role in MAY):
        with recording(office) as made:
            body: dict[str, Json] = {"act": ACT, "code": "role.may_not"}
            made.act(SYS, Act(ACT="rbac.denied", NOUN="account", id=session.uid, body=body))
        return Refused("role.may_not", {"act": ACT})
    opened = proven(office, given)
    if isinstance(opened, Refused):
        return opened
    if opened.uid != session.uid:
        return Refused("login.failed")
    return granted_keys(office.vault, opened, "pk")[0]


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(handed.LIMIT + 1)
    except OSError:
        raise CannotDecide("keys.missing", file=path.name) from None
    if len(data) > handed.LIMIT:
        raise CannotDecide("keys.too_large", file=path.name)
    return data


def _opened(office: Office, path: Path, data: bytes, k_pk: bytes) -> list[DataKey] | Refused:
    """The keys of a file that was made for this site, vault and epoch."""
    try:
        head = handed.head_of(data)
        if (head.site, head.vault) != (office.site, office.vault.vault):
            return Refused("keys.other_site", {"file": path.name, "site": head.site})
        if head.pk != office.vault.epoch("pk"):
            return Refused("keys.other_epoch", {"file": path.name, "epoch": head.pk})
        return handed.open_sealed(data, head, ds=office.ds, k_pk=k_pk)
    except OtherVersion:
        return Refused("keys.newer", {"file": path.name})
    except HandedBad:
        raise CannotDecide("keys.damaged", file=path.name) from None


def _sorted_out(office: Office, keys: Iterable[DataKey]) -> Taken:
    """Judge each key by this device's own history, and keep the good ones in one transaction."""
    with office.store.read() as tx:
        committed = commitments(tx)
    counts = dict.fromkeys(("held", "unknown", "erased"), 0)
    refused: list[str] = []
    with office.persons.write() as tx:
        held = {key[:2]: key[2] for key in pkeys.deks(tx)}
        good: list[DataKey] = []
        for pid, ver, dek in keys:
            word = _judged(office, (pid, ver, dek), held.get((pid, ver)), committed.get((pid, ver)))
            if word == "good":
                good.append((pid, ver, dek))
            elif word == "refused":
                refused.append(f"{pid}.{ver}")
            else:
                counts[word] += 1
        # What lies in such a place is not the key that history commits to, and opens nothing.
        pkeys.remove(tx, [key[:2] for key in good if key[:2] in held])
        pkeys.add(tx, good)
    office.ring.learn(good)
    missing = len(unread_persons(office))
    return Taken(taken=len(good), **counts, refused=tuple(refused), missing=missing)


def _judged(office: Office, key: DataKey, held: bytes | None, committed: str | None) -> str:
    """`good`, `held`, `unknown`, `erased` or `refused`."""
    pid, _, dek = key
    if pid in office.standing.erased:
        return "erased"
    if committed is None:
        return "unknown"
    if committed != commit(dek):
        return "refused"
    return "held" if held == dek else "good"
