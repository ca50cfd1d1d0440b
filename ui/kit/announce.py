"""Says something to a screen reader that nobody moved to: what a page shows without moving the focus.

- Polite for counts and sync, assertive for "Nothing was signed", the lock and a broken history (design §8).
"""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, text: str, *, assertive: bool = False) -> None:
    """Tell `text` on behalf of `widget`; does nothing where no screen reader listens."""
    event = QAccessibleAnnouncementEvent(widget, text)
    way = QAccessible.AnnouncementPoliteness
    event.setPoliteness(way.Assertive if assertive else way.Polite)
    QAccessible.updateAccessibility(event)
