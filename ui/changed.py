"""The only broadcaster: which nouns changed, told once after each commit (architecture §5, step 8).

- Says nouns (`record`, `person`), never screens: whoever shows one of them asks again.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal


class Changed(QObject):
    """Tells everybody who shows one of the nouns."""

    _told = Signal(object)

    def told(self, nouns: frozenset[str]) -> None:
        """These nouns changed."""
        if nouns:
            self._told.emit(nouns)

    def connect_to(self, page: QObject, nouns: frozenset[str] | None, again: Callable[[], None]) -> None:
        """Call `again` when one of `nouns` (None: anything) changed, as long as `page` lives."""

        def hear(changed: frozenset[str]) -> None:
            if nouns is None or changed & nouns:
                again()

        self._told.connect(hear)
        page.destroyed.connect(lambda: self._told.disconnect(hear))
