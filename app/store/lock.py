"""One writer per data folder.

- The file `lock` carries an advisory lock of the operating system; it ends with the process, however that ends.
- A second opener is refused at once; reading programs only ask whether a writer is there.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from app.base.faults import Fault
from app.proof.vaultfile import disk_fault

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class WriterLock:
    """The writer's place in `folder`, held until `release` or the end of the process.

    Faults `store.in_use`, `store.read_only`, `disk.*`.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._file = os.fdopen(os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        except OSError as error:
            raise disk_fault(error) from error
        try:
            _take(self._file)
        except OSError:
            self._file.close()
            raise Fault("store.in_use") from None

    def release(self) -> None:
        """Give the place up."""
        self._file.close()


def writer_present(folder: Path) -> bool:
    """Whether some process holds the writer's place; leaves no trace."""
    path = folder / "lock"
    if not path.is_file():
        return False
    with path.open("rb") as file:
        try:
            _take(file)
        except OSError:
            return True
    return False
