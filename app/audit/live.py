"""Live rows against what history makes of them (formats §4): the same, both ways, column for column.

- A row that no entry made is STATE_EXTRA, one that is not there STATE_MISSING, another value STATE_DIFF.
- While an entity has several heads a row may hold any head's value (CONFLICT).
- A row that differs may hold envelopes that nobody has looked at; they are opened too.
"""

from __future__ import annotations

from app.audit.findings import Findings
from app.audit.fold import Fold, Folded, Live, Row, live_differs
from app.audit.personal import Personal, in_row
from app.base.codec import pack_checked
from app.base.faults import Fault
from app.base.words import Json, Value
from app.domain.roles import Place
from app.store import scan


class Attached(Value, frozen=True):
    """A row that refers to a file: the entity, the reference, and the hash that the register promises."""

    entity: str
    ref: Json
    promised: Json


class LiveRows:
    """Compares the rows of one `share` (part, parts) of all entities; `attached` are those that refer to files."""

    def __init__(
        self, connection: scan.Driver, site: str, share: tuple[int, int], fold: Fold, personal: Personal,
        found: Findings,
    ) -> None:  # fmt: skip
        self._connection, self._site, self._share = connection, site, share
        self._fold, self._personal, self._found = fold, personal, found
        self.attached: list[Attached] = []

    def run(self) -> None:
        """Every state table; one that can't be read to its end is STORE_DAMAGED. Empties the fold."""
        for name in scan.state_tables(self._connection):
            try:
                self._table(name)
            except Fault as fault:
                self._found.add("STORE_DAMAGED", note=f"{name}: {fault.code}")
        for folded in self._fold.rest():
            part, parts = self._share
            if scan.lot(folded.key.partition("/")[2]) % parts == part:
                self._found.add("STATE_MISSING", *folded.place, folded.key)

    def _table(self, name: str) -> None:
        columns, chunks = scan.share(self._connection, name, *self._share)
        live = Live(columns)
        for chunk in chunks:
            for values in chunk:
                heads = None if live.heads < 0 else values[live.heads]
                self._compare(name[2:], str(values[live.id]), values[live.site], live.row(values), heads)

    def _compare(self, t: str, id: str, site: Json, row: Row, heads: Json) -> None:
        key = f"{t}/{id}"
        folded = self._fold.take(key) if site == self._site else None
        if folded is None:
            self._found.add("STATE_EXTRA", entity=key)
        else:
            self._against(folded, row, t)
            if heads is not None and heads != folded.heads:
                self._found.add("STATE_DIFF", *folded.place, key, "_heads")
        if "file_j" in row or "files_j" in row:
            self._attachments(key, row)

    def _against(self, folded: Folded, row: Row, t: str) -> None:
        if len(folded.rows) > 1:
            self._found.add("CONFLICT", *folded.place, folded.key)
        elif pack_checked(row) == folded.rows[0]:
            return
        wrong = live_differs(row, folded.rows)
        if wrong:
            self._found.add("STATE_DIFF", *folded.place, folded.key, ", ".join(wrong))
            self._envelopes(folded.key, folded.place, t, row)

    def _envelopes(self, key: str, at: Place, t: str, row: Row) -> None:
        """A row that is not the fold's may hold envelopes that nobody has looked at."""
        for spot in in_row(t, row):
            if self._personal.bad(spot, at, _always):
                self._found.add("ENVELOPE_BAD", entity=key, note=spot[2])

    def _attachments(self, key: str, row: Row) -> None:
        one, many = row.get("file_j"), row.get("files_j")
        if type(one) is dict:
            self.attached.append(Attached(entity=key, ref=one, promised=row.get("sha256", one.get("sha256"))))
        for ref in many if type(many) is list else ():
            if type(ref) is dict:
                self.attached.append(Attached(entity=key, ref=ref, promised=ref.get("sha256")))


def _always(_one: Place, _other: Place) -> bool:
    return True
