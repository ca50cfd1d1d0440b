"""A centre's engine: how its failures read, asked of a real server."""

from __future__ import annotations

import psycopg
import pytest

from app.base.faults import Fault
from app.store import history
from app.store.append import Line, append
from app.store.postgres import fault_of, postgresql_store
from app.store.tx import Store
from tests.store.written import LOG

OTHER = "countersign.local.invalid/leiden/d2/0"
RAISE = "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{0}'; END $$"


@pytest.mark.parametrize(
    ("state", "code"),
    [("53100", "disk.full"), ("53200", "disk.full"), ("40001", "store.in_use"), ("40P01", "store.in_use")],
)
def test_a_failure_of_the_server_is_told_in_our_words(pg_store: Store, state: str, code: str) -> None:
    with pytest.raises(Fault) as caught, pg_store.write() as tx:
        append(tx, LOG, [Line(seq=0, b=b"x", rowless=False)])
        tx.script(RAISE.format(state))
    assert caught.value.code == code
    with pg_store.read() as tx:
        assert history.size(tx, LOG) == 0


def test_an_error_that_is_a_bug_stays_one(pg_store: Store) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable), pg_store.write() as tx:
        tx.script("SELECT * FROM missing_table")
    assert fault_of(ZeroDivisionError()) is None


@pytest.mark.req("R-AUD-05")
def test_two_transactions_that_rest_on_each_other_can_not_both_stand(pg_store: Store) -> None:
    dsn = pg_store.connection.info.dsn  # type: ignore[attr-defined]
    second = postgresql_store(psycopg.connect(dsn, autocommit=True), "leiden")
    with pytest.raises(Fault) as caught, pg_store.write() as tx:
        history.size(tx, LOG)
        with second.write() as other:
            history.size(other, OTHER)
            append(other, LOG, [Line(seq=0, b=b"second", rowless=False)])
        append(tx, OTHER, [Line(seq=0, b=b"first", rowless=False)])
    assert caught.value.code == "store.in_use"
    second.close()
    with pg_store.read() as tx:
        assert history.logs(tx) == [LOG]


def test_each_transaction_names_its_site_and_forgets_it(pg_store: Store) -> None:
    with pg_store.read() as tx:
        asked = "SELECT current_setting('countersign.site', true), current_setting('transaction_isolation')"
        assert tx._cursor().execute(asked).fetchone()[0] == "leiden"
    with pg_store.write() as tx:
        assert tx._cursor().execute("SHOW transaction_isolation").fetchone() == ("serializable",)
    after = pg_store.connection.cursor().execute("SELECT current_setting('countersign.site', true)").fetchone()
    assert after in ((None,), ("",))
