"""The two databases of a site: opened by key, read whole, never written.

Clauses followed (formats.md): §1 SQLCipher; §4 table names, keys and application ids. A store with a journal
beside it is copied to a temporary folder and opened there.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlcipher3
from opening import Findings, Json, Opened

APPLICATION_IDS = {"main.db": 0x43534731, "pkeys.db": 0x43534732}
FIXED = ("entry", "checkpoint", "batch", "receipt", "user_vault", "site_key")


def unlock(con: sqlcipher3.Connection, key: bytes) -> None:
    con.execute("PRAGMA cipher_log_level = NONE")
    con.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    for setting in (
        "cipher_page_size=4096",
        "cipher_hmac_algorithm=HMAC_SHA256",
        "cipher_use_hmac=ON",
        "cipher_kdf_algorithm=PBKDF2_HMAC_SHA512",
        "cipher_plaintext_header_size=0",
    ):
        con.execute(f"PRAGMA {setting}")
    con.execute("SELECT count(*) FROM sqlite_master").fetchone()


@contextmanager
def opened_store(path: Path, keys: list[bytes]) -> Iterator[sqlcipher3.Connection]:
    """Connection that cannot write to the site, under the first key that fits; else DatabaseError."""
    with ExitStack() as stack:
        name = path.resolve().as_uri() + "?mode=ro&immutable=1"
        beside = [path.with_name(path.name + end) for end in ("-wal", "-journal")]
        if any(file.exists() for file in beside):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="outside-")))
            for file in [path, *beside]:
                if file.exists():
                    shutil.copyfile(file, folder / file.name)
            name = (folder / path.name).resolve().as_uri() + "?mode=rw"
        for key in keys:
            con = stack.enter_context(_closing(name))
            try:
                unlock(con, key)
            except sqlcipher3.DatabaseError:
                continue
            yield con
            return
        raise sqlcipher3.DatabaseError(f"{path.name} opens under no key")


@contextmanager
def _closing(name: str) -> Iterator[sqlcipher3.Connection]:
    con = sqlcipher3.connect(name, uri=True)
    try:
        yield con
    finally:
        con.close()


@dataclass
class Store:
    """The rows as they lie in main.db and pkeys.db."""

    entry: list[dict[str, Json]] = field(default_factory=list)
    checkpoint: list[dict[str, Json]] = field(default_factory=list)
    batch: list[dict[str, Json]] = field(default_factory=list)
    receipt: list[dict[str, Json]] = field(default_factory=list)
    user_vault: list[dict[str, Json]] = field(default_factory=list)
    site_key: list[dict[str, Json]] = field(default_factory=list)
    dek: list[dict[str, Json]] = field(default_factory=list)
    state: dict[str, list[dict[str, Json]]] = field(default_factory=dict)

    def site_id(self) -> Json:
        return self.entry[0]["site_id"] if self.entry else None


def rows_of(con: sqlcipher3.Connection, table: str) -> list[dict[str, Json]]:
    cursor = con.execute(f'SELECT * FROM "{table}"')
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def check_pages(con: sqlcipher3.Connection, name: str, found: Findings) -> None:
    if con.execute("PRAGMA cipher_integrity_check").fetchall():
        found.add("PAGE_HMAC", note=name)
    try:
        if con.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            found.add("STORE_DAMAGED", note=f"{name}: integrity_check")
    except sqlcipher3.DatabaseError as bad:
        found.add("STORE_DAMAGED", note=f"{name}: {bad}")
    if con.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_IDS[name]:
        found.add("STORE_DAMAGED", note=f"{name}: application_id")


def _tables(con: sqlcipher3.Connection, name: str) -> list[str]:
    if name == "pkeys.db":
        return ["dek"]
    names = [row[0] for row in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [*FIXED, *(name for name in names if name.startswith("s_"))]


def read_store(folder: Path, who: Opened, found: Findings) -> Store:
    """Every row of both databases. What cannot be read is STORE_DAMAGED and stays empty."""
    store = Store()
    for name, kind in (("main.db", "db"), ("pkeys.db", "pk")):
        try:
            with opened_store(folder / name, who.newest(kind)) as con:
                check_pages(con, name, found)
                for table in _tables(con, name):
                    _read_table(con, table, store, found)
        except sqlcipher3.Error as bad:
            found.add("STORE_DAMAGED", note=f"{name}: {bad}")
    return store


def _read_table(con: sqlcipher3.Connection, table: str, store: Store, found: Findings) -> None:
    rows: list[dict[str, Json]] = []
    try:
        rows = rows_of(con, table)
    except sqlcipher3.Error as bad:
        found.add("STORE_DAMAGED", note=f"{table}: {bad}")
    if table.startswith("s_"):
        store.state[table[2:]] = rows
    else:
        setattr(store, table, rows)
