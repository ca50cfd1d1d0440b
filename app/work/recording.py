"""One transaction of history: entries made, appended and applied together, or not at all.

- The door: nothing else appends to history (contract 5).
- Every signed entry has its checkpoint; others at the latest after a hundred.
- New persons' keys are kept and committed to before the first value that is sealed under them.
- Memory takes the entries in after the commit; the anchor outside is written once, before anything is "done".
- Whatever is raised inside leaves store, person keys and memory as they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TypeAlias

from app.base.codec import b64u
from app.base.faults import Fault
from app.base.moment import Reading
from app.base.words import Json
from app.domain.wire import Act, Change
from app.proof.envelope import NoKey
from app.proof.notes import sign_checkpoint
from app.store import pkeys, state
from app.store.append import Line, append, append_checkpoint, keep_frontier
from app.store.state import Held
from app.store.tx import Tx
from app.work.clocks import Judged
from app.work.office import Office, drop_strays
from app.work.ring import commitment
from app.work.scribe import SYS, Draft, Hand, Lookup, Reason, Scribe, Written, draft, rows_after
from app.work.tail import EVERY

KEPT_EVERY = 512
MANY = 64
"""From so many changes of one type on, its rows are read at once."""

Item: TypeAlias = Change | Act
Sign: TypeAlias = Callable[[Scribe, int, bytes, Draft], str]
"""The scribe, how many entries before are covered, the entry's bytes and its draft; answers the signature."""


class Recording:
    """The entries of one transaction, on a tail of its own."""

    def __init__(
        self, office: Office, tx: Tx, reading: Reading, judged: Judged, *, rehearsal: bool = False
    ) -> None:
        self.office = office
        self.rehearsal = rehearsal
        self.tx = tx
        self.reading = reading
        self.judged = judged
        self.tail = office.tail.copy()
        self.written: list[Written] = []
        self.keys: list[tuple[str, int, bytes]] = []
        self._notes: list[tuple[int, str]] = []

    @property
    def head(self) -> str:
        """The leaf of the newest entry, b64u."""
        return b64u(self.tail.last)

    def drafts(self, items: Iterable[Item]) -> list[Draft]:
        """What the items would write; those that change nothing write nothing."""
        return drafts_of(self.office, self.tx, items)

    def write(
        self, hand: Hand, drafts: Sequence[Draft], reason: Reason | None = None, sign: Sign | None = None
    ) -> None:
        """Make the entries of one command, the last one under `sign`."""
        office = self.office
        scribe = Scribe(
            self.tail, office.ring, office.site, hand, reason, self.reading, self.judged.state, office.random
        )
        for place, made in enumerate(drafts):
            signing = sign if place == len(drafts) - 1 else None
            self._take(scribe.write(made, None if signing is None else _bound(signing, scribe, place)))
        self._keep(self.written[len(self.written) - len(drafts) :])

    def act(self, hand: Hand, act: Act, reason: Reason | None = None, sign: Sign | None = None) -> None:
        """Make one entry that has a body and no row, as a command of its own."""
        self.write(hand, self.drafts([act]), reason, sign)

    def finish(self) -> None:
        """The checkpoints that are due, and now and then the tree's frontier."""
        tail = self.tail
        if tail.n - tail.noted >= EVERY:
            self._note()
        for n, note in self._notes:
            append_checkpoint(self.tx, tail.log, n, note)
        if tail.noted - tail.kept >= KEPT_EVERY and tail.noted == tail.n:
            keep_frontier(self.tx, tail.log, tail.n, tail.frontier.dump())
            tail.kept = tail.n

    def drop_keys(self) -> None:
        """Destroy the person keys that were made for this transaction; on a full disk the next one does."""
        if self.keys:
            self.office.ring.forget(self.keys)
            if not self.rehearsal:
                self.office.strays += [key[:2] for key in self.keys]
                with suppress(Fault):
                    drop_strays(self.office)
            self.keys = []

    def note(self) -> None:
        """Make a checkpoint here and keep the tree's frontier (at log-off)."""
        if self.tail.noted < self.tail.n:
            self._note()

    def _take(self, item: Written) -> None:
        self.written.append(item)
        if item.entry.sig is not None:
            self._note()

    def _keep(self, written: Sequence[Written]) -> None:
        """Append entries and apply them to the state tables: what comes next in this transaction sees them."""
        lines = [Line(seq=item.seq, b=item.b, rowless=item.draft.after is None) for item in written]
        append(self.tx, self.tail.log, lines)
        for noun, (new, changed) in rows_after(written).items():
            # In the order of the table: the pages of many new rows are then written once.
            state.add(self.tx, noun, sorted(new, key=lambda held: str(held.row["id"])))
            state.change(self.tx, noun, changed)

    def _note(self) -> None:
        tail = self.tail
        note = sign_checkpoint(tail.log, tail.n, tail.frontier.root(), self.office.device.ed25519)
        self._notes.append((tail.n, note))
        tail.noted = tail.n


def drafts_of(office: Office, tx: Tx, items: Iterable[Item]) -> list[Draft]:
    """What the items would write on top of the rows that the transaction sees."""
    wanted = list(items)
    held = _lookup(tx, Counter(item.NOUN for item in wanted if isinstance(item, Change)))
    return [made for item in wanted if (made := draft(item, held, office.ring)) is not None]


def _lookup(tx: Tx, counts: Mapping[str, int]) -> Lookup:
    """How rows are found: one by one, or a whole table at once where much of it is asked for."""
    whole = {
        noun: {held.row["id"]: held for held in state.all_held(tx, noun)}
        for noun, count in counts.items()
        if count >= MANY
    }

    def held(t: str, id: str) -> Held | None:
        return whole[t].get(id) if t in whole else state.held(tx, t, id)

    return held


def _bound(sign: Sign, scribe: Scribe, covered: int) -> Callable[[bytes, Draft], str]:
    return lambda b, made: sign(scribe, covered, b, made)


@contextmanager
def recording(office: Office, *, rehearsal: bool = False) -> Iterator[Recording]:
    """One transaction: committed at the end of the block, then taken into memory and anchored.

    A rehearsal must end by raising; its person keys are made in memory only.

    Anything raised in the block leaves store and memory as they were. Faults of the store and of the anchor.
    """
    reading, judged = office.read_clock()
    made: Recording | None = None
    try:
        with office.store.write() as tx:
            made = Recording(office, tx, reading, judged, rehearsal=rehearsal)
            if judged.state == "jump":
                jump = {"from": reading.instant.ms - judged.moved, "to": reading.instant.ms}
                made.act(SYS, site_act("clock.jump", office.site, jump))
            yield made
            made.finish()
    except BaseException:
        if made is not None:
            made.drop_keys()
        raise
    if judged.state == "jump":
        office.jump = None
    if made.written:
        office.take_in(made.tail, made.written)


def site_act(act: str, site: str, body: dict[str, Json]) -> Act:
    """An entry about the site itself."""
    return Act(ACT=act, NOUN="site", id=site, body=body)


def keep_keys(office: Office, made: Recording, pids: Iterable[str]) -> None:
    """Give every new person of `pids` a data key: kept in pkeys.db first, then committed to in history.

    NoKey for somebody who was entered before and whose key is not here: it was destroyed, or lies on another device.
    """
    new = [pid for pid in dict.fromkeys(pids) if not office.ring.has(pid)]
    held = _lookup(made.tx, {"person": len(new)})
    for pid in new:
        if held("person", pid) is not None:
            raise NoKey(pid)
    keys = [office.ring.make(pid) for pid in new]
    if not keys:
        return
    if not made.rehearsal:
        drop_strays(office)
        with office.persons.write() as tx:
            pkeys.add(tx, keys)
    office.ring.learn(keys)
    made.keys += keys
    acts = [Act(ACT="person.key", NOUN="person", id=key[0], body=commitment(key)) for key in keys]
    made.write(SYS, made.drafts(acts))
