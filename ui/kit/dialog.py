"""The frame of a dialog: head with icon, title and close; body; foot with a note and buttons; a scrim over the window.

- The affirmative button is right-most on every platform; no button is the default unless the page says so.
- Esc and the cross close it; if something was typed that nobody kept, they ask first, in the dialog itself.
- It is modal for its window, so the window's shortcuts rest while it is open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import (
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QRegion,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QWidget

from app.base.say import say
from ui.kit.banner import Banner
from ui.kit.buttons import button, icon_button
from ui.kit.icons import Icon
from ui.kit.layout import Across, Down, clear, column, hline, holder, put, row
from ui.kit.palette import px, theme, themed
from ui.kit.sheet import dress
from ui.kit.text import label


class Scrim(QWidget):
    """Darkens the window behind a dialog."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setGeometry(parent.rect())
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the veil."""
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), theme().colour("scrim"))


class Dialog(QDialog):
    """A dialog's frame. Fill it with `set_body` and `set_foot`, then `open()`."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        sub: str = "",
        icon: str = "",
        *,
        tone: str = "text2",
        width: int = 560,
    ) -> None:
        super().__init__(ground(parent), Qt.WindowType.FramelessWindowHint)
        self._width = width
        self._scrim: Scrim | None = None
        self._behind: QPixmap | None = None
        self._typed_at_first: dict[QWidget, str] = {}
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._title, self._sub = label(title, "h2"), label(sub, "dense", "text2", wrap=True)
        self.cross = icon_button("x", say("ui.kit.close"), "Esc")
        self.cross.clicked.connect(self.reject)
        top = Qt.AlignmentFlag.AlignTop
        mark = (Icon(icon, 24, tone), top) if icon else None
        head = row(
            mark,
            (column(self._title, self._sub, gap=2), 1),
            (self.cross, top),
            gap=14,
            margins=(24, 20, 16, 16),
        )
        self._asked = self._question()
        self._body, self._foot = Down(0, (24, 20, 24, 20)), Across(8, (24, 14, 24, 16))
        self.setLayout(
            column(head, hline(), self._asked, (self._body, 1), hline(), self._foot, gap=0, margins=1)
        )
        self.set_head(title, sub)
        if parent is None:
            dress(self)
        themed.changed.connect(self._place)
        self._place()

    def set_head(self, title: str, sub: str = "") -> None:
        """Say what the dialog is for; the title is the window's name too."""
        self._title.set_text(title)
        self._sub.set_text(sub)
        self._sub.setVisible(bool(sub))
        self.setWindowTitle(self._title.text())
        self.setAccessibleDescription(self._sub.text())

    def set_body(self, widget: QWidget) -> None:
        """Show `widget` between head and foot; the one before is deleted."""
        clear(self._body)
        self._body.addWidget(widget, 1)

    def set_foot(self, note: QWidget | str = "", buttons: Sequence[QWidget] = ()) -> None:
        """Show a note at the left and the buttons at the right, the affirmative one last."""
        clear(self._foot)
        left = label(note, "dense", "text2", wrap=True) if isinstance(note, str) else note
        put(self._foot, (left, 1))
        for each in buttons:
            put(self._foot, each)

    def typed(self) -> bool:
        """Whether something was typed since the dialog opened. A page that keeps drafts answers False."""
        return any(_text(each) != self._typed_at_first.get(each, "") for each in self._fields())

    def keep(self) -> None:
        """What stands in the fields now needs no question when the dialog closes."""
        self._typed_at_first = {each: _text(each) for each in self._fields()}

    def reject(self) -> None:
        """Close, or ask first if something typed would be lost."""
        if self.typed() and self._asked.isHidden():
            self._asked.show()
            self._stay.setFocus()
        elif self.typed():
            self._go_on()
        else:
            super().reject()

    def setVisible(self, visible: bool) -> None:  # noqa: FBT001  (Qt names it so)
        """Never stand alone: where the window is hidden by now, because the screen was locked, the dialog is over."""
        window = self.parentWidget()
        if visible and window is not None and not window.isVisible():
            self.done(int(QDialog.DialogCode.Rejected))
            self.deleteLater()
            return
        super().setVisible(visible)

    def showEvent(self, event: QShowEvent) -> None:
        """Darken the window behind and stand in its middle."""
        super().showEvent(event)
        self.keep()
        if self.focusWidget() in {None, self.cross} and (fields := self._fields()):
            fields[0].setFocus()
        window = self.parentWidget()
        if window is not None and self._scrim is None:
            self._scrim = Scrim(window)
            window.installEventFilter(self)
        self._place()

    def done(self, result: int) -> None:
        """Close and take the veil away."""
        window = self.parentWidget()
        if window is not None:
            window.removeEventFilter(self)
        if self._scrim is not None:
            self._scrim.hide()
            self._scrim.deleteLater()
            self._scrim = None
        super().done(result)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of the window."""
        if watched is self.parentWidget() and event.type() in {QEvent.Type.Resize, QEvent.Type.Move}:
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground with round corners, over what lies behind them."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._behind is not None:
                painter.drawPixmap(0, 0, self._behind)
            painter.setPen(theme().colour("line2"))
            painter.setBrush(theme().colour("surface"))
            radius = px(14) if self._behind is not None else 0
            path = QPainterPath()
            path.addRoundedRect(0.5, 0.5, self.width() - 1, self.height() - 1, radius, radius)
            painter.drawPath(path)

    def _fields(self) -> list[QWidget]:
        lines = [each for each in self.findChildren(QLineEdit) if not each.isReadOnly()]
        return [*lines, *self.findChildren(QPlainTextEdit)]

    def _question(self) -> QWidget:
        asked = Banner("warn", "triangle-alert", say("ui.kit.discard_title"), say("ui.kit.discard_text"))
        self._stay = button(say("ui.kit.keep"), size="s")
        self._leave = button(say("ui.kit.discard"), "danger", size="s")
        self._stay.clicked.connect(self._go_on)
        self._leave.clicked.connect(self._drop)
        asked.set_actions([self._stay, self._leave])
        made = holder(column(asked, margins=(24, 12, 24, 0)))
        made.hide()
        return made

    def _drop(self) -> None:
        self.done(int(QDialog.DialogCode.Rejected))

    def _go_on(self) -> None:
        self._asked.hide()
        fields = self._fields()
        if fields:
            fields[0].setFocus()

    def _height(self, width: int) -> int:
        layout = self.layout()
        return max(layout.totalHeightForWidth(width), 1) if layout is not None else self.height()

    def _place(self) -> None:
        window = self.parentWidget()
        if window is None:
            self.resize(px(self._width), self._height(px(self._width)))
            return
        if self._scrim is not None:
            self._scrim.setGeometry(window.rect())
            self._scrim.raise_()
        width = min(px(self._width), window.width() - px(32))
        self.resize(width, min(self._height(width), window.height() - px(32)))
        corner = QPoint((window.width() - self.width()) // 2, (window.height() - self.height()) // 2)
        self.move(window.mapToGlobal(corner))
        if self._scrim is not None:  # only what is shown has something behind it
            self._behind = _corners(window, corner, self)
        self.update()


def affirm_by_key(dialog: Dialog, run: Callable[[], object]) -> None:
    """Ctrl+Enter does what the affirmative button does, once for each press: a key that is held down does not repeat it."""
    for keys in ("Ctrl+Return", "Ctrl+Enter"):
        shortcut = QShortcut(QKeySequence(keys), dialog)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(run)


def ground(parent: QWidget | None) -> QWidget | None:
    """The window that a dialog stands on: never another dialog, which may be smaller than what stands on it."""
    window = None if parent is None else parent.window()
    while isinstance(window, QDialog) and (below := window.parentWidget()) is not None:
        window = below.window()
    return window


def _text(field: QWidget) -> str:
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText()
    return field.text() if isinstance(field, QLineEdit) else ""


def _corners(window: QWidget, at: QPoint, dialog: QWidget) -> QPixmap:
    """What lies behind the four round corners, of the window and of a dialog that this one stands on: not every screen can
    show a window's ground through. Nothing else of the picture is drawn."""
    side, ratio = px(14), window.devicePixelRatioF()
    right, bottom = dialog.width() - side, dialog.height() - side
    corners = QRegion()
    for left, top in ((0, 0), (right, 0), (0, bottom), (right, bottom)):
        corners += QRect(left, top, side, side)
    made = QPixmap(dialog.size() * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(theme().colour("bg"))
    _draw(window, corners.translated(at), made, QPoint(-at.x(), -at.y()))
    for below in window.findChildren(Dialog, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if below is not dialog and below.isVisible():
            here = below.mapFromGlobal(window.mapToGlobal(at))
            _draw(below, corners.translated(here) & below.rect(), made, QPoint(-here.x(), -here.y()))
    return made


def _draw(widget: QWidget, part: QRegion, on: QPixmap, origin: QPoint) -> None:
    """Draw a part of a widget, in its own coordinates, where it belongs on a picture whose corner lies at `origin`."""
    if not part.isEmpty():
        widget.render(on, part.boundingRect().topLeft() + origin, part)
