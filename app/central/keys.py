"""A centre's own keys and name: `centre.json` in its folder, 0600 (formats §6 "Receipt", §2).

- P-256 signs receipts, Ed25519 cosigns checkpoints; a site's trust bundle names both.
- JCS `{v:1,name,region,inc,p256:<b64u32>,ed25519:<b64u32>}`; `inc` is the incarnation: another one after a restore.
- Made once and never over an existing file; the values are secret and are shown nowhere.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from app.base.codec import NotCanonical, b64u, pack, unb64u, unpack
from app.base.faults import CannotDecide, Fault
from app.base.ids import Random
from app.base.words import Json, Value
from app.proof.device import Device, new_device
from app.proof.trust import TrustedCentre

FILE = "centre.json"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")
REGION = re.compile(r"[a-z0-9][a-z0-9-]*")
PRIVATE = 0o600


class CentreKeys(Value, frozen=True):
    """The centre `name` in `region`: its keys (a pair as a device has it) and its incarnation."""

    name: str
    region: str
    inc: str
    pair: Device

    @property
    def public(self) -> TrustedCentre:
        """How a site's trust bundle names this centre."""
        return TrustedCentre(name=self.name, jwk=self.pair.jwk, ed25519=b64u(self.pair.notes_raw))


def make_keys(folder: Path, name: str, region: str, random: Random) -> CentreKeys:
    """Fresh keys, written into `folder`. Faults `centre.exists`, `centre.name` for a name or region out of form."""
    if not NAME.fullmatch(name) or not REGION.fullmatch(region):
        raise Fault("centre.name", name=name, region=region)
    pair = new_device(random)
    p256, ed25519 = pair.scalars
    inc = random(4).hex()
    members = {"v": 1, "name": name, "region": region, "inc": inc, "p256": b64u(p256), "ed25519": b64u(ed25519)}
    folder.mkdir(parents=True, exist_ok=True)
    try:
        file = os.fdopen(os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb")
    except FileExistsError:
        raise Fault("centre.exists", folder=folder.name) from None
    with file:
        file.write(pack(members))
        file.flush()
        os.fsync(file.fileno())
    return CentreKeys(name=name, region=region, inc=inc, pair=pair)


def read_keys(folder: Path) -> CentreKeys:
    """The keys that lie in `folder`. CannotDecide `centre.missing` without them, `centre.damaged` for anything else."""
    path = folder / FILE
    if not path.is_file():
        raise CannotDecide("centre.missing", folder=folder.name)
    try:
        told: Json = unpack(path.read_bytes())
        pair = Device(unb64u(told["p256"]), unb64u(told["ed25519"]))
        return CentreKeys(name=told["name"], region=told["region"], inc=told["inc"], pair=pair)
    except (NotCanonical, ValueError, KeyError, TypeError):
        raise CannotDecide("centre.damaged", folder=folder.name) from None
