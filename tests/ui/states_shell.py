"""The states of the frame: search, help, notices, menus, what failed, as somebody brings them about."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from app.base.faults import Fault
from app.base.say import say
from tests.ui.opened import Opened
from tests.ui.scenes import close_dialogs, dialog
from tests.ui.waiting import pause
from ui.address import Address
from ui.desk import Notice
from ui.shell.search import Search

# ---- the frame


def searching(made: Opened, text: str = "") -> None:
    """Ctrl+K."""
    close_dialogs()
    site = "countersign:people" if made.desk.session.name.startswith("Maaike") else "countersign:home"
    made.go(site)
    made.window.search()
    shown = dialog(Search)
    QTest.keyClicks(shown.field, text)
    made.settle()
    pause(150)
    made.settle()


def helping(made: Opened) -> None:
    """F1."""
    close_dialogs()
    made.go("countersign:people")
    made.window.help()
    pause(100)


def notices(made: Opened, *, some: bool = True) -> None:
    """The drawer."""
    made.go("countersign:home")
    drawer = made.window.notices
    drawer._list.clear()
    if some:
        for one in (
            Notice("ok", "The centre answered", "All 1,204 entries arrived and are sealed.", at="13:40"),
            Notice("warn", "This device has room for about 2 more days of entries",
                   "Everything signed is safe. Ask IT to free space on /var.", at="14:05"),
            Notice("bad", "History does not verify from entry 48,107 on",
                   "Entries 1 to 48,106 are intact. Signing is paused on this device until QA decides.",
                   Address(page="history"), incident=True, at="14:31"),
        ):  # fmt: skip
            drawer.add(one)
    drawer._fill()
    if drawer.drawer.isVisible():
        drawer.close()
    drawer.toggle()
    pause(50)


def bell(made: Opened) -> None:
    """Notices that nobody looked at."""
    if made.window.notices.drawer.isVisible():
        made.window.notices.close()
    made.go("countersign:people")
    made.window.top.bell.set_count(3)


def menu_bar(made: Opened) -> None:
    """Alt."""
    made.window.notices.close()
    made.window.top.bell.set_count(0)
    made.go("countersign:people")
    made.window.menuBar().setVisible(True)
    menu = next(one for one in made.window.menuBar().findChildren(QMenu) if one.title() == say("ui.menu.go"))
    bar = made.window.menuBar()
    menu.popup(bar.mapToGlobal(QPoint(bar.actionGeometry(menu.menuAction()).left(), bar.height())))
    pause(50)


def person_menu(made: Opened) -> None:
    """The menu of whoever is signed in."""
    made.window.menuBar().setVisible(False)
    made.go("countersign:home")
    from_ = next(
        one
        for one in made.window.top.findChildren(QWidget)
        if one.accessibleName() == say("ui.shell.person_menu")
    )
    from_.click()  # type: ignore[attr-defined]
    pause(50)


def toast(made: Opened) -> None:
    """Something was done."""
    made.go("countersign:people")
    made.window.toast.say(
        "Signed as Read, 20 Nov 2026, 14:32:40 CET. Omkaar Barad is now qualified for RQ-0045 until 20 Nov 2028."
    )


def failure(made: Opened) -> None:
    """The world failed, and no page took it."""
    made.go("countersign:people")
    made.window.failures.tell(Fault("disk.full"))


def bug(made: Opened) -> None:
    """The program stopped doing something."""
    made.window.failures.clear()
    made.go("countersign:home")
    made.window.failures.tell(RuntimeError("x"))


def held(made: Opened) -> None:
    """History does not verify: the strip says so."""
    made.window.failures.clear()
    made.go("countersign:people")
    made.window.strip.show_sync(say("ui.shell.waiting", {"n": "14"}), "cloud-upload", "info")
    made.window.strip.show_verified(say("ui.shell.broken"), "shield-x", "bad")
