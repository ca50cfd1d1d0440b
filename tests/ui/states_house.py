"""The states of frame, home, people, signing and records, as somebody at the window brings them about.

- `HOUSE` names each: who is signed in, and what is done there; dialogs and menus that it opens stay open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from msgspec.structs import replace
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.base.faults import Fault
from app.base.ids import RecordId
from app.base.moment import Day, at_local
from app.base.say import say
from app.base.words import Refused
from app.domain.records import Void
from app.work.demo.stage import Stage, must
from app.work.numbers import HomeNumbers, home
from app.work.perform import perform
from tests.ui.opened import Opened
from tests.ui.waiting import pause, until
from tests.work.onstage import again
from tests.work.seeing import entries
from ui.address import Address
from ui.desk import Notice
from ui.home.mine import MyHome
from ui.home.site import SiteHome
from ui.kit.dialog import Dialog
from ui.page import Page
from ui.people.asof import AsOf
from ui.people.page import PeoplePage
from ui.people.person import PersonPage
from ui.records.add import AddDialog, add_record
from ui.records.next import sign_next
from ui.records.void import CorrectDialog, correct_record, void_record
from ui.shell.search import Search
from ui.signing.cant import CantDialog
from ui.signing.dialog import SignDialog
from ui.signing.exact import ExactDialog
from ui.signing.sign import CannotDialog

QA, LEARNER, NUMBER = "muphaus", "obarad", "HB10032"
READING, ON_THE_JOB = "RQ-0045", "RQ-0047"
Act = Callable[[Opened], object]
P = TypeVar("P", bound=Page)
D = TypeVar("D", bound=Dialog)


def prepare(stage: Stage) -> None:
    """A void record, a late one that waits for QA, and one that waits for its trainer."""
    office = stage.enter(LEARNER)
    reading = stage.command(NUMBER, READING, "READ")
    long_ago = at_local(Day("2026-09-01"), 9, 5, stage.cast.plan["zone"])
    must(perform(office, replace(reading, done=long_ago, why="LATE_DEVICE"), stage.signer()))
    must(perform(office, stage.command(NUMBER, ON_THE_JOB, "TRAINED"), again(stage.signer())))
    stage.leave()
    office = stage.enter(QA)
    done = [one.ent.id for one in entries(office) if one.act == "record.sign"]
    must(perform(office, Void(id=RecordId(done[0]), why="WRONG_DATE"), stage.signer()))
    stage.leave()


def close_dialogs() -> None:
    """Close every dialog and menu."""
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()
    for one in QApplication.topLevelWidgets():
        if isinstance(one, Dialog) and one.isVisible():
            one.done(0)
    pause(50)


def at(made: Opened, kind: type[P], address: str) -> P:
    """The page of a kind at an address."""
    page = made.go(address)
    assert isinstance(page, kind)
    pause(300)
    made.settle()
    return page


def dialog(kind: type[D]) -> D:
    """The open dialog of a kind."""
    until(lambda: any(isinstance(one, kind) and one.isVisible() for one in QApplication.topLevelWidgets()))
    pause(80)
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible())


# ---- home


def site_home(made: Opened) -> SiteHome:
    """What the site needs."""
    return at(made, SiteHome, "countersign:home")


def calm_home(made: Opened) -> None:
    """Nothing is wrong anywhere."""
    page = site_home(made)
    office = made.desk.office
    assert office is not None
    told: list[object] = []
    made.desk.ask(page, home, told.append)
    made.settle()
    found = told[0]
    assert isinstance(found, HomeNumbers)
    page._show(
        replace(
            found, met=found.of, overdue=0, overdue_people=0, expiring=0, waiting=0, attention=(),
            departments=tuple(replace(one, met=one.of) for one in found.departments),
            weeks=tuple(replace(one, n=0) for one in found.weeks), here=0,
        )
    )  # fmt: skip


def my_home(made: Opened) -> MyHome:
    """What I have to do."""
    return at(made, MyHome, "countersign:home")


# ---- people


def people(made: Opened, text: str = "", state: str = "", row: int = -1) -> PeoplePage:
    """The list."""
    page = at(made, PeoplePage, "countersign:people")
    page.filters.restore({"state": state})
    page.filters.text.setText(text)
    page.refresh()
    made.settle()
    pause(250)
    made.settle()
    if row >= 0 and page._lines.count():
        page.table.grid.setCurrentIndex(page.table.rows.index(row, 0))
        page.table.grid.setFocus()
        pause(300)
        made.settle()
    return page


def people_drawer(made: Opened) -> None:
    """The panel, open also where it is a drawer."""
    page = people(made, row=2)
    page.brief.show()
    line = page._lines.line(page.table.current_id())
    if line is not None:
        page.brief.show_person(line)


def people_loading(made: Opened) -> None:
    """The list takes its time."""
    page = people(made)
    page.states.show_loading(say("ui.people.loading"), 1_200, 20_000)
    pause(400)


def people_error(made: Opened) -> None:
    """The list could not be read again."""
    people(made)._reading._failed(Fault("disk.full"))


def people_menu(made: Opened) -> None:
    """The menu of a filter."""
    page = people(made)
    page.filters.dept._offer()
    pause(50)


# ---- a training file


def file(
    made: Opened, address: str = f"countersign:person/{NUMBER}", tab: str = "duties", row: int = 0
) -> PersonPage:
    """Somebody's file."""
    page = at(made, PersonPage, address)
    if page._asof is not None:
        page._look_at(None)
        made.settle()
    page.asof._close()
    page.tabs.filter.clear()
    page.tabs.heads.set_value(tab)
    page.tabs._turn(tab)
    table = page.tabs.tables[tab]
    if 0 <= row < table.rows.rowCount():
        table.grid.setCurrentIndex(table.rows.index(row, 0))
        table.grid.setFocus()
    made.settle()
    pause(200)
    made.settle()
    return page


def file_drawer(made: Opened, row: int = 0) -> None:
    """With its panel, also where that is a drawer."""
    page = file(made, row=row)
    page.detail.show()


def _proof_row(made: Opened, address: str, *, void: bool) -> PersonPage:
    page = file(made, address, "records", -1)
    shown = page._shown
    assert shown is not None
    found = next((one for one in shown.file.proofs if bool(one.void) == void and not one.open), None)
    if found is not None:
        page.tabs.tables["records"].select(found.id)
    page.detail.show()
    made.settle()
    pause(150)
    made.settle()
    return page


def file_void(made: Opened) -> None:
    """A void record."""
    _proof_row(made, f"countersign:person/{NUMBER}", void=True)


def file_late(made: Opened) -> None:
    """A late record."""
    page = file(made, tab="records", row=-1)
    assert page._shown is not None
    found = next(one for one in page._shown.file.proofs if any(each.late for each in one.signed))
    page.tabs.tables["records"].select(found.id)
    page.detail.show()
    made.settle()
    pause(150)
    made.settle()


def file_open(made: Opened) -> None:
    """A record that waits for a signature."""
    page = file(made, tab="records", row=-1)
    page.tabs.tables["records"].select(open_record(made))
    page.detail.show()
    made.settle()
    pause(200)
    made.settle()


def file_asking(made: Opened) -> None:
    """A day is asked for."""
    file(made)._ask_day()


def file_then(made: Opened, *, known: bool = False) -> None:
    """Another day is shown."""
    page = file(made)
    page._look_at(AsOf(day=page._shown.file.read.day.__class__("2025-06-30"), as_known=known))  # type: ignore[union-attr]
    made.settle()
    pause(200)
    made.settle()


def file_none(made: Opened) -> None:
    """Nothing matches the filter."""
    page = file(made)
    page.tabs.filter.setText("zzzz")
    pause(300)
    made.settle()


def file_unknown(made: Opened) -> None:
    """Nobody has that number."""
    made.go("countersign:person/HB99999")


# ---- records and signing


def adding(made: Opened, code: str = READING) -> AddDialog:
    """A record is begun."""
    close_dialogs()
    page = made.page()
    add_record(made.desk, page, NUMBER, code)
    return dialog(AddDialog)


def adding_wrong(made: Opened) -> None:
    """Its time can't be read, its requirement is missing."""
    shown = adding(made, "")
    shown.when.way.set_value("earlier")
    shown.when._changed()
    shown.go_button.click()


def adding_late(made: Opened) -> None:
    """It took place long ago, at a time that is none."""
    shown = adding(made)
    shown.when.way.set_value("earlier")
    shown.when.day_edit.set_day("2026-09-01")
    shown.when.time_edit.setText("25:99")
    shown.go_button.click()


def signing(made: Opened) -> SignDialog:
    """The dialog, alone or with a second person, after the form."""
    adding(made).go_button.click()
    return dialog(SignDialog)


def signing_late(made: Opened) -> None:
    """A late record is signed."""
    shown = adding(made)
    shown.when.way.set_value("earlier")
    shown.when.day_edit.set_day("2026-09-01")
    shown.when.time_edit.setText("09:05")
    shown.go_button.click()
    dialog(SignDialog)


def signing_missing(made: Opened) -> None:
    """Asked to sign without a password."""
    signing(made)._sign()


def signing_wrong(made: Opened) -> None:
    """The password did not match."""
    shown = signing(made)
    form = shown.form
    if form.user_edit.isVisible() and form.user_edit.isEnabled() and not form.user_edit.text():
        form.user_edit.setText(LEARNER)
    form.password_edit.setText("not the password")
    form.code_entry.edit.setText("000000")
    shown.sign_button.click()
    until(lambda: not shown._busy)


def signing_busy(made: Opened) -> None:
    """The signature is being made."""
    signing(made)._set_busy(busy=True)


def signing_refused(made: Opened) -> None:
    """The core refused."""
    signing(made)._refuse(Refused("record.changed_meanwhile"))


def signing_cant(made: Opened) -> None:
    """I can't sign this."""
    shown = signing(made)
    shown.cant_button.click()
    asked = dialog(CantDialog)
    asked.why.setCurrentIndex(1)
    asked._tell(asked.why.value())


def signing_exact(made: Opened) -> None:
    """Exactly what is signed."""
    signing(made).what.opening.emit()
    dialog(ExactDialog)


def _complete(made: Opened) -> str:
    page = at(made, PersonPage, f"countersign:person/{NUMBER}")
    assert page._shown is not None
    return next(one.id for one in page._shown.file.proofs if not one.void and not one.open)


def voiding(made: Opened) -> None:
    """A record is declared void."""
    close_dialogs()
    record = _complete(made)
    void_record(made.desk, made.page(), record)
    dialog(SignDialog)


def correcting(made: Opened) -> None:
    """A record is corrected."""
    close_dialogs()
    record = _complete(made)
    correct_record(made.desk, made.page(), record)
    dialog(CorrectDialog)


def open_record(made: Opened) -> str:
    """A record of somebody that waits for a signature."""
    page = at(made, PersonPage, "countersign:person/HB10032")
    assert page._shown is not None
    return next((one.id for one in page._shown.file.proofs if one.open and not one.void), "")


def going_on(made: Opened) -> None:
    """What comes next."""
    close_dialogs()
    record = open_record(made)
    if record:
        sign_next(made.desk, made.page(), record)
        pause(400)


def cannot(made: Opened) -> None:
    """It can't be signed."""
    close_dialogs()
    at(made, PersonPage, f"countersign:person/{NUMBER}")
    CannotDialog(made.page(), say("ui.refused.scope.outside", {"dept": "FIL"})).open()
    dialog(CannotDialog)


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


HOUSE: Mapping[str, tuple[str, Act]] = {
    "home": (QA, site_home),
    "home-calm": (QA, calm_home),
    "people": (QA, partial(people, row=2)),
    "people-filtered": (QA, partial(people, state="over", row=0)),
    "people-none": (QA, partial(people, text="zzzz", state="over")),
    "people-drawer": (QA, people_drawer),
    "people-loading": (QA, people_loading),
    "people-error": (QA, people_error),
    "people-menu": (QA, people_menu),
    "file": (QA, file),
    "file-drawer": (QA, file_drawer),
    "file-records": (QA, partial(file, tab="records")),
    "file-jobs": (QA, partial(file, tab="jobs")),
    "file-void": (QA, file_void),
    "file-late": (QA, file_late),
    "file-open": (QA, file_open),
    "file-asking": (QA, file_asking),
    "file-then": (QA, file_then),
    "file-known": (QA, partial(file_then, known=True)),
    "file-none": (QA, file_none),
    "file-unknown": (QA, file_unknown),
    "record-add": (QA, adding),
    "record-wrong": (QA, adding_wrong),
    "record-late": (QA, adding_late),
    "record-correct": (QA, correcting),
    "record-next": (QA, going_on),
    "sign-second": (QA, signing),
    "sign-void": (QA, voiding),
    "sign-cannot": (QA, cannot),
    "search-empty": (QA, searching),
    "search": (QA, partial(searching, text="gow")),
    "search-none": (QA, partial(searching, text="zzzz")),
    "help": (QA, helping),
    "notices": (QA, notices),
    "notices-none": (QA, partial(notices, some=False)),
    "bell": (QA, bell),
    "menus": (QA, menu_bar),
    "person-menu": (QA, person_menu),
    "toast": (QA, toast),
    "failure": (QA, failure),
    "bug": (QA, bug),
    "held": (QA, held),
    "my-home": (LEARNER, my_home),
    "my-file": (LEARNER, partial(file, address="countersign:person/me")),
    "my-record": (LEARNER, adding),
    "sign": (LEARNER, signing),
    "sign-missing": (LEARNER, signing_missing),
    "sign-wrong": (LEARNER, signing_wrong),
    "sign-busy": (LEARNER, signing_busy),
    "sign-late": (LEARNER, signing_late),
    "sign-refused": (LEARNER, signing_refused),
    "sign-cant": (LEARNER, signing_cant),
    "sign-exact": (LEARNER, signing_exact),
}
"""Who is signed in, and how a state is brought about."""
