"""Fills a file system of one megabyte with entries until it is full, and tells what was kept (see test_vault)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from app.base.faults import Fault
from app.store import history, vault
from app.store.append import Line, append
from app.store.engines import found_main, sqlcipher_store
from app.store.tx import Store
from tests.smalldisk import mounted
from tests.store.written import KEY, LOG


def size(store: Store) -> int:
    """How many entries are there, each of them readable."""
    with store.read() as tx:
        return len(list(history.entries(tx, LOG)))


def fill(store: Store) -> tuple[str, int]:
    """Commit until the disk is full; the Fault's code and how many commits came through."""
    committed = 0
    while True:
        try:
            with store.write() as tx:
                append(tx, LOG, [Line(seq=committed, b=bytes(9000), rowless=True)])
        except Fault as fault:
            return fault.code, committed
        committed += 1


def reopened(path: Path) -> Store:
    """The store, opened for writing once more."""
    return sqlcipher_store(vault.connect(path, KEY, kind="main"), "leiden")


def tell(folder: Path) -> dict[str, str | int]:
    """Fill `folder`, then count by every way of opening; the ballast makes room again for the last two."""
    path, ballast = folder / "main.db", folder / "ballast"
    ballast.write_bytes(bytes(200_000))
    store = sqlcipher_store(vault.connect(path, KEY, kind="main", create=True), "leiden")
    found_main(store)
    code, committed = fill(store)
    told: dict[str, str | int] = {"code": code, "committed": committed, "same connection": size(store)}
    store.close()
    connection, end = vault.connect_reading(path, KEY, kind="main")
    told["read only"] = size(sqlcipher_store(connection, "leiden"))
    end()
    ballast.unlink()
    store = reopened(path)
    told["opened again"] = size(store)
    with store.write() as tx:
        append(tx, LOG, [Line(seq=committed, b=b"one more", rowless=True)])
    store.close()
    return {**told, "one more": size(reopened(path))}


if __name__ == "__main__":
    place = Path(sys.argv[1])
    with mounted(place, "1m"):
        sys.stdout.write(json.dumps(tell(place)))
