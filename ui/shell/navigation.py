"""The navigation at the left: groups of pages, collapsing to a rail of icons (Ctrl+B).

- Collapsed, an entry's words are its tooltip; the accessible name is the same in both forms.
- Below 1280 pixels or above 125 % it collapses by itself; what the person chose comes back with the room.
- Both forms are made once, each when it is first shown: switching costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.say import say
from ui.kit.buttons import Button, icon_button
from ui.kit.layout import STRETCH, column, hline, holder, row
from ui.kit.logo import Logo
from ui.kit.palette import px, repolish, theme, themed
from ui.kit.text import label, plain, tip, titled
from ui.shell.pages import Entry

WIDE, RAIL = 224, 60
NARROW, LARGE = 1280, 1.25


class Way(Button):
    """One entry: icon and words, or the icon alone with the words as its name.

    It is no check box: what a screen reader presses must go there, and toggling goes nowhere.
    """

    def __init__(self, text: str, icon: str, *, rail: bool) -> None:
        self._rail, self._name = rail, text
        self._lit: bool | None = None
        super().__init__("" if rail else text, "nav", icon, "m")

    def isChecked(self) -> bool:
        """Whether its page is the one that is shown."""
        return bool(self._lit)

    def light(self, *, on: bool) -> None:
        """Show that its page is, or is not, the one that is shown."""
        if self._lit is on:
            return
        self._lit = on
        self.setProperty("on", "1" if on else "0")
        self.setAccessibleDescription(say("ui.shell.here") if on else "")
        repolish(self)
        self._restyle()

    def minimumSizeHint(self) -> QSize:
        """The icon alone, on the rail."""
        return QSize(px(40), px(36)) if self._rail else super().minimumSizeHint()

    def _restyle(self) -> None:
        super()._restyle()
        # High contrast has no sheet that would light the page that is shown: it alone stands out.
        self.setFlat(theme().name == "contrast" and not self._lit)
        self.setAccessibleName(plain(self._name))
        self.setFixedWidth(px(40 if self._rail else WIDE - 20))
        if self._rail:
            self.setToolTip(tip(self._name))


class Navigation(QWidget):
    """`chosen` brings the name of a page; `turned`: somebody wants the other form."""

    chosen = Signal(str)
    turned = Signal()

    def __init__(self, entries: Sequence[Entry], site: str) -> None:
        super().__init__()
        self.setProperty("bg", "sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(say("ui.shell.navigation"))
        self.entries, self._site = entries, site
        self.buttons: dict[str, Way] = {}
        self._wanted = self._tight = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._forms: dict[bool, tuple[QWidget, dict[str, Way]]] = {}
        self._more: QWidget | None = None
        self._current = ""
        themed.changed.connect(self._show_form)
        self._show_form()

    @property
    def collapsed(self) -> bool:
        """Whether only the rail is shown."""
        return self._wanted or self._tight

    def collapse(self, *, wanted: bool) -> None:
        """Collapse or expand, as the person wants it."""
        if wanted != self._wanted:
            self._wanted = wanted
            self._show_form()

    def fit(self, width: int) -> None:
        """Collapse where the window has no room."""
        tight = width < NARROW or theme().size > LARGE
        if tight != self._tight:
            self._tight = tight
            self._show_form()

    def show_current(self, name: str) -> None:
        """Light the entry of a page."""
        self._current = name
        for one, made in self.buttons.items():
            made.light(on=one == name)

    def _show_form(self) -> None:
        """Show all entries in the form that is due; the focus stays on its entry."""
        focused = next((name for name, made in self.buttons.items() if made.hasFocus()), "")
        rail = self.collapsed
        if rail not in self._forms:
            self._forms[rail] = self._make(rail=rail)
        inside, self.buttons = self._forms[rail]
        for form, _ in self._forms.values():
            form.setVisible(form is inside)
        if self._more is not None:
            self._more.setVisible(not self._tight)
        self.setFixedWidth(px(RAIL if rail else WIDE))
        self.show_current(self._current)
        if focused:
            self.buttons[focused].setFocus()

    def _make(self, *, rail: bool) -> tuple[QWidget, dict[str, Way]]:
        self.buttons = {}
        for one in self.entries:
            made = self.buttons[one.name] = Way(say(f"ui.page.{one.name}"), one.icon, rail=rail)
            made.clicked.connect(lambda _on=False, name=one.name: self._choose(name))
        inside = holder(self._rail() if rail else self._wide(), "sidebar")
        self._column.addWidget(inside)
        return inside, self.buttons

    def _choose(self, name: str) -> None:
        self.show_current(self._current)
        self.chosen.emit(name)

    def _rail(self) -> QVBoxLayout:
        parts: list[QWidget | object] = [(Logo(28, say("ui.door.product")), Qt.AlignmentFlag.AlignHCenter), 14]
        group = ""
        for one in self.entries:
            if one.group != group:
                group = one.group
                parts += [6, hline(), 6]
            parts.append((self.buttons[one.name], Qt.AlignmentFlag.AlignHCenter))
        more = icon_button("panel-left-open", say("ui.shell.expand"), "Ctrl+B")
        more.clicked.connect(self.turned)
        self._more = more
        return column(*parts, STRETCH, (more, Qt.AlignmentFlag.AlignHCenter), gap=2, margins=(10, 14, 10, 12))  # type: ignore[arg-type]

    def _wide(self) -> QVBoxLayout:
        parts: list[QWidget | object] = [
            row(4, Logo(28), 2, label(say("ui.door.product"), "h3"), STRETCH, gap=6),
            14,
        ]
        group = ""
        for one in self.entries:
            if one.group != group:
                group = one.group
                head = label(say(f"ui.group.{group}"), "caption", "text3", weight=600)
                parts += [8, row(10, head, STRETCH, gap=0), 2]
            parts.append(self.buttons[one.name])
        less = icon_button("panel-left-close", say("ui.shell.collapse"), "Ctrl+B")
        less.clicked.connect(self.turned)
        foot = row(4, label(titled(self._site), "caption", "text2", weight=500), STRETCH, less, gap=4)
        return column(*parts, STRETCH, foot, gap=2, margins=(10, 14, 10, 12))  # type: ignore[arg-type]
