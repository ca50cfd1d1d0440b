"""What is verified: a folder, opened with one person's password and the device secret, nothing believed yet.

- Opening alone may find something: a vault file whose MAC fails, a weak slot, a grant that opens for nobody.
- Without a way in there is nothing to decide, unless what keeps one out is itself a finding.
- Keys are held only here and in the processes that need them; none is ever shown.
"""

from __future__ import annotations

from pathlib import Path

from app.audit.findings import Counts, Finding, Findings, Report
from app.audit.judge import Store
from app.base.faults import CannotDecide, Fault
from app.base.words import Value
from app.proof import vaultfile
from app.proof.grants import GrantBad, open_grant
from app.proof.password import KdfFloor
from app.proof.vault import KeyBad, LoginFailed, Opened, open_slot
from app.proof.vaultfile import Slot, Vault
from app.store.lock import writer_present
from app.store.vault import connect_reading

DATABASES = (("main.db", "main", "db"), ("pkeys.db", "pkeys", "pk"))
PROCESSES = 2
ALONE = 20_000
"""Up to this many entries another process costs more than it saves."""


class Case(Value, frozen=True):
    """Everything `verify` needs. `stores` holds path and key of `main` and `pkeys`, without those that open under no key;
    `anchor` the text kept outside the folder, None if there is none; `bundle` a trust bundle's bytes or None."""

    folder: Path
    vault: Vault
    opened: Opened
    keys: dict[str, dict[int, bytes]]
    stores: dict[str, Store]
    ds: bytes
    anchor: str | None
    bundle: bytes | None
    findings: list[Finding]
    workers: int
    alone: int = ALONE

    def __repr__(self) -> str:
        return f"Case({self.folder})"


def how(bundle: bytes | None) -> str:
    """What trust rests on (formats §6)."""
    return "first-use" if bundle is None else "bundle"


def open_case(
    folder: Path, ds: bytes, anchor: str | None, user: str, password: str, *, bundle: bytes | None = None,
    workers: int = PROCESSES, alone: int = ALONE,
) -> Case | Report:  # fmt: skip
    """The case, or at once the report where a finding keeps one out (a weak own slot, no genuine vault file).

    CannotDecide `login.failed` for a name and password that open nothing; Fault `store.missing`, `store.unreadable`.
    """
    found = Findings()
    vault = _vault(folder, ds, found)
    if vault is None:
        return _closed(found, bundle)
    for slot in vault.slots:
        if slot.weak:
            found.add("KDF_FLOOR", entity=f"account/{slot.uid}")
    try:
        opened = open_slot(vault, ds, user, password)
    except KdfFloor:
        return _closed(found, bundle)
    except KeyBad as bad:
        found.add("VAULT_MAC", entity=f"account/{bad}", note="hsk")
        return _closed(found, bundle)
    except LoginFailed:
        if found.rows():
            return _closed(found, bundle)
        raise CannotDecide("login.failed") from None
    keys = _keys(vault, opened, found)
    return Case(
        folder=folder, vault=vault, opened=opened, keys=keys, stores=_stores(folder, vault, keys, found), ds=ds,
        anchor=anchor, bundle=bundle, findings=found.rows(), workers=workers,
        alone=alone,
    )  # fmt: skip


def _closed(found: Findings, bundle: bytes | None) -> Report:
    return Report(findings=tuple(found.sorted()), counts=Counts(), how=how(bundle))


def _vault(folder: Path, ds: bytes, found: Findings) -> Vault | None:
    try:
        held = vaultfile.read(folder, ds)
    except CannotDecide as fault:
        if fault.code != "vault.damaged":
            raise
        found.add("VAULT_MAC", note="no file holds")
        return None
    if held.used != vaultfile.NAME:
        found.add("VAULT_MAC", note=vaultfile.NAME)
    return held.vault


def _keys(vault: Vault, opened: Opened, found: Findings) -> dict[str, dict[int, bytes]]:
    """Every key granted to the person, by kind and epoch. A grant that does not open for its owner is VAULT_MAC."""
    slot = vault.slot_of(opened.uid) or Slot(sid="", uid=opened.uid, st="disabled")
    if slot.hpk != opened.hpk:
        found.add("VAULT_MAC", entity=f"account/{opened.uid}", note="hpk is not the key in hsk")
    keys: dict[str, dict[int, bytes]] = {}
    for grant in slot.grants:
        try:
            key = open_grant(
                opened.scalar, grant.ct, vault=vault.vault, uid=opened.uid, kind=grant.k, epoch=grant.e
            )
            keys.setdefault(grant.k, {})[grant.e] = key
        except GrantBad:
            found.add("VAULT_MAC", entity=f"account/{opened.uid}", note=f"grant {grant.k}:{grant.e}")
    return keys


def _stores(folder: Path, vault: Vault, keys: dict[str, dict[int, bytes]], found: Findings) -> dict[str, Store]:
    """Path and key of each database that opens: the present epoch first, then the newest (a rotation may have been cut)."""
    stores, busy = {}, writer_present(folder)
    for name, kind, grant in DATABASES:
        held, now = keys.get(grant, {}), vault.epoch(grant)
        for epoch in sorted(held, key=lambda e: (e == now, e), reverse=True):
            try:
                _, end = connect_reading(folder / name, held[epoch], kind=kind, busy=busy)
            except Fault as fault:
                if fault.code == "store.newer":
                    raise
                continue
            end()
            stores[kind] = Store(path=str(folder / name), key=held[epoch])
            break
        else:
            found.add("STORE_DAMAGED", note=f"{name} opens under no key")
    return stores
