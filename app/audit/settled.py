"""Where a database may be read at leisure: itself when closed well, else a private copy of its encrypted files.

- A store that was left with a log or a journal is settled in the copy; the folder is only read.
- Beside a writer the files are copied under a reader's place in its log: no checkpoint then starts the log anew, so
  every page that it moves meanwhile is in the copied log too. The copy is some committed state, never a torn one.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.audit.findings import Findings
from app.audit.judge import Store
from app.base.faults import Fault
from app.store import scan
from app.store.lock import writer_present
from app.store.vault import close, connect, connect_reading

BESIDE = ("-wal", "-journal")


def settled(held: Store, kind: str, stack: ExitStack, found: Findings) -> Store:
    """The store itself, or a settled copy that lasts as long as `stack`. STORE_DAMAGED if it can't be settled.

    Raises Fault `store.in_use` when a writer leaves no moment free.
    """
    path = Path(held.path)
    busy, left = writer_present(path.parent), _left(path)
    if not left and not busy:
        return held
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="countersign-")))
    copy = folder / path.name
    try:
        with _kept(held, kind, busy=busy):
            for source in (path, *_left(path)):
                shutil.copyfile(source, folder / source.name)
        close(connect(copy, held.key, kind=kind))
    except Fault as fault:
        if fault.code == "store.in_use":
            raise
        found.add("STORE_DAMAGED", note=f"{path.name}: {fault.code}")
    return Store(path=str(copy), key=held.key)


def _left(path: Path) -> list[Path]:
    beside = [path.with_name(path.name + end) for end in BESIDE]
    return [one for one in beside if one.is_file() and one.stat().st_size]


@contextmanager
def _kept(held: Store, kind: str, *, busy: bool) -> Iterator[None]:
    """A reader's place beside a writer, for as long as the files are copied."""
    if not busy:
        yield
        return
    connection, end = connect_reading(Path(held.path), held.key, kind=kind, busy=True)
    try:
        scan.reading(lambda: connection.execute("BEGIN"))
        scan.state_tables(connection)
        yield
    finally:
        end()
