"""`demo` and `bench`: the story, then verification, then a copy that is tampered with; the benches.

- A demo that is there is opened; any other folder with something in it is refused. Made anew is only a demo.
- The folder's own site is never tampered with, and verifies clean at the end.
- The centre of the story is the real one, on this computer (wiring.embedded).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.base.faults import Fault
from app.base.moment import Clock
from app.base.program import called
from app.base.say import say
from app.base.words import Json
from app.proof.totp import STEP_MS
from app.wiring import answers
from app.wiring.calling import run
from app.wiring.desktop import DEMO_SECRETS, read_demo
from app.wiring.embedded import start_embedded
from app.wiring.sending import send_to
from app.wiring.terminal import OK, Terminal
from app.wiring.window import has_screen, home_folder, open_window
from app.work.clocks import ShiftedClock
from app.work.demo.cast import Cast, code_of
from app.work.demo.proofs import prove
from app.work.demo.stage import Beside, Stage
from app.work.demo.story import Step, tell
from app.work.feeds.feed import Tick

CENTRE, REGION = "centre.example", "eu"
"""The demo's centre; the plan names its jurisdiction."""


def demo(*, headless: bool = False, fresh: bool = False, code: str | None = None) -> int:
    """Do the main job on a new demo site in --data and open the window on it, or print a demo person's one-time code.

    A demo that is there already is opened as it is, unless it is to be made anew.
    """
    terminal, folder = run().terminal, folder_of_demo(run().data, headless=headless)
    if code is not None:
        told = {"v": 1, "ok": True, "exit": OK, **demo_code(folder, code)}
        terminal.answer(told)
        if not terminal.as_json:
            terminal.tell(say("demo.code", told))
        return OK
    if headless or fresh or read_demo(folder) is None:
        _make(folder, terminal, fresh=fresh)
    if headless:
        return OK
    if not has_screen():
        terminal.tell(say("demo.no_screen", {"folder": str(folder)}))
        return OK
    terminal.tell(say("demo.opens", {"folder": str(folder), "program": called()}))
    return open_window(["--data", str(folder)])


def folder_of_demo(folder: Path, *, headless: bool) -> Path:
    """The folder that was named, or the one we are in if it holds a demo or may get one; else the demo of this account."""
    if folder != Path() or read_demo(folder) is not None or (headless and not any(folder.iterdir())):
        return folder
    return home_folder() / "demo"


def _make(folder: Path, terminal: Terminal, *, fresh: bool) -> None:
    """Do the main job in `folder` and tell every step."""
    steps: list[Json] = []
    with terminal.progress(say("demo.progress")) as tick:
        for step in run_demo(folder, fresh=fresh, tick=tick):
            steps.append({"step": step.title, "seconds": round(step.seconds, 3), **step.evidence})
            terminal.tell(answers.step_text(len(steps), step))
    terminal.answer({"v": 1, "ok": True, "exit": OK, "data": str(folder), "steps": steps})
    terminal.tell(say("demo.done", {"folder": str(folder)}))


def bench(name: str = "all") -> int:
    """Measure this computer: ours beside a floor or a peer, in one run."""
    return run_bench(name, run().terminal)


def run_demo(folder: Path, *, fresh: bool, tick: Tick | None = None) -> Iterator[Step]:
    """Every step of the demo in `folder`. Faults `demo.exists`, `demo.not_a_demo`, `demo.stopped` and those of the verbs."""
    if folder.exists() and any(folder.iterdir()):
        if not fresh:
            raise Fault("demo.exists", folder=folder.name)
        if not (folder / DEMO_SECRETS).is_file():
            raise Fault("demo.not_a_demo", folder=folder.name)
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    stage = Stage(Cast(folder, os.urandom), tick, start_centre=_beside)
    try:
        yield from tell(stage)
        yield from prove(stage)
    finally:
        stage.close()


def _beside(folder: Path, clock: Clock) -> Beside:
    """The centre of the story, on this computer: made, started, and reached as any other would be."""
    centre = start_embedded(folder, CENTRE, REGION, clock)
    return Beside(
        address=centre.address,
        descriptor=centre.descriptor,
        take=centre.take,
        meet=lambda office: send_to(office, centre.address, centre.ca),
        check=centre.check,
        stop=centre.stop,
    )


def demo_code(folder: Path, name: str) -> dict[str, Json]:
    """The one-time code of one of the demo's people now, the next one, and how long this one is good for (seconds).

    Faults `demo.none`, `demo.damaged`, `demo.nobody`.
    """
    told: Any = read_demo(folder)
    if told is None:
        raise Fault("demo.none", folder=folder.name)
    person = next((who for who in told["people"] if name in (who["username"], who["name"], who["uid"])), None)
    if person is None:
        raise Fault("demo.nobody", name=name, names=", ".join(who["username"] for who in told["people"]))
    now = ShiftedClock("UTC", told["clock"]["start"], told["clock"]["shift"]).now().instant.ms
    return {
        "username": person["username"],
        "code": code_of(person, now),
        "next": code_of(person, now + STEP_MS),
        "seconds": (STEP_MS - now % STEP_MS) // 1000,
    }


def run_bench(name: str, terminal: Terminal) -> int:
    """Run one benchmark of the checkout, or all of them; their tables are their answer. Fault `bench.none`."""
    root = Path(__file__).resolve().parents[2]
    known = sorted(path.stem.removeprefix("bench_") for path in (root / "tests" / "bench").glob("bench_*.py"))
    wanted = known if name == "all" else [name]
    if not known or not set(wanted) <= set(known):
        raise Fault("bench.none", name=name, names=", ".join(known))
    codes = [_bench(one, root) for one in wanted]
    terminal.answer({"v": 1, "ok": not any(codes), "exit": max(codes), "benches": wanted})
    return max(codes)


def _bench(name: str, root: Path) -> int:
    module = f"tests.bench.bench_{name}"
    return subprocess.run([sys.executable, "-m", module], cwd=root, check=False).returncode  # noqa: S603  (our own module)
