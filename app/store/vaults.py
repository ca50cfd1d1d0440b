"""Blobs that only a person's vault key opens, and the site's root key (formats §4: replaced in place, `gen` + 1)."""

from __future__ import annotations

from sqlalchemy import BindParameter, bindparam, insert, select, update

from app.store.schema import site_key, user_vault
from app.store.tx import Statement, Tx

SITE: BindParameter[str] = bindparam("site_id")

_blob = Statement(
    select(user_vault.c.gen, user_vault.c.blob).where(
        user_vault.c.site_id == SITE,
        user_vault.c.uid == bindparam("uid"),
        user_vault.c.kind == bindparam("kind"),
    )
)
_new_blob = Statement(insert(user_vault))
_next_blob = Statement(
    update(user_vault)
    .where(
        user_vault.c.site_id == SITE,
        user_vault.c.uid == bindparam("of_uid"),
        user_vault.c.kind == bindparam("of_kind"),
        user_vault.c.gen == bindparam("of_gen"),
    )
    .values(gen=bindparam("gen"), blob=bindparam("blob"))
)
_root = Statement(select(site_key.c.ct).where(site_key.c.site_id == SITE, site_key.c.e == bindparam("e")))
_new_root = Statement(insert(site_key))


def blob(tx: Tx, uid: str, kind: str) -> tuple[int, bytes] | None:
    """(generation, blob) of one kind (`sig`, `totp`, `rc`) of one account, or None."""
    found = tx.run(_blob, uid=uid, kind=kind).fetchone()
    return None if found is None else (found[0], bytes(found[1]))


def put_blob(tx: Tx, uid: str, kind: str, gen: int, blob: bytes) -> None:
    """Keep generation `gen` in place of the one before; ValueError when another one is there, or none."""
    if gen == 1:
        tx.run(_new_blob, uid=uid, kind=kind, gen=gen, blob=blob)
    elif tx.run(_next_blob, of_uid=uid, of_kind=kind, of_gen=gen - 1, gen=gen, blob=blob).rowcount != 1:
        raise ValueError(f"generation {gen} of {uid} {kind} does not follow the one that is kept")


def root_key(tx: Tx, epoch: int) -> bytes | None:
    """The sealed root key of the site, or None."""
    found = tx.run(_root, e=epoch).fetchone()
    return None if found is None else bytes(found[0])


def put_root_key(tx: Tx, epoch: int, ct: bytes) -> None:
    """Keep the sealed root key of a new epoch."""
    tx.run(_new_root, e=epoch, ct=ct)
