"""Sync and devices: what waits in the order in which it was made, what is received, and sending now (ux 11).

- The server is who the named authority says; there is no way around it, and the page offers none.
- Address and authority are remembered for this device and person; nothing is sent before they are given.
- A failure says what is kept: entries that wait stay sealed here and go again.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar

from PySide6.QtWidgets import QFileDialog

from app.base.faults import Fault
from app.base.say import say
from app.base.words import Refused
from app.work.sync import SyncReport
from app.work.told import Made
from app.work.waiting import SyncShown, sync_shown
from ui.address import Address
from ui.desk import Desk, Notice
from ui.history.lines import icon_of
from ui.kit.badge import Tag
from ui.kit.banner import Banner
from ui.kit.blocks import Fact, Facts
from ui.kit.buttons import button
from ui.kit.cells import Cell, Column
from ui.kit.fields import Field
from ui.kit.flow import Scroll
from ui.kit.layout import STRETCH, card, clear, column, hline, holder, plate, put, row, sized
from ui.kit.lines import LineEdit
from ui.kit.progress import Progress
from ui.kit.reflow import Reflow
from ui.kit.states import States
from ui.kit.table import Table
from ui.kit.text import label
from ui.page import Command, Page
from ui.sync.meeting import Meeting

ADDRESS, AUTHORITY = "sync.address", "sync.authority"
ROOM = 860
"""A page narrower than this (at 100 %) shows its parts below each other."""


def columns() -> tuple[Column, ...]:
    """The columns of what waits."""
    return (
        Column(key="entry", title=say("ui.history.column.entry"), width=58, sortable=False),
        Column(key="when", title=say("ui.history.column.when"), width=158, sortable=False),
        Column(key="who", title=say("ui.history.column.who"), width=118, sortable=False),
        Column(key="action", title=say("ui.history.column.action"), width=112, sortable=False),
        Column(key="record", title=say("ui.history.column.record"), width=110, stretch=True, sortable=False),
        Column(key="state", title=say("ui.sync.state"), width=90, sortable=False),
    )


class SyncPage(Page):
    """The page."""

    name: ClassVar[str] = "sync"
    nouns: ClassVar[frozenset[str]] = frozenset(
        {"record", "person", "account", "document", "setting", "session", "posting", "receipt"}
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.meeting = Meeting(desk, self)
        self.banner = Banner("info", "cloud", say("ui.sync.asking"))
        self.send = button(say("ui.sync.send"), "primary", "cloud-upload")
        self.test = button(say("ui.sync.test"), icon="activity", size="s")
        self.progress = Progress(say("ui.sync.sending"))
        self.table = Table(say("ui.sync.waiting"), columns(), "sync", row=36)
        self.states = States(self.table)
        self.where, self.authority = LineEdit("", say("ui.sync.address.hint")), LineEdit()
        self.count = Tag("")
        self._alarm: tuple[str, str] | None = None
        self._logs, self._centres = column(gap=8), column(gap=8)
        self._build()
        self.send.clicked.connect(self.send_now)
        self.progress.cancelled.connect(self._cancel)
        self.meeting.progressed.connect(self.progress.show_done)
        self.meeting.answered.connect(self._answered)
        self.meeting.met.connect(self._met)
        self.meeting.failed.connect(self._failed)
        self.where.setText(str(desk.remembers.get(ADDRESS) or ""))
        self.authority.setText(str(desk.remembers.get(AUTHORITY) or ""))

    def title(self) -> str:
        """What stands in the top bar."""
        return say("ui.page.sync")

    def commands(self) -> list[Command]:
        """Send now."""
        return [Command(words=say("ui.sync.send"), run=self.send_now, keys="Ctrl+Shift+U", icon="cloud-upload")]

    def refresh(self) -> None:
        """Ask how things stand."""
        self._desk.ask(self, sync_shown, self._show)

    # ---- the frame

    def _build(self) -> None:
        choose = button(say("ui.sync.choose"))
        choose.clicked.connect(self._choose)
        asked = holder(row((self.authority, 1), choose))
        asked.setFocusProxy(self.authority)
        self.test.clicked.connect(partial(self._begin, send=False))
        self.progress.hide()
        self.banner.set_actions([self.send])
        field = Field(say("ui.sync.address"), self.where)
        trust = Field(say("ui.sync.authority"), asked, say("ui.sync.authority.hint"))
        right = column(
            card(row(label(say("ui.sync.centre"), "h3"), STRETCH, self.test), self._centres, field, trust, gap=10),
            card(label(say("ui.sync.devices"), "h3"), self._logs, gap=8),
            card(label(say("ui.sync.folder"), "h3"), label(say("ui.sync.folder.text"), "dense", "text2", wrap=True), gap=4),
            STRETCH, gap=16,
        )  # fmt: skip
        waiting = row(label(say("ui.sync.waiting"), "h3"), self.count, STRETCH, margins=(16, 12, 16, 12))
        note = row((label(say("ui.sync.fixed"), "caption", "text2", wrap=True), 1), margins=(16, 8, 16, 8))
        left = sized(plate(waiting, (self.states, 1), hline(), note), min_height=300)
        both = Reflow([(left, 15), (holder(right), 8)], ROOM)
        head = column(
            label(say("ui.page.sync"), "h1"), label(say("ui.sync.sub"), "dense", "text2", wrap=True), gap=2
        )
        self.setLayout(
            column(
                head, self.banner, self.progress, (Scroll(both, say("ui.sync.devices")), 1), gap=12,
                margins=(24, 20, 24, 20),
            )
        )  # fmt: skip

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, say("ui.sync.authority"), "", "*.pem")
        if path:
            self.authority.setText(path)

    # ---- how things stand

    def _show(self, told: SyncShown | Refused) -> None:
        if isinstance(told, Refused):
            self.banner.set_kind("warn", "lock")
            self.banner.set(say(f"refused.{told.code}", told.about))
            return
        if not self.meeting.runs:
            self._show_alarm() if self._alarm else self._show_standing(told)
        self.count.set_text(say("ui.sync.count", {"n": f"{told.here:,}"}))
        self.count.setVisible(bool(told.here))
        rows = [(f"{one.log}#{one.seq}", _cells(one)) for one in told.waiting]
        self.table.set_rows(rows)
        if rows:
            self.states.show_content()
        else:
            self.states.show_empty(say("ui.sync.empty"), say("ui.sync.empty.text"), icon="cloud-check")
        self._show_right(told)

    def _show_standing(self, told: SyncShown) -> None:
        """The banner: nothing linked yet, some wait, none does."""
        about = {name: f"{getattr(told, name):,}" for name in ("here", "received", "provisional")}
        kind, icon, state = ("warn", "cloud-upload", "wait") if told.here else ("ok", "cloud-check", "none")
        if not told.centres and not told.received:
            kind, icon, state = "info", "cloud-off", "alone"
        more = f" {say('ui.sync.provisional', about)}" if told.provisional else ""
        self.banner.set_kind(kind, icon)
        self.banner.set(
            say(f"ui.sync.stands.{state}", about), say(f"ui.sync.stands.{state}.text", about) + more
        )

    def _show_alarm(self) -> None:
        """The banner of what the last meeting found: it stays until the next one."""
        self.banner.set_kind("bad", "cloud-alert")
        self.banner.set(*self._alarm or ("", ""))

    def _show_right(self, told: SyncShown) -> None:
        clear(self._logs)
        for log in told.logs:
            about = {"n": f"{log.n:,}", "received": f"{log.received:,}"}
            name = say("ui.sync.this_device", {"name": log.device}) if log.own else log.device
            held = label(say("ui.sync.log", about), "dense", "text2", wrap=True)
            path = label(log.log, "caption", "text3", wrap=True, select=True)
            put(self._logs, column(label(name, "dense", weight=600, wrap=True), held, path, gap=1))
        clear(self._centres)
        for one in told.centres:
            value = say("ui.sync.centre_line", {"region": one.region, "country": one.jurisdiction})
            put(self._centres, Facts([Fact(name=one.name, value=value, sub=", ".join(one.addresses))], 120))
            if one.addresses and not self.where.text():
                self.where.setText(one.addresses[0])
        if not told.centres:
            put(self._centres, label(say("ui.sync.no_centre"), "dense", "text2", wrap=True))

    # ---- sending

    def send_now(self) -> None:
        """Meet the centre: send everything, file receipts, take in what others recorded."""
        self._begin(send=True)

    def _begin(self, *_clicked: bool, send: bool) -> None:
        address, authority = self.where.text().strip(), self.authority.text().strip()
        if self.meeting.runs:
            return
        if not address or not authority:
            self.banner.set_kind("warn", "cloud-off")
            self.banner.set(say("ui.sync.need"), say("ui.sync.need.text"))
            (self.authority if address else self.where).setFocus()
            return
        self._desk.remembers.set(ADDRESS, address)
        self._desk.remembers.set(AUTHORITY, authority)
        self.send.setEnabled(False)
        self.test.setEnabled(False)
        self.progress.show_done(0, 0, say("ui.sync.sending" if send else "ui.sync.reaching"))
        self.progress.show()
        self.meeting.begin(address, Path(authority), send=send)

    def _cancel(self) -> None:
        self.meeting.cancel()
        self._over()
        self.banner.set_kind("warn", "cloud-off")
        self.banner.set(say("ui.sync.cancelled"), say("ui.sync.kept"))

    def _answered(self) -> None:
        self._over()
        self.banner.set_kind("ok", "cloud-check")
        self.banner.set(say("ui.sync.answers"), say("ui.sync.answers.text"))

    def _over(self) -> None:
        self.send.setEnabled(True)
        self.test.setEnabled(True)
        self.progress.hide()

    def _met(self, told: SyncReport | Refused) -> None:
        self._over()
        if isinstance(told, Refused):
            self.banner.set_kind("bad", "cloud-alert")
            self.banner.set(
                say("ui.sync.stopped"), f"{say(f'refused.{told.code}', told.about)} {say('ui.sync.kept')}"
            )
            return
        about = {
            "n": f"{told.received:,}",
            "taken": f"{told.taken:,}",
            "later": f"{told.later:,}",
            "centre": told.centre,
        }
        later = f" {say('ui.sync.done.later', about)}" if told.later else ""
        self._desk.say_done(say("ui.sync.done", about) + later)
        self._alarm = alarm_of(told)
        if self._alarm is not None:
            title, text = self._alarm
            self._desk.notify(
                Notice(kind="bad", title=title, text=text, address=Address(page="sync"), incident=True)
            )
        self._desk.changed.told(frozenset({"receipt"}))
        self.refresh()

    def _failed(self, error: Exception) -> None:
        self._over()
        if not isinstance(error, Fault):
            self._desk.failed.emit(error)
            return
        believed = error.code != "centre.untrusted"
        self.banner.set_kind("warn" if believed else "bad", "cloud-off" if believed else "cloud-alert")
        self.banner.set(error.plain(), f"{error.what_to_do()} {say('ui.sync.kept')}")


def alarm_of(told: SyncReport) -> tuple[str, str] | None:
    """Title and text of what a meeting found that somebody must look at; None for nothing."""
    bad = len(told.forks) + told.forged
    about = {"hidden": f"{told.hidden:,}", "doubted": f"{told.doubted:,}", "centre": told.centre}
    parts = [say("ui.sync.quarantine.text", {"n": bad})] if bad else []
    parts += [
        say(f"sync.{name}", about) for name in ("hidden", "doubted", "rolled_back") if getattr(told, name)
    ]
    return (say("ui.sync.quarantine" if bad else "ui.sync.odd"), " ".join(parts)) if parts else None


def _cells(one: Made) -> tuple[Cell, ...]:
    return (
        Cell(text=f"{one.seq + 1:,}", mono=True, colour="text2"),
        Cell(text=one.local.rsplit(":", 1)[0]),
        Cell(text=one.who, weight=500),
        Cell(text=one.action, icon=icon_of(one), icon_colour="sign" if one.signed else "text2"),
        Cell(text=one.record),
        Cell(text=say("ui.sync.waits"), status="todo", colour="text2"),
    )


def page(desk: Desk) -> Page:
    """The page."""
    return SyncPage(desk)
