"""Cyclic garbage is collected on the screen's thread alone, in small bites (issue 4: nothing holds it for 50 ms).

- Python collects on whichever thread happens to allocate: on a lane's, it would end what belongs to widgets there.
- A full collection looks at everything that lives, hundreds of milliseconds on a big site: what has lived for long, and
  what came all at once (an index), is frozen instead, so that each bite looks at what is new and little.
- When somebody leaves, nobody waits: then all of it is looked at once. Who locks may be back at once: it is looked at
  when the locked screen has been left alone for a while.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 50
YOUNG, MIDDLE, OLD, MANY = 1_000, 8_000, 20_000, 15_000
"""Objects, counted as Python counts: fewer new ones are let be; so many are looked at together; so many are frozen; so
many new ones are frozen unseen: nearly all of them are what somebody asked for, and end without being looked for."""


ALONE_MS = 20_000


class Sweep(QObject):
    """Collects from `begin` to `end`; Python itself does so before and after."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._middle = self._old = 0
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.turn)
        self._alone = QTimer(self, interval=ALONE_MS, singleShot=True)
        self._alone.timeout.connect(self.everything)

    def begin(self) -> None:
        """From here on; what there is by now stays for good: modules, classes, words."""
        gc.disable()
        gc.freeze()
        self._timer.start()

    def end(self) -> None:
        """Python collects by itself again."""
        self._timer.stop()
        self._alone.stop()
        gc.unfreeze()
        gc.enable()

    def turn(self) -> None:
        """One bite, if there is anything to look at."""
        young = gc.get_count()[0]
        if young < YOUNG:
            return
        if young > MANY:
            self._middle = self._old = 0
            gc.freeze()
            gc.collect(0)
            return
        self._middle += young
        if self._middle < MIDDLE:
            gc.collect(0)
            return
        self._old, self._middle = self._old + self._middle, 0
        if self._old < OLD:
            gc.collect(1)
            return
        self._old = 0
        gc.collect()
        gc.freeze()

    def rest(self, *, alone: bool) -> None:
        """The screen is left alone from here on, or not any more."""
        if alone:
            self._alone.start()
        else:
            self._alone.stop()

    def everything(self) -> None:
        """Look at all of it, once: somebody left."""
        self._middle = self._old = 0
        gc.unfreeze()
        gc.collect()
        gc.freeze()
