"""A day, typed or taken from a calendar, written 17 Nov 2026 everywhere (design §13).

- The calendar marks no weekend: red means overdue here and nothing else.
- It is made by the first press, for most fields see none: making one holds the screen for 15 ms.
"""

from __future__ import annotations

from PySide6.QtCore import QDate, QEvent, QLocale, QPointF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QTextCharFormat, QWheelEvent
from PySide6.QtWidgets import QApplication, QCalendarWidget, QDateEdit, QSizePolicy, QToolButton

from app.base.say import say
from ui.kit.editors import paint_chevron
from ui.kit.fonts import font
from ui.kit.icons import icon
from ui.kit.lines import HEIGHT
from ui.kit.palette import px, theme, themed

ENGLISH = QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)


class DayEdit(QDateEdit):
    """A day, written 17 Nov 2026, with a calendar; the wheel needs the focus."""

    def __init__(self, day: str = "") -> None:
        super().__init__()
        self._dressed = False
        # Months are cut to three letters, as everywhere else: British English would write "Sept".
        self.setLocale(QLocale.c())
        self.setDisplayFormat("d MMM yyyy")
        self.setCalendarPopup(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if day:
            self.set_day(day)
        themed.changed.connect(self._restyle)
        self._restyle()

    def day(self) -> str:
        """The day as YYYY-MM-DD."""
        return self.date().toString(Qt.DateFormat.ISODate)

    def set_day(self, day: str) -> None:
        """Show a day given as YYYY-MM-DD."""
        self.setDate(QDate.fromString(day, Qt.DateFormat.ISODate))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page, not the day, unless the field has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the calendar, or what Qt does with a press; a touch comes as one."""
        self._have_calendar()
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type; Alt+Down and F4 open the calendar, as they open any list (Qt's own field knows the mouse only)."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        alone, with_alt = held == Qt.KeyboardModifier.NoModifier, held == Qt.KeyboardModifier.AltModifier
        if (event.key() == Qt.Key.Key_F4 and alone) or (event.key() == Qt.Key.Key_Down and with_alt):
            self._open_calendar()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field and its chevron."""
        super().paintEvent(event)
        paint_chevron(self)

    def _have_calendar(self) -> None:
        if not self._dressed:
            self._dressed = True
            _dress(self.calendarWidget())

    def _open_calendar(self) -> None:
        arrow = QPointF(self.width() - px(12), self.height() / 2)
        kind, left = QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton
        none = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(self, QMouseEvent(kind, arrow, self.mapToGlobal(arrow), left, left, none))

    def _restyle(self) -> None:
        self.setFont(font("body"))
        self.lineEdit().setFont(font("body"))  # the sheet gave the field within a font of its own
        self.setFixedHeight(px(HEIGHT))
        if self._dressed:
            _dress(self.calendarWidget())


def _dress(calendar: QCalendarWidget) -> None:
    """The calendar in the window's own look, with targets that can be hit."""
    calendar.setLocale(ENGLISH)
    calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
    calendar.setMinimumSize(px(320), px(290))
    calendar.setFont(font("dense"))
    ink = QTextCharFormat()
    ink.setForeground(theme().colour("text"))
    for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
        calendar.setWeekdayTextFormat(day, ink)
    heads = QTextCharFormat()
    heads.setForeground(theme().colour("text"))
    heads.setBackground(theme().colour("surface"))
    calendar.setHeaderTextFormat(heads)
    for name, sign, words in (
        ("qt_calendar_prevmonth", "chevron-left", "ui.kit.month_before"),
        ("qt_calendar_nextmonth", "chevron-right", "ui.kit.month_after"),
    ):
        button = calendar.findChild(QToolButton, name)
        if button is not None:
            button.setIcon(icon(sign, 18, "text2"))
            button.setIconSize(QSize(px(18), px(18)))
            button.setMinimumSize(px(32), px(32))
            button.setAccessibleName(say(words))
