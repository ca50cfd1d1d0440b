"""A small site that the command finds: beside it lies what a demo notes of its clock, so that time passes unasked."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path

from app.base.codec import pack
from tests.calling import Said, call
from tests.work.founded import Small


class Placed(Small):
    """The site in `folder`, reached as `--data folder`; anna and bram are QA, carla manages."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        self.note(folder)

    def copied(self, into: Path) -> Placed:
        """The same site in a copy of everything that lies beside it; one clock for both."""
        shutil.copytree(self.folder.parent, into)
        made = copy.copy(self)
        made.folder = into / self.folder.name
        made.site, made.secret_file = made.folder / "site", made.folder / "device-secret"
        return made

    def note(self, folder: Path, secret_file: str = "device-secret") -> None:
        """Write down which clock the command is to use on the site in `folder`."""
        clock = {"start": self.clock.start, "shift": self.clock.shift}
        told = {"v": 1, "site": "site", "device_secret_file": secret_file, "people": [], "clock": clock}
        (folder / "demo-secrets.json").write_bytes(pack(told))

    def lines(self, name: str, *more: str, folder: Path | None = None) -> str:
        """What this person types to sign in, and once more to sign, with codes that are fresh."""
        given = self.typed(name)
        self.note(folder or self.folder)
        lines = [f"user={given.user}", f"password={given.password}", f"code={given.code}"]
        return "".join(f"{line}\n" for line in (*lines, f"sign-code={self.typed(name).code}", *more))

    def say(self, name: str, *arguments: str, more: tuple[str, ...] = (), folder: Path | None = None) -> Said:
        """One call in this person's name, with JSON for an answer."""
        given = self.lines(name, *more, folder=folder)
        return call("--json", "--secrets-stdin", "--data", str(folder or self.folder), *arguments, given=given)
