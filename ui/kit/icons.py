"""Lucide icons, recoloured from the tokens and kept per size, colour and density of the screen.

- The files are those of `resources/icons` (ISC); a name without a file is a bug: it is warned of and nothing is drawn, for
  an exception while painting would end the program.
- An icon beside words says nothing of its own to a screen reader; a control of icons only carries a name.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt, qWarning
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from app.base.say import RESOURCES
from ui.kit.palette import px, theme, themed

STROKE = "1.75"
NOTHING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" stroke-width="1"/>'


@cache
def _svg(name: str) -> str:
    file = RESOURCES / "icons" / f"{name}.svg"
    if not file.is_file():
        qWarning(f"no icon {name}")
        return NOTHING
    return re.sub(r'stroke-width="[\d.]+"', f'stroke-width="{STROKE}"', file.read_text(encoding="utf-8"))


def pixmap(name: str, size: float, colour: str, dpr: float = 1.0) -> QPixmap:
    """An icon as a picture: `size` in pixels of the design, `colour` a token."""
    return _drawn(name, px(size), theme().hex(colour), dpr)


@lru_cache(maxsize=1024)
def _drawn(name: str, size: int, colour: str, dpr: float) -> QPixmap:
    made = QPixmap(_shape(name, round(size * dpr)))
    with QPainter(made) as painter:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(made.rect(), QColor(colour))
    made.setDevicePixelRatio(dpr)
    return made


@lru_cache(maxsize=512)
def _shape(name: str, side: int) -> QPixmap:
    """The icon in black: stroking its lines takes ten times as long as filling them with a colour."""
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    with QPainter(made) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        source = _svg(name).replace("currentColor", "#000")
        QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, side, side))
    return made


def icon(name: str, size: float = 18, colour: str = "text2") -> QIcon:
    """An icon for a button or a menu, sharp at one and two device pixels a pixel."""
    made = QIcon()
    for dpr in (1.0, 2.0):
        made.addPixmap(pixmap(name, size, colour, dpr))
        made.addPixmap(pixmap(name, size, "text3", dpr), QIcon.Mode.Disabled)
    return made


class Icon(QWidget):
    """An icon that stands beside words; it follows the theme."""

    def __init__(
        self, name: str, size: float = 18, colour: str = "text2", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name, self._size, self._colour = name, size, colour
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        themed.changed.connect(self._fit)
        self._fit()

    def show_icon(self, name: str, colour: str) -> None:
        """Show another icon, or the same in another colour."""
        self._name, self._colour = name, colour
        self.update()

    def sizeHint(self) -> QSize:
        """A square of the icon's size."""
        return QSize(px(self._size), px(self._size))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon in the middle."""
        picture = pixmap(self._name, self._size, self._colour, self.devicePixelRatioF())
        side = px(self._size)
        with QPainter(self) as painter:
            painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, picture)

    def _fit(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()
