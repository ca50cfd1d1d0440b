"""When a training took place: at the moment of signing, or on a day and time of the past (R-REC-11).

- A time is typed as 9:05, 09.05 or 0905; one that can't be read, or that the zone lacks, is said so and kept.
- What is later than now is not offered; what is long ago says that a reason will be asked.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtWidgets import QWidget

from app.base.moment import Day, Instant, at_local, hour_text, instant_at
from app.base.say import say
from ui.kit.buttons import Segments
from ui.kit.days import DayEdit
from ui.kit.fields import Field
from ui.kit.layout import column, holder, row
from ui.kit.lines import LineEdit
from ui.kit.text import label

TIME = re.compile(r"([01]?\d|2[0-3])[:.h]?([0-5]\d)", re.ASCII)
HOUR_MS = 3_600_000
NOW, EARLIER = "now", "earlier"


class When(QWidget):
    """The choice, and the fields of a past time; `edited` tells of any change."""

    edited = Signal()

    def __init__(self, now: Instant, late_h: int) -> None:
        super().__init__()
        self._now, self._late_h, self._since = now, late_h, QElapsedTimer()
        self._since.start()
        self.way = Segments(
            say("ui.record.when"), [(NOW, say("ui.record.now")), (EARLIER, say("ui.record.earlier"))], NOW
        )
        self.day_edit, self.time_edit = DayEdit(now.day), LineEdit(hour_text(now))
        self.day = Field(say("ui.record.day"), self.day_edit)
        self.time = Field(say("ui.record.time"), self.time_edit, say("ui.record.time.hint", {"zone": now.zone}))
        self._late = label(say("ui.record.late", {"hours": late_h}), "caption", "warn", wrap=True)
        self._past = holder(row((self.day, 1), (self.time, 1), gap=12))
        self.setLayout(
            column(label(say("ui.record.when"), "dense", weight=500), self.way, self._past, self._late, gap=6)
        )
        self.way.chosen.connect(self._changed)
        self.day_edit.dateChanged.connect(self._changed)
        self.time_edit.textChanged.connect(self._changed)
        self._changed()

    def show_instant(self, done: Instant | None) -> None:
        """Show a past time, or the moment of signing."""
        self.way.set_value(NOW if done is None else EARLIER)
        if done is not None:
            here = instant_at(done.ms, self._now.zone)
            self.day_edit.set_day(here.day)
            self.time_edit.setText(hour_text(here))
        self._changed()

    def instant(self) -> Instant | None:
        """The past time that stands there; None for the moment of signing. ValueError for one that can't be read."""
        if self.way.value() == NOW:
            return None
        found = TIME.fullmatch(self.time_edit.text().strip())
        if found is None:
            raise ValueError(self.time_edit.text())
        return at_local(Day(self.day_edit.day()), int(found[1]), int(found[2]), self._now.zone)

    def wrong(self) -> bool:
        """Whether the time can't be taken; then the field says why. A day typed in part is first shown as it is taken."""
        self.day_edit.interpretText()
        try:
            done = self.instant()
        except ValueError:
            self.time.set_error(say("ui.record.time.unreadable"))
            return True
        future = done is not None and done.ms > self._now_ms()
        self.time.set_error(say("ui.record.time.future") if future else "")
        return future

    def kept(self) -> dict[str, str]:
        """What a draft keeps."""
        return {"way": self.way.value(), "day": self.day_edit.day(), "time": self.time_edit.text()}

    def recall(self, fields: dict[str, str]) -> None:
        """Show what a draft kept."""
        self.way.set_value(fields.get("way", NOW))
        if fields.get("day"):
            self.day_edit.set_day(fields["day"])
        self.time_edit.setText(fields.get("time", self.time_edit.text()))
        self._changed()

    def _now_ms(self) -> int:
        """The present: the moment at which this was opened, and what passed since."""
        return self._now.ms + self._since.elapsed()

    def _changed(self) -> None:
        self._past.setVisible(self.way.value() == EARLIER)
        try:
            done = self.instant()
        except ValueError:
            done = None
        late = done is not None and self._now_ms() - done.ms > self._late_h * HOUR_MS
        self._late.setVisible(late)
        self.time.set_error("")
        self.edited.emit()
