"""A table beside history is made once, when it is first needed."""

from __future__ import annotations

from app.store.aside import is_there, make
from app.store.schema import hold
from app.store.tx import Store


def test_it_is_made_once(cipher_store: Store) -> None:
    with cipher_store.write() as tx:
        assert not is_there(tx, hold)
        make(tx, hold)
        make(tx, hold)
        assert is_there(tx, hold)
