"""A record as it stands on paper: every signature whole, void ones struck, the code's line the same."""

from __future__ import annotations

import pytest

from app.report.paper import Metrics
from app.report.records import VOID, line_of, record_blocks, signers_of
from app.report.sheet import Rule, Text
from tests.report.filed import NOON, REASON, proof, signed


def shown(made, width: float = 515):
    """The rows of a record, over all its blocks."""
    return [row for block in record_blocks(Metrics(), made, 40, width) for row in block.rows]


def texts(rows) -> str:
    return " ".join(mark.text for row in rows for mark in row.marks if isinstance(mark, Text))


@pytest.mark.req("R-SIG-08", "R-SIG-09")
def test_a_signature_shows_everything_in_one_row():
    one = signed("NOT_YET", why="R01: " + REASON[:600], late=True)
    _head, row = shown(proof(signed=(one,)))
    said = texts([row])
    for part in ("Mara Ito", "u_trainer", "trainer", "not yet competent", one.words, "R01: " + REASON[:590].strip(),
                 "25 Nov 2026, 13:00:00 +01:00 (Europe/Amsterdam)", "6d" * 32, "Late entry", "one-time code"):  # fmt: skip
        assert part in said


def test_the_line_for_the_code_says_what_the_page_says():
    line = line_of(proof(), proof().signed)
    assert (line.doc, line.ver, line.day, line.status) == ("SOP-0047", "3.0", 20777, 10)
    assert line.signed == ((0, 1, NOON.ms // 1000), (1, 3, NOON.ms // 1000))
    assert signers_of(proof().signed) == ("Ada Okoye", "Mara Ito") and line.post == bytes(range(6))


@pytest.mark.req("R-REC-02")
def test_a_void_record_is_struck_but_not_the_signature_that_voided_it():
    void = proof(void=True, signed=(signed("VOIDED"),))
    head, voiding = shown(void)
    level = [mark for mark in head.marks if isinstance(mark, Rule) and mark.y == mark.to_y and mark.y > 0]
    assert len(level) >= 3 and "Void" in texts([head])
    (below,) = [mark for mark in voiding.marks if isinstance(mark, Rule) and mark.y == mark.to_y]
    assert below.y > max(mark.y for mark in voiding.marks if isinstance(mark, Text))
    assert line_of(void, void.signed).status == VOID


def test_what_is_still_to_be_signed_is_named():
    assert "Not signed yet: trainer, QA" in texts(shown(proof(open=("trainer", "qa"))))


@pytest.mark.req("R-SIG-08")
def test_a_record_may_go_on_after_its_first_signature_under_a_head_of_its_own():
    many = proof(signed=tuple(signed(meaning) for meaning in ("TRAINED", "TAUGHT", "COMPETENT", "APPROVED")))
    first, *further = record_blocks(Metrics(), many, 40, 515)
    assert len(first.rows) == 2 and first.head is None and not first.goes_on
    for block in further:
        assert len(block.rows) == 1 and block.goes_on and block.head is not None
        assert "SOP-0047 version 3.0, continued" in texts([block.head]) and "signatures: 4" in texts(
            [block.head]
        )


def test_a_record_without_any_signature_is_one_block():
    (block,) = record_blocks(Metrics(), proof(signed=()), 40, 515)
    assert len(block.rows) == 1 and "signatures: 0" in texts(block.rows)
