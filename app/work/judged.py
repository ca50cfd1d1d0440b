"""How everybody stands, in memory: each person's verdicts, counted once and kept until something about them changes.

- A verdict comes from the one status function; what it rests on apart from the person is read and worked out once.
- Judged bit by bit, whoever is asked for first; who was not judged yet is in no count.
- A record that another device's clock dates ahead counts from then on.
- As of one day: on another, at the instant a version takes effect or ends, and when the rules for everybody change, all
  are judged anew; when a person's rows change, that person is.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from weakref import WeakKeyDictionary

from msgspec.structs import replace

from app.base.moment import Day
from app.base.words import Row, Value
from app.domain.duties import FOR_EVER
from app.domain.status import Asked, StatusFacts, asked_at, status
from app.domain.verdicts import SHAPES, WORDS, Verdict, meets
from app.store import state
from app.store.training import grouped, read_rules
from app.store.tx import Tx
from app.work.crowd import Crowd, One, Tick, bare, crowd
from app.work.office import Office
from app.work.since import Since

OF_ONE = frozenset({"record", "posting"})
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


class PersonLine(Value, frozen=True, gc=False):
    """One person: the titles of the jobs held today, the worst verdict's word (empty: nothing is required). While it is
    not `judged`, neither jobs nor verdicts are known yet."""

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
    judged: bool = True


class Member(Value, frozen=True, gc=False):
    """How one person stands: the line, the codes of the jobs, what is searched, the words by count, how many are met of
    how many; `key` of the worst verdict; `ends` are the last days of what counts now, `waits` the (requirement id, word)
    of what waits for a signature."""

    one: One
    line: PersonLine
    codes: tuple[str, ...]
    text: str
    words: Mapping[str, int]
    key: str
    met: int
    of: int
    ends: tuple[Day, ...]
    waits: tuple[tuple[str, str], ...]


class Judged:
    """Everybody who was judged so far."""

    def __init__(self, office: Office, tx: Tx, people: Crowd) -> None:
        self.at = office.clock.now().instant
        self.day = self.at.day
        self.members: dict[str, Member] = {}
        self._since, self._turn = Since(tx), people.turn
        self._rules = read_rules(tx)
        self._jobs = {str(row["id"]): row for row in state.rows(tx, "job")}
        self.titles = {str(row.get("code", "")): str(row.get("title") or "") for row in self._jobs.values()}
        self._asked: dict[str, Asked] = {}
        self._in_dispute = self._disputed()
        self._courses = self._by_job()
        self._assigned: dict[str, dict[str, list[Row]]] = {}
        for job, held in self._rules.assignments.items():
            for row in held:
                self._assigned.setdefault(str(row.get("curriculum")), {}).setdefault(job, []).append(row)
        self._turns = sorted(
            str(row[name])
            for rows in self._rules.versions.values()
            for row in rows
            for name in ("effective", "ended")
            if row.get(name)
        )
        self._left: list[str] = []
        self._listed = frozenset[str]()
        self._soon: dict[str, str] = {}

    def stands(self, office: Office, tx: Tx, people: Crowd) -> bool:
        """Whether it holds still, with what was recorded since taken in; False when all must be judged anew."""
        now = office.clock.now().instant
        first, last = bisect_right(self._turns, self.at.utc), bisect_right(self._turns, now.utc)
        if now.day != self.day or first < last:
            return False
        changed: set[str] = set()
        for made in self._since.entries(tx):
            if made.ent.t in OF_ALL:
                return False
            if made.ent.t in OF_ONE:
                changed.add(str((state.row(tx, made.ent.t, made.ent.id) or {}).get("pid") or ""))
        changed.update(pid for pid, done in self._soon.items() if done <= now.utc)
        if changed:
            # What was done since the others were judged counts; for them nothing has turned, see above.
            self.at = now
            self._asked.clear()
        if people.turn != self._turn:
            self._turn = people.turn
            changed.update(pid for pid, one in people.people.items() if self._is_other(pid, one))
        self._drop(changed & people.people.keys())
        if self._listed:
            self._listed |= changed
        return True

    def judge(self, tx: Tx, people: Crowd, pids: Iterable[str]) -> None:
        """Judge these people, whoever of them is not judged yet."""
        for pid in pids:
            if pid not in self.members:
                self.members[pid] = self._member(tx, people.people[pid])

    def judge_on(self, tx: Tx, people: Crowd, until: float) -> None:
        """Judge whoever is next in order, one at least, until the clock of this process says `until` or all are judged."""
        if not self._listed and people.whole:
            self._left = [people.at[key].pid for key in reversed(people.order)]
            self._listed = frozenset(self._left)
        while self._left:
            self.judge(tx, people, (self._left.pop(),))
            if time.perf_counter() >= until:
                return

    def _drop(self, pids: Iterable[str]) -> None:
        for pid in pids:
            self.members.pop(pid, None)
            self._left.append(pid)

    def _is_other(self, pid: str, one: One) -> bool:
        """Whether the person's line has changed, or is new."""
        member = self.members.get(pid)
        return bool(self._listed) and pid not in self._listed if member is None else member.one is not one

    def _disputed(self) -> frozenset[str]:
        """The requirements that nobody meets while they, or a version that they ask for, are in dispute."""
        rivals, versions = self._rules.rivals, self._rules.versions
        return frozenset(
            id
            for id, row in self._rules.requirements.items()
            if id in rivals or any(one["id"] in rivals for one in versions.get(row.get("number") or "", ()))
        )

    def _by_job(self) -> dict[str, dict[str, list[str]]]:
        """By job: the curricula that are assigned to it, with the ids of their requirements."""
        by_course = grouped(self._rules.requirements.values(), "curriculum")
        return {
            job: {
                str(one["curriculum"]): [str(row["id"]) for row in by_course.get(one["curriculum"], ())]
                for one in held
                if one.get("curriculum")
            }
            for job, held in self._rules.assignments.items()
        }

    def _member(self, tx: Tx, one: One) -> Member:
        postings = state.held_by(tx, "posting", "pid", one.pid)
        verdicts = self._verdicts(tx, one, postings)
        day = self.day
        held = [
            self._jobs[row["job"]]
            for row in (item.row for item in postings)
            if row.get("job") in self._jobs
            and (row.get("valid_from") or "") <= day <= (row.get("valid_to") or FOR_EVER)
        ]
        jobs = tuple(str(row.get("title") or row.get("code") or "") for row in held)
        codes = tuple(dict.fromkeys(str(row.get("code") or "") for row in held))
        return _member(one, day, jobs, codes, verdicts)

    def _verdicts(self, tx: Tx, one: One, postings: Sequence[state.Held]) -> dict[str, Verdict]:
        """What the person must meet, and how it stands, by requirement id."""
        records = state.held_by(tx, "record", "pid", one.pid)
        rows, doubted = [item.row for item in postings], [item.row for item in records if state.disputed(item)]
        jobs = [str(row.get("job") or "") for row in rows]
        rivals = self._rules.rivals.union(
            (str(row["id"]) for row in doubted),
            (str(item.row["id"]) for item in postings if state.disputed(item)),
            (one.pid,) if one.doubt else (),
        )
        facts = StatusFacts(
            person=one.row, postings=rows, requirements=self._rules.requirements, versions=self._rules.versions,
            assignments=self._rules.assignments, records=grouped((item.row for item in records), "req"),
            rivals=rivals, expiring_days=self._rules.expiring_days,
        )  # fmt: skip
        later = [str(item.row["done"]) for item in records if (item.row.get("done") or "") > self.at.utc]
        self._soon.pop(one.pid, None)
        if later:
            self._soon[one.pid] = min(later)
        found: dict[str, Verdict] = {}
        for asked, ids in self._parts(facts, jobs, doubted):
            for id in ids:
                verdict = status(asked, id, self.at, self._asked_of(id))
                if verdict.word != NOT_REQUIRED:
                    found[id] = verdict
        return found

    def _parts(
        self, facts: StatusFacts, jobs: Sequence[str], doubted: Sequence[Row]
    ) -> Iterator[tuple[StatusFacts, Iterable[str]]]:
        """What may be required of the person, with the facts to judge it by: one curriculum after the other, each without
        the assignments of others, which can only matter by being in dispute."""
        courses: dict[str, list[str]] = {}
        for job in jobs:
            courses.update(self._courses.get(job, {}))
        if not facts.rivals:
            for course, ids in courses.items():
                yield replace(facts, assignments=self._assigned[course]), ids
            return
        own = {facts.person["id"], *(row["id"] for row in facts.postings)}
        own.update(row["id"] for job in jobs for row in facts.assignments.get(job, ()))
        if own & facts.rivals:
            yield facts, facts.requirements
        else:
            asked = {id for ids in courses.values() for id in ids}
            asked.update(self._in_dispute, (str(row.get("req")) for row in doubted))
            yield facts, sorted(asked & facts.requirements.keys())

    def _asked_of(self, id: str) -> Asked:
        asked = self._asked.get(id)
        if asked is None:
            row = self._rules.requirements[id]
            asked = self._asked[id] = asked_at(self._rules.versions, row, self.at)
        return asked


def judged(office: Office, tx: Tx) -> tuple[Judged, Crowd]:
    """Who was judged so far, and everybody who was read so far, with what was recorded since."""
    people, held = crowd(office, tx), _kept.get(office.store)
    if held is None or not held.stands(office, tx, people):
        held = _kept[office.store] = Judged(office, tx, people)
    return held, people


def all_judged(office: Office, tx: Tx, tick: Tick | None) -> tuple[Judged, Crowd]:
    """Everybody, judged."""
    held, people = judged(office, tx)
    while not people.whole or len(held.members) < len(people.people):
        if tick is not None:
            tick(len(held.members), people.of)
        if people.whole:
            held.judge_on(tx, people, time.perf_counter() + SLICE_S)
            tx.memo.clear()
        else:
            people.read_on(office, tx)
    return held, people


SLICE_S = 0.02


def key_of(word: str) -> str:
    """The key of the shape of a verdict's word; `na` for none."""
    return KEYS[SHAPES[word]] if word else "na"


_kept: WeakKeyDictionary[object, Judged] = WeakKeyDictionary()
"""By open store, as the crowd is."""


def gone_by(one: One, day: Day) -> bool:
    """Whether the person had left before `day`."""
    return bool(one.row["gone"]) and str(one.row["gone"]) < day


def _member(
    one: One, day: Day, jobs: tuple[str, ...], codes: tuple[str, ...], verdicts: Mapping[str, Verdict]
) -> Member:
    words = Counter(verdict.word for verdict in verdicts.values())
    worst = min(words, key=WORDS.index, default="")
    line = PersonLine(
        pid=one.pid, number=one.number, name=one.name, title=one.title, dept=one.dept or "", jobs=jobs, worst=worst,
        overdue=sum(n for word, n in words.items() if key_of(word) == "over"),
        expiring=sum(n for word, n in words.items() if key_of(word) == "exp"), gone=gone_by(one, day),
    )  # fmt: skip
    return Member(
        one=one, line=line, codes=codes, text=bare(f"{one.text} {' '.join(jobs)}"), words=dict(words),
        key=key_of(worst), met=sum(n for word, n in words.items() if meets(word)), of=words.total(),
        ends=tuple(one.until for one in verdicts.values() if one.until is not None and meets(one.word)),
        waits=tuple((id, one.word) for id, one in verdicts.items() if key_of(one.word) == "sign"),
    )  # fmt: skip
