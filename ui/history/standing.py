"""Whether the history verifies, above the list: the banner of the last answer, verifying now with a number and Cancel.

- Broken: what is intact, where it stops, what is in doubt, what is paused, and the report to save.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.base.faults import Fault
from app.base.moment import clock_text
from app.base.say import say
from app.base.words import Refused
from app.work.verifying import LastVerified, Verified, last_verified
from ui.address import Address
from ui.desk import Desk, Notice
from ui.history.verify import AskPassword, Verifying, report_text
from ui.kit.announce import announce
from ui.kit.banner import Banner
from ui.kit.buttons import Button, button
from ui.kit.layout import column
from ui.kit.progress import Progress
from ui.shell.notices import Notices


class Standing(QWidget):
    """The banner. `answered` after a verification: the seals of the list are others now."""

    answered = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.verified: Verified | None = None
        self._incident = ""
        self.verifying = Verifying(desk, self)
        self.banner = Banner("info", "shield", say("ui.history.unknown"), say("ui.history.unknown.text"))
        self.progress = Progress(say("ui.history.verifying"))
        self.progress.hide()
        self._ways = self._buttons()
        self.banner.set_actions(self._ways)
        self._offer(broken=False)
        self.setLayout(column(self.banner, self.progress, gap=12))
        self.progress.cancelled.connect(self.verifying.cancel)
        self.verifying.progressed.connect(self._show_progress)
        self.verifying.ended.connect(self._show_verified)
        self.verifying.failed.connect(self._show_fault)
        self.verifying.refused.connect(self._show_refused)

    def refresh(self) -> None:
        """Ask for the last verification."""
        self._desk.ask(self, last_verified, self._show_last)

    def verify(self) -> None:
        """Ask for the password, then verify everything."""
        if self.verifying.runs:
            return
        dialog = AskPassword(self._desk, self)
        dialog.given.connect(self.verifying.begin)
        dialog.given.connect(partial(self._show_progress, say("ui.history.verifying"), 0, 0))
        dialog.open()

    def save(self) -> None:
        """Save what the last verification found as text."""
        if self.verified is None:
            self._desk.say_done(say("ui.history.save.none"))
            return
        path, _ = QFileDialog.getSaveFileName(self, say("ui.history.save"), "verification.txt")
        if path:
            try:
                Path(path).write_text(report_text(self.verified), encoding="utf-8")
            except OSError:
                self._desk.failed.emit(Fault("disk.unwritable", file=Path(path).name))
                return
            self._desk.say_done(say("ui.history.saved", {"file": Path(path).name}))

    def _offer(self, *, broken: bool) -> None:
        """Verifying comes first; where something was found wrong, the report of it."""
        for each, there in zip(self._ways, (not broken, not broken, broken, broken), strict=True):
            each.setVisible(there and (each.words() == say("ui.history.verify") or self.verified is not None))

    def _buttons(self) -> list[Button]:
        """Report and verify, as they stand; verify and report where something was found wrong."""
        made = []
        for words, kind, icon, act in (
            ("save", "plain", "download", self.save), ("verify", "primary", "shield-check", self.verify),
            ("verify", "plain", "shield-check", self.verify), ("save", "primary", "download", self.save),
        ):  # fmt: skip
            one = button(say(f"ui.history.{words}"), kind, icon)
            one.clicked.connect(act)
            made.append(one)
        return made

    def _show_progress(self, words: str, done: int, of: int, *_rest: object) -> None:
        self.progress.show()
        self._may_verify(may=False)
        self.progress.show_done(done, of, words)

    def _may_verify(self, *, may: bool) -> None:
        for each in self._ways[1:3]:
            each.setEnabled(may)

    def _stop(self) -> None:
        self.progress.hide()
        self._may_verify(may=True)

    def _show_fault(self, fault: Fault) -> None:
        self._stop()
        self.banner.set_kind("warn", "shield-alert")
        self.banner.set(fault.plain(), fault.what_to_do())

    def _show_refused(self, refused: Refused) -> None:
        self._stop()
        self.banner.set_kind("warn", "shield-alert")
        self.banner.set(say("ui.history.refused"), say(f"refused.{refused.code}", refused.about))

    def _show_last(self, told: LastVerified | None) -> None:
        if self.verified is not None or told is None:
            return
        what = " ".join(say(f"finding.{code}") for code in told.errors[:1])
        about = {"at": clock_text(told.at, seconds=False), "n": f"{told.entries:,}", "what": what}
        if told.errors:
            self.banner.set_kind("bad", "shield-x")
            self.banner.set(say("ui.history.held"), say("ui.history.held.text", about))
        else:
            self.banner.set_kind("ok", "shield-check")
            self.banner.set(say("ui.history.was_ok", about), say("ui.history.was_ok.text"))

    def _show_verified(self, told: Verified | None) -> None:
        self._stop()
        if told is None:
            return
        self.verified = told
        title, text = verified_words(told)
        broken = bool(told.errors)
        self._offer(broken=broken)
        self.banner.set_kind("bad" if broken else "ok", "shield-x" if broken else "shield-check")
        self.banner.set(title, text)
        announce(self.banner, f"{title} {text}", assertive=broken)
        self._put_up(told, title, text)
        self._desk.changed.told(frozenset({"session"}))
        self.answered.emit()

    def _put_up(self, told: Verified, title: str, text: str) -> None:
        """What was found, among the notices, in place of what was found before; nothing when nothing was."""
        notices, before = self.window().findChild(Notices), self._incident
        self._incident = title if told.errors else ""
        if before and before != self._incident and notices is not None:
            notices.resolve(before)
        if told.errors:
            at, there = clock_text(told.at, seconds=False), Address(page="history")
            self._desk.notify(Notice(kind="bad", title=title, text=text, address=there, incident=True, at=at))


def verified_words(told: Verified) -> tuple[str, str]:
    """Title and text of a verification: what is intact, where it stops, what is in doubt, what is paused."""
    about: dict[str, str | int] = {
        "n": f"{told.entries:,}", "signatures": f"{told.signatures:,}", "at": clock_text(told.at), "found": len(told.errors),
        "seconds": f"{told.seconds:.1f}",
    }  # fmt: skip
    first = told.first
    if not told.errors:
        return say("ui.history.ok", about), say("ui.history.ok.text", about)
    if told.sealed:
        return say("ui.history.beside", about), f"{told.errors[0].text} {say('ui.history.beside.text', about)}"
    if first is None or first.seq is None:
        return say("ui.history.broken", about), f"{told.errors[0].text} {say('ui.history.broken.text', about)}"
    about |= {
        "entry": f"{first.seq + 1:,}",
        "before": f"{first.seq:,}",
        "doubt": f"{max(0, told.entries - first.seq):,}",
    }
    return say("ui.history.broken_from", about), f"{first.text} {say('ui.history.broken_from.text', about)}"
