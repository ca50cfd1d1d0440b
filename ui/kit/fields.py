"""Form fields: a label above, a hint or an error below; and the entry of a one-time code.

- Every editor is named by its label; an error is its accessible description, shown with an icon and words.
- A field in error keeps what was typed.
- The larger editors have homes of their own: the sign-in window doesn't wait for lists and calendars.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.base.say import say
from ui.kit.icons import Icon
from ui.kit.layout import STRETCH, column, holder, row
from ui.kit.lines import LineEdit
from ui.kit.palette import repolish
from ui.kit.text import Label, label, plain


class CodeEntry(QWidget):
    """A one-time code: one field, paste and spaces welcome, with words about the time that is left.

    What is not six digits is refused by the verb, in words; here nothing typed is changed or thrown away.
    """

    changed = Signal(str)
    entered = Signal()

    def __init__(self, placeholder: str = "") -> None:
        super().__init__()
        self.edit = LineEdit("", placeholder, mono=True)
        self.edit.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.left = label("", "caption", "text3")
        self._seconds: Callable[[], int] | None = None
        self._clock = QTimer(self, interval=500)
        self._clock.timeout.connect(self._tick)
        self.setLayout(row((self.edit, 1), self.left, gap=10))
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(self._changed)
        self.edit.returnPressed.connect(self.entered)
        self.left.hide()

    def text(self) -> str:
        """What was typed, as it was typed."""
        return self.edit.text()

    def code(self) -> str:
        """What was typed, without spaces."""
        return "".join(self.edit.text().split())

    def clear(self) -> None:
        """Empty the field."""
        self.edit.clear()

    def count_down(self, seconds: Callable[[], int] | None) -> None:
        """Ask `seconds` for the seconds until the next code, and tell them; None tells nothing."""
        self._seconds = seconds
        self.left.setVisible(seconds is not None)
        self._tick()
        self._run(running=self.isVisible())

    def showEvent(self, event: QShowEvent) -> None:
        """Count while somebody can see it."""
        super().showEvent(event)
        self._run(running=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop counting."""
        super().hideEvent(event)
        self._run(running=False)

    def _run(self, *, running: bool) -> None:
        if running and self._seconds is not None:
            self._clock.start()
        else:
            self._clock.stop()

    def _tick(self) -> None:
        if self._seconds is not None:
            self.left.set_text(say("ui.kit.code_left", {"n": self._seconds()}))

    def _changed(self) -> None:
        self.changed.emit(self.code())


class Field(QWidget):
    """An editor with its label, a hint below it, and the error that stands in the hint's place."""

    def __init__(self, label_text: str, editor: QWidget, hint: str = "", optional: str = "") -> None:
        super().__init__()
        self.editor = editor
        self._target = editor.focusProxy() or editor
        self.label = label(label_text, "dense", weight=500, buddy=self._target)
        self._target.setAccessibleName(plain(label_text))
        self._hint = label(hint, "caption", "text3", wrap=True)
        if not hint:
            self._hint.hide()  # never shown before it has a parent: that would open a window of its own
        self._error: Label = label("", "caption", "bad", wrap=True, weight=500)
        self._wrong = holder(
            row((Icon("circle-alert", 16, "bad"), Qt.AlignmentFlag.AlignTop), (self._error, 1), gap=6)
        )
        self._wrong.hide()
        note = label(optional, "caption", "text3") if optional else None
        self.setLayout(column(row(self.label, STRETCH, note), editor, self._hint, self._wrong, STRETCH, gap=6))
        self._describe(hint)

    def set_error(self, text: str) -> None:
        """Show what is wrong and how to mend it; an empty text takes it away."""
        self._error.set_text(text)
        self._wrong.setVisible(bool(text))
        self._hint.setVisible(not text and bool(self._hint.text()))
        self._target.setProperty("state", "error" if text else "")
        repolish(self._target)
        self._describe(text or self._hint.text())

    def error(self) -> str:
        """The error that is shown; empty if none is."""
        return self._error.text() if self._target.property("state") == "error" else ""

    def set_hint(self, text: str) -> None:
        """Show another hint."""
        self._hint.set_text(text)
        self._hint.setVisible(bool(text) and not self.error())
        self._describe(self.error() or text)

    def _describe(self, text: str) -> None:
        self._target.setAccessibleDescription(plain(text))
