"""Rows of the history: what their seals are after a verification, and where the red rule stands."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.base.moment import clock_text, hour_text, instant_at, place_text
from app.work.told import Made
from app.work.verifying import Found, Verified
from ui.history.lines import Seals, cells_of
from ui.history.standing import verified_words

LOG = "a/b/dev1/0"
NOON = instant_at(1_795_608_000_000, "Europe/Amsterdam")


def line(seq: int) -> Made:
    """An entry."""
    return Made(
        log=LOG, seq=seq, when="20 Nov 2026, 12:00:00 CET (UTC+01:00)", who="Marta", act="record.sign", action="Signed",
        noun="record", record="SOP-1", column="", old="", new="", more=0, why="", signed=True, me=False,
        local="20 Nov 2026, 12:00:00",
    )  # fmt: skip


def told(*found: tuple[str, int | None]) -> Verified:
    """A verification that found errors at entries."""
    return Verified(
        at=NOON, entries=100, signatures=1, checkpoints=1, receipts=0, seconds=1.0, trust="bundle",
        found=tuple(
            Found(code=code, severity="error", log="" if seq is None else LOG, seq=seq, entity="", text=code)
            for code, seq in found
        ),
    )  # fmt: skip


@pytest.mark.req("R-AUD-07")
def test_a_red_rule_parts_the_first_broken_entry_from_what_is_intact() -> None:
    first = cells_of(line(7), "over", ends=True)
    assert {(cell.rule, cell.tint) for cell in first} == {("bad", "bad_bg")}
    later = cells_of(line(9), "exempt")
    assert {(cell.rule, cell.tint) for cell in later} == {("", "")}
    assert later[3].colour == "text3"


@pytest.mark.req("R-AUD-03")
@pytest.mark.parametrize("zone", ["Asia/Singapore", "America/Sao_Paulo", "Asia/Dubai", "Europe/Amsterdam"])
def test_the_time_is_told_in_every_zone(zone: str) -> None:
    at = instant_at(1_795_608_007_000, zone)
    made = replace(line(7), when=clock_text(at), local=place_text(at))
    assert cells_of(made, "ok")[2].text == f"25 Nov 2026, {hour_text(at)}:07"


@pytest.mark.req("R-AUD-07")
def test_current_data_that_differs_leaves_the_entries_sealed() -> None:
    beside = told(("STATE_DIFF", 7), ("ATTACH_HASH", None))
    assert [Seals(beside).of(line(seq)) for seq in (6, 7, 8, 99)] == ["ok"] * 4
    assert Seals(beside).of(line(100)) == "todo"
    assert beside.first is None
    title, text = verified_words(beside)
    assert title == "What is stored beside the history does not verify"
    assert "All 100 entries are complete and unchanged" in text


@pytest.mark.req("R-AUD-07")
def test_a_broken_entry_stays_broken_whatever_else_was_found() -> None:
    both = told(("STATE_DIFF", 3), ("CHAIN_BREAK", 7))
    assert [Seals(both).of(line(seq)) for seq in (3, 6, 7, 8)] == ["ok", "ok", "over", "exempt"]
    assert verified_words(both)[0] == "History does not verify from entry 8 on"


@pytest.mark.req("R-AUD-07")
def test_an_error_of_no_log_by_name_leaves_what_follows_in_every_log_in_doubt() -> None:
    found = Found(code="CHAIN_BREAK", severity="error", log="", seq=7, entity="", text="")
    seals = Seals(replace(told(), found=(found,)))
    assert [seals.of(line(seq)) for seq in (6, 7, 8)] == ["ok", "ok", "exempt"]
