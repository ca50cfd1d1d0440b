"""Which sites a centre serves: their trust bundles, newest first, and each site's counter.

- A site begins with its first bundle; later ones are added beside it, never over it.
- Reading is the ingest role's, through Doors; beginning a site and adding a bundle are the owner's.
"""

from __future__ import annotations

from sqlalchemy import BindParameter, bindparam, insert, literal_column, select

from app.store.doors import Door
from app.store.schema import bundle, feed
from app.store.tx import Statement, Tx

SITE: BindParameter[str] = bindparam("site_id")

_newest = Door(
    "bundle",
    select(bundle.c.token)
    .where(bundle.c.site_id == SITE)
    .order_by(bundle.c.issued.desc())
    .limit(literal_column("1"))
    .offset(literal_column("0")),
)
_bundle = Statement(insert(bundle))
_begin = Statement(insert(feed))
_all = Door("sites", select(bundle.c.site_id).distinct().order_by(bundle.c.site_id))

DOORS: tuple[Door, ...] = (_newest, _all)


def bundle_token(tx: Tx) -> str | None:
    """The newest trust bundle (JWS) of the transaction's site, or None."""
    found = tx.run(_newest).fetchone()
    return None if found is None else str(found[0])


def keep_bundle(tx: Tx, issued: str, token: str) -> None:
    """Keep a trust bundle that was verified."""
    tx.run(_bundle, issued=issued, token=token)


def begin_site(tx: Tx, inc: str) -> None:
    """Give a new site its counter, under the centre's incarnation `inc`."""
    tx.run(_begin, pos=0, inc=inc)


def site_ids(tx: Tx) -> list[str]:
    """Every site of the centre, sorted."""
    return [row[0] for row in tx.run(_all)]
