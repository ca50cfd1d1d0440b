"""Cells: what is said of them, and pictures that are kept and forgotten."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from ui.kit.cells import MOST_PICTURES, Cell, Look, Pictures, words_of

pytestmark = pytest.mark.usefixtures("leaks_nothing", "look")

LOOK = Look(width=120, height=40, align="left", selected=False, first=False, dense=False, dpr=1.0)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (Cell(text="Kwame Mensah", sub="LEI-20417"), "Kwame Mensah, LEI-20417"),
        (Cell(pill="over", text="Overdue 4 d"), "Overdue 4 d"),
        (Cell(pill="over"), "Overdue"),
        (Cell(status="exp", text="in 12 d"), "Expiring, in 12 d"),
        (Cell(old="Present", text="Left at 10:40"), "Present, now Left at 10:40"),
        (Cell(text="×", spoken="Not required here"), "Not required here"),
        (Cell(), ""),
    ],
)
def test_what_a_cell_says(cell: Cell, said: str) -> None:
    assert words_of(cell) == said


def test_a_picture_is_kept_by_everything_that_is_drawn(qtbot: QtBot) -> None:
    pictures, cell = Pictures(), Cell(text="x", pill="ok")
    made = pictures.made(LOOK, cell)
    assert pictures.of(LOOK)[Cell(text="x", pill="ok")] is made
    assert cell not in pictures.of(LOOK._replace(selected=True))
    assert cell not in pictures.of(LOOK._replace(width=121))
    assert Cell(text="x", pill="exp") not in pictures.of(LOOK)


@pytest.mark.parametrize(
    "other",
    [
        Cell(text="y"),
        Cell(text="x", sub="s"), Cell(text="x", status="ok"), Cell(text="x", pill="ok"), Cell(text="x", icon="x"),
        Cell(text="x", mono=True), Cell(text="x", old="o"), Cell(text="x", weight=600), Cell(text="x", colour="bad"),
        Cell(text="x", tint="bad_bg"), Cell(text="x", avatar="Kwame Mensah"), Cell(text="x", rule="bad"),
    ],
)  # fmt: skip
def test_each_part_of_a_cell_is_drawn(qtbot: QtBot, other: Cell) -> None:
    pictures = Pictures()
    assert pictures.made(LOOK, Cell(text="x")).toImage() != pictures.made(LOOK, other).toImage()


def test_the_store_of_pictures_has_an_end(qtbot: QtBot) -> None:
    pictures = Pictures()
    small = LOOK._replace(width=4, height=4)
    for number in range(MOST_PICTURES + 5):
        pictures.made(small, Cell(text=str(number)))
    assert len(pictures.of(small)) == 5


def test_an_unknown_colour_or_status_is_an_error_and_no_more(qtbot: QtBot) -> None:
    for cell in (Cell(text="x", colour="mauve"), Cell(text="x", status="mauve")):
        with pytest.raises(KeyError):
            Pictures().made(LOOK, cell)


def test_a_narrow_cell_paints_nothing_outside(qtbot: QtBot) -> None:
    picture = Pictures().made(LOOK._replace(width=10), Cell(text="a long name", sub="and more", status="over"))
    assert picture.width() == 10


def test_a_cell_is_sharp_on_a_dense_screen(qtbot: QtBot) -> None:
    picture = Pictures().made(LOOK._replace(dpr=2.0), Cell(text="x"))
    assert (picture.width(), picture.height(), picture.devicePixelRatio()) == (240, 80, 2.0)
