"""From an address and the authority behind it to one meeting with a centre: what `countersign sync` and the window call.

- Kept apart from desktop.py: the libraries of the network are loaded only where something is sent.
"""

from __future__ import annotations

from pathlib import Path

from app.base.words import Refused
from app.work.courier import HttpsCourier, Patience
from app.work.folderpost import FolderCourier
from app.work.office import Office
from app.work.sync import SyncReport, sync_once


def send_to(
    office: Office, address: str, ca: Path, *, centre: str | None = None, patience: Patience | None = None
) -> SyncReport | Refused:
    """One meeting with the centre at `address` under the authority in `ca`. Answers and Faults of `sync_once`."""
    with HttpsCourier(address, ca, random=office.random, patience=patience) as courier:
        return sync_once(office, courier, centre)


def send_by_folder(office: Office, folder: Path, *, centre: str | None = None) -> SyncReport | Refused:
    """One meeting with the folder that somebody carries to the centre. Answers and Faults of `sync_once`."""
    return sync_once(office, FolderCourier(folder), centre)
