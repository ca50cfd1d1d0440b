"""A Fault speaks in two sentences, and names a code that the catalogue has."""

from __future__ import annotations

import pytest

from app.base.faults import CannotDecide, Fault
from app.base.say import words


def test_a_fault_says_what_happened_and_what_to_do():
    fault = Fault("store.newer", found=9, known=1)
    assert "schema 9" in fault.plain()
    assert fault.what_to_do() == words()["fault.store.newer.do"]
    assert str(fault) == fault.plain()
    assert fault.about == {"found": 9, "known": 1}


def test_what_cannot_be_decided_is_a_fault_of_its_own():
    with pytest.raises(Fault):
        raise CannotDecide("store.unreadable")
    assert not isinstance(Fault("disk.full"), CannotDecide)
