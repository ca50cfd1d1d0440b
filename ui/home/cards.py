"""The cards of a site's home: figures, departments, who needs attention, what ends when, integrity, devices.

- A share is drawn on an axis from 0 to 100 %, and written beside it; no target is drawn, because the site sets none.
- Verification is told as of when it was made; where there was none, that is said.
- Pure in what it says: takes the numbers, makes widgets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from app.base.moment import clock_text, day_text
from app.base.say import say
from app.work.numbers import Attention, HomeNumbers, LogShown, Share
from ui.address import Address
from ui.home.parts import Ask, ask_line, headed, lined, link
from ui.home.weeks import Week, Weeks
from ui.kit.buttons import button
from ui.kit.layout import STRETCH, Item, column, holder, row
from ui.kit.palette import px, themed
from ui.kit.progress import Bar
from ui.kit.shapes import StatusShape
from ui.kit.text import Label, label
from ui.people.words import key_of

SHOWN = 6
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def percent(met: int, of: int) -> str:
    """A share with one digit, rounded down so that 100 % means all; a dash where nothing is asked."""
    if not of:
        return "–"
    return "< 0.1" if 0 < met * 1000 < of else f"{met * 1000 // of / 10:.1f}"


def figures_of(found: HomeNumbers) -> Iterator[tuple[str, str, str, str, str]]:
    """(shape, name, number, unit, note) of the four figures."""
    share = percent(found.met, found.of)
    about = {"met": f"{found.met:,}", "of": f"{found.of:,}", "people": f"{found.people:,}"}
    yield "ok", say("ui.home.qualified"), share, "%" if found.of else "", say("ui.home.qualified.note", about)
    yield "exp", say("ui.home.expiring"), f"{found.expiring:,}", "", say("ui.home.expiring.note")
    overdue = say("ui.home.overdue.note", {"people": f"{found.overdue_people:,}", "of": f"{found.people:,}"})
    yield "over", say("ui.home.overdue"), f"{found.overdue:,}", "", overdue
    yield "sign", say("ui.home.waiting"), f"{found.waiting:,}", "", say("ui.home.waiting.note")


def departments_card(found: HomeNumbers, go: Callable[[str], None]) -> QFrame:
    """Every department with how much of what its people need is met; its name leads to its people."""
    note = label(say("ui.home.axis"), "caption", "text3")
    if not found.departments:
        return headed(
            say("ui.home.departments"),
            label(say("ui.home.departments.none"), "dense", "text2", wrap=True),
            STRETCH,
        )
    return headed(say("ui.home.departments"), Departments(found.departments, go), STRETCH, note=note)


class Departments(QWidget):
    """A line for each department: name, people, bar, share, met of needed."""

    def __init__(self, shares: Sequence[Share], go: Callable[[str], None]) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(2, 1)
        for at, code in ((0, "dept"), (1, "people"), (2, "share"), (4, "met")):
            self._grid.addWidget(_title(code, right=at in (1, 4)), 0, at)
        for number, share in enumerate(shares, 1):
            self._line(number, share, go)
        themed.changed.connect(self._fit)
        self._fit()

    def _line(self, at: int, share: Share, go: Callable[[str], None]) -> None:
        name = share.dept or say("ui.home.no_dept")
        told = link(name, lambda: go(share.dept)) if share.dept else label(name, "dense", "text2")
        bar = Bar(share.met / share.of, "ok" if share.met == share.of else "accent")
        words = percent(share.met, share.of)
        about: dict[str, str | int] = {"dept": name, "share": words, "met": share.met, "of": share.of}
        bar.setAccessibleName(say("ui.home.dept.spoken", about))
        self._grid.addWidget(told, at, 0)
        self._grid.addWidget(_number(f"{share.people:,}", "text2"), at, 1)
        self._grid.addWidget(bar, at, 2)
        self._grid.addWidget(_number(f"{words} %", "text", 600), at, 3)
        met = say("ui.home.met_of", {"met": f"{share.met:,}", "of": f"{share.of:,}"})
        self._grid.addWidget(_number(met, "text2"), at, 4)

    def _fit(self) -> None:
        self._grid.setHorizontalSpacing(px(16))
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnMinimumWidth(2, px(90))


def _title(code: str, *, right: bool) -> Label:
    made = label(say(f"ui.home.column.{code}"), "caption", "text2", weight=600)
    if right:
        made.setAlignment(RIGHT)
    # A link's words begin a little to the right.
    made.setContentsMargins(px(2) if code == "dept" else 0, 0, 0, px(4))
    return made


def _number(text: str, colour: str, weight: int = 400) -> Label:
    made = label(text, "dense", colour, weight=weight)
    made.setAlignment(RIGHT)
    return made


class Attentive(QFrame):
    """Who needs attention: those with signatures to wait for first, then those with the most overdue."""

    def __init__(
        self, people: Sequence[Attention], go: Callable[[str], None], everybody: Callable[[], None]
    ) -> None:
        super().__init__()
        self.setProperty("k", "card")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        head = row(
            label(say("ui.home.attention"), "h3"), STRETCH, link(say("ui.home.attention.all"), everybody)
        )
        lines: list[QWidget] = [ask_line(_ask(one), go) for one in people[:SHOWN]]
        none = label(say("ui.home.attention.none"), "dense", "text2", wrap=True)
        body = holder(lined(lines)) if lines else none
        self.setLayout(column(head, body, STRETCH, gap=10, margins=(16, 8, 16, 12)))


def _ask(one: Attention) -> Ask:
    key = "sign" if one.waiting else key_of(one.word)
    parts = [
        say(f"ui.home.attention.{name}", {"n": n})
        for name, n in (("waiting", one.waiting), ("overdue", one.overdue), ("expiring", one.expiring))
        if n
    ]
    return Ask(
        key=key,
        title=one.name,
        sub=" · ".join(part for part in (*parts, one.dept) if part),
        verb=say("ui.home.sign" if one.waiting else "ui.home.open"),
        address=str(Address(page="person", id=one.number or one.pid)),
    )


def weeks_card(found: HomeNumbers) -> QFrame:
    """How many qualifications end in each of the coming weeks."""
    if not any(each.n for each in found.weeks):
        none = label(say("ui.home.weeks.none", {"n": len(found.weeks)}), "dense", "text2", wrap=True)
        return headed(say("ui.home.weeks"), none, STRETCH)
    chart = Weeks(say("ui.home.weeks"))
    chart.show_weeks(
        [
            Week(
                label=_short(each.start),
                n=each.n,
                spoken=say("ui.home.week.spoken", {"n": each.n, "day": day_text(each.start)}),
            )
            for each in found.weeks
        ]
    )
    total = say("ui.home.weeks.total", {"n": f"{sum(each.n for each in found.weeks):,}"})
    return headed(say("ui.home.weeks"), (chart, 1), note=label(total, "caption", "text2"))


def _short(day: str) -> str:
    return day_text(day).rpartition(" ")[0]


def integrity_card(found: HomeNumbers, go: Callable[[], None] | None) -> QFrame:
    """When the history was verified the last time, and what came of it; `go` leads to it, for whoever has that page."""
    told, n = found.verified, f"{found.entries:,}"
    if told is None:
        icon, tone, title, text = (
            "shield",
            "text2",
            say("ui.home.unverified"),
            say("ui.home.unverified.text", {"n": n}),
        )
    elif told.errors:
        icon, tone, title, text = "shield-x", "bad", say("ui.home.broken_history"), _checked(found)
    else:
        icon, tone = "shield-check", "ok"
        title, text = say("ui.home.verified", {"n": f"{told.entries:,}"}), _checked(found)
    words = [
        label(title, "strong", "bad" if tone == "bad" else "text", wrap=True),
        label(text, "dense", "text2", wrap=True),
    ]
    way = _way("ui.home.to_history", "history", go)
    return headed(say("ui.home.integrity"), column(*words, gap=2), STRETCH, way, icon=icon, tone=tone)


def _checked(found: HomeNumbers) -> str:
    assert found.verified is not None
    since = max(0, found.entries - found.verified.entries)
    about = {"at": clock_text(found.verified.at, seconds=False), "n": f"{since:,}"}
    return say("ui.home.checked_since" if since else "ui.home.checked", about)


def devices_card(found: HomeNumbers, go: Callable[[], None] | None) -> QFrame:
    """Every device's log: how many entries are held here, how many of them a centre has; `go` as above."""
    lines: list[Item] = [_log(one) for one in sorted(found.logs, key=lambda one: not one.own)]
    note = label(say("ui.home.waiting_here", {"n": f"{found.here:,}"}), "caption", "text2")
    way = _way("ui.home.to_sync", "monitor-smartphone", go)
    return headed(say("ui.home.devices"), *lines, STRETCH, way, icon="monitor-smartphone", note=note)


def _way(code: str, icon: str, go: Callable[[], None] | None) -> QWidget | None:
    """A button to a page, or nothing where whoever is signed in has no such page."""
    if go is None:
        return None
    made = button(say(code), "plain", icon, "s")
    made.clicked.connect(lambda _checked=False: go())
    return holder(row(made, STRETCH))


def _log(one: LogShown) -> QWidget:
    name = say("ui.home.this_device", {"device": one.device}) if one.own else one.device
    missing = one.entries - one.received
    text = say("ui.home.received" if not missing else "ui.home.not_received", {"n": f"{missing:,}"})
    words = column(
        label(name, "dense", wrap=True, weight=500), label(text, "caption", "text2", wrap=True), gap=0
    )
    top = Qt.AlignmentFlag.AlignTop
    return holder(row((StatusShape("ok" if not missing else "exp", 13), top), (words, 1), gap=8))
