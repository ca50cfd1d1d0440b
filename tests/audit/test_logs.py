"""Logs as the store holds them: gaps, breaks, clocks, entries that belong to no log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fabricated_site import connect
from msgspec.structs import replace
from telling import OneLog, Story, case_told, notes, puts

from app.audit.verify import verify


def store(path: str, key: bytes, sql: str, *values: Any) -> None:
    """One statement, whatever the fences say."""
    connection = connect(Path(path), key)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute(sql, values)
    connection.commit()
    connection.close()


@pytest.mark.req("R-AUD-02")
@pytest.mark.parametrize("alone", [0, 20_000])
@pytest.mark.parametrize(
    ("sql", "finding"),
    [
        ("DELETE FROM entry WHERE seq = 9", "CHAIN_GAP: "),
        ("DELETE FROM entry WHERE seq = 0", "CHAIN_GAP: "),
        (
            "UPDATE entry SET b = CAST(replace(CAST(b AS TEXT), 'Dublin', 'Berlin') AS BLOB) WHERE seq = 9",
            "CHAIN_BREAK: ",
        ),
        ("UPDATE entry SET b = x'7b7d' WHERE seq = 9", "ENTRY_SCHEMA: unparsable"),
        ("UPDATE entry SET b = x'ff' WHERE seq = 30", "ENTRY_SCHEMA: unparsable"),
        ("UPDATE entry SET seq = seq + 1000000000000 WHERE seq = (SELECT max(seq) FROM entry)", "CHAIN_GAP: "),
        (
            "INSERT INTO entry SELECT 'skye', log, seq, b FROM entry WHERE seq = 3",
            "CHAIN_BREAK: members differ from columns",
        ),
        (
            "INSERT INTO entry SELECT site_id, log, -1, b FROM entry WHERE seq = 3",
            "CHAIN_BREAK: members differ from columns",
        ),
    ],
)
def test_what_the_store_holds_is_one_chain(tmp_path: Path, sql: str, finding: str, alone: int) -> None:
    case = case_told(tmp_path, None)
    store(case.stores["main"].path, case.stores["main"].key, sql)
    assert finding in notes(verify(replace(case, alone=alone, workers=2)))


def recast(**members: Any) -> Story:
    """The newest entry has other times."""

    def story(s: OneLog) -> None:
        s.m.entry("person.note", f"person/{s.lea.pid}", s.bea, sess="s_four")
        s.recast(puts(**members))

    return story


@pytest.mark.parametrize(
    ("story", "finding"),
    [
        (recast(ts__clk="odd"), "CLOCK_BACK: "),
        (recast(ts__hlc="1000000000000.0000"), "CLOCK_BACK: "),
        (recast(ts__hlc="soon"), "ENTRY_SCHEMA: hlc"),
        (recast(log="countersign.local.invalid/kilda/dev9/0"), "CHAIN_BREAK: "),
        (recast(seq=7), "CHAIN_BREAK: "),
        (recast(prev="B" * 43), "CHAIN_BREAK: "),
    ],
)
def test_an_entry_follows_the_one_before(tmp_path: Path, story: Story, finding: str) -> None:
    assert finding in notes(verify(case_told(tmp_path, story)))


def test_an_empty_store_has_no_genesis(tmp_path: Path) -> None:
    case = case_told(tmp_path, None)
    store(case.stores["main"].path, case.stores["main"].key, "DELETE FROM entry")
    report = verify(case)
    assert report.counts.entries == 0 and "CP_MISMATCH: no sound genesis" in notes(report)
