"""Records of delimited text: numbers, lines, quotes, and what is left of damaged ones."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.faults import Fault
from app.work.feeds.csvfile import COUNT, QUOTE, Record, decode, records, separator


def read(text: str) -> list[Record]:
    return list(records(text, ";"))


def cells(text: str) -> list[list[str]]:
    return [record.cells for record in read(text)]


def places(text: str) -> list[tuple[int, int | None, str | None]]:
    return [(record.row, record.line, record.flaw) for record in read(text)]


def test_line_ends_may_be_mixed_and_empty_lines_are_no_records() -> None:
    text = "a;b\r\n1;2\n\r\n3;4\r\n\r\n"
    assert cells(text) == [["a", "b"], ["1", "2"], ["3", "4"]]
    assert places(text) == [(1, 1, None), (2, 2, None), (3, 4, None)]


def test_quotes_hold_separators_quotes_and_line_breaks() -> None:
    text = 'a;b\r\n"1;";"say ""x""\n;y"\r\n3;"4"'
    assert cells(text)[1:] == [["1;", 'say "x"\n;y'], ["3", "4"]]
    assert places(text)[2] == (3, 4, None)


def test_a_quote_inside_a_cell_is_a_letter() -> None:
    assert cells('a;b\n5" pipe;"6"" pipe"\nx;7"') == [["a", "b"], ['5" pipe', '6" pipe'], ["x", '7"']]


@pytest.mark.req("M-01")
def test_a_quote_that_never_closes_damages_one_line_only() -> None:
    text = 'a;b\n1;"2\n3;4\n5;"=6"\n7;8'
    found = read(text)
    assert [record.flaw for record in found] == [None, QUOTE, None, None, None]
    assert (found[1].line, found[1].at, found[1].far) == (2, 1, 4)
    assert [record.cells for record in found[2:]] == [["3", "4"], ["5", "=6"], ["7", "8"]]


def test_a_quote_open_at_the_end_of_the_file_damages_one_line_only() -> None:
    assert places('a;b\n"1;2\n3;4\n') == [(1, 1, None), (2, 2, QUOTE), (3, 3, None)]


def test_a_quote_that_swallowed_whole_records_is_found_by_their_number_of_fields() -> None:
    text = 'a;b\n1;"2\n3;4\n5;";6"\n7;8'
    assert [record.flaw for record in read(text)][:3] == [None, QUOTE, None]
    assert cells(text)[2] == ["3", "4"]


def test_more_and_fewer_fields_are_marked() -> None:
    assert [record.flaw for record in read("a;b\n1;2;3\n4\n5;6")] == [None, COUNT, COUNT, None]


def test_a_field_longer_than_any_cell_counts_as_never_closed() -> None:
    assert [record.flaw for record in read('a;b\n1;"' + "x" * 40_000 + '"\n3;4')] == [None, QUOTE, None]


@pytest.mark.parametrize(
    ("text", "sep"), [("a;b,c;d", ";"), ("a\tb", "\t"), ('"a;b",c,d', ","), ("a|b|c,d", "|")]
)
def test_the_separator_is_the_one_that_makes_most_columns(text: str, sep: str) -> None:
    assert separator(text, frozenset()) == sep


def test_wanted_columns_weigh_more_than_many() -> None:
    assert separator("x,y,z;Name", frozenset({"Name"})) == ";"


def test_a_byte_order_mark_and_old_line_ends_are_taken_away() -> None:
    assert decode(b"\xef\xbb\xbfa;b\r1;2\r", "utf-8", "f") == "a;b\n1;2\n"


def test_a_few_wrong_bytes_stay_visible_and_many_are_another_encoding() -> None:
    assert decode("é".encode() + b"\xe9", "utf-8", "f") == "é\udce9"
    with pytest.raises(Fault, match="not written in utf-8"):
        decode("éàüö".encode("latin-1"), "utf-8", "f")


def test_latin_1_is_read_where_it_is_declared() -> None:
    assert decode(b"caf\xe9 \x92", "latin-1", "f") == "café \x92"


TABLES = st.lists(st.lists(st.text("ab\"; \n\r'é", max_size=6), min_size=2, max_size=4), min_size=1, max_size=6)


@given(TABLES)
def test_what_the_standard_library_writes_is_read_back(table: list[list[str]]) -> None:
    width = len(table[0])
    even = [(row + ["x"] * width)[:width] for row in table]
    stream = io.StringIO()
    csv.writer(stream, delimiter=";", quoting=csv.QUOTE_ALL).writerows(even)
    assert cells(stream.getvalue()) == even


@given(st.text('ab";\n\r', max_size=60))
def test_no_text_loses_a_line(text: str) -> None:
    found = read(text)
    assert [record.row for record in found] == list(range(1, len(found) + 1))
    assert all((record.line or 0) <= text.count("\n") + 1 for record in found)
