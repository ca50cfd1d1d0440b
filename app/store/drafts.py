"""Unsigned work of one author: rows of main.db that are no history (formats §2; R-REC-10).

- One row for an account and a name; a newer one replaces it, and nothing is kept of the older.
- The table is made at the first draft, so that a store which was made before it has one too.
- What a row says is sealed by the caller; `secure_delete` overwrites what is taken out.
"""

from __future__ import annotations

from sqlalchemy import BindParameter, bindparam, delete, insert, select

from app.store.aside import is_there, make
from app.store.schema import draft
from app.store.tx import Statement, Tx

SITE: BindParameter[str] = bindparam("site_id")

_mine = (draft.c.site_id == SITE, draft.c.uid == bindparam("of_uid"))
_named = (*_mine, draft.c.name == bindparam("of_name"))
_all = Statement(select(draft.c.name, draft.c.utc, draft.c.blob).where(*_mine).order_by(draft.c.utc.desc()))
_drop = Statement(delete(draft).where(*_named))
_add = Statement(insert(draft))


def put(tx: Tx, uid: str, name: str, utc: str, blob: bytes) -> None:
    """Keep `blob` as the draft `name` of account `uid`, in place of an older one; `utc` is when."""
    make(tx, draft)
    drop(tx, uid, name)
    tx.run(_add, uid=uid, name=name, utc=utc, blob=blob)


def drop(tx: Tx, uid: str, name: str) -> None:
    """Take one draft out, if it is there."""
    if is_there(tx, draft):
        tx.run(_drop, of_uid=uid, of_name=name)


def of(tx: Tx, uid: str) -> list[tuple[str, str, bytes]]:
    """(name, when, blob) of every draft of account `uid`, the newest first."""
    if not is_there(tx, draft):
        return []
    return [(str(name), str(utc), bytes(blob)) for name, utc, blob in tx.run(_all, of_uid=uid)]
