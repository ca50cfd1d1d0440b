"""`centre check` finds what was changed behind the centre's back, on both engines; what it can't find is told as well."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from app.proof.merkle import Frontier
from app.wiring.postgres import postgres_database
from app.wiring.service import check_centre
from tests.central.owning import Owner
from tests.central.sender import Site
from tests.central.test_admit import send

LOG = "countersign.local.invalid/kilda/dev1/0"
OTHER = LOG.replace("kilda", "leiden")
HERE = f"site_id = 'kilda' AND log = '{LOG}'"
THERE = f"site_id = 'leiden' AND log = '{OTHER}'"


class Held:
    """Two sites with three batches of four entries each, and an owner who switches everything off and edits."""

    def __init__(self, make, cluster=None):
        self.urls = cluster.database() if cluster else None
        if self.urls:
            role = self.urls[1].split("user=")[1].split(" ")[0]
            both = (
                postgres_database(self.urls[0], role=role, alone=True),
                postgres_database(self.urls[1], alone=True),
            )
            self.world = make(*both)
        else:
            self.world = make()
        self.sites = {"kilda": self.world.site, "leiden": Site("leiden")}
        self.world.known(self.sites["leiden"])
        for site in self.sites.values():
            site.one.write(12, site.name)
            self.receipts = [send(self.world, site.one.batch(n, n + 4), site.one).receipt for n in (0, 4, 8)]

    @property
    def owner(self):
        return Owner(self.world.folder / "centre.db", self.urls[0] if self.urls else None)

    def tamper(self, *statements):
        self.owner.run(*statements)

    def found(self):
        """What the check says: {(code, log, seq), …}."""
        told = check_centre(self.world.centre)
        assert told["ok"] is (not told["findings"])
        return {(one["code"], one["log"], one["seq"]) for one in told["findings"]}

    def peaks(self, size):
        """The tree of so many entries of the first site."""
        tree = Frontier()
        tree.extend(self.sites["kilda"].one.leaves[:size])
        return tree.dump()


@pytest.fixture(params=["sqlite", "postgresql"])
def held(request, make):
    """Both sites on each engine in turn."""
    return Held(make, request.getfixturevalue("cluster") if request.param == "postgresql" else None)


def tail_gone(held):
    """The last batch and all rows of it; counter and tree stay."""
    return [
        (f"DELETE FROM {table} WHERE {HERE} AND {where}", ())
        for table, where in (("entry", "seq >= 8"), ("batch", "first = 8"), ("receipt", "n = 12"),
                             ("checkpoint", "n = 12"), ("arrival", "first = 8"))
    ]  # fmt: skip


def swapped(table, column, where):
    """One value of both sites, exchanged."""

    def statements(held):
        ours, theirs = (f"(SELECT {column} FROM {table} WHERE {site} AND {where})" for site in (HERE, THERE))
        with_ours, with_theirs = (
            f"UPDATE {table} SET {column} = coalesce(?, {column}) WHERE {site} AND {where}"
            for site in (THERE, HERE)
        )
        values = held.owner.row(f"SELECT {ours}, {theirs}")
        return [(with_ours, (values[0],)), (with_theirs, (values[1],))]

    return statements  # fmt: skip


def one(sql, *values):
    return lambda _held: [(sql, values)]


def of_another(table, column, key, own, other):
    """A value of one batch put in the place of another's."""
    return one(
        f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} WHERE {HERE} AND {key} = {other})"
        f" WHERE {HERE} AND {key} = {own}"
    )


EDITS = {
    "entry": (
        lambda h: [(f"UPDATE entry SET b = ? WHERE {HERE} AND seq = 5", (forged(h, 5),))],
        ("RCPT_MISMATCH", LOG, 7),
    ),
    "last-entry": (
        lambda h: [(f"UPDATE entry SET b = ? WHERE {HERE} AND seq = 11", (forged(h, 11),))],
        ("RCPT_MISMATCH", LOG, 11),
    ),
    "entry-gone": (one(f"DELETE FROM entry WHERE {HERE} AND seq = 5"), ("RCPT_MISMATCH", LOG, 7)),
    "last-entry-gone": (one(f"DELETE FROM entry WHERE {HERE} AND seq = 11"), ("RCPT_MISMATCH", LOG, 11)),
    "entry-added": (
        lambda h: [
            ("INSERT INTO entry (site_id, log, seq, b) VALUES ('kilda', ?, 12, ?)", (LOG, forged(h, 11)))
        ],
        ("CHAIN_GAP", LOG, 12),
    ),
    "manifest": (of_another("batch", "manifest", "first", 4, 0), ("RCPT_MISMATCH", LOG, 7)),
    "manifest-nonsense": (
        one(f"UPDATE batch SET manifest = 'x' WHERE {HERE} AND first = 4"),
        ("RCPT_MISMATCH", LOG, 7),
    ),
    "receipt": (of_another("receipt", "note", "n", 8, 4), ("RCPT_MISMATCH", LOG, 7)),
    "receipt-nonsense": (
        one(f"UPDATE receipt SET note = 'x' WHERE {HERE} AND n = 8"),
        ("RCPT_MISMATCH", LOG, 7),
    ),
    "checkpoint": (of_another("checkpoint", "note", "n", 8, 4), ("CP_MISMATCH", LOG, 7)),
    "tree": (
        lambda h: [(f"UPDATE frontier SET peaks = ? WHERE {HERE}", (h.peaks(12)[:-32] + bytes(32),))],
        ("CP_MISMATCH", LOG, 11),
    ),
    "place": (
        one("UPDATE arrival SET pos = 9 WHERE site_id = 'kilda' AND pos = 3"),
        ("RCPT_MISMATCH", LOG, 11),
    ),
    "place-gap": (
        one("UPDATE arrival SET pos = 9 WHERE site_id = 'kilda' AND pos = 3"),
        ("CHAIN_GAP", "feed", 3),
    ),
    "counter": (one("UPDATE feed SET pos = 2 WHERE site_id = 'kilda'"), ("CHAIN_GAP", "feed", 4)),
    "arrival-gone": (one("DELETE FROM arrival WHERE site_id = 'kilda' AND pos = 3"), ("CHAIN_GAP", LOG, 8)),
    "arrivals-gone": (one("DELETE FROM arrival WHERE site_id = 'kilda'"), ("CHAIN_GAP", LOG, 0)),
    "tail-gone": (tail_gone, ("CHAIN_GAP", "feed", 3)),
    "bundle": (one("UPDATE bundle SET token = 'x' WHERE site_id = 'kilda'"), ("LOG_UNKNOWN", LOG, 3)),
    "other-root": (
        lambda h: [("UPDATE bundle SET token = ? WHERE site_id = 'kilda'", (Site("kilda").bundle(),))],
        ("RCPT_MISMATCH", LOG, 3),
    ),
    "note-added": (
        one("INSERT INTO checkpoint (site_id, log, n, note) VALUES ('kilda', ?, 3, 'bogus')", LOG),
        ("CP_MISMATCH", LOG, 2),
    ),
    "note-of-no-log": (
        one("INSERT INTO checkpoint (site_id, log, n, note) VALUES ('kilda', 'x', 3, 'bogus')"),
        ("CP_MISMATCH", "x", 2),
    ),
    "receipt-added": (
        one("INSERT INTO receipt (site_id, log, n, note) VALUES ('kilda', ?, 3, 'bogus')", LOG),
        ("RCPT_MISMATCH", LOG, 2),
    ),
    "batch-added": (
        one("INSERT INTO batch (site_id, log, first, last, manifest) VALUES ('kilda', ?, 2, 2, 'x')", LOG),
        ("RCPT_MISMATCH", LOG, 2),
    ),
    "batch-without-numbers": (
        one("INSERT INTO batch (site_id, log, first) VALUES ('kilda', ?, 2)", LOG),
        ("RCPT_MISMATCH", LOG, 2),
    ),
    "entry-of-no-log": (
        one("INSERT INTO entry (site_id, log, seq, b) VALUES ('kilda', 'x', 0, ?)", b"{}"),
        ("CHAIN_GAP", "x", 0),
    ),
    "counter-back": (one("UPDATE feed SET pos = 0 WHERE site_id = 'kilda'"), ("CHAIN_GAP", "feed", 4)),
    "sites-entries": (swapped("entry", "b", "seq = 5"), ("RCPT_MISMATCH", LOG, 7)),
    "sites-entries-there": (swapped("entry", "b", "seq = 5"), ("RCPT_MISMATCH", OTHER, 7)),
    "sites-receipts": (swapped("receipt", "note", "n = 8"), ("RCPT_MISMATCH", OTHER, 7)),
    "sites-manifests": (swapped("batch", "manifest", "first = 4"), ("RCPT_MISMATCH", OTHER, 7)),
}
"""What the owner does, and a finding that there must be."""


def forged(held, seq):
    return held.sites["kilda"].one.entries[seq].replace(f'"n":{seq}'.encode(), b'"n":99')


@pytest.mark.req("R-AUD-03", "R-AUD-07")
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_found(held, edit):
    assert check_centre(held.world.centre) == {
        "ok": True,
        "sites": 2,
        "batches": 6,
        "entries": 24,
        "findings": [],
    }
    made, expected = EDITS[edit]
    held.tamper(*made(held))
    assert expected in held.found()


@pytest.mark.req("R-AUD-07")
def test_a_tail_that_is_gone_with_all_that_speaks_of_it_is_not_found_here(held):
    """The limit: only a device that holds the receipt knows; journeys/test_centre_edited.py shows that it says so."""
    feed = ("UPDATE feed SET pos = 2 WHERE site_id = 'kilda'", ())
    tree = (f"UPDATE frontier SET n = 8, peaks = ? WHERE {HERE}", (held.peaks(8),))
    held.tamper(*tail_gone(held), feed, tree)
    assert held.found() == set()


def test_a_site_whose_bundle_was_edited_is_not_served(held):
    held.tamper(*EDITS["bundle"][0](held))
    world = held.world.start()
    answer = world.put(held.sites["kilda"].one.write(2, "kilda").batch(12, 14))
    assert (answer.status_code, answer.json()["code"]) == (503, "database")
    assert world.count("entry") == 12


@pytest.mark.parametrize(
    "peaks", [lambda h: h.peaks(8), lambda h: h.peaks(12)[:-32] + bytes(32), lambda _: b""]
)
def test_a_tree_that_was_edited_is_made_anew(held, peaks):
    held.tamper((f"UPDATE frontier SET peaks = ? WHERE {HERE}", (peaks(held),)))
    one = held.sites["kilda"].one.write(2, "kilda")
    assert send(held.world, one.batch(12, 14), one).new
    assert held.found() == set()


ATTACKS = [
    "UPDATE {0} SET site_id = 'x'",
    "UPDATE OR REPLACE {0} SET site_id = 'x'",
    "UPDATE OR IGNORE {0} SET site_id = 'x'",
    "DELETE FROM {0}",
    "INSERT OR REPLACE INTO {0} SELECT * FROM {0} LIMIT 1",
    "INSERT OR IGNORE INTO {0} SELECT * FROM {0} LIMIT 1",
    "REPLACE INTO {0} SELECT * FROM {0} LIMIT 1",
    "INSERT INTO {0} SELECT * FROM {0} WHERE true LIMIT 1 ON CONFLICT DO NOTHING",
    "INSERT INTO {0} SELECT * FROM {0} WHERE true LIMIT 1 ON CONFLICT DO UPDATE SET site_id = 'x'",
    "WITH one AS (SELECT 1) DELETE FROM {0} WHERE 1 IN one",
]
"""Statements over a table of a SQLite centre that would change or replace what is there."""


@pytest.mark.req("R-AUD-03", "R-AUD-05")
@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_the_fences_of_sqlite_stand(make, attack, recursive):
    world = make()
    send(world, world.one.write(4).batch(0, 4))
    with closing(sqlite3.connect(world.folder / "centre.db", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA recursive_triggers = {recursive}")
        for table in ("entry", "checkpoint", "batch", "receipt", "arrival", "bundle"):
            before = connection.execute(f"SELECT * FROM {table}").fetchall()
            assert before
            with pytest.raises(sqlite3.DatabaseError, match="append-only"):
                connection.execute(attack.format(table))
            assert connection.execute(f"SELECT * FROM {table}").fetchall() == before


def test_the_quarantine_is_fenced_too(make):
    world = make()
    one = world.one.write(4)
    send(world, one.batch(0, 4, cp=one.note(1)))
    assert world.count("quarantine") == 1
    with closing(sqlite3.connect(world.folder / "centre.db", isolation_level=None)) as connection:
        for attack in ATTACKS:
            with pytest.raises(sqlite3.DatabaseError, match="append-only"):
                connection.execute(attack.format("quarantine"))
    assert world.count("quarantine") == 1


def test_the_check_says_how_far_it_is_in_batches(held):
    heard = []
    assert check_centre(held.world.centre, lambda done, of: heard.append((done, of)))["ok"]
    assert heard == [(n, 6) for n in range(1, 7)]
