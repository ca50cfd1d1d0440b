"""Looking after a site: is all of it as history makes it, and has this computer what the program needs.

- Checking a site needs a password but no one-time code, opens nothing for writing and leaves no trace.
- A self-check tries each part for real: encrypts, signs, stretches a password, reads the catalogue.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from app.audit.case import open_case
from app.audit.findings import Report
from app.audit.verify import verify
from app.base.faults import CannotDecide, Fault
from app.base.say import say, statements, words
from app.base.words import Value
from app.proof import esign
from app.proof.derive import private_of
from app.proof.password import new_kdf, prepare, stretch
from app.store import vault as engine
from app.work.oskeyring import KeyringSecrets
from app.work.secrets import DeviceSecrets, load_ds
from app.work.unlock import Given

Progress = Callable[[str, int, int], None]


def check_site(
    folder: Path, secrets: DeviceSecrets, given: Given, trust: Path | None, tick: Progress | None = None
) -> Report:
    """Everything that `verify store` finds in a folder. CannotDecide `login.failed`, `trust.unreadable`; Faults `store.*`."""
    bundle: bytes | None = None
    if trust is not None:
        try:
            bundle = trust.read_bytes()
        except OSError:
            raise CannotDecide("trust.unreadable", file=trust.name) from None
    case = open_case(
        folder, load_ds(secrets), secrets.read("anchor"), given.user, given.password, bundle=bundle
    )
    return case if isinstance(case, Report) else verify(case, tick)


class Check(Value, frozen=True):
    """One part of the program tried on this computer; `about` is the evidence, or the reason why not."""

    name: str
    ok: bool
    about: str


def self_check(random: Callable[[int], bytes]) -> list[Check]:
    """Every part tried once. Nothing is kept."""
    return [
        _tried("encryption", lambda: _encrypts(random)),
        _tried("signature", lambda: _signs(random)),
        _tried("password", lambda: _stretches(random)),
        _tried("words", lambda: f"{len(words())}, {len(statements())}"),
        _tried("keyring", _has_keyring),
    ]


def _tried(name: str, work: Callable[[], str]) -> Check:
    try:
        return Check(name=name, ok=True, about=work())
    except Fault as fault:
        return Check(name=name, ok=False, about=f"{fault.plain()} {fault.what_to_do()}")


def _encrypts(random: Callable[[int], bytes]) -> str:
    """A store is made, closed, and is unreadable under another key."""
    with tempfile.TemporaryDirectory(prefix="countersign-") as folder:
        path, key = Path(folder) / "check.db", random(32)
        engine.connect(path, key, kind="main", create=True).close()
        try:
            engine.connect(path, random(32), kind="main").close()
        except CannotDecide:
            return engine.cipher_version(path, key)
    raise Fault("store.not_encrypted")


def _signs(random: Callable[[int], bytes]) -> str:
    """A token is signed, verified, and refused once a letter of it has changed."""
    key = private_of(random(31).rjust(32, b"\1"))
    jwk = esign.jwk_of(key.public_key())
    token = esign.sign({"v": 1}, esign.POP, key, esign.thumbprint(jwk))
    esign.verify(token, esign.POP, jwk)
    head, body, signature = token.split(".")
    try:
        esign.verify(f"{head}.{body}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}", esign.POP, jwk)
    except esign.SigBad:
        return "ES256"
    raise Fault("check.signature")


def _stretches(random: Callable[[int], bytes]) -> str:
    kdf = new_kdf(random)
    stretch(prepare("a password for a check"), random(32), kdf, "u_check", "check")
    return f"{kdf.id}, {kdf.m // 1024} MiB, {kdf.t} x {kdf.p}"


def _has_keyring() -> str:
    KeyringSecrets("selfcheck").read("ds")
    return say("check.keyring.ready")
