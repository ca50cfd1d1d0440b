"""One entry in full: who, when, where; every old and new value; the reason; the signature; its place in the chain."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.base.say import say
from app.base.words import Refused
from app.work.ledger import EntryShown, Link, entry
from app.work.told import Change
from app.work.verifying import Found, Verified
from ui.desk import Desk
from ui.kit.badge import Pill
from ui.kit.blocks import Diff, Facts, SignatureBlock
from ui.kit.buttons import button
from ui.kit.layout import STRETCH, column, frame, hline, holder, inset, row, sized, vline
from ui.kit.panel import Panel
from ui.kit.text import label

STEPS = (1, 2, 3, 4)
MOST, FEW = 12, 3
"""So many findings stand in the panel, and at one entry; the report has all."""


class EntryPanel(Panel):
    """The panel beside the list."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("ui.history.panel"))
        self._desk = desk
        self._place = ("", -1)
        self._seal = ""
        self._found: tuple[Found, ...] = ()
        self.show_nothing()

    def show_nothing(self) -> None:
        """Say what to choose."""
        self._place = ("", -1)
        self.set_head(say("ui.history.choose"))
        self.set_body(
            holder(column(label(say("ui.history.choose.text"), "dense", "text2", wrap=True), STRETCH))
        )
        self.set_foot()

    @property
    def place(self) -> tuple[str, int]:
        """The entry that is shown; an empty log if none is."""
        return self._place

    def show_findings(self, told: Verified) -> None:
        """Show what a verification found wrong, and what to do about it."""
        self._place = ("", -1)
        self.set_head(
            say("ui.history.findings"), say("ui.history.findings.sub", {"n": f"{len(told.errors):,}"})
        )
        more = len(told.errors) - MOST
        rest = say("ui.history.findings.more", {"n": f"{more:,}"})
        found = [self._finding(one, told) for one in told.errors[:MOST]]
        parts = [self._steps(), hline(), *found]
        if more > 0:
            parts.append(label(rest, "caption", "text2", wrap=True))
        self.set_body(holder(column(*parts, STRETCH, gap=12)))
        self.set_foot()

    def show_place(self, log: str, seq: int, seal: str, told: Verified | None = None) -> None:
        """Ask for an entry and show it, with what the verification `told` found at it."""
        errors = () if told is None else told.errors
        self._found = tuple(one for one in errors if (one.log, one.seq) == (log, seq))
        self._place, self._seal = (log, seq), seal
        self._desk.ask(self, partial(entry, log=log, seq=seq), self._show)

    def _show(self, told: EntryShown | Refused) -> None:
        if isinstance(told, Refused):
            self.set_head(say("ui.history.choose"))
            self.set_body(label(say(f"refused.{told.code}", told.about), "dense", "text2", wrap=True))
            return
        if (told.line.log, told.line.seq) != self._place:
            return
        line = told.line
        self.set_head(say("ui.history.entry", {"n": f"{line.seq + 1:,}"}), f"{line.action} · {line.record}")
        self.set_body(holder(column(*self._parts(told), STRETCH, gap=12)))
        copy = button(say("ui.history.copy"), icon="copy")
        copy.clicked.connect(partial(_copy, as_text(told)))
        open_ = button(say("ui.history.open"), icon="external-link")
        open_.clicked.connect(partial(self._desk.go, told.address))
        for each in (open_, copy):
            each.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        open_.setVisible(bool(told.address))
        self.set_foot(holder(row(open_, copy)))

    def _parts(self, told: EntryShown) -> list[QWidget | None]:
        line = told.line
        broken = self._seal in ("over", "exempt")
        seal = Pill(self._seal, say(f"ui.history.seal.{self._seal}")) if broken else None
        who = Facts(
            [
                (
                    say("ui.history.fact.who"),
                    " · ".join(part for part in (line.who, told.user, told.role) if part),
                ),
                (say("ui.history.fact.when"), line.when),
                (say("ui.history.fact.device"), f"{told.device} · {told.clock}"),
            ],
            92,
        )
        changes = [Diff(one.old, one.new, _capital(one.column)) for one in told.changes if one.old]
        body = Facts(list(told.told), 92) if told.told else None
        why = Facts([(say("ui.history.fact.why"), line.why)], 92) if line.why else None
        steps = self._steps() if broken else None
        found = list({(one.code, one.entity): one for one in self._found}.values())
        more = say("ui.history.findings.more", {"n": f"{len(found) - FEW:,}"})
        return [
            seal,
            *(self._finding(one) for one in found[:FEW]),
            label(more, "caption", "text2", wrap=True) if len(found) > FEW else None,
            steps,
            who,
            why,
            _signature(told),
            *changes,
            _first_values([one for one in told.changes if not one.old]),
            body,
            hline(),
            _chain(told),
        ]

    def _finding(self, one: Found, told: Verified | None = None) -> QWidget:
        """What was found; with the verification `told` a way to the entry that it names."""
        words = label(one.text, "dense", wrap=True, select=True)
        code = label(one.code, "mono", "bad", select=True)
        about = label(
            one.entity or say("ui.history.findings.nowhere"), "caption", "text2", wrap=True, select=True
        )
        about.setVisible(bool(one.entity) or one.seq is None)
        there = None
        if told is not None and one.seq is not None:
            there = button(say("ui.history.findings.show", {"n": f"{one.seq + 1:,}"}), "link", size="s")
            there.clicked.connect(
                partial(self.show_place, one.log, one.seq, "ok" if one.beside else "over", told)
            )
        return inset(words, about, row(code, STRETCH, there), gap=4, margins=(10, 8, 10, 8))

    @staticmethod
    def _steps() -> QWidget:
        head = label(say("ui.history.steps"), "caption", "text2", weight=600)
        lines = [label(f"{n}. {say(f'ui.history.step.{n}')}", "dense", wrap=True) for n in STEPS]
        return holder(column(head, *lines, gap=4))


def _first_values(changes: Sequence[Change]) -> QWidget | None:
    """What had no value before, in one block: nothing was there that could be told as old."""
    if not changes:
        return None
    facts = Facts([(_capital(one.column), one.new or "–") for one in changes], 96)
    words = label(say("ui.history.first_values"), "caption", "text2", weight=600)
    return holder(column(words, frame("new", column(facts, margins=(10, 8, 10, 8))), gap=4))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _signature(told: EntryShown) -> QWidget | None:
    one = told.signature
    if one is None:
        return None
    who = " · ".join(part for part in (told.user or one.uid, say(f"role.{one.role}")) if part)
    return SignatureBlock(say(f"meaning.{one.meaning}"), told.line.when, one.name, who, one.words)


def _chain(told: EntryShown) -> QWidget:
    head = label(say("ui.history.chain"), "caption", "text2", weight=600)
    parts = [
        _link(say("ui.history.chain.before"), told.before),
        _link(say("ui.history.chain.here"), told.here),
        _link(say("ui.history.chain.after"), told.after),
    ]
    links = [part for part in parts if part is not None]
    joined = [each for link in links for each in (_joint(), link)][1:]
    return holder(column(head, 6, *joined, gap=0))


def _joint() -> QWidget:
    """The line between two entries of the chain."""
    return holder(row(24, sized(vline(), height=8), STRETCH, gap=0))


def _link(words: str, link: Link | None) -> QWidget | None:
    if link is None:
        return None
    digest = label(groups(link.leaf), "mono", "text2", select=True)
    return inset(
        row(label(f"{words} {link.seq + 1:,}", "dense", weight=500), STRETCH, digest), margins=(10, 6, 10, 6)
    )


def groups(digest: str) -> str:
    """The beginning of a hash, in groups of four."""
    return " ".join(digest[at : at + 4] for at in range(0, 12, 4))


def as_text(told: EntryShown) -> str:
    """An entry as text, for a report."""
    line = told.line
    lines = [
        f"{say('ui.history.entry', {'n': line.seq + 1})} · {line.log}", f"{line.when} · {line.who} · {told.role}",
        f"{line.action} · {line.record}",
        *(f"{one.column}: {one.old or '–'} → {one.new or '–'}" for one in told.changes),
        *(f"{name}: {value}" for name, value in told.told), *([line.why] if line.why else []),
        *([f"{told.signature.name}: {told.signature.words}"] if told.signature else []), told.here.leaf,
    ]  # fmt: skip
    return "\n".join(lines)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
