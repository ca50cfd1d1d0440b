"""A PDF in the window: pages one by one, their number, zoom, fit to width; all by keys too.

- The pages are pictures from the renderer's process; this widget never sees a byte of the PDF's own.
- What can't be shown is said in a sentence in the page's place. The words of a page go to a screen reader and, with
  Ctrl+C, to the clipboard.
- Keys with the focus on the page: PgUp PgDn turn and scroll, Home End first and last, + and − zoom, 0 fits the width.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QStackedWidget

from app.base.say import say
from ui.documents.maker import Made, PageMaker, Wish
from ui.kit.announce import announce
from ui.kit.buttons import button, icon_button
from ui.kit.icons import Icon
from ui.kit.layout import STRETCH, column, holder, row
from ui.kit.palette import px, theme, themed
from ui.kit.shapes import Painted
from ui.kit.text import label, plain

ZOOMS = (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0)
POINTS = 96 / 72
"""Pixels of a point at 100 %."""
EDGE, NARROW = 16, 470
PAUSE_MS = 90


class Sheet(Painted):
    """One page on the ground of the reader, with a shadow."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._side = QSize(1, 1)
        themed.changed.connect(self.update)

    def show_image(self, image: QImage, ratio: float) -> None:
        """Show a picture whose pixels are `ratio` to one of the screen's."""
        self._image = image
        self._image.setDevicePixelRatio(ratio)
        self._side = image.size() / ratio
        self.setFixedSize(self._side.width() + 2 * px(EDGE), self._side.height() + 2 * px(EDGE))
        self.update()

    def is_empty(self) -> bool:
        """Whether nothing was shown yet."""
        return self._image.isNull()

    def image(self) -> QImage:
        """What is shown."""
        return self._image

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the shadow and the page."""
        if self._image.isNull():
            return
        left = px(EDGE)
        with QPainter(self) as painter:
            area = QRectF(left, left, self._side.width(), self._side.height())
            painter.setPen(Qt.PenStyle.NoPen)
            for spread, strength in ((6, 6), (3, 10), (1, 16)):
                painter.setBrush(QColor(0, 0, 0, strength))
                painter.drawRoundedRect(area.adjusted(-spread, 1 - spread, spread, spread + 2), spread, spread)
            painter.drawImage(area, self._image)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme().colour("line2"), 1))
            painter.drawRect(area)


class Desktop(QScrollArea):
    """Where the sheet lies; tells the keys that turn pages."""

    turned = Signal(int)
    zoomed = Signal(int)
    copied = Signal()

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setWidget(sheet)
        self.viewport().setAutoFillBackground(False)
        sheet.setAutoFillBackground(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll, and turn the page where scrolling ends."""
        bar, key = self.verticalScrollBar(), event.key()
        keys = {Qt.Key.Key_Home: -2, Qt.Key.Key_End: 2, Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        zooms = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1, Qt.Key.Key_0: 0}
        bare = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif bare and key in keys:
            self.turned.emit(keys[Qt.Key(key)])
        elif bare and key in zooms:
            self.zoomed.emit(zooms[Qt.Key(key)])
        elif bare and key == Qt.Key.Key_PageDown and bar.value() >= bar.maximum():
            self.turned.emit(1)
        elif bare and key == Qt.Key.Key_PageUp and bar.value() <= bar.minimum():
            self.turned.emit(-1)
        else:
            super().keyPressEvent(event)


class Viewer(QFrame):
    """The reader. `shown` tells the page (from 0) that is in front, `refused` that there is none."""

    shown = Signal(int)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("k", "inset")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.maker = PageMaker(self)
        self.sheet = Sheet()
        self.ground = Desktop(self.sheet)
        self._name, self._page, self._zoom, self._words = "", 0, 0.0, ""
        self._takes_focus = False
        self._build()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self._connect()
        self.clear()

    # ---- what it is told

    def open(self, data: bytes, name: str, *, focus: bool = False) -> None:
        """Show a PDF from its first page; `name` is what a screen reader calls it; `focus`: for the keys at once."""
        self.wait_for(say("ui.paper.opening"))
        self._name, self._takes_focus = name, focus
        self.maker.open(data)
        self._ask()

    def clear(self) -> None:
        """Show nothing, and end the process."""
        self.maker.close()
        self._page, self._words = 0, ""
        self.sheet.show_image(QImage(), 1.0)
        self.waits.set_text("")
        self._stack.setCurrentIndex(0)
        self._show_bar()

    def wait_for(self, text: str) -> None:
        """Say what is being done until there is a file."""
        self.clear()
        self.waits.set_text(text)

    def say_instead(self, title: str, text: str, icon: str = "file-warning") -> None:
        """Say something in the page's place; a file that can't be shown is a warning."""
        self.clear()
        self._sign.show_icon(icon, "warn" if icon == "file-warning" else "text3")
        self.title.set_text(title)
        self.text.set_text(text)
        self._stack.setCurrentIndex(2)

    def page(self) -> int:
        """The page in front, from 0."""
        return self._page

    def words(self) -> str:
        """The words of the page in front."""
        return self._words

    def turn(self, by: int) -> None:
        """Go on or back by a page; by 2 or -2 to the last or the first."""
        last = self.maker.pages - 1
        self.go_to({2: last, -2: 0}.get(by, self._page + by))

    def go_to(self, page: int) -> None:
        """Go to a page, if there is one."""
        if 0 <= page < self.maker.pages and page != self._page:
            self._page = page
            self._show_bar()
            self.ground.verticalScrollBar().setValue(0)
            self._ask()

    def zoom(self, by: int) -> None:
        """Larger or smaller by a step; 0 fits the page's width."""
        now = self._zoom or self._fitted
        larger = [step for step in ZOOMS if step > now + 0.01]
        smaller = [step for step in ZOOMS if step < now - 0.01]
        self._zoom = (
            0.0 if by == 0 else (larger[:1] or [ZOOMS[-1]])[0] if by > 0 else (smaller[-1:] or [ZOOMS[0]])[0]
        )
        self._ask()

    # ---- the frame

    def _build(self) -> None:
        self._fitted = 1.0
        self.back = icon_button("chevron-left", say("ui.paper.previous"), "Page Up")
        self.on = icon_button("chevron-right", say("ui.paper.next"), "Page Down")
        self.out = icon_button("zoom-out", say("ui.paper.smaller"), "−")
        self.into = icon_button("zoom-in", say("ui.paper.larger"), "+")
        self.fit = button(say("ui.paper.fit"), "ghost", size="s")
        self.number, self.percent = label("", "dense", weight=500), label("", "dense", "text2")
        bar = row(
            STRETCH, self.back, self.number, self.on, 20, self.out, self.percent, self.into, self.fit, STRETCH,
            gap=6, margins=(12, 6, 12, 6),
        )  # fmt: skip
        self.waits = label("", "body", "text2")
        self.title, self.text = label("", "h3", wrap=True), label("", "body", "text2", wrap=True)
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        middle, self._sign = Qt.AlignmentFlag.AlignHCenter, Icon("file-warning", 32, "text3")
        self._stack = QStackedWidget()
        self._stack.addWidget(holder(column(STRETCH, (self.waits, middle), STRETCH)))
        self._stack.addWidget(self.ground)
        sad = column(STRETCH, (self._sign, middle), self.title, self.text, STRETCH, STRETCH, gap=8)
        self._stack.addWidget(holder(row(40, (sad, 1), 40)))
        self._bar = holder(bar)
        self.setLayout(column(self._bar, (self._stack, 1), gap=0, margins=1))

    def _connect(self) -> None:
        self.back.clicked.connect(lambda: self.turn(-1))
        self.on.clicked.connect(lambda: self.turn(1))
        self.out.clicked.connect(lambda: self.zoom(-1))
        self.into.clicked.connect(lambda: self.zoom(1))
        self.fit.clicked.connect(lambda: self.zoom(0))
        self.fit.clicked.connect(self.ground.setFocus)
        self.ground.turned.connect(self.turn)
        self.ground.zoomed.connect(self.zoom)
        self.ground.copied.connect(lambda: QGuiApplication.clipboard().setText(self._words))
        self.maker.counted.connect(self._show_bar)
        self.maker.made.connect(self._made)
        self.maker.refused.connect(self._refused)
        self.ground.viewport().installEventFilter(self)
        themed.changed.connect(self._again)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A page that fits the width follows it."""
        wider = isinstance(event, QResizeEvent) and event.size().width() != event.oldSize().width()
        if wider:
            self._show_bar()
            if not self._zoom:
                self._again()
        return super().eventFilter(watched, event)

    def _again(self) -> None:
        if self.maker.pages:
            self._pause.start()

    # ---- pages

    def _ask(self) -> None:
        ratio = self.devicePixelRatioF()
        bar = self.ground.verticalScrollBar().sizeHint().width()
        room = max(self.width() - bar - 2 * px(EDGE) - px(6), 120)
        widest = px(1000)
        off, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.ground.setHorizontalScrollBarPolicy(needed if self._zoom else off)
        fit = 0 if self._zoom else int(min(room, widest) * ratio)
        self.maker.ask(Wish(page=self._page, fit=fit, scale=self._zoom * POINTS * ratio))

    def _made(self, made: Made) -> None:
        if made.page != self._page:
            return
        ratio = self.devicePixelRatioF()
        self.sheet.show_image(made.image, ratio)
        self._fitted = made.image.width() / ratio / (made.wide * POINTS)
        self._words = plain(made.words.replace("\r\n", "\n"))
        first = self._stack.currentIndex() != 1
        self._stack.setCurrentIndex(1)
        self._show_bar()
        if first and self._takes_focus:
            self.ground.setFocus()
        place = say(
            "ui.paper.place", {"name": plain(self._name), "page": self._page + 1, "pages": self.maker.pages}
        )
        self.ground.setAccessibleName(place)
        self.sheet.setAccessibleName(place)
        self.sheet.setAccessibleDescription(self._words)
        self.shown.emit(self._page)

    def _show_bar(self) -> None:
        pages = self.maker.pages
        room = self.width() >= px(NARROW)  # without room, zoom is left to its buttons and the keys
        self.percent.setVisible(room)
        self.fit.setVisible(room and bool(self._zoom))
        self._bar.setVisible(bool(pages))
        self.number.set_text(say("ui.paper.page", {"page": self._page + 1, "pages": f"{pages:,}"}))
        self.percent.set_text(f"{round(self._fitted * 100)} %")
        self.back.setEnabled(self._page > 0)
        self.on.setEnabled(self._page + 1 < pages)

    def _refused(self, code: str, page: int) -> None:
        if code == "page" and page != self._page:
            return
        about = {"page": page + 1}
        if code == "page" and self.maker.pages > 1:
            self.waits.set_text(say("ui.paper.refused.page", about))
            self._stack.setCurrentIndex(0)
            announce(self, self.waits.text())
            return
        self.say_instead(say(f"ui.paper.refused.{code}", about), say("ui.paper.refused.do"))
        announce(self, f"{self.title.text()} {self.text.text()}", assertive=True)
        self.refused.emit(code)
