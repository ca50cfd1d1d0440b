"""What may be shown before anybody signs in: `glance.json` (formats §2; decision 31).

- Site label, device name, zone, contact text, how many entries wait, the last verification: no personal value.
- Canonical bytes under a MAC of the device secret; a file that does not hold is as good as none.
"""

from __future__ import annotations

from pathlib import Path

from app.base.codec import NotCanonical, pack, unpack
from app.base.moment import UTC_TEXT, Clock, clock_text, hour_text, instant_at, utc_ms
from app.base.words import Json, Value
from app.proof.derive import expand, tag, tag_holds
from app.proof.vaultfile import replace_file

NAME = "glance.json"
LABEL = "cs/glance-mac/v1"
MINUTE_MS = 60_000


class Outside(Value, frozen=True):
    """What the sign-in page may tell of a site: the members of `glance.json`, its clock, and the people of a demo
    (`username`, `name`, `roles`, `password`), which no other site tells."""

    clock: Clock
    glance: dict[str, Json]
    people: tuple[Json, ...] = ()
    demo: bool = False

    def number(self, name: str) -> int | None:
        """A number of the glance; None where there is none."""
        value = self.glance.get(name)
        return value if isinstance(value, int) else None

    def told(self, name: str) -> str:
        """A text of the glance; empty where there is none."""
        text = self.glance.get(name, "")
        return text if isinstance(text, str) else ""

    def now_ms(self) -> int:
        """The present by the site's clock, ms since 1970."""
        return self.clock.now().instant.ms

    def hour_in(self, ms: int) -> str:
        """The time of day `ms` from now, to the next full minute, with its zone: `14:47 CET`."""
        now = self.clock.now().instant
        later = instant_at(-(-(now.ms + ms) // MINUTE_MS) * MINUTE_MS, now.zone)
        zone = clock_text(later, seconds=False).split(f"{hour_text(later)} ", 1)[1]
        return f"{hour_text(later)} {zone.split(' (')[0].strip('()')}"

    def verified(self) -> tuple[str, int, bool] | None:
        """When the whole history was last verified, in words, up to how many entries, and whether nothing was wrong; None
        if that is not told."""
        checked = self.glance.get("verified")
        if not isinstance(checked, dict):
            return None
        utc, n = checked.get("utc"), checked.get("n")
        if not isinstance(utc, str) or not UTC_TEXT.fullmatch(utc) or not isinstance(n, int):
            return None
        at = clock_text(instant_at(utc_ms(utc), self.clock.now().instant.zone), seconds=False)
        return at, n, not checked.get("errors")


def write_glance(folder: Path, ds: bytes, members: dict[str, Json]) -> None:
    """Keep `members` (`site`, `device`, `zone`, `contact`, `waiting`, `verified`). Fault `disk.*`."""
    told: dict[str, Json] = {"v": 1, **members}
    replace_file(folder / NAME, pack({**told, "mac": tag(expand(ds, LABEL), told)}))


def read_glance(folder: Path, ds: bytes) -> dict[str, Json]:
    """The members, or nothing when the file is missing or not this device's."""
    try:
        members = unpack((folder / NAME).read_bytes())
    except (OSError, NotCanonical):
        return {}
    if not isinstance(members, dict) or not tag_holds(expand(ds, LABEL), members):
        return {}
    return dict(members)
