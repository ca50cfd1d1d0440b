"""Stored files against the rows that refer to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fabricated import Maker, Person
from telling import OneLog, Story, told

from app.audit import files
from app.audit.findings import Findings
from app.audit.live import Attached
from app.audit.personal import Personal

PLAIN = b"%PDF SOP-1 version 1"


@pytest.fixture
def stored(tmp_path: Path) -> tuple[Path, Maker, dict[str, Any]]:
    """A folder with one file of the site, and the reference to it."""
    maker = Maker([Person("a", "A", "qa")])
    ref = maker.file("p_site", PLAIN, "SOP-1.pdf")
    for name, raw in maker.files.items():
        (tmp_path / "files" / name[:2]).mkdir(parents=True)
        (tmp_path / "files" / name[:2] / name).write_bytes(raw)
    return tmp_path, maker, ref


def codes(
    stored: tuple[Path, Maker, dict[str, Any]], ref: Any, promised: Any, *, held: bool = True
) -> list[str]:
    folder, maker, _ = stored
    personal, found = Personal(), Findings()
    personal.named["p_site.1"] = (("l", 1), "")
    personal.keys = {"p_site.1": maker.deks["p_site"]} if held else {}
    files.judge(folder, [Attached(entity="document/d", ref=ref, promised=promised)], personal, found)
    return [row.code for row in found.rows()]


def test_a_file_is_found_by_what_it_opens_to(stored: tuple[Path, Maker, dict[str, Any]]) -> None:
    ref = stored[2]
    assert codes(stored, ref, ref["sha256"]) == []
    assert codes(stored, ref, "another") == ["DOC_HASH"]
    assert codes(stored, {**ref, "sha256": "0" * 64}, "0" * 64) == ["ATTACH_HASH"]
    assert codes(stored, {**ref, "size": 3}, ref["sha256"]) == ["ATTACH_HASH"]
    assert codes(stored, {**ref, "k": "p_other.1"}, ref["sha256"]) == ["ATTACH_HASH"]
    assert codes(stored, {}, ref["sha256"]) == ["ATTACH_HASH"]


def test_a_file_of_an_erased_person_is_not_judged(stored: tuple[Path, Maker, dict[str, Any]]) -> None:
    assert codes(stored, {**stored[2], "sha256": "0" * 64}, "0" * 64, held=False) == []


def test_stored_bytes_are_what_their_name_says(stored: tuple[Path, Maker, dict[str, Any]]) -> None:
    folder, _, ref = stored
    path = next((folder / "files").glob("*/*"))
    path.rename(folder / "files" / "stray")
    assert codes(stored, ref, ref["sha256"]) == ["ATTACH_HASH"]
    (folder / "files" / "aa").mkdir()
    (folder / "files" / "stray").rename(folder / "files" / "aa" / path.name)
    assert codes(stored, ref, ref["sha256"]) == ["ATTACH_HASH", "ATTACH_HASH"]


def other_bytes(s: OneLog) -> None:
    name = next(iter(s.m.files))
    s.m.files[name] = s.m.files[name][:-1] + b"x"


def no_file(s: OneLog) -> None:
    s.m.files.clear()


def other_promise(s: OneLog) -> None:
    s.m.entry(
        "document.sign",
        "document/d_sop1000000000000",
        s.bea,
        sess="s_four",
        code="APPROVED",
        after={"sha256": "0" * 64},
    )


@pytest.mark.req("R-DOC-03")
@pytest.mark.parametrize(
    ("story", "code"), [(other_bytes, "ATTACH_HASH"), (no_file, "ATTACH_HASH"), (other_promise, "DOC_HASH")]
)
def test_in_a_site(tmp_path: Path, story: Story, code: str) -> None:
    assert {one.partition(":")[0] for one in told(tmp_path, story)} == {code}
