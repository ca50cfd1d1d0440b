"""Small files and workbooks for the tests of the feeds; workbooks are written by openpyxl, real ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from openpyxl import Workbook

from app.work.feeds.people_layouts import CHANGES, EXPORT

PERSON = {
    "number": "HB1", "external": "P1", "given": "Ann", "family": "Bos", "hired": "01.02.2020", "gone": "31.12.9999",
    "job": "FIL-OP", "title": "Filling Operator", "job_from": "01.02.2020", "dept": "FIL", "building": "Noord",
    "shift": "Early", "fte": "1,00", "login": "abos",
}  # fmt: skip


def export(*people: Mapping[str, str], columns: Iterable[str] = EXPORT.columns, sep: str = ";") -> str:
    """An export of the HR system: each person as PERSON, but for what is told."""
    fields = list(columns)
    header = sep.join(EXPORT.columns[field] for field in fields)
    rows = (sep.join({**PERSON, **person}.get(field, "") for field in fields) for person in people)
    return "\r\n".join([header, *rows, ""])


def changes(*rows: Mapping[str, Any]) -> bytes:
    """A workbook of changes; the header is row 1."""
    names = CHANGES.columns
    return workbook([list(names.values()), *([row.get(field) for field in names] for row in rows)])


def workbook(rows: Iterable[list[Any]], name: str = "Sheet", **others: list[list[Any]]) -> bytes:
    """A workbook with these rows; `others` are hidden sheets."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(row)
    for title, cells in others.items():
        hidden = book.create_sheet(title, 0)
        hidden.sheet_state = "hidden"
        for row in cells:
            hidden.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(data: bytes, **members: bytes) -> bytes:
    """A workbook with other content for the members whose file names (without .xml) are given."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for info in source.infolist():
            stem = info.filename.rpartition("/")[2].removesuffix(".xml")
            made.writestr(info.filename, members.get(stem, source.read(info)))
    return target.getvalue()
