"""What stands in a table's cell, and how it is painted.

- A cell is a value; its picture is kept by all that is drawn (cell, size, state, theme), so that scrolling copies.
- Shapes and words say a status; a tint stands beside them and never alone.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QPixmap

from app.base.say import say
from app.base.words import Value
from ui.kit.badge import paint_avatar, paint_pill
from ui.kit.fonts import font, metrics
from ui.kit.icons import pixmap
from ui.kit.palette import px, theme
from ui.kit.shapes import paint_status, status_word
from ui.kit.text import plain

ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft
    | Qt.AlignmentFlag.AlignAbsolute,  # also for names written from the right
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute,
    "centre": Qt.AlignmentFlag.AlignHCenter,
}
MOST_PICTURES = 6000


class Column(Value, frozen=True):
    """A column: its key, title, width in pixels of the design, and how it behaves; a `spare` one goes where room is short."""

    key: str
    title: str
    width: int
    stretch: bool = False
    align: str = "left"
    frozen: bool = False
    sortable: bool = True
    spare: bool = False


class Cell(Value, frozen=True, cache_hash=True):
    """What a cell shows.

    `status` and `pill` are keys of the eight shapes; a pill shows `text` in its tint. `old` stands before an arrow.
    `icon` is a Lucide name in the colour `icon_colour`; `avatar` a name whose initials are shown. `tint` is a token.
    `struck` text is crossed out. `rule` is a token: a line of that colour ends the row, and a bar begins it.
    `spoken` replaces what a screen reader would say of the value.
    """

    text: str = ""
    sub: str = ""
    status: str = ""
    pill: str = ""
    icon: str = ""
    mono: bool = False
    old: str = ""
    weight: int = 400
    colour: str = "text"
    tint: str = ""
    spoken: str = ""
    icon_colour: str = "text2"
    avatar: str = ""
    sub_mono: bool = False
    struck: bool = False
    rule: str = ""


def words_of(cell: Cell) -> str:
    """The cell as text, for a screen reader and for the clipboard."""
    if cell.spoken:
        return plain(cell.spoken)
    key = cell.status or cell.pill
    word = status_word(key) if key else ""
    text = say("ui.kit.old_new", {"old": cell.old, "new": cell.text}) if cell.old else cell.text
    parts = (word if word.lower() not in text.lower() else "", text, cell.sub)
    return plain(", ".join(part for part in parts if part))


class Look(NamedTuple):
    """Everything about a cell's place that changes its picture."""

    width: int
    height: int
    align: str
    selected: bool
    first: bool
    dense: bool
    dpr: float


class Pictures:
    """The pictures of cells, by look and cell."""

    def __init__(self) -> None:
        self._kept: dict[Look, dict[Cell, QPixmap]] = {}
        self._count = 0

    def of(self, look: Look) -> dict[Cell, QPixmap]:
        """The pictures with one look; `made` adds to them."""
        return self._kept.setdefault(look, {})

    def made(self, look: Look, cell: Cell) -> QPixmap:
        """A new picture of a cell, kept."""
        if self._count >= MOST_PICTURES:
            self.clear()
        picture = _picture(look, cell)
        self.of(look)[cell] = picture
        self._count += 1
        return picture

    def clear(self) -> None:
        """Forget all: another theme, text size or screen."""
        for kept in self._kept.values():
            kept.clear()
        self._count = 0


def _picture(look: Look, cell: Cell) -> QPixmap:
    picture = QPixmap(max(1, round(look.width * look.dpr)), max(1, round(look.height * look.dpr)))
    picture.setDevicePixelRatio(look.dpr)
    ground = "sel" if look.selected else "surface"
    picture.fill(theme().colour(ground if look.dense or not cell.tint else cell.tint))
    with QPainter(picture) as painter:  # Qt ends the process if a picture goes while somebody paints on it
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if look.dense and cell.tint:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour(cell.tint))
            painter.drawRoundedRect(QRectF(1, 1, look.width - 3, look.height - 3), px(4), px(4))
        _edges(painter, look, cell.rule)
        paint_cell(painter, look, cell)
    return picture


def _edges(painter: QPainter, look: Look, rule: str) -> None:
    colours, thick = theme(), px(2) if rule else 1
    painter.fillRect(QRectF(0, look.height - thick, look.width, thick), colours.colour(rule or "line"))
    if look.dense:
        painter.fillRect(QRectF(look.width - 1, 0, 1, look.height), colours.colour("line"))
    if look.first and (look.selected or rule):
        painter.fillRect(QRectF(0, 0, px(3), look.height), colours.colour(rule or "accent"))


def paint_cell(painter: QPainter, look: Look, cell: Cell) -> None:
    """Paint what a cell shows into (0, 0, width, height)."""
    side = px(4 if look.dense else 12)
    area = QRectF(side, 0, look.width - side - px(4 if look.dense else 8), look.height - 1)
    if look.dense and look.align == "centre":
        _paint_small(painter, area, cell)
        return
    area.setLeft(area.left() + _paint_marks(painter, area, cell))
    if cell.pill:
        _paint_pill(painter, area, cell)
    elif cell.old:
        _paint_change(painter, area, cell)
    elif cell.sub:
        _paint_two_lines(painter, area, look, cell)
    else:
        face = _face(cell)
        _line(painter, area, cell.text, face, cell.colour, look.align)


def _face(cell: Cell) -> QFont:
    face = font("mono" if cell.mono else "dense", weight=cell.weight)
    face.setStrikeOut(cell.struck)
    return face


def _line(painter: QPainter, area: QRectF, text: str, face: QFont, colour: str, align: str = "left") -> None:
    """One line of text, cut with an ellipsis."""
    if area.width() <= 0 or not text:
        return
    painter.setFont(face)
    painter.setPen(theme().colour(colour))
    shown = QFontMetrics(face).elidedText(
        plain(text).replace("\n", " "), Qt.TextElideMode.ElideRight, int(area.width())
    )
    flags = ALIGN[align] | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(area, int(flags) | int(Qt.TextFlag.TextSingleLine), shown)


def _paint_small(painter: QPainter, area: QRectF, cell: Cell) -> None:
    """A cell of a grid: the shape and a few letters in the middle."""
    side = min(12 * theme().size, area.height() - 4)
    words = metrics("caption", weight=500).horizontalAdvance(cell.text) if cell.text else 0
    width = (side if cell.status else 0) + (px(5) if cell.status and words else 0) + words
    left = area.left() + max(0.0, (area.width() - width) / 2)
    if cell.status:
        paint_status(painter, QPointF(left + side / 2, area.center().y()), side, cell.status)
        left += side + px(5)
    if words:
        rest = QRectF(left, area.top(), area.right() - left + px(3), area.height())
        _line(painter, rest, cell.text, font("caption", weight=500), cell.colour)


def _paint_marks(painter: QPainter, area: QRectF, cell: Cell) -> float:
    """Avatar, icon and shape before the words; answers the room that they took."""
    took = 0.0
    middle = area.center().y()
    if cell.avatar:
        side = px(26)
        paint_avatar(painter, QRectF(area.left(), middle - side / 2, side, side), cell.avatar)
        took += side + px(10)
    if cell.icon:
        side = px(16)
        ratio = painter.device().devicePixelRatioF()
        picture = pixmap(cell.icon, 16, cell.icon_colour, ratio)
        painter.drawPixmap(QPointF(area.left() + took, middle - side / 2), picture)
        took += px(24)
    if cell.status:
        paint_status(painter, QPointF(area.left() + took + px(7), middle + 0.5), 14 * theme().size, cell.status)
        took += px(24)
    return took


def _paint_pill(painter: QPainter, area: QRectF, cell: Cell) -> None:
    text = plain(cell.text or status_word(cell.pill))
    measure = metrics("caption", weight=500)
    shown = measure.elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()) - px(34))
    box = QRectF(area.left(), area.center().y() - px(12), measure.horizontalAdvance(shown) + px(34), px(24))
    paint_pill(painter, box, cell.pill, shown)


def _paint_change(painter: QPainter, area: QRectF, cell: Cell) -> None:
    """Old, an arrow, new; when both are long each gets half of the room."""
    face, measure = font("dense"), metrics("dense")
    wanted = metrics("dense", weight=500).horizontalAdvance(plain(cell.text))
    most = max(0, int(max(area.width() / 2, area.width() - wanted)) - px(24))
    old = measure.elidedText(plain(cell.old), Qt.TextElideMode.ElideRight, most)
    width = measure.horizontalAdvance(old)
    _line(painter, QRectF(area.left(), area.top(), width + 1, area.height()), old, face, "text3")
    picture = pixmap("arrow-right", 12, "text3", painter.device().devicePixelRatioF())
    painter.drawPixmap(QPointF(area.left() + width + px(6), area.center().y() - px(6)), picture)
    rest = area.adjusted(width + px(24), 0, 0, 0)
    _line(painter, rest, cell.text, font("dense", weight=500), cell.colour)


def _paint_two_lines(painter: QPainter, area: QRectF, look: Look, cell: Cell) -> None:
    middle = area.center().y()
    above = QRectF(area.left(), middle - px(18), area.width(), px(19))
    below = QRectF(area.left(), middle + px(0.5), area.width(), px(17))
    _line(painter, above, cell.text, _face(cell), cell.colour, look.align)
    _line(painter, below, cell.sub, font("mono" if cell.sub_mono else "caption"), "text2", look.align)


def paint_skeleton(painter: QPainter, area: QRectF, number: int) -> None:
    """A row that is still being read: a grey bar in a cell's place."""
    painter.fillRect(area, theme().colour("surface"))
    painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), theme().colour("line"))
    painter.setPen(QPen(Qt.PenStyle.NoPen))
    painter.setBrush(theme().colour("surface3"))
    width = max(0.0, area.width() - px(24)) * (0.5 + (number * 7 % 5) / 10)
    bar = QRectF(area.left() + px(12), area.center().y() - px(5), width, px(10))
    painter.drawRoundedRect(bar, px(4), px(4))
