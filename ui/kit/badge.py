"""Small marks in a line: a status pill, a neutral tag, a round picture of initials.

- A pill is a shape, a word and a tint; a tag is words only and never says a status.
- They size themselves by their words and are cut beyond 320 pixels, with everything in the tooltip.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit.fonts import font, metrics
from ui.kit.icons import pixmap
from ui.kit.palette import px, theme, themed
from ui.kit.shapes import Painted, paint_status, status_word, tone
from ui.kit.text import plain, tip

_LONGEST = 320


class _Mark(Painted):
    """A painted mark with words."""

    def __init__(self, text: str, *, mono: bool = False) -> None:
        super().__init__()
        self._mono = mono
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._words = plain(text)
        self._name()

    def set_text(self, text: str) -> None:
        """Show other words."""
        self._words = plain(text)
        self._name()
        self.fit()

    def text(self) -> str:
        """The words shown."""
        return self._words

    def fit(self) -> None:
        """Take the size of the words."""
        self.setFixedSize(self.sizeHint())
        self.update()

    def _name(self) -> None:
        self.setAccessibleName(self._words)
        self.setToolTip(tip(self._words) if self._shown() != self._words else "")

    def _shown(self) -> str:
        measure = metrics("caption", mono=self._mono, weight=500)
        return measure.elidedText(self._words, Qt.TextElideMode.ElideRight, px(_LONGEST))

    def _width(self) -> int:
        return metrics("caption", mono=self._mono, weight=500).horizontalAdvance(self._shown())


class Pill(_Mark):
    """A status as shape and words on its tint."""

    def __init__(self, key: str, text: str = "") -> None:
        super().__init__(text or status_word(key))
        self._key = key
        themed.changed.connect(self.fit)
        self.fit()

    def show_status(self, key: str, text: str = "") -> None:
        """Show another status."""
        self._key = key
        self.set_text(text or status_word(key))

    def sizeHint(self) -> QSize:
        """The words, the shape and the round ends."""
        return QSize(self._width() + px(34), px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint tint, shape and words."""
        with QPainter(self) as painter:
            paint_pill(painter, QRectF(self.rect()), self._key, self._shown())


def paint_pill(painter: QPainter, area: QRectF, key: str, text: str) -> None:
    """Paint a pill into `area` (pixels of the device)."""
    family, look = tone(key), theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.colour(f"{family}_line"), 1))
    painter.setBrush(look.colour(f"{family}_bg"))
    inner = area.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(inner, inner.height() / 2, inner.height() / 2)
    paint_status(painter, QPointF(area.left() + px(13), area.center().y()), 12 * look.size, key)
    painter.setFont(font("caption", weight=500))
    painter.setPen(look.colour("text2" if family == "idle" else family))
    painter.drawText(area.adjusted(px(23), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)


class Tag(_Mark):
    """Neutral words on a tint, perhaps with an icon: a number, a version, a kind."""

    def __init__(self, text: str, tone: str = "idle", icon: str | None = None, *, mono: bool = False) -> None:
        super().__init__(text, mono=mono)
        self._tone, self._icon = tone, icon
        themed.changed.connect(self.fit)
        self.fit()

    def sizeHint(self) -> QSize:
        """The words, the icon and the ends."""
        return QSize(self._width() + px(16) + (px(18) if self._icon else 0), px(22))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint tint, icon and words."""
        look = theme()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen if look.name != "contrast" else QPen(look.colour("text"), 1))
            painter.setBrush(look.colour(f"{self._tone}_bg"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), px(5), px(5))
            ink = "text2" if self._tone == "idle" else self._tone
            left = px(8)
            if self._icon:
                picture = pixmap(self._icon, 14, ink, self.devicePixelRatioF())
                painter.drawPixmap(px(7), (self.height() - px(14)) // 2, picture)
                left = px(25)
            painter.setFont(font("caption", mono=self._mono, weight=500))
            painter.setPen(look.colour(ink))
            painter.drawText(self.rect().adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._shown())


def initials(name: str) -> str:
    """Two letters for a name: the first of its first and of its last word."""
    words = [word for word in plain(name).replace("-", " ").split() if word[0].isalpha()]
    capital = [word for word in words if word[0].isupper() or not word[0].islower()] or words
    return (capital[0][0] + capital[-1][0] if len(capital) > 1 else capital[0][:2]).upper() if capital else "?"


def paint_avatar(painter: QPainter, area: QRectF, name: str) -> None:
    """Paint initials in a circle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme().colour("line2"), 1))
    painter.setBrush(theme().colour("surface3"))
    painter.drawEllipse(area.adjusted(0.5, 0.5, -0.5, -0.5))
    letters = font("caption", weight=600)
    letters.setPixelSize(max(8, round(area.width() * 0.38)))
    painter.setFont(letters)
    painter.setPen(theme().colour("text2"))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, initials(name))
    painter.restore()


class Avatar(QWidget):
    """The initials of a name in a circle; a decoration, silent to screen readers."""

    def __init__(self, name: str, size: int = 32) -> None:
        super().__init__()
        self._name, self._size = name, size
        themed.changed.connect(self._fit)
        self._fit()

    def set_name(self, name: str) -> None:
        """Show the initials of another name."""
        self._name = name
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the circle."""
        with QPainter(self) as painter:
            paint_avatar(painter, QRectF(self.rect()), self._name)

    def _fit(self) -> None:
        self.setFixedSize(px(self._size), px(self._size))
