"""Controlled documents for the screen: the register's versions, whether the file is here, and whom a version concerns.

- A document names nobody but its owner, so everybody who is signed in may read the register.
- Whom it concerns is counted among the people in the asker's sight only, with verdicts of the one status function.
- A file that "is here" has the length that the register names; whether it is the very file is seen when it is opened.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from app.base.moment import Day, Instant
from app.base.words import Refused, Row, Value
from app.domain.documents import retrains, version_in_force, versions_ahead
from app.domain.duties import FOR_EVER
from app.domain.status import StatusFacts, asked_at, status
from app.domain.verdicts import meets
from app.store import state
from app.store.training import Rules, grouped, read_rules
from app.store.tx import Tx
from app.work.crowd import CHUNK, One, Tick
from app.work.judged import NOT_REQUIRED, key_of
from app.work.office import Office
from app.work.original import AROUND, original
from app.work.period import is_over
from app.work.roster import people_in_sight, refused_asker
from app.work.unread import shown_name

PARTS = re.compile(r"([0-9]{0,18})([^0-9]*)")
HERE, ABSENT, NONE, LOCKED = "here", "absent", "none", "locked"
"""Of a file: kept here, registered but not kept here, never handed over, kept under a key that is not here."""


ALL = ""
"""Where everybody is counted, beside the jobs."""


class ShelfQuery(Value, frozen=True):
    """What is asked for; empty texts filter nothing. `state`: in_force, ahead, draft, ended; `file`: one of the four."""

    text: str = ""
    dept: str = ""
    type: str = ""
    state: str = ""
    file: str = ""
    sort: str = "number"
    descending: bool = False


class VersionShown(Value, frozen=True):
    """One version. Instants are UTC text as recorded; `force` is draft, ahead, in_force or ended at the asked instant;
    `retrains`: training on the version before does not count for it."""

    id: str
    number: str
    ver: str
    title: str
    type: str
    dept: str
    lang: str
    owner: str
    state: str
    force: str
    created: Day
    approved: Day
    effective: str
    ended: str
    review: Day
    impact: str
    change: str
    retrains: bool
    file: str
    file_name: str
    file_size: int
    sha256: str


class DocumentLine(Value, frozen=True):
    """One document: the version in force, else the newest there is; `next` the one that takes effect after it; `draft`:
    one of its versions is a draft."""

    number: str
    title: str
    type: str
    dept: str
    now: VersionShown
    next: VersionShown | None
    draft: bool
    versions: int
    text: str


class Shelf(Value, frozen=True):
    """The documents that fit: `total` before the filters; `depts` and `types` are what can be filtered by."""

    at: Instant
    total: int
    lines: tuple[DocumentLine, ...]
    depts: tuple[str, ...]
    types: tuple[str, ...]


class DocumentShown(Value, frozen=True):
    """One document at `at`: every version, the newest first, and the codes of the requirements that ask for it."""

    at: Instant
    number: str
    title: str
    versions: tuple[VersionShown, ...]
    asked_by: tuple[str, ...]

    def version(self, id: str) -> VersionShown | None:
        """The version with an id, or None."""
        return next((one for one in self.versions if one.id == id), None)


class JobShown(Value, frozen=True):
    """People of one job of whom the document is asked: how many, how many of them meet it, and how they stand, by the keys
    of the shapes."""

    code: str
    title: str
    people: int
    met: int
    counts: Mapping[str, int]


class Affected(Value, frozen=True):
    """Who is concerned at `at`, each person once in `people`, `met` and `counts`, and by job."""

    at: Instant
    people: int
    met: int
    counts: Mapping[str, int]
    jobs: tuple[JobShown, ...]


# ---- the register


def documents(office: Office, query: ShelfQuery) -> Shelf | Refused:
    """The documents that fit, in the order asked for. Refused `session.none`."""
    if office.session is None or is_over(office, office.clock.now()):
        return Refused("session.none")
    at = office.clock.now().instant
    with office.store.read() as tx:
        by_number = grouped(state.rows(tx, "document"), "number")
    files = _Files(office)
    every = [_line(number, rows, at, files) for number, rows in by_number.items()]
    words = query.text.casefold().split()
    fits = [one for one in every if _fits(one, query) and all(word in one.text for word in words)]
    fits.sort(key=lambda one: (_order(one, query.sort), one.number), reverse=query.descending)
    return Shelf(
        at=at,
        total=len(every),
        lines=tuple(fits),
        depts=tuple(sorted({one.dept for one in every if one.dept})),
        types=tuple(sorted({one.type for one in every if one.type})),
    )


def document(office: Office, number: str) -> DocumentShown | Refused:
    """Every version of a document. Refused `document.unknown`, `session.none`."""
    if office.session is None or is_over(office, office.clock.now()):
        return Refused("session.none")
    at = office.clock.now().instant
    with office.store.read() as tx:
        rows = [item.row for item in state.held_by(tx, "document", "number", number)]
        asked = sorted(str(row["code"]) for row in state.rows(tx, "requirement") if row.get("number") == number)
    if not rows:
        return Refused("document.unknown", {"number": number})
    files, owner = _Files(office), _Owners(office)
    ordered = sorted(rows, key=lambda row: (row.get("effective") or "~", row["id"]), reverse=True)
    shown = tuple(_version(row, rows, at, files, owner.of(row)) for row in ordered)
    newest = next((one for one in shown if one.force == "in_force"), shown[0])
    return DocumentShown(at=at, number=number, title=newest.title, versions=shown, asked_by=tuple(asked))


def document_bytes(office: Office, id: str) -> bytes | Refused:
    """The file of version `id`, exactly as its fingerprint says. Refused `session.none`; Faults `file.missing`,
    `file.changed`."""
    if office.session is None or is_over(office, office.clock.now()):
        return Refused("session.none")
    return original(office, id)


class _Files:
    """Which lengths of stored files there are, read once for a whole list."""

    def __init__(self, office: Office) -> None:
        self._office = office
        kept = (office.folder / "files").glob("*/*")
        self._sizes = {path.stat().st_size - AROUND for path in kept if path.is_file()}

    def state(self, row: Row) -> str:
        """Whether the file of a version is here."""
        ref = row.get("file_j")
        if not isinstance(ref, dict):
            return NONE
        if not self._office.ring.has(str(ref["k"]).rpartition(".")[0]):
            return LOCKED
        return HERE if ref["size"] in self._sizes else ABSENT


class _Owners:
    """Names of owners, each opened once."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._known: dict[str, str] = {"": ""}

    def of(self, row: Row) -> str:
        """The name of the owner of a version; empty where the register names none."""
        pid = str(row.get("owner") or "")
        if pid not in self._known:
            with self._office.store.read() as tx:
                held = state.row(tx, "person", pid) or {"id": pid}
            self._known[pid] = shown_name(self._office, self._office.ring.opened("person", held))
        return self._known[pid]


def _version(row: Row, rows: Sequence[Row], at: Instant, files: _Files, owner: str = "") -> VersionShown:
    held = row.get("file_j")
    ref = held if isinstance(held, dict) else {}

    def text(name: str) -> str:
        return str(row.get(name) or "")

    return VersionShown(
        id=str(row["id"]), owner=owner, force=_force(row, rows, at), retrains=retrains(row),
        number=text("number"), ver=text("ver"), title=text("title"), type=text("type"), dept=text("dept"),
        lang=text("lang"), state=text("state"), created=Day(text("created")), approved=Day(text("approved")),
        effective=text("effective"), ended=text("ended"), review=Day(text("review")), impact=text("impact"),
        change=text("change"), sha256=text("sha256") or str(ref.get("sha256") or ""), file=files.state(row),
        file_name=str(ref.get("name") or ""), file_size=int(ref.get("size") or 0),
    )  # fmt: skip


def _force(row: Row, rows: Sequence[Row], at: Instant) -> str:
    number = str(row.get("number"))
    in_force = version_in_force(rows, number, at)
    if in_force is not None and in_force["id"] == row["id"]:
        return "in_force"
    if any(one["id"] == row["id"] for one in versions_ahead(rows, number, at)):
        return "ahead"
    return "draft" if row.get("approved") is None else "ended"


def _line(number: str, rows: Sequence[Row], at: Instant, files: _Files) -> DocumentLine:
    held = version_in_force(rows, number, at)
    ahead = versions_ahead(rows, number, at)
    newest = held or max(rows, key=lambda row: (row.get("effective") or "", row["id"]))
    now = _version(newest, rows, at, files)
    later = [row for row in ahead if row["id"] != newest["id"]]
    return DocumentLine(
        number=number, title=now.title, type=now.type, dept=now.dept, now=now, versions=len(rows),
        next=_version(later[0], rows, at, files) if later else None,
        draft=any(_force(row, rows, at) == "draft" for row in rows),
        text=f"{number} {now.title} {now.type} {now.dept} {now.ver}".casefold(),
    )  # fmt: skip


def _fits(one: DocumentLine, query: ShelfQuery) -> bool:
    return (
        (not query.dept or one.dept == query.dept)
        and (not query.type or one.type == query.type)
        and (not query.file or one.now.file == query.file)
        and (
            not query.state
            or query.state == one.now.force
            or (query.state == "ahead" and one.next is not None)
            or (query.state == "draft" and one.draft)
        )
    )


def _order(one: DocumentLine, sort: str) -> tuple[tuple[int, str], ...]:
    """What a line is ordered by; under `state` stands the version, whose numbers count as numbers: 10.0 after 9.0."""
    match sort:
        case "title" | "type" | "dept":
            text = str(getattr(one, sort)).casefold()
        case "effective" | "file":
            text = str(getattr(one.now, sort))
        case "state":
            return tuple((int(number or 0), rest) for number, rest in PARTS.findall(one.now.ver.casefold()))
        case "next":
            text = one.next.effective if one.next is not None else "~"
        case _:
            text = one.number
    return ((0, text),)


# ---- whom it concerns


def affected(
    office: Office, number: str, at: Instant | None = None, tick: Tick | None = None
) -> Affected | Refused:
    """Of whom in sight the document is asked at `at`, and how they will stand then as far as is known now.

    A person whose job asks for it more than once stands as in the worst of them. Refused `session.none`.
    """
    refused = refused_asker(office)
    if refused is not None:
        return refused
    when = at or office.clock.now().instant
    with office.store.read() as tx:
        sight = people_in_sight(office, tx, tick)
        asking = _Asking(tx, number, when)
        met: Counter[str] = Counter()
        jobs: dict[str, Counter[str]] = {ALL: Counter()}
        for done, one in enumerate(sight):
            if tick is not None and done % CHUNK == 0:
                tick(done, len(sight))
                tx.memo.clear()
            key, fit, held = asking.of(tx, one)
            for job in held:
                jobs.setdefault(job, Counter())[key] += 1
                met[job] += fit
        titles = {str(row["id"]): row for row in state.rows(tx, "job")}
    counted = jobs.pop(ALL)
    shown = [_job(titles.get(job, {}), met[job], counts) for job, counts in jobs.items()]
    shown.sort(key=lambda one: (-one.people, one.title))
    return Affected(at=when, people=counted.total(), met=met[ALL], counts=dict(counted), jobs=tuple(shown))


def _job(row: Row, met: int, counts: Counter[str]) -> JobShown:
    code = str(row.get("code") or "")
    title = str(row.get("title") or code)
    return JobShown(code=code, title=title, people=counts.total(), met=met, counts=dict(counts))


class _Asking:
    """The requirements that name a document, the jobs that ask for them, and how one person stands in them."""

    def __init__(self, tx: Tx, number: str, at: Instant) -> None:
        self._at = at
        self._rules: Rules = read_rules(tx)
        named = {id: row for id, row in self._rules.requirements.items() if row.get("number") == number}
        courses = {row.get("curriculum"): id for id, row in named.items()}
        self._by_job = {
            job: [
                id
                for id, row in named.items()
                if row.get("curriculum") in {one.get("curriculum") for one in held}
            ]
            for job, held in self._rules.assignments.items()
            if any(one.get("curriculum") in courses for one in held)
        }
        self._asked = {id: asked_at(self._rules.versions, row, at) for id, row in named.items()}
        self._postings = _running(state.rows(tx, "posting"), at.day, self._by_job)

    def of(self, tx: Tx, one: One) -> tuple[str, bool, list[str]]:
        """The key of the worst verdict, whether all of them meet, and the jobs that ask for it, `ALL` first; empty where
        nothing is asked."""
        postings = self._postings.get(one.pid)
        if postings is None:
            return "", False, []
        jobs = list(dict.fromkeys(str(row["job"]) for row in postings))
        asked = dict.fromkeys(id for job in jobs for id in self._by_job[job])
        rules, records = self._rules, state.held_by(tx, "record", "pid", one.pid)
        doubt = {str(item.row["id"]) for item in records if state.disputed(item)}
        facts = StatusFacts(
            person=one.row, postings=postings, assignments=rules.assignments, requirements=rules.requirements,
            versions=rules.versions, records=grouped((item.row for item in records), "req"),
            rivals=rules.rivals.union(doubt, (one.pid,) if one.doubt else ()), expiring_days=rules.expiring_days,
        )  # fmt: skip
        found = (status(facts, id, self._at, self._asked[id]) for id in asked)
        verdicts = [verdict for verdict in found if verdict.word != NOT_REQUIRED]
        worst = min(verdicts, key=lambda verdict: verdict.index, default=None)
        if worst is None:
            return "", False, []
        return key_of(worst.word), all(meets(verdict.word) for verdict in verdicts), [ALL, *jobs]


def _running(rows: Iterable[Row], day: Day, jobs: Mapping[str, object]) -> dict[str, list[Row]]:
    """By person: the postings in jobs that ask for it and run on that day."""
    return grouped(
        (
            row
            for row in rows
            if row.get("job") in jobs
            and (row.get("valid_from") or "") <= day <= (row.get("valid_to") or FOR_EVER)
        ),
        "pid",
    )
