"""The same stories, entry by entry: what they say of rights and rows without a store around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fabricated import SITE, Members, Person
from fabricated_site import FROM, Site
from telling import OneLog, Story

from app.audit.believed import Believed, Read
from app.base.entry import read

Cut = Callable[[Any], object]


def site_of(story: Story | None = None, kind: type[Site] = OneLog) -> Any:
    """A site that lived through that story; nothing is written to disk."""
    site = kind()
    site.tell(story)
    return site


def lines_of(site: Site) -> list[Read]:
    """Every entry of the first log, then every entry of the second."""
    return [(read(raw), raw) for raw in (*site.m.one.raws, *site.m.two.raws)]


def believed_of(lines: list[Read]) -> Believed:
    """What a whole history teaches."""
    made = Believed()
    made.load(lines)
    return made


def grant(who: Person, role: str) -> Members:
    """The body of a role for the whole site."""
    scope = {"site": SITE, "dept": None}
    return {"uid": who.uid, "role": role, "scope": scope, "from": FROM, "to": None, "grade": "A"}


def by_two(s: Site, act: str, who: Person, role: str) -> Members:
    """The body of a grant or revoke under the approvals of Bea and Max."""
    return s.m.approved(act, grant(who, role), [s.bea, s.max], None)


def acts(s: Site, act: str, who: Person, body: Members, by: Person | None = None, **more: Any) -> None:
    """That grant or revoke, by Bea unless by another."""
    told = {"sess": "s_four", "why": "MORE", "body": body, **more}
    s.m.entry(act, f"role/{who.uid}", by or s.bea, **told)


def approved_again(s: Site) -> None:
    """Lea is made a manager, is one no more, and the old approvals are shown once more."""
    body = by_two(s, "role.grant", s.lea, "manager")
    acts(s, "role.grant", s.lea, body)
    acts(s, "role.revoke", s.lea, by_two(s, "role.revoke", s.lea, "manager"))
    acts(s, "role.grant", s.lea, body)
