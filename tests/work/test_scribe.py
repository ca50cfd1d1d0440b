"""From changes to finished entries."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from app.base.codec import NotCanonical, b64u, pack_checked
from app.base.entry import read
from app.base.moment import Reading
from app.base.words import Personal
from app.domain.people import PersonAdded
from app.domain.settings import SettingChanged
from app.domain.wire import Act
from app.proof.chain import leaf, row_digest
from app.store.state import Held
from app.work.ring import Ring
from app.work.scribe import SYS, Draft, Hand, Reason, Scribe, Written, draft, rows_after
from app.work.tail import new_tail

At = Callable[..., Reading]
LOG = "countersign.example.org/site/dev1/0"
HAND = Hand(uid="u_1", sess="s_1", role="qa")
PID = "p_0000000000000001"


@pytest.fixture
def ring() -> Ring:
    """The key of one person."""
    return Ring([(PID, 1, bytes(32))], os.urandom)


def nothing(_t: str, _id: str) -> Held | None:
    """A store without rows."""
    return None


def scribe(ring: Ring, at: At, reason: Reason | None = None) -> Scribe:
    """A scribe at the beginning of a log."""
    return Scribe(new_tail(LOG), ring, "site", HAND, reason, at(5), "ok", os.urandom)


def made(item: SettingChanged | PersonAdded | Act, ring: Ring, held: Held | None = None) -> Draft:
    """What an item would write."""
    found = draft(item, lambda _t, _id: held, ring)
    assert found is not None
    return found


def written(writer: Scribe, *drafts: Draft) -> list[Written]:
    """Their entries."""
    return [writer.write(one) for one in drafts]


def test_what_changes_nothing_is_not_written(ring: Ring) -> None:
    held = Held(row={"id": "late_h", "value": 30}, heads=("h",), utc="", trace="")
    assert draft(SettingChanged(id="late_h", value=30), lambda _t, _id: held, ring) is None
    found = made(SettingChanged(id="late_h", value=31), ring, held)
    assert (found.chg, found.base, found.before, found.after) == (
        [["value", 30, 31]], ("h",), {"id": "late_h", "value": 30}, {"id": "late_h", "value": 31},
    )  # fmt: skip


def test_a_personal_value_is_sealed_for_its_place_and_equal_words_are_no_change(ring: Ring) -> None:
    change = PersonAdded(id=PID, given=Personal(PID, "Anna"))
    first = made(change, ring)
    assert "Anna" not in str(first) and first.after is not None
    assert ring.opened("person", first.after)["given"] == "Anna"
    held = Held(row=first.after, heads=("h",), utc="", trace="")
    assert draft(change, lambda _t, _id: held, ring) is None


@pytest.mark.req("R-AUD-06")
def test_entries_are_linked_one_after_the_other_with_one_time_and_rising_clocks(ring: Ring, at: At) -> None:
    writer = scribe(ring, at)
    one, two, three = written(writer, *(made(SettingChanged(id=n, value=1), ring) for n in "abc"))
    assert [item.seq for item in (one, two, three)] == [0, 1, 2] and writer.tail.n == 3
    assert two.entry.prev == one.leaf == b64u(leaf(one.b)) and three.entry.prev == two.leaf
    assert len({item.entry.ts.utc for item in (one, two, three)}) == 1
    assert one.entry.ts.hlc < two.entry.ts.hlc < three.entry.ts.hlc


@pytest.mark.req("R-AUD-02")
def test_an_entry_tells_who_when_where_and_seals_the_row_it_leaves(ring: Ring, at: At) -> None:
    (item,) = written(scribe(ring, at), made(SettingChanged(id="late_h", value=30), ring))
    entry = item.entry
    assert (entry.by.uid, entry.by.sess, entry.by.role) == ("u_1", "s_1", "qa")
    assert (entry.ts.zone, entry.ts.clk, entry.ts.boot) == ("Europe/Amsterdam", "ok", "one")
    assert entry.post == row_digest({"id": "late_h", "value": 30}) and read(item.b) == entry


@pytest.mark.req("R-SIG-09")
def test_what_is_signed_is_the_very_bytes_with_an_empty_signature(ring: Ring, at: At) -> None:
    seen: list[bytes] = []

    def sign(b: bytes, _draft: Draft) -> str:
        seen.append(b)
        return "head.body.signature"

    item = scribe(ring, at).write(made(SettingChanged(id="late_h", value=30), ring), sign)
    assert item.b.replace(b'"sig":"head.body.signature"', b'"sig":null') == seen[0]
    assert item.entry.sig == "head.body.signature" and item.leaf == b64u(leaf(item.b))


def test_a_reason_in_own_words_is_sealed_under_the_records_person(ring: Ring, at: At) -> None:
    words = Reason(code="LATE", text="the printer was broken", pid=PID)
    (item,) = written(scribe(ring, at, words), made(SettingChanged(id="late_h", value=30), ring))
    assert b"printer" not in item.b and item.entry.why is not None
    opened = ring.open(dict(item.entry.why.text or {}), "setting", "late_h", "why.text")
    assert opened == "the printer was broken"


def test_values_outside_the_canonical_form_are_refused_before_anything_is_written(ring: Ring) -> None:
    for value in (1.5, 2**53):
        with pytest.raises(NotCanonical):
            draft(SettingChanged(id="late_h", value=value), nothing, ring)  # type: ignore[arg-type]
    with pytest.raises(NotCanonical):
        draft(Act(ACT="x.y", NOUN="site", id="s", body={"n": 0.5}), nothing, ring)


def test_rows_are_told_apart_into_new_and_changed(ring: Ring, at: At) -> None:
    held = Held(row={"id": "b", "value": 1}, heads=("h",), utc="", trace="")
    items = written(
        scribe(ring, at), made(SettingChanged(id="a", value=1), ring), made(SettingChanged(id="b", value=2), ring, held),
        made(Act(ACT="clock.jump", NOUN="site", id="site", body={}), ring),
    )  # fmt: skip
    new, changed = rows_after(items)["setting"]
    assert [one.row["id"] for one in new] == ["a"] and [one.row for one in changed] == [{"id": "b", "value": 2}]
    assert new[0].heads == (items[0].leaf,) and list(rows_after(items)) == ["setting"]


def test_the_machines_hand_is_no_persons() -> None:
    assert (SYS.uid, SYS.sess, SYS.role) == ("sys", None, "system")
    assert pack_checked({"a": 1}) == b'{"a":1}'
