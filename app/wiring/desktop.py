"""From a folder's name to what every verb of the desktop needs (decision 4; formats §2).

- A demo folder holds `site/`, its secrets and its clock; any other folder is the data folder itself.
- Secrets come from the operating system's keyring unless a device-secret file is named.
- The zone of a site is told before sign-in by `glance.json`; without one, times are read in UTC.
"""

from __future__ import annotations

import os
from pathlib import Path

from app.base.codec import NotCanonical, parse
from app.base.faults import Fault
from app.base.ids import Random
from app.base.moment import Clock
from app.base.words import Json, Refused, Value
from app.proof.device import Device
from app.proof.vaultfile import vault_id
from app.work.clocks import ShiftedClock, SystemClock
from app.work.found import Keep
from app.work.glance import read_glance
from app.work.login import sign_in
from app.work.office import Office
from app.work.oskeyring import KeyringSecrets
from app.work.secrets import (
    DeviceSecrets,
    FileSecrets,
    create_file,
    load_ds,
    store_new,
)
from app.work.unlock import Given

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


def open_site(place: Place, given: Given) -> Office | Refused:
    """Sign a person in. Answers and Faults of `login.sign_in`."""
    secrets = place.secrets()
    zone = place.zone(secrets)
    return sign_in(place.folder, secrets, place.clock(zone), place.random, given, zone)


def keep_secrets(secret_file: Path | None, folder: Path) -> Keep:
    """How a new site's device secrets are kept: in the named file, else in the keyring, read back before they count."""

    def keep(vault: str, ds: bytes, device: Device) -> DeviceSecrets:
        if secret_file is not None:
            return create_file(secret_file, vault, ds, device, folder)
        secrets = KeyringSecrets(vault)
        store_new(secrets, ds, device)
        return secrets

    return keep
