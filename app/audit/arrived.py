"""What another device's batch changes, judged as `verify store` will judge it (decision 21; app/DECISIONS.md).

- The same judge, on the same history: an entity's earlier entries are read again, so that its whole story is known.
- What is found is told of the entry, and takes nothing away from it: it is kept, folded, and in doubt.
- Entries of a command that came in an earlier batch, before its signature, are judged again with it.
- What needs every token of a site, and data keys that are not held here, is left to the verifier.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence

from app.audit.believed import Believed, Read
from app.audit.findings import Finding, Findings
from app.audit.fold import Folded, Graph, Row, Say, Step
from app.audit.rows import RowJudge
from app.audit.walk import Cover, covering, hlc_of, in_order
from app.base.entry import Entry, read
from app.base.words import Value
from app.domain.roles import Place
from app.proof.chain import leaf as leaf_of
from app.store import history, state
from app.store.schema import STATE
from app.store.state import places
from app.store.tx import Tx

WHOLE = "record"
"""A record in doubt stays so whatever step is added to it; it is declared void, and another one made."""


class Weighed(Value, frozen=True):
    """What was judged: the entries, those in doubt with the code of the first finding, and the places that QA's own
    entries answer: what stands before one of them is QA's from then on."""

    entries: tuple[Entry, ...]
    doubted: Mapping[Place, str]
    answered: Mapping[Place, frozenset[Place]]


class Weighing:
    """Judges batch after batch of one meeting. `believed` must know what a batch teaches before the batch is judged here.

    Of no use any more once a batch that was judged here was not kept.
    """

    def __init__(self, believed: Believed) -> None:
        self.believed = believed
        self._found = Findings()
        self._fold = _Woven(believed)
        self._covers: dict[str, Cover] = {}
        self._judge = RowJudge(
            believed.standing, believed.personal, self._covers, self._fold, self._found, settled=False
        )

    def weigh(self, tx: Tx, log: str, lines: Sequence[Read]) -> Weighed:
        """Judge entries that continue `log`, before they are written."""
        again = list(_still_open(tx, log, lines))
        for e, _ in again:
            self._fold.forget(e)
        lines = [*reversed(again), *lines]
        told, self._covers[log] = len(self._found.rows()), _cover(lines)
        self._fold.begin(tx, (log, lines[0][0].seq))
        for e, raw in lines:
            if e.chg:
                for past, b in self._fold.story(e):
                    self._judge.judge(past.log, past.seq, past, b)
                self._judge.judge(log, e.seq, e, raw)
        doubted = _doubted(self._found.rows()[told:], self.believed, log, [e for e, _ in lines])
        answered = _answered(tx, self.believed, lines, doubted)
        return Weighed(entries=tuple(e for e, _ in lines), doubted=doubted, answered=answered)


def _still_open(tx: Tx, log: str, lines: Sequence[Read]) -> Iterator[Read]:
    """The entries before the batch that its first signature covers, newest first: they came without it."""
    first = lines[0][0].seq
    signed = next(((e, raw) for e, raw in lines if e.sig is not None), None)
    low = first if signed is None else signed[0].seq - covering(signed[1], signed[0].sig or "")[0]
    for seq in range(first - 1, max(low, 0) - 1, -1):
        raw = history.one(tx, log, seq)
        e = None if raw is None else read(raw)
        if raw is None or e is None or e.sig is not None:
            return
        yield e, raw


def _cover(lines: Sequence[Read]) -> Cover:
    signed, covers, marks = array("q"), array("q"), bytearray()
    for e, raw in lines:
        if e.sig is not None:
            count, mark = covering(raw, e.sig)
            signed.append(e.seq)
            covers.append(max(0, min(count, e.seq)))
            marks += mark
    return Cover(signed.tobytes(), covers.tobytes(), bytes(marks))


def _doubted(
    found: Sequence[Finding], believed: Believed, log: str, entries: Sequence[Entry]
) -> dict[Place, str]:
    mine = {(log, e.seq) for e in entries}
    told = [one for one in found if one.severity == "error"]
    doubted = {(one.log or "", one.seq or 0): one.code for one in reversed(told)}
    last = believed.standing.cut.get(log)
    beyond = {(log, e.seq): "SIG_KEY_RETIRED" for e in entries if last is not None and e.chg and e.seq >= last}
    return {**beyond, **{place: code for place, code in doubted.items() if place in mine}}


def _answered(
    tx: Tx, believed: Believed, lines: Sequence[Read], doubted: Mapping[Place, str]
) -> dict[Place, frozenset[Place]]:
    """By each sound entry of QA: the doubts about its entity that QA's device held when it was written."""
    before, answered = believed.standing.order.before, {}
    of: dict[tuple[str, str], set[Place]] = {}
    for e, _ in lines:
        key, here = (e.ent.t, e.ent.id), (e.log, e.seq)
        if not e.chg or e.ent.t not in STATE:
            continue
        if key not in of:
            held = state.held(tx, *key)
            of[key] = set(() if held is None else state.doubts(held.trace))
        if here in doubted:
            of[key].add(here)
        elif e.by.role == "qa" and e.ent.t != WHOLE:
            answered[here] = frozenset(place for place in of[key] if before(place, here))
    return answered


class _Woven:
    """The verifier's fold of several logs, of those entities only that are asked for."""

    def __init__(self, believed: Believed) -> None:
        self._graph = Graph(believed.standing.order.before)
        self._known: set[str] = set()
        self._tx: Tx | None = None
        self._end: Place = ("", 0)

    def begin(self, tx: Tx, end: Place) -> None:
        """A batch is judged: `tx` reads what is held, of which nothing from `end` on counts."""
        self._tx, self._end = tx, end

    def forget(self, e: Entry) -> None:
        """An entry is judged again."""
        self._graph.forget(f"{e.ent.t}/{e.ent.id}", (e.log, e.seq))

    def story(self, e: Entry) -> list[Read]:
        """The earlier entries of an entity that is judged for the first time: to be judged before it."""
        key = f"{e.ent.t}/{e.ent.id}"
        if e.ent.t != WHOLE:
            # Who stood on which side matters for a record; of all else only the row does.
            self._look(key)
        if key in self._known:
            return []
        self._known.add(key)
        return self._past(key)

    def step(self, e: Entry, leaf: bytes, say: Say) -> Step:
        """See Fold."""
        return self._graph.step(e, leaf, say)

    def row(self, key: str, at: Place) -> Row | None:
        """See Fold."""
        self._look(key)
        return self._graph.row(key, at)

    def _look(self, key: str) -> None:
        if key not in self._known:
            self._known.add(key)
            for e, raw in self._past(key):
                self._graph.step(e, leaf_of(raw), _nothing)

    def take(self, key: str) -> Folded | None:
        """See Fold."""
        return self._graph.take(key)

    def rest(self) -> Iterator[Folded]:
        """See Fold."""
        return self._graph.rest()

    def _past(self, key: str) -> list[Read]:
        t, _, id = key.partition("/")
        tx, found = self._tx, []
        held = state.held(tx, t, id) if tx is not None and t in STATE else None
        for log, seq in places(held.trace) if held is not None else ():
            counts = tx is not None and (log != self._end[0] or seq < self._end[1])
            raw = history.one(tx, log, seq) if tx is not None and counts else None
            if raw is not None:
                found.append((read(raw), raw))
        return in_order(found, lambda one: ((one[0].log, one[0].seq), hlc_of(one[0].ts.hlc)))


def _nothing(_code: str, _note: str) -> None:
    """What is found of an entity that is only looked up was told when it came."""
