"""Live rows against what history makes of them, in one process and shared by two."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from telling import OneLog, Story, case_told, notes

from app.audit.verify import verify
from app.store import scan, vault

KEY = ("record", "r_second0000000000")


def changed(s: OneLog) -> None:
    s.m.rows[KEY] = {**s.m.rows[KEY], "grade": "Z"}


def value_dropped(s: OneLog) -> None:
    s.m.rows[KEY] = {column: value for column, value in s.m.rows[KEY].items() if column != "dept"}


def added(s: OneLog) -> None:
    s.m.rows["record", "r_never000000000000"] = {"id": "r_never000000000000", "dept": "qc"}


def removed(s: OneLog) -> None:
    del s.m.rows[KEY]


def foreign_envelope(s: OneLog) -> None:
    box = s.m.envelope(s.lea.pid, "person|elsewhere|name_j", "x")
    s.m.rows["person", s.lea.pid] = {"id": s.lea.pid, "name_j": box}


@pytest.mark.req("R-AUD-02")
@pytest.mark.parametrize("alone", [0, 20_000])
@pytest.mark.parametrize(
    ("story", "findings"),
    [
        (None, set()),
        (changed, {"STATE_DIFF: grade"}),
        (value_dropped, {"STATE_DIFF: dept"}),
        (added, {"STATE_EXTRA: "}),
        (removed, {"STATE_MISSING: "}),
        (foreign_envelope, {"STATE_DIFF: name_j", "ENVELOPE_BAD: name_j"}),
    ],
)
def test_rows_are_what_history_makes(
    tmp_path: Path, story: Story | None, findings: set[str], alone: int
) -> None:
    case = case_told(tmp_path, story)
    assert notes(verify(replace(case, alone=alone, workers=2))) == findings


def test_a_row_of_another_site_is_no_row(tmp_path: Path) -> None:
    case = case_told(tmp_path, None)
    with_row(
        case.stores["main"].path,
        case.stores["main"].key,
        "UPDATE s_record SET site_id = 'skye' WHERE id = ?",
        KEY[1],
    )
    assert notes(verify(case)) == {"STATE_EXTRA: ", "STATE_MISSING: "}


def test_a_table_that_can_not_be_read_is_damage(tmp_path: Path) -> None:
    case = case_told(tmp_path, lambda s: s.corrects())
    held = case.stores["main"]
    with_row(held.path, held.key, "ALTER TABLE s_person RENAME COLUMN id TO name")
    assert any(one.startswith("STORE_DAMAGED: s_person") for one in notes(verify(case)))


def with_row(path: str, key: bytes, sql: str, *values: str) -> None:
    connection = vault.connect(Path(path), key, kind="main")
    connection.execute(sql, values)
    connection.close()


@pytest.mark.parametrize("parts", [1, 2, 3, 7])
def test_every_row_falls_to_one_part_and_its_entries_to_the_same(tmp_path: Path, parts: int) -> None:
    held = case_told(tmp_path, None).stores["main"]
    ids = ["", "x", "ab", "é", "日本", "r_00", "q" * 40]
    connection = vault.connect(Path(held.path), held.key, kind="main")
    connection.execute("DELETE FROM s_person")
    connection.executemany("INSERT INTO s_person(site_id, id) VALUES('kilda', ?)", [(id,) for id in ids])
    shares = [scan.share(connection, "s_person", part, parts) for part in range(parts)]
    told = [{row[columns.index("id")] for chunk in chunks for row in chunk} for columns, chunks in shares]
    connection.close()
    assert told == [{id for id in ids if scan.lot(id) % parts == part} for part in range(parts)]
