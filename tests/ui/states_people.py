"""The states of home, of the list of people and of a training file, as somebody brings them about."""

from __future__ import annotations

from msgspec.structs import replace

from app.base.faults import Fault
from app.base.say import say
from app.work.numbers import HomeNumbers, home
from tests.ui.opened import Opened
from tests.ui.scenes import NUMBER, at
from tests.ui.states_signing import open_record
from tests.ui.waiting import pause
from ui.home.mine import MyHome
from ui.home.site import SiteHome
from ui.people.asof import AsOf
from ui.people.page import PeoplePage
from ui.people.person import PersonPage

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
