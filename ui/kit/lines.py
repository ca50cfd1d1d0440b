"""One line of text, and a password: the editors that the sign-in window has, so little else is loaded with them."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy

from app.base.say import say
from ui.kit.buttons import IconButton
from ui.kit.fonts import font
from ui.kit.palette import px, themed

HEIGHT = 36
"""Of a field."""


class LineEdit(QLineEdit):
    """One line of text."""

    def __init__(self, text: str = "", placeholder: str = "", *, mono: bool = False) -> None:
        super().__init__(text)
        self._mono = mono
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        themed.changed.connect(self._restyle)
        self._restyle()

    def clear(self) -> None:
        """Empty the field and what it remembers: Qt's own `clear` leaves what was typed to Ctrl+Z."""
        self.setText("")

    def _restyle(self) -> None:
        self.setFont(font("body", mono=self._mono))
        self.setFixedHeight(px(HEIGHT))


class Password(LineEdit):
    """A password, with a button that shows it; the button is reached with Tab."""

    def __init__(self, placeholder: str = "") -> None:
        super().__init__("", placeholder)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.reveal = IconButton("eye", say("ui.kit.show_password"), "", side=28)
        self.reveal.setParent(self)
        self.reveal.setCheckable(True)
        self.reveal.toggled.connect(self._show)
        themed.changed.connect(self._place)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button at the right."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        self.setTextMargins(0, 0, px(30), 0)
        side = self.reveal.height()
        self.reveal.move(self.width() - side - px(4), (self.height() - side) // 2)

    def _show(self, shown: bool) -> None:  # noqa: FBT001
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self.reveal.show_icon("eye-off" if shown else "eye")
        self.reveal.set_name(say("ui.kit.hide_password" if shown else "ui.kit.show_password"))
