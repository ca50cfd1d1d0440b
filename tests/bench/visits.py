"""What the bench of the screens does in the window: every page, keys in fields, dialogs, lock and unlock.

- A visit acts and answers the widget whose first paint counts, or None where only the answers count.
- `look` finds a widget that comes later: a dialog that opens after the store was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.base.words import Value
from app.work.demo.stage import Stage
from app.work.unlock import Given
from tests.ui.opened import Opened
from ui.address import parse
from ui.history.page import HistoryView
from ui.kit.dialog import Dialog
from ui.people.page import PeoplePage
from ui.people.person import PersonPage
from ui.records.add import AddDialog
from ui.shell.search import Search
from ui.signing.dialog import SignDialog

FILTERED, SEARCHED = "annemiek", "okafor 1"
PEOPLE_PAGES = (
    ("home", "countersign:home"),
    ("people", "countersign:people"),
    ("a training file", "countersign:person/HB10032"),
    ("a second training file", "countersign:person/BB19"),
    ("documents", "countersign:documents"),
    ("a document", "countersign:document/SOP-0007"),
    ("change history", "countersign:history"),
    ("reports", "countersign:reports/HB10032"),
    ("sync", "countersign:sync"),
    ("settings", "countersign:settings"),
)


class Visit(Value, frozen=True):
    """Something done in the window. `kind`: page, key, dialog or act; `look` finds what must be painted."""

    name: str
    act: Callable[[], None]
    look: Callable[[], QWidget | None]
    kind: str = "page"


def pages(made: Opened) -> Iterator[Visit]:
    """Every page of the window once."""
    for name, address in PEOPLE_PAGES:
        yield Visit(name=name, act=partial(go, made, address), look=partial(shown, made, address))
        if name == "a document":
            yield reader(made)
        elif name == "change history":
            yield middle(made)


def go(made: Opened, address: str) -> None:
    """Go there without waiting."""
    told = parse(address)
    assert told is not None, address
    made.window.go(told)


def shown(made: Opened, address: str) -> QWidget | None:
    """The page of an address, once it is the one in front."""
    told = parse(address)
    page = made.window.page()
    return page if told is not None and page is not None and page.name == told.page else None


def reader(made: Opened) -> Visit:
    """A version's file in its reader, if one is here."""
    found = getattr(made.page(), "found", None)
    version = next((one.ver for one in found.versions if one.file == "here"), "") if found is not None else ""
    address = f"countersign:document/SOP-0007/{version}"
    return Visit(name="a document's file", act=partial(go, made, address), look=partial(shown, made, address))


def middle(made: Opened) -> Visit:
    """The history scrolled to its middle."""
    page = made.page()
    assert isinstance(page, HistoryView)
    bar, view = page.table.grid.verticalScrollBar(), page.table.grid.viewport()

    def scroll() -> None:
        bar.setValue(bar.maximum() // 2 if bar.value() == 0 else 0)

    return Visit(name="the middle of the history", act=scroll, look=lambda: view, kind="act")


def typed(made: Opened) -> Iterator[Visit]:
    """The filter of the people and the search of the window, key by key."""
    go(made, "countersign:people")
    made.settle()
    page = made.page()
    assert isinstance(page, PeoplePage)
    field = page.filters.text
    for letter in FILTERED:
        yield key(f"people, filter {letter!r}", field, letter)
    field.clear()
    made.settle()
    yield Visit(name="search opened", act=made.window.search, look=partial(dialog, Search), kind="dialog")
    search = dialog(Search)
    assert isinstance(search, Search)
    for letter in SEARCHED:
        yield key(f"search, {letter!r}", search.field, letter)
    search.reject()


def key(name: str, field: QLineEdit, letter: str) -> Visit:
    """One key in a field."""
    return Visit(name=name, act=partial(QTest.keyClicks, field, letter), look=lambda: field, kind="key")


def dialogs(made: Opened) -> Iterator[Visit]:
    """A record is begun and its signature asked for; then everything is put away."""
    go(made, "countersign:person/HB10032")
    made.settle()
    page = made.page()
    assert isinstance(page, PersonPage)
    yield Visit(name="add a record", act=page._begin, look=partial(dialog, AddDialog), kind="dialog")
    adding = dialog(AddDialog)
    assert isinstance(adding, AddDialog)
    free = next(code for code, start in adding._starts.items() if not start.open)
    adding.requirement_choice.set_value(free)
    adding._choose(free)
    click = adding.go_button.click
    yield Visit(name="signing dialog", act=click, look=partial(dialog, SignDialog), kind="dialog")
    for kind in (SignDialog, AddDialog):
        found = dialog(kind)
        if isinstance(found, Dialog):
            found.reject()


def dialog(kind: type[QWidget]) -> QWidget | None:
    """The open dialog of a kind."""
    tops = QApplication.topLevelWidgets()
    return next((one for one in tops if isinstance(one, kind) and one.isVisible()), None)


def verified(made: Opened, given: Given) -> Iterator[Visit]:
    """A verification of everything, while the history is looked at."""
    go(made, "countersign:history")
    made.settle()
    page = made.page()
    assert isinstance(page, HistoryView)
    run = partial(page.standing.verifying.begin, given)
    yield Visit(name="verify everything", act=run, look=lambda: page.standing.banner, kind="act")


def locked(made: Opened, stage: Stage, username: str) -> Iterator[Visit]:
    """Lock, and come back."""
    yield Visit(name="lock", act=made.keeper.lock, look=lambda: made.door, kind="act")
    given = stage.cast.typed(username)

    def unlock() -> None:
        enter = partial(made.door.behind.enter, given.user, given.password, given.code)
        made.store.ask(made.door, lambda _ticket: enter(), made._came_in)

    def inside() -> QWidget | None:
        window = made.window
        return window.page() if window.isVisible() else None

    yield Visit(name="unlock", act=unlock, look=inside, kind="act")
