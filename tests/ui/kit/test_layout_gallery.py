"""Every widget of the kit at once: named, large enough, not cut, plain text, and gone without a trace."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QPushButton, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import settle, watched
from tests.ui.kit.gallery import gallery, question
from tests.ui.looking import clipped, rich, small, traps, unnamed
from ui.kit.layout import STRETCH, Down, column, holder, plate, row, sized
from ui.kit.text import label
from ui.kit.tokens import px, set_theme

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

SIZES = [0.9, 1.0, 1.25, 1.5]
THEMES = ["light", "dark", "contrast"]


def page(qtbot: QtBot, width: int = 1440) -> QWidget:
    """The gallery, shown and laid out."""
    made = gallery()
    qtbot.addWidget(made)
    made.resize(width, 900)
    made.show()
    settle()
    return made


@pytest.mark.parametrize("theme", THEMES)
def test_every_control_has_a_name(qtbot: QtBot, theme: str) -> None:
    set_theme(theme)
    assert unnamed(page(qtbot)) == []


@pytest.mark.parametrize(
    ("theme", "size"), [*(("light", size) for size in SIZES), ("dark", 1.5), ("contrast", 1.5)]
)
def test_nothing_is_too_small_or_cut(qtbot: QtBot, theme: str, size: float) -> None:
    set_theme(theme, size)
    shown = page(qtbot)
    assert (small(shown), clipped(shown)) == ([], [])


def test_nothing_is_cut_after_the_text_grew(qtbot: QtBot) -> None:
    shown = page(qtbot)
    set_theme("dark", 1.5)
    settle()
    assert (small(shown), clipped(shown), unnamed(shown)) == ([], [], [])


def test_nothing_is_read_as_markup_and_tab_leaves(qtbot: QtBot) -> None:
    shown = page(qtbot)
    assert (rich(shown), traps(shown)) == ([], [])


@pytest.mark.parametrize("size", SIZES)
def test_a_dialog_keeps_to_the_same(qtbot: QtBot, size: float) -> None:
    set_theme("light", size)
    behind = page(qtbot)
    dialog = question(behind)
    dialog.open()
    settle()
    assert (unnamed(dialog), small(dialog), clipped(dialog), rich(dialog)) == ([], [], [], [])
    dialog.done(0)


def test_the_checks_see_what_is_wrong(qtbot: QtBot) -> None:
    bad = holder(column())
    qtbot.addWidget(bad)
    nameless, tiny = QPushButton(bad), QPushButton("Narrow words", bad)
    tiny.setGeometry(0, 40, 20, 12)
    trap, marked = QTextEdit(bad), QLabel("<b>bold</b>", bad)
    marked.setGeometry(0, 80, 8, 8)
    bad.resize(300, 200)
    bad.show()
    settle()
    assert unnamed(bad) and small(bad) and len(clipped(bad)) >= 2 and rich(bad)
    assert nameless and trap


def test_gaps_and_sizes_follow_the_text_size(qtbot: QtBot) -> None:
    box = sized(label("x"), width=100)
    layout = row(box, 10, STRETCH, gap=8, margins=(1, 2, 3, 4))
    holds = holder(layout)
    qtbot.addWidget(holds)
    set_theme("light", 1.5)
    margins = layout.contentsMargins()
    assert (layout.spacing(), margins.left(), margins.bottom(), box.width()) == (12, 2, 6, 150)


def test_a_plate_rounds_all_four_corners(qtbot: QtBot) -> None:
    inside = QWidget()
    inside.setProperty("bg", "accent_bg")
    inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    made = plate((inside, 1))
    around = holder(Down(0, 20), "bg")
    around.layout().addWidget(made)  # type: ignore[union-attr]
    qtbot.addWidget(around)
    around.resize(240, 160)
    around.show()
    settle()
    picture = around.grab().toImage()
    edge, far = 20 + 1, 20 + px(1)
    corners = [(edge, far), (240 - edge, far), (edge, 160 - far), (240 - edge, 160 - far)]
    ground = picture.pixelColor(4, 4).name()
    assert [picture.pixelColor(x, y).name() for x, y in corners] == [ground] * 4


def _leave_widget(kept: list[object]) -> None:
    kept.append(QWidget())


def _leave_timer(kept: list[object]) -> None:
    timer = QTimer()
    timer.start(60_000)
    kept.append(timer)


def _leave_thread(kept: list[object]) -> None:
    over = threading.Event()
    thread = threading.Thread(target=over.wait, daemon=True)
    thread.start()
    kept.extend((over, thread))


@pytest.mark.parametrize("leave", [_leave_widget, _leave_timer, _leave_thread])
def test_a_leak_is_seen(leave: Callable[[list[object]], None]) -> None:
    kept: list[object] = []
    with pytest.raises(AssertionError, match=r"left behind|still running"), watched():
        leave(kept)
    for each in kept:
        if isinstance(each, threading.Event):
            each.set()
