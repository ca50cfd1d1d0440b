"""A process that meets a centre and is ended right after the receipt came, before it is filed.

Reads one JSON object on stdin: the site, what its person types, the clock, the centre.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from app.base.words import Refused
from app.work.clocks import ShiftedClock
from app.work.courier import HttpsCourier
from app.work.login import sign_in
from app.work.office import Office
from app.work.secretfile import FileSecrets
from app.work.sync import sync_once
from app.work.unlock import Given


class Doomed(HttpsCourier):
    """Ends its process as soon as a receipt is there."""

    def send(self, site: str, log: str, name: str, batch: bytes) -> str | Refused | None:
        super().send(site, log, name, batch)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


def main() -> None:
    """See the module."""
    told = json.load(sys.stdin)
    site = Path(told["site"])
    secrets = FileSecrets.found(Path(told["secret_file"]), site)
    clock = ShiftedClock(told["zone"], told["start"], told["shift"])
    office = sign_in(site, secrets, clock, os.urandom, Given(*told["typed"]), told["zone"])
    assert isinstance(office, Office), office
    sync_once(office, Doomed(told["address"], Path(told["ca"]), random=os.urandom))


if __name__ == "__main__":
    main()
