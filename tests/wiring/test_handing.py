"""`device keys`: what it needs, and what it says of each key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.wiring.handing import out_members, taken_members
from app.work.handing import HandedOut, Taken
from tests.placed import Placed


def told(**counts: int | tuple[str, ...]) -> Taken:
    """A result with these counts."""
    return Taken(**{**dict.fromkeys(Taken.__struct_fields__, 0), "refused": (), **counts})  # type: ignore[arg-type]


def test_a_line_for_each_count_and_every_refused_key() -> None:
    members = taken_members(
        told(taken=3, held=2, unknown=1, erased=1, missing=4, refused=("p_a.1",)), Path("k")
    )
    assert {name: members[name] for name in ("taken", "held", "unknown", "erased", "missing")} == {
        "taken": 3, "held": 2, "unknown": 1, "erased": 1, "missing": 4,
    }  # fmt: skip
    assert (members["exit"], members["refused"], len(members["text"])) == (1, ["p_a.1"], 5)
    for part in ("3 keys taken in, 2 were", "sync first", "not taken back", "4 persons", "p_a.1"):
        assert part in " ".join(members["text"])


def test_what_is_nought_is_not_mentioned() -> None:
    members = taken_members(told(held=5), Path("k"))
    assert (members["exit"], len(members["text"])) == (0, 2)
    assert "Destroy k" in members["text"][1]


def test_whoever_writes_the_file_is_told_what_to_do_with_it() -> None:
    members = out_members(HandedOut(keys=5, persons=4), Path("k"))
    assert (members["keys"], members["persons"]) == (5, 4) and "destroy it" in members["text"][0]


@pytest.mark.req("R-SYN-03")
def test_it_writes_and_takes_from_the_command_line(tmp_path: Path) -> None:
    site, path = Placed(tmp_path / "one"), tmp_path / "keys"
    said = site.say("anna", "device", "keys", "--out", str(path))
    assert (said.code, said.json["keys"], path.stat().st_mode & 0o777) == (0, 4, 0o600)
    copy = site.copied(tmp_path / "copied")
    shutil.move(path, tmp_path / "travelled")
    said = copy.say("bram", "device", "keys", "--take", str(tmp_path / "travelled"))
    assert (said.code, said.json["taken"], said.json["held"], said.json["refused"]) == (0, 0, 4, [])
    said = copy.say("anna", "device", "keys", "--take", str(copy.site / "main.db"))
    assert (said.code, said.json["fault"]) == (2, "keys.damaged")
    said = copy.say("anna", "device", "keys")
    assert (said.code, said.json["fault"]) == (3, "keys.which")
    said = copy.say("carla", "device", "keys", "--out", str(path))
    assert (said.code, said.json["refused"], path.exists()) == (1, "role.may_not", False)
