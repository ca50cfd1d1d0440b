"""Pages are filled in order: nothing is lost, nothing that stays together is torn, and a code takes no more than it can."""

from __future__ import annotations

import pytest

from app.proof.seal import Line
from app.report.sheet import Block, Row, Rule, Text, paginate

LINE = Line(doc="SOP-1", ver="1", day=1, status=10, signed=(), post=bytes(6))


def row(height: float, name: str = "") -> Row:
    return Row(height, (Text(0, 0, name, "sans", 8),))


def block(*heights: float, name: str = "", **told) -> Block:
    return Block(rows=tuple(row(height, f"{name}{at}") for at, height in enumerate(heights)), **told)


def names(leaves) -> list[list[str]]:
    return [[mark.text for one in leaf.rows for mark in one.marks] for leaf in leaves]


def always(_coded) -> bool:
    return True


def test_pages_are_filled_in_order():
    leaves = paginate([block(40, name=letter) for letter in "abcde"], 50, 100, always)
    assert names(leaves) == [["a0"], ["b0", "c0"], ["d0", "e0"]]


@pytest.mark.req("R-SIG-08")
def test_a_block_is_not_torn_while_it_fits_on_a_page():
    leaves = paginate([block(30, name="a"), block(30, 30, 30, name="b")], 100, 100, always)
    assert names(leaves) == [["a0"], ["b0", "b1", "b2"]]


def test_a_block_higher_than_a_page_breaks_between_its_rows():
    leaves = paginate([block(30, name="a"), block(60, 60, 60, name="b")], 100, 100, always)
    assert names(leaves) == [["a0", "b0"], ["b1"], ["b2"]]


def test_a_row_higher_than_a_page_breaks_between_its_lines():
    lines = tuple(Text(0, 10 * at + 9, str(at), "sans", 8) for at in range(25))
    tall = Row(250, (*lines, Rule(0, 0, 0, 250, 1, 0)))
    leaves = paginate([Block(rows=(tall,))], 100, 100, always)
    texts = [[mark for one in leaf.rows for mark in one.marks if isinstance(mark, Text)] for leaf in leaves]
    assert [mark.text for page in texts for mark in page] == [str(at) for at in range(25)]
    assert all(0 < mark.y <= 100 for page in texts for mark in page)
    rules = [mark for leaf in leaves for one in leaf.rows for mark in one.marks if isinstance(mark, Rule)]
    assert len(rules) == len(leaves) == 3 and sum(mark.to_y - mark.y for mark in rules) == 250


def test_a_heading_stays_with_what_follows():
    leaves = paginate(
        [block(80, name="a"), block(15, name="h", with_next=True), block(20, name="b")], 100, 100, always
    )
    assert names(leaves) == [["a0"], ["h0", "b0"]]


def test_a_table_that_goes_on_repeats_its_head():
    head = row(10, "head")
    leaves = paginate([block(60, name=letter, head=head) for letter in "ab"], 100, 100, always)
    assert names(leaves) == [["a0"], ["head", "b0"]]


def test_a_head_is_not_repeated_where_it_would_push_its_row_away():
    tall = block(95, name="b", head=row(10, "head"))
    assert names(paginate([block(60, name="a"), tall], 100, 100, always)) == [["a0"], ["b0"]]


def test_a_page_takes_no_more_lines_than_its_code_holds():
    blocks = [block(1, name=letter, line=LINE) for letter in "abcde"]
    leaves = paginate(blocks, 100, 100, lambda coded: len(coded) <= 2)
    assert [len(leaf.coded) for leaf in leaves] == [2, 2, 1]


def test_a_line_that_fits_into_no_code_still_gets_a_page():
    leaves = paginate([block(1, line=LINE), block(1, line=LINE)], 100, 100, lambda _coded: False)
    assert [len(leaf.coded) for leaf in leaves] == [1, 1]
