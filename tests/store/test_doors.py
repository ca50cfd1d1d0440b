"""What the ingest role can do on PostgreSQL: its functions, and nothing directly (decision 25)."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import Select

from app.base.codec import b64u
from app.proof.batch import check_receipt
from app.wiring.postgres import DOORS, postgres_database
from app.wiring.service import check_centre
from tests.central.cluster import Cluster
from tests.central.sender import hash_of
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
def make(tmp_path):
    """A world of the test's own, closed at the end."""
    made = []

    def build(*databases):
        made.append(World(tmp_path / "centre", *databases))
        return made[-1]

    yield build
    for world in made:
        world.close()


@pytest.fixture
def ingest(world, urls):
    """The ingest role at a prompt, speaking for the right site."""
    with psycopg.connect(urls[1], autocommit=True) as connection:
        connection.execute("SET countersign.site = 'kilda'")
        yield connection


ON_A_TABLE = [
    "SELECT * FROM {0}",
    "SELECT count(*) FROM {0}",
    "SELECT * FROM {0} FOR UPDATE",
    "SELECT * INTO taken FROM {0}",
    "INSERT INTO {0} (site_id) VALUES ('kilda')",
    "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT DO NOTHING",
    "INSERT INTO {0} (site_id) VALUES ('kilda') RETURNING *",
    "UPDATE {0} SET site_id = 'x'",
    "UPDATE {0} SET site_id = site_id",
    "DELETE FROM {0}",
    "DELETE FROM {0} WHERE false",
    "TRUNCATE {0}",
    "TRUNCATE {0} CASCADE",
    "COPY {0} TO STDOUT",
    "COPY {0} FROM STDIN",
    "COPY {0} FROM '/dev/null'",
    "COPY {0} TO PROGRAM 'true'",
    "DO $$ BEGIN LOCK TABLE {0}; END $$",
    "MERGE INTO {0} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    "DROP TABLE {0}",
    "DROP TABLE {0} CASCADE",
    "ALTER TABLE {0} DISABLE TRIGGER ALL",
    "ALTER TABLE {0} DISABLE TRIGGER USER",
    "ALTER TABLE {0} RENAME TO older",
    "ALTER TABLE {0} ADD COLUMN more int",
    "ALTER TABLE {0} DROP COLUMN site_id",
    "ALTER TABLE {0} OWNER TO CURRENT_USER",
    "ALTER TABLE {0} NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE {0} DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE {0} SET SCHEMA pg_temp",
    "CREATE POLICY all_of_it ON {0} USING (true)",
    "CREATE RULE away AS ON INSERT TO {0} DO INSTEAD NOTHING",
    "CREATE TRIGGER away BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION refuse_rewrite()",
    "CREATE INDEX ON {0} (site_id)",
    "REINDEX TABLE {0}",
    "CLUSTER {0}",
    "GRANT ALL ON {0} TO PUBLIC",
    "COMMENT ON TABLE {0} IS 'x'",
    "ANALYZE {0}; SELECT * FROM {0}",
    "CREATE TEMP TABLE t AS SELECT * FROM {0}",
    "CREATE VIEW v AS SELECT * FROM {0}",
    "DO $$ BEGIN DELETE FROM {0}; END $$",
    "DECLARE c CURSOR WITH HOLD FOR SELECT * FROM {0}",
]
"""What the ingest role might try with a table."""

ON_ITS_OWN = [
    "SET session_replication_role = replica",
    "SET LOCAL session_replication_role = replica",
    "SET ROLE {owner}",
    "SET SESSION AUTHORIZATION {owner}",
    "ALTER ROLE {role} BYPASSRLS",
    "ALTER ROLE {role} SUPERUSER",
    "GRANT {owner} TO {role}",
    "CREATE TABLE t (x int)",
    "CREATE SCHEMA s",
    "CREATE ROLE r",
    "CREATE DATABASE d",
    "DROP DATABASE {owner}",
    "ALTER DATABASE {owner} OWNER TO {role}",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION centre_counter(of_site_id text) RETURNS text LANGUAGE sql AS 'SELECT NULL'",
    "DROP FUNCTION centre_counter",
    "DROP FUNCTION refuse_rewrite CASCADE",
    "ALTER FUNCTION centre_counter SECURITY INVOKER",
    "ALTER FUNCTION centre_entries SET search_path = pg_temp",
    "DROP OWNED BY {owner}",
    "REASSIGN OWNED BY {owner} TO {role}",
    "SELECT pg_read_file('x')",
    "SELECT lo_import('/etc/passwd')",
    "CREATE TEMP TABLE t (x int)",
    "CREATE TEMP SEQUENCE s",
    "SELECT * FROM pg_authid",
    "CREATE EXTENSION adminpack",
    "ALTER SYSTEM SET fsync = off",
    "SELECT pg_reload_conf()",
    "CHECKPOINT",
    "SELECT pg_switch_wal()",
    "CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION refuse_rewrite()",
    "LOAD 'auto_explain'; SET auto_explain.log_analyze = on",
    "CREATE PUBLICATION p FOR ALL TABLES",
]
"""What the ingest role might try beside the tables; `{owner}` owns the database, `{role}` is itself."""


def not_refused(connection, statements):
    """The statements that PostgreSQL does not refuse for want of a right, each with what became of it."""
    found = {}
    for statement in statements:
        try:
            connection.execute(statement)
            found[statement] = "done"
        except psycopg.errors.InsufficientPrivilege:
            continue
        except psycopg.Error as error:
            found[statement] = repr(error)
    return found


@pytest.mark.req("R-AUD-03")
@pytest.mark.parametrize("table", TABLES)
def test_no_direct_statement_works(ingest, table):
    assert not_refused(ingest, (statement.format(table) for statement in ON_A_TABLE)) == {}


@pytest.mark.req("R-AUD-03")
def test_the_role_can_make_nothing_and_switch_nothing_off(ingest, urls):
    owner, role = (url.split("user=")[1].split(" ")[0] for url in urls)
    assert not_refused(ingest, (statement.format(owner=owner, role=role) for statement in ON_ITS_OWN)) == {}


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


READING = {
    "counter": "'kilda'",
    "locked": "'kilda'",
    "page": "'kilda', 0, 10",
    "tree": "'kilda', '{log}'",
    "end": "'kilda', '{log}'",
    "run": "'kilda', '{log}', 0, 9",
    "logs": "'kilda'",
    "noted": "'kilda'",
    "sealed": "'kilda'",
    "countersigned": "'kilda'",
    "entered": "'kilda'",
    "by_hash": "'kilda', '{hash}'",
    "of_log": "'kilda', '{log}', 0, 9",
    "at_size": "'kilda', '{log}', 5",
}
"""The functions that read rows of a site, and how they are called."""


@pytest.mark.req("R-ACC-21")
def test_another_site_is_not_seen(world, ingest):
    line = world.one.batch(0, 5).split(b"\n")[0].decode()
    for name, values in READING.items():
        call = f"SELECT * FROM centre_{name}({values.format(log=world.one.log, hash=hash_of(line))})"
        ingest.execute("SET countersign.site = 'kilda'")
        assert ingest.execute(call).fetchall() != [], call
        ingest.execute("SET countersign.site = 'other'")
        assert ingest.execute(call).fetchall() == [], call


def test_every_function_that_reads_is_in_the_list():
    """`sites` and `bundle` read the registry, which has no row security; the other two answer with numbers."""
    reading = {door.name.removeprefix("centre_") for door in DOORS if isinstance(door.clause, Select)}
    assert reading - set(READING) == {"sites", "bundle", "weight", "evidence_of"}


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


@pytest.mark.req("R-AUD-03", "R-AUD-07")
def test_what_the_role_does_through_its_own_doors_is_told_by_the_check(make, cluster):
    owner, role = cluster.database()
    both = (
        postgres_database(owner, role=role.split("user=")[1].split(" ")[0], alone=True),
        postgres_database(role),
    )
    world = make(*both)
    one = world.one.write(5)
    send(world, one.batch(0, 5))
    junk = b'{"junk":1,"prev":"' + b64u(one.leaves[-1]).encode() + b'"}'
    with psycopg.connect(role, autocommit=True) as ingest:
        ingest.execute("SET countersign.site = 'kilda'")
        ingest.execute("SELECT centre_advance(0, 'kilda')")
        ingest.execute("SELECT centre_note('kilda', %s, 3, 'bogus')", [one.log])
        ingest.execute("SELECT centre_entries('kilda', %s, 5, %s)", [one.log, [junk]])
    found = {(told["code"], told["log"], told["seq"]) for told in check_centre(world.centre)["findings"]}
    assert found == {("CHAIN_GAP", "feed", 2), ("CP_MISMATCH", one.log, 2), ("CHAIN_GAP", one.log, 5)}


@pytest.mark.req("R-AUD-03")
def test_where_the_owner_is_an_administrator_the_role_makes_no_large_objects_either(make, cluster):
    owner, role = cluster.database()
    owner = cluster.url("owner", owner.split("dbname=")[1])
    make(
        postgres_database(owner, role=role.split("user=")[1].split(" ")[0], alone=True), postgres_database(role)
    )
    large = ["SELECT lo_create(0)", "SELECT lo_creat(-1)", "SELECT lo_from_bytea(0, 'x')"]
    with psycopg.connect(role, autocommit=True) as ingest:
        assert not_refused(ingest, large) == {}
