"""Personal values in a view: opened, or told to be erased."""

from __future__ import annotations

import pytest

from app.base.words import Personal
from app.proof.envelope import EnvelopeBad
from app.store.views.opening import opened, opened_row
from app.work.ring import Ring

RING = Ring([("p_ada", 1, bytes(32))], bytes)
NAME = RING.seal(Personal("p_ada", "Ada Okoye"), "person", "p_ada", "name_j")


def test_a_row_is_opened_under_bare_names():
    row = {"id": "p_ada", "name_j": NAME, "dept": "FIL"}
    assert opened_row(RING, "person", row) == {"id": "p_ada", "name": "Ada Okoye", "dept": "FIL"}


def test_clear_and_missing_values_are_text():
    assert (opened(RING, "x", "a", "b", "c"), opened(RING, None, "a", "b", "c")) == ("x", "")


@pytest.mark.req("R-PRV-07")
def test_a_value_whose_key_is_gone_is_told_to_be_erased():
    assert opened(Ring([], bytes), NAME, "person", "p_ada", "name_j") == "(erased)"


def test_a_value_that_was_moved_does_not_open():
    with pytest.raises(EnvelopeBad):
        opened(RING, NAME, "person", "p_other", "name_j")
