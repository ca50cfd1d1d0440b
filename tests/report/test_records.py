"""A record as it stands on paper: every signature whole, void ones struck, the code's line the same."""

from __future__ import annotations

import pytest

from app.report.paper import Metrics
from app.report.records import VOID, line_of, record_blocks, signers_of
from app.report.sheet import Rule, Text
from tests.report.filed import NOON, REASON, proof, signed


def texts(rows) -> str:
    return " ".join(mark.text for row in rows for mark in row.marks if isinstance(mark, Text))


@pytest.mark.req("R-SIG-08", "R-SIG-09")
def test_a_signature_shows_everything_in_one_row():
    one = signed("NOT_YET", why="R01: " + REASON[:600], late=True)
    (block,) = record_blocks(Metrics(), proof(signed=(one,)), 40, 515)
    shown = texts(block.rows[1:])
    for part in ("Mara Ito", "u_trainer", "trainer", "not yet competent", one.words, "R01: " + REASON[:590].strip(),
                 "25 Nov 2026, 13:00:00 +01:00 (Europe/Amsterdam)", "6d" * 32, "Late entry", "one-time code"):  # fmt: skip
        assert part in shown


def test_the_line_for_the_code_says_what_the_page_says():
    line = line_of(proof())
    assert (line.doc, line.ver, line.day, line.status) == ("SOP-0047", "3.0", 20777, 10)
    assert line.signed == ((0, 1, NOON.ms // 1000), (1, 3, NOON.ms // 1000))
    assert signers_of(proof()) == ("Ada Okoye", "Mara Ito") and line.post == bytes(range(6))


@pytest.mark.req("R-REC-02")
def test_a_void_record_is_struck_but_not_the_signature_that_voided_it():
    (block,) = record_blocks(Metrics(), proof(void=True, signed=(signed("VOIDED"),)), 40, 515)
    head, voiding = block.rows
    level = [mark for mark in head.marks if isinstance(mark, Rule) and mark.y == mark.to_y and mark.y > 0]
    assert len(level) >= 3 and "Void" in texts([head])
    assert not [mark for mark in voiding.marks if isinstance(mark, Rule) and mark.y == mark.to_y]
    assert block.line is not None and block.line.status == VOID


def test_what_is_still_to_be_signed_is_named():
    (block,) = record_blocks(Metrics(), proof(open=("trainer", "qa")), 40, 515)
    assert "Not signed yet: trainer, QA" in texts(block.rows)
