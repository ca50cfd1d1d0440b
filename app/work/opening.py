"""From an opened slot to an open site: stores, standing, keys, and what the anchor says (trust §1.2).

- Nothing is written here; a site that the anchor contradicts is held before anything could be.
- The newest granted key that fits opens a store: after a rotation that was cut short an older one still does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.base.codec import b64u
from app.base.entry import read
from app.base.faults import CannotDecide, Fault
from app.base.words import Json
from app.proof.chain import leaf
from app.proof.vault import Opened
from app.proof.vaultfile import Vault
from app.store import history, holds, outbox, state
from app.store import vault as engine
from app.store.engines import sqlcipher_store
from app.store.history import landmarks
from app.store.lock import WriterLock
from app.store.tx import Store, Tx
from app.work import quarantine
from app.work.office import Office, check_anchor, load_own_tail, load_ring, load_standing
from app.work.secrets import load_anchor
from app.work.unlock import Door, granted_keys

MAIN = "main.db"
PERSONS = "pkeys.db"


def open_office(door: Door, opened: Opened, lock: WriterLock) -> Office:
    """The site, open for the person of the slot; nobody is signed in yet.

    Faults: `store.*`, `vault.no_grant`, and `store.hold` when history or vault is older than the anchor.
    """
    store, persons = open_stores(door.folder, door.vault, opened)
    try:
        return _checked(_office(door, store, persons, lock))
    except BaseException:
        store.close()
        persons.close()
        raise


def open_stores(folder: Path, vault: Vault, opened: Opened) -> tuple[Store, Store]:
    """(main, persons) under the newest granted keys that fit. Faults `vault.no_grant`, `store.*`."""
    main = _first_that_fits(folder / MAIN, "main", granted_keys(vault, opened, "db"))
    try:
        return main, _first_that_fits(folder / PERSONS, "pkeys", granted_keys(vault, opened, "pk"))
    except BaseException:
        main.close()
        raise


def _first_that_fits(path: Path, kind: str, keys: list[bytes]) -> Store:
    for key in keys[:-1]:
        try:
            return sqlcipher_store(engine.connect(path, key, kind=kind), "")
        except CannotDecide:
            continue
    return sqlcipher_store(engine.connect(path, keys[-1], kind=kind), "")


def _office(door: Door, store: Store, persons: Store, lock: WriterLock) -> Office:
    store.site = persons.site = store.only_site()
    with store.read() as tx:
        standing = load_standing(tx)
        ring, strays = load_ring(tx, persons, door.random)
        tail = load_own_tail(tx, door.device, standing)
        witnessed = outbox.witnessed(tx, tail.log).whole
        seen, held = other_heads(tx, tail.log), tuple(code for code, _ in holds.of(tx))
    # What is held of other logs is before whatever is recorded from here on (formats §5 "Before, across logs").
    standing.order.saw((tail.log, tail.n), seen)
    return Office(
        folder=door.folder, vault=door.vault, ds=door.ds, site=store.site, zone=door.zone, store=store,
        persons=persons, lock=lock, secrets=door.secrets, device=door.device, clock=door.clock,
        random=door.random, ring=ring, standing=standing, tail=tail, gate=door.gate, pending=door.pending,
        waiting=door.pending.count, strays=strays, witnessed=witnessed, seen=seen, held=held,
    )  # fmt: skip


def other_heads(tx: Tx, own: str) -> dict[str, Json]:
    """Size and last leaf of every other log held, as `session.open` names them."""
    heads: dict[str, Json] = {}
    for log in history.logs(tx):
        n = history.size(tx, log)
        if log != own and n:
            heads[log] = {"n": n, "h": b64u(leaf(history.one(tx, log, n - 1) or b""))}
    return heads


def _checked(office: Office) -> Office:
    """Hold the site when it is another's, or older than the anchor; note what else the anchor says."""
    if office.standing.genesis.get("vault") != office.vault.vault:
        raise Fault("store.other_site")
    for code in check_anchor(office):
        if code != "ANCHOR_LAG":
            raise Fault("store.hold", finding=code)
        office.alerts.append(code)
    anchor = load_anchor(office.secrets) or {}
    moved = sum(1 for body in failures(office) if body["n"] >= anchor.get("n", 0))
    office.alerts += office.pending.findings(anchor.get("pd", 0), moved)
    office.alerts += sorted(_told_of_others(office) - set(office.alerts))
    return office


def _told_of_others(office: Office) -> set[str]:
    """What is known of other devices that a person must look at: evidence in quarantine, and what was written without the
    right to and is not answered."""
    codes = {one.code for one in quarantine.evidence(office.folder)} | set(office.standing.refused.values())
    with office.store.read() as tx:
        return codes | ({"RBAC"} if office.seen and state.doubted(tx) else set())


def failures(office: Office) -> Iterator[dict[str, Json]]:
    """The bodies of the failed attempts in this device's log, each with its place `n`."""
    with office.store.read() as tx:
        for log, seq, b in landmarks(tx):
            entry = read(b)
            if entry.act == "auth.fail" and entry.body is not None and log == office.tail.log:
                yield {**entry.body, "n": seq}
