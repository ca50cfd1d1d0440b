"""Batches, receipts and the bundle, each rule broken once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fabricated import jws, new_key, note_line
from telling import OneLog, Story, told

from app.audit.batches import against_bundle, cosignature_holds
from app.audit.findings import Findings
from app.audit.landmarks import Landmarks
from app.audit.personal import Personal
from app.base.codec import unb64u

Change = Callable[[dict[str, Any]], object]
HASH = "A" * 43


def payload(token: str) -> dict[str, Any]:
    """What a token says."""
    return dict(json.loads(unb64u(token.split(".")[1])))


def batch(change: Change, *, kind: str = "batch", stranger: bool = False) -> Story:
    """The batch that is held says something else; signed again by its device, or by a stranger."""

    def story(s: OneLog) -> None:
        told = payload(s.batch[4])
        change(told)
        s.batch = (*s.batch[:4], jws(new_key() if stranger else s.m.one.key, kind, told))

    return story


def receipt(change: Change, *, kind: str = "receipt", stranger: bool = False) -> Story:
    """The same with the receipt, by the centre or a stranger."""

    def story(s: OneLog) -> None:
        told = payload(s.receipt[3])
        change(told)
        s.receipt = (*s.receipt[:3], jws(new_key() if stranger else s.centre, kind, told))

    return story


def sets(**members: Any) -> Change:
    return lambda value: value.update(members)


def cosigned_by_another(s: OneLog) -> None:
    told = payload(s.receipt[3])
    line = note_line(s.m.one.ed, "centre.example/one", 4, bytes(8), b"x")
    s.receipt = (*s.receipt[:3], jws(s.centre, "receipt", {**told, "cosig": line}))


def of_another_size(s: OneLog) -> None:
    note = next(note for n, note in s.m.one.notes.items() if n < s.batch[3])
    batch(sets(cp=note))(s)


@pytest.mark.req("R-SYN-03")
@pytest.mark.parametrize(
    ("story", "finding"),
    [
        (batch(sets(), stranger=True), "SIG_BAD: batch"),
        (batch(sets(), kind="receipt"), "SIG_BAD: batch"),
        (batch(sets(v=2)), "SIG_BAD: batch"),
        (batch(lambda told: told.pop("cp")), "SIG_BAD: batch"),
        (batch(sets(sha256=HASH)), "RCPT_MISMATCH: batch is not of these entries"),
        (batch(sets(prev="B" * 43)), "RCPT_MISMATCH: batch is not of these entries"),
        (batch(sets(log="another")), "RCPT_MISMATCH: batch is not of these entries"),
        (batch(sets(**{"from": 1})), "RCPT_MISMATCH: batch is not of these entries"),
        (batch(sets(to=3)), "RCPT_MISMATCH: batch is not of these entries"),
        (batch(sets(cp="x")), "CP_BADSIG: batch"),
        (of_another_size, "CP_MISMATCH: batch"),
        (receipt(sets(), stranger=True), "RCPT_MISMATCH: "),
        (receipt(sets(), kind="batch"), "RCPT_MISMATCH: "),
        (receipt(sets(v=2)), "RCPT_MISMATCH: "),
        (receipt(sets(tail=HASH)), "RCPT_MISMATCH: "),
        (receipt(sets(batch="0" * 64)), "RCPT_MISMATCH: "),
        (receipt(sets(**{"from": 1})), "RCPT_MISMATCH: "),
        (receipt(sets(to=3)), "RCPT_MISMATCH: "),
        (receipt(sets(cosig="x")), "RCPT_MISMATCH: "),
        (receipt(lambda told: told.pop("log")), "RCPT_MISMATCH: "),
        (cosigned_by_another, "RCPT_MISMATCH: "),
    ],
)
def test_a_broken_rule_is_seen(tmp_path: Path, story: Story, finding: str) -> None:
    found = told(tmp_path, story)
    assert finding in found, found


def test_signed_again_it_is_as_good(tmp_path: Path) -> None:
    assert told(tmp_path, receipt(sets(pos=7))) == set()


def test_a_cosignature_is_of_one_name_key_and_note(single: tuple[Path, OneLog]) -> None:
    site = single[1]
    line, note = payload(site.receipt[3])["cosig"], payload(site.batch[4])["cp"]
    name, public = "centre.example/one", site.centre_ed.public_key().public_bytes_raw()
    assert cosignature_holds(line, name, public, note)
    assert not cosignature_holds(line, "centre.example/two", public, note)
    assert not cosignature_holds(line, name, bytes(32), note)
    assert not cosignature_holds(line, name, public, note.replace("kilda", "skye"))
    assert not cosignature_holds("x", name, public, note)


def test_without_a_sound_genesis_there_is_nothing_to_compare() -> None:
    known = Landmarks(Personal(), Findings(), lambda _key, _at: None, {})
    against_bundle(None, known, known.found)
    assert [row.code for row in known.found.rows()] == ["CP_MISMATCH"]
