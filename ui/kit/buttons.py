"""Buttons: plain, primary, sign, danger, ghost, link, chip; segments and tabs of a choice; buttons of an icon only.

- The words are plain text and the accessible name; an icon alone has a name and a tooltip with its shortcut.
- Targets are at least 28 pixels; a focused button wears a ring of 2 pixels, inside its fill where it is filled.
- Violet (`sign`) is for signing and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton

from ui.kit.fonts import font
from ui.kit.icons import icon as icon_of
from ui.kit.layout import Across
from ui.kit.palette import px, repolish, theme, themed
from ui.kit.text import mnemonic_safe, plain, tip

_HEIGHTS = {"s": 30, "m": 36, "l": 44}
_KINDS = {"chip": 32, "segment": 28, "tab": 40, "nav": 34}
_LONGEST = 320
"""Words of a button are cut beyond this many pixels (at 100 %); the tooltip has them all."""
_ICON_COLOURS = {"primary": "on_accent", "sign": "on_sign", "danger": "bad", "link": "accent"}
_FILLED = {"primary", "sign"}
_HEAVY = {"primary", "sign", "danger"}
_SMALL_WORDS = {"chip", "segment"}


class Button(QPushButton):
    """A button with words, perhaps with an icon before them."""

    def __init__(self, text: str, kind: str, icon: str | None, size: str) -> None:
        super().__init__()
        self._kind, self._icon, self._size, self._words = kind, icon, size, text
        self.setProperty("kind", kind)
        self.setProperty("sz", size)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if kind not in {"nav", "tab"}:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        themed.changed.connect(self._restyle)
        self.toggled.connect(self._restyle)
        self._restyle()

    def set_text(self, text: str) -> None:
        """Show other words."""
        self._words = text
        self._restyle()

    def words(self) -> str:
        """The words as they were given."""
        return self._words

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button, and the ring inside a filled one that has the focus."""
        super().paintEvent(event)
        if self.hasFocus() and self._kind in _FILLED | {"tab"}:
            inset = 1 if self._kind == "tab" else 3
            with QPainter(self) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(self._ring(), 2))
                edge = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
                painter.drawRoundedRect(edge, px(4), px(4))

    def _ring(self) -> QColor:
        filled = self._kind in _FILLED and theme().name != "contrast"
        return theme().colour(_ICON_COLOURS[self._kind] if filled else "accent")

    def _restyle(self) -> None:
        small = self._size == "s" or self._kind in _SMALL_WORDS
        weight = 600 if self._kind in _HEAVY or (self._kind in {"nav", "tab"} and self.isChecked()) else 500
        self.setFont(font("dense" if small else "h3" if self._size == "l" else "body", weight=weight))
        words = self.fontMetrics().elidedText(plain(self._words), Qt.TextElideMode.ElideRight, px(_LONGEST))
        self.setText((" " if self._icon and words else "") + mnemonic_safe(words))
        self.setAccessibleName(plain(self._words))
        self.setToolTip(tip(self._words) if words != plain(self._words) else "")
        self.setFixedHeight(px(_KINDS.get(self._kind, _HEIGHTS[self._size])))
        self._show_icon(16 if small else 18)

    def _show_icon(self, side: int) -> None:
        if self._icon is None:
            return
        chosen = self._kind in {"chip", "nav"} and self.isChecked()
        if theme().name == "contrast":  # no sheet fills the button there
            self.setIcon(icon_of(self._icon, side, "text"))
            self.setIconSize(QSize(px(side), px(side)))
            return
        self.setIcon(icon_of(self._icon, side, "accent" if chosen else _ICON_COLOURS.get(self._kind, "text2")))
        self.setIconSize(QSize(px(side), px(side)))


def button(text: str, kind: str = "plain", icon: str | None = None, size: str = "m") -> Button:
    """A button; kinds plain primary sign danger ghost link chip segment tab nav, sizes s m l."""
    return Button(text, kind, icon, size)


class Chip(Button):
    """A filter: words and a chevron; lit while it filters."""

    def __init__(self, text: str, icon: str | None = None, *, menu: bool = True) -> None:
        self._menu = menu
        super().__init__(text, "chip", icon, "s")

    def set_on(self, *, on: bool) -> None:
        """Light it, because it filters, or put it out."""
        self.setProperty("on", "1" if on else "0")
        repolish(self)

    def sizeHint(self) -> QSize:
        """The words and the chevron."""
        hint = super().sizeHint()
        room = 48 if theme().name == "contrast" else 20  # where no sheet moves the words to the left
        return QSize(hint.width() + (px(room) if self._menu else 0), px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chip and its chevron."""
        super().paintEvent(event)
        if self._menu:
            colour = "accent" if self.property("on") == "1" or self.isChecked() else "text2"
            side = px(16)
            picture = icon_of("chevron-down", 16, colour).pixmap(QSize(side, side), self.devicePixelRatioF())
            with QPainter(self) as painter:
                painter.drawPixmap(self.width() - side - px(8), (self.height() - side) // 2, picture)


class IconButton(QToolButton):
    """A button of an icon only; its name is spoken and shown in the tooltip."""

    def __init__(self, icon: str, name: str, shortcut: str, side: int = 32) -> None:
        super().__init__()
        self._icon, self._side = icon, side
        self.set_name(name, shortcut)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        themed.changed.connect(self._restyle)
        self._restyle()

    def set_name(self, name: str, shortcut: str = "") -> None:
        """Give it another name and shortcut."""
        self.setAccessibleName(plain(name))
        self.setToolTip(tip(f"{name} ({shortcut})" if shortcut else name))

    def show_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self._restyle()

    def _restyle(self) -> None:
        self.setIcon(icon_of(self._icon, 18, "text2"))
        self.setIconSize(QSize(px(18), px(18)))
        self.setFixedSize(px(self._side), px(self._side))


def icon_button(icon: str, name: str, shortcut: str = "") -> IconButton:
    """A button of an icon; `name` is spoken and, with the shortcut, shown in the tooltip."""
    return IconButton(icon, name, shortcut)


class Segments(QFrame):
    """A choice of two to five words side by side; emits `chosen` with the value."""

    chosen = Signal(str)

    def __init__(
        self, name: str, options: Sequence[tuple[str, str]], value: str = "", kind: str = "segment"
    ) -> None:
        super().__init__()
        self.setProperty("k", "segments" if kind == "segment" else "plain")
        self.setAccessibleName(plain(name))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, Button] = {}
        layout = Across(*((2, 2) if kind == "segment" else (20, 0)))
        self.setLayout(layout)
        for each, words in options:
            self._add(layout, each, words, kind)
        self.set_value(value or (options[0][0] if options else ""))

    def _add(self, layout: QHBoxLayout, value: str, words: str, kind: str) -> None:
        made = Button(words, kind, None, "s" if kind == "segment" else "m")
        made.setCheckable(True)
        self._group.addButton(made)
        self._buttons[value] = made
        made.clicked.connect(self._clicked)
        layout.addWidget(made)

    def value(self) -> str:
        """The value that is chosen."""
        return next((value for value, each in self._buttons.items() if each.isChecked()), "")

    def set_value(self, value: str) -> None:
        """Choose a value without telling."""
        if value in self._buttons:
            self._buttons[value].setChecked(True)

    def set_words(self, value: str, words: str) -> None:
        """Give an option other words."""
        self._buttons[value].set_text(words)

    def _clicked(self) -> None:
        self.chosen.emit(self.value())


def tabs(name: str, options: Sequence[tuple[str, str]], value: str = "") -> Segments:
    """Tabs of a card: values and words; the chosen one is underlined."""
    return Segments(name, options, value, kind="tab")


def segments(name: str, options: Sequence[tuple[str, str]], value: str = "") -> Segments:
    """A choice of a few words side by side."""
    return Segments(name, options, value)
