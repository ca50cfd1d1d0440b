"""The sentences of the sign dialog, made from what the core proposes (ux §10, §11; decision 32).

- One sentence of the catalogue each, with named places; nothing is put together from pieces.
- What was refused is told in the core's own words; the heading says that nothing was signed.
- Pure: takes values, gives text.
"""

from __future__ import annotations

from app.base.faults import Fault
from app.base.moment import Instant, clock_text, day_text, hour_text, instant_at, utc_ms
from app.base.say import say
from app.base.words import Refused
from app.domain.reports import Signed
from app.work.proposal import Document, Proposal
from app.work.signers import Someone
from app.work.signing import SignedNow

GROUP = 8
SIZES = ((1 << 20, "MiB"), (1 << 10, "KiB"))


def button_text(meaning: str) -> str:
    """What the violet button says: the meaning."""
    return say(f"ui.sign.button.{meaning}") if meaning else say("ui.sign.choose")


def head_text(shown: Proposal, meaning: str) -> str:
    """The sentence under the title: which signature it is, and what follows from it."""
    n, of = shown.place
    if shown.about is None:
        return say("ui.sign.one")
    about: dict[str, str | int] = {"n": n, "of": of, "name": shown.about.name, "code": shown.code}
    if meaning == "VOIDED":
        return say("ui.sign.voids", about)
    if meaning in ("NOT_YET", "REJECTED"):
        return " ".join((say("ui.sign.place", about), say("ui.sign.ends", about)))
    if not meaning or not shown.completes:
        return say("ui.sign.place", about)
    return say("ui.sign.qualifies" if shown.qualifies else "ui.sign.completes", about)


def why_text(shown: Proposal) -> str:
    """Why the dialog asks for what it asks for."""
    asks = shown.asks
    return say(f"ui.sign.why.{asks.why}", {"at": "" if asks.since is None else hour_text(asks.since)})


def fingerprint_lines(fingerprint: str) -> str:
    """The hash in groups of eight; it wraps between them."""
    return "  ".join(fingerprint[at : at + GROUP] for at in range(0, len(fingerprint), GROUP))


def title_of(shown: Proposal) -> str:
    """What is signed, by its name."""
    if shown.document is not None:
        return shown.document.title or shown.subject
    return shown.subject or say(f"meaning.{shown.shown.meaning.code}")


def version_text(shown: Proposal) -> str:
    """Requirement, document, version and since when it holds; the code alone where there is no document."""
    document = shown.document
    if document is None:
        return shown.code
    about: dict[str, str | int] = {"code": shown.code, "number": document.number, "ver": document.ver}
    if not document.effective:
        return say("ui.sign.version.open", about)
    zone = shown.now.zone
    return say("ui.sign.version", {**about, "day": day_text(instant_at(utc_ms(document.effective), zone).day)})


def file_text(document: Document) -> str:
    """The file that belongs to the version."""
    if not document.file:
        return say("ui.sign.no_file")
    return say("ui.sign.file", {"name": document.file, "size": size_text(document.size)})


def size_text(size: int) -> str:
    """Bytes for people."""
    for unit, name in SIZES:
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} B"


def earlier_line(one: Signed) -> str:
    """One signature that was made before: meaning, name, when (R-SIG-06)."""
    at = Instant(ms=utc_ms(one.utc), off=one.off, zone=one.zone)
    about = {"meaning": say(f"meaning.{one.meaning}"), "name": one.name, "when": clock_text(at)}
    return say("ui.sign.earlier.line", about)


def who_line(one: Someone) -> str:
    """Number and roles, or the title where no role is held."""
    roles = ", ".join(say(f"role.{role}") for role in one.roles)
    return " · ".join(part for part in (one.number, roles or one.title) if part)


def done_text(told: SignedNow) -> str:
    """What stands after signing, with the verdict that follows."""
    about: dict[str, str | int] = {
        "as": say(f"ui.sign.as.{told.meaning}"), "at": clock_text(told.at), "name": told.name, "code": told.code,
        "word": say(f"ui.verdict.{told.word}") if told.word else "",
        "until": day_text(told.until) if told.until else "",
    }  # fmt: skip
    if not told.word:
        return say("ui.sign.signed", about)
    return say("ui.sign.signed.until" if told.until else "ui.sign.signed.open", about)


def refused_text(refused: Refused) -> str:
    """The core's own words; a step or a side is named in words, not by its code."""
    about = dict(refused.about)
    for member in ("step", "missing", "side"):
        if member in about and f"step.{about[member]}" in KNOWN_STEPS:
            about[member] = say(f"step.{about[member]}")
    if "meaning" in about:
        about["meaning"] = say(f"meaning.{about['meaning']}")
    if refused.code == "signer.not_qualified":
        about["reason"] = say(f"reason.{about['reason']}").rstrip(".")
    # Asked for by a preview only: of that no entry is made, so none is spoken of.
    unrecorded = f"ui.refused.{refused.code}"
    return say(
        unrecorded if refused.code in ("role.may_not", "scope.outside") else f"refused.{refused.code}", about
    )


KNOWN_STEPS = frozenset({"step.learner", "step.trainer", "step.qa"})


def fault_text(fault: Fault) -> str:
    """What happened and was kept, then what to do."""
    return f"{fault.plain()} {fault.what_to_do()}"
