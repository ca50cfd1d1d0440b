"""What was recorded since an index in memory was made: the entries of every log beyond the sizes that it knows.

- An index follows history, whoever wrote it: this device's commands and what was fetched from others alike.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.base.entry import Entry, read
from app.store import history
from app.store.tx import Tx


class Since:
    """How far an index has followed each log."""

    def __init__(self, tx: Tx) -> None:
        self.sizes = sizes(tx)

    def entries(self, tx: Tx) -> Iterator[Entry]:
        """Each entry recorded since, once; to be read to the end."""
        for log, n in sizes(tx).items():
            first = self.sizes.get(log, 0)
            if n > first:
                for _seq, b in history.entries(tx, log, first):
                    yield read(b)
                self.sizes[log] = n


def sizes(tx: Tx) -> dict[str, int]:
    """How many entries of each log are held."""
    return {log: history.size(tx, log) for log in history.logs(tx)}
