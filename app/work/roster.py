"""The people that somebody may see, with how each one stands: for lists, filters and counts.

- In memory only, one roster for each open store: made at the first question, brought up to date by what was recorded
  since, made anew on another day or when the rules for everybody changed.
- A verdict comes from the one status function; nobody out of the asker's sight is listed or counted.
- Long work tells how far it is, if a `tick` is given, and ends when that raises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from weakref import WeakKeyDictionary

from app.base.entry import read
from app.base.moment import Day, Instant
from app.base.words import Refused, Row, Value
from app.domain.duties import FOR_EVER
from app.domain.rights import READERS
from app.domain.status import StatusFacts, status
from app.domain.verdicts import SHAPES, WORDS, Verdict, meets
from app.store import history, state
from app.store.training import Rules, grouped, read_rules
from app.store.tx import Tx
from app.work.office import Office
from app.work.period import is_over
from app.work.unread import shown_name

Tick = Callable[[int, int], None]
CHUNK = 64
OF_ONE = frozenset({"person", "record", "posting"})
OF_ALL = frozenset({"assignment", "requirement", "document", "curriculum", "job", "setting"})
NOT_REQUIRED = "Not required"
KEYS: Mapping[str, str] = {
    "square_cross": "over",
    "triangle": "exp",
    "diamond": "sign",
    "half_disc": "prog",
    "disc_tick": "ok",
    "ring_slash": "exempt",
    "ring": "todo",
    "dash": "na",
}
"""Shape of the domain to the key of the eight painted shapes."""


class PeopleQuery(Value, frozen=True):
    """What is asked for; empty texts filter nothing. `state` is one of the eight keys, `gone` shows who left too."""

    text: str = ""
    dept: str = ""
    job: str = ""
    state: str = ""
    gone: bool = False
    sort: str = "name"
    descending: bool = False


class PersonLine(Value, frozen=True):
    """One person: the titles of the jobs held today, the worst verdict's word (empty: nothing is required)."""

    pid: str
    number: str
    name: str
    title: str
    dept: str
    jobs: tuple[str, ...]
    worst: str
    overdue: int
    expiring: int
    gone: bool


class People(Value, frozen=True):
    """Who fits: `total` in sight before the filters, `counts` by state key among those that fit all but the state."""

    at: Instant
    total: int
    shown: int
    counts: Mapping[str, int]
    lines: tuple[PersonLine, ...]


class Choices(Value, frozen=True):
    """What people in sight can be filtered by: departments, and jobs as (code, title)."""

    depts: tuple[str, ...]
    jobs: tuple[tuple[str, str], ...]


class Member(Value, frozen=True):
    """One person of the roster: the line, how the words stand by count, what is searched, the codes of the jobs; `ends`
    are the last days of what counts now, `waits` the (requirement id, word) of what waits for a signature."""

    line: PersonLine
    words: Mapping[str, int]
    text: str
    codes: frozenset[str]
    dept: str | None
    ends: tuple[Day, ...]
    waits: tuple[tuple[str, str], ...]


def people(office: Office, query: PeopleQuery, tick: Tick | None = None) -> People | Refused:
    """The people in sight that fit. Refused `session.none`."""
    sight = in_sight(office, tick)
    if isinstance(sight, Refused):
        return sight
    words = query.text.casefold().split()
    fits = [
        one
        for one in sight
        if (query.gone or not one.line.gone)
        and (not query.dept or one.dept == query.dept)
        and (not query.job or query.job in one.codes)
        and all(word in one.text for word in words)
    ]
    counts = Counter(key_of(one.line.worst) for one in fits)
    lines = [one.line for one in fits if not query.state or key_of(one.line.worst) == query.state]
    lines.sort(
        key=lambda line: (_order(line, query.sort), line.name.casefold(), line.number), reverse=query.descending
    )
    return People(
        at=office.clock.now().instant,
        total=len(sight),
        shown=len(lines),
        counts=dict(counts),
        lines=tuple(lines),
    )


def choices(office: Office) -> Choices:
    """The departments and jobs of the people in sight."""
    sight = in_sight(office, None)
    members = () if isinstance(sight, Refused) else sight
    depts = sorted({one.dept for one in members if one.dept})
    codes = {code for one in members for code in one.codes}
    titles = _roster(office, None).jobs
    return Choices(depts=tuple(depts), jobs=tuple(sorted((code, titles.get(code, code)) for code in codes)))


def in_sight(office: Office, tick: Tick | None) -> Sequence[Member] | Refused:
    """The members whom whoever is signed in may see. Refused `session.none`."""
    session = office.session
    if session is None or is_over(office, office.clock.now()):
        return Refused("session.none")
    now, here = office.clock.now().instant, (office.tail.log, office.tail.n)
    grants = [one for one in office.standing.roles.in_force(session.uid, here, now.utc) if one.role in READERS]
    members = _roster(office, tick).members
    if any(one.covers(office.site, None) and one.dept is None for one in grants):
        return list(members.values())
    return [
        one
        for pid, one in members.items()
        if pid == session.pid or any(grant.covers(office.site, one.dept) for grant in grants)
    ]


def key_of(word: str) -> str:
    """The key of the shape of a verdict's word; `na` for none."""
    return KEYS[SHAPES[word]] if word else "na"


def _order(line: PersonLine, sort: str) -> object:
    match sort:
        case "worst":
            return WORDS.index(line.worst) if line.worst else len(WORDS)
        case "overdue" | "expiring":
            return -int(getattr(line, sort))
        case "job":
            return ", ".join(line.jobs).casefold()
        case "number" | "dept":
            return str(getattr(line, sort)).casefold()
    return line.name.casefold()


# ---- the roster


class Roster:
    """Every person of a site, as of one day and one state of history."""

    def __init__(self, office: Office, day: Day, tick: Tick | None) -> None:
        self.day, self.at = day, office.clock.now().instant
        self.sizes: dict[str, int] = {}
        self.members: dict[str, Member] = {}
        self.jobs: dict[str, str] = {}
        with office.store.read() as tx:
            self.sizes = sizes(tx)
            self._read_rules(tx)
            pids = [str(row["id"]) for row in state.rows(tx, "person")]
            records, postings = _by_person(tx, "record"), _by_person(tx, "posting")
            for done, pid in enumerate(pids):
                if tick is not None and done % CHUNK == 0:
                    tick(done, len(pids))
                self._take(office, tx, pid, records.get(pid, ()), postings.get(pid, ()))

    def catch_up(self, office: Office) -> bool:
        """Take in what was recorded since; False when all of it must be made anew."""
        with office.store.read() as tx:
            now = sizes(tx)
            changed: set[str] = set()
            for log, n in now.items():
                for _seq, b in history.entries(tx, log, self.sizes.get(log, 0)):
                    entry = read(b)
                    if entry.ent.t in OF_ALL:
                        return False
                    if entry.ent.t in OF_ONE:
                        changed.add(_person_of(tx, entry.ent.t, entry.ent.id))
                assert n >= self.sizes.get(log, 0)
            for pid in changed - {""}:
                mine = [item.row for item in state.held_by(tx, "record", "pid", pid)]
                jobs = [item.row for item in state.held_by(tx, "posting", "pid", pid)]
                self._take(office, tx, pid, mine, jobs)
            self.sizes = now
        return True

    def _read_rules(self, tx: Tx) -> None:
        self.rules: Rules = read_rules(tx)
        self.titles = {row["id"]: row for row in state.rows(tx, "job")}
        self.jobs = {str(row.get("code", "")): str(row.get("title") or "") for row in self.titles.values()}
        by_course = grouped(self.rules.requirements.values(), "curriculum")
        self.asked = {
            job: tuple(row["id"] for one in held for row in by_course.get(one.get("curriculum") or "", ()))
            for job, held in self.rules.assignments.items()
        }

    def _take(self, office: Office, tx: Tx, pid: str, records: Iterable[Row], postings: Iterable[Row]) -> None:
        row = state.row(tx, "person", pid)
        if row is None:
            return
        jobs = [one for one in postings if one.get("job")]
        rules = self.rules
        facts = StatusFacts(
            person=row, postings=jobs, assignments=rules.assignments, requirements=rules.requirements,
            versions=rules.versions, records=grouped(records, "req"), rivals=rules.rivals,
            expiring_days=rules.expiring_days,
        )  # fmt: skip
        asked = dict.fromkeys(id for one in jobs for id in self.asked.get(one["job"], ()))
        verdicts = {id: verdict for id in asked if (verdict := status(facts, id, self.at)).word != NOT_REQUIRED}
        self.members[pid] = self._member(office, row, jobs, verdicts)

    def _member(
        self, office: Office, row: Row, postings: Sequence[Row], verdicts: Mapping[str, Verdict]
    ) -> Member:
        opened, day = office.ring.opened("person", row), self.day
        words = Counter(one.word for one in verdicts.values())
        today = [
            one for one in postings if (one.get("valid_from") or "") <= day <= (one.get("valid_to") or FOR_EVER)
        ]
        known = [self.titles[one["job"]] for one in today if one["job"] in self.titles]
        name, number = shown_name(office, opened), str(opened.get("number") or "")
        title, dept = str(opened.get("reg_title") or ""), row.get("dept")
        line = PersonLine(
            pid=str(row["id"]), number=number, name=name, title=title, dept=str(dept or ""),
            jobs=tuple(str(one.get("title") or one.get("code") or "") for one in known),
            worst=min(words, key=WORDS.index, default=""),
            overdue=sum(n for word, n in words.items() if key_of(word) == "over"),
            expiring=sum(n for word, n in words.items() if key_of(word) == "exp"),
            gone=bool(row.get("gone")) and str(row["gone"]) < day,
        )  # fmt: skip
        text = f"{name} {number} {title} {dept or ''} {' '.join(line.jobs)}".casefold()
        codes = frozenset(str(one.get("code") or "") for one in known)
        return Member(
            line=line, words=dict(words), text=text, codes=codes, dept=dept,
            ends=tuple(one.until for one in verdicts.values() if one.until is not None and meets(one.word)),
            waits=tuple((id, one.word) for id, one in verdicts.items() if key_of(one.word) == "sign"),
        )  # fmt: skip


_kept: WeakKeyDictionary[object, Roster] = WeakKeyDictionary()
"""By open store: one site's people are never seen through another, and end with it."""


def _roster(office: Office, tick: Tick | None) -> Roster:
    roster, day = _kept.get(office.store), office.clock.now().instant.day
    if roster is None or roster.day != day or not roster.catch_up(office):
        roster = _kept[office.store] = Roster(office, day, tick)
    return roster


def sizes(tx: Tx) -> dict[str, int]:
    """How many entries of each log are held."""
    return {log: history.size(tx, log) for log in history.logs(tx)}


def _by_person(tx: Tx, noun: str) -> dict[str, list[Row]]:
    return grouped(state.rows(tx, noun), "pid")


def _person_of(tx: Tx, noun: str, id: str) -> str:
    if noun == "person":
        return id
    row = state.row(tx, noun, id)
    return "" if row is None else str(row.get("pid") or "")
