"""The dialogs at every size and theme, with names that try to be more than text: nothing cut, unnamed or read as markup."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget

from app.base.ids import PersonId
from app.domain.people import ChangePeople, PersonRow
from app.domain.records import Void
from app.work.perform import perform
from tests.ui.looking import clipped, rich, small, traps, unnamed
from tests.ui.records.acting import begin, complete
from tests.ui.signing.onscreen import Screen, button, click, named, words
from tests.ui.waiting import pause
from tests.work.onstage import LEARNER, LEARNER_NUMBER, QA, READING
from tests.work.seeing import done
from ui.kit.tokens import set_theme
from ui.records.void import CorrectDialog, correct_record
from ui.signing.cant import CantDialog
from ui.signing.exact import ExactDialog

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

Open = Callable[[str], Screen]
EVIL = "<b>Bobby</b> &amp; \u202eTables <img src=x onerror=alert(1)>"
LOOKS = [("light", 1.0, 1280), ("dark", 1.5, 1280), ("contrast", 1.0, 1920), ("light", 1.5, 1920)]


def wrong(page: QWidget) -> list[str]:
    """Everything that is wrong with what is shown."""
    return [*unnamed(page), *small(page), *clipped(page), *rich(page), *traps(page)]


def settled(page: QWidget) -> list[str]:
    """What is still wrong once the layout has come to rest, at most two seconds later."""
    for _ in range(40):
        if not wrong(page):
            break
        pause(50)
    return wrong(page)


def renamed(there: Screen, given: str, family: str) -> None:
    """The learner is called something else from now on."""
    pid = there.stage.cast.people[LEARNER]["pid"]
    row = PersonRow(id=PersonId(pid), number=LEARNER_NUMBER, given=given, family=family)
    assert done(perform(there.office, ChangePeople(rows=(row,)))) >= 1


@pytest.mark.req("A-08")
@pytest.mark.parametrize(("theme", "size", "width"), LOOKS)
def test_nothing_is_cut_or_without_a_name(screen: Open, theme: str, size: float, width: int) -> None:
    set_theme(theme, size)
    there = screen(QA)
    there.window.resize(width, 800 if width == 1280 else 1080)
    dialog = there.sign(Void(id=complete(there), why=None))
    click(dialog.sign_button)
    dialog.notice.tell(dialog, "Nothing was signed", "The password did not match. " * 6)
    assert settled(dialog) == [] and dialog.width() <= there.window.width()
    assert dialog.height() <= there.window.height()
    click(button(dialog, "I can't sign this…"))
    assert settled(there.dialog(CantDialog)) == []


@pytest.mark.req("A-08")
@pytest.mark.parametrize(("theme", "size", "width"), LOOKS)
def test_the_dialogs_of_records_are_whole_too(screen: Open, theme: str, size: float, width: int) -> None:
    set_theme(theme, size)
    there = screen(QA)
    there.window.resize(width, 800 if width == 1280 else 1080)
    record, add = complete(there), begin(there, READING)
    click(button(add, "Earlier"))
    named(add, type(add.when.time_edit), "Time").setText("25:00")
    click(button(add, "Go on to the signature"))
    assert settled(add) == [] and add.height() <= there.window.height()
    add.reject()
    correct_record(there.desk, there.page, record)
    correct = there.dialog(CorrectDialog)
    assert settled(correct) == []


@pytest.mark.parametrize(
    ("given", "family"), [(EVIL, "O'Neil & Sons"), ("X" * 150, "Y" * 150), ("\u202eevil", "\u2066x")]
)
def test_a_name_is_shown_literally_and_whole(screen: Open, given: str, family: str) -> None:
    there = screen(QA)
    renamed(there, given, family)
    dialog = there.sign(there.stage.command(LEARNER_NUMBER, READING, "READ"), second=True)
    pause(80)
    seen = words(dialog)
    assert given.replace("\u202e", "⟦U+202E⟧") in seen and family.replace("\u2066", "⟦U+2066⟧") in seen
    assert rich(dialog) == [] and unnamed(dialog) == [] and dialog.width() <= there.window.width()
    click(button(dialog, "Open exactly what is signed"))
    exact = there.dialog(ExactDialog)
    assert "\u202e" not in exact.text.toPlainText() and rich(exact) == []
