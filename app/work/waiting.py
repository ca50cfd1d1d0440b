"""What waits on this device and how far every log is received: for the page of sync (ux 11).

- Entries that wait are told in the order in which they were made; they can't be changed by waiting.
- A provisional receipt is told as one: the centre has the bytes, and has not yet promised to keep them for good.
"""

from __future__ import annotations

from app.base.words import Refused, Value
from app.store import history, outbox
from app.store.views.heads import heads
from app.work.centres import known_centres
from app.work.ledger import refused_reader
from app.work.office import Office
from app.work.told import Made, Names, Telling, device_of

MOST = 200


class LogHeld(Value, frozen=True):
    """One device's log: entries held here, received for good; `own` is this device's."""

    log: str
    device: str
    n: int
    received: int
    own: bool


class CentreKnown(Value, frozen=True):
    """A centre that QA recorded: its name, region, addresses."""

    name: str
    region: str
    jurisdiction: str
    addresses: tuple[str, ...]


class SyncShown(Value, frozen=True):
    """`here`, `provisional` and `received` count this device's entries; `waiting` are the first of those that wait."""

    here: int
    provisional: int
    received: int
    entries: int
    waiting: tuple[Made, ...]
    logs: tuple[LogHeld, ...]
    centres: tuple[CentreKnown, ...]


def sync_shown(office: Office) -> SyncShown | Refused:
    """How things stand between this device and its centres. Refused as the change history is."""
    refused = refused_reader(office)
    if refused is not None:
        return refused
    own = office.tail.log
    with office.store.read() as tx:
        witnessed = outbox.witnessed(tx, own)
        counts, telling = witnessed.counts(office.tail.n), Telling(office, Names(office, tx))
        run = history.entries(tx, own, witnessed.some, min(office.tail.n, witnessed.some + MOST) - 1)
        waiting = tuple(telling.of_bytes(b) for _, b in run) if counts.here else ()
        logs = tuple(
            LogHeld(log=one.log, device=device_of(one.log), n=one.n, received=one.received, own=one.log == own)
            for one in heads(tx)
        )
    centres = tuple(
        CentreKnown(name=one.name, region=one.region, jurisdiction=one.jurisdiction, addresses=tuple(one.urls))
        for one in known_centres(office).values()
    )
    return SyncShown(
        here=counts.here, provisional=counts.provisional, received=counts.received, entries=office.tail.n,
        waiting=waiting, logs=logs, centres=centres,
    )  # fmt: skip
