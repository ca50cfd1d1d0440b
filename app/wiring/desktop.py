"""From a folder's name to what every verb of the desktop needs (decision 4; formats §2).

- Everything here loads rules and SQL; what the first window needs before that is `wiring.place`.
- Whoever opens a site for a person closes it through `leave_site`, which writes the end of the period.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from app.base.faults import Fault
from app.base.words import Refused
from app.proof.device import Device
from app.wiring.place import DEMO_SECRETS, Place, place_of, read_demo
from app.work.doorplate import hang_doorplate
from app.work.found import Keep
from app.work.login import sign_in, sign_out
from app.work.office import Office
from app.work.oskeyring import KeyringSecrets
from app.work.secrets import DeviceSecrets, create_file, store_new
from app.work.unlock import Given

__all__ = ["DEMO_SECRETS", "Given", "Place", "place_of", "read_demo"]


def open_site(place: Place, given: Given) -> Office | Refused:
    """Sign a person in. Answers and Faults of `login.sign_in`."""
    secrets = place.secrets()
    zone = place.zone(secrets)
    return sign_in(place.folder, secrets, place.clock(zone), place.random, given, zone)


def leave_site(office: Office, reason: str) -> Fault | None:
    """End the period for `reason` (`user`, `lock`, `idle`, `absolute`, `system`), tell the door, close the site.

    The site is closed whatever happens; a Fault of writing the end is returned, to be told.
    """
    try:
        sign_out(office, reason)
        with suppress(Fault):
            hang_doorplate(office)
    except Fault as fault:
        return fault
    finally:
        office.close()
    return None


def keep_secrets(secret_file: Path | None, folder: Path) -> Keep:
    """How a new site's device secrets are kept: in the named file, else in the keyring, read back before they count."""

    def keep(vault: str, ds: bytes, device: Device) -> DeviceSecrets:
        if secret_file is not None:
            return create_file(secret_file, vault, ds, device, folder)
        secrets = KeyringSecrets(vault)
        store_new(secrets, ds, device)
        return secrets

    return keep
