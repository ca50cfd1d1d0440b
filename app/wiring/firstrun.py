"""Founding a site from the window: the genesis, and the first day of two of the three (formats §5 "Genesis").

- Loaded when somebody chooses to found a site: nobody else waits for it.
- A founding that is cut leaves no site; a first day that is cut leaves a site that has to be founded anew, and that is told.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.base.words import Refused, Value
from app.domain.passwords import refuse_password
from app.wiring.desktop import keep_secrets, leave_site, open_site
from app.wiring.place import Place
from app.work.blocklist import common_passwords
from app.work.clocks import SystemClock
from app.work.firstday import Handout, first_day, handouts, same_twice
from app.work.found import Founded, Founder, Plan, check_names, found_site
from app.work.unlock import Given

__all__ = ["check_names"]


class FirstRun(Value, frozen=True):
    """A site that was just founded here, and what is shown of it once."""

    place: Place
    plan: Plan
    made: Founded
    sheets: tuple[Handout, ...]

    def __repr__(self) -> str:
        return f"FirstRun({self.made.vault})"

    def begin(self, n: int, code: str) -> Refused | None:
        """The founder `n` (0, 1) signs in with a first code and does that part of the first day (work.firstday).

        Refuses and Faults as `open_site` and `perform`.
        """
        founder = self.plan.founders[n]
        office = open_site(self.place, Given(founder.username, founder.password, code))
        if isinstance(office, Refused):
            return office
        try:
            refused = first_day(office, self.made, self.plan.founders, n)
        except BaseException:
            office.close()
            raise
        fault = leave_site(office, "user")
        if fault is not None:
            raise fault
        return refused


def refuse_founder(founders: Sequence[Founder], site: str) -> Refused | None:
    """Why the last of these can't be one of three, or None: its password (R-ACC-07), or it is somebody twice (R-ACC-02)."""
    last = founders[-1]
    words = (last.username, last.given, last.family, site)
    return refuse_password(last.password, common_passwords(), words) or same_twice(founders)


def found_here(place: Place, plan: Plan) -> FirstRun:
    """Found a site where `place` names it; an empty folder there is used. Faults of `found_site`."""
    if place.folder.is_dir() and not any(place.folder.iterdir()):
        place.folder.rmdir()
    keep = keep_secrets(place.secret_file, place.folder)
    made = found_site(place.folder, plan, keep, SystemClock(plan.zone), place.random)
    return FirstRun(place=place, plan=plan, made=made, sheets=handouts(plan, made))
