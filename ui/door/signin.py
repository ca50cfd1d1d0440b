"""The sign-in form: user ID, password, one-time code; one sentence for whatever was wrong (R-ACC-06; decision 31).

- Enter in a field signs in: that is not signing.
- What was typed is given on as it was typed; only blanks in the code are left out.
- After a refusal password and code are empty again, the user ID stays; the focus is on the password.
- A name that has to wait is told until when, counts down, and opens by itself; another name may be tried meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.base.say import say
from ui.door.words import span
from ui.kit.buttons import button
from ui.kit.fields import CodeEntry, Field
from ui.kit.layout import STRETCH, column, holder, row
from ui.kit.lines import LineEdit, Password
from ui.kit.logo import Logo
from ui.kit.palette import px
from ui.kit.text import label

if TYPE_CHECKING:
    from ui.door.waiting import Waiting
    from ui.kit.banner import Banner

WIDTH, TALL = 384, 44
STEP_MS = 30_000
PLACEHOLDER = "000 000"

Now = Callable[[], int]
"""Milliseconds since 1970 by the site's clock."""


class SignIn(QWidget):
    """The form. Emits `asked` with user ID, password and code; `unable` and `not_me` ask for the page that helps."""

    asked = Signal(str, str, str)
    unable = Signal()
    not_me = Signal()
    aside = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.user, self.password, self.code = LineEdit(), Password(), CodeEntry(PLACEHOLDER)
        self.tall = (self.user, self.password, self.code.edit)
        self._banner: Banner | None = None
        self._alert: QWidget | None = None
        self.go = button(say("ui.door.sign_in"), "primary", size="l")
        self.site = label(say("ui.door.records"), "body", "text2")
        self.back = button(say("ui.door.back_to_lock"), "link", "arrow-left")
        self._hint = label(say("ui.door.code_hint"), "caption", "text3", wrap=True)
        self._waiting: Waiting | None = None
        self._above, self._under = column(gap=0), column(gap=0)
        self._links = button(say("ui.door.unable"), "link")
        self._now: Now | None = None
        self._until = 0
        self._locked = ""
        self._busy = False
        self._half = QTimer(self, interval=500)
        self._half.timeout.connect(self._tick)
        self._lay_out()
        for each in (self.user, self.password):
            each.returnPressed.connect(self._ask)
        self.code.entered.connect(self._ask)
        self.go.clicked.connect(self._ask)
        self.user.textEdited.connect(self._typed)
        self._links.clicked.connect(self.unable)
        self.back.clicked.connect(self.aside)

    @property
    def banner(self) -> Banner:
        """What went wrong; made when something does."""
        if self._banner is None:
            self._banner = import_module("ui.kit.banner").Banner("bad", "circle-alert", "")
            self._alert = holder(column(self._banner, margins=(0, 0, 0, 16)))
            self._alert.hide()
            self._above.addWidget(self._alert)
        return self._banner

    @property
    def waiting(self) -> Waiting:
        """What stands below while a name waits; made when one does."""
        if self._waiting is None:
            made: Waiting = import_module("ui.door.waiting").Waiting()
            made.not_me.connect(self.not_me)
            self._waiting = made
            self._under.addWidget(made)
        return self._waiting

    # ---- what the door tells it

    def know(self, now: Now) -> None:
        """From here on the site's clock is known: the code counts down."""
        self._now = now
        self._tick()

    def begin(self, user: str = "", *, locked: bool = False) -> None:
        """Empty the form for whoever comes; `locked` offers the way back to the lock screen."""
        self.user.setText(user)
        self.back.setVisible(locked)
        self.quiet()
        self._forget()
        (self.password if user else self.user).setFocus()

    def quiet(self) -> None:
        """Take every message away."""
        self._until = 0
        self._show_wait()
        if self._alert is not None:
            self._alert.hide()

    def refuse(self, title: str, text: str = "", kind: str = "bad", icon: str = "circle-alert") -> None:
        """Say what went wrong, once; the form is ready for the next attempt."""
        self.busy(on=False)
        self._forget()
        self.banner.set_kind(kind, icon)
        self.banner.set(title, text)
        if self._alert is not None:
            self._alert.show()
        import_module("ui.kit.announce").announce(self, f"{title} {text}".strip(), assertive=True)
        self.password.setFocus()

    def wait(self, user: str, until: str, left_ms: int, contact: str) -> None:
        """Sign-in with this name is closed until `until` (words), for `left_ms` from now."""
        self.refuse(say("ui.door.locked", {"until": until}), "", icon="lock-keyhole")
        self._locked = user
        self._until = (self._now() if self._now else 0) + left_ms
        self.waiting.know(contact)
        self._show_wait()
        self.user.setFocus()

    def busy(self, *, on: bool) -> None:
        """While an attempt is made nothing can be typed."""
        self._busy = on
        for each in (self.user, self.password, self.code, self.go):
            each.setEnabled(not on)
        self.go.set_text(say("ui.door.signing_in" if on else "ui.door.sign_in"))

    # ---- inside

    def _forget(self) -> None:
        self.password.clear()
        self.password.reveal.setChecked(False)
        self.code.clear()

    def _ask(self) -> None:
        if self._busy or self._until:
            return
        if not self.user.text().strip():
            self.user.setFocus()
        elif not self.password.text():
            self.password.setFocus()
        elif not self.code.code():
            self.code.setFocus()
        else:
            self.asked.emit(self.user.text(), self.password.text(), self.code.code())

    def _typed(self) -> None:
        if self._until and self.user.text().strip() != self._locked.strip():
            self.quiet()

    def _tick(self) -> None:
        if self._now is None:
            return
        now = self._now()
        self._hint.set_text(say("ui.door.code_left", {"n": -(-(STEP_MS - now % STEP_MS) // 1000)}))
        if self._until and now >= self._until:
            self.quiet()
            self.password.setFocus()
        elif self._until:
            self._tell_wait(now)

    def _tell_wait(self, now: int) -> None:
        about = {"user": self._locked, "left": span(self._until - now)}
        self.banner.set(self.banner.title.text(), say("ui.door.locked_text", about))

    def _show_wait(self) -> None:
        closed = self._until > 0
        self.code.edit.setPlaceholderText("" if closed else PLACEHOLDER)
        if self._waiting is not None or closed:
            self.waiting.setVisible(closed)
        self._links.setVisible(not closed)
        self._hint.setVisible(not closed)
        for each in (self.password, self.code, self.go):
            each.setEnabled(not closed and not self._busy)
        if closed and self._now is not None:
            self._tell_wait(self._now())

    def _lay_out(self) -> None:
        for each in self.tall:
            each.setFixedHeight(px(TALL))
        self.go.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.code.edit.setAccessibleDescription(say("ui.door.code_hint"))
        fields = [
            Field(say(f"ui.door.{name}"), editor)
            for name, editor in (("user", self.user), ("password", self.password), ("code", self.code))
        ]
        self.head = holder(
            column(row(Logo(40), label(say("ui.door.product"), "h2"), STRETCH, gap=12), 28, gap=0)
        )
        self.setLayout(
            column(
                self.head, label(say("ui.door.sign_in"), "h1"),
                2, self.site, 20, self._above, holder(column(*fields, gap=16)), 6, self._hint, 20, self.go,
                14, row(self._links, STRETCH, self.back), self._under, gap=0,
            )
        )  # fmt: skip
        self.back.hide()
        self._show_wait()

    def showEvent(self, event: QShowEvent) -> None:
        """Count while somebody can see it."""
        super().showEvent(event)
        self._half.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop counting, and keep nothing that was typed."""
        super().hideEvent(event)
        self._half.stop()
        if not event.spontaneous():
            self._forget()
