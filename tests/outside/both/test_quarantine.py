"""Kept evidence: what the product names of a site's quarantine, the reader names too, and nothing else of either."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import reader

from app.audit import kept
from app.audit.findings import Findings
from app.work.care import check_site
from app.work.login import sign_out
from tests.work.linked import Linked, Second
from tests.work.patched import Patched
from tests.work.test_devices import settle, smuggled, twin_of
from tests.work.test_downlink import made_up, put

Row = tuple[Any, ...]


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Second]:
    """Two devices of a site that meet at a centre."""
    linked = Linked(tmp_path)
    made = Second(linked)
    yield made
    made.close()
    linked.close()


def rows(told: list[Any]) -> list[Row]:
    return sorted((row["code"], row["log"] or "", row["seq"] or 0, row["entity"]) for row in told)


def both(second: Second) -> tuple[list[Row], list[Row]]:
    """What product and reader say of the first device, closed."""
    small, given = second.small, second.small.typed("carla")
    second.linked.office.close()
    second.office.close()
    mine = check_site(small.site, small.secrets(), given, None).as_json()
    told = reader.verify(small.site, small.secret_file, given.user, given.password)
    assert (mine["exit"], mine["counts"]) == (told["exit"], told["counts"])
    return rows(mine["findings"]), rows(told["findings"])


@pytest.mark.req("R-SYN-02", "R-SYN-03")
def test_a_forked_log_is_named_by_both(second: Second) -> None:
    linked, twin = second.linked, twin_of(second)
    settle(second, "21")
    smuggled(linked, twin)
    twin.close()
    assert linked.sync().forks
    (path,) = (second.small.site / "quarantine").glob("*.batch")
    product, outside = both(second)
    assert [(row[0], row[1], row[3]) for row in product] == [
        ("CENTRE_FORK", second.log, f"quarantine/{path.name}")
    ]
    assert product == outside


@pytest.mark.req("R-SYN-02", "R-SYN-03")
def test_forgeries_are_named_by_both_and_stop_nothing(second: Second) -> None:
    linked = second.linked
    settle(second, "21")
    put(second, made_up(second, second.log, b'{"made":"up"}'))
    whole, receipt = linked.centre.feed[0]
    put(second, whole, receipt[:-8] + "AAAAAAAA")
    put(second, whole[:-9], receipt)
    assert linked.sync().forged == 3
    product, outside = both(second)
    assert [row[0] for row in product] == ["RCPT_MISMATCH"] * 2 + ["SIG_BAD"]
    assert product == outside


@pytest.mark.req("R-SYN-03")
def test_both_name_what_was_kept_and_not_believed(second: Second) -> None:
    """An entry by one who had no right: its mark in the program's bookkeeping is no column of the row."""
    second.linked.small.persons(second.linked.office)
    patched = Patched(second)
    patched.setting(60, "expiring_days", role="manager")
    second.office = patched.office
    for office in (second.office, second.linked.office):
        sign_out(office)
        taken = second.linked.sync(office).taken
    assert taken > 0
    product, outside = both(second)
    assert {(row[0], row[3]) for row in product} == {("RBAC", "setting/expiring_days")}
    assert product == outside


def a_pipe(folder: Path) -> None:
    os.mkfifo(folder / f"{'0' * 64}.batch")


def a_pipe_for_a_note(folder: Path) -> None:
    (folder / f"{'0' * 64}.forged").write_bytes(b"x")
    os.mkfifo(folder / f"{'0' * 64}.told")


def a_folder(folder: Path) -> None:
    (folder / f"{'0' * 64}.batch").mkdir()


def noted(note: bytes, data: bytes = b"", end: str = ".batch") -> Callable[[Path], None]:
    def put_down(folder: Path) -> None:
        (folder / f"{'0' * 64}{end}").write_bytes(data)
        (folder / f"{'0' * 64}.told").write_bytes(note)

    return put_down


@pytest.mark.parametrize(
    "put_down",
    [
        a_pipe,
        a_pipe_for_a_note,
        a_folder,
        noted(b""),
        noted(b"\xff"),
        noted(b"[]"),
        noted(b'{"code":"NONSENSE","seq":1}'),
        noted(b'{"code":["SIG_BAD"],"seq":1}'),
        noted(b'{"code":"SIG_BAD","seq":true}'),
        noted(b'{"code":"SIG_BAD","seq":7}'),
        noted(b'{"code":"SIG_BAD","seq":7}', end=".forged"),
        noted(b'{"code":"SIG_BAD","code":"CENTRE_FORK","seq":7}'),
        noted(b'{"code":"SIG_BAD","seq":7}' + b" " * 5000),
        noted(b'{"code":"SIG_BAD","seq":7}', b"x" * 70_000),
        lambda folder: (folder / "stray.receipt").write_bytes(b"x"),
    ],
)
def test_both_say_the_same_of_what_somebody_put_there(tmp_path: Path, put_down: Callable[[Path], None]) -> None:
    (tmp_path / "quarantine").mkdir()
    put_down(tmp_path / "quarantine")
    mine, told = Findings(), reader.Findings()
    kept.judge(tmp_path, mine)
    reader.check_quarantine(tmp_path, told)
    assert rows([row.members() for row in mine.rows()]) == rows(told.rows)
