"""Device secrets in a file outside the data folder: reduced protection (formats §2; trust §1.5).

- F holds device secret and device keys in canonical bytes; `F.anchor` and `F.lock` lie beside it.
- F is read only if it belongs to this account and nobody else may read it; the two beside it, if nobody else
  may write them.
- Never inside the data folder, which backups and copies take along.
- Each write is whole or not at all: beside it, flushed, renamed. A new site never takes a present F's place, but for
  one that a founding left which was cut short: a note beside the folder that was to be names its vault.
- On Windows the rights of a file are the account's own access list, which is not checked here.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from app.base.codec import NotCanonical, b64u, pack, parse, unb64u, unpack
from app.base.faults import Fault
from app.base.words import Json
from app.proof.derive import KEY
from app.proof.device import Device
from app.proof.vaultfile import disk_fault, replace_file

MEMBERS = {"v", "vault", "ds", "dk"}
KEYS = {"p256", "ed25519"}
BESIDE = ("anchor", "lock")
OTHERS_ANY = 0o077
OTHERS_WRITE = 0o022
LIMIT = 65536
NOTE = ".founding"


class FileSecrets:
    """The four items of one vault, kept in F and the two files beside it."""

    reduced = True

    def __init__(self, path: Path, vault: str) -> None:
        """Use `found` or `create_file`; this checks nothing."""
        self.path = path
        self.vault = vault

    @classmethod
    def found(cls, path: Path, data_folder: Path, vault: str | None = None) -> FileSecrets:
        """The secrets in the file `path`; with `vault`, only if they are that vault's.

        Fault `secret_file.inside`, `.missing`, `.damaged`, `.open_to_others`, `.not_own`, `.other_vault`.
        """
        _check_outside(path, data_folder)
        members = _members(path)
        if vault is not None and members["vault"] != vault:
            raise Fault("secret_file.other_vault", file=path.name)
        return cls(path, members["vault"])

    def read(self, name: str) -> str | None:
        """The text of `ds`, `dk`, `anchor` or `lock`, None if it was never written. Faults as `found`."""
        if name in BESIDE:
            data = _bytes_of(self._beside(name), OTHERS_WRITE)
            # Bytes that are no text are damage to whoever reads the item, as other wrong texts are.
            return None if data is None else data.decode("utf-8", "replace")
        _check_name(name)
        value = _members(self.path)[name]
        return value if name == "ds" else pack(value).decode("ascii")

    def write(self, name: str, text: str) -> None:
        """Keep `text` as that item and return once it lasts. Fault `disk.*`, `secret_file.read_only`."""
        if name in BESIDE:
            _keep(self._beside(name), text.encode("utf-8"))
            return
        _check_name(name)
        members = _members(self.path)
        members[name] = text if name == "ds" else parse(text)
        _keep(self.path, pack(_checked(members, self.path)))

    def _beside(self, name: str) -> Path:
        return self.path.with_name(f"{self.path.name}.{name}")


def create_file(path: Path, vault: str, ds: bytes, device: Device, data_folder: Path) -> FileSecrets:
    """Write a new device-secret file, mode 0600.

    Fault `secret_file.exists`, `.inside`, `.no_folder`, `.read_only`, `disk.*`; then nothing is left behind.
    """
    _check_outside(path, data_folder)
    if _left_over(path, data_folder):
        path.unlink()
    p256, ed25519 = device.scalars
    keys = {"p256": b64u(p256), "ed25519": b64u(ed25519)}
    members = _checked({"v": 1, "vault": vault, "ds": b64u(ds), "dk": keys}, path)
    _claim(path)
    try:
        _keep(path, pack(members))
    except Fault:
        path.unlink(missing_ok=True)
        raise
    return FileSecrets(path, vault)


def note_founding(data_folder: Path, vault: str) -> Path:
    """Write down, before its secrets are kept, that `vault` is being founded there; returns the note, to be removed
    once the site is. Fault `disk.*`, `store.read_only`."""
    note = data_folder.with_name(data_folder.name + NOTE)
    before = note.read_text(encoding="ascii") if note.is_file() else ""
    replace_file(note, f"{before}{vault}\n".encode("ascii"))
    return note


def _left_over(path: Path, data_folder: Path) -> bool:
    """Whether `path` belongs to a founding that was cut short: nothing was ever recorded under it."""
    note = data_folder.with_name(data_folder.name + NOTE)
    if data_folder.exists() or not note.is_file() or not path.is_file():
        return False
    if path.stat().st_size == 0:
        return True
    try:
        return str(_members(path)["vault"]) in note.read_text(encoding="ascii").split()
    except Fault:
        return False


def _claim(path: Path) -> None:
    """Make the empty file, so that of two creators one is refused."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise Fault("secret_file.exists", file=path.name) from None
    except FileNotFoundError:
        raise Fault("secret_file.no_folder", file=path.name) from None
    except OSError as error:
        raise _own_fault(disk_fault(error), path) from error


def _check_outside(path: Path, data_folder: Path) -> None:
    if path.resolve().is_relative_to(data_folder.resolve()):
        raise Fault("secret_file.inside", file=path.name)


def _keep(path: Path, data: bytes) -> None:
    try:
        replace_file(path, data)
    except Fault as fault:
        raise _own_fault(fault, path) from fault


def _own_fault(fault: Fault, path: Path) -> Fault:
    # The sentence of `store.read_only` speaks of the data folder, which this is not.
    return Fault("secret_file.read_only", file=path.name) if fault.code == "store.read_only" else fault


def _members(path: Path) -> dict[str, Json]:
    data = _bytes_of(path, OTHERS_ANY)
    if data is None:
        raise Fault("secret_file.missing", file=path.name)
    try:
        return _checked(unpack(data), path)
    except NotCanonical:
        raise Fault("secret_file.damaged", file=path.name) from None


def _checked(members: Json, path: Path) -> dict[str, Json]:
    """The members, if they are exactly those of formats §2 and make a device."""
    try:
        whole = set(members) == MEMBERS and set(members["dk"]) == KEYS and members["v"] == 1
        whole = whole and type(members["vault"]) is str and len(unb64u(members["ds"])) == KEY
        Device(unb64u(members["dk"]["p256"]), unb64u(members["dk"]["ed25519"]))
    except (ValueError, TypeError, KeyError):
        whole = False
    if not whole:
        raise Fault("secret_file.damaged", file=path.name)
    return dict(members)


def _bytes_of(path: Path, forbidden: int) -> bytes | None:
    """What the file holds, None if there is none; refused by the rights of the very file that is read."""
    try:
        # Not to wait for a writer if somebody put a pipe there.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Fault("secret_file.unreadable", file=path.name) from error
    try:
        _check_rights(os.fstat(handle), forbidden, path)
        return os.read(handle, LIMIT)
    except OSError as error:
        raise Fault("secret_file.unreadable", file=path.name) from error
    finally:
        os.close(handle)


def _check_rights(status: os.stat_result, forbidden: int, path: Path) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise Fault("secret_file.damaged", file=path.name)
    if sys.platform != "win32":
        if status.st_uid != os.geteuid():
            raise Fault("secret_file.not_own", file=path.name)
        if status.st_mode & forbidden:
            raise Fault("secret_file.open_to_others", file=path.name)


def _check_name(name: str) -> None:
    if name not in ("ds", "dk"):
        raise ValueError(f"not an item of the device secrets: {name!r}")
