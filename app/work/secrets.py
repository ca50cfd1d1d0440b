"""What this device keeps outside its data folder (formats §2 "Device secrets"; trust §1.5).

- Four items a vault: `ds` device secret, `dk` device keys, `anchor`, `lock`; none over 1000 characters.
- Two places for them: the operating system's keyring (oskeyring.py), or a device-secret file (secretfile.py).
"""

from __future__ import annotations

from typing import Protocol

from app.base.codec import NotCanonical, b64u, pack, parse, unb64u
from app.base.faults import CannotDecide
from app.base.words import Json
from app.proof.derive import KEY
from app.proof.device import Device
from app.work.secretfile import FileSecrets, create_file

NAMES = ("ds", "dk", "anchor", "lock")
LIMIT = 1000

__all__ = [
    "DeviceSecrets",
    "FileSecrets",
    "create_file",
    "load_anchor",
    "load_device",
    "load_ds",
    "store_new",
]


class DeviceSecrets(Protocol):
    """The four items of one vault, whichever way they are kept."""

    @property
    def reduced(self) -> bool:
        """Whether protection is reduced, which screen and reports then say."""

    def read(self, name: str) -> str | None:
        """The item's text, None if it was never written."""

    def write(self, name: str, text: str) -> None:
        """Keep the item; returns once it lasts, raises a Fault otherwise."""


def store_new(secrets: DeviceSecrets, ds: bytes, device: Device) -> None:
    """Keep the device secret (32 bytes) and the device's keys. Faults as the secrets' `write`."""
    p256, ed25519 = device.scalars
    secrets.write("ds", b64u(ds))
    secrets.write("dk", pack({"ed25519": b64u(ed25519), "p256": b64u(p256)}).decode("ascii"))


def load_ds(secrets: DeviceSecrets) -> bytes:
    """The device secret, 32 bytes. CannotDecide `secrets.missing`, `secrets.damaged`; Faults as `read`."""
    try:
        ds = unb64u(_present(secrets, "ds"))
    except NotCanonical:
        raise CannotDecide("secrets.damaged", item="ds") from None
    if len(ds) != KEY:
        raise CannotDecide("secrets.damaged", item="ds")
    return ds


def load_device(secrets: DeviceSecrets) -> Device:
    """The device with its keys. CannotDecide `secrets.missing`, `secrets.damaged`; Faults as `read`."""
    try:
        keys = parse(_present(secrets, "dk"))
        return Device(unb64u(keys["p256"]), unb64u(keys["ed25519"]))
    except (ValueError, TypeError, KeyError):
        raise CannotDecide("secrets.damaged", item="dk") from None


def load_anchor(secrets: DeviceSecrets) -> dict[str, Json] | None:
    """The anchor's members (formats §5), None if none was written.

    CannotDecide `secrets.damaged`; Faults as `read`.
    """
    text = secrets.read("anchor")
    if text is None:
        return None
    try:
        anchor = parse(text)
    except NotCanonical:
        raise CannotDecide("secrets.damaged", item="anchor") from None
    if not isinstance(anchor, dict):
        raise CannotDecide("secrets.damaged", item="anchor")
    return anchor


def _present(secrets: DeviceSecrets, name: str) -> str:
    text = secrets.read(name)
    if text is None:
        raise CannotDecide("secrets.missing", item=name)
    return text
