"""Opening SQLCipher files; the only importer of sqlcipher3 (formats §1 "SQLCipher", §4; decisions 25, 27).

- Fail closed: no `cipher_version`, no byte written (the stdlib's sqlite3 ignores keys and writes plaintext).
- The key is given as bytes to the library, never inside SQL text.
- Page size, HMAC and KDF are set at every open; then the fences of the session.
- A file of another site, of a newer version, damaged or truncated is a Fault, and nothing is written.
- Reading never writes: a closed store opens immutable, one that was left with a write-ahead log is read from a copy.
"""

from __future__ import annotations

import ctypes
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlcipher3 import _sqlite3, dbapi2  # type: ignore[import-untyped]

from app.base.faults import CannotDecide, Fault

APPLICATION = {"main": 0x43534731, "pkeys": 0x43534732}
SCH = 1

CIPHER = (
    "PRAGMA cipher_log_level=NONE",
    "PRAGMA cipher_page_size=4096",
    "PRAGMA cipher_hmac_algorithm=HMAC_SHA256",
    "PRAGMA cipher_kdf_algorithm=PBKDF2_HMAC_SHA512",
    "PRAGMA cipher_plaintext_header_size=0",
    "PRAGMA cipher_use_hmac=ON",
)
SESSION = (
    "PRAGMA cipher_memory_security=ON",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32000",
    "PRAGMA wal_autocheckpoint=4000",
)
JOURNAL = {"main": "WAL", "pkeys": "DELETE"}
HISTORY = frozenset({"entry", "checkpoint", "batch", "receipt"})
TEMP_TRIGGER = dbapi2.SQLITE_CREATE_TEMP_TRIGGER
SETTLED = frozenset(
    {"writable_schema", "recursive_triggers", "trusted_schema", "ignore_check_constraints", "rekey", "hexrekey"}
)
"""Pragmas that would take a fence down; set once at the opening, if at all."""

LOOKASIDE = 13
"""SQLITE_CONFIG_LOOKASIDE (sqlite.org/c3ref/c_config_covering_index_scan.html)."""
SLOT, SLOTS = 1200, 800


def _widen_lookaside() -> bool:
    """Give each connection room for its statements in one locked block (app/DECISIONS.md 9).

    With memory security every other allocation is a system call of its own: 6 µs a row instead of 36. False where
    the library doesn't export SQLite's functions; then it is only slower.
    """
    try:
        library = ctypes.CDLL(_sqlite3.__file__)
        # The setting counts before the library's first use only; importing it has begun that already.
        done = [library.sqlite3_shutdown(), library.sqlite3_config(LOOKASIDE, SLOT, SLOTS)]
        return [*done, library.sqlite3_initialize()] == [0, 0, 0]
    except (OSError, AttributeError):
        return False


_widen_lookaside()

Driver = Any
"""A sqlcipher3 connection; the package ships no types."""


def connect(path: Path, key: bytes, *, kind: str, create: bool = False, module: Any = dbapi2) -> Driver:
    """A writing connection to `path` under the raw 256-bit `key`. `kind` is `main` or `pkeys`.

    Raises Fault: `store.not_encrypted` (no SQLCipher), `store.missing`, `store.damaged`, `store.foreign`,
    `store.newer`, `disk.full`.
    """
    if not create and not path.is_file():
        raise Fault("store.missing", file=path.name)
    connection = _keyed(module, str(path), key)
    try:
        _prepare(connection, kind, create=create)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_reading(
    path: Path, key: bytes, *, kind: str, busy: bool = False
) -> tuple[Driver, Callable[[], None]]:
    """A connection that writes nothing, and the function that ends it and removes what it needed.

    `busy` says that a writer has the store open; then its write-ahead log is read in place.
    """
    if not path.is_file():
        raise Fault("store.missing", file=path.name)
    wal = path.with_name(path.name + "-wal")
    folder: tempfile.TemporaryDirectory[str] | None = None
    if busy:
        uri = f"file:{quote(str(path.resolve()))}?mode=ro"
    elif wal.is_file() and wal.stat().st_size:
        folder = tempfile.TemporaryDirectory(prefix="countersign-")
        for source in (path, wal):
            shutil.copyfile(source, Path(folder.name) / source.name)
        uri = f"file:{quote(folder.name)}/{quote(path.name)}"
    else:
        uri = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    connection = _keyed(dbapi2, uri, key)

    def end() -> None:
        connection.close()
        if folder is not None:
            folder.cleanup()

    try:
        _check_identity(connection, kind)
    except BaseException:
        end()
        raise
    return connection, end


def _keyed(module: Any, database: str, key: bytes) -> Driver:
    """Open and key, or refuse before anything is written."""
    connection = module.connect(
        database, isolation_level=None, uri=database.startswith("file:"), check_same_thread=False
    )
    version = connection.execute("PRAGMA cipher_version").fetchone()
    if not version or not version[0] or not hasattr(connection, "set_key"):
        connection.close()
        raise Fault("store.not_encrypted")
    connection.set_key(bytearray(b"x'" + key.hex().encode("ascii") + b"'"))
    for pragma in CIPHER:
        connection.execute(pragma)
    return connection


def _prepare(connection: Driver, kind: str, *, create: bool) -> None:
    """Check what the file says of itself, or stamp a new one; then set the session up."""
    if create:
        with_faults(lambda: connection.execute(f"PRAGMA application_id={APPLICATION[kind]}"))
        connection.execute(f"PRAGMA user_version={SCH}")
    else:
        _check_identity(connection, kind)
    for pragma in SESSION:
        with_faults(partial(connection.execute, pragma))
    with_faults(lambda: connection.execute(f"PRAGMA journal_mode={JOURNAL[kind]}"))
    connection.set_authorizer(_allow)


def _check_identity(connection: Driver, kind: str) -> None:
    version, application = with_faults(
        lambda: (
            connection.execute("PRAGMA user_version").fetchone()[0],
            connection.execute("PRAGMA application_id").fetchone()[0],
        )
    )
    if application != APPLICATION[kind]:
        raise Fault("store.foreign")
    if version > SCH:
        raise Fault("store.newer", found=version, known=SCH)


def _allow(
    action: int, first: str | None, second: str | None, _database: str | None, _source: str | None
) -> int:
    """SQLite's authorizer: nobody rewrites history or carries pages out, whatever SQL asks for."""
    if action in (dbapi2.SQLITE_ATTACH, dbapi2.SQLITE_DETACH):
        return int(dbapi2.SQLITE_DENY)
    if action in (dbapi2.SQLITE_UPDATE, dbapi2.SQLITE_DELETE, dbapi2.SQLITE_DROP_TABLE) and first in HISTORY:
        return int(dbapi2.SQLITE_DENY)
    # Under another name a table of history would be outside these rules.
    if action in (dbapi2.SQLITE_DROP_TRIGGER, dbapi2.SQLITE_ALTER_TABLE, TEMP_TRIGGER) and second in HISTORY:
        return int(dbapi2.SQLITE_DENY)
    if action == dbapi2.SQLITE_PRAGMA and second is not None and (first or "").lower() in SETTLED:
        return int(dbapi2.SQLITE_DENY)
    return int(dbapi2.SQLITE_OK)


def close(connection: Driver) -> None:
    """End a writing connection, its write-ahead log tidied away and its pages wiped before: the driver does both in closing
    too, but then lets no other thread of the program run, and the screen's waits. What can't be tidied stays in the log and
    is read from there.
    """
    for pragma in ("wal_checkpoint(PASSIVE)", "shrink_memory"):
        with suppress(dbapi2.Error, sqlite3.Error):
            connection.execute(f"PRAGMA {pragma}")
    connection.close()


def with_faults(work: Callable[[], Any]) -> Any:
    """The result of `work`, the driver's failures turned into Faults."""
    try:
        return work()
    except Exception as error:
        fault = fault_of(error)
        if fault is None:
            raise
        raise fault from error


def is_driver_error(error: BaseException) -> bool:
    """Whether the driver raised it."""
    return isinstance(error, dbapi2.Error | sqlite3.Error)


def fault_of(error: Exception) -> Fault | None:
    """The Fault that a driver's error means, or None when the error is a bug of ours."""
    if not is_driver_error(error):
        return None
    text = str(error)
    for words, code in (
        ("disk is full", "disk.full"),
        ("disk I/O error", "disk.failed"),
        ("file is not a database", "store.damaged"),
        ("malformed", "store.damaged"),
        ("locked", "store.in_use"),
        ("readonly", "store.read_only"),
        ("unable to open", "store.unreadable"),
        ("append-only", "store.append_only"),
        ("not authorized", "store.append_only"),
        ("authorization denied", "store.append_only"),
        ("prohibited", "store.append_only"),
    ):
        if words in text:
            return CannotDecide(code) if code == "store.damaged" else Fault(code)
    return None


def integrity(connection: Driver) -> list[str]:
    """What SQLCipher's page check and SQLite's own check object to; empty when sound."""
    found = []
    for pragma in ("PRAGMA cipher_integrity_check", "PRAGMA integrity_check"):
        try:
            found += [str(row[0]) for row in connection.execute(pragma) if row[0] != "ok"]
        except dbapi2.DatabaseError as error:
            found.append(str(error))
    return found


def cipher_version(path: Path, key: bytes) -> str:
    """Which SQLCipher opened the file. Faults as `connect`."""
    connection = connect(path, key, kind="main")
    try:
        return str(connection.execute("PRAGMA cipher_version").fetchone()[0])
    finally:
        connection.close()
