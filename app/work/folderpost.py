"""A centre reached by a folder that somebody carries: a stick, a share (architecture §6 "Ports").

- `SITE/LOG/out/` holds batches for the centre, `back/` their receipts, `SITE/feed/` batches and receipts of all devices.
- The device that is offline reads and writes the folder; `carry` does its errands on a computer that reaches the centre.
- Files are written beside their name and renamed, so that a stick pulled out leaves no half one.
- Whoever carries the folder may have prepared it: links, pipes and devices in it are refused, names out of form passed
  over, and nothing is read that is larger than what the network may bring.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

from app.base.codec import NotCanonical, b64u, pack, unb64u
from app.base.faults import Fault
from app.base.words import Refused
from app.proof import notes
from app.proof.vaultfile import replace_file
from app.work.courier import ANSWER
from app.work.courier import PAGE as LARGEST
from app.work.post import Courier, Delivered, Greeting, Page, greeting_of

OUT, BACK, FEED, CENTRE = "out", "back", "feed", "centre.json"
NAME = re.compile(r"[0-9a-f]{64}")
PAGE = 50
READING = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
"""Follows no link and waits for no pipe, where the system knows of such things."""


class FolderCourier:
    """The device's side of the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def address(self) -> str:
        """See Courier: a folder has none, so every centre that the site recorded may stand behind it."""
        return ""

    def hello(self, site: str, log: str) -> Greeting | Refused | None:
        """See Courier: what was true when the folder was last carried."""
        told = _read(self._folder, _of_log(self._folder / site, log) / CENTRE, ANSWER)
        return None if told is None else greeting_of(told)

    def send(self, site: str, log: str, name: str, batch: bytes) -> str | Refused | None:
        """See Courier."""
        place = _of_log(self._folder / site, log)
        receipt = _read(self._folder, place / BACK / f"{name}.receipt", ANSWER)
        if receipt is not None:
            _own(self._folder, place / OUT)
            (place / OUT / f"{name}.batch").unlink(missing_ok=True)
            return receipt.decode("ascii", "replace").strip()
        _keep(self._folder, place / OUT / f"{name}.batch", batch)
        return None

    def feed(self, site: str, after: int, most: int = PAGE) -> Page | Refused:
        """See Courier."""
        place, found, room = self._folder / site / FEED, list[Delivered](), LARGEST
        while len(found) < most:
            pos = after + len(found) + 1
            receipt = _read(self._folder, place / f"{pos}.receipt", ANSWER)
            batch = _read(self._folder, place / f"{pos}.batch", LARGEST)
            if receipt is None or batch is None:
                return Page(batches=tuple(found), next=pos - 1, more=False)
            room -= len(batch)
            if found and room < 0:
                return Page(batches=tuple(found), next=pos - 1, more=True)
            text = receipt.decode("ascii", "replace").strip()
            found.append(Delivered(pos=pos, receipt=text, batch=batch))
        return Page(batches=tuple(found), next=after + most, more=True)


def carry(folder: Path, site: str, courier: Courier) -> int | Refused:
    """Take what lies in the folder to the centre and bring back receipts and feed; how many batches were received.

    Refused and Faults of the courier, Faults `folder.odd`, `folder.too_large`, `disk.*`; what was brought before stays
    brought. A folder whose name can't be a site's is passed over.
    """
    if notes.NAME.fullmatch(site) is None:
        return 0
    brought = 0
    for place in sorted((folder / site).glob("*/" + OUT)):
        log = _log_of(place.parent.name, site)
        if log is None:
            continue
        _own(folder, place)
        told = courier.hello(site, log)
        if isinstance(told, Refused):
            return told
        if told is not None:
            _keep(folder, place.parent / CENTRE, _known(told))
        received = _bring_batches(folder, place, site, log, courier)
        if isinstance(received, Refused):
            return received
        brought += received
    refused = _bring_feed(folder, site, courier)
    return brought if refused is None else refused


def _log_of(name: str, site: str) -> str | None:
    """The log of the site that a folder is named for; None for any other name."""
    try:
        log = unb64u(name).decode("ascii")
    except (NotCanonical, UnicodeDecodeError):
        return None
    parts = log.split("/")
    return log if notes.NAME.fullmatch(log) and len(parts) == 4 and parts[1] == site else None


def _known(told: Greeting) -> bytes:
    head = {"n": told.n, "h": told.h}
    return pack(
        {"centre": told.centre, "region": told.region, "head": head, "feed": told.feed, "inc": told.inc}
    )


def _bring_batches(folder: Path, place: Path, site: str, log: str, courier: Courier) -> int | Refused:
    brought = 0
    for path in _waiting(place):
        back = place.parent / BACK / f"{path.stem}.receipt"
        _own(folder, back)
        batch = None if back.is_file() else _read(folder, path, LARGEST)
        if batch is None:
            continue
        receipt = courier.send(site, log, path.stem, batch)
        if isinstance(receipt, Refused):
            return receipt
        if receipt is not None:
            _keep(folder, back, receipt.encode("ascii"))
            brought += 1
    return brought


def _waiting(place: Path) -> list[Path]:
    """Oldest first: a centre refuses a batch that does not continue what it holds."""
    try:
        found = [
            (path.lstat().st_mtime_ns, path) for path in place.glob("*.batch") if NAME.fullmatch(path.stem)
        ]
    except OSError:
        raise Fault("centre.unreachable") from None
    return [path for _, path in sorted(found)]


def _bring_feed(folder: Path, site: str, courier: Courier) -> Refused | None:
    place, after, more = folder / site / FEED, 0, True
    _own(folder, place)
    while (place / f"{after + 1}.batch").is_file():
        after += 1
    while more:
        page = courier.feed(site, after)
        if isinstance(page, Refused):
            return page
        for one in page.batches:
            _keep(folder, place / f"{one.pos}.receipt", one.receipt.encode("ascii"))
            _keep(folder, place / f"{one.pos}.batch", one.batch)
        more, after = page.more and page.next > after, page.next
    return None


def _of_log(place: Path, log: str) -> Path:
    return place / b64u(log.encode("ascii"))


def _own(folder: Path, path: Path) -> None:
    """Fault `folder.odd` where something between the folder and the path, or the path itself, is a link."""
    at = folder
    for part in path.relative_to(folder).parts:
        at /= part
        try:
            linked = at.is_symlink()
        except OSError:
            raise Fault("centre.unreachable") from None
        if linked:
            raise Fault("folder.odd", file=str(at))


def _keep(folder: Path, path: Path, data: bytes) -> None:
    _own(folder, path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise Fault("centre.unreachable") from None
    replace_file(path, data)


def _read(folder: Path, path: Path, most: int) -> bytes | None:
    """A plain file of the folder's own, None where there is none. Faults `folder.odd`, `folder.too_large`."""
    _own(folder, path)
    try:
        handle = os.open(path, READING)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        # A pipe or a socket without another end, or a link that was put there this moment.
        odd = error.errno in (errno.ELOOP, errno.ENXIO)
        raise Fault("folder.odd", file=str(path)) if odd else Fault("centre.unreachable") from None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Fault("folder.odd", file=str(path))
        data = _bounded(handle, most)
    finally:
        os.close(handle)
    if data is None:
        raise Fault("folder.too_large", file=str(path), most=most)
    return data


def _bounded(handle: int, most: int) -> bytes | None:
    """What an open file holds; None for more than `most` bytes."""
    try:
        with open(handle, "rb", closefd=False) as file:
            data = file.read(most + 1)
    except OSError:
        raise Fault("centre.unreachable") from None
    return data if len(data) <= most else None
