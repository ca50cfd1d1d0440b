"""Audit paths of several leaves at once equal those made one by one."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.proof import derive, evidence, merkle
from app.proof.evidence import Contents, Piece, Said

LEAVES = [sha256(bytes([at])).digest() for at in range(70)]


@given(st.integers(1, 70), st.data())
def test_paths_are_those_of_the_tree(size, data):
    wanted = data.draw(st.sets(st.integers(0, size - 1)))
    found = evidence.paths(LEAVES[:size], wanted)
    assert found == {index: tuple(merkle.inclusion(LEAVES[:size], index)) for index in wanted}


@pytest.mark.parametrize("index", [-1, 5])
def test_a_leaf_that_is_not_there_has_no_path(index):
    with pytest.raises(IndexError):
        evidence.paths(LEAVES[:5], [index])


def test_the_lines_stand_in_the_order_of_the_format():
    contents = Contents(
        report={"id": "00"}, trust="t", notes=[("log", 1, "n")], receipts=[("log", 1, "r")],
        pieces=[Piece(log="b", seq=1, b=b"{}", path=()), Piece(log="a", seq=2, b=b"{}", path=(bytes(32),))],
        said=[Said(sid="s", name="n", words="w")],
    )  # fmt: skip
    data = evidence.make(contents, derive.private_of(bytes(31) + b"\7"))
    kinds = [line.split(b'"t":"')[1].split(b'"')[0] for line in data.splitlines()]
    assert kinds == [b"report", b"trust", b"log", b"entry", b"entry", b"receipt", b"said", b"seal"]
    assert data.index(b'"log":"a"') < data.index(b'"log":"b"') and data.endswith(b"\n")
