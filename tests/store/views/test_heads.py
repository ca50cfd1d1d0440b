"""How far a log is held, vouched for, and received."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from app.base.codec import b64u, pack
from app.proof.notes import open_checkpoint
from app.store.schema import receipt
from app.store.tx import Statement
from app.store.views.heads import heads, receipts, received
from app.work.demo.stage import Stage

PUT = Statement(insert(receipt))


def test_the_head_is_the_newest_checkpoint_of_the_log(stage: Stage):
    office = stage.office
    with office.store.read() as tx:
        (head,) = heads(tx)
    told = open_checkpoint(head.note, office.tail.log, office.device.notes_public)
    assert (head.log, head.n, head.size, head.root) == (office.tail.log, office.tail.n, told.size, told.root)
    # The demo's centre received everything but what came after the meeting.
    assert 0 < head.received < head.size == head.n


def token(prov) -> str:
    return f"{b64u(b'{}')}.{b64u(pack({'prov': prov}))}.x"


@pytest.mark.req("R-SYN-03")
def test_provisional_and_unreadable_receipts_do_not_count(stage: Stage):
    log = "countersign.a/b/d/0"
    with stage.office.store.write() as tx:
        tx.many(PUT, [{"log": log, "n": n, "note": note} for n, note in
                      [(10, token(prov=False)), (20, token(prov=True)), (30, "scrap"), (15, token(prov=False))]])  # fmt: skip
    with stage.office.store.read() as tx:
        assert received(tx, log) == 15
        assert [n for n, _ in receipts(tx, log)] == [30, 20, 15, 10]
        assert received(tx, "countersign.a/b/c/0") == 0
