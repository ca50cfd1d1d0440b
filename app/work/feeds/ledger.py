"""The jobs and postings that a people feed asks for, checked against those held, in the order of its rows.

- Only job codes that nobody knows are registered; the register of roles owns the titles of the others.
- Each posting passes the rule of its noun before it is taken, so that one bad row can't stop all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.base.ids import PersonId, Random, new_id
from app.base.moment import Day, Instant
from app.base.words import Refused, Row
from app.domain.jobs import Facts, JobRegistered, JobRow, Post, Posted, PostingRow, RegisterJobs, decide, holds
from app.domain.who import Who
from app.domain.wire import columns
from app.work.feeds.feed import Command
from app.work.feeds.known import KnownPeople

# The rules about postings ask neither who nor when.
NOBODY, NO_TIME = Who(uid="", pid="", role="", lvl="", sess=None), Instant(ms=0)


class Ledger:
    """Jobs by code and postings by person as they will be; `jobs` and `posts` are what must be asked for."""

    def __init__(self, known: KnownPeople, random: Random) -> None:
        self._random = random
        self._held: dict[str, Row] = dict(known.jobs)
        self._codes = {row["id"]: code for code, row in known.jobs.items()}
        self._postings: dict[str, tuple[Row, ...]] = dict(known.postings)
        # Turned into rows only for those who are asked about again, which few are.
        self._decided: dict[str, list[JobRegistered | Posted]] = {}
        self.jobs: list[JobRow] = []
        self.posts: list[PostingRow] = []

    def knows(self, code: str) -> bool:
        """Whether a job has this code."""
        return code in self._held

    def title(self, code: str) -> str | None:
        """The title of the job with this code."""
        title: str | None = self._held[code].get("title")
        return title

    def register(self, code: str, title: str, dept: str | None) -> None:
        """Ask for a job, unless its code is known."""
        if code in self._held:
            return
        job = JobRow(id=new_id("j", self._random), code=code, title=title, dept=dept)
        self._held[code] = {"id": job.id, "code": code, "title": title}
        self._codes[job.id] = code
        self.jobs.append(job)

    def posting(
        self, pid: PersonId, job: str, valid_from: Day, valid_to: Day | None, **where: Any
    ) -> PostingRow:
        """A posting to ask for; `where`: dept, building, shift, main."""
        fresh = new_id("o", self._random)
        return PostingRow(id=fresh, pid=pid, job=job, valid_from=valid_from, valid_to=valid_to, **where)

    def post(self, *rows: PostingRow) -> Refused | None:
        """Ask for postings of one person; what the rule refuses, if anything, and then none of them is asked for."""
        if not rows:
            return None
        pid = rows[0].pid
        facts = Facts(jobs=self._held, postings={pid: self.held(pid)})
        decided = decide(Post(postings=rows), facts, NOBODY, NO_TIME)
        if isinstance(decided, Refused):
            return decided
        self._decided.setdefault(pid, []).extend(decided)
        self.posts.extend(rows)
        return None

    def held(self, pid: str) -> tuple[Row, ...]:
        """The person's postings as they will be."""
        decided = self._decided.pop(pid, None)
        if decided is not None:
            after = {posting["id"]: posting for posting in self._postings.get(pid, ())}
            after.update({change.id: {"id": change.id, **columns(change)} for change in decided})
            self._postings[pid] = tuple(after.values())
        return self._postings.get(pid, ())

    def main_job(self, pid: str, day: Day) -> tuple[str, Row] | None:
        """Code and posting of the main job on `day`, or None."""
        found = next((row for row in self.held(pid) if row.get("main") == 1 and holds(row, day)), None)
        return None if found is None else (self.code(found), found)

    def code(self, posting: Row) -> str:
        """The job code of a posting."""
        return self._codes[posting["job"]]

    def commands(self, people: Sequence[Command]) -> tuple[Command, ...]:
        """Jobs, then `people`, then postings: the order in which they must be performed; none that asks for nothing."""
        jobs = [RegisterJobs(jobs=tuple(self.jobs))] if self.jobs else []
        posts = [Post(postings=tuple(self.posts))] if self.posts else []
        return (*jobs, *people, *posts)
