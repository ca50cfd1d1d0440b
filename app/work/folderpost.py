"""A centre reached by a folder that somebody carries: a stick, a share (architecture §6 "Ports").

- `SITE/LOG/out/` holds batches for the centre, `back/` their receipts, `SITE/feed/` batches and receipts of all devices.
- The device that is offline reads and writes the folder; `carry` does its errands on a computer that reaches the centre.
- Files are written beside their name and renamed, so that a stick pulled out leaves no half one.
"""

from __future__ import annotations

import re
from pathlib import Path

from app.base.codec import b64u, pack, unb64u
from app.base.faults import Fault
from app.base.words import Refused
from app.proof.vaultfile import replace_file
from app.work.post import Courier, Delivered, Greeting, Page, greeting_of

OUT, BACK, FEED, CENTRE = "out", "back", "feed", "centre.json"
NAME = re.compile(r"[0-9a-f]{64}")
PAGE = 50


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
        told = _read(_of_log(self._folder / site, log) / CENTRE)
        return None if told is None else greeting_of(told)

    def send(self, site: str, log: str, name: str, batch: bytes) -> str | Refused | None:
        """See Courier."""
        place = _of_log(self._folder / site, log)
        receipt = _read(place / BACK / f"{name}.receipt")
        if receipt is not None:
            (place / OUT / f"{name}.batch").unlink(missing_ok=True)
            return receipt.decode("ascii", "replace").strip()
        _keep(place / OUT / f"{name}.batch", batch)
        return None

    def feed(self, site: str, after: int, most: int = PAGE) -> Page | Refused:
        """See Courier."""
        place, found = self._folder / site / FEED, list[Delivered]()
        while len(found) < most:
            pos = after + len(found) + 1
            receipt, batch = (_read(place / f"{pos}.{end}") for end in ("receipt", "batch"))
            if receipt is None or batch is None:
                return Page(batches=tuple(found), next=pos - 1, more=False)
            text = receipt.decode("ascii", "replace").strip()
            found.append(Delivered(pos=pos, receipt=text, batch=batch))
        return Page(batches=tuple(found), next=after + most, more=True)


def carry(folder: Path, site: str, courier: Courier) -> int | Refused:
    """Take what lies in the folder to the centre and bring back receipts and feed; how many batches were received.

    Refused and Faults of the courier; what was brought before stays brought.
    """
    brought = 0
    for place in sorted((folder / site).glob("*/" + OUT)):
        log = unb64u(place.parent.name).decode("ascii")
        told = courier.hello(site, log)
        if isinstance(told, Refused):
            return told
        if told is not None:
            head = {"n": told.n, "h": told.h}
            known = {
                "centre": told.centre,
                "region": told.region,
                "head": head,
                "feed": told.feed,
                "inc": told.inc,
            }
            _keep(place.parent / CENTRE, pack(known))
        received = _bring_batches(place, site, log, courier)
        if isinstance(received, Refused):
            return received
        brought += received
    refused = _bring_feed(folder / site / FEED, site, courier)
    return brought if refused is None else refused


def _bring_batches(place: Path, site: str, log: str, courier: Courier) -> int | Refused:
    brought = 0
    # Oldest first: a centre refuses a batch that does not continue what it holds.
    for path in sorted(place.glob("*.batch"), key=lambda one: (one.stat().st_mtime_ns, one.name)):
        back = place.parent / BACK / f"{path.stem}.receipt"
        if NAME.fullmatch(path.stem) is None or back.is_file():
            continue
        receipt = courier.send(site, log, path.stem, path.read_bytes())
        if isinstance(receipt, Refused):
            return receipt
        if receipt is not None:
            _keep(back, receipt.encode("ascii"))
            brought += 1
    return brought


def _bring_feed(place: Path, site: str, courier: Courier) -> Refused | None:
    after, more = 0, True
    while (place / f"{after + 1}.batch").is_file():
        after += 1
    while more:
        page = courier.feed(site, after)
        if isinstance(page, Refused):
            return page
        for one in page.batches:
            _keep(place / f"{one.pos}.receipt", one.receipt.encode("ascii"))
            _keep(place / f"{one.pos}.batch", one.batch)
        more, after = page.more and page.next > after, page.next
    return None


def _of_log(place: Path, log: str) -> Path:
    return place / b64u(log.encode("ascii"))


def _keep(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise Fault("centre.unreachable") from None
    replace_file(path, data)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        raise Fault("centre.unreachable") from None
