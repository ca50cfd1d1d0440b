"""Words on the screen: always plain text, whatever a person may have typed.

- Nothing is read as markup, and no `&` becomes an access key.
- Characters that turn the direction of writing, and other controls, are shown by their number: ⟦U+202E⟧.
- A wrapped label claims the height that its width needs; a long one that does not wrap ends in an ellipsis and
  tells all of itself in its tooltip and to a screen reader.
"""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from ui.kit.fonts import font
from ui.kit.palette import px, repolish, themed

_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_SHORT_WORD = 16
_NEVER_SHORTER = 240
"""A label up to this many pixels (at 100 %) is never cut."""
_ALIGNED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


def plain(text: str) -> str:
    """`text` with every control and every mark of writing direction made visible as ⟦U+202E⟧."""
    return _CONTROLS.sub(lambda found: f"⟦U+{ord(found[0]):04X}⟧", text)


def mnemonic_safe(text: str) -> str:
    """`text` made plain for buttons, menus and tabs, where Qt would read `&` as an access key."""
    return plain(text).replace("&", "&&")


def titled(name: str) -> str:
    """The name of a site or a device, as it stands at the beginning of a line."""
    return name[:1].upper() + name[1:]


def tip(text: str) -> str:
    """`text` for a tooltip: escaped, because Qt would read what looks like markup, and wrapped where it is long."""
    shown = plain(text)
    return f"<qt>{html.escape(shown)}</qt>" if "<" in shown or "&" in shown or len(shown) > 80 else shown


class Label(QLabel):
    """Plain text in a role and a colour of the tokens."""

    def __init__(self, text: str, role: str, colour: str, *, wrap: bool, mono: bool, select: bool) -> None:
        super().__init__()
        self._role, self._mono = role, mono
        self._weight: int | None = None
        self._heights: dict[int, int] = {}
        self._placed = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("c", colour)
        self.setWordWrap(wrap)
        self.setAlignment(_ALIGNED)
        if select:
            self.setTextInteractionFlags(_SELECTABLE)
        themed.changed.connect(self._restyle)
        self._restyle()
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show other words."""
        self.setText(plain(text))
        self.setAccessibleName(plain(text))
        self._fit()

    def setText(self, text: str) -> None:
        """Other words need another height."""
        self._heights.clear()
        super().setText(text)

    def set_weight(self, weight: int) -> None:
        """Show the words lighter or heavier than their role is."""
        self._weight = weight
        self._restyle()

    def set_colour(self, colour: str) -> None:
        """Show the words in another colour of the tokens."""
        if self.property("c") != colour:
            self.setProperty("c", colour)
            repolish(self)

    def heightForWidth(self, width: int) -> int:
        """The height of the wrapped words; Qt's own answer never shrinks below a least height once set.

        Layouts inside layouts ask for the same width dozens of times before they agree: it is measured once.
        """
        if not self.wordWrap():
            return super().heightForWidth(width)
        known = self._heights.get(width)
        if known is None:
            measure, words = self.fontMetrics(), self.text()
            lines = measure.boundingRect(0, 0, max(width, 1), 1_000_000, self._breaks(width), words)
            known = self._heights[width] = lines.height()
        return known

    def minimumSizeHint(self) -> QSize:
        """A long line may be cut, a short one never."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), px(_NEVER_SHORTER)), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Claim the height of the new width, or tell in the tooltip what was cut."""
        super().resizeEvent(event)
        self._placed = True
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """A font from elsewhere needs another height."""
        super().changeEvent(event)
        kind = event.type()
        if kind == QEvent.Type.FontChange:
            self._heights.clear()
        if kind in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the words, cut with an ellipsis if they don't fit in their line."""
        area, words, anywhere = self.contentsRect(), self.text(), int(Qt.TextFlag.TextWrapAnywhere)
        breaks = self._breaks(area.width()) if self.wordWrap() else 0
        if not self.is_cut() and not breaks & anywhere:
            super().paintEvent(event)
            return
        if not breaks:
            words = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, area.width())
            breaks = int(Qt.TextFlag.TextSingleLine)
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(area, int(self.alignment()) | breaks, words)

    def is_cut(self) -> bool:
        """Whether the line is longer than its place."""
        if self.wordWrap() or "\n" in self.text():
            return False
        return self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width() > 0

    def _breaks(self, width: int) -> int:
        """How the words break into lines: inside a word only if it is longer than a line."""
        flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.TextFlag.TextExpandTabs)
        longest = max(self.text().split(), key=len, default="")
        too_long = len(longest) > _SHORT_WORD and self.fontMetrics().horizontalAdvance(longest) > width
        return flags | int(Qt.TextFlag.TextWrapAnywhere) if too_long else flags

    def _fit(self) -> None:
        """Before it has a place there is nothing to fit into, and most labels are made long before."""
        if not self._placed:
            return
        if self.wordWrap():
            height = self.heightForWidth(self.width())
            if height > 0 and self.minimumHeight() != height:
                self.setMinimumHeight(height)
                self.updateGeometry()
        else:
            self.setToolTip(tip(self.text()) if self.is_cut() else "")

    def _restyle(self) -> None:
        self.setFont(font(self._role, mono=self._mono, weight=self._weight))


def label(
    text: str,
    role: str = "body",
    colour: str = "text",
    *,
    wrap: bool = False,
    mono: bool = False,
    select: bool = False,
    weight: int | None = None,
    buddy: QWidget | None = None,
) -> Label:
    """Words in a role (see `fonts.font`) and a colour (text text2 text3 accent sign ok warn bad …)."""
    made = Label(text, role, colour, wrap=wrap, mono=mono, select=select)
    if weight is not None:
        made.set_weight(weight)
    if buddy is not None:
        made.setBuddy(buddy)
    return made
