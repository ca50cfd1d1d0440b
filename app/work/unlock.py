"""What unlocking needs and nothing else: device secret, vault file, counters, and the slow check of a password.

- Imported before the first window is painted, so it knows neither rules nor SQL nor the operating system's keyring.
- A name that nobody has, a wrong password and one that can't be prepared cost the same and end the same.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.base.faults import CannotDecide
from app.base.ids import Random
from app.base.moment import Clock
from app.base.words import Value
from app.proof import vaultfile
from app.proof.device import Device
from app.proof.grants import GrantBad
from app.proof.password import KdfFloor
from app.proof.vault import LoginFailed, Opened, keys_of, open_slot, open_slot_of
from app.proof.vaultfile import Vault
from app.work.lockout import Lockout
from app.work.pending import Pending
from app.work.secrets import DeviceSecrets, load_device, load_ds

ANSWER_MS = 700
"""A failed attempt is answered after at least this long, whatever it was that failed."""


class Given(Value, frozen=True):
    """What was typed; empty where it was not asked."""

    user: str = ""
    password: str = ""
    code: str = ""

    def __repr__(self) -> str:
        return "Given()"


class Door(Value, frozen=True):
    """What lies outside the stores: folder, secrets, vault, device, counters, clock."""

    folder: Path
    secrets: DeviceSecrets
    ds: bytes
    device: Device
    vault: Vault
    gate: Lockout
    pending: Pending
    clock: Clock
    random: Random
    zone: str

    def __repr__(self) -> str:
        return f"Door({self.vault.vault})"


def door_of(folder: Path, secrets: DeviceSecrets, clock: Clock, random: Random, zone: str) -> Door:
    """What lies outside the stores. Faults `secrets.*`, `keyring.*`, `vault.damaged`, `store.missing`."""
    ds = load_ds(secrets)
    return Door(
        folder=folder,
        secrets=secrets,
        ds=ds,
        device=load_device(secrets),
        vault=vaultfile.read(folder, ds).vault,
        gate=Lockout(folder, secrets, ds),
        pending=Pending(folder, ds),
        clock=clock,
        random=random,
        zone=zone,
    )


@contextmanager
def answered_late(ms: int) -> Iterator[list[str]]:
    """Make a block in which something failed (its list is not empty at the end) last at least `ms`."""
    began, late = time.monotonic(), list[str]()
    yield late
    if late:
        threading.Event().wait(max(0.0, ms / 1000 - (time.monotonic() - began)))


def opened_slot(vault: Vault, ds: bytes, given: Given, *, uid: str | None = None) -> Opened | None:
    """The slot that opens: by user name, or that of an account known already. CannotDecide `vault.weak_slot`."""
    try:
        if uid is not None:
            return open_slot_of(vault, ds, uid, given.password)
        return open_slot(vault, ds, given.user, given.password)
    except LoginFailed:
        return None
    except KdfFloor:
        raise CannotDecide("vault.weak_slot") from None


def granted_keys(vault: Vault, opened: Opened, kind: str) -> list[bytes]:
    """The keys of `kind` (`db`, `pk`, `site`) granted to the slot, newest first. CannotDecide `vault.no_grant`."""
    try:
        keys = list(keys_of(vault, opened, kind).values())
    except GrantBad:
        raise CannotDecide("vault.no_grant") from None
    if not keys:
        raise CannotDecide("vault.no_grant")
    return keys
