"""Connections: one at a time to each borrower, kept while sound, dropped when broken."""

from __future__ import annotations

import pytest

from app.base.faults import Fault
from app.wiring.postgres import postgres_database


def test_a_sound_connection_is_lent_again_and_to_another_site(world):
    pool = world.owner.pool
    with pool.store("kilda") as one:
        first = one.store.connection
        with pool.store("kilda") as two:
            assert two.store.connection is not first
    with pool.store("other") as again:
        assert again.store.site == "other"
        assert again.store.connection in (first, two.store.connection)


def test_a_connection_is_dropped_after_what_nobody_foresaw(world):
    pool = world.owner.pool
    with pytest.raises(ZeroDivisionError), pool.store("kilda") as one:
        first = one.store.connection
        raise ZeroDivisionError
    with pool.store("kilda") as again:
        assert again.store.connection is not first


def test_a_fault_of_the_store_keeps_the_connection(make):
    pool = make().owner.pool
    with pytest.raises(Fault, match="only grow"), pool.store("kilda") as one, one.store.write() as tx:
        first = one.store.connection
        tx.script("DELETE FROM bundle")
    with pool.store("kilda") as again:
        assert again.store.connection is first


@pytest.mark.req("R-SYN-07")
def test_a_database_that_is_not_there_is_a_fault_of_the_centre():
    database = postgres_database("host=127.0.0.1 port=1 user=nobody dbname=none")
    with pytest.raises(Fault) as fault, database.pool().store("kilda"):
        pass
    assert fault.value.code == "centre.database"
