"""What passes between a device and a centre, whichever way it goes (architecture §6 "Ports").

- Two couriers: over HTTPS (courier.py), and as files in a folder that somebody carries (folderpost.py).
- Nothing that a courier brings is believed here: receipts and batches are verified by whoever files them.
- What is no answer of a centre is a Fault, a "no" of one a Refused.
"""

from __future__ import annotations

from typing import Protocol

from app.base.codec import NotCanonical, parse
from app.base.faults import Fault
from app.base.words import Json, Refused, Value


class Greeting(Value, frozen=True):
    """What a centre says of itself and of one log: name and region, how much of the log it holds (`n`, `h`), the end of its
    feed, its incarnation."""

    centre: str
    region: str
    n: int
    h: str | None
    feed: int
    inc: int | str


class Delivered(Value, frozen=True):
    """A batch of the feed: its place, its receipt (JWS) and its bytes."""

    pos: int
    receipt: str
    batch: bytes


class Page(Value, frozen=True):
    """A part of the feed; `next` is where the following one begins."""

    batches: tuple[Delivered, ...]
    next: int
    more: bool


class Courier(Protocol):
    """A way to one centre. Faults `centre.*` for what breaks; `centre.refused` when the centre says no."""

    @property
    def address(self) -> str:
        """The address that the centre's descriptor must name."""

    def hello(self, site: str, log: str) -> Greeting | Refused | None:
        """What the centre holds of `log`; None while nobody has asked it yet."""

    def send(self, site: str, log: str, name: str, batch: bytes) -> str | Refused | None:
        """Bring one batch; its receipt, not yet verified. None: it is on its way, and the receipt comes another time."""

    def feed(self, site: str, after: int, most: int = 50) -> Page | Refused:
        """The batches that the centre received after that place, `most` at most."""


def greeting_of(got: bytes) -> Greeting:
    """A centre's greeting. Fault `centre.answer`."""
    told = told_of(got)
    try:
        head = told["head"]
        greeting = Greeting(
            centre=told["centre"],
            region=told["region"],
            n=head["n"],
            h=head["h"],
            feed=told["feed"],
            inc=told["inc"],
        )
    except (KeyError, TypeError):
        raise Fault("centre.answer") from None
    names = (type(greeting.centre), type(greeting.region))
    if type(greeting.n) is not int or names != (str, str) or type(greeting.inc) not in (int, str):
        raise Fault("centre.answer")
    return greeting


def page_of(got: bytes) -> Page:
    """A page of the feed taken apart. Fault `centre.answer`."""
    batches: list[Delivered] = []
    at = 0
    while True:
        end = got.find(b"\n", at)
        told = told_of(got[at:end]) if end >= 0 else {}
        at = end + 1
        if "next" in told:
            if at != len(got) or type(told["next"]) is not int:
                raise Fault("centre.answer")
            return Page(batches=tuple(batches), next=told["next"], more=told.get("more") is True)
        size, pos, receipt = told.get("bytes"), told.get("pos"), told.get("receipt")
        if (
            type(size) is not int
            or type(pos) is not int
            or type(receipt) is not str
            or not 0 < size <= len(got) - at
        ):
            raise Fault("centre.answer")
        batches.append(Delivered(pos=pos, receipt=receipt, batch=got[at : at + size]))
        at += size


def refusal(code: int, got: bytes) -> Refused:
    """A centre's "no": its own code where it gives one."""
    try:
        told = parse(got)
        said = told.get("code") if isinstance(told, dict) else None
    except NotCanonical:
        said = None
    return Refused("centre.refused", {"status": code, "code": said if type(said) is str else "-"})


def told_of(got: bytes) -> dict[str, Json]:
    """A JSON object. Fault `centre.answer`."""
    try:
        told = parse(got)
    except NotCanonical:
        raise Fault("centre.answer") from None
    if type(told) is not dict:
        raise Fault("centre.answer")
    return told
