"""Slots and grants of vault.json (formats §3; trust §1.1, §1.2).

- A slot opens with user name, password and device secret together; its wraps are bound to its parameters, its
  account and its vault, so that none can be moved, relabelled or weakened.
- An unknown or disabled name costs as much as a wrong password and ends in the same way.
- A new password means a new salt; the keys inside stay. A reset means new keys; the old ones can't come back.
- Grants are sealed to points that the caller has from history, never to what the file says.
- Every change returns the next vault; `vaultfile.write` keeps it.
"""

from __future__ import annotations

import hmac
import unicodedata
import uuid
from collections.abc import Iterable
from hashlib import sha256

from msgspec.structs import replace

from app.base.ids import Random
from app.base.words import Value
from app.proof.derive import KEY, WrapBad, expand, point_of, private_of, unwrap, wrap
from app.proof.grants import RECOVERY, fingerprint, new_pair, open_grant, seal
from app.proof.password import ARGON2ID, SALT, Kdf, KdfFloor, context, new_kdf, prepare, stretch
from app.proof.vaultfile import EPOCHS, Grant, Slot, Vault, VaultBad

UVK_LABEL = "cs/slot/uvk/v1"
HSK_LABEL = "cs/slot/hsk/v1"
NO_PASSWORD = b"\0"
"""Stands for what is no password at all; preparing never yields it."""


class LoginFailed(Exception):
    """User name, password or both are wrong. Never says which."""


class KeyBad(LoginFailed):
    """The password is right, but the account's HPKE key does not open under it: the file was changed. Carries the uid."""


class Opened(Value, frozen=True):
    """An opened slot: the 32-byte vault key and the HPKE scalar are secret and never shown."""

    sid: str
    uid: str
    st: str
    uvk: bytes
    scalar: bytes

    @property
    def hpk(self) -> bytes:
        """The 65-byte point that belongs to the scalar, whatever the file says."""
        return point_of(private_of(self.scalar))

    def __repr__(self) -> str:
        return f"Opened({self.uid})"


def new_vault(random: Random) -> Vault:
    """An empty vault of epoch 1 with a fresh UUID, not yet written (generation 0)."""
    name = str(uuid.UUID(bytes=random(16), version=4))
    return Vault(vault=name, gen=0, epochs={kind: {"epoch": 1} for kind in EPOCHS})


def slot_id(ds: bytes, username: str) -> str:
    """`sid`: 32 hex digits; names that differ in case, width or outer blanks have the same."""
    name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", username).casefold()).strip()
    data = b"cs/slot-id/v1" + name.encode("utf-8", "surrogatepass")
    return hmac.new(ds, data, sha256).digest()[:16].hex()


def with_new_slot(
    vault: Vault,
    ds: bytes,
    uid: str,
    username: str,
    password: str,
    random: Random,
    *,
    st: str,
    kdf: Kdf | None = None,
) -> tuple[Vault, Opened]:
    """A slot with fresh keys for `uid`, in place of any it had; without grants.

    `st` is `active` or `temp`. ValueError if the name is another account's or the password can't be prepared.
    """
    scalar, _ = new_pair(random)
    opened = Opened(sid=slot_id(ds, username), uid=uid, st=st, uvk=random(KEY), scalar=scalar)
    slot = _wrapped(vault.vault, ds, opened, password, kdf or new_kdf(random), random)
    return _with_slot(vault, slot), opened


def rewrapped(
    vault: Vault,
    ds: bytes,
    opened: Opened,
    username: str,
    password: str,
    random: Random,
    kdf: Kdf | None = None,
) -> tuple[Vault, Opened]:
    """The slot under another password or name: new salt, same keys, same grants. ValueError as above."""
    old = vault.slot_of(opened.uid)
    if old is None or old.st == "disabled":
        raise ValueError("no slot to wrap again")
    again = replace(opened, sid=slot_id(ds, username), st="active")
    slot = _wrapped(vault.vault, ds, again, password, kdf or new_kdf(random), random)
    return _with_slot(vault, replace(slot, grants=old.grants, more=old.more)), again


def open_slot(vault: Vault, ds: bytes, username: str, password: str) -> Opened:
    """The keys of the slot that name, password and device secret open; LoginFailed otherwise. Slow by design.

    KdfFloor for a slot below the floor, before anything is tried on it.
    An unknown or disabled name, a wrong password and one that can't be prepared take the same work.
    """
    sid = slot_id(ds, username)
    return _unlock(vault, ds, next((slot for slot in vault.slots if slot.sid == sid), None), password)


def open_slot_of(vault: Vault, ds: bytes, uid: str, password: str) -> Opened:
    """As `open_slot`, for an account that is known already: a later signing of a session."""
    return _unlock(vault, ds, vault.slot_of(uid), password)


def granted(vault: Vault, uid: str, point: bytes, kind: str, epoch: int, key: bytes) -> Vault:
    """With the 32-byte `key` sealed to `uid`, whose `point` the caller has from history.

    VaultBad when the file names another point, or has no live slot of `uid`.
    """
    slot = vault.slot_of(uid)
    if slot is None or slot.st == "disabled" or slot.hpk != point:
        raise VaultBad(f"the slot of {uid} is not the one in history")
    ct = seal(point, key, vault=vault.vault, uid=uid, kind=kind, epoch=epoch)
    grant = Grant(k=kind, e=epoch, ct=ct)
    return _with_slot(vault, replace(slot, grants=(*_others(slot.grants, kind, epoch), grant)))


def keys_of(vault: Vault, opened: Opened, kind: str) -> dict[int, bytes]:
    """Every key of `kind` granted to the opened slot, by epoch, newest first; grants.GrantBad."""
    slot = vault.slot_of(opened.uid)
    held = () if slot is None else slot.grants
    return _opened(held, opened.scalar, vault.vault, opened.uid, kind)


def recovery_granted(vault: Vault, point: bytes, kind: str, epoch: int, key: bytes) -> Vault:
    """With `key` sealed to the recovery key `point`; what was sealed to an older kit goes."""
    ct = seal(point, key, vault=vault.vault, uid=RECOVERY, kind=kind, epoch=epoch)
    fpr = fingerprint(point)
    kept = tuple(grant for grant in _others(vault.recovery, kind, epoch) if grant.fpr == fpr)
    return replace(vault, recovery=(*kept, Grant(k=kind, e=epoch, ct=ct, fpr=fpr)))


def recovery_keys(vault: Vault, scalar: bytes, kind: str) -> dict[int, bytes]:
    """Every key of `kind` that the recovery scalar opens, newest first; grants.GrantBad for another kit."""
    return _opened(vault.recovery, scalar, vault.vault, RECOVERY, kind)


def at_epoch(vault: Vault, kind: str, epoch: int) -> Vault:
    """With `epoch` as the present one of `kind`; grants stay."""
    return replace(vault, epochs={**vault.epochs, kind: {**vault.epochs[kind], "epoch": epoch}})


def without_epoch(vault: Vault, kind: str, epoch: int) -> Vault:
    """Without any grant of one epoch: the last step of a rotation. Write it twice."""
    slots = tuple(replace(slot, grants=_others(slot.grants, kind, epoch)) for slot in vault.slots)
    return replace(vault, slots=slots, recovery=_others(vault.recovery, kind, epoch))


def disabled(vault: Vault, uid: str) -> Vault:
    """With the slot of `uid` reduced to its names; KeyError without one. Write it twice."""
    slot = vault.slot_of(uid)
    if slot is None:
        raise KeyError(uid)
    return _with_slot(vault, Slot(sid=slot.sid, uid=uid, st="disabled"))


def _unlock(vault: Vault, ds: bytes, slot: Slot | None, password: str) -> Opened:
    try:
        prepared = prepare(password)
    except ValueError:
        prepared = NO_PASSWORD
    if slot is None or slot.kdf is None:
        stretch(prepared, ds, _decoy(vault), "u_nobody", vault.vault)
        raise LoginFailed
    if slot.weak:
        raise KdfFloor("the slot was made weaker than the floor")
    st = stretch(prepared, ds, slot.kdf, slot.uid, vault.vault)
    x = context(slot.kdf, slot.uid, vault.vault)
    try:
        uvk = unwrap(expand(st, UVK_LABEL), slot.uvk, x)
    except WrapBad:
        raise LoginFailed from None
    try:
        scalar = unwrap(expand(uvk, HSK_LABEL), slot.hsk, x)
    except WrapBad:
        raise KeyBad(slot.uid) from None
    return Opened(sid=slot.sid, uid=slot.uid, st=slot.st, uvk=uvk, scalar=scalar)


def _wrapped(vault: str, ds: bytes, opened: Opened, password: str, kdf: Kdf, random: Random) -> Slot:
    x = context(kdf, opened.uid, vault)
    st = stretch(prepare(password), ds, kdf, opened.uid, vault)
    return Slot(
        sid=opened.sid,
        uid=opened.uid,
        st=opened.st,
        kdf=kdf,
        uvk=wrap(expand(st, UVK_LABEL), opened.uvk, x, random),
        hpk=opened.hpk,
        hsk=wrap(expand(opened.uvk, HSK_LABEL), opened.scalar, x, random),
    )


def _with_slot(vault: Vault, slot: Slot) -> Vault:
    """`slot` in its account's place, or at the end."""
    if any(other.sid == slot.sid and other.uid != slot.uid for other in vault.slots):
        raise ValueError("the user name is another account's")
    if vault.slot_of(slot.uid) is None:
        return replace(vault, slots=(*vault.slots, slot))
    return replace(vault, slots=tuple(slot if other.uid == slot.uid else other for other in vault.slots))


def _decoy(vault: Vault) -> Kdf:
    """Parameters to spend on a name that has no slot: those of a real one."""
    return next(
        (slot.kdf for slot in vault.slots if slot.kdf is not None and not slot.weak),
        Kdf(id=ARGON2ID, salt=bytes(SALT)),
    )


def _others(held: Iterable[Grant], kind: str, epoch: int) -> tuple[Grant, ...]:
    return tuple(grant for grant in held if (grant.k, grant.e) != (kind, epoch))


def _opened(held: Iterable[Grant], scalar: bytes, vault: str, uid: str, kind: str) -> dict[int, bytes]:
    chosen = sorted((grant for grant in held if grant.k == kind), key=lambda grant: -grant.e)
    return {
        grant.e: open_grant(scalar, grant.ct, vault=vault, uid=uid, kind=kind, epoch=grant.e)
        for grant in chosen
    }
