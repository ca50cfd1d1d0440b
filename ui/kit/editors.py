"""Editors of a form beyond a line: a filter, a choice, several lines.

- Tab leaves every one; the wheel does nothing on one that has no focus; what acts inside one is a button of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QPlainTextEdit,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QWidget,
)

from ui.kit.fonts import font
from ui.kit.icons import Icon, pixmap
from ui.kit.lines import HEIGHT, LineEdit
from ui.kit.palette import px, repolish, theme, themed
from ui.kit.text import plain, tip

FILTER, OFFERED = 32, 32
"""Heights of a filter, and of a line that a choice offers."""


class SearchEdit(LineEdit):
    """A filter with a magnifying glass; emits `searched` when typing rests for 150 ms."""

    searched = Signal(str)

    def __init__(self, placeholder: str = "", *, wait: int = 150) -> None:
        super().__init__("", placeholder)
        self.setFixedHeight(px(FILTER))
        self._glass = Icon("search", 16, "text3", self)
        self._rest = QTimer(self, singleShot=True, interval=wait)
        self._rest.timeout.connect(self._search)
        self.textChanged.connect(self._rest.start)
        self.setClearButtonEnabled(False)
        themed.changed.connect(self._place)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the glass at the left."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        self.setFont(font("dense"))
        self.setFixedHeight(px(FILTER))
        self.setTextMargins(px(30 if theme().name == "contrast" else 22), 0, 0, 0)
        self._glass.move(px(10), (self.height() - self._glass.height()) // 2)

    def _search(self) -> None:
        self.searched.emit(self.text())


class Choice(QComboBox):
    """One of several; emits `chosen` with the value when a person chooses."""

    chosen = Signal(str)

    def __init__(
        self, items: Sequence[tuple[str, str]] = (), value: str = "", name: str = "", *, small: bool = False
    ) -> None:
        super().__init__()
        self._height = FILTER if small else HEIGHT
        self.setAccessibleName(plain(name))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMaxVisibleItems(12)
        self.setItemDelegate(QStyledItemDelegate(self))
        self.activated.connect(self._activated)
        themed.changed.connect(self._restyle)
        self.set_items(items, value)
        self._restyle()

    def set_items(self, items: Sequence[tuple[str, str]], value: str = "") -> None:
        """Offer pairs of value and words; choose `value`, or nothing if it is not among them."""
        self.clear()
        for each, words in items:
            self.addItem(plain(words), each)
        self._space()
        self.set_value(value)

    def value(self) -> str:
        """The value that is chosen; empty if none is."""
        return str(self.currentData() or "")

    def set_value(self, value: str) -> None:
        """Choose a value without telling; nothing if it is not among the items."""
        self.setCurrentIndex(self.findData(value))
        self._light()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page, not the choice, unless the choice has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def minimumSizeHint(self) -> QSize:
        """Long words may be cut."""
        return QSize(min(super().minimumSizeHint().width(), px(160)), px(self._height))

    def sizeHint(self) -> QSize:
        """The longest words up to a width that a form has."""
        return QSize(min(super().sizeHint().width() + px(8), px(360)), px(self._height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field and its chevron; words that don't fit end in an ellipsis."""
        option, style = QStyleOptionComboBox(), self.style()
        self.initStyleOption(option)
        complex_, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = style.subControlRect(complex_, option, part, self).width() - px(2)
        words = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        self.setToolTip(tip(self.currentText()) if words != self.currentText() else "")
        option.currentText = words
        with QPainter(self) as painter:
            style.drawComplexControl(complex_, option, painter, self)
            style.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option, painter, self)
        paint_chevron(self)

    def _space(self) -> None:
        for number in range(self.count()):
            self.setItemData(number, QSize(0, px(OFFERED)), Qt.ItemDataRole.SizeHintRole)

    def _activated(self) -> None:
        self._light()
        self.chosen.emit(self.value())

    def _light(self) -> None:
        """A filter that filters is lit."""
        on = "1" if self._height == FILTER and self.value() else ""
        if (self.property("on") or "") != on:
            self.setProperty("on", on)
            repolish(self)

    def _restyle(self) -> None:
        self.setFont(font("dense" if self._height == FILTER else "body"))
        self.setFixedHeight(px(self._height))
        self._space()


def paint_chevron(widget: QWidget) -> None:
    """Paint the sign that a field opens, at its right edge."""
    if theme().name == "contrast":  # the style's own arrow is there
        return
    ink = "accent" if widget.property("on") else "text2" if widget.isEnabled() else "text3"
    picture = pixmap("chevron-down", 16, ink, widget.devicePixelRatioF())
    side = px(16)
    with QPainter(widget) as painter:
        painter.drawPixmap(widget.width() - side - px(9), (widget.height() - side) // 2, picture)


class TextArea(QPlainTextEdit):
    """Several lines of plain text; Tab leaves it. `mono`: a text that is compared letter by letter."""

    def __init__(self, text: str = "", placeholder: str = "", lines: int = 3, *, mono: bool = False) -> None:
        super().__init__(text)
        self._lines, self._mono = lines, mono
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setTabChangesFocus(True)
        themed.changed.connect(self._restyle)
        self._restyle()

    def text(self) -> str:
        """What was typed."""
        return self.toPlainText()

    def _restyle(self) -> None:
        self.setFont(font("mono", mono=True) if self._mono else font("body"))
        self.setFixedHeight(self.fontMetrics().lineSpacing() * self._lines + px(24))
