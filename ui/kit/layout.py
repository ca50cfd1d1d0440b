"""Rows, columns, cards and lines, whose gaps follow the text size.

- An item is a widget, a layout, STRETCH, a number (a gap), a pair (item, stretch or alignment), or None, which is skipped.
"""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.kit.palette import px, theme, themed


class _Stretch:
    """Takes the room that is left."""


STRETCH = _Stretch()
Single: TypeAlias = QWidget | QLayout | _Stretch | int | None
Item: TypeAlias = Single | tuple[QWidget | QLayout, int | Qt.AlignmentFlag]
Margins: TypeAlias = int | tuple[int, int, int, int]
"""One number, or left, top, right, bottom; pixels of the design."""


class Across(QHBoxLayout):
    """A horizontal layout that follows the text size."""

    def __init__(self, gap: int, margins: Margins) -> None:
        super().__init__()
        _prepare(self, gap, margins)
        themed.changed.connect(self._fit)

    def _fit(self) -> None:
        _fit(self)


class Down(QVBoxLayout):
    """A vertical layout that follows the text size."""

    def __init__(self, gap: int, margins: Margins) -> None:
        super().__init__()
        _prepare(self, gap, margins)
        themed.changed.connect(self._fit)

    def _fit(self) -> None:
        _fit(self)


def _prepare(layout: QBoxLayout, gap: int, margins: Margins) -> None:
    layout.setProperty("gap", gap)
    layout.setProperty("around", list(margins) if isinstance(margins, tuple) else [margins] * 4)
    _fit(layout)


def _fit(layout: QBoxLayout) -> None:
    layout.setSpacing(px(layout.property("gap")))
    layout.setContentsMargins(*(px(each) for each in layout.property("around")))


def row(*items: Item, gap: int = 8, margins: Margins = 0) -> QHBoxLayout:
    """The items from left to right."""
    made = Across(gap, margins)
    for item in items:
        put(made, item)
    return made


def column(*items: Item, gap: int = 8, margins: Margins = 0) -> QVBoxLayout:
    """The items from top to bottom."""
    made = Down(gap, margins)
    for item in items:
        put(made, item)
    return made


def put(layout: QBoxLayout, item: Item) -> None:
    """Add one item at the end of a layout."""
    if item is None:
        return
    if isinstance(item, _Stretch):
        layout.addStretch(1)
    elif isinstance(item, int):
        layout.addWidget(Gap(item, upright=layout.direction() == QBoxLayout.Direction.TopToBottom))
    elif isinstance(item, tuple):
        _put_pair(layout, *item)
    elif isinstance(item, QLayout):
        layout.addLayout(item)
    else:
        layout.addWidget(item)


def _put_pair(layout: QBoxLayout, item: QWidget | QLayout, how: int | Qt.AlignmentFlag) -> None:
    stretch = 0 if isinstance(how, Qt.AlignmentFlag) else how
    if isinstance(item, QLayout):
        layout.addLayout(item, stretch)
    elif isinstance(how, Qt.AlignmentFlag):
        layout.addWidget(item, 0, how)
    else:
        layout.addWidget(item, stretch)


class Gap(QWidget):
    """Empty room of a fixed size along one direction."""

    def __init__(self, size: int, *, upright: bool) -> None:
        super().__init__()
        self._gap, self._upright = size, upright
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        themed.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        if self._upright:
            self.setFixedHeight(px(self._gap))
        else:
            self.setFixedWidth(px(self._gap))


class _Sized(QObject):
    """Keeps a widget's fixed or least sizes in step with the text size."""

    def __init__(self, widget: QWidget, sizes: dict[str, int]) -> None:
        super().__init__(widget)
        self._widget, self._sizes = widget, sizes
        themed.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        for setter, size in self._sizes.items():
            getattr(self._widget, setter)(px(size))


def sized(
    widget: QWidget,
    *,
    width: int = 0,
    height: int = 0,
    min_width: int = 0,
    min_height: int = 0,
    max_width: int = 0,
) -> QWidget:
    """`widget` with sizes in pixels of the design that follow the text size; 0 leaves one free. Answers the widget."""
    wanted = {
        "setFixedWidth": width,
        "setFixedHeight": height,
        "setMinimumWidth": min_width,
        "setMinimumHeight": min_height,
        "setMaximumWidth": max_width,
    }
    _Sized(widget, {setter: size for setter, size in wanted.items() if size})
    return widget


def holder(layout: QLayout, ground: str = "") -> QWidget:
    """A bare widget around a layout, on the ground of a token if one is named."""
    made = QWidget()
    made.setLayout(layout)
    if ground:
        made.setProperty("bg", ground)
        made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return made


def frame(kind: str, layout: QLayout | None = None) -> QFrame:
    """A frame of a kind of the sheet: card inset segments sign ok warn bad info plain."""
    made = QFrame()
    made.setProperty("k", kind)
    made.setFrameShape(QFrame.Shape.NoFrame if kind in {"plain", "segments"} else QFrame.Shape.StyledPanel)
    if layout is not None:
        made.setLayout(layout)
    return made


def card(*items: Item, gap: int = 8, margins: Margins = 16) -> QFrame:
    """The items from top to bottom on a card."""
    return frame("card", column(*items, gap=gap, margins=margins))


class Hug(QFrame):
    """A frame exactly as tall as its words need at its width: neither cut nor stretched."""

    def event(self, event: QEvent) -> bool:
        """Measure again when width or words change."""
        done = super().event(event)
        if event.type() in {QEvent.Type.Resize, QEvent.Type.LayoutRequest}:
            self._hug()
        return done

    def _hug(self) -> None:
        layout = self.layout()
        if layout is not None:
            height = layout.totalHeightForWidth(self.width())
            height = height if height > 0 else layout.totalSizeHint().height()
            if (self.minimumHeight(), self.maximumHeight()) != (height, height):
                self.setFixedHeight(height)


class _Corner(QWidget):
    """Rounds one corner of a plate over what lies in it."""

    def __init__(self, plate: QFrame, ground: str, *, right: bool, bottom: bool) -> None:
        super().__init__(plate)
        self._ground, self._right, self._bottom = ground, right, bottom
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        plate.installEventFilter(self)
        themed.changed.connect(self._place)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the corner."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.ChildAdded}:
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is outside the round edge in the ground of the page, and the edge."""
        side, radius = self.width(), float(px(10))
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            left, top = (-40.0 if self._right else 0.0), (-40.0 if self._bottom else 0.0)
            box = QRectF(left + 0.5, top + 0.5, side + 40 - 1, side + 40 - 1)
            round_, outside = QPainterPath(), QPainterPath()
            round_.addRoundedRect(box, radius, radius)
            outside.addRect(QRectF(self.rect()))
            painter.fillPath(outside.subtracted(round_), theme().colour(self._ground))
            painter.setPen(theme().colour("line"))
            painter.drawPath(round_)

    def _place(self) -> None:
        side, plate = px(10), self.parentWidget()
        if plate is not None:
            x, y = plate.width() - side if self._right else 0, plate.height() - side if self._bottom else 0
            self.setGeometry(x, y, side, side)
            self.raise_()


def plate(*items: Item, ground: str = "bg") -> QFrame:
    """A card filled to its edge, with round corners over what lies in it: for a table, with a foot below it.

    `ground` is the token of what it lies on.
    """
    made = card(*items, gap=0, margins=0)
    if theme().name != "contrast":
        for right, bottom in ((False, False), (True, False), (False, True), (True, True)):
            _Corner(made, ground, right=right, bottom=bottom)
    return made


def inset(*items: Item, gap: int = 8, margins: Margins = 16) -> QFrame:
    """The items from top to bottom in an inset, for facts inside a card."""
    return frame("inset", column(*items, gap=gap, margins=margins))


def hline() -> QFrame:
    """A hairline from left to right."""
    made = frame("hline")
    made.setFrameShape(QFrame.Shape.HLine)
    made.setFixedHeight(1)
    return made


def vline() -> QFrame:
    """A hairline from top to bottom."""
    made = frame("vline")
    made.setFrameShape(QFrame.Shape.VLine)
    made.setFixedWidth(1)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
    return made


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and delete it, a turn later: what comes instead is shown first.

    It keeps its parent until then: without one, every part of it would look for its style once more.
    """
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            QTimer.singleShot(0, widget, widget.deleteLater)
        elif inner is not None:
            clear(inner)
            inner.deleteLater()
