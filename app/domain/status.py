"""THE status function: is this person qualified for this requirement at this instant, and why (formats §8, decision 10).

- Pure and total: any instant, whatever rows; "as known then" is a question of which rows the caller hands in.
- A record counts if complete, not void, valid on that day, and done within the window of a version that counts now.
- At the instant a new version takes effect, training on the old one stops counting (T-07, R-REC-04), unless the
  version's impact says that nobody needs retraining (T-06). Training in advance counts from that instant, not before.
- Grace delays the words Overdue and Lapsed; it never makes anybody qualified. So In grace does not count.
- A started repeat takes nothing away: while a record counts, open ones change no word.
- A new job does not restart a due date that a job before it, without a gap, had already set running.
- Exempt, Suspended and Under supervision come with the nouns that grant them; absences do not move due dates yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from app.base.moment import Day, Instant, add_days, instant_at, utc_ms
from app.base.words import Row, Value
from app.domain.documents import in_window, retrains, superseded_by, versions_ahead, versions_that_count
from app.domain.duties import FOR_EVER, employed, plus, running_since, terms
from app.domain.steps import complete, ended, missing, performed
from app.domain.verdicts import Gate, Reason, Verdict, meets

__all__ = [
    "Asked",
    "Gate",
    "Reason",
    "StatusFacts",
    "Verdict",
    "asked_at",
    "fit_to_train",
    "locked_by",
    "may",
    "meets",
    "qualified",
    "status",
]


# ---- facts


class StatusFacts(Value, frozen=True, kw_only=True):
    """What there is to know about one person. `assignments` by job id, `versions` by document number, `records` (this
    person's) by requirement id, `requirements` by id; `rivals`: ids of rows on which two devices disagree."""

    person: Row
    postings: Sequence[Row]
    assignments: Mapping[str, Sequence[Row]]
    requirements: Mapping[str, Row]
    versions: Mapping[str, Sequence[Row]]
    records: Mapping[str, Sequence[Row]]
    rivals: frozenset[str]
    expiring_days: int


class Asked(Value, frozen=True, kw_only=True):
    """A requirement at an instant, the same for everybody: the local day, the versions that count and those ahead."""

    requirement: Row
    at: Instant
    day: Day
    utc: str
    counting: Sequence[Row]
    ahead: Sequence[Row]


class _Case(Value, frozen=True, kw_only=True):
    """One question, with what every rule below asks about it."""

    facts: StatusFacts
    requirement: Row
    at: Instant
    day: Day
    records: Sequence[Row]
    counting: Sequence[Row]
    ahead: Sequence[Row]

    def whole(self, column: str) -> int:
        return self.requirement.get(column) or 0


# ---- the questions


def status(facts: StatusFacts, requirement: str, at: Instant, asked: Asked | None = None) -> Verdict:
    """The one verdict on requirement id `requirement` at `at`; days are those of `at`'s own zone. Never raises.

    `asked`: what `asked_at` gave for the same requirement, versions and instant, for whoever asks of many people.
    """
    row = facts.requirements.get(requirement)
    if row is None:
        return _verdict("Not required", "requirement.unknown")
    if _disputed(facts, row):
        return _verdict("Conflict", "conflict.open")
    since = _since(facts, row, at.day if asked is None else asked.day)
    if isinstance(since, Verdict):
        return since
    case = _case(facts, asked or asked_at(facts.versions, row, at))
    if row.get("number") is not None and not case.counting:
        return _without_document(case)
    record = _proof(case)
    return _gap(case, since) if record is None else _held(case, record)


def asked_at(versions: Mapping[str, Sequence[Row]], requirement: Row, at: Instant) -> Asked:
    """What a requirement asks for at `at`; `versions` by document number."""
    number, counting, ahead = requirement.get("number"), list[Row](), list[Row]()
    if number is not None:
        mine = versions.get(number, ())
        counting, ahead = versions_that_count(mine, number, at), versions_ahead(mine, number, at)
    return Asked(requirement=requirement, at=at, day=at.day, utc=at.utc, counting=counting, ahead=ahead)


def qualified(facts: StatusFacts, requirement: str, at: Instant) -> bool:
    """Whether the person counts as qualified for the requirement at `at`."""
    return meets(status(facts, requirement, at).word)


def may(facts: StatusFacts, requirements: Iterable[str], at: Instant) -> Gate:
    """Whether the person may do what needs all these requirements (ids), with every verdict. Nothing asked is a no."""
    items = tuple((requirement, status(facts, requirement, at)) for requirement in requirements)
    ends = [verdict.until for _, verdict in items if verdict.until is not None]
    go = bool(items) and all(meets(verdict.word) for _, verdict in items)
    return Gate(go=go, items=items, until=min(ends, default=None) if go else None)


def fit_to_train(facts: StatusFacts, requirement: str, at: Instant, *, appointed: bool) -> tuple[bool, str]:
    """Whether this person might train others on the requirement at `at`, and why (R-REC-03, T-16): employed, and
    appointed or with a record that counts; the trainer's own job need not require it."""
    row = facts.requirements.get(requirement)
    if row is None:
        return False, "requirement.unknown"
    case = _case(facts, asked_at(facts.versions, row, at))
    if not employed(facts.person, case.day):
        return False, "person.gone"
    if _disputed(facts, row):
        return False, "conflict.open"
    if appointed:
        return True, "trainer.appointed"
    return (True, "record.valid") if _proof(case) is not None else (False, "trainer.no_record")


def locked_by(
    facts: StatusFacts, requirement: str, at: Instant, built: Iterable[str] = ("read", "ojt")
) -> str | None:
    """Code of the requirement that must be met before this one and isn't (T-03); steps over kinds outside `built`."""
    kinds, seen = frozenset(built), {requirement}
    before = facts.requirements.get(requirement, {}).get("after")
    while before is not None and before not in seen:
        row = facts.requirements.get(before, {})
        if row.get("kind") in kinds:
            return None if qualified(facts, before, at) else str(row.get("code", before))
        seen.add(before)
        before = row.get("after")
    return None


# ---- rules: is it required, and since when


def _since(facts: StatusFacts, requirement: Row, day: Day) -> Day | Verdict:
    """The day since which the person has had to meet the requirement without a gap; a verdict if not now."""
    gone = facts.person.get("gone")
    if gone is not None and gone < day:
        return _verdict("Not required", "person.gone", day=gone)
    found = terms(facts.person, facts.postings, facts.assignments, requirement)
    since = running_since(found, day)
    if since is not None:
        return since
    later = [begin for begin, _ in found if begin > day]
    if not later:
        return _verdict("Not required", "requirement.not_assigned")
    due = plus(min(later), requirement.get("due_first") or 0)
    return _verdict("Upcoming", "requirement.from", due=due, day=min(later))


def _without_document(case: _Case) -> Verdict:
    if not case.ahead:
        return _verdict("Not required", "document.not_in_force")
    day = _local(case, case.ahead[0]["effective"])
    return _verdict("Upcoming", "document.from", due=plus(day, case.whole("due_first")), day=day)


# ---- rules: what counts


def _proof(case: _Case) -> Row | None:
    """The record that counts and holds longest."""
    counting = [
        row for row in case.records if _proves(row, case.counting, case) and not _ran_out(row, case.day)
    ]
    return max(
        counting,
        key=lambda row: (row.get("valid_to") or FOR_EVER, row.get("done") or "", row["id"]),
        default=None,
    )


def _proves(record: Row, versions: Sequence[Row], case: _Case) -> bool:
    """Whether the record proves training on one of `versions`, or on a requirement without document."""
    if not complete(record):
        return False
    if case.requirement.get("number") is None:
        return True
    done = performed(record)
    version = next((v for v in versions if v["id"] == record.get("doc")), None)
    return version is not None and done is not None and in_window(version, done)


def _ran_out(record: Row, day: Day) -> bool:
    return bool((record.get("valid_to") or FOR_EVER) < day)


def _held(case: _Case, record: Row) -> Verdict:
    """A record counts: Waived, Expiring or Qualified."""
    reasons = [Reason(code="record.valid", about={})]
    if case.counting and record.get("doc") != case.counting[0]["id"]:
        reasons.append(Reason(code="document.carried", about={"ver": case.counting[0].get("ver", "")}))
    until: Day | None = record.get("valid_to")
    revised = next((v for v in case.ahead if retrains(v) and not _ready(case, v)), None)
    if revised is not None:
        day = _local(case, revised["effective"])
        reasons.append(Reason(code="document.revised", about={"ver": revised.get("ver", ""), "day": day}))
        until = min(until or FOR_EVER, add_days(day, -1))
    soon = until is not None and until <= plus(case.day, case.facts.expiring_days)
    word = "Waived" if record.get("grade") == "W" else "Expiring" if soon else "Qualified"
    return Verdict(word=word, reasons=tuple(reasons), due=until, until=until, record=record["id"])


def _ready(case: _Case, version: Row) -> bool:
    """Trained in advance on a version that is not in force yet."""
    return any(_proves(row, [version], case) for row in case.records)


# ---- rules: what is missing


def _gap(case: _Case, since: Day) -> Verdict:
    """Nothing counts: the word of highest precedence, with every reason and the earliest due day."""
    found = [verdict for rule in _GAPS if (verdict := rule(case, since)) is not None]
    first = min(found, key=lambda verdict: verdict.index)
    return Verdict(
        word=first.word,
        reasons=tuple(reason for verdict in found for reason in verdict.reasons),
        due=min((verdict.due for verdict in found if verdict.due is not None), default=None),
        record=first.record,
    )


def _lapse(case: _Case, since: Day) -> Verdict | None:
    """The newest training ran out and was not repeated."""
    record = _last_training(case)
    if record is None or not _ran_out(record, case.day):
        return None
    return _late(
        case,
        "Lapsed",
        record["valid_to"],
        Reason(code="record.ran_out", about={"day": record["valid_to"]}),
        record,
    )


def _not_trained(case: _Case, since: Day) -> Verdict | None:
    """Never trained, or only before a revision: then due from the first version that asked for retraining."""
    record = _last_training(case)
    trained = None if record is None else _version(case, record.get("doc"))
    asked = None if trained is None else superseded_by(_versions(case), trained, case.at)
    if record is not None and trained is not None and asked is not None:
        begin = max(since, _local(case, asked["effective"]))
        reason = Reason(
            code="document.superseded", about={"ver": trained.get("ver", ""), "now": asked.get("ver", "")}
        )
        return _late(case, "Overdue", plus(begin, case.whole("due_revision")), reason, record)
    if record is not None and _ran_out(record, case.day):
        return None
    due = plus(since, case.whole("due_first")) if since else None
    return _late(case, "Overdue", due, Reason(code="record.none", about={}), None)


def _last_training(case: _Case) -> Row | None:
    """The newest training that was completed, on any version but those still ahead."""
    if not case.records:
        return None
    ahead = {version["id"] for version in case.ahead}
    return _newest(row for row in case.records if complete(row) and row.get("doc") not in ahead)


def _late(case: _Case, word: str, due: Day | None, reason: Reason, record: Row | None) -> Verdict:
    if due is None or case.day <= due:
        word = "Not started"
    elif case.day <= plus(due, case.whole("grace")):
        word = "In grace"
    return Verdict(word=word, reasons=(reason,), due=due, record=None if record is None else record["id"])


def _under_way(case: _Case, since: Day) -> Verdict | None:
    """An attempt is open, or the last one ended with a no."""
    if not case.records:
        return None
    ids = {version["id"] for version in (*case.counting, *case.ahead)}
    on_time = [row for row in case.records if case.requirement.get("number") is None or row.get("doc") in ids]
    record = _newest(row for row in on_time if missing(row) or (ended(row) and not row.get("void")))
    if record is None:
        return None
    steps = missing(record)
    if not steps:
        return _verdict(
            "In training", f"record.{'not_yet' if record.get('verdict') == 'NOT_YET' else 'rejected'}", record
        )
    if steps[0] == "learner":
        return _verdict("In training", "record.begun", record)
    paper = record.get("grade") in ("C", "D")
    return _verdict(
        "Awaiting verification" if paper else "Awaiting signature", "record.awaits", record, step=steps[0]
    )


def _trained_ahead(case: _Case, since: Day) -> Verdict | None:
    ready = next((version for version in case.ahead if _ready(case, version)), None)
    if ready is None:
        return None
    return _verdict(
        "Upcoming", "document.ready", ver=ready.get("ver", ""), day=_local(case, ready["effective"])
    )


_GAPS: tuple[Callable[[_Case, Day], Verdict | None], ...] = (_lapse, _not_trained, _under_way, _trained_ahead)


# ---- small words


def _case(facts: StatusFacts, asked: Asked) -> _Case:
    records = facts.records.get(asked.requirement["id"], ())
    return _Case(
        facts=facts,
        requirement=asked.requirement,
        at=asked.at,
        day=asked.day,
        # What was done later than `at` had not happened then.
        records=[row for row in records if (row.get("done") or "") <= asked.utc],
        counting=asked.counting,
        ahead=asked.ahead,
    )


def _disputed(facts: StatusFacts, requirement: Row) -> bool:
    """Whether two devices disagree on a row that the verdict would rest on; then it counts for nothing (decision 9)."""
    if not facts.rivals:
        return False
    versions = facts.versions.get(requirement.get("number") or "", ())
    assignments = (
        row for posting in facts.postings for row in facts.assignments.get(posting.get("job", ""), ())
    )
    records = facts.records.get(requirement["id"], ())
    rows = (facts.person, requirement, *facts.postings, *assignments, *versions, *records)
    return any(row["id"] in facts.rivals for row in rows)


def _versions(case: _Case) -> Sequence[Row]:
    return case.facts.versions.get(case.requirement.get("number") or "", ())


def _version(case: _Case, id: str | None) -> Row | None:
    return next((version for version in _versions(case) if version["id"] == id), None)


def _newest(records: Iterable[Row]) -> Row | None:
    return max(records, key=lambda row: (row.get("done") or "", row["id"]), default=None)


def _local(case: _Case, utc: str) -> Day:
    """The day of an instant where the question is asked."""
    return instant_at(utc_ms(utc), case.at.zone).day


def _verdict(word: str, code: str, record: Row | None = None, due: Day | None = None, **about: Any) -> Verdict:
    reason = Reason(code=code, about=about)
    return Verdict(word=word, reasons=(reason,), due=due, record=None if record is None else record["id"])
