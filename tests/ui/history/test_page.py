"""The history on a real site: every entry, filters, one in full, verification found sound and found broken."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.base.ids import PersonId, RecordId, RequirementId
from app.base.moment import instant_at
from app.base.say import say
from app.base.words import Refused
from app.domain.records import SignOff
from app.store import state
from app.work.demo.proofs import DAMAGES
from app.work.demo.stage import Stage
from app.work.ledger import HistoryQuery
from app.work.office import Office
from app.work.perform import preview
from app.work.verifying import Found, Verified
from tests.ui.looking import clipped, jumps, small, unnamed
from tests.ui.opened import Opened, opened
from tests.ui.waiting import until
from ui.history.lines import Seals
from ui.history.page import HistoryView
from ui.history.standing import verified_words
from ui.history.verify import AskPassword
from ui.kit.banner import Banner
from ui.kit.tokens import set_theme

NOON = instant_at(1_795_608_000_000, "Europe/Amsterdam")


def history(made: Opened) -> HistoryView:
    """The page."""
    page = made.go("countersign:history")
    assert isinstance(page, HistoryView)
    return page


def verify(made: Opened, stage: Stage, page: HistoryView) -> None:
    """Verify as a person does: the key, the password, the button."""
    made.press("Ctrl+Shift+V")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, AskPassword)
    given = stage.cast.typed("muphaus")
    dialog.user.setText(given.user)
    dialog.password.setText(given.password)
    dialog.go.click()
    until(lambda: not page.standing.progress.isVisible() and not page.standing.verifying.runs, 120_000)
    made.settle()


@pytest.mark.req("R-AUD-01", "R-AUD-06")
def test_the_newest_entry_comes_first_and_all_are_counted(qa: Opened) -> None:
    page = history(qa)
    office = qa.desk.office
    assert office is not None
    lines = page.table.rows.source
    first = lines.row(0)
    assert first is not None
    assert first[1][4].text == "Signed in"
    assert lines.count() == office.tail.n
    assert f"{lines.count():,} of {lines.count():,} entries" in qa.said()


def test_typing_a_name_finds_what_concerns_the_person(qa: Opened) -> None:
    page = history(qa)
    page.filters.text.setText("Barad")
    until(lambda: page.table.rows.source.count() < 100)
    qa.settle()
    records = [page.table.rows.source.row(n) for n in range(page.table.rows.source.count())]
    assert any("Omkaar Barad" in row[1][5].text for row in records if row)


def test_filters_are_remembered_without_what_was_typed(qa: Opened) -> None:
    page = history(qa)
    page.filters.text.setText("Barad")
    page.filters.noun.set_value("record")
    page.filters.noun.chosen.emit("record")
    qa.settle()
    assert qa.desk.remembers.get("history.filters") == {"noun": "record", "act": "", "when": ""}
    assert all("Training record" in row[1][5].text for n in range(2) if (row := page.table.rows.source.row(n)))


def test_an_address_of_a_person_is_looked_up_without_the_filters_left_behind(qa: Opened) -> None:
    page = history(qa)
    page.filters.restore({"noun": "setting", "act": "setting.change", "when": "1"})
    page.filters.asked.emit()
    qa.settle()
    qa.go("countersign:history/Barad")
    until(lambda: page.filters.query() == HistoryQuery(text="Barad"))
    qa.settle()
    assert page.table.rows.source.count() > 0
    assert not page.filters.clear.isHidden()


def test_the_last_days_are_asked_for_by_their_number(qa: Opened) -> None:
    """Which days those are, the site's clock says."""
    page = history(qa)
    page.filters.when.set_value("7")
    page.filters.when.chosen.emit("7")
    qa.settle()
    assert page.filters.query() == HistoryQuery(days=7)
    assert page.table.rows.source.count() == qa.desk.office.tail.n  # type: ignore[union-attr]
    page.filters.reset()
    assert page.filters.query() == HistoryQuery()


@pytest.mark.req("R-AUD-03")
def test_an_entry_is_shown_in_full(qa: Opened) -> None:
    page = history(qa)
    page.filters.noun.set_value("record")
    page.filters.noun.chosen.emit("record")
    qa.settle()
    row = page.table.rows.source.row(0)
    assert row is not None
    page.table.select(row[0])
    page.table.opened.emit(row[0])
    qa.settle()
    said = qa.said(page.panel)
    for words in (
        "Entry 3,392",
        "Jennifer van der Wal",
        "jwal · trainer",
        "Trainer signed",
        "RQ-0083",
        "Place in the chain",
    ):
        assert words in said, words


@pytest.mark.req("R-AUD-07")
def test_a_sound_history_verifies(qa: Opened, stage: Stage) -> None:
    page = history(qa)
    verify(qa, stage, page)
    assert "History verifies" in page.standing.banner.title.text()
    row = page.table.rows.source.row(100)
    assert row is not None, (
        page.table.rows.source.count(),
        type(page.table.rows.source),
        page._lines and len(page._lines._lines),
    )
    assert row[1][0].status == "ok"
    assert "History verified" in qa.window.strip.verified.words()


@pytest.mark.req("R-AUD-07")
def test_a_changed_row_is_found_and_signing_pauses(qtbot: QtBot, look: None, stage: Stage) -> None:
    DAMAGES[0][1](stage, stage.site)
    with opened(qtbot, stage, "muphaus") as made:
        page = history(made)
        verify(made, stage, page)
        made.press("Ctrl+D")
        said = made.said(page.panel)
        assert "1. Do not switch off or repair this device." in said
        assert "It was changed outside the program." in said
        office = made.desk.office
        assert office is not None
        assert "does not verify" in page.standing.banner.title.text()
        assert "STATE_DIFF" in office.held
        command = stage_command(office)
        refused = preview(office, command, office.session.uid if office.session else "")
        assert isinstance(refused, Refused)
        assert refused.code == "site.held"
        assert "does not verify" in made.window.strip.verified.words()
    with opened(qtbot, stage, "ndoornhem") as later:
        assert later.desk.office is not None
        assert "STATE_DIFF" in later.desk.office.held


@pytest.mark.req("R-AUD-07")
def test_a_finding_is_an_incident_until_a_verification_finds_nothing(qa: Opened) -> None:
    page, notices = history(qa), qa.window.notices
    drawn = notices.drawer
    for seq in (7, 7, 8):
        at = Found(code="CHAIN_BREAK", severity="error", log="a/b/dev1/0", seq=seq, entity="", text="It.")
        page.standing.verifying.ended.emit(told_with(at))
        qa.settle()
        assert qa.said(drawn) == "" and "new" in qa.window.top.bell.accessibleName()
    (banner,) = drawn.findChildren(Banner)
    assert banner.title.text() == "History does not verify from entry 9 on"
    assert qa.window.top.bell.accessibleName() == "Notices, 1 new"
    page.standing.verifying.ended.emit(replace(told_with(at), found=()))
    qa.settle()
    assert drawn.findChildren(Banner) == []
    assert qa.window.top.bell.accessibleName() == "Notices"


@pytest.mark.req("R-AUD-07", "R-ACC-17")
def test_what_is_found_behind_the_locked_screen_holds_the_site_once_its_owner_is_back(
    qtbot: QtBot, look: None, stage: Stage
) -> None:
    DAMAGES[0][1](stage, stage.site)
    with opened(qtbot, stage, "muphaus") as made:
        page = history(made)
        page.standing.verifying.begin(stage.cast.typed("muphaus"))
        until(lambda: page.standing.progress.isVisible() or made.desk.net.is_busy)
        made.keeper.lock()
        until(lambda: not made.desk.net.is_busy and not page.standing.verifying.runs)
        made.enter(stage, "muphaus")
        assert made.desk.office is not None and "STATE_DIFF" in made.desk.office.held
        assert not page.standing.verifying.runs and page.standing.progress.isHidden()
    with opened(qtbot, stage, "ndoornhem") as later:
        assert later.desk.office is not None and "STATE_DIFF" in later.desk.office.held


def stage_command(office: Office) -> SignOff:
    """Something that QA might sign."""
    with office.store.read() as tx:
        record = next(row for row in state.rows(tx, "record"))
    return SignOff(
        id=RecordId(record["id"]),
        pid=PersonId(record["pid"]),
        req=RequirementId(record["req"]),
        meaning="REVIEWED",
    )


def test_the_banner_tells_what_is_intact_and_what_in_doubt() -> None:
    found = Found(
        code="CHAIN_BREAK", severity="error", log="a/b/dev1/0", seq=48_106, entity="", text="It was changed."
    )
    told = Verified(
        at=NOON,
        entries=48_211,
        signatures=1,
        checkpoints=1,
        receipts=0,
        seconds=1.0,
        trust="bundle",
        found=(found,),
    )
    title, text = verified_words(told)
    assert title == "History does not verify from entry 48,107 on"
    assert "Entries 1 to 48,106 are intact. The 105 entries from 48,107 on are kept" in text


def test_a_wrong_password_is_said_and_changes_nothing(qa: Opened) -> None:
    page = history(qa)
    page.standing.verify()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, AskPassword)
    dialog.user.setText("muphaus")
    dialog.password.setText("not the one")
    dialog.go.click()
    until(lambda: not page.standing.verifying.runs, 60_000)
    qa.settle()
    assert page.standing.banner.title.text() == say("ui.history.refused")
    assert "password" in page.standing.banner.text.text()
    office = qa.desk.office
    assert office is not None
    assert office.held == ()


def test_names_targets_and_room(qa: Opened) -> None:
    for size, (width, height) in ((1.0, (1280, 800)), (1.5, (1280, 800)), (1.5, (1920, 1080))):
        set_theme("light", size)
        qa.window.resize(width, height)
        page = history(qa)
        assert not unnamed(page)
        assert not small(page)
        assert not clipped(page)
        assert not jumps(page)


def test_cancel_ends_a_verification_and_changes_nothing(qa: Opened, stage: Stage) -> None:
    page = history(qa)
    given = stage.cast.typed("muphaus")
    page.standing.verifying.begin(given)
    page.standing.verifying.cancel()
    qa.settle()
    assert not page.standing.verifying.runs
    assert page.standing.verified is None


def test_what_follows_a_broken_entry_is_in_doubt_and_what_came_before_is_not(qa: Opened) -> None:
    page = history(qa)
    newest = page._lines._lines[0] if page._lines else None
    assert newest is not None
    at = Found(code="CHAIN_BREAK", severity="error", log=newest.log, seq=newest.seq - 1, entity="", text="It.")
    told = [told_with(replace(at, seq=seq)) for seq in (newest.seq, newest.seq - 1, newest.seq + 1)]
    assert [Seals(one).of(newest) for one in told] == ["over", "exempt", "ok"]
    whole, row = replace(at, log="", seq=None), replace(at, log="", seq=None, entity="record/r_1")
    assert Seals(told_with(whole)).of(newest) == "exempt"
    assert Seals(told_with(row)).of(newest) == "ok"


def told_with(found: Found) -> Verified:
    """A verification that found one thing."""
    return Verified(
        at=NOON,
        entries=99_999,
        signatures=1,
        checkpoints=1,
        receipts=0,
        seconds=1.0,
        trust="bundle",
        found=(found,),
    )


def test_after_the_lock_the_list_and_the_entry_are_as_they_were_left(qa: Opened) -> None:
    page = history(qa)
    lines = page.table.rows.source
    lines.row(700)
    until(lambda: lines.row(700) is not None)
    place = lines.row(700)[0]  # type: ignore[index]
    page.table.select(place)
    page.table.opened.emit(place)
    qa.settle()
    shown = page.panel.place
    qa.desk.returned.emit()
    qa.settle()
    assert page.table.rows.source is lines and page.table.current_id() == place
    assert page.panel.place == shown and not page.panel.isHidden()


def test_what_the_lock_dropped_is_asked_again(qa: Opened) -> None:
    page = history(qa)
    office, qa.desk.office = qa.desk.office, None
    page.table.rows.source.row(900)
    qa.settle()
    assert page.table.rows.source.row(900) is None
    qa.desk.office = office
    qa.desk.returned.emit()
    page.table.rows.source.row(900)
    until(lambda: page.table.rows.source.row(900) is not None)
    office, qa.desk.office = qa.desk.office, None
    page.filters.noun.set_value("record")
    page.filters.noun.chosen.emit("record")
    qa.settle()
    qa.desk.office = office
    qa.desk.returned.emit()
    until(lambda: page.table.rows.source.count() < 3_000)


def test_back_to_an_address_is_back_to_its_filters(qa: Opened) -> None:
    page = qa.go("countersign:history/HB10032")
    assert isinstance(page, HistoryView)
    page.filters.noun.set_value("record")
    page.filters.noun.chosen.emit("record")
    qa.settle()
    qa.go("countersign:people")
    qa.window.step(-1)
    qa.settle()
    assert page.filters.query() == HistoryQuery(text="HB10032", noun="record")
    qa.window.step(1)
    qa.desk.go("countersign:history/HB10032")
    qa.settle()
    assert page.filters.query() == HistoryQuery(text="HB10032")
