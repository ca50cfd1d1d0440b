"""The people of the demo and the file in which their secrets lie."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from app.proof import totp
from app.work.demo.cast import WARNING, Cast, code_of
from app.work.demo.stage import Stage
from tests.work.onstage import QA


def secrets(folder: Path) -> dict[str, object]:
    """`demo-secrets.json` of a folder."""
    return dict(json.loads((folder / "demo-secrets.json").read_bytes()))


def test_the_file_holds_what_the_format_says(demo_dir: Path) -> None:
    told = secrets(demo_dir)
    assert {
        "v",
        "warning",
        "vault",
        "site",
        "genesis",
        "root",
        "people",
        "recovery",
        "device_secret_file",
    } <= set(told)
    assert {"trust", "centre"} <= set(told) and told["warning"] == WARNING and told["v"] == 1
    for who in told["people"]:  # type: ignore[attr-defined]
        assert {"uid", "pid", "username", "name", "roles", "password", "totp"} <= set(who)
        assert len(totp.from_base32(who["totp"])) == 20
    assert not any(str(value).startswith("/") for value in told.values())
    assert (demo_dir / "demo-secrets.json").stat().st_mode & 0o077 == 0


@pytest.mark.req("R-ACC-13")
def test_time_passes_instead_of_waiting_for_a_fresh_code(stage: Stage) -> None:
    cast = stage.cast
    before = cast.clock.now().instant.ms
    codes = [cast.typed(QA).code for _ in range(3)]
    assert len(set(codes)) == 3 and cast.clock.now().instant.ms - before >= totp.STEP_MS
    assert codes[-1] == code_of(cast.people[QA], cast.clock.now().instant.ms)
    clock = secrets(cast.folder)["clock"]
    assert clock == {"start": cast.clock.start, "shift": cast.clock.shift}


def test_whoever_loads_it_later_stands_in_the_same_day_and_later(stage: Stage) -> None:
    again = Cast.load(stage.cast.folder, os.urandom)
    before = stage.cast.clock.now().instant.ms
    passed = again.clock.now().instant.ms - before
    assert totp.STEP_MS <= passed < totp.STEP_MS + 60_000 and again.people == stage.cast.people


def test_passwords_are_random_and_long_enough(stage: Stage) -> None:
    one, two = stage.cast.new_password(), stage.cast.new_password()
    assert one != two and len(one) == 24 and len({*one}) > 5
