"""The end of this device's log: what the next entry links to.

- A command writes on a copy; the copy becomes the tail when the transaction is committed, and only then.
- The Merkle frontier kept in the store is believed only if it makes the root that the device once signed;
  otherwise the tree is made again from the entries.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.base.entry import read
from app.base.moment import Hlc, parse_hlc, utc_ms
from app.proof.chain import ZERO, leaf
from app.proof.merkle import Frontier
from app.proof.notes import NoteBad, open_checkpoint
from app.store import history
from app.store.tx import Tx

EVERY = 100
"""At most this many entries lie after the newest checkpoint (formats §5 "Checkpoints")."""


class Tail:
    """Size, last leaf, clock and tree of one log.

    `noted` is the size of its newest checkpoint, `kept` the size at which the tree's frontier was last kept.
    """

    def __init__(
        self, log: str, frontier: Frontier, last: bytes, hlc: Hlc, mark_ms: int, noted: int, kept: int
    ) -> None:
        self.log = log
        self.frontier = frontier
        self.last = last
        self.hlc = hlc
        self.mark_ms = mark_ms
        self.noted = noted
        self.kept = kept

    @property
    def n(self) -> int:
        """How many entries the log has."""
        return self.frontier.size

    def copy(self) -> Tail:
        """A tail to write on."""
        return Tail(self.log, self.frontier.copy(), self.last, self.hlc, self.mark_ms, self.noted, self.kept)

    def push(self, entry: bytes, hlc: Hlc, ms: int) -> None:
        """Take one more entry in."""
        self.last = leaf(entry)
        self.frontier.push(self.last)
        self.hlc = hlc
        self.mark_ms = max(self.mark_ms, ms)


def new_tail(log: str) -> Tail:
    """The tail of a log without entries."""
    return Tail(log, Frontier(), ZERO, Hlc(ms=0, counter=0), 0, 0, 0)


def load_tail(tx: Tx, log: str, device: Ed25519PublicKey) -> Tail:
    """The tail of `log` as the store holds it."""
    size = history.size(tx, log)
    if size == 0:
        return new_tail(log)
    frontier = _trusted_frontier(tx, log, size, device)
    kept = frontier.size
    for _, b in history.entries(tx, log, first=kept):
        frontier.push(leaf(b))
    newest = history.one(tx, log, size - 1) or b""
    entry = read(newest)
    noted = max((n for n, _ in history.checkpoints(tx, log, first=kept)), default=0)
    return Tail(log, frontier, leaf(newest), parse_hlc(entry.ts.hlc), utc_ms(entry.ts.utc), noted, kept)


def _trusted_frontier(tx: Tx, log: str, size: int, device: Ed25519PublicKey) -> Frontier:
    """The kept frontier if a signed checkpoint vouches for it, else an empty one."""
    kept = history.frontier_of(tx, log)
    if kept is None or kept[0] > size:
        return Frontier()
    frontier = Frontier.load(kept[1])
    note = next((note for n, note in history.checkpoints(tx, log, first=kept[0]) if n == kept[0]), None)
    if note is None or frontier.size != kept[0]:
        return Frontier()
    try:
        signed = open_checkpoint(note, log, device)
    except NoteBad:
        return Frontier()
    return frontier if signed.root == frontier.root() else Frontier()
