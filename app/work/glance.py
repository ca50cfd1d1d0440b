"""What may be shown before anybody signs in: `glance.json` (formats §2; decision 31).

- Site label, device name, zone, contact text, how many entries wait, the last verification: no personal value.
- Canonical bytes under a MAC of the device secret; a file that does not hold is as good as none.
"""

from __future__ import annotations

from pathlib import Path

from app.base.codec import NotCanonical, pack, unpack
from app.base.words import Json
from app.proof.derive import expand, tag, tag_holds
from app.proof.vaultfile import replace_file

NAME = "glance.json"
LABEL = "cs/glance-mac/v1"


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
