"""The story of the demo, a step at a time: each is done for real and yields its evidence.

- Founding, real feeds, accounts under two approvals, two people signing one person's training, the verdict changing.
- What must be refused is tried as well, and the refusal is the evidence.
- A centre receives and countersigns what was recorded, and the training file is printed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from app.base.faults import Fault
from app.base.ids import AccountId, PersonId
from app.base.words import Json, Refused, Value
from app.domain.accounts import OpenAccount
from app.domain.people import AddPeople, PersonRow
from app.domain.records import SignOff
from app.domain.roles import TWO_PERSON, GrantRole
from app.work.appoint import appoint
from app.work.ask import training_of
from app.work.demo.cast import LEIDEN
from app.work.demo.meeting import meet
from app.work.demo.printing import print_file
from app.work.demo.stage import Stage, must, next_step, word_of
from app.work.enrol import Enrolment, enrol, store_keys
from app.work.found import Founded, Founder, Plan, found_site
from app.work.perform import perform, preview
from app.work.secrets import create_file
from app.work.sign import Signer

Told = Iterator[tuple[str, dict[str, Json]]]


class Step(Value, frozen=True):
    """One step that was done: `demo.<title>` of the catalogue, its evidence, and how long it took."""

    title: str
    evidence: dict[str, Json]
    seconds: float


def tell(stage: Stage) -> Iterator[Step]:
    """Every step in order. Raises Fault `demo.stopped` at the first that does not end as it must."""
    for part in PARTS:
        began = time.monotonic()
        for title, evidence in part(stage):
            stage.cast.save()
            yield Step(title, evidence, time.monotonic() - began)
            began = time.monotonic()


def found(stage: Stage) -> Told:
    """A site of two QA managers and a site manager; the first of them signs in and enters the three."""
    plan, cast = stage.cast.plan, stage.cast
    one, two, three = (
        Founder(who["username"], cast.new_password(), who["given"], who["prefix"], who["family"], who["number"])
        for who in plan["founders"]
    )
    made = found_site(
        stage.site,
        Plan(plan["site"], plan["domain"], plan["device"], plan["zone"], (one, two, three), plan["contact"]),
        lambda vault, ds, device: create_file(cast.folder / "device-secret", vault, ds, device, stage.site),
        cast.clock,
        cast.random,
    )
    cast.founded(made, (one, two, three))
    yield (
        "found",
        {"vault": made.vault, "genesis": made.genesis, "root": made.root, "recovery": made.recovery,
         "shares": len(made.shares)},
    )  # fmt: skip
    office = stage.enter(one.username)
    must(perform(office, AddPeople(rows=_founders(made, (one, two, three)))))
    for founder, person in ((two, made.people[1]), (three, made.people[2])):
        _open_account(stage, founder.username, person.uid, person.pid)
    yield "sign_in", {"session": office.session.id if office.session else "", "entries": office.tail.n}


def _founders(made: Founded, founders: tuple[Founder, ...]) -> tuple[PersonRow, ...]:
    return tuple(
        PersonRow(id=PersonId(person.pid), number=founder.number, given=founder.given, family=founder.family)
        for founder, person in zip(founders, made.people, strict=True)
    )


def _open_account(stage: Stage, username: str, uid: str, pid: str) -> None:
    must(perform(stage.office, OpenAccount(id=AccountId(uid), pid=PersonId(pid), name=username)))


def feeds(stage: Stage) -> Told:
    """People, the document register with its files, curricula; then all of it again, which changes nothing."""
    sources = (
        ("people", LEIDEN / "hr_people.csv"),
        ("documents", LEIDEN / "documents.csv"),
        ("curricula", LEIDEN),
    )
    for kind, source in sources:
        yield kind, stage.take(kind, source)
    told = {kind: stage.take(kind, source)["entries"] for kind, source in sources}
    if any(told.values()):
        raise Fault("demo.stopped", reason="again")
    yield "again", told


def accounts(stage: Stage) -> Told:
    """An administrator, a trainer and a trainee, each enrolled by QA and the site manager."""
    qa, second, manager = stage.cast.plan["founders"]
    told: dict[str, Json] = {}
    for who in stage.cast.plan["accounts"]:
        told[who["role"]] = _join(stage, who, (qa["username"], manager["username"]))
        stage.cast.save()
    stage.leave()
    # Nobody opens an account of their own: the second QA manager opens the first one's.
    stage.enter(second["username"])
    first = stage.cast.people[qa["username"]]
    _open_account(stage, qa["username"], first["uid"], first["pid"])
    stage.leave()
    yield "accounts", told


def _join(stage: Stage, who: Json, approvers: tuple[str, str]) -> str:
    """Account, key and role of one person; returns the account's id."""
    cast, office, password = stage.cast, stage.office, stage.cast.new_password()
    pid, name = stage.person(who["number"])
    keys = must(store_keys(office, cast.typed(cast.plan["founders"][0]["username"])))
    both = (stage.beside(approvers[0]), stage.beside(approvers[1]))
    person = must(enrol(office, Enrolment(pid, who["username"], password, "badge"), keys, both))
    command = GrantRole(
        uid=person.uid, role=who["role"], dept=who["dept"], start=office.clock.now().instant.utc,
        grade=who["grade"], why="INITIAL" if who["grade"] else "ROLE",
    )  # fmt: skip
    if who["grade"] or who["role"] in TWO_PERSON:
        must(appoint(office, command, (stage.beside(approvers[0]), stage.beside(approvers[1]))))
    else:
        must(perform(office, command, stage.signer()))
    cast.joined(person, username=who["username"], name=name, role=who["role"], password=password)
    return person.uid


def sign(stage: Stage) -> Told:
    """Trainee and trainer sign one training; what must be refused is refused; the verdict changes, the past doesn't."""
    plan = stage.cast.plan
    _, trainer, learner = plan["accounts"]
    number, code = learner["number"], plan["training"]
    office = stage.enter(trainer["username"])
    before, known = word_of(stage.file(number), code), office.clock.now().instant
    reading = stage.command(number, plan["reading"], "READ")
    must(perform(office, reading, stage.beside(learner["username"])))
    yield "read", {"record": reading.id, "status": word_of(stage.file(number), plan["reading"])}
    training = stage.command(number, code, "TRAINED")
    too_early = _refusal(stage, next_step(training, "COMPETENT"), stage.signer())
    must(perform(office, training, stage.beside(learner["username"])))
    own = _refusal(stage, next_step(training, "COMPETENT"), stage.beside(learner["username"]))
    yield "refused", {"trainer_before_trainee": too_early, "trainee_as_trainer": own}
    judged = next_step(training, "COMPETENT")
    shown = must(preview(office, judged, office.session.uid if office.session else ""))
    must(perform(office, judged, stage.signer(), shown=shown))
    after = word_of(stage.file(number), code)
    was = word_of(must(training_of(office, number, None, known)), code)
    if was != before or after != "Qualified" or before == after:
        raise Fault("demo.stopped", reason="verdict")
    told: dict[str, Json] = {"record": training.id, "statement": shown.meaning.text}
    yield "signed", {**told, "before": before, "after": after, "as_known_before": was}
    head = {"entries": office.tail.n, "head": office.tail.last.hex()}
    stage.leave()
    yield "sign_out", head


def _refusal(stage: Stage, command: SignOff, signer: Signer) -> str:
    """The code of the refusal that this attempt must meet."""
    answer = perform(stage.office, command, signer)
    if not isinstance(answer, Refused):
        raise Fault("demo.stopped", reason="refusal")
    return answer.code


PARTS: tuple[Callable[[Stage], Told], ...] = (found, feeds, accounts, sign, meet, print_file)
