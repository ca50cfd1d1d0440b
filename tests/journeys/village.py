"""A small site with people who have accounts and two requirements, founded once and copied: who acts is chosen freely.

- Everybody's slot is opened once; a signer is unwrapped anew for every command, so that no ceremony slows a journey.
- `tess` has two accounts of one person, one of them QA's, so that sides are seen to be judged by person.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.base.codec import b64u
from app.base.ids import CurriculumId, DocumentId, PersonId, RecordId, RequirementId
from app.base.moment import Day
from app.base.words import Refused
from app.domain.curricula import AssignmentRow, CurriculumRow, RegisterCurricula, RequirementRow
from app.domain.documents import FileRef, RegisterDocuments, VersionRow
from app.domain.jobs import JobRow, Post, PostingRow, RegisterJobs
from app.domain.people import AddPeople, PersonRow
from app.domain.roles import GrantRole
from app.proof.envelope import seal_file
from app.proof.vault import Opened
from app.store.files import put
from app.work.appoint import appoint
from app.work.ceremony import unwrap_signer
from app.work.enrol import Enrolment, enrol, store_keys
from app.work.found import Person
from app.work.login import sign_out
from app.work.office import Office
from app.work.perform import perform
from app.work.sign import Signer
from app.work.unlock import Given, opened_slot
from tests.work.founded import PASSWORD, Small
from tests.work.onstage import again

PEOPLE = {"lena": "p_00000000000000aa", "luuk": "p_00000000000000bb", "tess": "p_00000000000000cc"}
ACCOUNTS = {"lena": "lena", "luuk": "luuk", "tess": "tess", "tess-qa": "tess"}
RECORDS = [RecordId(f"r_{n:016d}") for n in range(6)]
READ, OJT = RequirementId("rq_0000000000000001"), RequirementId("rq_0000000000000002")
OLD = Day("2020-01-01")
CONTENT = b"%PDF-1.4 how it is done"


def well(answer: Any) -> Any:
    """The answer, which must not be a refusal."""
    assert not isinstance(answer, Refused), answer
    return answer


class Village:
    """The site, and everybody's opened slot."""

    def __init__(self, folder: Path) -> None:
        self.small = Small(folder)
        office = self.small.enter()
        self.small.persons(office)
        self._registers(office)
        self.uids = {"bram": self.small.made.people[1].uid}
        for account, person in ACCOUNTS.items():
            self.uids[account] = self._joins(office, account, PEOPLE[person]).uid
        for account, role in (("tess", "trainer"), ("tess-qa", "qa"), ("lena", "learner"), ("luuk", "learner")):
            now = office.clock.now().instant.utc
            grade = "W" if role in ("trainer", "learner") else None
            told = GrantRole(uid=self.uids[account], role=role, dept=None, start=now, grade=grade, why="FIRST")
            well(appoint(office, told, self.approvers(office)))
        self.opened: dict[str, Opened] = {
            name: well(opened_slot(office.vault, office.ds, Given(name, PASSWORD.format(name))))
            for name in self.uids
        }
        sign_out(office)
        office.close()

    def approvers(self, office: Office) -> tuple[Signer, Signer]:
        """The second QA manager and the site manager."""
        return self.small.beside(office, "bram"), self.small.beside(office, "carla")

    def signer(self, office: Office, name: str) -> Signer:
        """One of the accounts, for one command."""
        signer = unwrap_signer(office, self.opened[name], lvl="full", sess=None, k=1)
        assert signer is not None
        return signer

    def _joins(self, office: Office, account: str, pid: str) -> Person:
        keys = well(store_keys(office, self.small.typed("anna")))
        plan = Enrolment(pid, account, PASSWORD.format(account), "badge")
        made: Person = well(enrol(office, plan, keys, self.approvers(office)))
        return made

    def _registers(self, office: Office) -> None:
        people = [
            PersonRow(id=PersonId(pid), number=f"V{n}", given=name.title(), family="Dorp", hired=OLD)
            for n, (name, pid) in enumerate(PEOPLE.items())
        ]
        well(perform(office, AddPeople(rows=tuple(people))))
        well(perform(office, RegisterJobs(jobs=(JobRow(id="j_1", code="OP", title="Operator", dept=None),))))
        posts = [
            PostingRow(id=f"po_{n}", pid=PersonId(pid), job="OP", valid_from=OLD)
            for n, pid in enumerate(PEOPLE.values())
        ]
        well(perform(office, Post(postings=tuple(posts))))
        qa = self.small.beside(office, "bram")
        key = office.ring.newest("p_site")
        sealed = seal_file(key[1], "p_site", CONTENT, os.urandom(12))
        put(office.folder, sealed)
        well(perform(office, version("1.0", Day("2021-01-01"), key[0]), qa))
        well(perform(office, CURRICULUM, again(qa)))


def version(ver: str, effective: Day, key: str | None) -> RegisterDocuments:
    """A version of the one document; with a key it has its file."""
    digest = sha256(CONTENT).hexdigest() if key else None
    ref = None if key is None else FileRef(k=key, name="sop.pdf", sha256=str(digest), size=len(CONTENT))
    row = VersionRow(
        id=DocumentId(f"d_{b64u(ver.encode()).lower():0<16}"[:18]), number="SOP-1", ver=ver, title="How",
        state="Effective", approved=effective, effective=effective, sha256=digest, file=ref,
    )  # fmt: skip
    return RegisterDocuments(versions=(row,))


def _asked(id: RequirementId, seq: int, kind: str, number: str | None) -> RequirementRow:
    return RequirementRow(
        id=id, code=f"RQ-{seq}", curriculum="C", seq=seq, kind=kind, subject="How", number=number, due_first=10,
        due_revision=10, grace=5, recurrence="relative", every=12, early=30,
    )  # fmt: skip


CURRICULUM = RegisterCurricula(
    jobs=(JobRow(id="j_1", code="OP", title="Operator", dept=None),),
    curricula=(CurriculumRow(id=CurriculumId("c_0000000000000001"), code="C", title="Course", ver="1"),),
    requirements=(_asked(READ, 1, "read", "SOP-1"), _asked(OJT, 2, "ojt", None)),
    assignments=(AssignmentRow(id="as_1", job="OP", curriculum="C", valid_from=OLD),),
)
