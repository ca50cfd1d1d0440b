"""The band in the sign dialog that says that nothing was signed, or that the signature is being made.

- "Nothing was signed" is told assertively to a screen reader, with what was kept and what to do.
- A final one stays: nothing can be signed in this dialog any more.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.kit.announce import announce
from ui.kit.banner import Banner


class Outcome(Banner):
    """Hidden until there is something to say, which `told` tells. `final` tells whether signing has ended here."""

    told = Signal()

    def __init__(self) -> None:
        super().__init__("bad", "circle-alert", "")
        self.final = False
        self.hide()

    def tell(self, dialog: QWidget, title: str, text: str, *, final: bool = False) -> None:
        """Say why nothing was signed."""
        self.final = self.final or final
        self._say(dialog, "bad", "circle-alert", title, text)
        announce(dialog, f"{title}. {text}", assertive=True)

    def wait(self, dialog: QWidget, title: str, text: str) -> None:
        """Say that the signature is being made."""
        self._say(dialog, "sign", "signature", title, text)
        announce(dialog, title)

    def _say(self, _dialog: QWidget, kind: str, icon: str, title: str, text: str) -> None:
        self.set_kind(kind, icon)
        self.set(title, text)
        self.show()
        self.told.emit()
