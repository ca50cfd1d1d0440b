"""The files beside a register."""

from __future__ import annotations

import hashlib
from pathlib import Path

from app.store.files import LIMIT
from app.work.feeds.folder import beside
from tests.work.feeds.conftest import LEIDEN, parse_expected


def test_regular_files_are_hashed_and_nothing_else_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"a")
    (tmp_path / ".hidden").write_bytes(b"b")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.pdf").symlink_to(tmp_path / "a.pdf")
    found = beside(tmp_path)
    assert list(found) == ["a.pdf"]
    assert (found["a.pdf"].sha256, found["a.pdf"].size) == (hashlib.sha256(b"a").hexdigest(), 1)


def test_a_file_above_the_limit_of_the_store_is_named_without_a_hash(tmp_path: Path) -> None:
    with (tmp_path / "big.pdf").open("wb") as stream:
        stream.truncate(LIMIT + 1)
    assert beside(tmp_path)["big.pdf"].sha256 == ""


def test_no_folder_holds_no_files(tmp_path: Path) -> None:
    assert beside(tmp_path / "files") == {}


def test_the_demo_files_are_byte_for_byte_those_that_expected_json_means() -> None:
    means = parse_expected()["files"]
    names = [path.name for path in LEIDEN.iterdir() if path.suffix in (".csv", ".xlsx")]
    assert len(names) == 7
    assert all(
        hashlib.sha256((LEIDEN / name).read_bytes()).hexdigest() == means[name]["sha256"] for name in names
    )
