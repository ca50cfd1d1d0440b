"""The forms of a founding: the site, then a person at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimeZone, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QLayout, QLineEdit, QWidget

from app.base.say import say
from app.work.found import Founder
from ui.door.words import told
from ui.kit.announce import announce
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.editors import Choice
from ui.kit.fields import Field
from ui.kit.layout import STRETCH, card, column, row
from ui.kit.lines import LineEdit, Password
from ui.kit.text import label


class Form(QWidget):
    """A title, what it is for, lines of fields, and two buttons. Emits `left` on the way back."""

    left = Signal()

    def __init__(self, title: str, about: str, fields: Sequence[Sequence[QWidget]], onward: str) -> None:
        super().__init__()
        self.banner = Banner("bad", "circle-alert", "")
        self.go = button(onward, "primary")
        self.back = button(say("ui.found.back"), "plain", "arrow-left")
        self._fields = [field for line in fields for field in line]
        self.go.clicked.connect(self._go)
        self.back.clicked.connect(self.left)
        self.setLayout(
            column(
                label(title, "h1", wrap=True), label(about, "body", "text2", wrap=True), self.banner,
                card(*(_line(line) for line in fields), gap=14, margins=20), row(self.back, STRETCH, self.go), gap=12,
            )
        )  # fmt: skip
        self.banner.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field goes on."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(self.focusWidget(), QLineEdit):
            self._go()
        else:
            super().keyPressEvent(event)

    def busy(self, *, on: bool) -> None:
        """While something is asked nothing can be typed."""
        for each in (*self._fields, self.go, self.back):
            each.setEnabled(not on)
        if on:
            self.banner.hide()

    def refuse(self, title: str, text: str = "") -> None:
        """Say why it does not go on."""
        self.busy(on=False)
        self.banner.set(title, text)
        self.banner.show()
        announce(self, f"{title} {text}".strip(), assertive=True)

    def fault(self, error: Exception) -> None:
        """Say what the world did."""
        self.refuse(*told(error))

    def _empty(self) -> bool:
        """Mark what is missing; whether something is."""
        missing = False
        for field in self._fields:
            if isinstance(field, Field) and isinstance(field.editor, LineEdit) and field.editor.isEnabled():
                lacks = not field.editor.text().strip() and not field.editor.property("optional")
                field.set_error(say("ui.found.missing") if lacks else "")
                if lacks and not missing:
                    field.editor.setFocus()
                missing = missing or lacks
        return missing

    def _go(self) -> None:
        raise NotImplementedError


def _line(fields: Sequence[QWidget]) -> QLayout:
    """Fields side by side, each from the top."""
    return row(*((column(field, STRETCH, gap=0), 1) for field in fields), gap=16)


class SiteForm(Form):
    """What the site is called, where its clock stands, and whom to call. Emits `given`."""

    given = Signal()

    def __init__(self) -> None:
        self.names = {name: LineEdit() for name in ("site", "domain", "device")}
        self.names["domain"].setText("local.invalid")
        self.names["device"].setText("dev1")
        here = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
        zones = sorted(bytes(zone.data()).decode("ascii") for zone in QTimeZone.availableTimeZoneIds())
        self.zone = Choice([(zone, zone) for zone in zones], here if here in zones else "UTC")
        self.contact = LineEdit()
        self.contact.setProperty("optional", "1")
        site, domain, device = (
            Field(say(f"ui.found.{name}"), editor, say(f"ui.found.{name}_hint"))
            for name, editor in self.names.items()
        )
        zone = Field(say("ui.found.zone"), self.zone)
        contact = Field(
            say("ui.found.contact"), self.contact, say("ui.found.contact_hint"), say("ui.found.optional")
        )
        fields = [(site, domain), (device, zone), (contact,)]
        super().__init__(say("ui.found.title"), say("ui.found.intro"), fields, say("ui.found.next"))

    def given_names(self) -> tuple[str, str, str, str]:
        """Site, domain, device, zone."""
        site, domain, device = (editor.text().strip() for editor in self.names.values())
        return site, domain, device, self.zone.value()

    def _go(self) -> None:
        if not self._empty():
            self.given.emit()


class PersonForm(Form):
    """One of the three, who sits at the keyboard alone. Emits `given` with the Founder."""

    given = Signal(object)

    def __init__(self, who: str, n: int) -> None:
        self.texts = {name: LineEdit() for name in ("given", "family", "number", "user")}
        self.password, self.again = Password(), Password()
        given, family, number, user = (
            Field(say(f"ui.found.{name}"), editor) for name, editor in self.texts.items()
        )
        password = Field(say("ui.found.password"), self.password, say("ui.found.password_hint"))
        self._twice = Field(say("ui.found.again"), self.again)
        fields = [(given, family), (number, user), (password, self._twice)]
        title = say("ui.found.person", {"who": say(f"init.who.{who}"), "n": n})
        super().__init__(
            title, say(f"ui.found.about.{who}"), fields, say("ui.found.next" if n < 3 else "ui.found.found")
        )

    def _go(self) -> None:
        if self._empty():
            return
        if self.password.text() != self.again.text():
            self._twice.set_error(say("init.differ"))
            self.again.setFocus()
            return
        told = {name: editor.text().strip() for name, editor in self.texts.items()}
        self.given.emit(
            Founder(told["user"], self.password.text(), told["given"], None, told["family"], told["number"])
        )

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing that was typed blind stays behind the next page."""
        super().hideEvent(event)
        self.password.clear()
        self.again.clear()
