"""A small real site for measurements: learners, a trainer, and on-the-job requirements that are open.

Founded, enrolled and filled through the product's own verbs, so that what is measured is what people would do.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.base.ids import CurriculumId, DocumentId, PersonId, RecordId, RequirementId, new_id
from app.base.moment import Day, utc_ms
from app.base.words import Refused
from app.domain.curricula import AssignmentRow, CurriculumRow, RegisterCurricula, RequirementRow
from app.domain.documents import RegisterDocuments, VersionRow
from app.domain.jobs import JobRow, Post, PostingRow
from app.domain.people import AddPeople, PersonRow
from app.domain.records import SignOff
from app.domain.roles import GrantRole
from app.proof import totp
from app.work.appoint import appoint
from app.work.ceremony import signer_beside, signer_of_session
from app.work.clocks import ShiftedClock
from app.work.enrol import Enrolment, enrol, store_keys
from app.work.found import Founder, Plan, found_site
from app.work.login import sign_in
from app.work.office import Office
from app.work.perform import perform
from app.work.secretfile import FileSecrets, create_file
from app.work.sign import Signer
from app.work.unlock import Given

ZONE = "Europe/Amsterdam"
START = utc_ms("2026-11-20T08:00:00.000Z")
FROM = Day("2026-01-01")


class TimedSecrets(FileSecrets):
    """The device-secret file, which counts and times its writes."""

    seconds = 0.0
    writes = 0

    def write(self, name: str, text: str) -> None:
        """Keep the item, and how long that took."""
        began = time.perf_counter()
        super().write(name, text)
        self.seconds += time.perf_counter() - began
        self.writes += 1


def must(answer: Any) -> Any:
    """The answer, which was no refusal."""
    if isinstance(answer, Refused):
        raise RuntimeError(answer.code)
    return answer


class Plant:
    """A site in `folder`; QA is signed in."""

    def __init__(self, folder: Path) -> None:
        self.random = os.urandom
        self.clock = ShiftedClock(ZONE, 0, 0)
        shift = START - self.clock.now().instant.ms
        self.clock = ShiftedClock(ZONE, shift, shift)
        self.site, self.file = folder / "site", folder / "device-secret"
        founders = tuple(self._founder(name) for name in ("quist", "berg", "mann"))
        plan = Plan("plant", "local.invalid", "dev1", ZONE, (founders[0], founders[1], founders[2]))
        made = found_site(
            self.site,
            plan,
            lambda v, ds, dev: create_file(self.file, v, ds, dev, self.site),
            self.clock,
            self.random,
        )
        self.seeds = {f.username: (f.password, p.seed) for f, p in zip(founders, made.people, strict=True)}
        self.founders = list(zip(founders, made.people, strict=True))
        self.office = self.enter("quist")
        rows = tuple(
            PersonRow(id=PersonId(p.pid), number=f.number, given=f.given, family=f.family)
            for f, p in self.founders
        )
        must(perform(self.office, AddPeople(rows=rows)))

    @staticmethod
    def _founder(name: str) -> Founder:
        return Founder(
            name, f"seven green kettles whistle {len(name)}", name.title(), None, "Plant", f"F{name}"
        )

    def given(self, username: str) -> Given:
        """What this person types now; a minute later than before, so that the code is a fresh one."""
        self.clock.advance(totp.STEP_MS)
        password, seed = self.seeds[username]
        return Given(username, password, totp.code_at(seed, self.clock.now().instant.ms))

    def enter(self, username: str) -> Office:
        """Sign somebody in."""
        self.secrets = TimedSecrets(self.file, FileSecrets.found(self.file, self.site).vault)
        return must(sign_in(self.site, self.secrets, self.clock, self.random, self.given(username), ZONE))

    def beside(self, username: str) -> Signer:
        """A second person's signer."""
        return must(signer_beside(self.office, self.given(username)))

    def signer(self, username: str) -> Signer:
        """The signer of whoever is signed in."""
        return must(signer_of_session(self.office, self.given(username)))

    def hire(self, names: Sequence[str]) -> list[str]:
        """Persons in job OP of department FIL; their ids."""
        office = self.office
        pids = [PersonId(new_id("p", self.random)) for _ in names]
        rows = tuple(
            PersonRow(id=pid, number=f"N{name}", given=name.title(), family="Hand", dept="FIL", hired=FROM)
            for pid, name in zip(pids, names, strict=True)
        )
        must(perform(office, AddPeople(rows=rows)))
        posts = tuple(
            PostingRow(id=new_id("o", self.random), pid=pid, job="OP", valid_from=FROM, dept="FIL")
            for pid in pids
        )
        must(perform(office, Post(postings=posts)))
        return list(pids)

    def require(self, count: int) -> list[str]:
        """So many documents with an on-the-job requirement each, assigned to job OP; the requirements' ids."""
        versions = tuple(
            VersionRow(
                id=DocumentId(new_id("d", self.random)), number=f"SOP-{n:04d}", ver="1.0", title=f"Procedure {n}",
                state="Effective", created=FROM, approved=FROM, effective=FROM,
            )
            for n in range(count)
        )  # fmt: skip
        must(perform(self.office, RegisterDocuments(versions=versions), self.signer("quist")))
        rows = tuple(
            RequirementRow(
                id=RequirementId(new_id("q", self.random)), code=f"RQ-{n:04d}", curriculum="CUR", seq=n, kind="ojt",
                subject=f"Procedure {n}", number=f"SOP-{n:04d}", due_first=30, due_revision=14, grace=7,
            )
            for n in range(count)
        )  # fmt: skip
        command = RegisterCurricula(
            jobs=(JobRow(id=new_id("j", self.random), code="OP", title="Operator", dept="FIL"),),
            curricula=(
                CurriculumRow(id=CurriculumId(new_id("c", self.random)), code="CUR", title="All", ver="1"),
            ),
            requirements=rows,
            assignments=(
                AssignmentRow(id=new_id("a", self.random), job="OP", curriculum="CUR", valid_from=FROM),
            ),
        )
        must(perform(self.office, command, self.signer("quist")))
        return [row.id for row in rows]

    def enrol(self, username: str, pid: str, role: str) -> None:
        """Account, key and an initial appointment."""
        approvers = (self.beside("quist"), self.beside("mann"))
        keys = must(store_keys(self.office, self.given("quist")))
        plan = Enrolment(pid, username, f"seven green kettles whistle {len(username)}", "known")
        person = must(enrol(self.office, plan, keys, approvers))
        self.seeds[username] = (plan.password, person.seed)
        start = self.clock.now().instant.utc
        command = GrantRole(uid=person.uid, role=role, dept="FIL", start=start, grade="W", why="INITIAL")
        must(appoint(self.office, command, (self.beside("quist"), self.beside("mann"))))

    def sign_off(self, pid: str, req: str, meaning: str, record: str | None = None) -> SignOff:
        """The command for one step."""
        id = RecordId(record or new_id("r", self.random))
        return SignOff(id=id, pid=PersonId(pid), req=RequirementId(req), meaning=meaning)
