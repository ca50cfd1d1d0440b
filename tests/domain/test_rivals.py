"""Until QA decides the more restrictive value is shown, whichever device one looks at."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from app.domain.rivals import Rival, shown_of


def rival(row: dict[str, Any], ms: int, log: str = "a") -> Rival:
    """One head."""
    return Rival(row=row, hlc=(ms, 0), log=log)


@pytest.mark.req("R-SYN-04")
@pytest.mark.parametrize(
    ("strict", "mild"),
    [
        ({"void": 1}, {"decision": "REJECTED"}),
        ({"decision": "REJECTED"}, {"verdict": "NOT_YET", "decision": "APPROVED"}),
        ({"verdict": "NOT_YET"}, {"verdict": "COMPETENT"}),
        ({"state": "disabled"}, {"state": "active"}),
    ],
)
def test_the_more_restrictive_value_is_shown_though_it_is_older(strict: Any, mild: Any) -> None:
    assert shown_of([rival(strict, 1), rival(mild, 2)]) == 0
    assert shown_of([rival(mild, 2), rival(strict, 1)]) == 1


@pytest.mark.req("R-SYN-04")
def test_between_equals_the_later_one_then_the_log() -> None:
    three = [rival({"title": "x"}, 1, "b"), rival({"title": "y"}, 2, "a"), rival({"title": "z"}, 2, "b")]
    for order in permutations(three):
        assert order[shown_of(list(order))].row == {"title": "z"}
