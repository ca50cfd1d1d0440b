"""The filters above a list of people: text, department, job, state, and those who left.

- They are remembered for this device and user by their codes; the text that was typed is not (it may be a name).
- One signal, `asked`, after anything changed; the page asks for the list then.
- A chip's words say what it filters; its menu has every value, and Any.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSignalBlocker, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.base.say import say
from app.base.words import Json
from app.work.roster import Choices
from ui.kit.buttons import Chip, button
from ui.kit.editors import SearchEdit
from ui.kit.flow import FlowLayout
from ui.kit.layout import column, sized
from ui.kit.text import mnemonic_safe, plain
from ui.people.chips import StateChips
from ui.people.words import ORDER

LONGEST = 60
"""Letters of one line in a menu."""


class Pick(Chip):
    """A chip with a menu: one value, or any."""

    picked = Signal(str)

    def __init__(self, code: str) -> None:
        self._code, self._value = code, ""
        self._options: tuple[tuple[str, str], ...] = ()
        super().__init__(say(f"ui.people.filter.{code}.any"))
        self.clicked.connect(self._offer)

    def value(self) -> str:
        """The value that filters; empty if none does."""
        return self._value

    def set_value(self, value: str) -> None:
        """Let a value filter, or with an empty one none, without telling."""
        self._value = value
        words = next((text for each, text in self._options if each == value), value)
        code = f"ui.people.filter.{self._code}"
        # The words last: lighting a chip takes its font away.
        self.set_on(on=bool(value))
        self.set_text(say(code, {"value": words}) if value else say(f"{code}.any"))

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer pairs of value and words."""
        self._options = tuple(options)
        self.set_value(self._value)

    def menu_of_values(self) -> QMenu:
        """The menu: Any, then every value, the one that filters ticked."""
        menu = QMenu(self)
        menu.setAccessibleName(self.words())
        for value, words in (("", say("ui.people.filter.any")), *self._options):
            text = plain(words)
            shown = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
            act = QAction(mnemonic_safe(shown), menu)
            act.setCheckable(True)
            act.setChecked(value == self._value)
            act.setData(value)
            menu.addAction(act)
        menu.triggered.connect(self._take)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _offer(self) -> None:
        self.menu_of_values().popup(self.mapToGlobal(QPoint(0, self.height())))

    def _take(self, act: QAction) -> None:
        self.set_value(str(act.data()))
        self.picked.emit(self._value)


class Filters(QWidget):
    """The filters of the people list."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.text = SearchEdit(say("ui.people.filter.text"))
        self.dept, self.job = Pick("dept"), Pick("job")
        self.gone = Chip(say("ui.people.filter.gone"), menu=False)
        self.gone.setCheckable(True)
        self.states = StateChips(tuple(key for key in ORDER if key != "na"))
        self.clear = button(say("ui.people.filter.clear"), "link", size="s")
        field = sized(self.text, width=260)
        line = FlowLayout(field, self.dept, self.job, self.gone, self.clear)
        self.setLayout(column(line, self.states, gap=10))
        self._connect()
        self._show_clear()

    def is_on(self) -> bool:
        """Whether anything filters."""
        return (
            bool(self.text.text() or self.dept.value() or self.job.value() or self.states.value())
            or self.gone.isChecked()
        )

    def offer(self, found: Choices) -> None:
        """Offer the departments and jobs that there are."""
        self.dept.set_options([(each, each) for each in found.depts])
        self.job.set_options(found.jobs)

    def reset(self) -> None:
        """Filter nothing, and tell."""
        self.narrow()
        self._tell()

    def narrow(self, *, state: str = "", dept: str = "") -> bool:
        """Filter by these alone, without telling; False if that was so already."""
        wanted: dict[str, Json] = {"dept": dept, "job": "", "state": state, "gone": False}
        if self.kept() == wanted and not self.text.text():
            return False
        with QSignalBlocker(self.text):
            self.text.clear()
        self.restore(wanted)
        return True

    def to_text(self) -> None:
        """Put the focus into the text."""
        self.text.setFocus()
        self.text.selectAll()

    def kept(self) -> dict[str, Json]:
        """What is remembered: codes only."""
        found = {"dept": self.dept.value(), "job": self.job.value(), "state": self.states.value()}
        return {**found, "gone": self.gone.isChecked()}

    def restore(self, kept: Json) -> None:
        """Filter as remembered; what can't be read filters nothing."""
        known = kept if isinstance(kept, dict) else {}
        self.dept.set_value(str(known.get("dept", "")))
        self.job.set_value(str(known.get("job", "")))
        self.states.set_value(str(known.get("state", "")))
        self.gone.setChecked(known.get("gone") is True)
        self._show_clear()

    def _connect(self) -> None:
        self.text.searched.connect(self._tell)
        self.dept.picked.connect(self._tell)
        self.job.picked.connect(self._tell)
        self.states.chosen.connect(self._tell)
        self.gone.clicked.connect(self._tell)
        self.clear.clicked.connect(self.reset)

    def _tell(self) -> None:
        self._show_clear()
        self.asked.emit()

    def _show_clear(self) -> None:
        self.clear.setVisible(self.is_on())
