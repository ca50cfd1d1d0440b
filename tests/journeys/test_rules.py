"""Whatever people ask for, in whatever order, at whatever time: what the store holds keeps the rules.

- Real commands through `perform` on a real encrypted store; most are refused, and a refusal changes nothing but its own
  record.
- After each step every verdict is asked twice and remembered with when it was known; at the end it must be the same.
- The rules are judged here from the history's own entries, by code that shares nothing with the product's decisions.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.base.moment import Day, Instant, add_days, instant_at
from app.base.words import Done, Refused
from app.domain import wire
from app.domain.records import SignOff, Void
from app.domain.roles import GrantRole, RevokeRole
from app.domain.settings import ChangeSetting
from app.domain.signatures import SIDE_OF
from app.domain.status import status
from app.domain.steps import STEP_MEANINGS
from app.domain.verdicts import WORDS
from app.proof.chain import leaf
from app.store import refold, state
from app.store.schema import STATE
from app.store.training import status_facts
from app.work.care import check_site
from app.work.login import sign_out
from app.work.office import Office
from app.work.perform import perform
from app.work.unlock import Given
from tests.conftest import FULL
from tests.faults.afterwards import entries_of
from tests.journeys.village import OJT, PEOPLE, READ, RECORDS, Village, version
from tests.work.founded import PASSWORD, Small

HOUR = 3_600_000
NAMES = ("bram", "lena", "luuk", "tess", "tess-qa")
SIDES = {"trainer": {"trainer", "assessor"}, "decision": {"qa"}}

persons = st.sampled_from(sorted(PEOPLE))
anybody = st.sampled_from(NAMES)
signing = st.tuples(
    st.just("sign"), anybody, st.sampled_from(RECORDS), persons, st.sampled_from([READ, OJT]),
    st.sampled_from(sorted(STEP_MEANINGS)),
)  # fmt: skip
# One attempt in its right order is drawn as a whole too, or hardly any would ever come to its end.
attempt = st.tuples(st.just("attempt"), st.sampled_from(["lena", "luuk"]), st.sampled_from(RECORDS), anybody)
others = st.one_of(
    st.tuples(st.just("void"), anybody, st.sampled_from(RECORDS)),
    st.tuples(st.just("grant"), anybody, anybody, st.sampled_from(["learner", "trainer"]), st.integers(1, 60)),
    st.tuples(st.just("revoke"), anybody, anybody, st.sampled_from(["learner", "trainer"])),
    st.tuples(st.just("approves"), anybody, st.integers(0, 1)),
    st.tuples(st.just("version"), anybody, st.integers(-20, 20)),
    st.tuples(st.just("wait"), st.integers(1, 400)),
)
steps = st.lists(st.one_of(signing, attempt, others), min_size=8, max_size=20)


class Journey:
    """A copy of the village, one open office, and everything that was ever known of everybody."""

    def __init__(self, village: Village, folder: Path) -> None:
        self.village = village
        shutil.copytree(village.small.site.parent, folder)
        self.small = Small.__new__(Small)
        self.small.site, self.small.secret_file = folder / "site", folder / "device-secret"
        self.small.clock, self.small.made = village.small.clock, village.small.made
        self.office: Office = self.small.enter("carla")
        self.known: list[tuple[str, str, Instant, Instant, str]] = []
        self.versions = 0

    def run(self, step: tuple[Any, ...]) -> None:
        """One step, then every question."""
        self.small.clock.advance(1000)
        getattr(self, step[0])(*step[1:])
        self.ask()

    def does(self, name: str, command: Any) -> Done | Refused:
        before = len(entries_of(self.office))
        answer = perform(self.office, command, self.village.signer(self.office, name))
        if isinstance(answer, Refused):
            written = entries_of(self.office)[before:]
            # A session that sat idle is closed by whatever comes next.
            assert {entry.act for entry in written} <= {"rbac.denied", "session.close"}, (command, written)
        return answer

    def sign(self, name: str, id: Any, person: str, req: Any, meaning: str) -> None:
        self.does(name, SignOff(id=id, pid=PEOPLE[person], req=req, meaning=meaning, why="BECAUSE"))  # type: ignore[arg-type]

    def attempt(self, person: str, id: Any, trainer: str) -> None:
        for name, meaning in ((person, "TRAINED"), (trainer, "COMPETENT"), ("bram", "APPROVED")):
            self.sign(name, id, person, OJT, meaning)

    def void(self, name: str, id: Any) -> None:
        self.does(name, Void(id=id, why="WRONG"))

    def grant(self, name: str, whom: str, role: str, hours: int) -> None:
        now = self.small.clock.now().instant
        end = instant_at(now.ms + hours * HOUR, now.zone).utc
        uid = self.village.uids[whom]
        self.does(name, GrantRole(uid=uid, role=role, dept=None, start=now.utc, end=end, why="NEEDED"))

    def revoke(self, name: str, whom: str, role: str) -> None:
        self.does(name, RevokeRole(uid=self.village.uids[whom], role=role, dept=None, why="OVER"))

    def approves(self, name: str, value: int) -> None:
        self.does(name, ChangeSetting(name="qa_approves", value=value, why="POLICY"))

    def version(self, name: str, days: int) -> None:
        self.versions += 1
        day = add_days(self.small.clock.now().instant.day, days)
        self.does(name, version(f"{self.versions + 1}.0", Day(day), None))

    def wait(self, hours: int) -> None:
        self.small.clock.advance(hours * HOUR)

    def ask(self) -> None:
        """Every verdict now, and at the instant a month on; the same twice, and one word of the list."""
        now = self.small.clock.now().instant
        later = instant_at(now.ms + 30 * 24 * HOUR, now.zone)
        for pid, req, at in (
            (pid, req, at) for pid in PEOPLE.values() for req in (READ, OJT) for at in (now, later)
        ):
            word = self.word(pid, req, at, now)
            assert word == self.word(pid, req, at, now) and word in WORDS
            assert word == self.word(pid, req, at, None)
            self.known.append((pid, req, at, now, word))

    def word(self, pid: str, req: str, at: Instant, known: Instant | None) -> str:
        with self.office.store.read() as tx:
            facts = status_facts(tx, pid, known)
        assert facts is not None
        return status(facts, req, at).word

    def end(self) -> None:
        """Everything that must hold of what was made."""
        check_sides(self.office)
        check_roles(self.office)
        check_fold(self.office)
        for pid, req, at, known, word in self.known:
            assert self.word(pid, req, at, known) == word, (pid, req, at.utc, known.utc)
        sign_out(self.office)
        self.office.close()
        given = Given("bram", PASSWORD.format("bram"))
        assert check_site(self.small.site, self.small.secrets(), given, None).findings == ()


def meanings(entry: Any) -> Iterator[str]:
    """What an entry's signature means, told from the columns that it fills."""
    for column, _, after in entry.chg:
        if column == "learned_by":
            yield "TRAINED"
        if column in ("taught_by", "verdict"):
            yield "TAUGHT"
        if column in ("decided_by", "decision") or (column == "void" and after == 1):
            yield "APPROVED"


def check_sides(office: Office) -> None:
    """Nobody stands on two sides of a record, by person; the one whose record it is stands on the learner's."""
    sides: dict[str, dict[str, set[str]]] = {}
    with office.store.read() as tx:
        owners = {row["id"]: row["pid"] for row in state.rows(tx, "record")}
    entries = entries_of(office)
    enrolled = [who for e in entries if e.act == "site.genesis" and e.body for who in e.body["people"]]
    enrolled += [e.body for e in entries if e.act == "key.enrol" and e.body]
    pids = {who["uid"]: who["pid"] for who in enrolled}
    for entry in (entry for entry in entries if entry.ent.t == "record"):
        taken = sides.setdefault(entry.ent.id, {owners[entry.ent.id]: {"learner"}})
        for meaning in meanings(entry):
            taken.setdefault(pids[entry.by.uid], set()).add(str(SIDE_OF[meaning]))
    for record, taken in sides.items():
        assert all(len(of) == 1 for of in taken.values()), (record, taken)
        assert [pid for pid, of in taken.items() if of == {"learner"}] == [owners[record]]


def check_roles(office: Office) -> None:
    """Nobody signed on a side without a role for it whose dates ran then and that no revocation had ended."""
    held: dict[str, list[tuple[str, str, str | None]]] = {}
    for entry in entries_of(office):
        body = entry.body or {}
        if entry.act == "site.genesis":
            for who in body["people"]:
                held.setdefault(who["uid"], []).append((who["role"], who["from"], None))
        elif entry.act == "role.grant":
            held.setdefault(body["uid"], []).append((body["role"], body["from"], body["to"]))
        elif entry.act == "role.revoke":
            held[body["uid"]] = [one for one in held.get(body["uid"], []) if one[0] != body["role"]]
        elif entry.ent.t == "record":
            utc, now = entry.ts.utc, held.get(entry.by.uid, [])
            running = {role for role, start, end in now if start <= utc and (end is None or utc < end)}
            for meaning in meanings(entry):
                assert running & SIDES.get(str(SIDE_OF[meaning]), {"learner"}), (entry.ent.id, meaning, running)


def check_fold(office: Office) -> None:
    """What history makes is what the tables hold."""
    with office.store.read() as tx:
        made = refold.fold(tx, leaf, wire.apply)
        live = {(noun, held.row["id"]): held for noun in STATE for held in state.all_held(tx, noun)}
    assert {key: (held.row, held.heads, held.utc) for key, held in made.items()} == {
        key: (held.row, held.heads, held.utc) for key, held in live.items()
    }


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Village:
    """The site that every journey starts from."""
    return Village(tmp_path_factory.mktemp("village") / "template")


@pytest.mark.req("R-SIG-14", "R-SIG-16", "R-REC-03", "R-AUD-05")
@pytest.mark.timeout(3000)
@settings(
    max_examples=60 if FULL else 8, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(plan=steps)
def test_rules_hold_whatever_people_do(village: Village, tmp_path: Path, plan: list[tuple[Any, ...]]) -> None:
    folder = tmp_path / os.urandom(6).hex()
    journey = Journey(village, folder)
    try:
        for step in plan:
            journey.run(step)
        journey.end()
    finally:
        journey.office.close()
        shutil.rmtree(folder)


def test_one_attempt_in_order_comes_to_its_end(village: Village, tmp_path: Path) -> None:
    """The rules above would hold of a site where nothing can be signed."""
    journey = Journey(village, tmp_path / "one")
    journey.run(("attempt", "lena", RECORDS[0], "tess"))
    journey.run(("sign", "tess-qa", RECORDS[0], "lena", OJT, "APPROVED"))
    assert journey.known[0][4] != journey.word(PEOPLE["lena"], OJT, journey.small.clock.now().instant, None)
    assert "Qualified" in {
        word for pid, req, _, _, word in journey.known if (pid, req) == (PEOPLE["lena"], OJT)
    }
    journey.end()
