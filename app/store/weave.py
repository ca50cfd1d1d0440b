"""The rows that the logs of several devices make together (formats §5 "Changes", "Rivals"; trust §5 "Convergence").

- A change stands on the heads that its device knew (`base`); what nothing stands on is a head.
- The result depends on the set of entries alone, never on the order in which they arrived.
- Of several heads one is shown (domain/rivals.py); all of them stay, and are named as heads.
- An entry whose base is not there yet waits for it.
- An entry without the right is folded like any other; the row's trace says that it is in doubt.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from msgspec.structs import replace

from app.base.codec import b64u
from app.base.entry import Entry, read
from app.base.moment import parse_hlc
from app.base.words import Json, Row, Value
from app.domain.rivals import Rival, shown_of
from app.domain.roles import Place
from app.domain.wire import apply
from app.proof.chain import leaf as leaf_of
from app.store import history, state
from app.store.schema import STATE
from app.store.state import Held, doubts, places, traced, with_doubts
from app.store.tx import Tx

Key = tuple[str, str]
"""Entity type and id."""


class Node(Value, frozen=True):
    """One change: the row that it left, when and where it was recorded."""

    leaf: str
    row: Row
    hlc: tuple[int, int]
    log: str
    seq: int
    utc: str


class Strand:
    """Every change of one entity."""

    def __init__(self, id: str) -> None:
        self._id = id
        self._nodes: dict[str, Node] = {}
        self._passed: set[str] = set()
        self._waiting: list[tuple[Entry, str]] = []

    def take(self, entry: Entry, leaf: str) -> None:
        """Take one change in; ValueError when it does not fit what it says it stands on. One taken before is nothing new."""
        if leaf in self._nodes:
            return
        self._waiting.append((entry, leaf))
        while ready := [item for item in self._waiting if self._nodes.keys() >= set(item[0].ent.base)]:
            self._waiting = [item for item in self._waiting if item not in ready]
            for one, name in ready:
                self._add(one, name)

    def held(self) -> Held | None:
        """The row that is shown, with every head; None before the first change. ValueError when a base never came."""
        if self._waiting:
            raise ValueError(f"{self._id}: what a change stands on is not held")
        return self.known()

    def known(self) -> Held | None:
        """The same of what is there, whatever still waits: a clock that runs behind may date a change before its base."""
        heads = sorted(self._nodes.keys() - self._passed)
        if not heads:
            return None
        nodes = [self._nodes[leaf] for leaf in heads]
        at = shown_of([Rival(row=node.row, hlc=node.hlc, log=node.log) for node in nodes])
        return Held(
            row=nodes[at].row, heads=tuple(heads), utc=max(node.utc for node in nodes), trace=self._trace()
        )

    def _add(self, entry: Entry, leaf: str) -> None:
        base = entry.ent.base
        rows = [self._nodes[name].row for name in base]
        before = rows[0] if rows else None
        chg: Iterable[tuple[str, Json, Json]] = entry.chg
        if len(rows) > 1:
            chg = [(c, (before or {}).get(c), after) for c, _, after in chg if (before or {}).get(c) != after]
        clock = parse_hlc(entry.ts.hlc)
        self._nodes[leaf] = Node(
            leaf=leaf,
            row=apply(before, entry.ent.id, chg),
            hlc=(clock.ms, clock.counter),
            log=entry.log,
            seq=entry.seq,
            utc=entry.ts.utc,
        )
        self._passed.update(base)

    def _trace(self) -> str:
        trace = ""
        for node in sorted(self._nodes.values(), key=lambda node: (node.log, node.seq)):
            trace = traced(trace, node.log, node.seq)
        return trace


class Weave:
    """Every entity of a site whose history has several logs."""

    def __init__(self) -> None:
        self._strands: dict[tuple[str, str], Strand] = {}

    def take(self, entry: Entry, leaf: str) -> None:
        """Take an entry in; one without a change is nothing here. ValueError as `Strand.take`."""
        if entry.chg:
            key = (entry.ent.t, entry.ent.id)
            strand = self._strands.get(key) or self._strands.setdefault(key, Strand(entry.ent.id))
            strand.take(entry, leaf)

    def rows(self) -> dict[tuple[str, str], Held]:
        """Every row by (type, id). ValueError as `Strand.held`."""
        found = ((key, strand.held()) for key, strand in self._strands.items())
        return {key: held for key, held in found if held is not None}


def weave_in(tx: Tx, changes: Iterable[tuple[Entry, str]]) -> frozenset[str]:
    """Apply the changes of another device's entries, each with its leaf, that were appended in this transaction.

    Returns the entity types that changed; types that this program has no table for stay in history alone. ValueError
    as `Strand.held`.
    """
    new: dict[tuple[str, str], Held] = {}
    for entry, leaf in changes:
        key = (entry.ent.t, entry.ent.id)
        if entry.chg and key[0] in STATE:
            new[key] = _after(tx, new.get(key) or state.held(tx, *key), entry, leaf)
    for t in {t for t, _ in new}:
        mine = [held for (noun, _), held in sorted(new.items()) if noun == t]
        there = [state.held(tx, t, held.row["id"]) is not None for held in mine]
        state.change(tx, t, [held for held, known in zip(mine, there, strict=True) if known])
        state.add(tx, t, [held for held, known in zip(mine, there, strict=True) if not known])
    return frozenset(t for t, _ in new)


def mark(
    tx: Tx, entries: Iterable[Entry], doubted: Container[Place], answered: Mapping[Place, frozenset[Place]],
    before: Mapping[Key, frozenset[Place]],
) -> None:  # fmt: skip
    """Note in the rows that these entries changed which of them are in doubt; `before` is what `doubts_of` said of the rows.

    An entry in `answered` ends the doubts named there. Only after `weave_in`, in its transaction.
    """
    open_: dict[Key, set[Place]] = {}
    for entry in entries:
        key, here = (entry.ent.t, entry.ent.id), (entry.log, entry.seq)
        if entry.chg and key[0] in STATE:
            mine = open_.setdefault(key, set(before.get(key, ())))
            mine.discard(here)
            if here in doubted:
                mine.add(here)
            mine -= answered.get(here, frozenset())
    for key, mine in open_.items():
        held = state.held(tx, *key)
        if held is not None and (trace := with_doubts(held.trace, mine)) != held.trace:
            state.change(tx, key[0], [replace(held, trace=trace)])


def doubts_of(tx: Tx, entries: Iterable[Entry]) -> dict[Key, frozenset[Place]]:
    """The places in doubt of every row that these entries change, as it stands."""
    keys = {(entry.ent.t, entry.ent.id) for entry in entries if entry.chg and entry.ent.t in STATE}
    return {key: doubts(held.trace) for key in keys if (held := state.held(tx, *key)) is not None}


def _after(tx: Tx, before: Held | None, entry: Entry, leaf: str) -> Held:
    """What one change leaves: at once when it stands on the only head, else by all changes of the entity."""
    heads = () if before is None else before.heads
    if tuple(entry.ent.base) == heads and len(heads) < 2:
        row = apply(None if before is None else before.row, entry.ent.id, entry.chg)
        trace = traced("" if before is None else before.trace, entry.log, entry.seq)
        utc = max(entry.ts.utc, "" if before is None else before.utc)
        return Held(row=row, heads=(leaf,), utc=utc, trace=trace)
    strand = Strand(entry.ent.id)
    for log, seq in places(before.trace) if before is not None else ():
        b = history.one(tx, log, seq)
        if b is not None:
            strand.take(read(b), b64u(leaf_of(b)))
    strand.take(entry, leaf)
    held = strand.held()
    if held is None:
        raise ValueError(f"{entry.ent.id}: a change that leaves nothing")
    return held
