"""`centre check` finds what was changed behind the centre's back."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from app.wiring.service import check_centre
from tests.central.test_admit import send


@pytest.fixture
def world(make):
    """A centre on SQLite that has received three batches."""
    world = make()
    world.one.write(12)
    for n in range(3):
        send(world, world.one.batch(n * 4, n * 4 + 4))
    return world


def tampered(world, statement, *values):
    """What the check finds after an edit with the triggers dropped."""
    world.close()
    with closing(sqlite3.connect(world.folder / "centre.db", isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement, values)
    world.centre = world.open(None)
    return [(one["code"], one["seq"]) for one in check_centre(world.centre)["findings"]]


def test_what_came_in_is_sound(world):
    assert check_centre(world.centre) == {"ok": True, "sites": 1, "batches": 3, "entries": 12, "findings": []}


@pytest.mark.req("R-AUD-03", "R-AUD-07")
@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE entry SET b = CAST(replace(b, '\"n\":5', '\"n\":6') AS BLOB) WHERE seq = 5", ("RCPT_MISMATCH", 7)),
        ("DELETE FROM entry WHERE seq = 11", ("RCPT_MISMATCH", 11)),
        ("DELETE FROM entry WHERE seq = 5", ("RCPT_MISMATCH", 7)),
        ("UPDATE receipt SET note = (SELECT note FROM receipt WHERE n = 4) WHERE n = 8", ("RCPT_MISMATCH", 7)),
        ("UPDATE arrival SET pos = 9 WHERE pos = 3", ("RCPT_MISMATCH", 11)),
        ("UPDATE batch SET manifest = (SELECT manifest FROM batch WHERE first = 0) WHERE first = 4", ("RCPT_MISMATCH", 7)),
    ],
)  # fmt: skip
def test_an_edit_is_found(world, statement, expected):
    assert expected in tampered(world, statement)


def test_a_batch_that_vanished_is_a_gap(world):
    found = tampered(world, "DELETE FROM arrival WHERE pos = 3")
    assert ("CHAIN_GAP", 8) in found


@pytest.mark.req("R-AUD-03")
def test_the_fences_of_sqlite_stand(world):
    with closing(sqlite3.connect(world.folder / "centre.db", isolation_level=None)) as connection:
        for table in ("entry", "checkpoint", "batch", "receipt", "arrival", "bundle"):
            for statement in (
                f"UPDATE {table} SET site_id = 'x'", f"DELETE FROM {table}",
                f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
            ):  # fmt: skip
                with pytest.raises(sqlite3.DatabaseError, match="append-only"):
                    connection.execute(statement)
