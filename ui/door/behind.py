"""What the door may ask of what lies behind it; the one implementation is in `ui.main`, which loads it late.

- Every call but `is_founded` may take long, so it is made on the store's lane, never on the screen's thread.
- Faults of the world come out of the calls as they are; a refusal is a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.base.faults import Fault
    from app.base.words import Refused
    from app.work.firstday import Handout
    from app.work.found import Founded, Founder, Plan
    from app.work.glance import Outside
    from app.work.office import Office


class Begun(Protocol):
    """A site that was just founded: what is shown of it once, and its first day."""

    @property
    def plan(self) -> Plan:
        """What was founded."""

    @property
    def sheets(self) -> tuple[Handout, ...]:
        """What each founder is handed."""

    @property
    def made(self) -> Founded:
        """What the founding shows once."""

    def begin(self, n: int, code: str) -> Refused | None:
        """The founder `n` (0, 1) signs in with a first code and enters what is theirs to enter."""


class Behind(Protocol):
    """A data folder and what can be done there."""

    @property
    def data(self) -> Path:
        """The folder as it was named."""

    def is_founded(self) -> bool:
        """Whether a site lies there; looks for one file."""

    def warm(self) -> None:
        """Load what signing in needs; nothing that knows Qt."""

    def look(self) -> Outside:
        """What may be told before sign-in. Faults `secrets.*`, `secret_file.*`, `keyring.*`, `store.*`, `demo.damaged`."""

    def enter(self, user: str, password: str, code: str) -> Office | Refused:
        """Sign a person in: `login.failed`, `login.wait`. Faults of `open_site`."""

    def wait_ms(self, user: str) -> int:
        """How long sign-in is closed for a typed name, known or not, in ms."""

    def leave(self, office: Office, reason: str) -> Fault | None:
        """End the period and close the site; answers what went wrong with its last entry."""

    def check(self, site: str, domain: str, device: str, zone: str) -> None:
        """The names are names and the zone is one. Faults `site.names`, `site.zone`."""

    def refuse_founder(self, founders: Sequence[Founder], site: str) -> Refused | None:
        """Why the last of these can't be taken, or None."""

    def found(self, plan: Plan) -> Begun:
        """Found a site there."""

    def other(self, data: Path) -> Behind:
        """The same of another folder."""
