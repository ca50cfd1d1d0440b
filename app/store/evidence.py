"""A centre's quarantine: the raw bytes of batches that a known device sealed and that can't be accepted (decision 21).

- Kept once each, by the hash of the raw bytes; never changed, never handed out by the service.
- Whoever fills it must hold a device's key, and its weight is asked for before anything is added.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, insert, literal_column, select

from app.store.doors import Door
from app.store.schema import quarantine, whole
from app.store.tx import Tx

SITE: BindParameter[str] = bindparam("site_id")

_size: Any = (
    func.coalesce(func.sum(func.length(quarantine.c.raw)), literal_column("0")).cast(whole).label("bytes")
)
_sum: Select[Any] = select(func.count().cast(whole).label("pieces"), _size).where(quarantine.c.site_id == SITE)

_evidence = Door("evidence", insert(quarantine))
_one = Door(
    "evidence_of",
    select(quarantine.c.ms).where(quarantine.c.site_id == SITE, quarantine.c.hash == bindparam("hash")),
)
_weight = Door("weight", _sum)

DOORS: tuple[Door, ...] = (_evidence, _one, _weight)


def keep_evidence(tx: Tx, *, hash: str, log: str, code: str, at: int | None, ms: int, raw: bytes) -> bool:
    """Keep `raw`, refused for `code` at entry `at`; False when the same bytes are kept already."""
    if tx.run(_one, hash=hash).fetchone() is not None:
        return False
    tx.run(_evidence, hash=hash, log=log, code=code, at=at, ms=ms, raw=raw)
    return True


def weight(tx: Tx) -> tuple[int, int]:
    """(how many, how many bytes) of evidence of the site."""
    pieces, size = tx.run(_weight).fetchone()
    return pieces, size
