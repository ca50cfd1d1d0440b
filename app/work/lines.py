"""Where every entry of the history stands and what it is filtered by: an index in memory, without any personal value.

- Kept in columns of numbers and texts: hundreds of thousands of lines cost the interpreter no more than a few.
- Read bit by bit; what was recorded since is put in its place by the clock that all devices share.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator
from heapq import merge
from weakref import WeakKeyDictionary

from app.audit.walk import hlc_of
from app.base.entry import Entry, read
from app.base.moment import utc_ms
from app.store import history
from app.store.tx import Tx
from app.work.crowd import Tick
from app.work.since import sizes

CHUNK = 256
LAST_MS = 2**46
"""A later clock is none."""
ABOUT = frozenset({"posting", "record", "account"})
"""Whose rows name a person."""


class Column:
    """A text for each entry, as the number of the text: there are few of them."""

    def __init__(self) -> None:
        self.held, self.values = array("l"), list[str]()
        self._codes: dict[str, int] = {}

    def add(self, text: str) -> None:
        """The text of the next entry."""
        code = self._codes.get(text)
        if code is None:
            code = self._codes[text] = len(self.values)
            self.values.append(text)
        self.held.append(code)

    def code(self, text: str) -> int:
        """The number of a text; -1 for one that no entry has."""
        return self._codes.get(text, -1)

    def of(self, n: int) -> str:
        """The text of an entry."""
        return self.values[self.held[n]]

    def there(self) -> frozenset[str]:
        """Every text that an entry has."""
        return frozenset(self._codes)


class Index:
    """Every entry that was read, numbered as it came; `order` are the numbers, the newest entry last."""

    def __init__(self) -> None:
        self.logs, self.nouns, self.acts, self.makers = Column(), Column(), Column(), Column()
        self.asked = Column()
        self.seqs, self.times, self.order = array("q"), array("q"), array("l")
        self.ids: list[str] = []
        self.about: list[str] = []
        self._clocks = array("q")
        self._sizes: dict[str, int] = {}
        self._persons: dict[str, str] = {}

    def place(self, n: int) -> tuple[str, int]:
        """Log and number of an entry."""
        return self.logs.of(n), self.seqs[n]

    def catch_up(self, tx: Tx, tick: Tick | None) -> None:
        """Take in all that was recorded since."""
        done, of = self.read_on(tx, 0.0)
        while done < of:
            if tick is not None:
                tick(done, of)
            done, of = self.read_on(tx, 0.0)

    def read_on(self, tx: Tx, until: float) -> tuple[int, int]:
        """Read on, a chunk at least, until the clock of this process says `until` or all is read: (read, of)."""
        held = sizes(tx)
        for log, n in held.items():
            while self._sizes.get(log, 0) < n:
                self._read(tx, log, min(n, self._sizes.get(log, 0) + CHUNK))
                if time.perf_counter() >= until:
                    return self._far(held)
        return self._far(held)

    def _far(self, held: dict[str, int]) -> tuple[int, int]:
        done, of = sum(self._sizes.values()), sum(held.values())
        if done == of and len(self.order) < len(self.seqs):
            self._put_in_order()
        return done, of

    def _read(self, tx: Tx, log: str, to: int) -> None:
        first = self._sizes.get(log, 0)
        for _seq, b in history.entries(tx, log, first, to - 1):
            self._take(read(b))
        self._sizes[log] = to

    def _take(self, made: Entry) -> None:
        ms, counter = hlc_of(made.ts.hlc)
        self.logs.add(made.log)
        self.nouns.add(made.ent.t)
        self.acts.add(made.act)
        self.makers.add(made.by.uid)
        self.seqs.append(made.seq)
        self.times.append(_ms(made.ts.utc))
        self._clocks.append(min(ms, LAST_MS) << 16 | counter)
        self.ids.append(made.ent.id)
        self.about.append(self._person(made))
        self.asked.add(_requirement(made))

    def _person(self, made: Entry) -> str:
        """The person whom an entry is about, as it says itself or an entry on the same before it."""
        id, noun = made.ent.id, made.ent.t
        if noun == "person":
            return id
        pid = next((new for column, _, new in made.chg if column == "pid"), None)
        if pid is None and made.body is not None:
            pid = made.body.get("pid")
        if noun in ABOUT and pid is not None:
            self._persons[id] = str(pid)
        return str(pid or (self._persons.get(id) if noun in ABOUT else "") or "")

    def _put_in_order(self) -> None:
        """Numbers in the order of the clock; each log is in that order already."""
        first, clocks = len(self.order), self._clocks
        new = range(first, len(clocks))
        newest = clocks[self.order[-1]] if first else 0
        codes = {self.logs.held[n] for n in new}
        if len(codes) == 1 and clocks[first] >= newest:
            self.order.extend(new)
            return
        self.order = array("l", merge(*self._by_log(), key=lambda n: (clocks[n], self.logs.of(n))))

    def _by_log(self) -> Iterator[list[int]]:
        """The numbers of each log's entries."""
        held = self.logs.held
        for code in range(len(self.logs.values)):
            yield [n for n, one in enumerate(held) if one == code]


def _requirement(made: Entry) -> str:
    """The requirement that the first entry of a record names; empty for every other entry."""
    named = (str(new) for column, _, new in made.chg if column == "req")
    return next(named, "") if made.ent.t == "record" else ""


def _ms(utc: str) -> int:
    """Milliseconds of a UTC text; 0 for what is none, which verification tells of."""
    try:
        return utc_ms(utc)
    except ValueError:
        return 0


def index_of(store: object) -> Index:
    """The index of an open store; it ends with it."""
    return _kept.setdefault(store, Index())


_kept: WeakKeyDictionary[object, Index] = WeakKeyDictionary()
