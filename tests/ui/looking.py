"""What the tests look for on any page that is shown: names, sizes of targets, words that are cut, markup.

- Each check answers what it found wrong, one line a place; a page in order answers an empty list.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)

from ui.kit.shapes import Painted
from ui.kit.tokens import px

CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox, QAbstractItemView)
TARGET = 28
LONG = 240
"""Words wider than this (at 100 %) may end in an ellipsis; the tooltip and a screen reader have them whole."""


def shown(page: QWidget, *kinds: type[QWidget]) -> Iterator[QWidget]:
    """The visible widgets of some kinds, without the inner parts of Qt's own ones."""
    for each in page.findChildren(QWidget):
        inner = isinstance(each.parentWidget(), QAbstractSpinBox | QComboBox | QAbstractItemView)
        frozen = isinstance(each, QAbstractItemView)
        if each.isVisible() and isinstance(each, kinds) and (not inner or frozen):
            yield each


def told(widget: QWidget) -> str:
    """How a finding names a widget."""
    words = widget.text() if isinstance(widget, QLabel | QAbstractButton) else widget.accessibleName()
    return f"{type(widget).__name__} {words[:40]!r} {widget.width()}x{widget.height()}"


def mute(page: QWidget) -> list[str]:
    """What is only painted and has a name, but is an empty box to a screen reader, which then passes it over."""
    found = []
    for each in shown(page, QWidget):
        spoken = QAccessible.queryAccessibleInterface(each)
        if (
            each.accessibleName()
            and not each.children()
            and spoken
            and spoken.role() == QAccessible.Role.Client
        ):
            found.append(f"mute: {told(each)}")
    return found


def unnamed(page: QWidget) -> list[str]:
    """Controls for which a screen reader has no name, and names that it would never say."""
    found = mute(page)
    for each in shown(page, *CONTROLS):
        if isinstance(each, QHeaderView) or type(each).__name__ == "QTableCornerButton":
            continue  # the table itself speaks for its head
        spoken = QAccessible.queryAccessibleInterface(each)
        if not (spoken and spoken.text(QAccessible.Text.Name).strip()):
            found.append(told(each))
    return found


def small(page: QWidget) -> list[str]:
    """Controls that are less than 28 pixels (at 100 %) wide or high."""
    least = px(TARGET)
    return [
        told(each)
        for each in shown(page, QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox)
        if min(each.width(), each.height()) < least and each.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]


def clipped(page: QWidget) -> list[str]:
    """Labels and buttons whose words don't fit, and widgets that stick out of what holds them."""
    found = [told(each) for each in shown(page, QLabel) if isinstance(each, QLabel) and _cut(each)]
    found += [
        told(each)
        for each in shown(page, QAbstractButton)
        if each.minimumSizeHint().width() > each.width() and each.minimumSizeHint().width() > 0
    ]
    found += [
        f"{told(each)} sticks out"
        for each in shown(page, QLabel, QAbstractButton, QLineEdit)
        if _out(each, page)
    ]
    return found


def _cut(label: QLabel) -> bool:
    words = label.text()
    if not words or isinstance(label, Painted):
        return False  # a painted mark measures its own words
    if label.wordWrap():
        return label.heightForWidth(label.width()) > label.height() + 1
    needed = label.fontMetrics().horizontalAdvance(words)
    return (needed > label.width() and needed <= px(LONG)) or label.fontMetrics().height() > label.height() + 2


def _out(widget: QWidget, page: QWidget) -> bool:
    """Whether a widget is not wholly inside what holds it; what scrolls may be below or above."""
    holder = widget.parentWidget()
    while holder is not None and holder is not page:
        if isinstance(holder.parentWidget(), QAbstractScrollArea):
            box = QRect(widget.mapTo(holder, QPoint()), widget.size())
            return box.left() < 0 or box.right() > holder.width()
        if not holder.rect().contains(QRect(widget.mapTo(holder, QPoint()), widget.size())):
            return True
        holder = holder.parentWidget()
    return False


def rich(page: QWidget) -> list[str]:
    """Labels that would read markup, and tooltips with markup of their own."""
    found = [
        told(each)
        for each in page.findChildren(QLabel)
        if each.textFormat() != Qt.TextFormat.PlainText and each.text()
    ]
    tips = [each.toolTip() for each in page.findChildren(QWidget)]
    return found + [tip for tip in tips if "<" in tip and not (tip.startswith("<qt>") and tip.count("<") == 2)]


def tabbed(page: QWidget) -> list[QWidget]:
    """The controls of a page that Tab reaches, in its order."""
    found, widget = list[QWidget](), page.nextInFocusChain()
    while widget is not None and widget is not page:
        reached = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
        if reached and widget.isVisible() and widget.isEnabled() and page.isAncestorOf(widget):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def jumps(page: QWidget) -> list[str]:
    """Where Tab goes against the order of reading: to what lies wholly above and not to the right."""
    found = []
    for one, other in pairwise(tabbed(page)):
        here, there = (QRect(each.mapTo(page, QPoint()), each.size()) for each in (one, other))
        if there.bottom() < here.top() and there.left() < here.right():
            found.append(f"{told(one)} -> {told(other)}")
    return found


def traps(page: QWidget) -> list[str]:
    """Fields that keep the Tab key."""
    return [told(each) for each in page.findChildren(QPlainTextEdit) if not each.tabChangesFocus()]


def bars(page: QWidget) -> list[QScrollBar]:
    """The scroll bars that are shown."""
    return [each for each in page.findChildren(QScrollBar) if each.isVisible()]
