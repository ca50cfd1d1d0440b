"""A band across a page: what is so, what was kept, what to do; meaning by icon and words, colour beside them.

- Kinds: ok warn bad info sign. It stands above the content and never in its place.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from ui.kit.icons import Icon
from ui.kit.layout import Across, Hug, clear, column, put, row
from ui.kit.palette import repolish
from ui.kit.text import label

_INK = {"ok": "ok", "warn": "warn", "bad": "bad", "info": "accent", "sign": "sign"}


class Banner(Hug):
    """A band with icon, title, text and at most a few buttons."""

    def __init__(
        self, kind: str, icon: str, title: str, text: str = "", actions: Sequence[QWidget] = ()
    ) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.title = label(title, "strong", wrap=True)
        self.text = label(text, "dense", "text2", wrap=True)
        self._icon = Icon(icon, 20, _INK[kind])
        self._actions = Across(8, 0)
        top = Qt.AlignmentFlag.AlignTop
        words = column(self.title, self.text, gap=2)
        self.setLayout(row((self._icon, top), (words, 1), self._actions, gap=12, margins=(16, 12, 12, 12)))
        self.set_kind(kind, icon)
        self.set(title, text)
        self.set_actions(actions)

    def set(self, title: str, text: str = "") -> None:
        """Say something else."""
        self.title.set_text(title)
        self.text.set_text(text)
        self.text.setVisible(bool(text))
        self.setAccessibleName(self.title.text())
        self.setAccessibleDescription(self.text.text())

    def set_kind(self, kind: str, icon: str) -> None:
        """Be of another kind: ok warn bad info sign."""
        self.setProperty("k", kind)
        self._icon.show_icon(icon, _INK[kind])
        repolish(self)

    def set_actions(self, actions: Sequence[QWidget]) -> None:
        """Show other buttons."""
        clear(self._actions)
        for each in actions:
            put(self._actions, (each, Qt.AlignmentFlag.AlignVCenter))
