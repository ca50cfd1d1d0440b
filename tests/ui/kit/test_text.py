"""Words on the screen are literal, whatever they hold, wherever they stand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import settle
from tests.ui.kit.gallery import NASTY, people
from ui.kit.badge import Pill, Tag
from ui.kit.banner import Banner
from ui.kit.buttons import button, icon_button, segments
from ui.kit.dialog import Dialog
from ui.kit.editors import Choice
from ui.kit.fields import Field
from ui.kit.lines import LineEdit
from ui.kit.text import Label, label, mnemonic_safe, plain, tip
from ui.kit.ticks import Check

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

SHOWN = NASTY.replace("\u202e", "⟦U+202E⟧").replace("\u2066", "⟦U+2066⟧")


def test_controls_and_marks_of_direction_are_shown() -> None:
    assert plain("a\u202eb\u2066c\u200fd\x00e\u2028") == "a⟦U+202E⟧b⟦U+2066⟧c⟦U+200F⟧d⟦U+0000⟧e⟦U+2028⟧"


@pytest.mark.parametrize("text", ["Łukasz Ünal-O’Brien", "محمد علي", "陈伟", "a\nb\tc", "H₂O₂ → 5 %"])
def test_what_people_write_stays(text: str) -> None:
    assert plain(text) == text


def test_a_name_is_literal_in_every_widget(qtbot: QtBot) -> None:
    field, made = (
        Field(NASTY, LineEdit()),
        [label(NASTY, wrap=True), label(NASTY), Pill("ok", NASTY), Tag(NASTY)],
    )
    for each in (field, *made):
        qtbot.addWidget(each)
    made.append(field.label)
    assert {each.text() for each in made} == {SHOWN}
    assert {each.textFormat() for each in made if isinstance(each, Label)} == {Qt.TextFormat.PlainText}


def test_a_button_says_all_and_has_no_access_key(qtbot: QtBot) -> None:
    for text in (NASTY, "R&D <i>team</i>"):
        made = button(text)
        qtbot.addWidget(made)
        assert made.accessibleName() == plain(text)
        assert made.shortcut().isEmpty()
    assert mnemonic_safe("R&D") == "R&&D"


@pytest.mark.parametrize("make", [button, Check, lambda text: segments(text, [("a", text), ("b", "b")])])
def test_three_hundred_letters_break_no_page(qtbot: QtBot, make: object) -> None:
    made: QWidget = make(NASTY)  # type: ignore[operator]
    qtbot.addWidget(made)
    assert made.minimumSizeHint().width() < 460


def test_a_tooltip_is_literal(qtbot: QtBot) -> None:
    assert tip("plain words") == "plain words"
    assert tip("<b>x</b> & y") == "<qt>&lt;b&gt;x&lt;/b&gt; &amp; y</qt>"
    made = icon_button("x", "<img src=x>", "Esc")
    qtbot.addWidget(made)
    assert made.toolTip() == "<qt>&lt;img src=x&gt; (Esc)</qt>"


def test_a_table_paints_and_says_the_name_as_it_is(qtbot: QtBot) -> None:
    table = people(1, NASTY)
    qtbot.addWidget(table)
    index = table.rows.index(0, 0)
    assert SHOWN in table.rows.data(index)
    assert SHOWN in table.rows.data(index, Qt.ItemDataRole.AccessibleTextRole)


def test_choices_and_completions_are_literal(qtbot: QtBot) -> None:
    choice = Choice([("a", NASTY)], "a")
    qtbot.addWidget(choice)
    assert choice.currentText() == SHOWN
    edit = LineEdit()
    qtbot.addWidget(edit)
    edit.setCompleter(QCompleter([plain(NASTY)], edit))
    edit.show()
    qtbot.keyClicks(edit, "<b")
    popup = edit.completer().popup()
    assert popup.model().index(0, 0).data() == SHOWN
    assert not hasattr(popup.itemDelegate(), "document")


def test_a_banner_and_a_dialog_are_literal(qtbot: QtBot) -> None:
    banner = Banner("bad", "circle-alert", NASTY, NASTY)
    dialog = Dialog(None, NASTY)
    for each in (banner, dialog):
        qtbot.addWidget(each)
    assert (banner.title.text(), banner.text.text(), dialog.windowTitle()) == (SHOWN, SHOWN, SHOWN)


def test_markup_is_painted_letter_by_letter(qtbot: QtBot) -> None:
    one, other = label("<b>a</b>"), label("a")
    for each in (one, other):
        qtbot.addWidget(each)
    assert one.sizeHint().width() > 3 * other.sizeHint().width()


def test_a_long_line_is_cut_and_tells_itself_in_the_tooltip(qtbot: QtBot) -> None:
    made = label("Filling line 2, " * 20)
    qtbot.addWidget(made)
    made.resize(260, 24)
    made.show()
    settle()
    assert made.is_cut() and "Filling line 2" in made.toolTip()
    made.resize(9_000, 24)
    assert not made.is_cut() and made.toolTip() == ""


def test_wrapped_words_claim_and_give_back_their_height(qtbot: QtBot) -> None:
    made = label("Filling line 2, " * 20, wrap=True)
    qtbot.addWidget(made)
    made.resize(200, 20)
    made.show()
    settle()
    tall = made.minimumHeight()
    made.resize(2_000, tall)
    settle()
    assert tall > made.minimumHeight() > 0


def test_a_word_longer_than_its_line_is_broken_and_not_cut(qtbot: QtBot) -> None:
    made, half = label("W" * 300, wrap=True), label("W" * 150, wrap=True)
    for each in (made, half):
        qtbot.addWidget(each)
        each.resize(300, 20)
        each.show()
    settle()
    assert made.minimumHeight() > 1.8 * half.minimumHeight() > 50
    picture = made.grab().toImage()
    last = range(picture.height() - 16, picture.height())
    assert any(picture.pixelColor(x, y).lightness() < 120 for y in last for x in range(300))


def test_another_colour_is_another_colour(qtbot: QtBot) -> None:
    made = label("Overdue")
    qtbot.addWidget(made)
    made.show()
    before = made.palette().color(made.foregroundRole())
    made.set_colour("bad")
    assert made.palette().color(made.foregroundRole()) != before


def test_other_words_and_another_font_need_another_height(qtbot: QtBot) -> None:
    made = label("Short", wrap=True)
    qtbot.addWidget(made)
    low = made.heightForWidth(120)
    for say_it in (made.set_text, made.setText):
        say_it("word " * 40)
        high = made.heightForWidth(120)
        say_it("Short")
        assert high > 5 * low and made.heightForWidth(120) == low
    larger = made.font()
    larger.setPixelSize(3 * larger.pixelSize())
    made.setFont(larger)
    assert made.heightForWidth(400) > 2 * low and made.heightForWidth(120) > 2 * low
