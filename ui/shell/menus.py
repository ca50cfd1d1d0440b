"""Every command of the window with its key: as actions, in a menu bar that Alt shows, and for the search.

- A command may have several keys, parted by a space; the first is the one that is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app.base.say import say
from ui.kit.text import mnemonic_safe
from ui.page import Command

Way: TypeAlias = tuple[str, str, str, Callable[[], None]]


class Menus(QObject):
    """The menus of one window. `ways` by menu (`go`, `view`, `session`): (words, keys, icon, run) of each command."""

    def __init__(self, window: QMainWindow, ways: Mapping[str, Sequence[Way]]) -> None:
        super().__init__(window)
        self._window = window
        self._page_actions: list[QAction] = []
        self._commands: list[Command] = []
        self._alone = False
        bar = window.menuBar()
        bar.setNativeMenuBar(True)
        self.page = QMenu(say("ui.menu.page"), bar)
        bar.addMenu(self.page)
        for name, commands in ways.items():
            menu = QMenu(say(f"ui.menu.{name}"), bar)
            bar.addMenu(menu)
            for words, keys, icon, run in commands:
                menu.addAction(self._action(words, keys, run))
                self._commands.append(Command(words=words, keys=keys, run=run, icon=icon))
        if not bar.isNativeMenuBar():
            bar.hide()
            bar.installEventFilter(self)
        window.installEventFilter(self)

    def commands(self) -> list[Command]:
        """The window's own commands."""
        return self._commands

    def of_page(self, commands: list[Command]) -> None:
        """Show the commands of the page that came to the front."""
        for old in self._page_actions:
            self._window.removeAction(old)
            old.deleteLater()
        self._page_actions = [self._action(one.words, one.keys, one.run) for one in commands]
        self.page.clear()
        self.page.addActions(self._page_actions)
        self.page.setEnabled(bool(commands))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Alt by itself shows the menu bar or hides it; Escape in the bar hides it."""
        if watched is not self._window:
            if isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Cancel):
                QTimer.singleShot(0, self._window.menuBar().hide)
        elif isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                self._alone = event.key() == Qt.Key.Key_Alt and not event.isAutoRepeat()
            elif event.type() == QEvent.Type.KeyRelease and event.key() == Qt.Key.Key_Alt and self._alone:
                self._alone = False
                bar = self._window.menuBar()
                if not bar.isNativeMenuBar():
                    bar.setVisible(not bar.isVisible())
                    if bar.isVisible():
                        bar.setActiveAction(bar.actions()[0])
        return super().eventFilter(watched, event)

    def _action(self, words: str, keys: str, run: Callable[[], None]) -> QAction:
        """An action of the window; its key works wherever the focus is."""
        made = QAction(mnemonic_safe(words), self._window)
        made.setShortcuts([QKeySequence(one) for one in keys.split()])
        made.triggered.connect(lambda _checked=False: run())
        self._window.addAction(made)
        return made
