"""The data keys of persons, in a store of their own (trust §3): destroying one destroys what it opens.

- Written before the first envelope that needs them; never in main.db, never in its backups.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import bindparam, delete, insert, select

from app.store.schema import dek
from app.store.tx import Statement, Tx

_all = Statement(
    select(dek.c.pid, dek.c.ver, dek.c.dek)
    .where(dek.c.site_id == bindparam("site_id"))
    .order_by(dek.c.pid, dek.c.ver)
)
_add = Statement(insert(dek))
_remove = Statement(
    delete(dek).where(
        dek.c.site_id == bindparam("site_id"), dek.c.pid == bindparam("pid"), dek.c.ver == bindparam("ver")
    )
)


def deks(tx: Tx) -> Iterator[tuple[str, int, bytes]]:
    """(pid, version, 32-byte key) of every person key held."""
    for pid, ver, key in tx.run(_all):
        yield pid, ver, bytes(key)


def add(tx: Tx, keys: Iterable[tuple[str, int, bytes]]) -> None:
    """Keep new person keys."""
    tx.many(_add, ({"pid": pid, "ver": ver, "dek": key} for pid, ver, key in keys))


def remove(tx: Tx, keys: Iterable[tuple[str, int]]) -> None:
    """Destroy person keys: (pid, version)."""
    for pid, ver in keys:
        tx.run(_remove, pid=pid, ver=ver)
