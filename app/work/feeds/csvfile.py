"""The records of a delimited text file, with the place of each (RFC 4180, and what exporting systems make of it).

- A record knows its number as the exporting system wrote it, and the line on which it starts.
- Line ends may be mixed; line breaks inside quotes belong to the text; empty lines are no records.
- A quote that never closes damages one record: it stops at the end of its line, and reading goes on with the next.
- Bytes that the declared encoding doesn't know stay visible as lone surrogates; a file in another encoding is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.base.faults import Fault
from app.base.words import Value

SEPARATORS = (";", ",", "\t", "|")
LONGEST_FIELD = 32_767
"""Characters; also the most that a spreadsheet cell can hold."""
BOM, UTF16_BOMS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
BAD_BYTE = re.compile("[\udc80-\udcff]")
SEVERAL = 3

QUOTE, COUNT = "file.quote_unbalanced", "file.column_count"


class Record(Value, frozen=True, kw_only=True, gc=False):
    """One record: `row` counts records (the header is 1), `line` lines of the file; a sheet's record has no line.

    `flaw` is a defect code, `at` the column where it shows, `far` the line that a damaged quote reaches to;
    `formulas` are the columns of a sheet that hold a formula.
    """

    row: int
    cells: list[str]
    line: int | None = None
    flaw: str | None = None
    at: int = 0
    far: int = 0
    formulas: frozenset[int] = frozenset()


class Spot(Value, frozen=True, kw_only=True, gc=False):
    """Where a quoted record ended: cells, position after it, the first cell with a line break, and any damage."""

    cells: list[str]
    end: int
    spans: int | None = None
    torn: int | None = None
    far: int = 0


def decode(data: bytes, encoding: str, file: str) -> str:
    """The text of `data`. Raises Fault feed.encoding if the file as a whole is in another encoding."""
    head = data[:4096]
    if data.startswith(UTF16_BOMS) or head.count(0) > len(head) // 5:
        raise Fault("feed.encoding", file=file, encoding=encoding)
    text = data.removeprefix(BOM).decode(encoding, "surrogateescape")
    bad = len(BAD_BYTE.findall(text))
    letters = 0 if bad <= SEVERAL else sum(1 for sign in text if sign > "\x7f") - bad
    if bad > max(letters, SEVERAL):
        raise Fault("feed.encoding", file=file, encoding=encoding)
    return text if "\n" in text else text.replace("\r", "\n")


def separator(text: str, wanted: frozenset[str]) -> str:
    """The separator whose reading of the first record yields most of the wanted columns, then most columns."""

    def yields(sep: str) -> tuple[int, int]:
        cells = next((record.cells for record in records(text, sep)), [])
        return len(wanted & {cell.strip() for cell in cells}), len(cells)

    return max(SEPARATORS, key=yields)


def records(text: str, sep: str) -> Iterator[Record]:
    """Every record of `text`, the header first. One with other than the header's number of cells carries a flaw."""
    at, line, row, width = 0, 1, 0, 0
    while at < len(text):
        end = _line_end(text, at)
        raw = text[at:end].removesuffix("\r")
        if not raw:
            at, line = end + 1, line + 1
            continue
        row += 1
        if '"' in raw:
            spot = _whole(_quoted(text, at, sep), text, at, sep, width)
            record, end = _record(spot, row, line, width), spot.end
        else:
            cells = raw.split(sep)
            record = Record(row=row, line=line, cells=cells, flaw=_miscount(cells, width))
        width = width or len(record.cells)
        line += text.count("\n", at, end) + 1
        at = end + 1
        yield record


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _miscount(cells: list[str], width: int) -> str | None:
    return COUNT if width and len(cells) != width else None


def _record(spot: Spot, row: int, line: int, width: int) -> Record:
    if spot.torn is not None:
        far = line + spot.far
        return Record(row=row, line=line, cells=spot.cells, flaw=QUOTE, at=spot.torn, far=far)
    return Record(row=row, line=line, cells=spot.cells, flaw=_miscount(spot.cells, width))


def _quoted(text: str, start: int, sep: str) -> Spot:
    """Read one record that holds quotes, from `start`."""
    cells: list[str] = []
    at, end, spans = start, _line_end(text, start), None
    while True:
        if not text.startswith('"', at):
            at = _plain(text, at, end, sep, cells)
            if at < 0:
                return Spot(cells=cells, end=end, spans=spans)
            continue
        close = _closing(text, at, sep)
        if close < 0:
            cells.append(text[at:end].removesuffix("\r"))
            far = text.count("\n", start, -close if close < -1 else end)
            return Spot(cells=cells, end=end, torn=len(cells) - 1, far=far)
        cells.append(text[at + 1 : close].replace('""', '"'))
        if close > end:
            spans = len(cells) - 1 if spans is None else spans
            end = _line_end(text, close)
        if not text.startswith(sep, close + 1):
            return Spot(cells=cells, end=end, spans=spans)
        at = close + 2


def _plain(text: str, at: int, end: int, sep: str, cells: list[str]) -> int:
    """Take the unquoted cells from `at`; where the next, quoted one begins, or -1 at the end of the line."""
    quote = text.find('"', at, end)
    last = text.rfind(sep, at, quote if quote >= 0 else end)
    if quote < 0:
        cells.extend(text[at:end].removesuffix("\r").split(sep))
        return -1
    if last + 1 != quote:
        # A quote inside a cell is a letter like any other.
        last = text.find(sep, quote, end)
    stop = end if last < 0 else last
    cells.extend(text[at:stop].removesuffix("\r" if last < 0 else "").split(sep))
    return -1 if last < 0 else last + 1


def _closing(text: str, at: int, sep: str) -> int:
    """Where the quote opened at `at` closes; negative if nowhere (then minus the position of what follows it wrongly)."""
    close = text.find('"', at + 1, at + LONGEST_FIELD)
    while close >= 0 and text.startswith('"', close + 1):
        close = text.find('"', close + 2, at + LONGEST_FIELD)
    if close < 0:
        return -1
    rest = text[close + 1 : close + 3]
    ends = rest == "" or rest[0] in (sep, "\n") or rest in ("\r\n", "\r")
    return close if ends else -close


def _whole(spot: Spot, text: str, start: int, sep: str, width: int) -> Spot:
    """`spot`, unless it swallowed complete records of the lines after it: then only its first line is damaged."""
    if spot.spans is None or not width or len(spot.cells) == width:
        return spot
    end = _line_end(text, start)
    swallowed = text[end + 1 : spot.end].split("\n")
    if all(line.count(sep) != width - 1 for line in swallowed):
        return spot
    cells = text[start:end].removesuffix("\r").split(sep)
    return Spot(cells=cells, end=end, torn=min(spot.spans, width - 1), far=len(swallowed))
