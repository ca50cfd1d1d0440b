"""From an address and the authority behind it to one meeting with a centre: what `countersign sync` and the window call.

- Kept apart from desktop.py: the libraries of the network are loaded only where something is sent.
"""

from __future__ import annotations

import os
from pathlib import Path

from app.base.words import Refused
from app.work.courier import HttpsCourier, Patience
from app.work.feeds.feed import Tick
from app.work.folderpost import carry
from app.work.office import Office
from app.work.sync import SyncReport, sync_once


def send_to(
    office: Office,
    address: str,
    ca: Path,
    *,
    centre: str | None = None,
    patience: Patience | None = None,
    tick: Tick | None = None,
) -> SyncReport | Refused:
    """One meeting with the centre at `address` under the authority in `ca`. Answers and Faults of `sync_once`."""
    with HttpsCourier(address, ca, random=office.random, patience=patience) as courier:
        return sync_once(office, courier, centre, tick)


def carry_to(
    folder: Path, address: str, ca: Path, patience: Patience | None = None
) -> dict[str, int] | Refused:
    """Do the errands of a carried folder at the centre: how many batches were received, by site.

    Needs no site and no person: what is carried is sealed, and is verified by whoever files it. Refused and Faults of
    `carry`; what was brought before stays brought.
    """
    brought: dict[str, int] = {}
    with HttpsCourier(address, ca, random=os.urandom, patience=patience) as courier:
        for site in sorted(one.name for one in folder.iterdir() if one.is_dir()):
            done = carry(folder, site, courier)
            if isinstance(done, Refused):
                return done
            brought[site] = done
    return brought
