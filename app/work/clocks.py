"""Where the present comes from (formats §1 "Times"; decision 35).

- The system's clocks: UTC, the zone of the site, the boot id and CLOCK_BOOTTIME, which counts suspend too.
- The demo site lives on a fixed day: its clock runs from there, as fast as the real one.
- The verdict over two readings of one boot is a value: ok, jump or back.
"""

from __future__ import annotations

import time
from pathlib import Path

from app.base.moment import Reading, instant_at
from app.base.words import Value

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
JUMP_MS = 2_000
BACK_MS = 5 * 60_000


class SystemClock:
    """The machine's own clocks, read in the zone of the site."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self._boot = BOOT_ID.read_text(encoding="ascii").strip() if BOOT_ID.is_file() else "unknown"
        self._uptime = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

    def now(self) -> Reading:
        """One reading of all clocks."""
        return Reading(
            instant=instant_at(time.time_ns() // 1_000_000, self.zone),
            boot=self._boot,
            up=int(time.clock_gettime(self._uptime) * 1000),
        )


class ShiftedClock:
    """The system's clocks moved to the demo site's day.

    `start` is the shift in ms at the site's creation, `shift` the present one: the demo may let time pass,
    and then wall clock and uptime move together, as they would have done.
    """

    def __init__(self, zone: str, start: int, shift: int) -> None:
        self._system = SystemClock(zone)
        self.start = start
        self.shift = shift

    def now(self) -> Reading:
        """One reading, moved."""
        real = self._system.now()
        moved = instant_at(real.instant.ms + self.shift, real.instant.zone)
        return Reading(instant=moved, boot=real.boot, up=real.up + self.shift - self.start)

    def advance(self, ms: int) -> None:
        """Let `ms` pass at once."""
        self.shift += ms


class Judged(Value, frozen=True):
    """What a reading says of the clock: `state` is `ok`, `jump` or `back` (formats §5 "clk")."""

    state: str
    moved: int


def judge(before: Reading | None, mark_ms: int, now: Reading) -> Judged:
    """Compare `now` with the last reading and the highest instant ever recorded, `mark_ms` (trust §2.8)."""
    if now.instant.ms < mark_ms - BACK_MS:
        return Judged(state="back", moved=now.instant.ms - mark_ms)
    if before is not None and before.boot == now.boot:
        drift = (now.instant.ms - before.instant.ms) - (now.up - before.up)
        if abs(drift) > JUMP_MS:
            return Judged(state="jump", moved=drift)
    return Judged(state="ok", moved=0)
