"""The parts of a window that F6 walks through, and the first control of each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def next_region(regions: Sequence[QWidget], by: int) -> None:
    """Move the focus to the first control of the next region that has one, or of the one before (-1)."""
    focus = QApplication.focusWidget()
    here = next((n for n, one in enumerate(regions) if focus is not None and one.isAncestorOf(focus)), -by)
    for n in range(1, len(regions) + 1):
        target = first_control(regions[(here + n * by) % len(regions)])
        if target is not None:
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return


def first_control(region: QWidget) -> QWidget | None:
    """The first control in tab order that takes the focus."""
    widget = region.nextInFocusChain()
    while widget is not None and widget is not region:
        # The chain goes through every page of the window: what is cheap to ask comes first.
        inside = region.isAncestorOf(widget) and widget.isVisible() and widget.isEnabled()
        if inside and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            return widget
        widget = widget.nextInFocusChain()
    return None
