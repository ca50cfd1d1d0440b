"""The filters above the list of documents: text, state, type, department, file.

- They are remembered for this device and user by their codes; the text that was typed is not.
- One signal, `asked`, after anything changed.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.base.say import say
from app.base.words import Json
from ui.kit.buttons import button
from ui.kit.editors import Choice, SearchEdit
from ui.kit.flow import FlowLayout
from ui.kit.layout import sized

STATES = ("in_force", "ahead", "draft", "ended")
FILES = ("here", "absent", "none", "locked")


class Filters(QWidget):
    """The filters of the list of documents."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.text = SearchEdit(say("ui.documents.filter.text"))
        self.choices = {
            name: Choice(name=say(f"ui.documents.filter.{name}"), small=True)
            for name in ("state", "type", "dept", "file")
        }
        self._kept: dict[str, str] = {}
        self._offered: dict[str, list[tuple[str, str]]] = {}
        self.offer("state", [(each, say(f"ui.documents.force.{each}")) for each in STATES])
        self.offer("file", [(each, say(f"ui.documents.file.{each}")) for each in FILES])
        self.offer("type", [])
        self.offer("dept", [])
        self.clear = button(say("ui.documents.filter.clear"), "link", size="s")
        fields = [
            sized(each, width=wide)
            for each, wide in zip(self.choices.values(), (150, 172, 160, 178), strict=True)
        ]
        self.setLayout(FlowLayout(sized(self.text, width=224), *fields, self.clear))
        self.text.searched.connect(self._tell)
        for each in self.choices.values():
            each.chosen.connect(self._tell)
        self.clear.clicked.connect(self.reset)
        self.clear.hide()

    def value(self, name: str) -> str:
        """The value that filters; empty if none does."""
        return self._kept.get(name, "")

    def offer(self, name: str, options: list[tuple[str, str]]) -> None:
        """Offer the values of a choice, after "any"."""
        if self._offered.get(name) == options:  # a list that somebody has open stays as it is
            return
        self._offered[name] = list(options)
        every = [("", say(f"ui.documents.filter.{name}.any")), *options]
        self.choices[name].set_items(every, self.value(name))

    def is_on(self) -> bool:
        """Whether anything filters."""
        return bool(self.text.text().strip()) or any(self._kept.values())

    def kept(self) -> dict[str, Json]:
        """What is remembered."""
        return dict(self._kept)

    def restore(self, kept: Json) -> None:
        """Filter as remembered; what can't be read filters nothing."""
        known = kept if isinstance(kept, dict) else {}
        self._kept = {name: str(known.get(name) or "") for name in self.choices}
        for name, each in self.choices.items():
            each.set_value(self._kept[name])
        self.clear.setVisible(self.is_on())

    def reset(self) -> None:
        """Filter nothing, and tell."""
        self.text.blockSignals(True)  # noqa: FBT003
        self.text.clear()
        self.text.blockSignals(False)  # noqa: FBT003
        self.restore({})
        self.asked.emit()

    def _tell(self, _text: str = "") -> None:
        self._kept = {name: each.value() for name, each in self.choices.items()}
        self.clear.setVisible(self.is_on())
        self.asked.emit()
