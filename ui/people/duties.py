"""The tables of a training file: what the person's jobs ask for, every record, every job.

- A requirement is shown with the record that its verdict rests on, else with the newest one that is not void.
- A void record keeps its line, struck through, and says that it is void in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from app.base.moment import Instant, day_text
from app.base.say import say
from app.domain.reports import Duty, Job, PersonFile, Proof
from app.domain.verdicts import Verdict
from ui.kit.cells import Cell, Column
from ui.kit.rows import Row
from ui.people.record import made, needed
from ui.people.words import NONE, ORDER, key_of, local_day, pill_text, reason_text, until_text

TONES = {"over": "bad", "exp": "warn"}


def duty_columns() -> tuple[Column, ...]:
    """The columns of the requirements."""
    return (
        Column(key="subject", title=say("ui.person.column.subject"), width=230, stretch=True),
        Column(key="status", title=say("ui.person.column.status"), width=162),
        Column(key="trained", title=say("ui.person.column.trained"), width=128),
        Column(key="until", title=say("ui.person.column.until"), width=132),
        Column(key="signed", title=say("ui.person.column.signed"), width=86),
    )


def record_columns() -> tuple[Column, ...]:
    """The columns of the records."""
    return (
        Column(key="subject", title=say("ui.person.column.subject"), width=230, stretch=True),
        Column(key="state", title=say("ui.person.column.state"), width=162),
        Column(key="trained", title=say("ui.person.column.trained"), width=128),
        Column(key="until", title=say("ui.person.column.until"), width=132),
        Column(key="signed", title=say("ui.person.column.signed"), width=86),
    )


def job_columns() -> tuple[Column, ...]:
    """The columns of the jobs."""
    return (
        Column(key="title", title=say("ui.person.column.job"), width=260, stretch=True),
        Column(key="dept", title=say("ui.person.column.dept"), width=200),
        Column(key="from", title=say("ui.person.column.from"), width=130),
        Column(key="to", title=say("ui.person.column.to"), width=130),
    )


def proof_of(duty: Duty, proofs: Sequence[Proof]) -> Proof | None:
    """The record that a requirement is shown with."""
    mine = [proof for proof in proofs if proof.code == duty.code]
    rests = next((proof for proof in mine if proof.id == duty.verdict.record), None)
    live = [proof for proof in mine if not proof.void]
    return rests or max(live, key=lambda proof: (proof.done, proof.id), default=None)


def duty_rows(file: PersonFile, key: str = "", descending: bool = False) -> list[Row]:  # noqa: FBT001, FBT002
    """The requirements, in the order of a column; by precedence of their verdicts if none is named."""
    pairs = [(duty, proof_of(duty, file.proofs)) for duty in file.duties]
    ways = {
        "subject": lambda pair: (pair[0].subject.casefold(), pair[0].code),
        "trained": lambda pair: ("" if pair[1] is None else pair[1].done, pair[0].code),
        "until": lambda pair: (str(pair[0].verdict.until or pair[0].verdict.due or "9999"), pair[0].code),
        "signed": lambda pair: (-1 if pair[1] is None else made(pair[1]), pair[0].code),
    }
    pairs.sort(key=ways.get(key, lambda pair: (pair[0].verdict.index, pair[0].code)), reverse=descending)
    return [(duty.code, _duty_cells(file, duty, proof)) for duty, proof in pairs]


def _duty_cells(file: PersonFile, duty: Duty, proof: Proof | None) -> tuple[Cell, ...]:
    return (
        Cell(text=duty.subject or duty.code, sub=_below(duty, proof), weight=500),
        _pill(duty.verdict, file),
        _trained(proof),
        _until(duty.verdict),
        _signed(proof),
    )


def _below(duty: Duty, proof: Proof | None) -> str:
    version = proof.ver if proof is not None and proof.id == duty.verdict.record else ""
    parts = (duty.code, duty.number, say("paper.version", {"ver": version}) if version else "")
    return " · ".join(part for part in parts if part)


def _pill(verdict: Verdict, file: PersonFile) -> Cell:
    text = pill_text(verdict, file.at.day)
    spoken = " ".join((text + ".", *(reason_text(one) for one in verdict.reasons)))
    return Cell(pill=key_of(verdict.word), text=text, spoken=spoken)


def _trained(proof: Proof | None) -> Cell:
    if proof is None or not proof.done:
        return Cell(text=NONE, colour="text3")
    by = next(
        (one for one in reversed(proof.signed) if one.meaning in ("COMPETENT", "TAUGHT", "NOT_YET")), None
    )
    sub = "" if by is None else say("ui.person.trained_by", {"name": by.name})
    return Cell(text=local_day(proof.done, proof.done_zone), sub=sub)


def _until(verdict: Verdict) -> Cell:
    tone = TONES.get(key_of(verdict.word), "")
    text = until_text(verdict)
    return Cell(
        text=text, colour=tone or ("text3" if text == NONE else "text"), weight=600 if tone == "bad" else 400
    )


def _signed(proof: Proof | None) -> Cell:
    if proof is None or not proof.signed:
        return Cell(text=NONE, colour="text3", spoken=say("ui.person.no_signature"))
    text = say("ui.person.of", {"n": made(proof), "of": needed(proof)})
    return Cell(text=text, icon="signature", icon_colour="sign", colour="text2")


def record_rows(file: PersonFile, key: str = "", descending: bool = True) -> list[Row]:  # noqa: FBT001, FBT002
    """Every record, the newest first unless another column orders; void ones keep their place."""
    ways = {
        "subject": lambda proof: (proof.subject.casefold(), proof.code, proof.done),
        "until": lambda proof: (str(proof.valid_to or "9999"), proof.done),
        "signed": lambda proof: (made(proof), proof.done),
        "state": lambda proof: (record_state(proof, file.at), proof.done),
    }
    proofs = sorted(file.proofs, key=ways.get(key, lambda proof: (proof.done, proof.id)), reverse=descending)
    return [(proof.id, _record_cells(proof, file.at)) for proof in proofs]


def record_state(proof: Proof, at: Instant) -> tuple[str, str]:
    """(shape, words) of a record itself, at `at`."""
    if proof.done > at.utc:
        return "todo", say("ui.person.state.later")
    if proof.void:
        return "na", say("ui.person.state.void")
    if proof.open:
        return "sign", say("ui.people.pill.waits", {"step": say(f"step.{proof.open[0]}")})
    if any(one.meaning in ("NOT_YET", "REJECTED") for one in proof.signed):
        return "prog", say("ui.person.state.ended")
    return ("ok", say("ui.person.state.counts")) if proof.counts else ("exempt", say("ui.person.state.past"))


def _record_cells(proof: Proof, at: Instant) -> tuple[Cell, ...]:
    key, words = record_state(proof, at)
    below = " · ".join(
        part
        for part in (proof.code, proof.number, proof.ver and say("paper.version", {"ver": proof.ver}))
        if part
    )
    ink = "text3" if proof.void else "text"
    day = day_text(proof.valid_to) if proof.valid_to else NONE
    return (
        Cell(
            text=proof.subject or proof.code,
            sub=below,
            weight=400 if proof.void else 500,
            colour=ink,
            struck=proof.void,
        ),
        Cell(pill=key, text=words, spoken=words),
        _trained(proof),
        Cell(text=day, colour=ink if proof.valid_to else "text3", struck=proof.void and bool(proof.valid_to)),
        _signed(proof),
    )


def job_rows(jobs: Sequence[Job], key: str = "", descending: bool = True) -> list[Row]:  # noqa: FBT001, FBT002
    """Every job, the newest first unless another column orders; one without an end ends after all others."""
    ways = {
        "title": lambda job: ((job.title or job.code).casefold(), job.code, job.start),
        "dept": lambda job: (job.dept.casefold(), job.start, job.code),
        "to": lambda job: (job.end or "9999", job.start, job.code),
    }
    found = sorted(jobs, key=ways.get(key, lambda job: (job.start, job.code)), reverse=descending)
    return [(f"{job.code}/{job.start}", _job_cells(job)) for job in found]


def _job_cells(job: Job) -> tuple[Cell, ...]:
    return (
        Cell(
            text=job.title or job.code,
            sub=job.code if job.main else f"{job.code} · {say('ui.person.also')}",
            weight=500,
        ),
        Cell(text=job.dept or NONE),
        Cell(text=day_text(job.start) if job.start else NONE),
        Cell(
            text=day_text(job.end) if job.end else say("ui.person.open_end"),
            colour="text" if job.end else "text2",
        ),
    )


def summary(file: PersonFile) -> str:
    """How many requirements, and how they stand, by shape and word."""
    counts: Mapping[str, int] = Counter(key_of(duty.verdict.word) for duty in file.duties)
    parts = [say("ui.person.requirements", {"n": len(file.duties)})]
    parts += [say(f"ui.person.sum.{key}", {"n": counts[key]}) for key in ORDER if counts.get(key)]
    return " · ".join(parts)
