"""What a verification found wrong, which holds the site until one finds nothing: rows of main.db that are no history.

- Inside the encrypted store, so that no file beside it can be deleted or put back to set the site free.
- The table is made at the first hold; a store without it holds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BindParameter, bindparam, delete, insert, select

from app.store.aside import is_there, make
from app.store.schema import hold
from app.store.tx import Statement, Tx

SITE: BindParameter[str] = bindparam("site_id")

_all = Statement(select(hold.c.code, hold.c.utc).where(hold.c.site_id == SITE).order_by(hold.c.code))
_free = Statement(delete(hold).where(hold.c.site_id == SITE))
_add = Statement(insert(hold))


def of(tx: Tx) -> tuple[tuple[str, str], ...]:
    """(finding code, when it was found) of everything that holds the site, sorted; empty where nothing does."""
    return tuple((str(code), str(utc)) for code, utc in tx.run(_all)) if is_there(tx, hold) else ()


def keep(tx: Tx, found: Iterable[str], utc: str) -> None:
    """From now on these findings hold the site, and no others; none sets it free. `utc` is when they were found."""
    if is_there(tx, hold):
        tx.run(_free)
    for code in found:
        make(tx, hold)
        tx.run(_add, code=code, utc=utc)
