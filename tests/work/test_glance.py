"""What may be shown before anybody signs in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.work.glance import NAME, read_glance, write_glance

DS = bytes(range(32))


def test_what_was_written_is_read_back_on_this_device_only(tmp_path: Path) -> None:
    write_glance(tmp_path, DS, {"site": "leiden", "waiting": 3})
    told = read_glance(tmp_path, DS)
    assert (told["site"], told["waiting"], told["v"]) == ("leiden", 3, 1)
    assert read_glance(tmp_path, bytes(32)) == {}


def test_without_a_file_nothing_is_told(tmp_path: Path) -> None:
    assert read_glance(tmp_path, DS) == {}


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', '{"v": 1}', '{"mac":"x","v":1}', "\xff"])
def test_a_file_of_another_form_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_bytes(text.encode("latin-1"))
    assert read_glance(tmp_path, DS) == {}


def test_every_byte_counts(tmp_path: Path) -> None:
    write_glance(tmp_path, DS, {"site": "leiden"})
    good = (tmp_path / NAME).read_bytes()
    for place in range(len(good)):
        (tmp_path / NAME).write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        assert read_glance(tmp_path, DS) == {}, place


def test_the_demos_glance_names_nobody(demo_dir: Path) -> None:
    told = json.loads((demo_dir / "site" / NAME).read_bytes())
    people = json.loads((demo_dir / "demo-secrets.json").read_bytes())["people"]
    text = json.dumps(told)
    assert set(told) <= {"v", "site", "device", "zone", "contact", "waiting", "verified", "mac"}
    assert not any(who[part] in text for who in people for part in ("username", "name", "uid", "pid"))
