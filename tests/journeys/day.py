"""One step of the first day as a program of its own; when the step is done it is killed, never signed out.

Run as `python -m tests.journeys.day FOLDER STEP`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from app.work.demo import story
from app.work.demo.cast import LEIDEN, Cast
from app.work.demo.stage import Stage

FEEDS = {"people": LEIDEN / "hr_people.csv", "documents": LEIDEN / "documents.csv", "curricula": LEIDEN}


def founding(stage: Stage) -> None:
    """Founded; the three are entered."""
    for _ in story.found(stage):
        pass


def feed(kind: str) -> Callable[[Stage], None]:
    """A feed taken in by the first QA manager."""

    def take(stage: Stage) -> None:
        stage.enter(stage.cast.plan["founders"][0]["username"])
        stage.take(kind, FEEDS[kind])

    return take


def accounts(stage: Stage) -> None:
    """Administrator, trainer and learner get account, key and role."""
    stage.enter(stage.cast.plan["founders"][0]["username"])
    for _ in story.accounts(stage):
        pass


def signing(stage: Stage) -> None:
    """Trainee and trainer sign; the verdict changes, and what was known before stays as it was."""
    for _ in story.sign(stage):
        pass


STEPS: dict[str, Callable[[Stage], None]] = {
    "found": founding,
    **{kind: feed(kind) for kind in FEEDS},
    "accounts": accounts,
    "sign": signing,
}


def main() -> None:
    folder, step = Path(sys.argv[1]), sys.argv[2]
    begun = (folder / "demo-secrets.json").is_file()
    stage = Stage(Cast.load(folder, os.urandom) if begun else Cast(folder, os.urandom))
    STEPS[step](stage)
    stage.cast.save()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
