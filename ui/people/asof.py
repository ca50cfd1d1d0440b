"""The day that a file is looked at: today, or any other day, said in a banner as long as it is another.

- A past day may also be looked at as it was known then: records that came later are left out.
- The day ends the question: what stood at its last minute. A day to come shows what will hold if nothing is done.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.base.moment import Day, Instant, add_days, day_text, instant_at, start_of
from app.base.say import say
from app.base.words import Value
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.days import DayEdit
from ui.kit.layout import STRETCH, column, frame, row, sized
from ui.kit.text import label
from ui.kit.ticks import Check


class AsOf(Value, frozen=True):
    """The day asked for, and whether as it was known at its end."""

    day: Day
    as_known: bool = False

    def at(self, zone: str) -> Instant:
        """The last instant of the day in `zone`."""
        return instant_at(start_of(add_days(self.day, 1), zone).ms - 1, zone)


class AsOfBar(QWidget):
    """A line that asks for a day, and the banner that tells which day is shown. Emits `asked` with an AsOf or None."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.day = DayEdit()
        self.day.setAccessibleName(say("ui.people.asof.day"))
        self.as_known = Check(say("ui.people.asof.known"))
        self.go = button(say("ui.people.asof.show"), "primary")
        self.leave = button(say("ui.people.asof.cancel"), "ghost")
        question = label(say("ui.people.asof.ask"), "body", weight=500, buddy=self.day)
        field = sized(self.day, width=160)
        self.form = frame(
            "card",
            row(question, field, self.as_known, STRETCH, self.leave, self.go, gap=12, margins=(16, 10, 12, 10)),
        )
        self.today = button(say("ui.people.asof.today"), size="s")
        self.banner = Banner("info", "calendar-clock", "", actions=(self.today,))
        self.setLayout(column(self.form, self.banner, gap=8))
        self.go.clicked.connect(self._ask)
        self.leave.clicked.connect(self._close)
        self.today.clicked.connect(self._back)
        self.form.hide()
        self.banner.hide()
        self.hide()

    def open(self, today: Day) -> None:
        """Ask for a day, beginning with the one that is shown."""
        if self.banner.isHidden():
            self.day.set_day(today)
        self.form.show()
        self.show()
        self.day.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_day(self, asof: AsOf | None, today: str = "") -> None:
        """Tell which day is shown; None is today, and needs no banner."""
        self.form.hide()
        self.banner.setVisible(asof is not None)
        self.setVisible(asof is not None)
        if asof is None:
            return
        self.day.set_day(asof.day)
        kind = "later" if asof.day > today else "known_then" if asof.as_known else "then"
        about = {"day": day_text(asof.day)}
        self.banner.set(say("ui.people.asof.title", about), say(f"ui.people.asof.{kind}", about))

    def _ask(self) -> None:
        self.asked.emit(AsOf(day=Day(self.day.day()), as_known=self.as_known.isChecked()))

    def _back(self) -> None:
        self.as_known.setChecked(False)
        self.asked.emit(None)

    def _close(self) -> None:
        self.form.hide()
        self.setVisible(not self.banner.isHidden())
