"""What comes next on a record: whose signature, and where it can be made (decision 16; R-SIG-16).

- The step and who may sign it come from the rules; nobody is named who may not.
- Whoever is signed in goes on at once; another person signs at this screen, or later at their own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.base.say import say
from app.base.words import Refused
from app.work.begin import Next, next_of
from ui.desk import Desk
from ui.kit.buttons import button
from ui.kit.dialog import Dialog
from ui.kit.layout import STRETCH, column
from ui.kit.text import label
from ui.signing.halves import fill
from ui.signing.sign import cannot, sign
from ui.signing.words import refused_text, who_line

SHOWN = 5
"""Names that the window lists."""


def sign_next(desk: Desk, parent: QWidget, record_id: str) -> None:
    """Say what comes next on a record and offer to sign it; says nothing where the record is complete."""

    def told(answer: Next | Refused | None) -> None:
        if isinstance(answer, Refused):
            cannot(desk, parent, answer)
        elif answer is not None:
            NextDialog(desk, parent, answer).open()

    desk.ask(parent, partial(next_of, record=record_id), told, partial(cannot, desk, parent))


class NextDialog(Dialog):
    """The next signature: now by whoever is signed in, here by another person, or later."""

    def __init__(self, desk: Desk, parent: QWidget, next_: Next) -> None:
        step = say(f"step.{next_.step}")
        title, sub = say("ui.record.next", {"step": step}), say("ui.record.next.sub")
        super().__init__(parent, title, sub, "list-checks", width=560)
        self._desk, self._page, self._next = desk, parent, next_
        names = [f"{one.name} · {who_line(one)}" for one in next_.others[:SHOWN]]
        more = len(next_.others) - len(names)
        lines = [label(name, "body", wrap=True, select=True) for name in names]
        if more > 0:
            lines.append(label(say("ui.record.next.more", {"count": more}), "dense", "text2"))
        # That another role signs this step needs no explanation; why this very person may not does.
        mine = next_.why_not is not None and next_.why_not.code.startswith("signer.")
        why = (
            label(refused_text(next_.why_not), "dense", "text2", wrap=True) if mine and next_.why_not else None
        )
        who = label(say("ui.record.next.who"), "caption", "text3", weight=600) if lines else None
        nobody = None if lines or next_.me else label(say("ui.record.next.nobody"), wrap=True)
        fill(self, column(who, *lines, nobody, why, STRETCH, gap=6))
        self.later_button = button(say("ui.record.next.later"))
        self.here_button = button(say("ui.record.next.here"), "plain" if next_.me else "primary", "user-plus")
        self.me_button = button(say("ui.record.next.me"), "primary", "signature")
        self.here_button.setVisible(bool(lines))
        self.me_button.setVisible(next_.me)
        self.later_button.clicked.connect(self.accept)
        self.here_button.clicked.connect(partial(self._go, second=True))
        self.me_button.clicked.connect(partial(self._go, second=False))
        self.set_foot("", (self.later_button, self.here_button, self.me_button))

    def showEvent(self, event: QShowEvent) -> None:
        """Begin at what is most likely wanted."""
        super().showEvent(event)
        (self.me_button if self._next.me else self.later_button).setFocus()

    def _go(self, _checked: object = None, *, second: bool) -> None:
        desk, page, command = self._desk, self._page, self._next.command
        then: Callable[[], None] = partial(sign_next, desk, page, str(command.id))
        self.accept()
        sign(desk, page, command, second=second, then=then)
