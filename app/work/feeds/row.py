"""One row of a feed, read field by field; whatever is wrong with a field becomes a finding of the row.

- A row is rejected or held for its own findings only; findings that let it pass are shown when it is taken.
- One value is reported once in a row, however many fields repeat it.
- Identifiers are plain Latin: a letter of another script in one would make two of what people see as one (UTS #39).
- Text in clear holds no control or bidirectional signs (formats §1); sealed text may, but never a NUL byte.
- What a spreadsheet would calculate is kept as text and marked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from unicodedata import normalize

from app.base.moment import Day
from app.work.feeds.csvfile import BAD_BYTE, Record
from app.work.feeds.days import FOR_EVER, read_day
from app.work.feeds.feed import ACCEPTED, HELD, REJECTED, Defect, Place, presentable
from app.work.feeds.table import Table, damage

CLEAR_BAD = re.compile("[\x01-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
FORMULA = re.compile(r"[=@].|[+-](?![\d.,\s-]*$)")
NAME_LIMIT, CLEAR_LIMIT, SEALED_LIMIT = 200, 1_000, 8_000


class FeedRow:
    """Reads the fields of one record of `table`; `findings` collects what is wrong with them.

    `follows` is an outcome that the row shares with another row, whose finding names both.
    """

    __slots__ = ("findings", "follows", "record", "table")

    def __init__(self, table: Table, record: Record) -> None:
        self.table = table
        self.record = record
        self.findings: list[Defect] = []
        self.follows = ACCEPTED
        broken = damage(table, record)
        if broken is not None:
            self.findings.append(broken)

    @property
    def outcome(self) -> str:
        """What becomes of the row: the worst that its findings say."""
        if not self.findings:
            return self.follows
        outcomes = {self.follows, *(finding.outcome for finding in self.findings)}
        return REJECTED if REJECTED in outcomes else HELD if HELD in outcomes else ACCEPTED

    def place(self, field: str = "") -> Place:
        """Where the row, or its cell of `field`, is."""
        return self.table.place(self.record, self.table.where.get(field))

    def shown(self) -> list[Defect]:
        """The findings to show: of a row that isn't taken, only why it isn't."""
        outcome = self.outcome
        return [finding for finding in self.findings if outcome == ACCEPTED or finding.outcome != ACCEPTED]

    def find(
        self,
        code: str,
        field: str,
        outcome: str = REJECTED,
        *,
        value: str | None = None,
        also: Place | None = None,
        about: Mapping[str, str | int] | None = None,
    ) -> None:
        """Add a finding at `field`, unless the same was found there, or elsewhere with this very value."""
        column = self.table.where.get(field)
        name = self.table.layout.columns.get(field, field)
        value = None if value is None else presentable(value)
        same = (found for found in self.findings if found.code == code and found.value == value)
        if any(value is not None or found.column == name for found in same):
            return
        self.findings.append(
            Defect(
                file=self.table.file,
                code=code,
                outcome=outcome,
                at=self.table.place(self.record, column),
                sheet=self.table.sheet,
                column=name,
                value=value,
                also=also,
                about=about or {},
            )
        )

    def raw(self, field: str) -> str:
        """The cell as it stands, empty if the file has no such column; a formula is a finding and reads as empty."""
        column = self.table.where.get(field)
        if column is None:
            return ""
        value = self.record.cells[column]
        if column in self.record.formulas:
            self.find("cell.formula", field, value=value)
            return ""
        return value

    def filled(self) -> list[str]:
        """The fields whose cells aren't empty."""
        cells = self.record.cells
        return [field for field, column in self.table.where.items() if cells[column]]

    def text(self, field: str, limit: int = CLEAR_LIMIT, *, sealed: bool = False) -> str | None:
        """Free text, trimmed, NFC; None if empty or unfit (a finding)."""
        value = self.raw(field)
        if not value:
            return None
        text = value.strip()
        if not text:
            return None
        if not (text.isascii() and text.isprintable()):
            text = normalize("NFC", text)
            bad = bad_sign(text, sealed=sealed)
            if bad is not None:
                self.find(bad, field)
                return None
        if len(text) > limit:
            code = "person.name_too_long" if limit == NAME_LIMIT else "text.too_long"
            self.find(code, field, about={"length": len(text), "limit": limit})
        if text[0] in "=+-@" and FORMULA.match(text):
            self.find("text.formula", field, ACCEPTED)
        return text

    def name(self, field: str) -> str | None:
        """A name of a person; a lone dot stands for none."""
        value = self.text(field, NAME_LIMIT, sealed=True)
        return None if value == "." else value

    def code(self, field: str, blanks: str = "id.whitespace") -> str | None:
        """An identifier: trimmed (reported under `blanks`), plain Latin letters only."""
        value = self.raw(field)
        if not value:
            return None
        text = value.strip()
        if not text:
            return None
        if not (text.isascii() and text.isprintable()):
            bad = bad_sign(text, sealed=True) or "id.lookalike"
            self.find(bad, field, value=value if bad == "id.lookalike" else None)
        elif text != value:
            self.find(blanks, field, ACCEPTED, value=value)
        if len(text) > NAME_LIMIT:
            self.find("text.too_long", field, about={"length": len(text), "limit": NAME_LIMIT})
        return text

    def day(self, field: str) -> Day | None:
        """A day; None if empty, unreadable (a finding) or 9999-12-31, which other systems write for "no end"."""
        value = self.raw(field)
        if not value:
            return None
        text = value.strip()
        found, code = read_day(text) if text else (None, None)
        if code is not None:
            self.find(code, field, HELD if code == "date.ambiguous" else REJECTED, value=text)
        return None if found == FOR_EVER else found

    def whole(self, field: str) -> int | None:
        """A whole number of at most nine digits; None if empty or no such number (a finding)."""
        value = self.raw(field)
        text = value.strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            self.find("number.unreadable", field, value=text)
            return None
        return int(text)


def bad_sign(text: str, *, sealed: bool) -> str | None:
    """The defect code of the first kind of sign that `text` may not hold, or None."""
    if "\0" in text:
        return "text.nul"
    if BAD_BYTE.search(text):
        return "text.wrong_encoding"
    return "text.control" if not sealed and CLEAR_BAD.search(text) else None
