"""Killed without warning, at random moments and between any two file operations: nothing reported is lost, nothing is half.

- Random moments are drawn from a seed, which a failure prints; COUNTERSIGN_ALL draws ten times as many.
- The points are every file operation of one turn: a whole run over them is `slow`, some stand for them otherwise.
- The naive variants show that the checks can fail.
"""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest

from app.store import state
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
    "keys_kept": (SECOND_QA,),
}
LEAST_POINTS = 15
"""A turn of every scenario has at least as many file operations."""


@pytest.fixture
def folder(demo_dir: Path, tmp_path: Path) -> Path:
    """A copy of the demo to be killed in, again and again."""
    return Path(shutil.copytree(demo_dir, tmp_path / "demo"))


def tell(line: str) -> None:
    """Shown when the test fails."""
    sys.stdout.write(f"{line}\n")


def killed(folder: Path, scenario: str, lines: int, seconds: float) -> list[str]:
    """Kill the worker so long after it has said so many lines; everything that it said."""
    with subprocess.Popen([*WORKER, str(folder), scenario], cwd=ROOT, stdout=subprocess.PIPE, text=True) as ran:
        assert ran.stdout is not None
        said = [ran.stdout.readline().rstrip() for _ in range(lines)]
        time.sleep(seconds)
        ran.kill()
        said += ran.stdout.read().splitlines()
    assert ran.returncode == -signal.SIGKILL, "the program ended before it was killed"
    return said


def killed_at(folder: Path, scenario: str, point: str) -> list[str] | None:
    """Let the worker kill itself at a file operation; what it said before. None when a turn has no such operation."""
    ran = worked(folder, scenario, point)
    assert ran.returncode in (0, -signal.SIGKILL), ran.stderr
    return None if ran.returncode == 0 else ran.stdout.splitlines()


def worked(folder: Path, scenario: str, point: str) -> subprocess.CompletedProcess[str]:
    """Run the worker to its end."""
    command = [*WORKER, str(folder), scenario, point]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


# ---- random moments


@pytest.mark.req("R-AUD-05", "R-REC-10")
@pytest.mark.parametrize(("scenario", "times"), [("sign", 6), ("take", 3)])
def test_killed_at_random_moments(folder: Path, scenario: str, times: int) -> None:
    draw = random.Random(f"{SEED} {scenario}")
    for turn in range(times * TIMES):
        # From one line on, so that some are killed while signing in; the more lines, the more was reported as done.
        lines, seconds = draw.randint(1, 7), draw.uniform(0, 0.4)
        tell(f"seed {SEED}, {scenario} {turn}: killed {seconds:.3f} s after line {lines}")
        said = killed(folder, scenario, lines, seconds)
        check_killed(folder, said, USERS[scenario])
    assert outside(folder) == set()


@pytest.mark.req("R-AUD-05", "R-REC-10")
def test_the_import_command_killed_at_random_moments(folder: Path) -> None:
    draw, source = random.Random(f"{SEED} import"), folder / "people.csv"
    text = (LEIDEN / "hr_people.csv").read_text(encoding="utf-8-sig")
    for turn in range(2 * TIMES):
        source.write_text(text.replace(";Night;", f";Shift {turn};"), encoding="utf-8")
        seconds = draw.uniform(0.6, 2.2)
        tell(f"seed {SEED}, import {turn}: killed after {seconds:.3f} s")
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


def check_point(folder: Path, scenario: str, point: str) -> bool:
    """Kill at the point and check; False when there is no such point any more."""
    said = killed_at(folder, scenario, point)
    if said is not None:
        check_killed(folder, said, USERS[scenario])
    return said is not None


@pytest.mark.req("R-AUD-05")
@pytest.mark.parametrize("point", ["vault.json:2", "vault.json:4", "vault.json:6", "vault.json:8"])
def test_killed_while_an_account_is_made(folder: Path, point: str) -> None:
    assert check_point(folder, "join", point)
    check_joins(folder)


def check_joins(folder: Path) -> None:
    """What was cut short can be done again, to the end."""
    ran = worked(folder, "join", "once")
    assert "done joined" in ran.stdout, ran.stderr
    assert codes(report(stage_of(folder))) == set()
    stage = goes_on(folder, (QA,))
    with stage.office.store.read() as tx:
        accounts = {row["id"] for row in state.rows(tx, "account")}
    assert {slot.uid: slot.st for slot in stage.office.vault.slots} == dict.fromkeys(accounts, "active")
    stage.leave()


@pytest.mark.req("R-AUD-05")
@pytest.mark.parametrize("point", ["device-secret:3", "vault.json:2", "demo-secrets.json:2"])
def test_killed_while_a_site_is_founded(tmp_path: Path, point: str) -> None:
    assert check_founding(tmp_path / "demo", point)


def check_founding(folder: Path, point: str) -> bool:
    """Kill at the point and check; False when there is no such point any more."""
    folder.mkdir()
    said = killed_at(folder, "found", point)
    if said is None:
        return False
    if (folder / "site").exists() and (folder / "demo-secrets.json").exists():
        check_killed(folder, said, USERS["found"])
        return True
    # Before the three had their secrets in hand there is nothing to lose: the founding begins anew.
    if (folder / "site").exists():
        shutil.rmtree(folder / "site")
        (folder / "device-secret").unlink()
    ran = worked(folder, "found", "once")
    assert "done sign_in" in ran.stdout, ran.stderr
    assert codes(report(stage_of(folder))) == set()
    assert not (folder / "site.founding").exists() and not (folder / "site.new").exists()
    return True


def test_killed_while_keys_are_written_into_their_file(folder: Path) -> None:
    assert killed_at(folder, "keys_half_written", "once") == ["entering", "ready"]
    assert (folder / "site" / "pkeys.db-journal").stat().st_size > 0
    check_killed(folder, (), USERS["keys_half_written"])


def test_killed_between_the_keys_and_what_they_seal(folder: Path) -> None:
    assert killed_at(folder, "keys_kept", "once") == ["entering", "ready"]
    check_killed(folder, (), USERS["keys_kept"])


@pytest.mark.slow
@pytest.mark.req("R-AUD-05")
@pytest.mark.parametrize("scenario", ["sign", "take", "join", "found"])
def test_killed_at_every_point(demo_dir: Path, tmp_path: Path, scenario: str) -> None:
    for point in count(1):
        folder = tmp_path / f"{point}"
        if scenario == "found":
            more = check_founding(folder, f":{point}")
        else:
            shutil.copytree(demo_dir, folder)
            more = check_point(folder, scenario, f":{point}")
        if scenario == "join" and more:
            check_joins(folder)
        shutil.rmtree(folder)
        if not more:
            assert point > LEAST_POINTS
            return


# ---- what these checks would see


def test_an_anchor_before_its_commit_is_seen(folder: Path) -> None:
    killed_at(folder, "naive_anchor", "once")
    assert codes(report(stage_of(folder))) == {"ANCHOR_ROLLBACK"} == outside(folder)


def test_values_under_keys_that_were_not_kept_are_seen(folder: Path) -> None:
    killed_at(folder, "naive_keys", "once")
    assert "DEK_COMMIT" in codes(report(stage_of(folder)))
    assert "DEK_COMMIT" in outside(folder)


def test_an_entry_without_its_row_is_seen(folder: Path) -> None:
    killed_at(folder, "naive_halves", "once")
    with pytest.raises(AssertionError):
        sound(folder)
    stage = goes_on(folder, (TRAINER,))
    assert halves(stage.office, entries_of(stage.office)) != []
    stage.close()
