"""Taking a feed in (M-01): read, show every defect, then all of it in one transaction, or nothing.

- A dry run reads and judges exactly as a real one and writes nothing.
- Document files are kept before the register that names them; a file without its register is only dead weight.
- Registers and curricula come in under QA's signature; people in the session of whoever brings them.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.base.faults import Fault
from app.base.words import Done, Refused, Row
from app.domain.rights import meaning_of
from app.proof.envelope import seal_file
from app.store import state
from app.store.files import put
from app.store.training import grouped
from app.store.tx import Tx
from app.work.feeds.curricula import read_curricula
from app.work.feeds.documents import read_documents
from app.work.feeds.feed import Feed, Tick
from app.work.feeds.known import KnownCurricula, KnownDocuments, KnownPeople
from app.work.feeds.people import read_people
from app.work.office import Office
from app.work.perform import perform_all, rehearse
from app.work.sign import Signer

NONCE = 12


def read_feed(office: Office, kind: str, source: Path, tick: Tick | None = None) -> Feed:
    """What `source` brings, compared with what is held. Faults `feed.*`, and `feed.kind` for an unknown kind."""
    if kind not in _READERS:
        raise Fault("feed.kind", kind=kind)
    reader, known = _READERS[kind]
    with office.store.read() as tx:
        held = known(office, tx)
    now = office.clock.now().instant
    return reader(source, held, now.day, office.zone, random=office.random, tick=tick)


def needs_signature(feed: Feed) -> bool:
    """Whether taking the feed in asks for QA's signature."""
    return any(meaning_of(command) is not None for command in feed.commands)


def pending_changes(office: Office, feed: Feed) -> int | Refused:
    """How many entries taking the feed in would write; nothing is kept."""
    return rehearse(office, feed.commands)


def take_feed(office: Office, feed: Feed, signer: Signer | None = None) -> Done | Refused:
    """Perform the feed's commands in one transaction; Done carries how many entries were written."""
    for file in feed.files:
        name, key = office.ring.newest(file.ref.k.rpartition(".")[0])
        if name != file.ref.k:
            raise Fault("feed.file_key", file=file.ref.name)
        put(
            office.folder,
            seal_file(key, name.rpartition(".")[0], file.content(), office.random(NONCE)),
        )
    with _no_collector():
        return perform_all(office, feed.commands, signer, source=_source(feed))


@contextmanager
def _no_collector() -> Iterator[None]:
    """Without the cycle collector: it would walk every entry made so far again and again (a third of an import)."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _source(feed: Feed) -> str:
    """The files by name and the beginning of their hash, for the words that QA signs."""
    return ", ".join(f"{source.name} ({source.sha256[:16]})" for source in feed.sources)


def _people(office: Office, tx: Tx) -> KnownPeople:
    return KnownPeople(
        people=tuple(_opened(office, tx)),
        jobs={row["code"]: row for row in state.rows(tx, "job")},
        postings={pid: tuple(rows) for pid, rows in grouped(state.rows(tx, "posting"), "pid").items()},
    )


def _documents(office: Office, tx: Tx) -> KnownDocuments:
    people = {row["number"]: row["id"] for row in _opened(office, tx) if row.get("number")}
    held = {(row["number"], row["ver"]): row for row in state.rows(tx, "document")}
    return KnownDocuments(held=held, people=people)


def _curricula(_office: Office, tx: Tx) -> KnownCurricula:
    return KnownCurricula(
        jobs={row["code"]: row for row in state.rows(tx, "job")},
        curricula={row["code"]: row for row in state.rows(tx, "curriculum")},
        requirements={row["code"]: row for row in state.rows(tx, "requirement")},
        assignments={(row["job"], row["curriculum"]): row for row in state.rows(tx, "assignment")},
        numbers=frozenset(grouped(state.rows(tx, "document"), "number")),
    )


def _opened(office: Office, tx: Tx) -> Iterator[Row]:
    return (office.ring.opened("person", row) for row in state.rows(tx, "person"))


_READERS: dict[str, tuple[Callable[..., Feed], Callable[[Office, Tx], Any]]] = {
    "people": (read_people, _people),
    "documents": (read_documents, _documents),
    "curricula": (read_curricula, _curricula),
}
