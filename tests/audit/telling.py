"""Stories that break one rule, told to the verifier without a password: what it finds, with its notes.

The sites are made by tests/outside/fabricated_site.py; `Bent` alters one entry or one token before it is signed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rfc8785
from fabricated import Machine, Maker, Members, Person, jws
from fabricated_site import VAULT, Site

from app.audit.case import Case
from app.audit.findings import Report
from app.audit.judge import Store
from app.audit.verify import verify
from app.base.codec import unb64u
from app.proof.vault import Opened
from app.proof.vaultfile import Vault

Story = Callable[[Any], object]
RECORD = "record/r_second0000000000"
EPOCHS = {kind: {"epoch": 1} for kind in ("db", "pk", "site")}


class Bent(Maker):
    """A maker that alters what it signs next: `alter` the entry, `bend` the payload, `spoil` the token."""

    alter: Callable[[Members], object] | None = None
    bend: Callable[[Members], object] | None = None
    spoil: Callable[[str], str] | None = None

    def sign(self, on: Machine, e: Members, who: Person, *rest: Any) -> str:
        alter, bend, spoil = self.alter, self.bend, self.spoil
        self.alter = self.bend = self.spoil = None
        if alter:
            alter(e)
        token = super().sign(on, e, who, *rest)
        if bend:
            payload = json.loads(unb64u(token.split(".")[1]))
            bend(payload)
            token = jws(who.key, "session" if "sess" in payload else "esig", payload)
        return spoil(token) if spoil else token


class OneLog(Site):
    """The same story on one device."""

    def __init__(self) -> None:
        super().__init__()
        self.m: Bent = Bent(self.m.people)

    def tell(self, more: Any = None) -> None:
        m, opens = self.m, self.m.open
        m.open = lambda who, sess, on=None, other=None: opens(who, sess)  # type: ignore[method-assign]
        self.genesis()
        m.open(self.ada, "s_one")
        self.enrol_others()
        self.work()
        m.open(self.bea, "s_three")
        m.entry("record.sign", RECORD, self.tom, code="COMPETENT", after={"outcome": "competent"})
        m.close(self.bea, "s_three")
        self.to_centre()
        m.open(self.bea, "s_four")
        m.entry("record.sign", RECORD, self.bea, sess="s_four", code="APPROVED", after={"outcome": "qualified"})
        if more:
            more(self)
        m.close(self.bea, "s_four")

    def corrects(self, **more: Any) -> Members:
        """QA corrects a record, as it must be unless `m` was told to bend it."""
        told = {"sess": "s_four", "code": "CORRECTED", "why": "R09", "after": {"grade": "C"}, **more}
        return self.m.entry("record.sign", RECORD, told.pop("who", self.bea), **told)

    def recast(self, change: Callable[[Members], object]) -> None:
        """The newest entry, unsigned, is another one."""
        e = json.loads(self.m.one.raws.pop())
        change(e)
        self.m.one.raws.append(rfc8785.dumps(e))


def case_told(folder: Path, story: Story | None, *, kind: type[Site] = OneLog, **anchor: Any) -> Case:
    """The case of such a site; the vault file has no slots, so nobody's password is stretched."""
    site, told = folder / "site", kind()
    told.tell(story)
    (site / "files").mkdir(parents=True)
    for name, raw in told.m.files.items():
        (site / "files" / name[:2]).mkdir(exist_ok=True)
        (site / "files" / name[:2] / name).write_bytes(raw)
    told.write_main(site / "main.db")
    told.write_pkeys(site / "pkeys.db")
    held = {"v": 1, "log": told.m.one.log, **told.m.one.head(), "w": told.receipt[2], "er": 0, "pd": 0, "vg": 4}
    stores = {
        kind: Store(path=str(site / f"{kind}.db"), key=key)
        for kind, key in (("main", told.k_db), ("pkeys", told.k_pk))
    }
    return Case(
        folder=site,
        vault=Vault(vault=VAULT, gen=4, epochs=EPOCHS),
        keys={"site": {1: told.k_site}},
        stores=stores,
        opened=Opened(sid="", uid=told.ada.uid, st="active", uvk=told.ada.uvk, scalar=bytes(32)),
        ds=told.ds,
        anchor=rfc8785.dumps({**held, **anchor}).decode(),
        bundle=None,
        findings=[],
        workers=1,
    )


def told(folder: Path, story: Story | None, **more: Any) -> set[str]:
    """`CODE: note` of everything that is found."""
    return notes(verify(case_told(folder, story, **more)))


def notes(report: Report) -> set[str]:
    return {f"{row.code}: {row.note}" for row in report.findings}


def bends(change: Callable[[Members], object]) -> Story:
    """A correction whose token says something else."""

    def story(s: OneLog) -> None:
        s.m.bend = change
        s.corrects()

    return story


def alters(change: Callable[[Members], object], **more: Any) -> Story:
    """A correction whose entry is another one, and signed as such."""

    def story(s: OneLog) -> None:
        s.m.alter = change
        s.corrects(**more)

    return story


def puts(**members: Any) -> Callable[[Members], object]:
    """Sets members; `a__b` is a member of a member."""

    def change(value: Members) -> None:
        for path, member in members.items():
            *outer, name = path.split("__")
            target = value
            for part in outer:
                target = target[part]
            target[name] = member

    return change
