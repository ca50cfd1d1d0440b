"""Where a site lies, and what may be told of it before anybody signs in (formats §2; decisions 4, 31).

- A demo folder holds `site/`, its secrets and its clock; any other folder is the data folder itself.
- Secrets come from the operating system's keyring unless a device-secret file is named.
- The zone of a site is told before sign-in by `glance.json`; without one, times are read in UTC.
- Loaded right after the first window is painted: it knows neither rules nor SQL.
"""

from __future__ import annotations

import os
from pathlib import Path

from app.base.codec import NotCanonical, parse
from app.base.faults import Fault
from app.base.ids import Random
from app.base.moment import Clock
from app.base.words import Json, Value
from app.proof.vault import slot_id
from app.proof.vaultfile import vault_id
from app.work.clocks import ShiftedClock, SystemClock
from app.work.glance import Outside, read_glance
from app.work.lockout import Lockout
from app.work.oskeyring import KeyringSecrets
from app.work.secretfile import FileSecrets
from app.work.secrets import DeviceSecrets, load_ds

DEMO_SECRETS = "demo-secrets.json"
DEMO_MEMBERS = {"clock", "device_secret_file", "people", "site"}
UTC = "UTC"


class Place(Value, frozen=True):
    """Where a site lies: its data folder, the device-secret file if one is used, and the demo's secrets if it is one."""

    folder: Path
    secret_file: Path | None
    demo: Json = None

    @property
    def random(self) -> Random:
        """The system's source of randomness."""
        return os.urandom

    def secrets(self) -> DeviceSecrets:
        """The device's secrets of the vault that lies here. Faults `store.missing`, `secret_file.*`, `keyring.*`."""
        vault = vault_id(self.folder)
        if self.secret_file is not None:
            return FileSecrets.found(self.secret_file, self.folder, vault)
        return KeyringSecrets(vault)

    def zone(self, secrets: DeviceSecrets) -> str:
        """The IANA zone of the site."""
        return str(read_glance(self.folder, load_ds(secrets)).get("zone", UTC))

    def clock(self, zone: str) -> Clock:
        """The system's clock, or the demo's."""
        if self.demo is None:
            return SystemClock(zone)
        told = self.demo["clock"]
        return ShiftedClock(zone, told["start"], told["shift"])


def place_of(data: Path, secret_file: Path | None = None) -> Place:
    """The site that `data` names: a demo folder, the site within one, or any data folder. Fault `demo.damaged`."""
    for folder in (data, data.parent):
        demo = read_demo(folder)
        if demo is not None and (folder == data or data.resolve() == (folder / demo["site"]).resolve()):
            own = folder / demo["device_secret_file"]
            return Place(folder=folder / demo["site"], secret_file=secret_file or own, demo=demo)
    return Place(folder=data, secret_file=secret_file)


def read_demo(folder: Path) -> dict[str, Json] | None:
    """What a demo wrote down about itself; None where there is none. Fault `demo.damaged`."""
    told = folder / DEMO_SECRETS
    if not told.is_file():
        return None
    try:
        demo = parse(told.read_bytes())
    except (NotCanonical, OSError):
        demo = None
    if not isinstance(demo, dict) or not demo.keys() >= DEMO_MEMBERS:
        raise Fault("demo.damaged", folder=folder.name)
    return demo


def outside_of(place: Place) -> Outside:
    """What may be told before sign-in. Faults of `Place.secrets`, `secrets.*`."""
    glance = read_glance(place.folder, load_ds(place.secrets()))
    clock = place.clock(str(glance.get("zone", UTC)))
    people = () if place.demo is None else tuple(place.demo["people"])
    return Outside(clock=clock, glance=glance, people=people, demo=place.demo is not None)


def wait_ms(place: Place, user: str) -> int:
    """How long sign-in is closed for the typed name, known or not, in ms; 0: it may try. Faults as `outside_of`.

    Reads, counts nothing: whoever asks learns what the next attempt would have told (decision 31).
    """
    secrets = place.secrets()
    ds = load_ds(secrets)
    gate = Lockout(place.folder, secrets, ds)
    return gate.wait_ms(slot_id(ds, user), place.clock(UTC).now())
