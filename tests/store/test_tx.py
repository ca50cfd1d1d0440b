"""A transaction is whole or nothing, and no writer loses what another one wrote."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.base.faults import CannotDecide, Fault
from app.store import history, state, vault
from app.store.append import Line, append
from app.store.engines import sqlcipher_store, sqlite_store
from app.store.tx import Store
from tests.store.written import KEY, LOG, beside, rows_of

ROOT = Path(__file__).parents[2]
WRITERS, EACH = 3, 12


def one(store: Store, seq: int, b: bytes = b"x") -> None:
    """Commit one entry."""
    with store.write() as tx:
        append(tx, LOG, [Line(seq=seq, b=b, rowless=True)])


def size(store: Store) -> int:
    with store.read() as tx:
        return history.size(tx, LOG)


@pytest.mark.req("R-AUD-05")
@pytest.mark.parametrize("error", [RuntimeError("bug"), KeyboardInterrupt(), SystemExit(1), Fault("disk.full")])
def test_whatever_is_raised_in_the_block_leaves_nothing(store: Store, error: BaseException) -> None:
    with pytest.raises(type(error)), store.write() as tx:
        append(tx, LOG, [Line(seq=0, b=b"x", rowless=True)])
        rows_of(tx, "setting", {"id": "late_h", "value": 1})
        raise error
    with store.read() as tx:
        assert (history.size(tx, LOG), list(history.landmarks(tx))) == (0, [])
        assert state.row(tx, "setting", "late_h") is None
    one(store, 0)
    assert size(store) == 1


@pytest.mark.req("R-AUD-05")
def test_an_entry_that_can_not_be_written_takes_the_row_back_too(store: Store) -> None:
    one(store, 0)
    with pytest.raises(Exception, match=r"(?i)append-only|duplicate key|can only grow"), store.write() as tx:
        rows_of(tx, "setting", {"id": "late_h", "value": 1})
        append(tx, LOG, [Line(seq=0, b=b"again", rowless=False)])
    with store.read() as tx:
        assert state.row(tx, "setting", "late_h") is None
        assert history.one(tx, LOG, 0) == b"x"


def test_a_bug_keeps_its_own_name(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write():
        _ = 1 / 0
    with pytest.raises(ZeroDivisionError), store.read():
        _ = 1 / 0
    assert size(store) == 0


def test_what_a_reader_writes_is_not_kept(store: Store) -> None:
    with store.read() as tx:
        rows_of(tx, "setting", {"id": "late_h", "value": 1})
    with store.read() as tx:
        assert state.row(tx, "setting", "late_h") is None


def test_the_site_is_bound_whatever_the_caller_says(store: Store) -> None:
    one(beside(store, "haarlem"), 0)
    with store.read() as tx:
        assert tx.run(history._size, log=LOG, site_id="haarlem").fetchone()[0] is None


@pytest.mark.parametrize("sites", [(), ("leiden", "haarlem")])
def test_a_device_holds_the_history_of_one_site(cipher_store: Store, sites: tuple[str, ...]) -> None:
    for site in sites:
        one(beside(cipher_store, site), 0)
    with pytest.raises(CannotDecide) as caught:
        cipher_store.only_site()
    assert caught.value.code == "store.damaged"
    if not sites:
        one(cipher_store, 0)
        assert cipher_store.only_site() == "leiden"


# ---- several processes


def place_of(store: Store, folder: Path) -> tuple[str, str]:
    """Engine and place, as the writing program takes them."""
    if store.dialect.name == "postgresql":
        return "postgresql", store.connection.info.dsn  # type: ignore[attr-defined]
    cipher = (folder / "main.db").exists()
    return ("cipher", str(folder / "main.db")) if cipher else ("sqlite", str(folder / "centre.db"))


@pytest.mark.req("R-AUD-05", "R-AUD-06")
def test_three_writers_at_once_lose_nothing(store: Store, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.store.writing", *place_of(store, tmp_path)]
    running = [
        subprocess.Popen([*command, str(n), str(EACH)], cwd=ROOT, stdout=subprocess.PIPE)
        for n in range(WRITERS)
    ]
    told = [json.loads(process.communicate(timeout=120)[0]) for process in running]
    assert all(process.returncode == 0 for process in running)
    with store.read() as tx:
        assert [seq for seq, _ in history.entries(tx, LOG)] == list(range(WRITERS * EACH))
        written = [b.decode() for _, b in history.entries(tx, LOG)]
        assert state.row(tx, "setting", "late_h") == {"id": "late_h", "value": WRITERS * EACH}
    assert sorted(written) == sorted(text for each in told for text in each["written"])


def test_a_store_that_somebody_writes_to_is_in_use(tmp_path: Path, cipher_store: Store) -> None:
    second = vault.connect(tmp_path / "main.db", KEY, kind="main")
    second.execute("PRAGMA busy_timeout = 50")
    with cipher_store.write(), pytest.raises(Fault) as caught, sqlcipher_store(second, "leiden").write():
        pass
    assert caught.value.code == "store.in_use"
    second.close()


def test_a_reader_keeps_its_view_while_somebody_writes(tmp_path: Path, plain_store: Store) -> None:
    reader = sqlite_store(tmp_path / "centre.db", "leiden")
    with reader.read() as tx:
        assert history.size(tx, LOG) == 0
        one(plain_store, 0)
        assert history.size(tx, LOG) == 0
    assert size(reader) == 1
    reader.close()
