"""The detail panel at the right of a page: head, body, foot; a drawer when the window is narrow or the text is large.

- Below 1,280 pixels, or above 125 % text, it lies over the page at its right edge and Esc closes it (design §8).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMargins, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from app.base.say import say
from ui.kit.buttons import icon_button
from ui.kit.flow import Scroll
from ui.kit.layout import Across, Down, clear, column, hline, holder, put, row
from ui.kit.palette import px, theme, themed
from ui.kit.text import label

WIDTH, WIDEST, SHARE = 380, 480, 0.28
"""A panel beside its page takes this share of a large room, within bounds."""
NARROW, LARGE = 1280, 1.25
ROOM = 940
"""A page narrower than this (at 100 %) would squeeze its table beside the panel; a page may ask for more."""


class Panel(QFrame):
    """Details of what is selected. `closed` is emitted when a person closes it."""

    closed = Signal()

    def __init__(self, name: str = "", *, closable: bool = True) -> None:
        super().__init__()
        self.setProperty("k", "card")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(name)
        self.title = label("", "h3", wrap=True)
        self.sub = label("", "dense", "text2", wrap=True)
        self._actions = Across(4, 0)
        self._close = icon_button("x", say("ui.kit.close"), "Esc")
        if not closable:
            self._close.hide()  # never shown before it has a parent: that would open a window of its own
        self._close.clicked.connect(self._leave)
        self._body = Down(0, 0)
        self._foot, self._edge = Down(8, (16, 12, 16, 12)), hline()
        self._edge.hide()
        top = Qt.AlignmentFlag.AlignTop
        head = row(
            (column(self.title, self.sub, gap=2), 1), self._actions, (self._close, top), margins=(16, 12, 8, 8)
        )
        self.setLayout(column(head, (self._body, 1), self._edge, self._foot, gap=0))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        themed.changed.connect(self._fit)
        self._fit()

    def set_head(self, title: str, sub: str = "", actions: Sequence[QWidget] = ()) -> None:
        """Say what is shown, and what can be done with it."""
        self.title.set_text(title)
        self.sub.set_text(sub)
        self.sub.setVisible(bool(sub))
        clear(self._actions)
        for each in actions:
            put(self._actions, (each, Qt.AlignmentFlag.AlignTop))

    def set_body(self, widget: QWidget) -> None:
        """Show `widget`, scrolled when it is taller than the panel; the one before is deleted."""
        clear(self._body)
        self._body.addWidget(Scroll(holder(column((widget, 1), margins=(16, 4, 16, 16)))), 1)

    def set_foot(self, *widgets: QWidget) -> None:
        """Show something that stays below the body."""
        clear(self._foot)
        self._edge.setVisible(bool(widgets))
        for each in widgets:
            self._foot.addWidget(each)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape and not self._close.isHidden():
            self._leave()
        else:
            super().keyPressEvent(event)

    def _leave(self) -> None:
        self.hide()
        self.closed.emit()

    def _fit(self) -> None:
        self.setFixedWidth(px(WIDTH))
        # Without a sheet nothing else hides what a drawer lies over.
        self.setAutoFillBackground(theme().name == "contrast")


class Beside(QWidget):
    """A page's content with a panel at its right, side by side or, when there is little room, one over the other.

    The drawer lies over the content, or over all of `over`, the page around it, which gives it more height.
    """

    def __init__(
        self, content: QWidget, panel: Panel, *, room: int = ROOM, over: QWidget | None = None
    ) -> None:
        super().__init__()
        self.content, self.panel, self._room = content, panel, room
        self._ground = self if over is None else over
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(content, 1)
        self._over = False
        panel.setParent(self)
        themed.changed.connect(self._place)
        panel.installEventFilter(self)
        self.installEventFilter(self)
        if self._ground is not self:
            self._ground.installEventFilter(self)

    def is_drawer(self) -> bool:
        """Whether the panel lies over the content."""
        return self._over

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Place the panel anew when the room or the panel changes."""
        kinds = (
            {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}
            if watched is self.panel
            else {QEvent.Type.Resize}
        )
        if event.type() in kinds:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        large = theme().size > LARGE or self.width() < px(self._room)
        over = self.window().width() < NARROW or large
        inside = self._row.indexOf(self.panel) >= 0
        if over and inside:
            self._row.removeWidget(self.panel)
        elif not over and not inside:
            self._hand(self)
            self._row.addWidget(self.panel)
        self._over = over
        self._row.setSpacing(px(16))
        if over:
            self._lay_over()
        else:
            self.panel.setFixedWidth(max(px(WIDTH), min(px(WIDEST), round(self.width() * SHARE))))

    def _hand(self, to: QWidget) -> None:
        """Give the panel to another holder; it stays as visible as it was."""
        panel = self.panel
        if panel.parentWidget() is not to:
            hidden = panel.isHidden()
            # Being shown anew would place it again, before it has its place.
            panel.removeEventFilter(self)
            panel.setParent(to)
            panel.setHidden(hidden)
            _dress(panel)
            panel.installEventFilter(self)

    def _lay_over(self) -> None:
        # Not before it is inside: the panel would come first in the order of Tab.
        ground = self._ground if self._ground.isAncestorOf(self) else self
        panel = self.panel
        self._hand(ground)
        around = ground.contentsMargins() if ground is self else _around(ground)
        area = ground.rect().marginsRemoved(around)
        width = min(px(WIDTH), area.width())
        panel.setFixedWidth(width)
        panel.setGeometry(area.right() + 1 - width, area.top(), width, area.height())
        panel.raise_()


def _dress(panel: QWidget) -> None:
    """Give what is inside its fonts again: a new parent's sheet takes them back to those of an earlier text size."""
    for each in panel.findChildren(QWidget):
        getattr(each, "_restyle", int)()


def _around(page: QWidget) -> QMargins:
    """The empty room that a page leaves at its edges, half of which a drawer may take above and below."""
    layout = page.layout()
    margins = QMargins() if layout is None else layout.contentsMargins()
    return QMargins(0, margins.top() // 2, margins.right(), margins.bottom() // 2)
