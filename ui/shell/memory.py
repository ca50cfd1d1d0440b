"""What this person set by hand on this device: filters, order, widths, theme; a small file, nothing personal in it.

- Named by a hash of site and account, so that the folder tells nobody's name.
- Only the account of the operating system can read it.
- A file that can't be read is as good as none; one that can't be written is forgotten with the process.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QFileDevice, QObject, QSaveFile, QStandardPaths, QTimer

from app.base.codec import NotCanonical, pack, parse
from app.base.words import Json

REST_MS = 800
MOST = 256 * 1024
OWNER = QFileDevice.Permission.ReadOwner | QFileDevice.Permission.WriteOwner


class Remembered(QObject):
    """A memory by key, written a moment after the last change. `keep` writes at once."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._kept = _read(path)
        self._timer = QTimer(self, interval=REST_MS, singleShot=True)
        self._timer.timeout.connect(self.keep)

    def get(self, key: str, otherwise: Json = None) -> Json:
        """What was kept under a key, or `otherwise`."""
        return self._kept.get(key, otherwise)

    def set(self, key: str, value: Json) -> None:
        """Keep a value under a key."""
        if self._kept.get(key) != value:
            self._kept[key] = value
            self._timer.start()

    def keep(self) -> None:
        """Write what was set."""
        self._timer.stop()
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = QSaveFile(str(self.path))
            if file.open(QSaveFile.OpenModeFlag.WriteOnly):
                file.setPermissions(OWNER)
                file.write(pack(self._kept))
                file.commit()


def memory_of(site: str, uid: str) -> Remembered:
    """The memory of an account of a site on this device; for no account: that of the device."""
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation))
    name = sha256(f"{site}\n{uid}".encode()).hexdigest()[:24]
    return Remembered(folder / f"seen-{name}.json")


def _read(path: Path) -> dict[str, Json]:
    try:
        told = parse(path.read_bytes()) if path.stat().st_size <= MOST else None
    except (OSError, NotCanonical):
        return {}
    return told if isinstance(told, dict) else {}
