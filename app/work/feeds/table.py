"""A file as one table: columns found by name, records with their places, and what is wrong with the file as a whole.

- A layout names which column feeds which field; the first layout whose required columns are all there is taken.
- Column names match exactly, blanks at their ends aside. Of two columns with one name the first holds.
- In a workbook the header is the first row among the top rows that holds the required columns.
- Faults: missing, a folder, empty, too large, another encoding, no workbook, a required column missing, no rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path

from app.base.faults import Fault
from app.base.words import Value
from app.work.feeds.csvfile import COUNT, Record, decode, records, separator
from app.work.feeds.feed import ACCEPTED, REJECTED, Defect, Place, presentable
from app.work.feeds.xlsxfile import cell_name, sheets

MIB = 1024 * 1024
FILE_LIMIT = 200 * MIB
HEADER_WITHIN = 20
SAMPLE = 500
FEW = 50
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


class Layout(Value, frozen=True, kw_only=True):
    """Which column (by name) feeds which field, and which fields a file can't do without."""

    name: str
    columns: Mapping[str, str]
    required: frozenset[str]
    encoding: str = "utf-8"


class Table(Value, frozen=True, kw_only=True):
    """`where` maps fields to columns (from 0); `records` come after the header; `findings` are about the file itself.

    `seen` tells the columns of miscounted records apart: what sound records hold in each.
    """

    file: str
    sha256: str
    size: int
    layout: Layout
    header: tuple[str, ...]
    where: Mapping[str, int]
    records: tuple[Record, ...]
    findings: tuple[Defect, ...]
    sheet: str | None = None
    separator: str = ""
    seen: tuple[frozenset[str], ...] = ()

    def place(self, record: Record, column: int | None = None) -> Place:
        """The place of a record or of one of its cells."""
        cell = None if self.sheet is None or column is None else cell_name(record.row, column)
        return Place(line=record.line, row=record.row, cell=cell)


def read_bytes(path: Path, limit: int = FILE_LIMIT) -> bytes:
    """The bytes of a file. Raises Fault feed.missing, feed.folder, feed.empty, feed.too_large or feed.unreadable."""
    try:
        if path.is_dir():
            raise Fault("feed.folder", file=path.name)
        if not path.is_file():
            raise Fault("feed.missing", file=path.name)
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise Fault("feed.unreadable", file=path.name) from error
    if len(data) > limit:
        raise Fault("feed.too_large", file=path.name, limit=limit // MIB, unit="MiB")
    if not data:
        raise Fault("feed.empty", file=path.name)
    return data


def read_table(path: Path, *layouts: Layout) -> Table:
    """The table in a .csv or .xlsx file (told apart by content) under the first of `layouts` that fits."""
    data = read_bytes(path)
    if data.startswith(OLD_EXCEL):
        raise Fault("feed.old_excel", file=path.name)
    found = _workbook(path.name, data, layouts) if data.startswith(b"PK") else _text(path.name, data, layouts)
    if not found.records:
        raise Fault("feed.no_rows", file=path.name)
    return found


def _text(file: str, data: bytes, layouts: tuple[Layout, ...]) -> Table:
    text = decode(data, layouts[0].encoding, file)
    if not text.strip():
        raise Fault("feed.empty", file=file)
    wanted = frozenset(name for layout in layouts for name in layout.columns.values())
    sep = separator(text, wanted)
    header, *rest = records(text, sep)
    layout = _fitting(header, layouts)
    if layout is None:
        raise _missing(file, [header], layouts)
    return _table(file, data, layout, header, tuple(rest), None, sep)


def _workbook(file: str, data: bytes, layouts: tuple[Layout, ...]) -> Table:
    tops: list[Record] = []
    for sheet in sheets(data, file):
        for place, record in enumerate(sheet.records[:HEADER_WITHIN]):
            layout = _fitting(record, layouts)
            if layout is not None:
                rest = tuple(record for record in sheet.records[place + 1 :] if any(record.cells))
                return _table(file, data, layout, record, rest, sheet.name, "")
            tops.append(record)
    raise _missing(file, tops, layouts)


def _table(
    file: str,
    data: bytes,
    layout: Layout,
    header: Record,
    rest: tuple[Record, ...],
    sheet: str | None,
    sep: str,
) -> Table:
    names = tuple(cell.strip() for cell in header.cells)
    first = {name: column for column, name in reversed(list(enumerate(names)))}
    repeated = [column for column, name in enumerate(names) if name and first[name] != column]
    bare = Table(
        file=file,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        layout=layout,
        header=names,
        where={field: first[name] for field, name in layout.columns.items() if name in first},
        records=rest if sheet is None else tuple(_padded(record, len(names)) for record in rest),
        findings=(),
        sheet=sheet,
        separator=sep,
        seen=_seen(rest, len(names)),
    )
    findings = tuple(_repeated(bare, header, column) for column in repeated)
    return Table(**{**{name: getattr(bare, name) for name in bare.__struct_fields__}, "findings": findings})


def _repeated(table: Table, header: Record, column: int) -> Defect:
    return Defect(
        file=table.file,
        code="file.header_repeated",
        outcome=ACCEPTED,
        at=table.place(header, column),
        sheet=table.sheet,
        column=presentable(table.header[column]),
    )


def _padded(record: Record, width: int) -> Record:
    short = width - len(record.cells)
    if short <= 0:
        return record
    return Record(row=record.row, cells=[*record.cells, *[""] * short], formulas=record.formulas)


def _lacking(header: Record, layout: Layout) -> list[str]:
    names = {cell.strip() for cell in header.cells}
    return [
        layout.columns[field]
        for field in layout.columns
        if field in layout.required and layout.columns[field] not in names
    ]


def _fitting(header: Record, layouts: tuple[Layout, ...]) -> Layout | None:
    return next((layout for layout in layouts if not _lacking(header, layout)), None)


def _missing(file: str, headers: list[Record], layouts: tuple[Layout, ...]) -> Fault:
    """The Fault that names the first missing column of the layout that comes nearest."""
    lacking = [_lacking(header, layout) for header in headers for layout in layouts]
    nearest = min(lacking, key=len, default=[layouts[0].columns[min(layouts[0].required)]])
    return Fault("feed.column_missing", file=file, column=nearest[0])


# ---- damaged records


def damage(table: Table, record: Record) -> Defect | None:
    """The defect of a record that the file itself damaged, or None."""
    if record.flaw is None:
        return None
    counted = record.flaw == COUNT
    at = suspect(table, record) if counted else record.at
    about = {"fields": len(record.cells)} if counted else {"far": record.far}
    return Defect(
        file=table.file,
        code=record.flaw,
        outcome=REJECTED,
        at=table.place(record),
        column=presentable(table.header[min(at, len(table.header) - 1)]),
        about=about,
    )


def suspect(table: Table, record: Record) -> int:
    """The column where a record with a wrong number of fields goes wrong: the one whose repair fits the others best.

    Repaired at a column, the fields before it stand as they are and those after it move by what is too many or missing.
    """
    seen, cells = table.seen, record.cells
    extra, width = len(cells) - len(seen), len(seen)
    left = [_like(cell, known) for cell, known in zip(cells, seen, strict=False)]
    right = [0 <= at + extra < len(cells) and _like(cells[at + extra], seen[at]) for at in range(width)]
    before = [0, *accumulate(left)]
    after = [*reversed([*accumulate(reversed(right))]), 0]

    def fits(at: int) -> int:
        if extra < 0:
            missing = sum("" in known for known in seen[at : at - extra])
            return before[at] + missing + after[at - extra]
        merged = table.separator.join(cells[at : at + extra + 1])
        return before[at] + _like(merged, seen[at]) + after[at + 1]

    return max(range(width + 1 + extra if extra < 0 else width), key=fits)


def _seen(rest: tuple[Record, ...], width: int) -> tuple[frozenset[str], ...]:
    """Per column: the values, if there are few, else their shapes. Empty unless some record is miscounted."""
    if all(record.flaw != COUNT for record in rest):
        return ()
    sound = [record.cells for record in rest if record.flaw is None][:SAMPLE]
    return tuple(_told_apart(frozenset(cells[column] for cells in sound)) for column in range(width))


def _told_apart(values: frozenset[str]) -> frozenset[str]:
    return values if len(values) <= FEW else frozenset(_shape(value) for value in values)


def _like(value: str, known: frozenset[str]) -> bool:
    return value in known or _shape(value) in known


def _shape(value: str) -> str:
    """`9` for digits, `a` for other letters, runs of letters as one."""
    shape = ""
    for sign in value[:40]:
        kind = "9" if sign.isdigit() else "a" if sign.isalpha() else sign
        shape += "" if kind == "a" and shape.endswith("a") else kind
    return shape
