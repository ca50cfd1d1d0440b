"""The theme in use: colours by token, the text size, and the signal that both changed.

- `resources/tokens.json` is the one source of colours (decision 36); nothing else in the window names a colour.
- Every metric passes through `px`, so that one number scales the whole window (90 to 150 %).
- In high contrast a token is one of the system's own colours: ground, ink or highlight.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app.base.say import RESOURCES

SMALLEST, LARGEST = 0.9, 1.5
"""Text sizes that the window allows, as factors."""

_INK = QPalette.ColorRole.WindowText
_SYSTEM = {
    "bg": QPalette.ColorRole.Window,
    "surface": QPalette.ColorRole.Window,
    "surface2": QPalette.ColorRole.Window,
    "surface3": QPalette.ColorRole.Window,
    "sidebar": QPalette.ColorRole.Window,
    "accent": QPalette.ColorRole.Highlight,
    "accent_h": QPalette.ColorRole.Highlight,
    "sel": QPalette.ColorRole.Window,
    "track": QPalette.ColorRole.Window,
    "logo_ink": QPalette.ColorRole.Window,
    "scrim": QPalette.ColorRole.Shadow,
    "on_accent": QPalette.ColorRole.HighlightedText,
}
"""What a token is in high contrast; `*_bg` and `on_*` are the ground, everything else the ink."""


@cache
def tokens() -> dict[str, Any]:
    """`tokens.json`: colour by theme, type, space, radius, status."""
    read: dict[str, Any] = json.loads((RESOURCES / "tokens.json").read_bytes())
    return read


class Theme:
    """One look: its name (light, dark or contrast), the text size as a factor, and the colours."""

    def __init__(self, name: str, size: float) -> None:
        if name not in {"light", "dark", "contrast"}:
            raise ValueError(name)
        self.name = name
        self.size = min(max(size, SMALLEST), LARGEST)
        self._colours: dict[str, QColor] = {}

    def colour(self, token: str) -> QColor:
        """The colour of a token; raises KeyError for a token that is not in the file."""
        found = self._colours.get(token)
        if found is None:
            found = self._colours[token] = self._made(token)
        return found

    def hex(self, token: str) -> str:
        """The colour of a token for a style sheet: `#rrggbb`, with alpha first where it has one."""
        colour = self.colour(token)
        return colour.name(QColor.NameFormat.HexArgb if colour.alpha() < 255 else QColor.NameFormat.HexRgb)

    def _made(self, token: str) -> QColor:
        if self.name != "contrast":
            return QColor(tokens()["colour"][self.name][token])
        if token not in tokens()["colour"]["light"]:
            raise KeyError(token)
        ground = token.endswith("_bg") or token.startswith("on_")
        role = _SYSTEM.get(token, QPalette.ColorRole.Window if ground else _INK)
        made = QColor(QApplication.palette().color(role))
        made.setAlpha(QColor(tokens()["colour"]["light"][token]).alpha())
        return made


class Themed(QObject):
    """Tells painted widgets and caches that colours or sizes are others now."""

    changed = Signal()


themed = Themed()
_now = [Theme("light", 1.0)]


def theme() -> Theme:
    """The theme in use."""
    return _now[0]


def adopt(name: str, size: float) -> None:
    """Put another theme in use, without restyling anything: `tokens.set_theme` does both."""
    _now[0] = Theme(name, size)


def px(n: float) -> int:
    """`n` pixels of the design at the text size in use, as whole pixels; something never becomes nothing."""
    scaled = int(abs(n) * _now[0].size + 0.5)
    return (max(1, scaled) if n else 0) * (1 if n >= 0 else -1)


def repolish(widget: QWidget) -> None:
    """Let the sheet look at a property that changed. What was never shown is polished when it is: doing so before makes
    each of its parents do it again."""
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)
