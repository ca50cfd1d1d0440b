"""The people of the demo: who they are, what they type, and the file in which their secrets lie (formats §2 "Demo").

- `demo-secrets.json` is written as soon as there is a secret, and again whenever one is added or time passes.
- No other site ever writes such a file; every screen of a demo site warns of it.
- A one-time code burns for 30 seconds; instead of waiting, the demo's clock moves on.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.base.codec import pack, parse
from app.base.ids import ALPHABET, Random
from app.base.moment import utc_ms
from app.base.say import RESOURCES
from app.base.words import Json
from app.domain.people import full_name
from app.proof import totp
from app.proof.vaultfile import replace_file
from app.work.clocks import ShiftedClock, SystemClock
from app.work.found import FOUNDERS, Founded, Founder, Person
from app.work.unlock import Given

PLAN = RESOURCES / "demo" / "plan.json"
LEIDEN = RESOURCES / "demo" / "leiden"
WARNING = (
    "This is a demo site: everybody who has this folder can sign in as anybody. Never keep real records in it."
)
GROUPS = 5


class Cast:
    """The people and the clock of one demo folder."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.folder = folder
        self.plan: Json = parse(PLAN.read_bytes())
        zone = self.plan["zone"]
        start = utc_ms(self.plan["today"]) - SystemClock(zone).now().instant.ms
        self.clock = ShiftedClock(zone, start, start)
        self.random = random
        self._burned: dict[str, int] = {}
        self.people: dict[str, dict[str, Json]] = {}
        self.secrets: dict[str, Json] = {}

    @classmethod
    def load(cls, folder: Path, random: Random) -> Cast:
        """The cast of a demo that was made before; half a minute later, so that no code is a used one."""
        cast = cls(folder, random)
        told = parse((folder / "demo-secrets.json").read_bytes())
        clock = told.pop("clock")
        cast.clock = ShiftedClock(cast.plan["zone"], clock["start"], clock["shift"] + totp.STEP_MS)
        cast.people = {person["username"]: person for person in told.pop("people")}
        cast.secrets = told
        cast.save()
        return cast

    def new_password(self) -> str:
        """Twenty random characters in groups of four."""
        letters = [ALPHABET[byte & 31] for byte in self.random(GROUPS * 4)]
        return "-".join("".join(letters[at : at + 4]) for at in range(0, len(letters), 4))

    def founded(self, founded: Founded, founders: Sequence[Founder]) -> None:
        """Keep what the founding showed once."""
        self.secrets = {
            "v": 1,
            "warning": WARNING,
            "vault": founded.vault,
            "site": "site",
            "genesis": founded.genesis,
            "root": founded.root,
            "recovery": {"threshold": founded.threshold, "shares": list(founded.shares)},
            "device_secret_file": "device-secret",
            "trust": "trust.jws",
            "centre": "centre",
        }
        replace_file(self.folder / "trust.jws", founded.trust.encode("ascii"))
        for founder, person, role in zip(founders, founded.people, FOUNDERS, strict=True):
            name = full_name({"given": founder.given, "prefix": founder.prefix, "family": founder.family})
            self.joined(person, username=founder.username, name=name, role=role, password=founder.password)
        self.save()

    def joined(self, person: Person, *, username: str, name: str, role: str, password: str) -> None:
        """Keep one person's secrets."""
        self.people[username] = {
            "uid": person.uid,
            "pid": person.pid,
            "username": username,
            "name": name,
            "roles": [role],
            "password": password,
            "totp": totp.base32(person.seed),
        }

    def typed(self, username: str) -> Given:
        """User name, password and a code that was not used yet; lets time pass until there is one."""
        person = self.people[username]
        now = self.clock.now().instant.ms
        last = self._burned.get(username, totp.NEVER)
        if totp.step_at(now) <= last:
            self.clock.advance((last + 1) * totp.STEP_MS - now)
            self.save()
        now = self.clock.now().instant.ms
        self._burned[username] = totp.step_at(now)
        return Given(username, person["password"], code_of(person, now))

    def save(self) -> None:
        """Write `demo-secrets.json`."""
        clock = {"start": self.clock.start, "shift": self.clock.shift}
        members = {**self.secrets, "people": list(self.people.values()), "clock": clock}
        replace_file(self.folder / "demo-secrets.json", pack(members))


def code_of(person: Json, ms: int) -> str:
    """The one-time code of one of the demo's people at an instant."""
    return totp.code_at(totp.from_base32(person["totp"]), ms)
