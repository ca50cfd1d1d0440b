"""How often one address may ask: a token bucket each, forgotten when full again.

- In memory of one process; what is shared between replicas is the database's own patience.
- Addresses are bounded in number, so that forging many costs the forger more than the centre.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

MOST = 10_000


class Rate:
    """`burst` requests at once, `every` of a second for each further one; `seconds` is a monotonic clock."""

    def __init__(self, burst: int, every: float, seconds: Callable[[], float]) -> None:
        self._burst, self._every, self._seconds = burst, every, seconds
        self._free_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, address: str) -> float:
        """0 when the request may go on; else the seconds until it may."""
        now = self._seconds()
        due = max(self._free_at.pop(address, now), now) + self._every
        over = due - now - self._burst * self._every
        if over > 0:
            due -= self._every
        self._free_at[address] = due
        if len(self._free_at) > MOST:
            self._free_at.popitem(last=False)
        return max(over, 0.0)
