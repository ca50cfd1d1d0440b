"""How the window looks for one person on this device: theme and text size, kept, and changed live.

- No theme chosen is the system's: it is followed while the window is open.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from ui.kit.memory import Memory
from ui.kit.palette import theme
from ui.kit.tokens import set_theme

SIZES = (90, 100, 110, 125, 140, 150)
SYSTEM, THEMES = "system", ("light", "dark", "contrast")
THEME, SIZE = "shell.theme", "shell.size"


class Looks(QObject):
    """Theme and text size as this person wants them."""

    def __init__(self, remembers: Memory) -> None:
        super().__init__()
        self._remembers = remembers
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)

    @property
    def chosen(self) -> str:
        """`system` or the name of a theme."""
        return chosen_theme(self._remembers)

    def choose(self, name: str) -> None:
        """Show a theme, or what the system shows, and keep that."""
        self._remembers.set(THEME, name)
        set_theme(name if name in THEMES else of_system(), theme().size)

    def resize(self, percent: int) -> None:
        """Show the text at a size and keep that."""
        self._remembers.set(SIZE, percent)
        set_theme(theme().name, percent / 100)

    def step(self, by: int) -> None:
        """One size larger or smaller; 0 is 100 %."""
        now = min(range(len(SIZES)), key=lambda n: abs(SIZES[n] - theme().size * 100))
        self.resize(100 if by == 0 else SIZES[max(0, min(len(SIZES) - 1, now + by))])

    def _follow(self) -> None:
        if self.chosen == SYSTEM and theme().name != of_system():
            set_theme(of_system(), theme().size)


def chosen_theme(remembers: Memory) -> str:
    """The theme that is kept; `system` where none is, or one that does not exist."""
    name = remembers.get(THEME)
    return name if isinstance(name, str) and name in THEMES else SYSTEM


def of_system() -> str:
    """Light or dark, as the system has it."""
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return "dark" if dark else "light"
