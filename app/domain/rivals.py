"""Which of several values that devices gave apart from each other is shown until QA decides (decisions 9 and 22).

- The more restrictive one: void before not void, rejected or not yet competent before the rest, disabled before active.
- Between equals the later one by hybrid clock, then by log; so every device shows the same.
- Whatever is shown does not count as qualified: that is for the status function, not for this choice.
"""

from __future__ import annotations

from app.base.words import Row, Value

_RESTRICTIVE: tuple[tuple[str, frozenset[object]], ...] = (
    ("void", frozenset({1})),
    ("decision", frozenset({"REJECTED"})),
    ("verdict", frozenset({"NOT_YET"})),
    ("state", frozenset({"disabled"})),
)


class Rival(Value, frozen=True):
    """One head of an entity: its row, and when and where it was made (HLC as numbers, log)."""

    row: Row
    hlc: tuple[int, int]
    log: str


def restriction(row: Row) -> int:
    """How restrictive a row is; of two, the greater number is shown."""
    weights = ((1 << place, column, values) for place, (column, values) in enumerate(reversed(_RESTRICTIVE)))
    return sum(weight for weight, column, values in weights if row.get(column) in values)


def shown_of(rivals: list[Rival]) -> int:
    """The place in `rivals` (at least one) of the row that is shown until QA decides."""
    return max(
        range(len(rivals)),
        key=lambda at: (restriction(rivals[at].row), rivals[at].hlc, rivals[at].log),
    )
