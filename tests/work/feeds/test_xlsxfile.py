"""Workbooks, real ones and hostile ones."""

from __future__ import annotations

import io
import zipfile

import pytest

from app.base.faults import Fault
from app.work.feeds.xlsxfile import UNPACKED_LIMIT, cell_name, sheets
from tests.work.feeds.conftest import LEIDEN
from tests.work.feeds.making import repacked, workbook

SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def refused(data: bytes) -> str:
    with pytest.raises(Fault) as fault:
        sheets(data, "x.xlsx")
    return fault.value.code


def test_rows_keep_the_numbers_of_the_sheet_and_dates_are_iso_days() -> None:
    (sheet,) = sheets((LEIDEN / "hr_people_delta.xlsx").read_bytes(), "x.xlsx")
    assert sheet.name == "Mutaties"
    assert [record.row for record in sheet.records] == list(range(1, 51))
    assert sheet.records[3].cells[:3] == ["Nieuw", "2027-01-04", "10609"]


def test_formulas_are_marked_and_never_calculated() -> None:
    (sheet,) = sheets(workbook([["a", 1.5, True], ["=1+1", '=HYPERLINK("http://x.example","5")']]), "x.xlsx")
    assert sheet.records[0].cells == ["a", "1.5", "True"]
    assert sheet.records[1].cells[:2] == ["=1+1", '=HYPERLINK("http://x.example","5")']
    assert sheet.records[1].formulas == {0, 1}


def test_formulas_in_cells_without_a_reference_are_found() -> None:
    rows = SHEET % b"<row><c><v>1</v></c><c><f>2+3</f><v>5</v></c></row>"
    (sheet,) = sheets(repacked(workbook([["a"]]), sheet1=rows), "x.xlsx")
    assert sheet.records[0].formulas == {1}


def test_hidden_sheets_are_not_read() -> None:
    assert [sheet.name for sheet in sheets(workbook([["a"]], old=[["b"]]), "x.xlsx")] == ["Sheet"]


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04" + b"x" * 100, workbook([["a"]])[:-40]])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    assert refused(data) == "feed.not_xlsx"


def test_an_archive_of_something_else_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refused(stream.getvalue()) == "feed.not_xlsx"


def test_a_document_type_declaration_is_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><a>&b;</a>'
    assert refused(repacked(workbook([["a"]]), sheet1=bomb)) == "feed.not_xlsx"


def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    assert refused(repacked(workbook([["a"]]), sheet1=b" " * (UNPACKED_LIMIT + 1))) == "feed.too_large"


def test_a_sheet_that_claims_too_many_cells_is_refused_before_it_is_laid_out() -> None:
    rows = (
        SHEET % b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )
    assert refused(repacked(workbook([["a"]]), sheet1=rows)) == "feed.too_large"


@pytest.mark.parametrize(("column", "name"), [(0, "A7"), (25, "Z7"), (26, "AA7"), (701, "ZZ7"), (702, "AAA7")])
def test_cells_are_named_as_spreadsheets_do(column: int, name: str) -> None:
    assert cell_name(7, column) == name
