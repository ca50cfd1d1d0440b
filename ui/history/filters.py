"""The filters above the history: text, person, record type, action, when. Remembered by codes; typed text is not."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.base.say import say
from app.base.words import Json
from app.work.ledger import HistoryQuery
from app.work.told import act_words, noun_words
from ui.address import Address
from ui.kit.buttons import button
from ui.kit.editors import Choice, SearchEdit
from ui.kit.flow import FlowLayout
from ui.kit.layout import sized

DAYS = (("", ""), ("1", "1"), ("7", "7"), ("30", "30"), ("365", "365"))


class Filters(QWidget):
    """`asked` after anything changed."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.text = SearchEdit(say("ui.history.filter.text"))
        self.noun = Choice(
            [("", say("ui.history.filter.noun"))], "", say("ui.history.filter.noun_name"), small=True
        )
        self.act = Choice(
            [("", say("ui.history.filter.act"))], "", say("ui.history.filter.act_name"), small=True
        )
        whens = [(value, say(f"ui.history.filter.when.{name or 'any'}")) for value, name in DAYS]
        self.when = Choice(whens, "", say("ui.history.filter.when_name"), small=True)
        self.clear = button(say("ui.history.clear"), "link", size="s")
        self.setLayout(
            FlowLayout(
                sized(self.text, width=270), sized(self.noun, width=184), sized(self.act, width=184),
                sized(self.when, width=184), self.clear,
            )
        )  # fmt: skip
        self.text.searched.connect(self._tell)
        for one in (self.noun, self.act, self.when):
            one.chosen.connect(self._tell)
        self.clear.clicked.connect(self.reset)
        self.clear.hide()

    def query(self) -> HistoryQuery:
        """What is asked for."""
        return HistoryQuery(
            text=self.text.text().strip(),
            noun=self.noun.value(),
            act=self.act.value(),
            days=int(self.when.value() or 0),
        )

    def offer(self, found: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
        """What there is to choose from."""
        nouns, acts = found
        noun, act = self.noun.value() or self._noun, self.act.value() or self._act
        self.noun.set_items(
            [("", say("ui.history.filter.noun")), *((one, noun_words(one)) for one in nouns)], noun
        )
        self.act.set_items(
            [
                ("", say("ui.history.filter.act")),
                *((one, f"{noun_words(one.split('.')[0])}: {act_words(one)}") for one in acts),
            ],
            act,
        )

    def narrow(self, address: Address) -> bool:
        """Somebody went to an address, and not back to it: the person or entry that it names filters, and nothing else.
        Whether that is another filter."""
        named = address.page == "history" and bool(address.id)
        if not named or self.query() == HistoryQuery(text=address.id):
            return False
        self.text.setText(address.id)
        self.restore({})
        return True

    def reset(self) -> None:
        """Filter nothing, and tell."""
        self.text.clear()
        self.restore({})
        self._tell()

    def kept(self) -> dict[str, Json]:
        """What is remembered."""
        return {"noun": self.noun.value(), "act": self.act.value(), "when": self.when.value()}

    def restore(self, kept: Json) -> None:
        """Filter as remembered."""
        known = kept if isinstance(kept, dict) else {}
        self._noun, self._act = str(known.get("noun", "")), str(known.get("act", ""))
        for choice, value, words in ((self.noun, self._noun, noun_words), (self.act, self._act, act_words)):
            if value and choice.findData(value) < 0:
                choice.addItem(words(value), value)
            choice.set_value(value)
        self.when.set_value(str(known.get("when", "")))
        self._show_clear()

    def _tell(self) -> None:
        self._noun, self._act = self.noun.value(), self.act.value()
        self._show_clear()
        self.asked.emit()

    def _show_clear(self) -> None:
        self.clear.setVisible(
            bool(self.text.text() or self.noun.value() or self.act.value() or self.when.value())
        )
