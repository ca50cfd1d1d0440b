"""The people that somebody may see, with how each one stands: for lists, filters and counts.

- Who they are comes from the crowd, how they stand from those judged: both in memory, brought up to date at each question.
- Nobody out of the asker's sight is listed or counted; who was not judged yet is listed, but in no count.
- Long work is done whole, telling how far it is, or bit by bit by `count_on`, so that other questions come between.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from app.base.moment import Day, Instant
from app.base.words import Refused, Value
from app.domain.rights import READERS
from app.domain.verdicts import WORDS
from app.store.tx import Tx
from app.work.crowd import Crowd, One, Tick, bare, whole_crowd
from app.work.judged import SLICE_S, Judged, Member, PersonLine, all_judged, gone_by, judged, key_of
from app.work.office import Office
from app.work.period import is_over

__all__ = ["Choices", "People", "PeopleQuery", "PersonLine", "choices", "count_on", "key_of", "people"]

AT_ONCE = 40
"""Of a list that nobody was judged for, so many are judged before it is told: what a screen shows."""
NARROWED = 64
"""So few left to judge are judged before a list is told: what one command changes."""


class PeopleQuery(Value, frozen=True):
    """What is asked for; empty texts filter nothing. `state` is one of the eight keys, `gone` shows who left too."""

    text: str = ""
    dept: str = ""
    job: str = ""
    state: str = ""
    gone: bool = False
    sort: str = "name"
    descending: bool = False


class People(Value, frozen=True):
    """Who fits: `total` in sight before the filters, with those who left only if they are asked for; `counts` by state key
    among those that fit all but the state; `left` of the total are not judged yet."""

    at: Instant
    total: int
    shown: int
    counts: Mapping[str, int]
    lines: tuple[PersonLine, ...]
    left: int = 0


class Counted(Value, frozen=True):
    """How far it is: so many of so many people judged. `named`: the list can be told already."""

    done: int
    of: int
    named: bool


class Choices(Value, frozen=True):
    """What people in sight can be filtered by: departments, and jobs as (code, title)."""

    depts: tuple[str, ...]
    jobs: tuple[tuple[str, str], ...]


Fit = tuple[One, Member | None]
"""A person, and how that one stands, if it is known."""


def people(
    office: Office, query: PeopleQuery, tick: Tick | None = None, *, whole: bool = True
) -> People | Refused:
    """The people in sight that fit; not `whole`: as far as they are judged. Refused `session.none`."""
    refused = refused_asker(office)
    if refused is not None:
        return refused
    with office.store.read() as tx:
        held, crowd = all_judged(office, tx, tick) if whole else _begun(office, tx, tick)
        seen = [one for one in sight(office, crowd) if query.gone or not gone_by(one, held.day)]
        fits = list(_fitting(seen, held, query))
        counts = Counter(one.key for _, one in fits if one is not None)
        chosen = [fit for fit in fits if not query.state or (fit[1] is not None and fit[1].key == query.state)]
        _sort(chosen, query)
        held.judge(tx, crowd, [one.pid for one, member in chosen[:AT_ONCE] if member is None])
    return People(
        at=office.clock.now().instant, total=len(seen), shown=len(chosen), counts=dict(counts),
        lines=tuple(_line(one, member or held.members.get(one.pid), held.day) for one, member in chosen),
        left=0 if whole else sum(1 for one in seen if one.pid not in held.members),
    )  # fmt: skip


def count_on(office: Office, seconds: float = SLICE_S) -> Counted | Refused:
    """Read and judge some more people, for about so long; to be asked again until all are done. Refused `session.none`."""
    refused = refused_asker(office)
    if refused is not None:
        return refused
    until = time.perf_counter() + seconds
    with office.store.read() as tx:
        held, crowd = judged(office, tx)
        crowd.read_on(office, tx)
        while not crowd.whole and time.perf_counter() < until:
            crowd.read_on(office, tx)
        if crowd.whole:
            held.judge_on(tx, crowd, until)
    return Counted(done=len(held.members), of=crowd.of, named=crowd.whole)


def choices(office: Office, *, whole: bool = True) -> Choices:
    """The departments and jobs of the people in sight; not `whole`: of those who are judged."""
    if refused_asker(office) is not None:
        return Choices(depts=(), jobs=())
    with office.store.read() as tx:
        held, crowd = all_judged(office, tx, None) if whole else judged(office, tx)
    seen = sight(office, crowd)
    depts = sorted({one.dept for one in seen if one.dept})
    codes = {code for one in seen if one.pid in held.members for code in held.members[one.pid].codes}
    return Choices(
        depts=tuple(depts), jobs=tuple(sorted((code, held.titles.get(code, code)) for code in codes))
    )


def in_sight(office: Office, tick: Tick | None) -> Sequence[Member] | Refused:
    """How everybody stands whom whoever is signed in may see. Refused `session.none`."""
    refused = refused_asker(office)
    if refused is not None:
        return refused
    with office.store.read() as tx:
        held, crowd = all_judged(office, tx, tick)
    return [held.members[one.pid] for one in sight(office, crowd)]


def people_in_sight(office: Office, tx: Tx, tick: Tick | None) -> list[One]:
    """Whom whoever is signed in may see, whether judged or not; `refused_asker` was asked before."""
    return sight(office, whole_crowd(office, tx, tick))


def refused_asker(office: Office) -> Refused | None:
    """Why nobody is answered: `session.none`; None while somebody is signed in."""
    over = office.session is None or is_over(office, office.clock.now())
    return Refused("session.none") if over else None


def sight(office: Office, crowd: Crowd) -> list[One]:
    """Whom whoever is signed in may see, in the order of their names."""
    sees, every = seer(office), crowd.at
    return [one for key in crowd.order if sees(one := every[key])]


def seer(office: Office) -> Callable[[One], bool]:
    """Whether whoever is signed in may see somebody; a learner sees the own file alone."""
    session = office.session
    assert session is not None
    now, here, own = office.clock.now().instant, (office.tail.log, office.tail.n), session.pid
    grants = [one for one in office.standing.roles.in_force(session.uid, here, now.utc) if one.role in READERS]
    if any(one.covers(office.site, None) and one.dept is None for one in grants):
        return lambda _one: True
    known: dict[str | None, bool] = {}

    def sees(one: One) -> bool:
        if one.dept not in known:
            known[one.dept] = any(grant.covers(office.site, one.dept) for grant in grants)
        return known[one.dept] or one.pid == own

    return sees


def _begun(office: Office, tx: Tx, tick: Tick | None) -> tuple[Judged, Crowd]:
    """Everybody's name, and the verdicts there are; the few that a command changed are judged again at once."""
    whole_crowd(office, tx, tick)
    held, crowd = judged(office, tx)
    if len(crowd.people) - len(held.members) <= NARROWED:
        return all_judged(office, tx, tick)
    return held, crowd


def _fitting(seen: Iterable[One], held: Judged, query: PeopleQuery) -> Iterator[Fit]:
    words, members = bare(query.text).split(), held.members
    for one in seen:
        member = members.get(one.pid)
        if (
            (not query.dept or one.dept == query.dept)
            and (not query.job or (member is not None and query.job in member.codes))
            and (not words or _has(words, one.text if member is None else member.text))
        ):
            yield one, member


def _has(words: Iterable[str], text: str) -> bool:
    return all(word in text for word in words)


def _line(one: One, member: Member | None, day: Day) -> PersonLine:
    if member is not None:
        return member.line
    return PersonLine(
        pid=one.pid, number=one.number, name=one.name, title=one.title, dept=one.dept or "", jobs=(), worst="",
        overdue=0, expiring=0, gone=gone_by(one, day), judged=False,
    )  # fmt: skip


PLACES = {word: place for place, word in enumerate(WORDS)}


def _sort(fits: list[Fit], query: PeopleQuery) -> None:
    """Put people that are in the order of their names into another; names decide what is equal there."""
    if query.descending:
        fits.reverse()
    match query.sort:
        case "worst":
            nothing, unknown = len(WORDS), len(WORDS) + 1
            fits.sort(
                key=lambda fit: PLACES.get(fit[1].line.worst, nothing) if fit[1] is not None else unknown,
                reverse=query.descending,
            )
        case "overdue" | "expiring":
            fits.sort(
                key=lambda fit: 0 if fit[1] is None else _number(fit[1], query.sort), reverse=query.descending
            )
        case "job":
            fits.sort(
                key=lambda fit: "" if fit[1] is None else ", ".join(fit[1].line.jobs).casefold(),
                reverse=query.descending,
            )
        case "number":
            fits.sort(key=lambda fit: fit[0].number.casefold(), reverse=query.descending)
        case "dept":
            fits.sort(key=lambda fit: (fit[0].dept or "").casefold(), reverse=query.descending)


def _number(member: Member, name: str) -> int:
    return member.line.overdue if name == "overdue" else member.line.expiring
