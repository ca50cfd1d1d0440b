"""The state that history makes (formats §5 "Changes", "Rivals"; §4 rows), entry by entry, and the live rows against it.

- A change must be of the heads that its log knows, name the values before exactly, and lead to the row that it seals.
- With one log an entity has one head, and only that is kept; with several every change is kept, for what each had seen.
- Rows are kept as their canonical bytes, so that a live row is compared whole; entities are many, so nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple, Protocol

import msgspec

from app.base.codec import b64u, pack_checked, parse, reader
from app.base.entry import Entry
from app.base.words import Json
from app.domain.roles import Place

LEAF = 32
SEQ = 8
START = LEAF + SEQ
NUMBER = 4
VALUES = START + NUMBER
NONE: tuple[bytes, ...] = ()
PLAIN = frozenset({str, int, type(None)})
ODD = frozenset({bytes, float})

Row = dict[str, Json]
Say = Callable[[str, str], None]
"""Takes a finding code and a note."""

unpack_row = reader(dict[str, Json]).decode
_values = reader(list[Json]).decode
_seal = sha256(b"cs/row/v1\n")


class Step(msgspec.Struct, frozen=True, gc=False):
    """Before and after one entry: the row, of a signed one also the canonical rows of its base, and the last seq of its
    entity in this log."""

    before: Row | None
    after: Row | None
    bases: tuple[bytes, ...]
    last: int


UNTOUCHED = Step(None, None, (), -1)


class Folded(NamedTuple):
    """One entity at the end: the canonical rows of its heads, where the newest one was made, and the heads' leaves."""

    key: str
    rows: tuple[bytes, ...]
    place: Place
    heads: str = ""


class Fold(Protocol):
    """The state so far."""

    def step(self, e: Entry, leaf: bytes, say: Say) -> Step:
        """Take one entry in; says BEFORE_MISMATCH and POST_MISMATCH."""

    def row(self, key: str, at: Place) -> Row | None:
        """The row of `<t>/<id>` as it is for an entry at that place."""

    def take(self, key: str) -> Folded | None:
        """One entity at the end; it is then forgotten."""

    def rest(self) -> Iterator[Folded]:
        """Every entity that was not taken."""


def digest(packed: bytes) -> str:
    """The seal of a row's canonical bytes (formats §5 `post`)."""
    state = _seal.copy()
    state.update(packed)
    return b64u(state.digest())


class Line:
    """The fold of one log: of each entity the newest leaf, its seq and its row, in one piece of bytes.

    Rows of one kind have the same columns, so their names are kept once and a row is the list of its values.
    """

    def __init__(self, log: str) -> None:
        self._log = log
        self._held: dict[str, bytes] = {}
        self._columns: list[tuple[str, ...]] = []
        self._numbers: dict[tuple[str, ...], bytes] = {}

    def step(self, e: Entry, leaf: bytes, say: Say) -> Step:
        """See Fold."""
        key, base = f"{e.ent.t}/{e.ent.id}", e.ent.base
        held = self._held.get(key)
        if held is None:
            if base:
                say("BEFORE_MISMATCH", "base is not the heads")
            return self._made(key, e, leaf, say) if e.chg else UNTOUCHED
        before, last = self._row(held), int.from_bytes(held[LEAF:START], "big")
        bases = (pack_checked(before),) if e.sig is not None else NONE
        if len(base) != 1 or base[0] != b64u(held[:LEAF]):
            say("BEFORE_MISMATCH", "base is not the heads")
        if not e.chg:
            return Step(before, before, bases, last)
        after = before.copy()
        for column, was, becomes in e.chg:
            old = before.get(column)
            # Most values before are none, or text: settled here, they cost no call.
            if old is not was and (type(was) is not str or old != was) and not _same(old, was):
                say("BEFORE_MISMATCH", column)
            if becomes is None:
                after.pop(column, None)
            else:
                after[column] = becomes
        self._keep(key, e, leaf, after, say)
        return Step(before, after, bases, last)

    def _made(self, key: str, e: Entry, leaf: bytes, say: Say) -> Step:
        """The first change of an entity: nothing was before it."""
        after: Row = {"id": e.ent.id}
        for column, was, becomes in e.chg:
            if was is not None or column == "id":
                say("BEFORE_MISMATCH", column)
            if becomes is not None:
                after[column] = becomes
        self._keep(key, e, leaf, after, say)
        return Step(None, after, NONE, -1)

    def _keep(self, key: str, e: Entry, leaf: bytes, after: Row, say: Say) -> None:
        if digest(pack_checked(after)) != e.post:
            say("POST_MISMATCH", "")
        columns = tuple(after)
        number = self._numbers.get(columns)
        if number is None:
            number = self._numbers[columns] = len(self._columns).to_bytes(NUMBER, "big")
            self._columns.append(columns)
        values = pack_checked(list(after.values()))
        self._held[key] = b"".join((leaf, e.seq.to_bytes(SEQ, "big"), number, values))

    def _row(self, held: bytes) -> Row:
        columns = self._columns[int.from_bytes(held[START:VALUES], "big")]
        return dict(zip(columns, _values(held[VALUES:]), strict=True))

    def row(self, key: str, _at: Place) -> Row | None:
        """See Fold."""
        held = self._held.get(key)
        return None if held is None else self._row(held)

    def take(self, key: str) -> Folded | None:
        """See Fold."""
        held = self._held.pop(key, None)
        return None if held is None else self._folded(key, held)

    def rest(self) -> Iterator[Folded]:
        """See Fold."""
        return (self._folded(key, held) for key, held in self._held.items())

    def _folded(self, key: str, held: bytes) -> Folded:
        place = (self._log, int.from_bytes(held[LEAF:START], "big"))
        return Folded(key, (pack_checked(self._row(held)),), place, b64u(held[:LEAF]))


class _Node(NamedTuple):
    place: Place
    row: bytes
    base: tuple[str, ...]


class Graph:
    """The fold of several logs: of each entity every change, and what it was a change of."""

    def __init__(self, before: Callable[[Place, Place], bool]) -> None:
        self._before = before
        self._nodes: dict[str, dict[str, _Node]] = {}

    def step(self, e: Entry, leaf: bytes, say: Say) -> Step:
        """See Fold."""
        key, base, place = f"{e.ent.t}/{e.ent.id}", e.ent.base, (e.log, e.seq)
        nodes, heads = self._nodes.get(key, {}), self._heads(key, place)
        if sorted(heads) != base:
            say("BEFORE_MISMATCH", "base is not the heads")
        last = max((node.place[1] for node in nodes.values() if node.place[0] == e.log), default=-1)
        packed = [heads[leaf].row for leaf in base if leaf in heads] or [node.row for node in heads.values()]
        rows = [unpack_row(one) for one in packed]
        before = rows[0] if rows else None
        bases = tuple(nodes[leaf].row for leaf in base if leaf in nodes) if e.sig is not None else NONE
        if not e.chg:
            return Step(before, before, bases, last)
        after: Row = dict(before or {"id": e.ent.id})
        if not _all_named(rows, {column for column, _, _ in e.chg}):
            say("BEFORE_MISMATCH", "a column of the rivals is not named")
        for column, was, becomes in e.chg:
            values = [row.get(column) for row in rows]
            if not _same(values if len(base) > 1 else values[0] if values else None, was):
                say("BEFORE_MISMATCH", column)
            after[column] = becomes
        after = {column: value for column, value in after.items() if value is not None}
        sealed = pack_checked(after)
        if digest(sealed) != e.post:
            say("POST_MISMATCH", "")
        self._nodes.setdefault(key, {})[b64u(leaf)] = _Node(place, sealed, tuple(heads))
        return Step(before, after, bases, last)

    def forget(self, key: str, place: Place) -> None:
        """Take back the change that was made there: it is judged again, with what covers it."""
        nodes = self._nodes.get(key, {})
        self._nodes[key] = {leaf: node for leaf, node in nodes.items() if node.place != place}

    def row(self, key: str, at: Place) -> Row | None:
        """See Fold."""
        return next((unpack_row(node.row) for node in self._heads(key, at).values()), None)

    def take(self, key: str) -> Folded | None:
        """See Fold."""
        leaves = self._heads(key, None)
        heads = list(leaves.values())
        self._nodes.pop(key, None)
        if not heads:
            return None
        return Folded(key, tuple(node.row for node in heads), heads[-1].place, " ".join(sorted(leaves)))

    def rest(self) -> Iterator[Folded]:
        """See Fold."""
        return (found for key in list(self._nodes) if (found := self.take(key)) is not None)

    def _heads(self, key: str, at: Place | None) -> dict[str, _Node]:
        """The changes that nothing visible from `at` (None: from the end) goes beyond."""
        seen = {
            leaf: node
            for leaf, node in self._nodes.get(key, {}).items()
            if at is None or self._before(node.place, at)
        }
        passed = {leaf for node in seen.values() for leaf in node.base}
        return {leaf: node for leaf, node in seen.items() if leaf not in passed}


def live_differs(row: Row, heads: Iterable[bytes]) -> list[str]:
    """The columns in which a live row holds no head's value; empty when it agrees."""
    made = [unpack_row(head) for head in heads]
    columns = set(row).union(*made)
    return sorted(
        column
        for column in columns
        if pack_checked(row.get(column)) not in {pack_checked(head.get(column)) for head in made}
    )


class Live:
    """Reads the rows of one state table as formats §4 has them; values that no column may hold show as text."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.site, self.id = columns.index("site_id"), columns.index("id")
        self.heads = columns.index("_heads") if "_heads" in columns else -1
        self._named = [(at, name) for at, name in enumerate(columns) if name != "site_id" and name[0] != "_"]
        self._packed = [name for _, name in self._named if name.endswith("_j")]

    def row(self, values: Sequence[Json]) -> Row:
        """One row."""
        row = {name: value for at, name in self._named if (value := values[at]) is not None}
        for name in self._packed:
            if name in row:
                row[name] = _unpacked(row[name])
        if not PLAIN.issuperset(map(type, values)):
            odd = {name: f"not INTEGER or TEXT: {value!r}" for name, value in row.items() if type(value) in ODD}
            row.update(odd)
        return row


def _unpacked(text: Json) -> Json:
    try:
        value = parse(text)
        return value if pack_checked(value) == text.encode() else f"not canonical: {text}"
    except (ValueError, TypeError, AttributeError):
        return f"not JSON: {text!r}"


def _same(one: Json, other: Json) -> bool:
    """Equality that keeps 1 and True apart, inside of values too."""
    if type(one) is not type(other):
        return False
    return one is None or bool(one == other and (type(one) is str or pack_checked(one) == pack_checked(other)))


def _all_named(rows: list[Row], named: set[str]) -> bool:
    """Whether every column in which rivals differ is named."""
    return all(
        _same(row.get(column), rows[0].get(column)) for row in rows[1:] for column in {*row, *rows[0]} - named
    )
