"""A site that three people have just founded: small, and done in half a second."""

from __future__ import annotations

import os
from pathlib import Path

from app.base.ids import PersonId, Random
from app.base.moment import Clock
from app.base.words import Refused
from app.domain.people import AddPeople, PersonRow
from app.proof import totp
from app.work.ceremony import Given, signer_beside
from app.work.clocks import ShiftedClock
from app.work.found import Founded, Founder, Keep, Plan, found_site
from app.work.login import sign_in
from app.work.office import Office
from app.work.perform import perform
from app.work.secretfile import FileSecrets, create_file
from app.work.sign import Signer

ZONE = "Europe/Amsterdam"
NAMES = ("anna", "bram", "carla")
PASSWORD = "a sentence that nobody said before, {}"


def founder(name: str, number: str) -> Founder:
    """One of the three."""
    return Founder(name, PASSWORD.format(name), name.title(), None, "van Test", number)


PLAN = Plan("site", "example.org", "dev1", ZONE, tuple(founder(n, f"N{i}") for i, n in enumerate(NAMES)))  # type: ignore[arg-type]


class Small:
    """The site, its secrets, its clock, and what its founding showed."""

    def __init__(
        self, folder: Path, *, random: Random = os.urandom, keep: Keep | None = None, plan: Plan = PLAN
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.site = folder / "site"
        self.secret_file = folder / "device-secret"
        self.clock = ShiftedClock(ZONE, 0, 0)
        clock: Clock = self.clock
        self.made: Founded = found_site(self.site, plan, keep or self.keep, clock, random)

    def keep(self, vault: str, ds: bytes, device: object) -> FileSecrets:
        """The device's secrets in a file beside the site."""
        return create_file(self.secret_file, vault, ds, device, self.site)  # type: ignore[arg-type]

    def secrets(self) -> FileSecrets:
        """The device's secrets."""
        return FileSecrets.found(self.secret_file, self.site)

    def typed(self, name: str) -> Given:
        """What this founder types; time passes until there is a fresh code."""
        self.clock.advance(totp.STEP_MS)
        seed = self.made.people[NAMES.index(name)].seed
        return Given(name, PASSWORD.format(name), totp.code_at(seed, self.clock.now().instant.ms))

    def enter(self, name: str = "anna") -> Office:
        """Sign this founder in."""
        office = sign_in(self.site, self.secrets(), self.clock, os.urandom, self.typed(name), ZONE)
        assert isinstance(office, Office), office
        return office

    def beside(self, office: Office, name: str) -> Signer:
        """This founder, for one signing at somebody else's workstation."""
        signer = signer_beside(office, self.typed(name))
        assert isinstance(signer, Signer), signer
        return signer

    def persons(self, office: Office) -> None:
        """Enter the three as persons, and one more, `N9`, who has no account yet."""
        people = [(person.pid, PLAN.founders[place]) for place, person in enumerate(self.made.people)]
        rows = [
            PersonRow(id=PersonId(pid), number=who.number, given=who.given, family=who.family)
            for pid, who in people
        ]
        rows.append(PersonRow(id=PersonId("p_0000000000000009"), number="N9", given="Dora", family="Later"))
        assert not isinstance(perform(office, AddPeople(rows=tuple(rows))), Refused)
