"""`device apply | enrol | join`: a second device of a site, from the command line.

- The new computer makes its keys and shows only their public half; QA enrols them on a device of the site.
- The application's fingerprint goes from screen to person to keyboard, never with the file: what was exchanged on its way
  is refused before anybody signs in.
- What opens the site's folder beside a password, the device secret, is shown once at the enrolment and typed at the
  joining; it is never written into a file that travels.
- The folder is taken over from a copy of the site's that was closed; cut short or refused, joining is done again.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import msgspec

from app.audit.shape import ORIGIN
from app.base.codec import NotCanonical, b64u, pack, parse, unb64u
from app.base.faults import CannotDecide, Fault
from app.base.say import say
from app.base.words import Done, Json, Refused
from app.proof import vaultfile
from app.proof.device import Device, new_device
from app.proof.vaultfile import replace_file, vault_id
from app.wiring.calling import Answer, inside, refuse_out, run, told
from app.wiring.desktop import Place, keep_secrets
from app.work.ceremony import signer_of_session
from app.work.devices import PART, Application, apply_with, enrol_device, join_site, take_over, unlike
from app.work.office import Office
from app.work.unlock import Given


def apply(id: str, *, at: str, keys: Path, out: Path) -> int:
    """Make the keys of a new device called ID, and its application to be enrolled in the log --at.

    --at is the log of QA's device (`sync --state` names it). The keys wait in --keys, which is never given away;
    --out is the application, which holds nothing secret. Shows the fingerprint that QA types.
    """
    if keys.exists():
        raise Fault("device.keys_there", file=keys.name)
    if PART.fullmatch(id) is None:
        return told(Refused("device.id", {"id": id}))
    if ORIGIN.fullmatch(at) is None:
        raise Fault("device.no_log", text=at)
    refused = refuse_out(out)
    if refused is not None:
        return told(refused)
    device = new_device(os.urandom)
    application = apply_with(device, id, at)
    p256, ed25519 = device.scalars
    members: dict[str, Json] = {
        "v": 1,
        "id": id,
        "log": application.log,
        "p256": b64u(p256),
        "ed25519": b64u(ed25519),
    }
    replace_file(keys, pack(members))
    replace_file(out, pack(application.body) + b"\n")
    about = {
        "id": id, "log": application.log, "key": device.jkt, "fingerprint": application.fingerprint,
        "out": str(out), "keys": str(keys),
    }  # fmt: skip
    return told({**about, "text": [say("device.applied", about)]})


def enrol(application: Path, *, fingerprint: str = "", why: str = "NEW") -> int:
    """QA enrols the device of an APPLICATION; shows once what the new device is told when it joins.

    --fingerprint is what `device apply` showed on the new device, never taken from the file or from beside it; else it
    is asked for.
    """
    try:
        body = parse(application.read_bytes())
        shown = msgspec.convert(body, Application, strict=True)
    except (OSError, NotCanonical, msgspec.ValidationError):
        raise CannotDecide("device.no_application", file=application.name) from None
    typed = fingerprint or run().terminal.secret("fingerprint")
    refused = unlike(shown, typed)
    return told(refused) if refused else inside(lambda office: _enrol(office, shown, typed, why))


def _enrol(office: Office, shown: Application, typed: str, why: str) -> Answer:
    ask = run().terminal.secret
    signer = signer_of_session(office, Given(ask("user"), ask("password"), ask("sign-code")))
    if isinstance(signer, Refused):
        return signer
    done = enrol_device(office, shown, typed, signer, why)
    if isinstance(done, Refused):
        return done
    about = {
        "id": shown.id, "log": shown.log, "fingerprint": shown.fingerprint, "device_secret": b64u(office.ds),
    }  # fmt: skip
    return {**about, "text": [say("device.enrolled", about)]}


def join(source: Path, *, keys: Path) -> int:
    """Take the site's closed folder SOURCE over into --data for the device whose keys wait in --keys, and begin its log.

    Asks for user, password, code, and the device secret that was shown at the enrolment.
    """
    place, fresh = run().place(), not run().place().folder.exists()
    try:
        if fresh:
            _take(place, source, keys)
        done = _begun(place)
    except BaseException:
        # What a wrong copy of the site brought is no start; a wrong password is, and is asked for again.
        if fresh:
            _leave_nothing(place)
        raise
    if isinstance(done, Refused):
        return told(done)
    keys.unlink(missing_ok=True)
    about = {"folder": str(place.folder)}
    return told({**about, "entries": done.result, "text": [say("device.joined", about)]})


def _begun(place: Place) -> Done | Refused:
    secrets = place.secrets()
    zone = place.zone(secrets)
    return join_site(place.folder, secrets, place.clock(zone), place.random, run().terminal.given(), zone)


def _take(place: Place, source: Path, keys: Path) -> None:
    """The folder, and this device's own secrets. Faults as `take_over`, and of whatever keeps the secrets."""
    id, log, device = _waiting(keys)
    vault, ds = vault_id(source), _secret(source)
    take_over(source, place.folder, id, log, keep_secrets(place.secret_file, place.folder)(vault, ds, device))


def _leave_nothing(place: Place) -> None:
    """As before: no folder, no file of secrets. What a keyring holds is written over next time."""
    shutil.rmtree(place.folder, ignore_errors=True)
    if place.secret_file is not None:
        for end in ("", ".anchor", ".lock"):
            place.secret_file.with_name(place.secret_file.name + end).unlink(missing_ok=True)


def _secret(source: Path) -> bytes:
    """The device secret that was typed, if it is that of the folder's vault. CannotDecide `device.secret`."""
    try:
        ds = unb64u(run().terminal.secret("device-secret"))
        vaultfile.read(source, ds)
    except (ValueError, Fault):
        raise CannotDecide("device.secret") from None
    return ds


def _waiting(keys: Path) -> tuple[str, str, Device]:
    """(id, log, device) of the keys that `apply` made. CannotDecide `device.no_keys`."""
    try:
        members = parse(keys.read_bytes())
        return members["id"], members["log"], Device(unb64u(members["p256"]), unb64u(members["ed25519"]))
    except (OSError, NotCanonical, ValueError, KeyError, TypeError):
        raise CannotDecide("device.no_keys", file=keys.name) from None
