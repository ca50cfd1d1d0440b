"""A person's training file as blocks: person, qualifications, records with signatures, what is open, completeness.

- What counts comes first: requirements that rest on a record, then the records, then what has no record yet.
- A person without anything still has a file that says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from app.base.moment import local_text
from app.base.say import say
from app.domain.reports import Duty, Job, PersonFile
from app.domain.verdicts import SHAPES, WORDS, meets
from app.report.column import Column, Faces, day_text, right_aligned, side_by_side
from app.report.records import record_blocks
from app.report.sheet import FAINT, GREY, Block, Box, Mark, Row, Rule, Shape, Text

UNSAID = frozenset({"record.valid", "record.none"})
"""Reasons that the status word says already."""
COLUMNS = (0.0, 116.0, 172.0)
UNTIL = 74.0


def asked(file: PersonFile) -> str:
    """The question that the file answers."""
    return say("paper.asked", {"name": file.name, "number": file.number or "-", "day": day_text(file.at.day)})


def answer(file: PersonFile) -> str:
    """The answer in one or two sentences."""
    words = [duty.verdict.word for duty in file.duties]
    if not words:
        return say("paper.answer.none")
    met = sum(map(meets, words))
    if met == len(words):
        return say("paper.answer.all", {"all": met})
    return say("paper.answer.some", {"met": met, "all": len(words), "words": _counted(words)})


def _counted(words: Sequence[str]) -> str:
    """How many of each word that does not count, the gravest first."""
    counts = Counter(word for word in words if not meets(word))
    return ", ".join(f"{counts[word]} {word.lower()}" for word in WORDS if counts[word])


def blocks(file: PersonFile, faces: Faces, left: float, width: float) -> Iterator[Block]:
    """Everything under question and answer, in order."""
    yield Block(rows=(_person(file, faces, left, width),))
    rested = [duty for duty in file.duties if duty.verdict.record is not None]
    bare = [duty for duty in file.duties if duty.verdict.record is None]
    if rested:
        yield from _section(faces, left, width, "paper.qualifications")
        yield from _table(rested, faces, left, width)
    yield from _section(faces, left, width, "paper.records", rule=False)
    if not file.proofs:
        yield Block(rows=(Column(faces, left, width).text(say("paper.records.none")).row(8),))
    for proof in file.proofs:
        yield from record_blocks(faces, proof, left, width)
    if bare:
        yield from _section(faces, left, width, "paper.open")
        yield from _table(bare, faces, left, width)
    yield _legend(file, faces, left, width)
    yield from _section(faces, left, width, "paper.completeness", rule=False)
    yield Block(rows=(_completeness(file, faces, left, width),))


def _section(faces: Faces, left: float, width: float, title: str, *, rule: bool = True) -> Iterator[Block]:
    column = Column(faces, left, width, 8).text(say(title), "bold", 10.5)
    yield Block(rows=(column.row(3 if rule else 4),), with_next=True)


def _person(file: PersonFile, faces: Faces, left: float, width: float) -> Row:
    part = (width - 20) * 0.44
    one, two = _Facts(faces, left, part, 78), _Facts(faces, left + part + 20, width - 20 - part, 54)
    one.fact("number", file.number)
    one.fact("native", file.native)
    one.fact("title", file.title)
    one.fact("dept", file.dept)
    one.fact("hired", day_text(file.hired))
    one.fact("gone", day_text(file.gone))
    one.fact("person", file.pid, "mono", 7.5)
    for job in file.jobs:
        label = "job" if job.main or len(file.jobs) == 1 else "job.also"
        two.fact(label, f"{job.title} ({job.code}), {_days(job)}")
    for course in file.courses:
        two.fact("course", f"{course.code} {course.title}, {say('paper.version', {'ver': course.ver})}")
    return side_by_side(one.column, two.column, gap=4)


def _days(job: Job) -> str:
    if not job.end or job.end.startswith("9999"):
        return say("paper.from", {"day": day_text(job.start)})
    return f"{day_text(job.start)} – {day_text(job.end)}"


class _Facts:
    """Labels with their values beside them; a label that was told before is not told again."""

    def __init__(self, faces: Faces, left: float, width: float, label: float) -> None:
        self.column = Column(faces, left, width)
        self._values = Column(faces, left + label, width - label)
        self._faces, self._left, self._label, self._last = faces, left, label, ""

    def fact(self, label: str, value: str, style: str = "sans", size: float = 8.5) -> None:
        """One label and its value; nothing for an empty value."""
        if not value:
            return
        top = self._values.y
        if label != self._last:
            name = Column(self._faces, self._left, self._label - 6, top + 0.9).text(
                say(f"paper.fact.{label}"), "bold", 7.5, GREY
            )
            self.column.marks.extend(name.marks)
        self._values.text(value, style, size)
        self._values.y += 1.5
        self._last = label
        self.column.marks.extend(self._values.marks)
        self._values.marks = []
        self.column.y = self._values.y


# ---- tables of requirements


def _table(duties: Iterable[Duty], faces: Faces, left: float, width: float) -> Iterator[Block]:
    head = _table_head(left, width)
    yield Block(rows=(head,), with_next=True)
    for duty in duties:
        yield Block(rows=(_duty(duty, faces, left, width),), head=head)


def _table_head(left: float, width: float) -> Row:
    marks: list[Mark] = [Box(left, 0, width, 15, 0.94, None)]
    for x, name in zip((COLUMNS[0] + 4, *COLUMNS[1:]), ("status", "code", "subject"), strict=True):
        marks.append(Text(left + x, 10.2, say(f"paper.table.{name}"), "bold", 7.5, GREY))
    marks.append(Text(left + width - 4, 10.2, say("paper.table.until"), "bold", 7.5, GREY, "r"))
    return Row(16, tuple(marks))


def _duty(duty: Duty, faces: Faces, left: float, width: float) -> Row:
    verdict = duty.verdict
    bold = "sans" if meets(verdict.word) else "bold"
    status = Column(faces, left + 18, COLUMNS[1] - 22, 2).text(verdict.word, bold, 8.5)
    code = Column(faces, left + COLUMNS[1], COLUMNS[2] - COLUMNS[1] - 6, 2.3).text(duty.code, "mono", 8)
    subject = Column(faces, left + COLUMNS[2], width - COLUMNS[2] - UNTIL - 8, 2)
    subject.text(" · ".join(dict.fromkeys(part for part in (duty.subject, duty.number) if part)), "sans", 8.5)
    for reason in verdict.reasons:
        if reason.code not in UNSAID:
            subject.text(say(f"reason.{reason.code}", reason.about), "sans", 7.5, GREY)
    row = side_by_side(status, code, subject, gap=2)
    marks = (
        Shape(left + 4, 3, verdict.shape, 9), *row.marks,
        right_aligned(faces, _until(duty), "sans", 8.5, left + width - 4, 2),
        Rule(left, row.height, left + width, row.height, 0.4, FAINT),
    )  # fmt: skip
    return Row(row.height, marks)


def _until(duty: Duty) -> str:
    verdict = duty.verdict
    if verdict.until is not None:
        return day_text(verdict.until)
    if meets(verdict.word):
        return say("paper.valid_on")
    return say("paper.due", {"day": day_text(verdict.due)}) if verdict.due is not None else ""


def _legend(file: PersonFile, faces: Faces, left: float, width: float) -> Block:
    """Every shape that the file uses, once, with the words that it stands for there."""
    used = {duty.verdict.word for duty in file.duties} | {proof.verdict.word for proof in file.proofs}
    x, y = left, 6.0
    marks: list[Mark] = []
    for word in WORDS:
        if word not in used:
            continue
        wide = 16 + faces.width(word, "sans", 7.5) + 14
        if x + wide > left + width:
            x, y = left, y + 13
        marks += [Shape(x, y, SHAPES[word], 8), Text(x + 12, y + 6.9, word, "sans", 7.5, GREY)]
        x += wide
    return Block(rows=(Row(y + 14 if marks else 0, tuple(marks)),))


def _completeness(file: PersonFile, faces: Faces, left: float, width: float) -> Row:
    column = Column(faces, left, width)
    counts: dict[str, str | int] = {
        "jobs": len(file.jobs), "courses": len(file.courses), "duties": len(file.duties), "proofs": len(file.proofs),
        "void": sum(proof.void for proof in file.proofs), "signed": sum(len(proof.signed) for proof in file.proofs),
    }  # fmt: skip
    counts["known_at"] = local_text(file.known_at)
    column.text(say("paper.scope", counts)).gap(2)
    for head in file.heads:
        told: dict[str, str | int] = {
            "log": head.log,
            "n": head.n,
            "size": head.size,
            "root": head.root.hex(),
            "received": head.received,
        }
        column.text(say("paper.log", {**told, "waiting": head.n - head.received}), "sans", 8).gap(1)
    column.text(say("paper.evidence"), "sans", 8)
    return column.row(6)
