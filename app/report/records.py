"""A record with its signatures, as blocks: each signature is a row of its own and is never torn (R-SIG-08).

- A signature shows name, account, role, meaning, words, reason, time with offset and zone, document and hash, late marks.
- A void record is struck through and stays readable; the signature that voided it is not struck.
- The record's line for the page's code is made here, from the same view.
"""

from __future__ import annotations

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
    """The record's head with the first signature, then each further signature; all kept together where a page allows it."""
    rows = [_head(faces, proof, left, width)]
    rows += [_signature(faces, one, left + 16, width - 16) for one in proof.signed]
    rows[-1] = Row(rows[-1].height + 8, rows[-1].marks)
    return [Block(rows=tuple(rows), line=line_of(proof), signers=signers_of(proof))]


def signers_of(proof: Proof) -> tuple[str, ...]:
    """The names under the record, each once, in order."""
    return tuple(dict.fromkeys(one.name for one in proof.signed))


def line_of(proof: Proof) -> Line:
    """What the page's code says of the record; signers are counted in `signers_of`."""
    names = signers_of(proof)
    return Line(
        doc=proof.number or proof.code,
        ver=proof.ver,
        day=None if proof.valid_from is None else start_of(proof.valid_from, "UTC").ms // DAY_MS,
        status=VOID if proof.void else proof.verdict.index,
        signed=tuple(
            (names.index(one.name), MEANINGS.index(one.meaning), utc_ms(one.utc) // 1000)
            for one in proof.signed
        ),
        post=unb64u(proof.post)[:6],
    )


def _head(faces: Faces, proof: Proof, left: float, width: float) -> Row:
    what = Column(faces, left + 16, width - 16 - STATUS - 10, TOP)
    document = say("paper.document", {"number": proof.number, "ver": proof.ver}) if proof.number else proof.code
    what.text(document, "bold", 9.5, struck=proof.void)
    what.text(proof.title or proof.subject, "sans", 8.5, struck=proof.void)
    told = Column(faces, left + width - STATUS, STATUS, TOP)
    told.text(say("paper.void") if proof.void else proof.verdict.word, "bold", 9.5)
    told.text(_counts(proof), "sans", 7.5, GREY)
    facts = Column(faces, left + 16, width - 16, max(what.y, told.y) + 1)
    facts.text(_facts(proof), "sans", 8, struck=proof.void)
    facts.text(say("paper.record", {"id": proof.id, "post": unb64u(proof.post)[:6].hex()}), "mono", 7, GREY)
    if proof.comment:
        facts.text(say("paper.comment", {"text": proof.comment}), "italic", 8.5, struck=proof.void)
    if proof.open:
        steps = ", ".join(say(f"step.{step}") for step in proof.open)
        facts.text(say("paper.open_steps", {"steps": steps}), "bold", 8)
    shape = "dash" if proof.void else proof.verdict.shape
    marks = (
        Rule(left, 0, left + width, 0, 0.6, FAINT), Shape(left, TOP + 1, shape, 10), *what.marks, *told.marks,
        *facts.marks,
    )  # fmt: skip
    return Row(facts.y + 4, marks)


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
