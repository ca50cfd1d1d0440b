"""The outbox is a cursor: what is sealed stays, what is next follows, what has a receipt counts."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.codec import b64u
from app.proof.batch import Batch, make_batch, make_receipt, read_batch
from app.proof.chain import ZERO, leaf
from app.proof.device import new_device
from app.proof.merkle import Frontier
from app.proof.notes import sign_checkpoint
from app.store import outbox
from app.store.append import Line, append, append_batch, append_checkpoint, append_receipt
from app.store.outbox import Counts, Witnessed
from app.store.tx import Tx
from tests.store.written import LOG, entry_bytes, in_memory

DEVICE, CENTRE = new_device(os.urandom), new_device(os.urandom)


def entry(seq: int, *, signed: bool = False, text: str = "x") -> bytes:
    """One entry of the log."""
    b = entry_bytes(seq, "job", f"j_{seq}", [["title", None, text]])
    return b.replace(b'"sig":null', b'"sig":"a.b.c"') if signed else b


def written(tx: Tx, entries: list[bytes]) -> None:
    """Keep these entries."""
    append(tx, LOG, [Line(seq=seq, b=b, rowless=False) for seq, b in enumerate(entries)])


def sealed(tx: Tx, first: int, entries: list[bytes]) -> Batch:
    """Seal entries of the log and keep the batch."""
    tree = Frontier()
    tree.extend([leaf(b) for b in entries])
    note = sign_checkpoint(LOG, first + len(entries), tree.root(), DEVICE.ed25519)
    append_checkpoint(tx, LOG, first + len(entries), note)
    data = make_batch(entries, id="b_1", log=LOG, first=first, prev=ZERO, cp=note, region="eu", key=DEVICE.p256)
    batch = read_batch(data)
    append_batch(tx, LOG, first, first + len(entries) - 1, batch.line)
    return batch


def filed(tx: Tx, batch: Batch, pos: int, *, prov: bool = False, inc: str = "i1") -> None:
    """File a receipt for a batch."""
    token = make_receipt(
        batch, site="leiden", name="c", pos=pos, ms=0, inc=inc, prov=prov, key=CENTRE.p256, notes=CENTRE.ed25519
    )
    append_receipt(tx, LOG, batch.manifest.last + 1, token)


@pytest.mark.req("R-SYN-05")
def test_a_sealed_batch_is_the_same_bytes_until_its_receipt() -> None:
    entries = [entry(seq) for seq in range(5)]
    with in_memory().write() as tx:
        written(tx, entries)
        assert outbox.unsent(tx, LOG) is None
        batch = sealed(tx, 0, entries[:3])
        held = outbox.unsent(tx, LOG)
        assert held is not None
        assert read_batch(outbox.sealed_bytes(tx, held)) == batch
        filed(tx, batch, 1)
        assert outbox.unsent(tx, LOG) is None
        assert (outbox.newest(tx, LOG), outbox.batch_at(tx, LOG, 0)) == (held, held)
        assert outbox.batch_at(tx, LOG, 3) is None


def test_the_next_run_ends_at_a_signature() -> None:
    entries = [entry(0), entry(1, signed=True), entry(2), entry(3)]
    with in_memory().write() as tx:
        written(tx, entries)
        assert outbox.next_run(tx, LOG, 0) == entries[:2]
        assert outbox.next_run(tx, LOG, 2) == entries[2:]
        assert outbox.next_run(tx, LOG, 4) == []


def test_a_run_is_never_too_long() -> None:
    many = [entry(seq) for seq in range(outbox.MOST_ENTRIES + 1)]
    with in_memory().write() as tx:
        written(tx, many)
        assert len(outbox.next_run(tx, LOG, 0)) == outbox.MOST_ENTRIES
    large = [entry(seq, text="x" * 60_000) for seq in range(80)]
    with in_memory().write() as tx:
        written(tx, large)
        run = outbox.next_run(tx, LOG, 0)
        assert sum(len(b) + 1 for b in run) <= outbox.MOST_BYTES < sum(len(b) + 1 for b in large)


@pytest.mark.req("R-SYN-05")
def test_only_filed_receipts_count_and_provisional_ones_apart() -> None:
    entries = [entry(seq) for seq in range(6)]
    with in_memory().write() as tx:
        written(tx, entries)
        assert outbox.witnessed(tx, LOG) == Witnessed(whole=0, some=0)
        filed(tx, sealed(tx, 0, entries[:2]), 1)
        filed(tx, sealed(tx, 2, entries[2:4]), 2, prov=True)
        told = outbox.witnessed(tx, LOG)
        assert told == Witnessed(whole=2, some=4)
        assert [told.state(seq) for seq in range(6)] == ["received"] * 2 + ["provisional"] * 2 + ["here"] * 2
        filed(tx, sealed(tx, 4, entries[4:]), 3)
        assert outbox.witnessed(tx, LOG) == Witnessed(whole=6, some=6)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_every_entry_is_in_one_state(whole: int, more: int, rest: int) -> None:
    told, size = Witnessed(whole=whole, some=whole + more), whole + more + rest
    states = [told.state(seq) for seq in range(size)]
    assert told.counts(size) == Counts(
        here=states.count("here"), received=states.count("received"), provisional=states.count("provisional")
    )


def test_the_place_in_the_feed_is_where_the_first_receipt_is_missing() -> None:
    entries = [entry(seq) for seq in range(4)]
    with in_memory().write() as tx:
        written(tx, entries)
        for seq, pos in enumerate((1, 2, 4)):
            filed(tx, sealed(tx, seq, [entries[seq]]), pos)
        filed(tx, sealed(tx, 3, [entries[3]]), 1, inc="i2")
        assert (outbox.position(tx, "i1"), outbox.position(tx, "i2"), outbox.position(tx, "i3")) == (2, 1, 0)
        assert outbox.note_at(tx, LOG, 9) is None
        assert b64u(leaf(entries[0])) == next(outbox.receipts(tx)).tail
