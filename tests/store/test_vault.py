"""SQLCipher files: what isn't one is refused before a byte is written, and reading writes nothing."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.base.faults import CannotDecide, Fault
from app.store import history, scan, vault
from app.store.append import Line, append
from app.store.engines import found_main, sqlcipher_store
from app.store.tx import Store
from tests.smalldisk import may_mount
from tests.store.written import KEY, LOG, entry_bytes

ROOT = Path(__file__).parents[2]
OTHER_KEY = bytes(32)


def made(path: Path, entries: int = 40, kind: str = "main") -> Store:
    """A store with some pages of entries, still open."""
    store = sqlcipher_store(vault.connect(path, KEY, kind=kind, create=True), "leiden")
    if kind == "main":
        found_main(store)
        with store.write() as tx:
            lines = [Line(seq=n, b=entry_bytes(n, "job", "j_1", []), rowless=True) for n in range(entries)]
            append(tx, LOG, lines)
    return store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store that was closed in order."""
    found = tmp_path / "main.db"
    made(found).close()
    return found


def opened(path: Path, key: bytes = KEY, kind: str = "main") -> None:
    vault.connect(path, key, kind=kind).close()


def opened_reading(path: Path, key: bytes = KEY, kind: str = "main") -> None:
    vault.connect_reading(path, key, kind=kind)[1]()


BOTH = pytest.mark.parametrize("way", [opened, opened_reading], ids=["writing", "reading"])


def photo(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and time of change of every file, the shared memory of SQLite left out: it is no part of the store."""
    return {
        one.name: (one.read_bytes(), one.stat().st_mtime_ns)
        for one in sorted(folder.iterdir())
        if not one.name.endswith("-shm")
    }


# ---- closing


def test_the_log_is_tidied_away_before_the_driver_closes_and_holds_every_thread(tmp_path: Path) -> None:
    store, said = made(tmp_path / "main.db"), list[str]()
    log = tmp_path / "main.db-wal"
    assert log.stat().st_size > 0
    store.connection.set_trace_callback(said.append)  # type: ignore[attr-defined]
    store.close()
    assert said == ["PRAGMA wal_checkpoint(PASSIVE)", "PRAGMA shrink_memory"]
    assert not log.exists()


def test_what_a_reader_keeps_from_being_tidied_stays_in_the_log_and_is_read(tmp_path: Path) -> None:
    path = tmp_path / "main.db"
    store = made(path, entries=1)
    reader, end = vault.connect_reading(path, KEY, kind="main", busy=True)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entry").fetchone()
    with store.write() as tx:
        append(tx, LOG, [Line(seq=1, b=entry_bytes(1, "job", "j_1", []), rowless=True)])
    store.close()
    reader.execute("ROLLBACK")
    assert reader.execute("SELECT count(*) FROM entry").fetchone()[0] == 2
    end()


# ---- no encryption, no byte


@pytest.mark.req("R-SEC-01")
def test_a_library_that_does_not_encrypt_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        vault.connect(tmp_path / "main.db", KEY, kind="main", create=True, module=sqlite3)
    assert caught.value.code == "store.not_encrypted"
    assert sum(one.stat().st_size for one in tmp_path.iterdir()) == 0


@pytest.mark.req("R-SEC-01")
def test_a_library_that_does_not_encrypt_leaves_a_store_as_it_is(path: Path) -> None:
    before = photo(path.parent)
    with pytest.raises(Fault) as caught:
        vault.connect(path, KEY, kind="main", module=sqlite3)
    assert (caught.value.code, photo(path.parent)) == ("store.not_encrypted", before)


@pytest.mark.req("R-SEC-01")
def test_nothing_readable_lies_in_the_file(tmp_path: Path) -> None:
    store = made(tmp_path / "main.db")
    stored = b"".join((tmp_path / name).read_bytes() for name in ("main.db", "main.db-wal"))
    assert len(stored) > 20 * 4096
    assert not any(word in stored for word in (b"SQLite format", b"CREATE TABLE", b"leiden", KEY))
    store.close()


def test_the_session_is_set_up_as_the_formats_say(tmp_path: Path) -> None:
    connection = made(tmp_path / "main.db").connection
    asked = (
        "cipher_page_size journal_mode synchronous foreign_keys recursive_triggers secure_delete trusted_schema"
    )
    found = [connection.cursor().execute(f"PRAGMA {one}").fetchone()[0] for one in asked.split()]
    assert [str(one) for one in found] == ["4096", "wal", "2", "1", "1", "1", "0"]
    hmac = connection.cursor().execute("PRAGMA cipher_hmac_algorithm").fetchone()[0]
    assert (hmac, connection.cursor().execute("PRAGMA user_version").fetchone()[0]) == ("HMAC_SHA256", 1)
    connection.close()


# ---- files that are not the store


def spoilt(path: Path, how: str) -> str:
    """Spoil the file; answers the code that opening it must end with."""
    whole = path.read_bytes()
    if how == "cut":
        path.write_bytes(whole[: len(whole) // 2 + 100])
        return "store.damaged"
    if how == "first page":
        path.write_bytes(whole[:200] + bytes([whole[200] ^ 1]) + whole[201:])
        return "store.damaged"
    path.unlink()
    if how == "missing":
        return "store.missing"
    if how == "empty":
        path.touch()
        return "store.foreign"
    if how == "text":
        path.write_text("not a database, but long enough to be read as one" * 200)
        return "store.damaged"
    plain = sqlite3.connect(path)
    plain.execute("CREATE TABLE entry (b BLOB)")
    plain.commit()
    plain.close()
    return "store.damaged"


@pytest.mark.req("R-SEC-01", "R-SYN-09")
@BOTH
@pytest.mark.parametrize("how", ["cut", "first page", "missing", "empty", "text", "plain SQLite"])
def test_a_spoilt_file_is_refused_and_left_alone(path: Path, way: object, how: str) -> None:
    code = spoilt(path, how)
    before = photo(path.parent)
    with pytest.raises(Fault) as caught:
        way(path)  # type: ignore[operator]
    assert (caught.value.code, photo(path.parent)) == (code, before)
    assert isinstance(caught.value, CannotDecide) == (code == "store.damaged")


@BOTH
def test_another_key_opens_nothing(path: Path, way: object) -> None:
    before = photo(path.parent)
    with pytest.raises(CannotDecide) as caught:
        way(path, OTHER_KEY)  # type: ignore[operator]
    assert (caught.value.code, photo(path.parent)) == ("store.damaged", before)


@BOTH
@pytest.mark.parametrize(("kind", "asked"), [("pkeys", "main"), ("main", "pkeys")])
def test_a_store_of_another_kind_is_refused(tmp_path: Path, way: object, kind: str, asked: str) -> None:
    made(tmp_path / "x.db", kind=kind).close()
    before = photo(tmp_path)
    with pytest.raises(Fault) as caught:
        way(tmp_path / "x.db", kind=asked)  # type: ignore[operator]
    assert (caught.value.code, photo(tmp_path)) == ("store.foreign", before)


@pytest.mark.req("R-SYN-10")
@BOTH
def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path, way: object) -> None:
    store = made(tmp_path / "main.db")
    store.connection.cursor().execute(f"PRAGMA user_version = {vault.SCH + 1}")
    store.close()
    before = photo(tmp_path)
    with pytest.raises(Fault) as caught:
        way(tmp_path / "main.db")  # type: ignore[operator]
    assert (caught.value.code, photo(tmp_path)) == ("store.newer", before)
    assert caught.value.about == {"found": vault.SCH + 1, "known": vault.SCH}


# ---- damage further in


@pytest.mark.req("R-AUD-07")
def test_damage_further_in_is_told_when_it_is_read(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    for page in range(4, len(whole) // 4096):
        whole[page * 4096 + 99] ^= 1
    path.write_bytes(whole)
    connection, end = vault.connect_reading(path, KEY, kind="main")
    store = sqlcipher_store(connection, "leiden")
    with pytest.raises(CannotDecide) as caught, store.read() as tx:
        list(history.entries(tx, LOG))
    assert caught.value.code == "store.damaged"
    assert vault.integrity(connection)
    end()


def test_a_sound_store_is_sound(path: Path) -> None:
    connection = vault.connect(path, KEY, kind="main")
    assert vault.integrity(connection) == []
    connection.close()
    assert vault.cipher_version(path, KEY).startswith("4.")


# ---- reading writes nothing


def read_all(path: Path, *, busy: bool = False) -> int:
    """How many entries a reading connection sees."""
    connection, end = vault.connect_reading(path, KEY, kind="main", busy=busy)
    count = sum(len(chunk) for chunk in scan.entries(connection, "leiden", LOG, 0, 10_000))
    end()
    return count


@pytest.mark.req("R-REP-07")
def test_reading_a_closed_store_leaves_no_trace(path: Path) -> None:
    before = photo(path.parent)
    assert read_all(path) == 40
    assert photo(path.parent) == before
    assert [one.name for one in path.parent.iterdir()] == ["main.db"]


@pytest.mark.req("R-REP-07")
def test_reading_beside_a_writer_sees_what_was_committed_and_nothing_else(tmp_path: Path) -> None:
    store = made(tmp_path / "main.db")
    with store.write() as tx:
        append(tx, LOG, [Line(seq=40, b=b"not yet", rowless=False)])
        before = photo(tmp_path)
        assert read_all(tmp_path / "main.db", busy=True) == 40
        assert photo(tmp_path) == before
    assert read_all(tmp_path / "main.db", busy=True) == 41
    store.close()


@pytest.mark.req("R-REP-07", "R-SYN-09")
def test_a_store_that_a_killed_writer_left_is_read_without_touching_it(tmp_path: Path) -> None:
    store, left = made(tmp_path / "main.db"), tmp_path / "left"
    left.mkdir()
    for name in ("main.db", "main.db-wal"):
        shutil.copyfile(tmp_path / name, left / name)
    store.close()
    before = photo(left)
    assert read_all(left / "main.db") == 40
    assert photo(left) == before
    assert sorted(one.name for one in left.iterdir()) == ["main.db", "main.db-wal"]


def test_a_reading_connection_can_not_write(path: Path) -> None:
    connection, end = vault.connect_reading(path, KEY, kind="main")
    store = sqlcipher_store(connection, "leiden")
    with pytest.raises(Fault) as caught, store.write() as tx:
        append(tx, LOG, [Line(seq=40, b=b"x", rowless=False)])
    assert caught.value.code == "store.read_only"
    end()


@pytest.mark.parametrize("name", ["odd name?mode=rw&x=1", "50% #1", "ünï"])
def test_a_folder_of_any_name_can_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    made(tmp_path / name / "main.db").close()
    assert read_all(tmp_path / name / "main.db") == 40
    assert [one.name for one in tmp_path.iterdir()] == [name]


# ---- the disk fills up


@pytest.mark.req("R-AUD-05", "R-SYN-09")
def test_a_full_disk_keeps_exactly_what_was_committed(tmp_path: Path) -> None:
    """On a real file system of one megabyte, in a mount namespace of its own."""
    command = [*may_mount(), sys.executable, "-m", "tests.store.filling"]
    done = subprocess.run([*command, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["code"] == "disk.full"
    assert told["committed"] > 3
    assert told["same connection"] == told["read only"] == told["opened again"] == told["committed"]
    assert told["one more"] == told["committed"] + 1


@pytest.mark.req("R-AUD-05")
def test_a_store_that_may_not_grow_takes_a_command_whole_or_not_at_all(tmp_path: Path) -> None:
    store = made(tmp_path / "main.db")
    cursor = store.connection.cursor()
    pages = cursor.execute("PRAGMA page_count").fetchone()[0]
    cursor.execute(f"PRAGMA max_page_count = {pages + 4}").fetchone()
    with pytest.raises(Fault) as caught, store.write() as tx:
        append(tx, LOG, [Line(seq=n, b=b"x" * 1000, rowless=True) for n in range(40, 90)])
    assert caught.value.code == "disk.full"
    with store.read() as tx:
        assert history.size(tx, LOG) == 40
        assert len(list(history.landmarks(tx))) == 40
    assert vault.integrity(store.connection) == []
    store.close()


# ---- whose failure it was


@pytest.mark.parametrize("error", [RuntimeError("disk is full"), ValueError("locked")])
def test_a_bug_of_ours_is_not_called_a_failure_of_the_world(error: Exception) -> None:
    assert vault.fault_of(error) is None


def test_an_error_of_the_driver_that_is_a_bug_stays_one(path: Path) -> None:
    connection = vault.connect(path, KEY, kind="main")
    with pytest.raises(vault.dbapi2.OperationalError, match="no such table"):
        vault.with_faults(lambda: connection.execute("SELECT * FROM missing_table"))
    connection.close()
