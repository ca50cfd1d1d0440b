"""A plain window for the parts of the frame, and a name that no part may read as anything but characters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from ui.desk import PlaceShown, SessionShown
from ui.kit.layout import column, holder

NASTY = "<b>Ann</b> & Søn \u202egnp.exe " + "x" * 300
SHOWN = "<b>Ann</b> & Søn ⟦U+202E⟧gnp.exe"


@contextmanager
def framed(qtbot: QtBot, *parts: QWidget) -> Iterator[QMainWindow]:
    """A window of 1280 x 800 with the parts below each other; destroyed at the end."""
    window = QMainWindow()
    window.setCentralWidget(holder(column(*((one, int(type(one) is QWidget)) for one in parts), gap=0)))
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    QApplication.processEvents()
    yield window
    window.hide()
    window.deleteLater()


def words(inside: QWidget) -> list[str]:
    """What the labels say."""
    return [one.text() for one in inside.findChildren(QLabel) if one.text()]


def nasty_place() -> PlaceShown:
    """A place whose every name is nasty."""
    return PlaceShown(site=NASTY, device=NASTY, zone="Europe/Amsterdam", region=NASTY, folder=NASTY)


def nasty_session() -> SessionShown:
    """A person whose name is nasty."""
    return SessionShown(name=NASTY, uid="u", pid="p", role=NASTY, roles=frozenset({"qa"}))
