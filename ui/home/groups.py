"""What a person has to do, in four groups: now, this week, waiting for others, done (mock-up 13).

- Grouped by the verdicts of the one status function; nothing is ranked by anything else.
- Pure: takes a file, gives lines.
"""

from __future__ import annotations

from app.base.moment import add_days, day_text
from app.base.say import say
from app.base.words import Value
from app.domain.reports import Duty, PersonFile, Proof
from app.domain.verdicts import meets
from ui.people.words import key_of, local_day, pill_text, reason_text

NOW, WEEK, LATER, WAITING, DONE = "now", "week", "later", "waiting", "done"
GROUPS = (NOW, WEEK, LATER, WAITING, DONE)
SOON_DAYS, PAST_DAYS = 7, 30
URGENT = frozenset({"Conflict", "Suspended", "Lapsed", "Overdue", "In grace"})


class Task(Value, frozen=True):
    """One line: its shape, what it is, why, by when (`tone` its colour), and the requirement's code; `begins` whether a
    record can be begun for it."""

    key: str
    title: str
    sub: str
    when: str
    tone: str
    code: str
    begins: bool


def tasks_of(file: PersonFile, begins: frozenset[str]) -> dict[str, list[Task]]:
    """Every group with its lines, the most pressing first; `begins` are the codes that a record can be begun for."""
    found: dict[str, list[Task]] = {group: [] for group in GROUPS}
    duties = sorted(file.duties, key=lambda one: (str(one.verdict.due or "9999"), one.verdict.index, one.code))
    for duty in duties:
        group = group_of(duty, file)
        if group:
            found[group].append(_task(duty, file, begins))
    found[DONE] = [_done(proof) for proof in reversed(file.proofs) if _is_recent(proof, file)]
    return found


def group_of(duty: Duty, file: PersonFile) -> str:
    """The group of a requirement; empty for one that asks for nothing now."""
    verdict = duty.verdict
    if verdict.word in URGENT:
        return NOW
    if key_of(verdict.word) == "sign":
        return WAITING
    if meets(verdict.word) and verdict.word != "Expiring":
        return ""
    day = verdict.due or verdict.until
    if day is not None and day <= add_days(file.at.day, SOON_DAYS):
        return WEEK
    return LATER


def _task(duty: Duty, file: PersonFile, begins: frozenset[str]) -> Task:
    verdict, key = duty.verdict, key_of(duty.verdict.word)
    why = reason_text(verdict.reasons[-1]) if verdict.reasons else ""
    sub = " · ".join(part for part in (duty.code, duty.number, why) if part)
    return Task(
        key=key,
        title=duty.subject or duty.code,
        sub=sub,
        when=_by(duty) if key == "todo" else pill_text(verdict, file.at.day),
        tone={"over": "bad", "exp": "warn", "sign": "sign"}.get(key, "text"),
        code=duty.code,
        begins=key not in ("sign", "prog") and duty.code in begins,
    )


def _by(duty: Duty) -> str:
    due = duty.verdict.due
    return say("ui.people.by", {"day": day_text(due)}) if due is not None else say("ui.home.mine.no_day")


def _done(proof: Proof) -> Task:
    sub = " · ".join(
        part
        for part in (proof.code, proof.number, proof.ver and say("paper.version", {"ver": proof.ver}))
        if part
    )
    day = local_day(proof.done, proof.done_zone)
    return Task(
        key="ok",
        title=proof.subject or proof.code,
        sub=sub,
        when=day,
        tone="text2",
        code=proof.code,
        begins=False,
    )


def _is_recent(proof: Proof, file: PersonFile) -> bool:
    return proof.counts and proof.done[:10] >= add_days(file.at.day, -PAST_DAYS)
