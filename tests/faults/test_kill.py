"""Killed without warning, at random moments and between any two file operations: nothing reported is lost, nothing is half.

- Random moments are drawn from a seed, which a failure prints; COUNTERSIGN_ALL draws ten times as many.
- The points are every file operation of one turn: a whole run over them is `slow`, some stand for them otherwise.
- The naive variants show that the checks can fail.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.work.demo.cast import LEIDEN
from tests.conftest import FULL
from tests.faults.afterwards import (
    ROOT,
    WORKER,
    check_killed,
    codes,
    entries_of,
    goes_on,
    halves,
    outside,
    report,
    sound,
    stage_of,
    strays,
)
from tests.work.onstage import LEARNER, MANAGER, QA, SECOND_QA, TRAINER

pytestmark = pytest.mark.timeout(3000 if FULL else 300)

SEED = random.randrange(2**32) if FULL else 20
TIMES = 10 if FULL else 1
USERS = {
    "sign": (TRAINER, LEARNER),
    "take": (SECOND_QA,),
    "join": (QA, MANAGER),
    "found": (QA,),
    "keys_half_written": (SECOND_QA,),
}
IN_JOIN, IN_FOUND, IN_SIGN, IN_TAKE = 69, 48, 45, 28
"""At least as many file operations as one turn of the scenario has."""


@pytest.fixture
def folder(demo_dir: Path, tmp_path: Path) -> Path:
    """A copy of the demo to be killed in, again and again."""
    return Path(shutil.copytree(demo_dir, tmp_path / "demo"))


def killed(folder: Path, scenario: str, seconds: float) -> list[str]:
    """Kill the worker so long after it begins to sign in; what it said before."""
    with subprocess.Popen([*WORKER, str(folder), scenario], cwd=ROOT, stdout=subprocess.PIPE, text=True) as ran:
        assert ran.stdout is not None
        assert ran.stdout.readline() == "entering\n"
        time.sleep(seconds)
        ran.kill()
        said = ran.stdout.read().splitlines()
    assert ran.returncode == -signal.SIGKILL, "the program ended before it was killed"
    return said


def killed_at(folder: Path, scenario: str, point: int) -> list[str]:
    """Let the worker kill itself at a file operation; a turn may have fewer, then it ends by itself."""
    command = [*WORKER, str(folder), scenario, str(point)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    return ran.stdout.splitlines()


# ---- random moments


@pytest.mark.req("R-AUD-05", "R-REC-10")
@pytest.mark.parametrize(("scenario", "times"), [("sign", 6), ("take", 3)])
def test_killed_at_random_moments(folder: Path, scenario: str, times: int) -> None:
    draw, reported = random.Random(f"{SEED} {scenario}"), 0
    for turn in range(times * TIMES):
        seconds = draw.uniform(0.05, 2.5)
        print(f"seed {SEED}, {scenario} {turn}: killed after {seconds:.3f} s")
        said = killed(folder, scenario, seconds)
        check_killed(folder, said, USERS[scenario])
        reported += sum(line.startswith("done") for line in said)
    assert reported, "no kill came after anything was done: the delays are too short"
    assert outside(folder) == set()


@pytest.mark.req("R-AUD-05", "R-REC-10")
def test_the_import_command_killed_at_random_moments(folder: Path) -> None:
    draw, source = random.Random(f"{SEED} import"), folder / "people.csv"
    text = (LEIDEN / "hr_people.csv").read_text(encoding="utf-8-sig")
    for turn in range(2 * TIMES):
        source.write_text(text.replace(";Night;", f";Shift {turn};"), encoding="utf-8")
        seconds = draw.uniform(0.6, 2.2)
        print(f"seed {SEED}, import {turn}: killed after {seconds:.3f} s")
        answer = commanded(folder, source, seconds)
        before = len(history_of(folder))
        assert answer is None or answer["changes"] in (0, answer["entries"])
        check_killed(folder, (), (SECOND_QA,))
        assert len(history_of(folder)) > before


def commanded(folder: Path, source: Path, seconds: float) -> dict[str, int] | None:
    """`countersign import`, killed after so long; its answer, if it came to one."""
    typed = stage_of(folder).cast.typed(SECOND_QA)
    command = [sys.executable, "-m", "app.cli", "--data", str(folder), "--json", "--secrets-stdin"]
    with subprocess.Popen(
        [*command, "import", "people", str(source)], cwd=ROOT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    ) as ran:  # fmt: skip
        assert ran.stdin is not None and ran.stdout is not None
        ran.stdin.write(f"user={typed.user}\npassword={typed.password}\ncode={typed.code}\n")
        ran.stdin.flush()
        time.sleep(seconds)
        ran.kill()
        told: dict[str, int] | None = json.loads(ran.stdout.read() or "null")
    return told


def history_of(folder: Path) -> list[str]:
    """The acts of the history, read by somebody who signs in and out."""
    stage = goes_on(folder, (SECOND_QA,))
    acts = [entry.act for entry in entries_of(stage.office)]
    stage.leave()
    return acts


# ---- between any two file operations


def check_point(folder: Path, scenario: str, point: int) -> None:
    check_killed(folder, killed_at(folder, scenario, point), USERS[scenario])


@pytest.mark.req("R-AUD-05")
@pytest.mark.parametrize("point", [43, 45, 47, 50])
def test_killed_while_an_account_is_made(folder: Path, point: int) -> None:
    check_point(folder, "join", point)
    assert_joins(folder)


def assert_joins(folder: Path) -> None:
    """What was cut short can be done again, to the end."""
    command = [*WORKER, str(folder), "join", "0"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert "done joined" in ran.stdout, ran.stderr
    assert codes(report(stage_of(folder))) == set()


@pytest.mark.req("R-AUD-05")
@pytest.mark.parametrize("point", [8, 27, 40])
def test_killed_while_a_site_is_founded(tmp_path: Path, point: int) -> None:
    check_founding(tmp_path / "demo", point)


def check_founding(folder: Path, point: int) -> None:
    folder.mkdir()
    said = killed_at(folder, "found", point)
    if (folder / "site").exists() and (folder / "demo-secrets.json").exists():
        check_killed(folder, said, USERS["found"])
        return
    # Before the three had their secrets in hand there is nothing to lose: the founding begins anew.
    shutil.rmtree(folder / "site", ignore_errors=True)
    ran = subprocess.run([*WORKER, str(folder), "found", "0"], cwd=ROOT, capture_output=True, text=True)
    assert "done sign_in" in ran.stdout, ran.stderr
    assert codes(report(stage_of(folder))) == set()


def test_killed_while_keys_are_written_into_their_file(folder: Path) -> None:
    killed_at(folder, "keys_half_written", -1)
    assert (folder / "site" / "pkeys.db-journal").stat().st_size > 0
    check_killed(folder, (), USERS["keys_half_written"])


@pytest.mark.slow
@pytest.mark.req("R-AUD-05")
@pytest.mark.parametrize(
    ("scenario", "most"), [("sign", IN_SIGN), ("take", IN_TAKE), ("join", IN_JOIN), ("found", IN_FOUND)]
)
def test_killed_at_every_point(demo_dir: Path, tmp_path: Path, scenario: str, most: int) -> None:
    for point in range(1, most + 1):
        folder = tmp_path / "demo"
        print(f"{scenario}: killed at point {point}")
        if scenario == "found":
            check_founding(folder, point)
        else:
            shutil.copytree(demo_dir, folder)
            check_point(folder, scenario, point)
            if scenario == "join":
                assert_joins(folder)
        shutil.rmtree(folder)


# ---- what these checks would see


def test_an_anchor_before_its_commit_is_seen(folder: Path) -> None:
    killed_at(folder, "naive_anchor", -1)
    assert codes(report(stage_of(folder))) == {"ANCHOR_ROLLBACK"} == outside(folder)


def test_values_under_keys_that_were_not_kept_are_seen(folder: Path) -> None:
    killed_at(folder, "naive_keys", -1)
    assert "DEK_COMMIT" in codes(report(stage_of(folder)))
    assert "DEK_COMMIT" in outside(folder)


def test_an_entry_without_its_row_is_seen(folder: Path) -> None:
    killed_at(folder, "naive_halves", -1)
    with pytest.raises(AssertionError):
        sound(folder)
    stage = goes_on(folder, (TRAINER,))
    assert halves(stage.office, entries_of(stage.office)) != []
    stage.close()


def test_keys_of_nobody_are_removed_by_the_next_sign_in(folder: Path) -> None:
    said = killed_at(folder, "keys_half_written", -1)
    assert said == ["entering", "ready"]
    stage = goes_on(folder, (SECOND_QA,))
    assert strays(stage.office, entries_of(stage.office)) == set()
    stage.leave()


def test_the_worker_needs_no_more_points_than_are_tried(folder: Path, tmp_path: Path) -> None:
    for scenario, most in (("sign", IN_SIGN), ("take", IN_TAKE), ("join", IN_JOIN), ("found", IN_FOUND)):
        place = Path(shutil.copytree(folder, tmp_path / scenario)) if scenario != "found" else tmp_path / "new"
        place.mkdir(exist_ok=True)
        ran = subprocess.run([*WORKER, str(place), scenario, "0"], cwd=ROOT, capture_output=True, text=True)
        assert ran.stdout.splitlines()[-1] == f"points {most}", os.fsdecode(ran.stderr)
