"""What comes next on a record: whose signature is missing, who may give it, and the buttons that do it.

- The step and who may sign it come from the rules (`app.work.begin`); nobody is named who may not.
- Violet is for signing; a second person signs at this screen with all components, and no session is opened.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.base.say import say
from app.base.words import Refused
from app.work.begin import Next
from ui.kit.buttons import button
from ui.kit.flow import FlowLayout
from ui.kit.layout import column, holder
from ui.kit.text import label
from ui.signing.words import refused_text

NAMES = 4
"""Names that are listed; a longer list helps nobody."""


def next_words(found: Next) -> tuple[str, str]:
    """(what is missing, who may give it)."""
    title = say("ui.person.waiting", {"step": say(f"step.{found.step}")})
    names = [one.name for one in found.others[:NAMES]]
    more = len(found.others) - len(names)
    if found.me and not names:
        return title, say("ui.person.waiting.me")
    if not names:
        why = refused_text(found.why_not) if isinstance(found.why_not, Refused) else ""
        return title, " ".join(part for part in (say("ui.person.waiting.nobody"), why) if part)
    code = "ui.person.waiting.more" if more > 0 else "ui.person.waiting.who"
    return title, say(code, {"names": ", ".join(names), "n": more})


def next_step(found: Next, by_me: Callable[[], None], by_other: Callable[[], None]) -> QWidget:
    """The words of the next step and its buttons."""
    title, who = next_words(found)
    buttons: list[QWidget] = []
    if found.me:
        mine = button(say(f"ui.person.sign.{found.step}"), "sign", "signature", "s")
        mine.clicked.connect(lambda _checked=False: by_me())
        buttons.append(mine)
    if found.others:
        other = button(say("ui.person.sign.other"), "plain", "user-plus", "s")
        other.clicked.connect(lambda _checked=False: by_other())
        buttons.append(other)
    words = column(
        label(title, "dense", "sign", wrap=True, weight=600), label(who, "caption", "text2", wrap=True), gap=2
    )
    return holder(column(words, holder(FlowLayout(*buttons)) if buttons else None, gap=8))
