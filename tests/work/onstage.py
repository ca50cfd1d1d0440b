"""A copy of the demo's site that a test may use up: its people sign in and sign as at a workstation."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from msgspec.structs import replace

from app.work.demo.cast import Cast
from app.work.demo.stage import Stage
from app.work.sign import Signer

QA, SECOND_QA, MANAGER = "muphaus", "ndoornhem", "falkhatib"
ADMIN, TRAINER, LEARNER = "fwiel", "jwal", "obarad"
LEARNER_NUMBER = "HB10032"
READING, ON_THE_JOB = "RQ-0045", "RQ-0047"
"""Requirements of the learner's that the demo left open."""


def copied(demo_dir: Path, into: Path) -> Stage:
    """A stage on a copy of the demo; nobody is signed in. Close it at the end."""
    folder = into / "demo"
    shutil.copytree(demo_dir, folder)
    return Stage(Cast.load(folder, os.urandom))


def again(signer: Signer) -> Signer:
    """The same person's next ceremony, as if everything had been typed once more."""
    return replace(signer, nonce=os.urandom(16))
