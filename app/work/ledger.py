"""The change history for the screen: every entry of every log, who made it, what it changed, why (R-AUD-01..06).

- Newest first, by the clock that all devices share; a page at a time, found through an index kept in memory.
- An index line holds no personal value; names are opened for the lines that are shown.
- Nothing here verifies: what the last verification found is told beside the lines by whoever shows them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from app.audit.walk import hlc_of
from app.base.codec import b64u
from app.base.entry import Entry, read
from app.base.moment import utc_ms
from app.base.say import say, words
from app.base.words import Refused, Value
from app.domain.reports import Signed
from app.proof.chain import leaf
from app.store import history
from app.store.tx import Tx
from app.work.office import Office
from app.work.period import is_over
from app.work.told import Change, Made, Names, Telling, device_of, role_words

Tick = Callable[[int, int], None]
CHUNK = 512
OVERSIGHT = frozenset({"qa", "manager", "inspector", "admin"})
"""Roles that may read the change history."""


class HistoryQuery(Value, frozen=True):
    """What is asked for; empty filters nothing. `person`: employee number or id, of who made it or whom it is about;
    `since` and `until`: UTC texts, inclusive; `text`: an entry's number, a person's name or number, an id."""

    text: str = ""
    person: str = ""
    noun: str = ""
    act: str = ""
    since: str = ""
    until: str = ""


class HistoryPage(Value, frozen=True):
    """`total` that fit, `all` there are, and the lines from `first` on."""

    total: int
    all: int
    first: int
    lines: tuple[Made, ...]


class Link(Value, frozen=True):
    """A neighbour in the chain: its number and the hash of its bytes (b64u)."""

    seq: int
    leaf: str


class EntryShown(Value, frozen=True):
    """One entry in full; `signature` is None for what carries none, `user` the user name of who made it."""

    line: Made
    zone: str
    user: str
    role: str
    device: str
    clock: str
    changes: tuple[Change, ...]
    told: tuple[tuple[str, str], ...]
    signature: Signed | None
    before: Link | None
    here: Link
    after: Link | None
    address: str


class _Line(NamedTuple):
    hlc: tuple[int, int]
    log: str
    seq: int
    noun: str
    act: str
    uid: str
    pid: str
    id: str
    utc: str


class _Index:
    """Every entry's place and what it is filtered by."""

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}
        self.lines: list[_Line] = []

    def catch_up(self, tx: Tx, tick: Tick | None) -> None:
        """Take in what was recorded since."""
        new: list[_Line] = []
        for log in history.logs(tx):
            size, first = history.size(tx, log), self.sizes.get(log, 0)
            for seq, b in history.entries(tx, log, first):
                new.append(_line_of(read(b)))
                if tick is not None and seq % CHUNK == 0:
                    tick(seq - first, size - first)
            self.sizes[log] = size
        if new:
            self.lines += new
            self.lines.sort()


_kept: WeakKeyDictionary[object, _Index] = WeakKeyDictionary()


def entries(
    office: Office, query: HistoryQuery, first: int = 0, count: int = 200, tick: Tick | None = None
) -> HistoryPage | Refused:
    """The lines from `first` on, the newest first. Refused `session.none`, `history.not_yours`."""
    refused = refused_reader(office)
    if refused is not None:
        return refused
    index = _kept.setdefault(office.store, _Index())
    with office.store.read() as tx:
        index.catch_up(tx, tick)
        names = Names(office, tx)
        fits = _fitting(index.lines, query, names)
        chosen = fits[max(0, len(fits) - first - count) : len(fits) - first][::-1]
        telling = Telling(office, names)
        lines = tuple(_made(tx, telling, line) for line in chosen)
    return HistoryPage(total=len(fits), all=len(index.lines), first=first, lines=lines)


def entry(office: Office, log: str, seq: int) -> EntryShown | Refused:
    """One entry in full. Refused as `entries`, `history.no_entry`."""
    refused = refused_reader(office)
    if refused is not None:
        return refused
    with office.store.read() as tx:
        b = history.one(tx, log, seq)
        if b is None:
            return Refused("history.no_entry", {"n": seq + 1})
        made, names = read(b), Names(office, tx)
        telling = Telling(office, names)
        return EntryShown(
            line=telling.line(made), zone=made.ts.zone, user=names.user(made.by.uid),
            role=role_words(made.by.role), device=device_of(log),
            clock=say(f"ui.history.clock.{made.ts.clk}") if f"ui.history.clock.{made.ts.clk}" in words() else made.ts.clk,
            changes=tuple(telling.changes(made)), told=tuple(telling.told(made)), signature=telling.signature(made),
            before=_link(tx, log, seq - 1), here=Link(seq=seq, leaf=b64u(leaf(b))), after=_link(tx, log, seq + 1),
            address=telling.address(made),
        )  # fmt: skip


def kinds(office: Office) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(nouns, acts) that occur, sorted: what can be filtered by."""
    index = _kept.get(office.store)
    lines = [] if index is None else index.lines
    return tuple(sorted({one.noun for one in lines})), tuple(sorted({one.act for one in lines}))


def refused_reader(office: Office) -> Refused | None:
    """Why whoever is signed in may not read the history, or None: `session.none`, `history.not_yours`."""
    session = office.session
    if session is None or is_over(office, office.clock.now()):
        return Refused("session.none")
    now, here = office.clock.now().instant, (office.tail.log, office.tail.n)
    held = office.standing.roles.held(session.uid, here, now.utc)
    return None if OVERSIGHT & set(held) else Refused("history.not_yours")


def _line_of(made: Entry) -> _Line:
    pid = next((new for column, _, new in made.chg if column == "pid"), None)
    if pid is None and made.body is not None:
        pid = made.body.get("pid")
    if made.ent.t == "person":
        pid = made.ent.id
    return _Line(
        hlc_of(made.ts.hlc),
        made.log,
        made.seq,
        made.ent.t,
        made.act,
        made.by.uid,
        str(pid or ""),
        made.ent.id,
        made.ts.utc,
    )


def _fitting(lines: list[_Line], query: HistoryQuery, names: Names) -> list[_Line]:
    people = names.people(query.person) if query.person else None
    text = query.text.strip().casefold()
    number = int(text.replace(",", "")) - 1 if text.replace(",", "").isdecimal() else -1
    sought = names.people(text) if text and number < 0 else frozenset()
    low = bisect_left(lines, ((utc_ms(query.since), 0),)) if query.since else 0
    return [
        one
        for one in lines[low:]
        if (not query.noun or one.noun == query.noun)
        and (not query.act or one.act == query.act)
        and (not query.until or one.utc <= query.until)
        and (people is None or _concerns(one, people, names))
        and (
            not text
            or one.seq == number
            or one.id.casefold().startswith(text)
            or (bool(sought) and _concerns(one, sought, names))
        )
    ]


def _concerns(line: _Line, people: frozenset[str], names: Names) -> bool:
    return (line.pid or names.about(line.noun, line.id)) in people or names.by(line.uid) in people


def _made(tx: Tx, telling: Telling, line: _Line) -> Made:
    b = history.one(tx, line.log, line.seq)
    assert b is not None
    return telling.line(read(b))


def _link(tx: Tx, log: str, seq: int) -> Link | None:
    b: Any = history.one(tx, log, seq) if seq >= 0 else None
    return None if b is None else Link(seq=seq, leaf=b64u(leaf(b)))
