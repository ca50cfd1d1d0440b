"""What a failure means to a script."""

from __future__ import annotations

import pytest

from app.base.faults import CannotDecide, Fault
from app.wiring.calling import exit_of


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault("disk.full"), 1),
        (Fault("centre.untrusted"), 1),
        (Fault("centre.unreachable"), 2),
        (Fault("centre.database"), 2),
        (CannotDecide("centre.missing", folder="c"), 2),
        (Fault("centre.plain", address="http://x"), 3),
        (Fault("terminal.no_way"), 3),
    ],
)
def test_a_fault_is_1_or_2_or_3(fault: Fault, code: int) -> None:
    assert exit_of(fault) == code
