"""One record as it came about: when the training took place, every signature as it was made, and what comes next.

- A signature block shows name, account, role, meaning, statement, reason, time with zone (21 CFR 11.50; R-SIG-08).
- A void record stays readable; that it counts for nothing is said first, and its title is struck through.
- Nothing here says that anything verifies: that is the history's to tell.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.base.moment import day_text
from app.base.say import say
from app.domain.reports import Proof, Signed
from ui.kit.banner import Banner
from ui.kit.blocks import Event, SignatureBlock, Timeline
from ui.kit.layout import column, holder
from ui.people.words import moment_text

Node = Event | tuple[str, QWidget]


def record_head(proof: Proof) -> tuple[str, str]:
    """(title, line below it) of a record."""
    about = {"code": proof.code, "number": proof.number, "ver": proof.ver}
    what = say("ui.person.record.version" if proof.number else "ui.person.record.code", about)
    signed = say("ui.person.record.signatures", {"n": made(proof), "of": needed(proof)})
    return proof.subject or proof.code, f"{what} · {signed}"


def made(proof: Proof) -> int:
    """How many signatures the record has that make it, without the one that voids it."""
    return sum(1 for one in proof.signed if one.meaning != "VOIDED")


def needed(proof: Proof) -> int:
    """How many there will be."""
    return made(proof) + len(proof.open)


def timeline(proof: Proof, next_node: QWidget | None = None) -> QWidget:
    """The record from its beginning to what comes next."""
    nodes: list[Node] = []
    if proof.done:
        nodes.append(
            Event(
                title=say("ui.person.took_place"), text=moment_text(proof.done, proof.done_off, proof.done_zone)
            )
        )
    nodes += [("sign", block(one, proof.sha256 if one.doc else "")) for one in proof.signed]
    nodes += _ends(proof)
    if next_node is not None:
        nodes.append(("sign", next_node))
    parts: list[QWidget | None] = [_void(proof), Timeline(nodes)]
    return holder(column(*parts, gap=12))


def block(one: Signed, digest: str) -> SignatureBlock:
    """A signature with everything that it is shown with; `digest` is the hash of the document that it names, or empty."""
    level = say("ui.person.level.full" if one.full else "ui.person.level.password")
    who = say("ui.person.signed_by", {"uid": one.uid, "role": say(f"role.{one.role}"), "level": level})
    late = say("ui.person.late") if one.late else ""
    why = say("ui.person.why", {"why": one.why}) if one.why else ""
    line = "\n".join(part for part in (who, why, late) if part)
    return SignatureBlock(
        meaning=say(f"meaning.{one.meaning}"),
        when=moment_text(one.utc, one.off, one.zone),
        name=one.name,
        id_line=line,
        statement=one.words,
        fingerprint=groups(digest),
    )


def groups(digest: str) -> str:
    """The beginning of a hash, in groups of four."""
    return " ".join(digest[at : at + 4] for at in range(0, min(len(digest), 16), 4))


def _ends(proof: Proof) -> Sequence[Node]:
    """What came of a record that is finished."""
    if proof.void or proof.open:
        return []
    if proof.counts:
        return [Event(title=say("ui.person.counts"), text=_valid(proof), status="ok")]
    return [Event(title=say("ui.person.counts_not"), text=_valid(proof), status="na")]


def _valid(proof: Proof) -> str:
    from_, to = proof.valid_from, proof.valid_to
    if not from_:
        return ""
    return say(
        "ui.person.valid" if to else "ui.person.valid_open",
        {"from": day_text(from_), "to": day_text(to) if to else ""},
    )


def _void(proof: Proof) -> Banner | None:
    if not proof.void:
        return None
    return Banner("warn", "circle-x", say("ui.person.void"), say("ui.person.void.text"))
