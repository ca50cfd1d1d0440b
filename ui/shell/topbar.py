"""The bar above every page: where we are, search, notices, who is signed in (R-ACC-18: the full name, always)."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from app.base.say import say
from ui.address import Address
from ui.desk import SessionShown
from ui.kit.badge import Avatar
from ui.kit.buttons import Button, IconButton, button
from ui.kit.fonts import font
from ui.kit.icons import Icon
from ui.kit.layout import STRETCH, clear, column, holder, put, row, sized, vline
from ui.kit.palette import px, theme
from ui.kit.text import label, mnemonic_safe, plain, tip

SEARCH, SHORT, ROOM = 320, 180, 1100
CRUMB = 20
"""Characters of a crumb that are shown; its tooltip and a screen reader have them all."""


class Bell(IconButton):
    """The notices, with how many are new."""

    def __init__(self) -> None:
        super().__init__("bell", say("ui.shell.notices"), "")
        self.count = 0

    def set_count(self, count: int) -> None:
        """Show how many are new."""
        self.count = count
        self.setAccessibleName(say("ui.shell.notices_new", {"n": count}) if count else say("ui.shell.notices"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bell and its number."""
        super().paintEvent(event)
        if not self.count:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            side = px(16)
            area = QRectF(self.width() - side - 2, 2, side, side)
            painter.setPen(QPen(theme().colour("surface"), 2))
            painter.setBrush(theme().colour("bad"))
            painter.drawEllipse(area)
            painter.setFont(font("caption", weight=600))
            painter.setPen(theme().colour("on_bad"))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(min(self.count, 9)))


class SearchButton(Button):
    """Looks like a field, is a button: it opens the search, and is no trap for Tab."""

    def __init__(self) -> None:
        super().__init__("", "plain", None, "m")
        self.setProperty("kind", "search")
        self.hint = label("", "dense", "text3")
        words = row(
            Icon("search", 16, "text3"), (self.hint, 1), label("Ctrl K", "caption", "text3"), gap=8,
            margins=(10, 0, 10, 0),
        )  # fmt: skip
        self.setLayout(words)
        self.fit(wide=True)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def fit(self, *, wide: bool) -> None:
        """Take less room where there is little."""
        self.hint.set_text(say("ui.shell.search" if wide else "ui.shell.search_short"))
        self.setFixedWidth(px(SEARCH if wide else SHORT))

    def _restyle(self) -> None:
        super()._restyle()
        self.setAccessibleName(say("ui.shell.search_name"))


class TopBar(QWidget):
    """`search`, `notices`, `lock`, `sign_out` are asked for; `went` brings the address of a crumb."""

    search = Signal()
    notices = Signal()
    lock = Signal()
    sign_out = Signal()
    went = Signal(object)

    def __init__(self, session: SessionShown) -> None:
        super().__init__()
        self.setProperty("bg", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        sized(self, height=56)
        self._crumbs = row(gap=4)
        self.finder, self.bell = SearchButton(), Bell()
        self.finder.clicked.connect(self.search)
        self.bell.clicked.connect(self.notices)
        line = vline()
        sized(line, height=24)
        self._row: QHBoxLayout = row(
            (holder(self._crumbs), 1), self.finder, 4, self.bell, line, self._person(session),
            gap=10, margins=(20, 0, 14, 0),
        )  # fmt: skip
        self.setLayout(self._row)

    def show_place(self, crumbs: list[tuple[str, Address]], title: str) -> None:
        """Show where we are."""
        clear(self._crumbs)
        for words, address in crumbs:
            link = button(shortened(words), "ghost", size="s")
            link.setAccessibleName(plain(words))
            link.setToolTip(tip(words))
            link.clicked.connect(lambda _on=False, to=address: self.went.emit(to))
            put(self._crumbs, link)
            put(self._crumbs, Icon("chevron-right", 14, "text3"))
        here = label(title, "h3")
        here.setMinimumWidth(px(60))
        here.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        here.setToolTip(tip(title))
        put(self._crumbs, (here, 1))

    def fit(self, width: int) -> None:
        """Take less room where there is little."""
        self.finder.fit(wide=width >= px(ROOM))

    def _person(self, session: SessionShown) -> QWidget:
        name = label(session.name, "dense", weight=500)
        role = label(session.role, "caption", "text3")
        for one in (name, role):
            sized(one, min_width=90)
        names = holder(column(STRETCH, name, role, STRETCH, gap=0))
        sized(names, max_width=240)
        more = IconButton("chevron-down", say("ui.shell.person_menu"), "")
        menu = QMenu(more)
        menu.setAccessibleName(plain(session.name))
        menu.addAction(mnemonic_safe(plain(session.name))).setEnabled(False)
        menu.addAction(say("ui.shell.lock"), self.lock.emit)
        menu.addAction(say("ui.shell.sign_out"), self.sign_out.emit)
        # A tool button's own menu can't be opened by a screen reader: Qt offers it "ShowMenu", which then does nothing.
        # Its right edge is the button's: it stays within the window.
        more.clicked.connect(
            lambda: menu.popup(more.mapToGlobal(QPoint(more.width() - menu.sizeHint().width(), more.height())))
        )
        return holder(row(Avatar(session.name, 30), names, more, gap=8))


def shortened(words: str) -> str:
    """The words of a crumb, cut where they would push everything else out of the bar."""
    shown = plain(words)
    return shown if len(shown) <= CRUMB else f"{shown[: CRUMB - 1]}…"
