"""The sheets of an .xlsx workbook (ECMA-376) as records of text, with each row's number in the sheet.

- The archive is unpacked here under a cap and handed on repacked, so that its own directory need not be believed.
- Hidden sheets are not read. Dates become ISO days, whole numbers lose their ".0"; nothing is calculated.
- A formula is found in the sheet's XML, whatever result was saved with it: its cell says `=…` and is marked.
- Documents with a DTD, and sheets that claim more cells than the cap, are refused before anything is laid out.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from pathlib import PurePosixPath
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from app.base.faults import Fault
from app.base.words import Json, Value
from app.work.feeds.csvfile import Record

MIB = 1024 * 1024
UNPACKED_LIMIT = 128 * MIB
MEMBER_LIMIT = 2_000
CELL_LIMIT = 5_000_000
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
ROW = re.compile(r"[1-9][0-9]{0,6}")
MIDNIGHT = " 00:00:00"


class Sheet(Value, frozen=True, kw_only=True):
    """One visible sheet: its name and every row from the first on, empty ones too."""

    name: str
    records: list[Record]


class Scan(Value, frozen=True, kw_only=True):
    """What a sheet's XML says beside the values: formulas by (row, column from 0), and how far its cells reach."""

    formulas: dict[tuple[int, int], str]
    rows: int
    columns: int


def sheets(data: bytes, file: str) -> list[Sheet]:
    """The visible sheets. Raises Fault feed.not_xlsx or feed.too_large."""
    members = _unpacked(data, file)
    scans = {
        name: _scan(members[path], file) for name, path in _paths(members, file).items() if path in members
    }
    if any(scan.rows * scan.columns > CELL_LIMIT for scan in scans.values()):
        raise Fault("feed.too_large", file=file, limit=CELL_LIMIT // 1_000_000, unit="million cells")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(_repacked(members)))
        return [
            _sheet(book, meta.name, scans[meta.name])
            for meta in book.sheets_metadata
            if meta.visible == SheetVisibleEnum.Visible and meta.name in scans
        ]
    except (CalamineError, OSError, ValueError) as error:
        raise Fault("feed.not_xlsx", file=file, detail=str(error)) from error


def cell_name(row: int, column: int) -> str:
    """`J20` for row 20 (from 1) and column 9 (from 0)."""
    letters, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{row}"


def _sheet(book: CalamineWorkbook, name: str, scan: Scan) -> Sheet:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    # A formula without a saved result has no value; at the end of a sheet its row would be missing.
    rows += [[] for _ in range(max((row for row, _ in scan.formulas), default=0) - len(rows))]
    marked: dict[int, dict[int, str]] = {}
    for (row, column), formula in scan.formulas.items():
        marked.setdefault(row, {})[column] = formula
    return Sheet(
        name=name, records=[_record(row, cells, marked.get(row, {})) for row, cells in enumerate(rows, 1)]
    )


def _record(row: int, values: list[Json], formulas: dict[int, str]) -> Record:
    cells = [_text(value) for value in values]
    cells += [""] * (max(formulas, default=-1) + 1 - len(cells))
    for column, formula in formulas.items():
        cells[column] = f"={formula}"
    return Record(row=row, cells=cells, formulas=frozenset(formulas))


def _text(value: Json) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).removesuffix(MIDNIGHT)


def _unpacked(data: bytes, file: str) -> dict[str, bytes]:
    """The XML members, unpacked under one cap for all of them."""
    members: dict[str, bytes] = {}
    left = UNPACKED_LIMIT
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                if not info.filename.endswith((".xml", ".rels")):
                    continue
                with archive.open(info) as stream:
                    members[info.filename] = stream.read(left + 1)
                left -= len(members[info.filename])
                if left < 0 or len(members) > MEMBER_LIMIT:
                    raise Fault("feed.too_large", file=file, limit=UNPACKED_LIMIT // MIB, unit="MiB unpacked")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise Fault("feed.not_xlsx", file=file, detail=str(error)) from error
    return members


def _repacked(members: dict[str, bytes]) -> bytes:
    """The same members in an archive made here."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def _parse(content: bytes, parser: expat.XMLParserType, file: str) -> None:
    def refuse(*_: object) -> None:
        raise Fault("feed.not_xlsx", file=file, detail="a document type declaration")

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)  # noqa: FBT003  (positional only)
    except expat.ExpatError as error:
        raise Fault("feed.not_xlsx", file=file, detail=str(error)) from error


def _elements(content: bytes, name: str, file: str) -> list[dict[str, str]]:
    """The attributes of every element `name` (without prefix), namespaces left out."""
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == name:
            found.append(
                {key.rpartition(":")[2]: value for key, value in attributes.items() if key != "r:embed"}
            )

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    _parse(content, parser, file)
    return found


def _paths(members: dict[str, bytes], file: str) -> dict[str, str]:
    """Sheet names to the members that hold them (ECMA-376 part 2, relationships)."""
    book, links = members.get("xl/workbook.xml"), members.get("xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        raise Fault("feed.not_xlsx", file=file, detail="no workbook in the archive")
    targets = {link.get("Id", ""): link.get("Target", "") for link in _elements(links, "Relationship", file)}
    named = {sheet.get("name", ""): targets.get(_link(sheet), "") for sheet in _elements(book, "sheet", file)}
    return {name: _member(target) for name, target in named.items() if target}


def _link(sheet: dict[str, str]) -> str:
    return sheet.get("id", "")


def _member(target: str) -> str:
    base = PurePosixPath("/xl") / target
    return posixpath.normpath(str(base)).lstrip("/")


class _Scanner:
    """Collects formulas and reach from a sheet's events. Cells and rows without a reference follow the one before."""

    def __init__(self) -> None:
        self.formulas: dict[tuple[int, int], str] = {}
        self.rows = self.columns = 0
        self._row, self._column = 0, -1
        self._words: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name, place = tag.rpartition(":")[2], attributes.get("r", "")
        if name == "row":
            self._row, self._column = int(place) if ROW.fullmatch(place) else self._row + 1, -1
        elif name == "c":
            match = CELL.fullmatch(place)
            self._row = int(match[2]) if match else self._row
            self._column = _column(match[1]) if match else self._column + 1
            self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column + 1)
        elif name == "f":
            self._words = []

    def end(self, tag: str) -> None:
        if self._words is not None and tag.rpartition(":")[2] == "f":
            self.formulas[self._row, self._column] = "".join(self._words)
            self._words = None

    def text(self, data: str) -> None:
        if self._words is not None:
            self._words.append(data)


def _scan(content: bytes, file: str) -> Scan:
    """Formulas and reach of one sheet."""
    scanner, parser = _Scanner(), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = scanner.start, scanner.end
    parser.CharacterDataHandler = scanner.text
    _parse(content, parser, file)
    return Scan(formulas=scanner.formulas, rows=scanner.rows, columns=scanner.columns)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
