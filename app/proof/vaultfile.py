"""The file vault.json: its shape, its MAC, and how it is kept (formats §3; trust §1.1).

- Canonical bytes under a MAC of the device secret; members unknown to this program are kept and covered.
- Bytes that are not exactly what was written are refused, then the generation before is tried.
- A slot below the floor is read and marked `weak`: a verifier reports it, opening it is refused before anything is tried.
- Written beside its name, flushed, renamed: at every moment one genuine file is there.
- Whether the generation is older than the anchor's `vg`, the caller asks.
"""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from app.base.codec import NotCanonical, b64u, pack, parse, unb64u, unpack
from app.base.faults import CannotDecide, Fault
from app.base.words import Json, Value
from app.proof.derive import expand, tag, tag_holds
from app.proof.password import Kdf, KdfFloor, check_floor, parse_kdf

T = TypeVar("T")

NAME = "vault.json"
PREVIOUS = "vault.json.1"
VERSION = 1
EPOCHS = ("db", "pk", "site")
STATES = frozenset({"active", "temp"})


class VaultBad(Exception):
    """Not a vault written under this device secret, or one that contradicts history."""


class Grant(Value, frozen=True):
    """A sealed key of kind `db`, `pk` or `site` and epoch `e`; `fpr` names the recovery key, if it is for one."""

    k: str
    e: int
    ct: bytes
    fpr: str | None = None
    more: Mapping[str, Json] = {}


class Unknown(Kdf, frozen=True):
    """Parameters of a function that this program doesn't know, kept as they are and never used."""

    raw: Mapping[str, Json] = {}

    def members(self) -> dict[str, Json]:
        """Exactly what was read."""
        return dict(self.raw)


class Slot(Value, frozen=True):
    """One account's way in. A disabled slot has neither parameters, keys nor grants; a `weak` one is never opened."""

    sid: str
    uid: str
    st: str
    kdf: Kdf | None = None
    uvk: bytes = b""
    hpk: bytes = b""
    hsk: bytes = b""
    grants: tuple[Grant, ...] = ()
    more: Mapping[str, Json] = {}
    weak: bool = False


class Vault(Value, frozen=True):
    """The whole file; `epochs` holds the objects `db`, `pk` and `site`, `gen` the last generation written."""

    vault: str
    gen: int
    epochs: Mapping[str, Mapping[str, Json]]
    recovery: tuple[Grant, ...] = ()
    slots: tuple[Slot, ...] = ()
    more: Mapping[str, Json] = {}

    def epoch(self, kind: str) -> int:
        """The present epoch of `db`, `pk` or `site`."""
        return int(self.epochs[kind]["epoch"])

    def slot_of(self, uid: str) -> Slot | None:
        """The slot of an account, disabled or not."""
        return next((slot for slot in self.slots if slot.uid == uid), None)


class Found(Value, frozen=True):
    """What `read` found, and in which file."""

    vault: Vault
    used: str


def encode(vault: Vault, ds: bytes) -> bytes:
    """The bytes of the file, MACed."""
    members: dict[str, Json] = {
        **vault.more,
        "v": VERSION,
        "vault": vault.vault,
        "gen": vault.gen,
        **vault.epochs,
        "recovery": [_grant_members(grant) for grant in vault.recovery],
        "slots": [_slot_members(slot) for slot in vault.slots],
    }
    return pack({**members, "mac": tag(_mac_key(ds), members)})


def decode(data: bytes, ds: bytes) -> Vault:
    """The vault of a file's bytes.

    VaultBad for other bytes or another device secret; CannotDecide `vault.newer` for a version that this program
    doesn't know. A slot below the floor is marked `weak`.
    """
    try:
        members = unpack(data)
        if not isinstance(members, dict) or not tag_holds(_mac_key(ds), members):
            raise VaultBad("the MAC does not hold")
        return _vault_of(dict(members))
    except NotCanonical as error:
        raise VaultBad(str(error)) from None


def read(folder: Path, ds: bytes) -> Found:
    """The vault of a data folder; the generation before when the newest file is not genuine.

    Fault `store.missing`, `store.unreadable`; CannotDecide `vault.damaged` when neither is; else as `decode`.
    """
    present = False
    for name in (NAME, PREVIOUS):
        data = _bytes_of(folder / name)
        if data is None:
            continue
        present = True
        try:
            return Found(vault=decode(data, ds), used=name)
        except VaultBad:
            continue
    if not present:
        raise Fault("store.missing", file=NAME)
    raise CannotDecide("vault.damaged")


def vault_id(folder: Path) -> str:
    """The id as a file claims it, not yet verified: needed to find the device secret. Faults as `read`."""
    present = False
    for name in (NAME, PREVIOUS):
        data = _bytes_of(folder / name)
        if data is None:
            continue
        present = True
        try:
            return str(uuid.UUID(parse(data)["vault"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    if not present:
        raise Fault("store.missing", file=NAME)
    raise CannotDecide("vault.damaged")


def write(folder: Path, vault: Vault, ds: bytes, *, twice: bool = False) -> Vault:
    """Keep the next generation and return it; the genuine file before stays as `vault.json.1`.

    `twice`: so that the file before holds no older grant either. Faults as `replace_file`.
    """
    for _ in range(2 if twice else 1):
        vault = replace(vault, gen=vault.gen + 1)
        before = _bytes_of(folder / NAME)
        # A damaged file must never push the good one out of `.1`.
        if before is not None and _genuine(before, ds):
            replace_file(folder / PREVIOUS, before)
        replace_file(folder / NAME, encode(vault, ds))
    return vault


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` in place of `path`, whole or not at all, mode 0600: beside it, flushed, renamed.

    Fault `disk.full`, `disk.failed`, `store.read_only`; the old file then stays.
    """
    partial = path.with_name(path.name + ".tmp")
    try:
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        flush_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise disk_fault(error) from error


def flush_folder(folder: Path) -> None:
    """Make a rename in `folder` last through a power cut; Windows has no such call and needs none."""
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def disk_fault(error: OSError) -> Fault:
    """The Fault that a failed write means."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Fault("disk.full")
    return Fault(
        "store.read_only" if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS) else "disk.failed"
    )


def _mac_key(ds: bytes) -> bytes:
    return expand(ds, "cs/vault-mac/v1")


def _genuine(data: bytes, ds: bytes) -> bool:
    try:
        decode(data, ds)
    except VaultBad:
        return False
    return True


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Fault("store.unreadable") from error


def _vault_of(members: dict[str, Json]) -> Vault:
    version = _take(members, "v", int)
    if version != VERSION:
        raise CannotDecide("vault.newer", found=version, known=VERSION)
    del members["mac"]
    epochs = {kind: _take(members, kind, dict) for kind in EPOCHS}
    for epoch in epochs.values():
        _take(dict(epoch), "epoch", int)
    slots = tuple(_slot_of(_object(slot)) for slot in _take(members, "slots", list))
    if len({slot.sid for slot in slots}) < len(slots) or len({slot.uid for slot in slots}) < len(slots):
        raise VaultBad("two slots of one name")
    return Vault(
        vault=_take(members, "vault", str),
        gen=_take(members, "gen", int),
        epochs=epochs,
        recovery=tuple(_grant_of(_object(grant), sealed_to=True) for grant in _take(members, "recovery", list)),
        slots=slots,
        more=members,
    )


def _slot_of(members: dict[str, Json]) -> Slot:
    sid, uid, st = (_take(members, name, str) for name in ("sid", "uid", "st"))
    if st == "disabled":
        return Slot(sid=sid, uid=uid, st=st, more=members)
    if st not in STATES:
        raise VaultBad(f"a slot can't be {st!r}")
    kdf, weak = _kdf_of(_take(members, "kdf", dict))
    return Slot(
        sid=sid,
        uid=uid,
        st=st,
        kdf=kdf,
        uvk=unb64u(_take(members, "uvk", str)),
        hpk=unb64u(_take(members, "hpk", str)),
        hsk=unb64u(_take(members, "hsk", str)),
        grants=tuple(_grant_of(_object(grant), sealed_to=False) for grant in _take(members, "grants", list)),
        more=members,
        weak=weak,
    )


def _kdf_of(members: dict[str, Json]) -> tuple[Kdf, bool]:
    """The parameters, and whether they are too weak to be used; of an unknown function only that."""
    try:
        kdf = parse_kdf(members)
    except KdfFloor:
        return Unknown(id="", salt=b"", raw=members), True
    try:
        check_floor(kdf)
    except KdfFloor:
        return kdf, True
    return kdf, False


def _grant_of(members: dict[str, Json], *, sealed_to: bool) -> Grant:
    return Grant(
        k=_take(members, "k", str),
        e=_take(members, "e", int),
        ct=unb64u(_take(members, "ct", str)),
        fpr=_take(members, "fpr", str) if sealed_to else None,
        more=members,
    )


def _slot_members(slot: Slot) -> dict[str, Json]:
    members: dict[str, Json] = {**slot.more, "sid": slot.sid, "uid": slot.uid, "st": slot.st}
    if slot.kdf is None:
        return members
    return {
        **members,
        "kdf": slot.kdf.members(),
        "uvk": b64u(slot.uvk),
        "hpk": b64u(slot.hpk),
        "hsk": b64u(slot.hsk),
        "grants": [_grant_members(grant) for grant in slot.grants],
    }


def _grant_members(grant: Grant) -> dict[str, Json]:
    named = {} if grant.fpr is None else {"fpr": grant.fpr}
    return {**grant.more, "k": grant.k, "e": grant.e, **named, "ct": b64u(grant.ct)}


def _object(value: Json) -> dict[str, Json]:
    if type(value) is not dict:
        raise VaultBad("not an object")
    return dict(value)


def _take(members: dict[str, Json], name: str, kind: type[T]) -> T:
    """The member `name`, which must be there and of this kind; taken out of `members`."""
    value = members.pop(name, None)
    if type(value) is not kind:
        raise VaultBad(f"the member {name} is missing or of another kind")
    return value
