"""A person's continuous period at this workstation (decisions 12, 29; R-SIG-01..04, R-ACC-17).

- The first signing of a period asks for everything; later ones for the password.
- Whatever ends the period makes the next signing ask for everything again: idle time, a doubtful clock, a new session.
- Time is the machine's uptime, which no clock setting moves; another boot ends everything.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.base.moment import Reading

MINUTE_MS = 60_000
HOUR_MS = 3_600_000


@dataclass(slots=True)
class Session:
    """One signed-in person; `k` counts the signing ceremonies, `fresh` says that none was yet, `doubted` that the clock
    moved since the last: then the next one asks for everything. `signed_up` is the uptime of the last signing."""

    id: str
    uid: str
    pid: str
    role: str
    opened_up: int
    last_up: int
    boot: str
    k: int = 0
    fresh: bool = True
    doubted: bool = False
    signed_up: int = 0

    def signed(self, k: int, up: int = 0) -> None:
        """A ceremony was carried out, at the uptime `up`."""
        self.k, self.signed_up = k, up
        self.fresh = self.doubted = False

    def touched(self, reading: Reading) -> None:
        """The person did something."""
        self.last_up = reading.up

    def over(self, reading: Reading, *, idle_min: int, absolute_h: int) -> bool:
        """Whether the period ended by itself: idle or in all too long, or the machine was started again."""
        idle = reading.up - self.last_up >= idle_min * MINUTE_MS
        return idle or reading.boot != self.boot or reading.up - self.opened_up >= absolute_h * HOUR_MS
