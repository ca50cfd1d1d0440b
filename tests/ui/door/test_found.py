"""The first run: three people found a site at one keyboard, and the first of them comes in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from pytestqt.qtbot import QtBot

from app.proof import totp
from app.work.unlock import Given
from tests.ui.door.entrance import WAIT, Entrance
from ui.door.asking import PersonForm
from ui.door.first import First
from ui.door.found import Founding
from ui.door.handing import Handing, Trust
from ui.door.keeper import Keeper
from ui.door.sheet import Sheet, save_pdf

PASSWORD = "a sentence that nobody said before, {}"
NAMES = ("anna", "bram", "carla")


class FirstDay:
    """A door on a folder where nothing lies yet."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.entrance = Entrance(qtbot, folder / "site", folder / "device-secret")
        self.keeper = Keeper(self.entrance.door, self.entrance.lane)
        self.keeper.begin()
        self.entrance.settle()
        self.codes: dict[str, str] = {}

    @property
    def founding(self) -> Founding:
        """The founding's pages."""
        return self.entrance.door.findChild(Founding)  # type: ignore[return-value]

    def site(self) -> None:
        """Name the site."""
        self.entrance.door.findChild(First).site.click()  # type: ignore[union-attr]
        form = self.founding.site
        form.names["site"].setText("leiden")
        form.zone.set_value("Europe/Amsterdam")
        form.contact.setText("QA, extension 1")
        form.go.click()
        self.entrance.settle()

    def person(self, name: str, password: str = "") -> None:
        """Type one of the three."""
        form = self.founding.currentWidget()
        assert isinstance(form, PersonForm)
        for field, text in (
            ("given", name.title()),
            ("family", "van Test"),
            ("number", f"N{name}"),
            ("user", name),
        ):
            form.texts[field].setText(text)
        for editor in (form.password, form.again):
            editor.setText(password or PASSWORD.format(name))
        form.go.click()
        self.entrance.settle()

    def handed(self, name: str) -> Handing:
        """The sheet that is shown, and the code after the next one of its seed."""
        page = self.founding.currentWidget()
        assert isinstance(page, Handing)
        seed = totp.from_base32(dict(page.sheet.rows)["Seed of the one-time codes"].replace(" ", ""))
        now = self.entrance.behind.place().clock("UTC").now().instant.ms
        page.code.edit.setText(totp.code_at(seed, now))
        self.codes[name] = totp.code_at(seed, now + totp.STEP_MS)
        return page

    def close(self) -> None:
        """Leave whatever is open."""
        self.keeper.quit()
        self.entrance.settle()
        self.entrance.inside.clear()
        self.entrance.close()


@pytest.fixture
def day(qtbot: QtBot, look: None, tmp_path: Path) -> Iterator[FirstDay]:
    """A first day."""
    made = FirstDay(qtbot, tmp_path)
    yield made
    made.close()


@pytest.mark.req("R-SEC-04", "R-ACC-03")
def test_three_people_found_a_site_and_the_first_comes_in(day: FirstDay) -> None:
    day.site()
    for name in NAMES:
        day.person(name)
    day.qtbot.waitUntil(lambda: isinstance(day.founding.currentWidget(), Handing), timeout=WAIT)
    for name in NAMES:
        assert not day.entrance.door.close() and "never shown again" in day.entrance.said()
        day.handed(name).go.click()
        day.entrance.settle()
    page = day.founding.currentWidget()
    assert isinstance(page, Trust) and len(dict(page.sheet.rows)) == 4
    page.go.click()
    day.qtbot.waitUntil(lambda: "QA, extension 1" in day.entrance.said(), timeout=WAIT)
    assert day.entrance.door.form.user.text() == "anna"
    day.entrance.attempt(Given("anna", PASSWORD.format("anna"), day.codes["anna"]))
    day.qtbot.waitUntil(lambda: day.keeper.house is not None, timeout=WAIT)
    assert day.keeper.house is not None and day.keeper.house.name == "Anna van Test"


@pytest.mark.req("R-ACC-07", "R-ACC-02")
def test_what_cant_be_taken_is_said_and_nothing_is_founded(day: FirstDay, tmp_path: Path) -> None:
    day.site()
    day.person("anna", "too short")
    assert "15" in day.entrance.said()
    day.person("anna")
    day.person("anna")
    assert isinstance(day.founding.currentWidget(), PersonForm) and not (tmp_path / "site").exists()
    assert day.founding.currentWidget().banner.isVisible()  # type: ignore[union-attr]


def test_a_wrong_first_code_is_asked_for_again(day: FirstDay) -> None:
    day.site()
    for name in NAMES:
        day.person(name)
    page = day.handed("anna")
    page.code.edit.setText("000000")
    page.go.click()
    day.entrance.settle()
    assert day.founding.currentWidget() is page and "code is wrong" in day.entrance.said()
    day.handed("anna").go.click()
    day.entrance.settle()
    assert day.founding.currentWidget() is not page


def test_a_sheet_on_paper_can_be_read_out_of_its_pdf(qtbot: QtBot, look: None, tmp_path: Path) -> None:
    sheet = Sheet(
        "Enrolment sheet of Anna",
        "about",
        (("Seed", "ABCD 2345 67"), ("Codes", "0123-4567 89")),
        ((1, 0), (0, 1)),
    )
    assert save_pdf(sheet, tmp_path / "sheet.pdf")
    document = pypdfium2.PdfDocument(str(tmp_path / "sheet.pdf"))
    text = document[0].get_textpage().get_text_range()
    assert "ABCD 2345 67" in text and "0123-4567 89" in text and len(document) == 1
    document.close()


def test_a_sheet_that_cant_be_written_says_so(qtbot: QtBot, look: None, tmp_path: Path) -> None:
    assert not save_pdf(Sheet("t", "a", ()), tmp_path / "nowhere" / "sheet.pdf")
