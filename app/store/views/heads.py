"""How far each log is held, vouched for by its device, and received by a centre."""

from __future__ import annotations

from sqlalchemy import BindParameter, bindparam, select

from app.base.codec import NotCanonical, peek, unb64u
from app.domain.reports import Head
from app.proof.notes import NOTE
from app.store import history
from app.store.schema import checkpoint, receipt
from app.store.tx import Statement, Tx

SITE: BindParameter[str] = bindparam("site_id")
LOG: BindParameter[str] = bindparam("log")

_newest = Statement(
    select(checkpoint.c.n, checkpoint.c.note)
    .where(checkpoint.c.site_id == SITE, checkpoint.c.log == LOG)
    .order_by(checkpoint.c.site_id.desc(), checkpoint.c.log.desc(), checkpoint.c.n.desc())
)
_receipts = Statement(
    select(receipt.c.n, receipt.c.note)
    .where(receipt.c.site_id == SITE, receipt.c.log == LOG)
    .order_by(receipt.c.n.desc())
)


def heads(tx: Tx) -> tuple[Head, ...]:
    """Every log held, in the order of its name. A log without a checkpoint has `size` 0 and an empty note."""
    return tuple(_head(tx, log) for log in history.logs(tx))


def received(tx: Tx, log: str) -> int:
    """How many entries of the log a centre has for good: the size under the newest receipt that is not provisional."""
    return next((n for n, token in tx.run(_receipts, log=log) if not _provisional(token)), 0)


def receipts(tx: Tx, log: str) -> list[tuple[int, str]]:
    """(size, token) of every receipt of the log, the newest first."""
    return [(int(n), str(token)) for n, token in tx.run(_receipts, log=log)]


def _head(tx: Tx, log: str) -> Head:
    found = tx.run(_newest, log=log).fetchone()
    size, note = (0, "") if found is None else (int(found[0]), str(found[1]))
    told = NOTE.fullmatch(note)
    root = unb64u(told[3].rstrip("=").replace("+", "-").replace("/", "_")) if told else bytes(32)
    return Head(log=log, n=history.size(tx, log), size=size, root=root, note=note, received=received(tx, log))


def _provisional(token: str) -> bool:
    """What the receipt says of itself; whether it holds is judged where it is filed. Unreadable: counts for nothing."""
    try:
        return bool(peek(unb64u(token.split(".")[1]))["prov"])
    except (NotCanonical, IndexError, KeyError, TypeError):
        return True
