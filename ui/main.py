"""`countersign-desktop`: shows the sign-in window first and loads everything else while a person types.

- Before the first paint: Qt, the parts of the kit that the form needs, the words. No rules, no store, no cryptography.
- The one module of the window that imports the wiring; it does so late, and on the store's lane.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6 import QtCore
from PySide6.QtWidgets import QApplication

from app.base.say import say
from ui.door.door import Door
from ui.door.keeper import Keeper
from ui.features import search_nothing
from ui.kit.sheet import wear
from ui.kit.tokens import set_theme
from ui.lane import Lane

if TYPE_CHECKING:
    from app.base.faults import Fault
    from app.base.words import Refused
    from app.wiring.firstrun import FirstRun
    from app.wiring.place import Place
    from app.work.found import Founder, Plan
    from app.work.glance import Outside
    from app.work.office import Office

FOUNDED_BY = ("vault.json", "demo-secrets.json")


class Wired:
    """What lies behind the door, of one folder; every call but `is_founded` belongs on the store's lane."""

    def __init__(self, data: Path, secret_file: Path | None = None) -> None:
        self.data, self.secret_file = data, secret_file

    def is_founded(self) -> bool:
        """Whether a site or a demo lies in the folder."""
        return any(os.path.exists(self.data / name) for name in FOUNDED_BY)

    def place(self) -> Place:
        """The site that the folder names. Fault `demo.damaged`."""
        from app.wiring.place import place_of  # noqa: PLC0415

        return place_of(self.data, self.secret_file)

    def look(self) -> Outside:
        """What may be told before sign-in. Faults as `outside_of`."""
        from app.wiring.place import outside_of  # noqa: PLC0415

        return outside_of(self.place())

    def wait_ms(self, user: str) -> int:
        """How long sign-in is closed for a typed name. Faults as `look`."""
        from app.wiring.place import wait_ms  # noqa: PLC0415

        return wait_ms(self.place(), user)

    def warm(self) -> None:
        """Load what signing in needs."""
        from app.wiring import desktop  # noqa: F401, PLC0415

    def enter(self, user: str, password: str, code: str) -> Office | Refused:
        """Sign a person in. Answers and Faults of `open_site`."""
        from app.wiring.desktop import Given, open_site  # noqa: PLC0415

        return open_site(self.place(), Given(user, password, code))

    def leave(self, office: Office, reason: str) -> Fault | None:
        """End the period and close the site."""
        from app.wiring.desktop import leave_site  # noqa: PLC0415

        return leave_site(office, reason)

    def check(self, site: str, domain: str, device: str, zone: str) -> None:
        """The names are names and the zone is one. Faults `site.names`, `site.zone`."""
        from app.wiring.firstrun import check_names  # noqa: PLC0415

        check_names(site, domain, device, zone)

    def refuse_founder(self, founders: Sequence[Founder], site: str) -> Refused | None:
        """Why the last of these can't be taken, or None."""
        from app.wiring.firstrun import refuse_founder  # noqa: PLC0415

        return refuse_founder(founders, site)

    def found(self, plan: Plan) -> FirstRun:
        """Found a site in the folder. Faults of `found_site`."""
        from app.wiring.firstrun import found_here  # noqa: PLC0415

        return found_here(self.place(), plan)

    def other(self, data: Path) -> Wired:
        """The same of another folder, whose secrets lie where they lie by default."""
        return Wired(data)


def asked(application: QtCore.QCoreApplication) -> Wired:
    """The folder that the command line names, or the one of this operating-system account."""
    parser = QtCore.QCommandLineParser()
    parser.setApplicationDescription(say("ui.main.about"))
    parser.addHelpOption()
    data = QtCore.QCommandLineOption(["data"], say("ui.main.data"), "DIR")
    secret = QtCore.QCommandLineOption(["device-secret-file"], say("ui.main.secret"), "FILE")
    parser.addOption(data)
    parser.addOption(secret)
    parser.process(application)
    folder = Path(parser.value(data)) if parser.isSet(data) else own_folder()
    return Wired(folder.absolute(), Path(parser.value(secret)).absolute() if parser.isSet(secret) else None)


def own_folder() -> Path:
    """Where the site of this operating-system account lies."""
    # Named through the module: a class of Qt is made when it is first named, and few starts come here.
    paths = QtCore.QStandardPaths
    return Path(paths.writableLocation(paths.StandardLocation.GenericDataLocation)) / "countersign" / "site"


def uncaught(
    keeper: Keeper, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """A bug in what the window does itself: told where programs tell, and to the person who is signed in."""
    traceback.print_exception(kind, error, trace)
    if keeper.house is not None and isinstance(error, Exception):
        keeper.house.desk.failed.emit(error)


def main(argv: list[str] | None = None) -> int:
    """Show the window until it is closed; the exit code."""
    search_nothing()
    application = QApplication(sys.argv if argv is None else ["countersign-desktop", *argv])
    application.setApplicationName("countersign")
    application.setApplicationDisplayName(say("ui.door.product"))
    application.setQuitOnLastWindowClosed(False)
    dark = application.styleHints().colorScheme() == QtCore.Qt.ColorScheme.Dark
    wear(on_windows=True)
    set_theme("dark" if dark else "light")
    store = Lane("store")
    keeper = Keeper(Door(asked(application), store), store)
    sys.excepthook = partial(uncaught, keeper)
    store.lost.connect(lambda error: uncaught(keeper, type(error), error, error.__traceback__))
    keeper.begin()
    code = application.exec()
    store.close()
    return code
