"""What the ingest role can do on PostgreSQL: its functions, and nothing directly (decision 25)."""

from __future__ import annotations

import psycopg
import pytest

from app.proof.batch import check_receipt
from app.wiring.postgres import postgres_database
from app.wiring.service import check_centre
from tests.central.cluster import Cluster
from tests.central.test_admit import send
from tests.central.world import World

TABLES = ("entry", "checkpoint", "batch", "receipt", "frontier", "feed", "arrival", "quarantine", "bundle")


@pytest.fixture(scope="module")
def cluster():
    cluster = Cluster()
    yield cluster
    cluster.end()


@pytest.fixture(scope="module")
def urls(cluster):
    return cluster.database()


@pytest.fixture(scope="module")
def world(urls, tmp_path_factory):
    """A centre on PostgreSQL that has received one batch."""
    owner, ingest = urls
    role = ingest.split("user=")[1].split(" ")[0]
    folder = tmp_path_factory.mktemp("pg") / "centre"
    world = World(
        folder, postgres_database(owner, role=role, alone=True), postgres_database(ingest, alone=True)
    )
    world.receipt = send(world, world.one.write(5).batch(0, 5)).receipt
    yield world
    world.close()


@pytest.fixture
def ingest(world, urls):
    """The ingest role at a prompt, speaking for the right site."""
    with psycopg.connect(urls[1], autocommit=True) as connection:
        connection.execute("SET countersign.site = 'kilda'")
        yield connection


@pytest.mark.req("R-AUD-03")
@pytest.mark.parametrize("table", TABLES)
def test_no_direct_statement_works(ingest, table):
    for statement in (
        f"SELECT * FROM {table}", f"INSERT INTO {table} (site_id) VALUES ('kilda')", f"UPDATE {table} SET site_id = 'x'",
        f"DELETE FROM {table}", f"TRUNCATE {table}", f"COPY {table} TO STDOUT", f"COPY {table} FROM STDIN",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL", f"DROP TABLE {table}",
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY", f"CREATE INDEX ON {table} (site_id)",
        f"GRANT ALL ON {table} TO PUBLIC", f"SELECT * FROM {table} FOR UPDATE",
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ingest.execute(statement)


@pytest.mark.req("R-AUD-03")
def test_the_role_can_make_nothing_and_switch_nothing_off(ingest):
    for statement in (
        "SET session_replication_role = replica", "CREATE TABLE t (x int)", "CREATE SCHEMA s",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE ROLE r", "SELECT pg_read_file('x')",
        "CREATE OR REPLACE FUNCTION centre_counter(of_site_id text) RETURNS text LANGUAGE sql AS 'SELECT NULL'",
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ingest.execute(statement)


@pytest.mark.req("R-AUD-03")
def test_its_function_appends_what_continues_the_chain_and_nothing_else(world, ingest):
    one = world.one
    call = "SELECT centre_entries('kilda', %s, %s, %s)"
    fifth = list(one.write(2).entries[5:])
    for first, entries in (
        (4, fifth),
        (6, fifth),
        (5, fifth[::-1]),
        (5, [fifth[0], fifth[0]]),
        (0, fifth),
        (5, [b"{}"]),
    ):
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            ingest.execute(call, [one.log, first, entries])
    ingest.execute("SET countersign.site = 'other'")
    with pytest.raises(psycopg.errors.DatabaseError):
        ingest.execute(call, [one.log, 5, fifth])
    del one.entries[5:]


def test_another_site_is_not_seen(ingest):
    assert ingest.execute("SELECT * FROM centre_counter('kilda')").fetchall() != []
    ingest.execute("SET countersign.site = 'other'")
    assert ingest.execute("SELECT * FROM centre_counter('kilda')").fetchall() == []
    assert ingest.execute("SELECT * FROM centre_page('kilda', 0, 10)").fetchall() == []


def test_nobody_else_may_call_the_functions(world, cluster, urls):
    database = urls[0].split("dbname=")[1]
    with psycopg.connect(cluster.url("owner", "postgres"), autocommit=True) as owner:
        owner.execute(f"CREATE ROLE stranger_{database} LOGIN")
    with psycopg.connect(cluster.url(f"stranger_{database}", database), autocommit=True) as stranger:
        for call in ("centre_counter('kilda')", "centre_entries('kilda', 'x', 0, '{}')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                stranger.execute(f"SELECT * FROM {call}")


@pytest.mark.req("R-AUD-03")
def test_the_owner_can_append_but_not_rewrite(urls, world):
    with psycopg.connect(urls[0], autocommit=True) as owner:
        assert owner.execute("SELECT count(*) FROM entry").fetchone() == (0,)
        owner.execute("SET countersign.site = 'kilda'")
        for table in ("entry", "batch", "receipt", "arrival", "checkpoint", "bundle"):
            for statement in (f"UPDATE {table} SET site_id = 'x'", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
                    owner.execute(statement)


@pytest.mark.req("R-AUD-03", "R-AUD-07")
def test_an_edited_row_contradicts_the_receipt_that_the_device_holds(urls, world):
    """The owner switches the triggers off and edits: nothing stops it, and the check says so."""
    assert check_centre(world.centre)["findings"] == []
    honest = world.one.entries[2]
    with psycopg.connect(urls[0], autocommit=True) as owner:
        owner.execute("SET countersign.site = 'kilda'")
        edit(owner, world.one.log, honest.replace(b'"n":2', b'"n":7'))
        found = check_centre(world.centre)
        assert (found["ok"], [(one["code"], one["seq"]) for one in found["findings"]]) == (
            False,
            [("RCPT_MISMATCH", 4)],
        )
        edit(owner, world.one.log, honest)
    assert check_centre(world.centre)["ok"]
    line = world.one.batch(0, 5).split(b"\n")[0].decode()
    check_receipt(world.receipt, site="kilda", line=line, tail=world.one.leaves[4], centre=world.keys.public)


def edit(owner, log, b):
    owner.execute("ALTER TABLE entry DISABLE TRIGGER ALL")
    owner.execute("UPDATE entry SET b = %s WHERE log = %s AND seq = 2", [b, log])
    owner.execute("ALTER TABLE entry ENABLE ALWAYS TRIGGER entry_append_only")
