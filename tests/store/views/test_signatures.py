"""The signatures under a row: found through the entries that they cover, shown in full."""

from __future__ import annotations

import pytest

from app.base.codec import unpack
from app.base.entry import Why, read
from app.base.words import Personal
from app.proof.esign import split
from app.store import history, state
from app.store.state import places
from app.store.views.signatures import reason, signed, signed_entries
from app.work.demo.stage import Stage

EVER = "9999-12-31T00:00:00.000Z"


def judged(stage: Stage):
    """The trace of the record that was judged competent."""
    with stage.office.store.read() as tx:
        held = next(item for item in state.all_held(tx, "record") if item.row.get("verdict") == "COMPETENT")
        return list(places(held.trace))


@pytest.mark.req("R-SIG-07", "R-SIG-08")
def test_signatures_are_shown_with_name_account_role_meaning_words_and_document(stage: Stage):
    trail = judged(stage)
    with stage.office.store.read() as tx:
        one, two = (signed(entry, stage.office.ring, None, 24) for entry in signed_entries(tx, trail, EVER))
    assert (one.name, one.meaning, one.role) == ("Omkaar Barad", "TRAINED", "learner")
    assert (two.name, two.meaning, two.role) == ("Jennifer van der Wal", "COMPETENT", "trainer")
    assert two.words.startswith("I assessed Omkaar Barad on SOP-0047 version 3.0")
    assert two.doc.startswith("Document version 3.0, SHA-256 ") and len(two.doc) == 94
    assert (two.off, two.zone, two.full, two.late) == ("+01:00", "Europe/Amsterdam", True, False)


def test_a_signature_after_the_instant_is_left_out(stage: Stage):
    trail = judged(stage)
    with stage.office.store.read() as tx:
        first = signed_entries(tx, trail, EVER)[0]
        assert signed_entries(tx, trail, first.ts.utc) == [first]
        assert signed_entries(tx, trail, "2020-01-01T00:00:00.000Z") == []


def test_a_row_of_a_signed_import_is_under_the_signature_that_ends_it(stage: Stage):
    """A document's entry carries no signature; the last one of the command covers it."""
    with stage.office.store.read() as tx:
        held = next(iter(state.all_held(tx, "document")))
        (place,) = places(held.trace)
        (entry,) = signed_entries(tx, [place], EVER)
        own = read(history.one(tx, *place) or b"")
    covered = unpack(split(entry.sig or "").payload)["with"]
    assert own.sig is None and entry.seq - covered <= place[1] < entry.seq


def test_what_no_signature_covers_has_none(stage: Stage):
    with stage.office.store.read() as tx:
        person = next(iter(state.all_held(tx, "person")))
        assert signed_entries(tx, list(places(person.trace))[:1], EVER) == []


def test_a_late_entry_is_told(stage: Stage):
    trail = judged(stage)
    with stage.office.store.read() as tx:
        entry = signed_entries(tx, trail, EVER)[0]
    assert signed(entry, stage.office.ring, "2026-11-18T07:00:00.000Z", 24).late


def test_a_reason_is_told_with_its_words(stage: Stage):
    ring, pid = stage.office.ring, stage.person("HB10032")[0]
    text = ring.seal(Personal(pid, "wrong person"), "record", "r_1", "why.text")
    assert reason(Why(code="WRONG", text=text), ring, "record", "r_1") == "WRONG: wrong person"
    assert reason(Why(code="WRONG", text=None), ring, "record", "r_1") == "WRONG"
    assert reason(None, ring, "record", "r_1") == ""
