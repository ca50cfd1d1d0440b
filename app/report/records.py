"""A record with its signatures, as blocks: each signature is a row of its own and is never torn (R-SIG-08).

- The head stays with the first signature; where a later one begins a page, a short head says that the record goes on.
- A signature shows name, account, role, meaning, words, reason, time with offset and zone, document and hash, late marks.
- A void record is struck through and stays readable; the signature that voided it is not struck.
- The record's lines for the pages' codes are made here, from the same view: each names the signatures of its block.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.base.codec import unb64u
from app.base.moment import Instant, local_text, start_of, utc_ms
from app.base.say import say, words
from app.domain.reports import Proof, Signed
from app.domain.signatures import MEANINGS
from app.proof.seal import Line
from app.report.column import Column, Faces, day_text
from app.report.sheet import FAINT, GREY, Block, Row, Rule, Shape

DAY_MS = 86_400_000
TOP = 5.0
STATUS = 140.0
VOID = 15
"""A void record has the status index of "Not required": it counts for nothing."""


def record_blocks(faces: Faces, proof: Proof, left: float, width: float) -> list[Block]:
    """The record's head with the first signature, then each further signature, with a rule under the last."""
    rows = [_head(faces, proof, left, width)]
    rows += [_signature(faces, one, left + 16, width - 16) for one in proof.signed]
    below = rows[-1].height + 6
    rows[-1] = Row(below + 2, (*rows[-1].marks, Rule(left, below, left + width, below, 0.6, FAINT)))
    again = _continued(faces, proof, left, width)
    first = proof.signed[:1]
    return [
        Block(rows=tuple(rows[:2]), line=line_of(proof, first), signers=signers_of(first)),
        *(
            Block(rows=(row,), line=line_of(proof, (one,)), signers=(one.name,), goes_on=True, head=again)
            for row, one in zip(rows[2:], proof.signed[1:], strict=True)
        ),
    ]


def signers_of(signed: Sequence[Signed]) -> tuple[str, ...]:
    """Their names, each once, in order."""
    return tuple(dict.fromkeys(one.name for one in signed))


def line_of(proof: Proof, signed: Sequence[Signed]) -> Line:
    """What a page's code says of the record and of the signatures `signed`; signers are counted in `signers_of`."""
    names = signers_of(signed)
    return Line(
        doc=proof.number or proof.code,
        ver=proof.ver,
        day=None if proof.valid_from is None else start_of(proof.valid_from, "UTC").ms // DAY_MS,
        status=VOID if proof.void else proof.verdict.index,
        signed=tuple(
            (names.index(one.name), MEANINGS.index(one.meaning), utc_ms(one.utc) // 1000) for one in signed
        ),
        post=unb64u(proof.post)[:6],
    )


def _head(faces: Faces, proof: Proof, left: float, width: float) -> Row:
    column, shape = _top(faces, proof, left, width, _document(proof), proof.title or proof.subject)
    if proof.comment:
        column.text(say("paper.comment", {"text": proof.comment}), "italic", 8.5, struck=proof.void)
    if proof.open:
        steps = ", ".join(say(f"step.{step}") for step in proof.open)
        column.text(say("paper.open_steps", {"steps": steps}), "bold", 8)
    return Row(column.y + 4, (shape, *column.marks))


def _continued(faces: Faces, proof: Proof, left: float, width: float) -> Row:
    """The head of a record that began on a page before: everything that the page's code says of it."""
    column, shape = _top(faces, proof, left, width, say("paper.continued", {"document": _document(proof)}), "")
    return Row(column.y + 4, (shape, *column.marks))


def _top(faces: Faces, proof: Proof, left: float, width: float, name: str, title: str) -> tuple[Column, Shape]:
    """Document and status, facts, identity; and the shape."""
    what = Column(faces, left + 16, width - 16 - STATUS - 10, TOP)
    what.text(name, "bold", 9.5, struck=proof.void)
    if title:
        what.text(title, "sans", 8.5, struck=proof.void)
    told = Column(faces, left + width - STATUS, STATUS, TOP)
    told.text(say("paper.void") if proof.void else proof.verdict.word, "bold", 9.5)
    told.text(_counts(proof), "sans", 7.5, GREY)
    column = Column(faces, left + 16, width - 16, max(what.y, told.y) + 1)
    column.text(_facts(proof), "sans", 8, struck=proof.void)
    column.text(_identity(proof), "mono", 7, GREY)
    column.marks[:0] = [*what.marks, *told.marks]
    return column, Shape(left, TOP + 1, "dash" if proof.void else proof.verdict.shape, 10)


def _document(proof: Proof) -> str:
    return say("paper.document", {"number": proof.number, "ver": proof.ver}) if proof.number else proof.code


def _identity(proof: Proof) -> str:
    post = unb64u(proof.post)[:6].hex()
    return say("paper.record", {"id": proof.id, "post": post, "signed": len(proof.signed)})


def _counts(proof: Proof) -> str:
    if proof.void:
        return say("paper.void.counts")
    return say("paper.counts" if proof.counts else "paper.counts_not")


def _facts(proof: Proof) -> str:
    done = _instant(proof.done, proof.done_off, proof.done_zone)
    parts = [proof.code] if proof.number else []
    parts.append(say("paper.trained", {"at": done}))
    if proof.valid_from is not None:
        until = (
            say("paper.valid_until", {"day": day_text(proof.valid_to)})
            if proof.valid_to
            else say("paper.valid_on")
        )
        parts.append(say("paper.valid", {"day": day_text(proof.valid_from), "until": until}))
    parts.append(say(f"grade.{proof.grade}") if f"grade.{proof.grade}" in words() else proof.grade)
    return " · ".join(part for part in parts if part)


def _signature(faces: Faces, one: Signed, left: float, width: float) -> Row:
    meaning = STATUS
    who = Column(faces, left + 10, width - 10 - meaning - 8, 3)
    who.text(one.name, "bold", 9)
    what = Column(faces, left + width - meaning, meaning, 3).text(say(f"meaning.{one.meaning}"), "bold", 9)
    told = Column(faces, left + 10, width - 10, max(who.y, what.y))
    told.text(
        " · ".join([one.uid, say(f"role.{one.role}"), _instant(one.utc, one.off, one.zone)]), "sans", 8, GREY
    )
    told.text(f"“{one.words}”", "italic", 8.5)
    if one.why:
        told.text(say("paper.reason", {"text": one.why}), "sans", 8.5)
    if one.late:
        told.text(say("paper.late"), "bold", 8)
    told.text(_small(one), "sans", 7.5, GREY)
    if one.doc:
        told.text(one.doc, "mono", 7, GREY)
    edge = Rule(left, 3, left, told.y + 1, 1.4, FAINT)
    return Row(told.y + 5, (edge, *who.marks, *what.marks, *told.marks))


def _small(one: Signed) -> str:
    level = say("paper.signed.full" if one.full else "paper.signed.password")
    return say("paper.signed", {"log": one.place[0], "seq": one.place[1], "level": level})


def _instant(utc: str, off: str, zone: str) -> str:
    return local_text(Instant(ms=utc_ms(utc), off=off, zone=zone)) if utc else ""
