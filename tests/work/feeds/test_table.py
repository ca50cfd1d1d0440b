"""Tables: columns by name, and the columns where damaged records go wrong."""

from __future__ import annotations

import pytest

from app.base.faults import Fault
from app.work.feeds.table import FILE_LIMIT, Layout, Table, damage, read_bytes, read_table
from tests.work.feeds.making import workbook

NAMED = Layout(name="named", columns={"name": "Name", "day": "Day"}, required=frozenset({"name"}))
OTHER = Layout(name="other", columns={"code": "Code", "size": "Size"}, required=frozenset({"code", "size"}))


def shown(table: Table) -> list[tuple[str, str | None, object]]:
    defects = [found for record in table.records if (found := damage(table, record)) is not None]
    return [(d.code, d.column, d.about) for d in defects]


def test_the_layout_is_chosen_by_the_columns(write) -> None:
    table = read_table(write("t.csv", "Size, Code \n1,2\n"), NAMED, OTHER)
    assert (table.layout.name, dict(table.where)) == ("other", {"code": 1, "size": 0})


def test_the_nearest_layout_says_which_column_is_missing(write) -> None:
    with pytest.raises(Fault) as fault:
        read_table(write("t.csv", "Code,Weight\n1,2\n"), OTHER)
    assert fault.value.about["column"] == "Size"


def test_of_two_columns_with_one_name_the_first_is_read(write) -> None:
    table = read_table(write("t.csv", "Name,Day,Name\na,b,c\n"), NAMED)
    assert table.where["name"] == 0
    assert [(d.code, d.column, d.at.row, d.outcome) for d in table.findings] == [
        ("file.header_repeated", "Name", 1, "accepted")
    ]


def test_a_workbook_may_have_a_title_above_and_a_hidden_sheet_before(write) -> None:
    data = workbook(
        [["People of week 49"], [], ["Name", "Day"], ["Ann", "x"], [], ["Bob"]], old=[["Name"], ["Zoe"]]
    )
    table = read_table(write("t.xlsx", data), NAMED)
    assert [(record.row, record.cells) for record in table.records] == [(4, ["Ann", "x"]), (6, ["Bob", ""])]


REPAIRS = [
    ("Noord;1;200 mm;x", "Size"),
    ("Noord;; a;1;x", "Building"),
    ("Noord;7", "Kind"),
    ("3;x", "Building"),
]


@pytest.mark.parametrize(("record", "column"), REPAIRS)
def test_the_column_where_a_record_goes_wrong_is_the_one_whose_repair_fits(
    write, record: str, column: str
) -> None:
    layout = Layout(name="l", columns={"b": "Building"}, required=frozenset({"b"}))
    sound = "\n".join(f"{'Noord' if n % 2 else 'Zuid'};{n};x" for n in range(60))
    table = read_table(write("t.csv", f"Building;Size;Kind\n{sound}\n{record}\n"), layout)
    assert [found[1] for found in shown(table)] == [column]


def test_a_file_above_the_limit_is_not_read_on(write) -> None:
    with pytest.raises(Fault, match="more than 0 MiB"):
        read_bytes(write("t.csv", "x" * 11), 10)
    assert FILE_LIMIT == 200 * 1024 * 1024


def test_the_hash_is_of_the_file_as_it_came(write) -> None:
    table = read_table(write("t.csv", b"\xef\xbb\xbfName\r\nAnn\r\n"), NAMED)
    assert (table.size, table.sha256[:8]) == (14, "2c6c1934")
