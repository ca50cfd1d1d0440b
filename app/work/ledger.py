"""The change history for the screen: every entry of every log, who made it, what it changed, why (R-AUD-01..06).

- Newest first, by the clock that all devices share; a page at a time. The newest are read from where they stand, what is
  filtered is found through an index in memory.
- An index holds no personal value; names are opened for the lines that are shown.
- Nothing here verifies: what the last verification found is told beside the lines by whoever shows them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from msgspec import structs

from app.audit.walk import hlc_of
from app.base.codec import b64u
from app.base.entry import read
from app.base.moment import add_days, instant_at, start_of, utc_ms
from app.base.say import say, words
from app.base.words import Refused, Value
from app.domain.reports import Signed
from app.proof.chain import leaf
from app.store import history
from app.store.tx import Tx
from app.work.crowd import Tick
from app.work.lines import ABOUT, Index, index_of
from app.work.office import Office
from app.work.period import is_over
from app.work.since import sizes
from app.work.told import Change, Made, Names, Telling, device_of, role_words

SLICE_S = 0.02
NEAR = 2_000
"""So many of the newest are found without the index where several devices wrote."""
END = 2**62
OVERSIGHT = frozenset({"qa", "manager", "inspector", "admin"})
"""Roles that may read the change history."""


class HistoryQuery(Value, frozen=True):
    """What is asked for; empty filters nothing. `person`: employee number or id, of who made it or whom it is about;
    `since` and `until`: UTC texts, inclusive; `days`: the last so many of the site's calendar, today among them;
    `text`: an entry's number, a person's name or number, the code or number of a requirement, document, job or curriculum
    (of a requirement also for its records), an id. Of digits alone a number or code is all of them."""

    text: str = ""
    person: str = ""
    noun: str = ""
    act: str = ""
    since: str = ""
    until: str = ""
    days: int = 0


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


def entries(
    office: Office, query: HistoryQuery, first: int = 0, count: int = 200, tick: Tick | None = None
) -> HistoryPage | Refused:
    """The lines from `first` on, the newest first. Refused `session.none`, `history.not_yours`."""
    refused = refused_reader(office)
    if refused is not None:
        return refused
    with office.store.read() as tx:
        page = _newest(office, tx, first, count) if query == HistoryQuery() else None
        return page or _searched(office, tx, query, first, count, tick)


def index_on(office: Office, seconds: float = SLICE_S) -> tuple[int, int] | Refused:
    """Read some more of the history for filters, for about so long: (read, of). Refused as `entries`."""
    refused = refused_reader(office)
    if refused is not None:
        return refused
    with office.store.read() as tx:
        return index_of(office.store).read_on(tx, time.perf_counter() + seconds)


def _newest(office: Office, tx: Tx, first: int, count: int) -> HistoryPage | None:
    """The lines nobody filtered, read from where they stand; None when that needs the index."""
    held = sizes(tx)
    deep, total = first + count, sum(held.values())
    if len(held) > 1 and deep > NEAR:
        return None
    if len(held) == 1:
        (log,) = held
        low, high = max(0, total - deep), total - 1 - first
        found = [read(b) for _, b in history.entries(tx, log, low, high)][::-1]
    else:
        runs = (history.entries(tx, log, max(0, n - deep)) for log, n in held.items())
        newest = sorted(
            (read(b) for run in runs for _, b in run),
            key=lambda made: (hlc_of(made.ts.hlc), made.log),
            reverse=True,
        )
        found = newest[first:deep]
    if len(found) != max(0, min(count, total - first)):
        return None
    telling = Telling(office, Names(office, tx))
    return HistoryPage(total=total, all=total, first=first, lines=tuple(telling.line(made) for made in found))


def _searched(
    office: Office, tx: Tx, query: HistoryQuery, first: int, count: int, tick: Tick | None
) -> HistoryPage:
    index = index_of(office.store)
    index.catch_up(tx, tick)
    names = Names(office, tx)
    fits = _fitting(index, _since_day(office, query), names, tick)
    telling, lines = Telling(office, names), []
    for n in fits[max(0, len(fits) - first - count) : max(0, len(fits) - first)][::-1]:
        b = history.one(tx, *index.place(n))
        assert b is not None
        lines.append(telling.of_bytes(b))
    return HistoryPage(total=len(fits), all=len(index.seqs), first=first, lines=tuple(lines))


def _since_day(office: Office, query: HistoryQuery) -> HistoryQuery:
    """The query with its days as the instant at which the first of them began."""
    if not query.days:
        return query
    today = instant_at(office.clock.now().instant.ms, office.zone).day
    begun = start_of(add_days(today, 1 - query.days), office.zone)
    return structs.replace(query, days=0, since=max(query.since, begun.utc))


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
    index = index_of(office.store)
    return tuple(sorted(index.nouns.there())), tuple(sorted(index.acts.there()))


def refused_reader(office: Office) -> Refused | None:
    """Why whoever is signed in may not read the history, or None: `session.none`, `history.not_yours`."""
    session = office.session
    if session is None or is_over(office, office.clock.now()):
        return Refused("session.none")
    now, here = office.clock.now().instant, (office.tail.log, office.tail.n)
    held = office.standing.roles.held(session.uid, here, now.utc)
    return None if OVERSIGHT & set(held) else Refused("history.not_yours")


def _fitting(index: Index, query: HistoryQuery, names: Names, tick: Tick | None) -> Sequence[int]:
    """The numbers of the entries that fit, the newest last: narrowed by what is quick to see first."""
    rows: Sequence[int] = index.order
    if query.since or query.until:
        low = utc_ms(query.since) if query.since else 0
        high = utc_ms(query.until) if query.until else END
        rows = [n for n in rows if low <= index.times[n] <= high]
    for wanted, column in ((query.noun, index.nouns), (query.act, index.acts)):
        if wanted:
            code = column.code(wanted)
            rows = [n for n in rows if column.held[n] == code]
    if query.person:
        rows = _concerning(index, rows, names.people(query.person, tick), names)
    text = query.text.strip().casefold()
    return _with_text(index, rows, text, names, tick) if text else rows


def _with_text(index: Index, rows: Sequence[int], text: str, names: Names, tick: Tick | None) -> Sequence[int]:
    bare = text.replace(",", "")
    whole = bare.isdecimal()
    number, seqs, ids = int(bare) - 1 if whole else -1, index.seqs, index.ids
    people, rest = names.people(text, tick, whole=whole), _coded(index, names.coded(text, whole=whole))
    found = set(_concerning(index, rows, people, names)) if people else frozenset[int]()
    return [
        n
        for n in rows
        if n in found or seqs[n] == number or ids[n] in rest or ids[n].casefold().startswith(text)
    ]


def _coded(index: Index, things: frozenset[str]) -> frozenset[str]:
    """These ids, and those of the records of what is among them."""
    codes = {code for code, id in enumerate(index.asked.values) if id in things}
    if not codes:
        return things
    return things.union(index.ids[n] for n, code in enumerate(index.asked.held) if code in codes)


def _concerning(index: Index, rows: Sequence[int], people: frozenset[str], names: Names) -> Sequence[int]:
    """The entries about these people or made by them."""
    makers = {code for code, uid in enumerate(index.makers.values) if names.by(uid) in people}
    held, about = index.makers.held, index.about
    for n in rows:
        if not about[n] and index.nouns.of(n) in ABOUT:
            about[n] = names.about(index.nouns.of(n), index.ids[n])
    return [n for n in rows if about[n] in people or held[n] in makers]


def _link(tx: Tx, log: str, seq: int) -> Link | None:
    b: Any = history.one(tx, log, seq) if seq >= 0 else None
    return None if b is None else Link(seq=seq, leaf=b64u(leaf(b)))
