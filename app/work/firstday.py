"""The first day of a founded site: the three are entered as persons, and each gets an account that another opened.

- What was shown at the founding and never again: seeds, recovery codes, recovery shares, the Site Trust Sheet.
- Nobody opens an account of their own: the first QA manager opens two, the second QA manager the third.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.base.ids import AccountId, PersonId
from app.base.words import Refused, Value
from app.domain.accounts import OpenAccount, folded
from app.domain.people import AddPeople, PersonRow, full_name
from app.proof.totp import base32, uri
from app.report.qr import symbol
from app.work.found import FOUNDERS, Founded, Founder, Person, Plan
from app.work.office import Office
from app.work.perform import perform


class Handout(Value, frozen=True):
    """What one founder is handed, once: who it is for, the seed as it is typed and as a telephone scans it (`qr`: modules
    by rows, 1 is dark), and the recovery codes."""

    name: str
    username: str
    role: str
    uid: str
    seed: str
    uri: str
    qr: tuple[tuple[int, ...], ...]
    codes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Handout({self.uid})"


def handouts(plan: Plan, made: Founded) -> tuple[Handout, ...]:
    """One for each of the three, in the plan's order."""
    return tuple(
        _handout(plan, founder, person, role)
        for founder, person, role in zip(plan.founders, made.people, FOUNDERS, strict=True)
    )


def _handout(plan: Plan, founder: Founder, person: Person, role: str) -> Handout:
    address = uri(person.seed, founder.username, f"Countersign {plan.site}")
    return Handout(
        name=full_name({part: getattr(founder, part) for part in ("given", "prefix", "family")}),
        username=founder.username, role=role, uid=person.uid, seed=base32(person.seed), uri=address,
        qr=tuple(tuple(row) for row in symbol(address)), codes=person.codes,
    )  # fmt: skip


def same_twice(founders: Sequence[Founder]) -> Refused | None:
    """Why these are not as many people: `account.name_taken`, `register.twice`; None if they are (R-ACC-02)."""
    names, numbers = [folded(one.username) for one in founders], [one.number for one in founders]
    for one, name in zip(founders, names, strict=True):
        if names.count(name) > 1:
            return Refused("account.name_taken", {"name": one.username})
        if numbers.count(one.number) > 1:
            return Refused("register.twice", {"noun": "person", "code": one.number})
    return None


def first_day(office: Office, made: Founded, founders: Sequence[Founder], n: int) -> Refused | None:
    """What the founder `n`, who is signed in, does: 0 enters all three and opens two accounts, 1 opens the first one's.

    Refuses and Faults as `perform`.
    """
    rows = tuple(
        PersonRow(id=PersonId(person.pid), number=one.number, given=one.given, family=one.family)
        for one, person in zip(founders, made.people, strict=True)
    )
    accounts = [
        OpenAccount(id=AccountId(person.uid), pid=PersonId(person.pid), name=one.username)
        for one, person in zip(founders, made.people, strict=True)
    ]
    for command in ((AddPeople(rows=rows), *accounts[1:]), (accounts[0],))[n]:
        answer = perform(office, command)
        if isinstance(answer, Refused):
            return answer
    return None
