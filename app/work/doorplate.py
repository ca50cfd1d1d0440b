"""What the door tells of a site while nobody is signed in, written by whoever is inside (formats §2 `glance.json`).

- No personal value: site, device, zone, whom to call, how many entries wait, the last verification.
- Written at the end of a period and after a verification; a door that tells an older number says no worse than that.
"""

from __future__ import annotations

from app.base.words import Json
from app.work.glance import read_glance, write_glance
from app.work.office import Office
from app.work.sync import sync_counts


def hang_doorplate(office: Office, **told: Json) -> None:
    """Write `glance.json` anew with the number of entries that wait, and `told` (`contact`, `verified`) over what it says.

    `verified` is `{utc, n}`: when the whole history was last verified, and up to which entry. Fault `disk.*`.
    """
    before = {
        name: value for name, value in read_glance(office.folder, office.ds).items() if name not in ("v", "mac")
    }
    counts = sync_counts(office)
    write_glance(office.folder, office.ds, {**before, "waiting": counts.here, **told})
