"""No name and no secret lies in clear on the disk, in the environment or on the command line, at any moment.

- Searched: every byte below a folder that holds the site, the home, the temporary files and every XDG folder of the
  program, while it works (write-ahead log and journals included) and after it was killed; UTF-8 and UTF-16, any case.
- Searched for: every personal value of the HR feed that is longer than five characters, and every secret.
- Not searched for: what stands in files that are no secret. A value is left out if it also occurs in the public
  registers or in the product's own words; how many are left must stay near all of them.
- Not searched at all: `out/`, the training file that was put on paper for people to read.
- A name that is planted is found in each spelling and place, so the search can fail.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from base64 import b32decode
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from app.base.codec import unb64u
from app.base.say import RESOURCES
from app.work.demo.cast import LEIDEN, Cast
from app.work.demo.stage import Stage
from app.work.login import door_of
from app.work.unlock import granted_keys, opened_slot
from tests.faults.afterwards import ROOT, WORKER

pytestmark = pytest.mark.req("R-SEC-01", "R-ACC-12")

PERSONAL = (
    "User/Employee ID", "Person ID External", "First Name", "Last Name", "Name (Native Script)", "Preferred Name",
    "Work Email", "Login", "Badge No", "Remarks",
)  # fmt: skip
LONGER_THAN = 5
SHORT = 8
"""Up to here a badge or a login also occurs by chance inside the long base64 and hexadecimal texts of the vault."""
SHARED = ("documents.csv", "curricula.csv", "qualifications.csv", "coverage.csv")
FOLDERS = (
    "HOME",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "XDG_RUNTIME_DIR",
)
OWN = ("demo-secrets.json", "device-secret", "feeds")
"""What a test leaves in clear on purpose: the demo's own secrets, the device-secret file, and the feeds themselves."""


def personal() -> set[str]:
    """Every value of the feed that tells who somebody is, long enough to be found by no accident."""
    with (LEIDEN / "hr_people.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file, delimiter=";")
    places = [place for place, name in enumerate(header) if name in PERSONAL]
    return {value for row in rows if len(row) == len(header) for place in places for value in parts(row[place])}


def parts(value: str) -> Iterator[str]:
    """The value; of a long remark its beginning and its end, wherever it is cut."""
    text = value.strip()
    if len(text) > LONGER_THAN:
        yield text[:40]
        yield text[-40:]


def public() -> str:
    """Everything that may stand in clear: registers without their owners, the product's words and sources."""
    texts = [(LEIDEN / name).read_text(encoding="utf-8") for name in SHARED]
    texts += [path.read_text(encoding="utf-8") for path in (RESOURCES / "words").glob("*.json")]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("*.py")]
    # A document's owner is a person: the register's names are what is to be found.
    owners = re.compile("|".join(map(re.escape, sorted(set(owner_names()), key=len, reverse=True))))
    return owners.sub("", "\n".join(texts)).casefold()


def owner_names() -> list[str]:
    with (LEIDEN / "documents.csv").open(encoding="utf-8", newline="") as file:
        return [
            value for row in csv.DictReader(file) for value in (row["Owner"], row["Owner Employee ID"]) if value
        ]


def secrets(cast: Cast) -> dict[str, bytes]:
    """Every secret of the site by a name that may be shown: as typed, as bytes, and the stores' keys once opened."""
    found: dict[str, bytes] = {}
    for who in cast.people.values():
        found[f"password of {who['username']}"] = who["password"].encode()
        found[f"seed of {who['username']}, base32"] = who["totp"].encode()
        found[f"seed of {who['username']}"] = b32decode(who["totp"])
    for place, share in enumerate(cast.secrets["recovery"]["shares"]):
        found[f"share {place}"] = share.encode()
    device = json.loads((cast.folder / "device-secret").read_text())
    for name, text in {"ds": device["ds"], **device["dk"]}.items():
        found[f"device {name}, text"], found[f"device {name}"] = text.encode(), unb64u(text)
    for kind, key in store_keys(cast).items():
        found[f"key {kind}"], found[f"key {kind}, hex"] = key, key.hex().encode()
    return found


def store_keys(cast: Cast) -> dict[str, bytes]:
    stage = Stage(cast)
    door = door_of(stage.site, stage.secrets(), cast.clock, os.urandom, "UTC")
    opened = opened_slot(door.vault, door.ds, cast.typed("muphaus"))
    assert opened is not None
    return {kind: granted_keys(door.vault, opened, kind)[0] for kind in ("db", "pk", "site")}


def spellings(value: str) -> set[bytes]:
    """The value in every encoding and case that is searched for."""
    cases = {value, value.lower(), value.upper()}
    return {case.encode(code) for case in cases for code in ("utf-8", "utf-16-le", "utf-16-be")}


def stands(needle: bytes, data: bytes) -> bool:
    """Whether it stands there; a short code only by itself, since any six letters occur in enough base64 by chance."""
    # Looked for plainly first: the expression takes a hundred times as long, and most are not there at all.
    if needle not in data or len(needle) > SHORT or not needle.isalnum():
        return needle in data
    return re.search(rb"(?<![\w-])" + needle + rb"(?![\w-])", data) is not None


class Search:
    """Every value looked for in whatever bytes, by its first four bytes; only where those occur the value itself."""

    def __init__(self, values: Iterable[str], secrets: dict[str, bytes]) -> None:
        needles = {spelling for value in values for spelling in spellings(value)} | set(secrets.values())
        for secret in list(secrets.values()):
            if secret.isascii():
                needles |= spellings(secret.decode("ascii"))
        self.needles: dict[int, list[bytes]] = {}
        for needle in needles:
            self.needles.setdefault(int.from_bytes(needle[:4], sys.byteorder), []).append(needle)

    def within(self, data: bytes) -> set[bytes]:
        """What of it stands in `data`."""
        begun: set[int] = set()
        for shift in range(4):
            whole = data[shift : shift + (len(data) - shift) // 4 * 4]
            begun.update(filter(self.needles.__contains__, memoryview(whole).cast("I")))
        return {needle for begin in begun for needle in self.needles[begin] if stands(needle, data)}

    def below(self, folder: Path) -> dict[str, set[bytes]]:
        """Files below a folder with what stands in them or in their names; what goes away meanwhile is let go."""
        found = {}
        for path in (path for path in folder.rglob("*") if not own(path, folder)):
            try:
                data = path.read_bytes() if path.is_file() else b""
            except FileNotFoundError:
                continue
            hits = self.within(data + b"\0" + path.name.encode())
            if hits:
                found[str(path.relative_to(folder))] = hits
        return found

    def process(self, pid: int) -> set[bytes]:
        """What stands in the environment, on the command line, or in what the process has open."""
        own = Path(f"/proc/{pid}")
        return self.within(own.joinpath("environ").read_bytes() + own.joinpath("cmdline").read_bytes())


def own(path: Path, folder: Path) -> bool:
    return any(part.startswith(OWN) for part in path.relative_to(folder).parts)


@pytest.fixture(scope="module")
def world(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of its own that holds the site and everything that the program may write to."""
    folder = tmp_path_factory.mktemp("world")
    for name in FOLDERS:
        (folder / name).mkdir(mode=0o700)
    shutil.copytree(demo_dir, folder / "demo", ignore=shutil.ignore_patterns("tampered", "out", "centre"))
    return folder


@pytest.fixture(scope="module")
def search(world: Path) -> Search:
    """All names and all secrets."""
    known = public()
    wanted = {value for value in personal() if value.casefold() not in known}
    assert len(wanted) > 0.9 * len(personal()), sorted(personal() - wanted)
    return Search(wanted, secrets(Cast.load(world / "demo", os.urandom)))


def started(world: Path, scenario: str) -> subprocess.Popen[str]:
    """The worker in its own world."""
    environment = {
        **os.environ,
        **{name: str(world / name) for name in FOLDERS},
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [*WORKER, str(world / "demo"), scenario]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("scenario", ["take", "sign", "join"])
def test_nothing_lies_in_clear_while_working_and_after_a_kill(
    world: Path, search: Search, scenario: str
) -> None:
    found, seen = [], set[str]()
    with started(world, scenario) as ran:
        assert ran.stdout is not None
        assert [ran.stdout.readline(), ran.stdout.readline()] == ["entering\n", "ready\n"]
        for _ in range(3):
            ran.stdout.readline()
            found.append(search.below(world))
            seen |= {path.name for path in (world / "demo" / "site").iterdir()}
        in_process = search.process(ran.pid)
        ran.kill()
    assert ran.returncode == -signal.SIGKILL
    found.append(search.below(world))
    assert found == [{}] * 4
    assert in_process == set()
    assert "main.db-wal" in seen


def test_nothing_lies_in_clear_at_the_centre(demo_dir: Path, search: Search) -> None:
    held = demo_dir / "centre"
    assert (held / "centre.db").stat().st_size > 1_000_000
    assert search.below(held) == {}


def test_the_search_knows_what_to_look_for(search: Search) -> None:
    for name in (
        "Doornhem",
        "obarad",
        "HB10032",
        "talkhatib@haldenbiologics.example",
        "Al-Khatib",
        "طارق الخطيب",
    ):
        assert name.encode() in search.within(name.encode())


def test_a_badge_is_found_by_itself_and_not_inside_a_key(search: Search) -> None:
    badge = next(one for one in sorted(personal()) if re.fullmatch("[0-9a-f]{6}", one))
    for around in (b"%s", b"badge\xa6%s\xa1", b'"badge":"%s",', b"%s\n", b"\0%s\0"):
        assert badge.encode() in search.within(around % badge.encode())
    assert search.within(b"wAyZ" + badge.encode() + b"Qk0_") == set()


@pytest.mark.parametrize("code", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["Doornhem", "DOORNHEM", "doornhem"])
def test_a_planted_name_is_found(world: Path, search: Search, name: str, code: str) -> None:
    planted = world / "TMPDIR" / "planted"
    planted.write_bytes(os.urandom(5001) + b"\x01" + name.encode(code) + b"\x01" + os.urandom(99))
    try:
        assert search.below(world / "TMPDIR") == {"planted": {name.encode(code)}}
    finally:
        planted.unlink()


def test_planted_secrets_are_found(world: Path, search: Search) -> None:
    cast = Cast.load(world / "demo", os.urandom)
    for name, secret in secrets(cast).items():
        found = search.within(b"\x01" + secret + b"\x02")
        # A word of a share may by chance also be a remark of the feed: it is then found within the share.
        assert secret in found and all(other in secret for other in found), name
    program = ["sleep", "60"]
    with subprocess.Popen(program, env={"NAME": "Doornhem"}) as ran:
        try:
            # The environment of a program that has just begun can't be read until it is laid out.
            end = time.monotonic() + 5
            while not search.process(ran.pid) and time.monotonic() < end:
                time.sleep(0.01)
            assert search.process(ran.pid) == {b"Doornhem"}
        finally:
            ran.kill()
