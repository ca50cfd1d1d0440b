"""Exactly the facts that a command's rules need, within the asker's scope.

- One reader per command; each answers the noun's Facts struct, which has no defaults, so a missing question is a type error.
- Scope is checked here, on the rows that were read: what lies outside the asker's grants is refused before any rule runs.
- Personal values are opened by the caller's ring; this floor never sees a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.base.moment import Instant
from app.base.words import Json, Refused, Row, Value
from app.domain import accounts, curricula, documents, jobs, people, records, roles, settings
from app.domain.documents import version_in_force
from app.domain.duties import FOR_EVER
from app.domain.roles import Grant, Place
from app.domain.signatures import ROLES_OF_SIDE, SIDE_OF
from app.domain.standing import Standing
from app.domain.status import fit_to_train, locked_by
from app.domain.steps import COLUMNS, STEP_OF, performed
from app.domain.who import Who
from app.store import state
from app.store.known import settings_in_force
from app.store.training import facts_before, grouped, trainer_facts
from app.store.tx import Tx

MANY = 64
"""From so many persons on, a table is read once instead of person by person."""

Opener = Callable[[str, Row], dict[str, Json]]
"""Entity type and row to the row with its envelopes opened under bare names."""


class Asker(Value, frozen=True):
    """Who asks, in which grants of the role acted in, when and where in history."""

    who: Who
    grants: tuple[Grant, ...]
    now: Instant
    here: Place
    standing: Standing
    opened: Opener
    site: str
    clock_doubt: bool

    def reaches(self, dept: str | None) -> bool:
        """Whether a grant of the asker contains that department (None: the whole site)."""
        return any(grant.covers(self.site, dept) for grant in self.grants)


def facts_for(tx: Tx, command: Any, asker: Asker) -> Any | Refused:
    """The Facts of `command`, or Refused: `scope.outside`, or that what it names is not there."""
    return _READERS[type(command)](tx, command, asker)


# ---- training records


def _sign_off(tx: Tx, command: records.SignOff, asker: Asker) -> records.Facts | Refused:
    person = state.row(tx, "person", command.pid)
    requirement = state.row(tx, "requirement", command.req)
    if person is None:
        return Refused("person.unknown", {"number": command.pid})
    if requirement is None:
        return Refused("requirement.unknown", {"code": command.req})
    own = state.held_by(tx, "record", "pid", command.pid, req=command.req)
    record = next((item.row for item in own if item.row["id"] == command.id), None)
    if record is None:
        # A record of somebody else under this id is shown to the rules, which refuse it.
        record = state.row(tx, "record", command.id)
    dept = (record or person).get("dept")
    if not asker.reaches(dept):
        return Refused("scope.outside", {"dept": dept or "-"})
    done = (performed(record) if record else None) or command.done or asker.now
    versions, rules = _versions(tx, requirement), _settings(tx)
    return records.Facts(
        person=person,
        requirement=requirement,
        document=_trained_on(versions, command, record, requirement, done),
        record=record,
        signed=_signed(record, asker.standing),
        previous=tuple(item.row for item in own if item.row["id"] != command.id),
        after=_locked(tx, command, person, requirement, asker, record),
        late_h=settings.value_of(rules, "late_h"),
        qa_approves=bool(settings.value_of(rules, "qa_approves")),
        clock_doubt=asker.clock_doubt,
        **_trainer(tx, command, requirement, versions, asker, done, dept),
    )


def _void(tx: Tx, command: records.Void, asker: Asker) -> records.Facts | Refused:
    record = state.row(tx, "record", command.id)
    if record is None:
        return Refused("record.unknown")
    if not asker.reaches(record.get("dept")):
        return Refused("scope.outside", {"dept": record.get("dept") or "-"})
    return records.Facts(
        person=state.row(tx, "person", record["pid"]) or {"id": record["pid"]},
        requirement=state.row(tx, "requirement", record["req"]) or {"id": record["req"]},
        document=None if record.get("doc") is None else state.row(tx, "document", record["doc"]),
        record=record,
        signed=_signed(record, asker.standing),
        previous=(),
        after=None,
        trainer_qualified=False,
        trainer_reason="",
        late_h=settings.value_of(_settings(tx), "late_h"),
        qa_approves=False,
        clock_doubt=asker.clock_doubt,
    )


def _trained_on(
    versions: list[Row], command: records.SignOff, record: Row | None, requirement: Row, done: Instant
) -> Row | None:
    """The version named by the record, else by the command, else the one in force when it took place."""
    number = requirement.get("number")
    if number is None:
        return None
    named = record.get("doc") if record is not None else command.doc
    if named is not None:
        return next((version for version in versions if version["id"] == named), None)
    return version_in_force(versions, number, done)


def _signed(record: Row | None, standing: Standing) -> dict[str, frozenset[str]]:
    """Persons who signed so far, by side."""
    row = record or {}
    by = {side: row.get(COLUMNS[step][1]) for side, step in STEP_OF.items()}
    return {side: frozenset({standing.keys.person(uid)}) for side, uid in by.items() if uid is not None}


def _locked(
    tx: Tx, command: records.SignOff, person: Row, requirement: Row, asker: Asker, record: Row | None
) -> str | None:
    """Code of the requirement that must be met first and isn't; asked only where a record begins."""
    if record is not None or requirement.get("after") is None:
        return None
    return locked_by(facts_before(tx, person, requirement), command.req, asker.now)


def _trainer(
    tx: Tx,
    command: records.SignOff,
    requirement: Row,
    versions: list[Row],
    asker: Asker,
    done: Instant,
    dept: str | None,
) -> dict[str, Any]:
    """Whether the signer was qualified as trainer when it took place; asked only on the trainer's side."""
    if SIDE_OF.get(command.meaning) != "trainer":
        return {"trainer_qualified": False, "trainer_reason": ""}
    person = state.row(tx, "person", asker.who.pid)
    if person is None:
        return {"trainer_qualified": False, "trainer_reason": "trainer.no_record"}
    appointed = _appointed(asker, done, dept)
    facts = trainer_facts(tx, person, requirement, versions, records=not appointed)
    fit, reason = fit_to_train(facts, command.req, done, appointed=appointed)
    return {"trainer_qualified": fit, "trainer_reason": reason}


def _appointed(asker: Asker, done: Instant, dept: str | None) -> bool:
    """Whether an initial appointment of the signer to train there ran when the training took place."""
    grants = asker.standing.roles.in_force(asker.who.uid, asker.here, done.utc)
    return any(
        grant.grade == roles.APPOINTED
        and grant.role in ROLES_OF_SIDE["trainer"]
        and grant.covers(asker.site, dept)
        for grant in grants
    )


def _versions(tx: Tx, requirement: Row) -> list[Row]:
    number = requirement.get("number")
    return [] if number is None else [item.row for item in state.held_by(tx, "document", "number", number)]


def _settings(tx: Tx) -> Mapping[str, Row]:
    return settings_in_force(tx)


# ---- people, accounts, roles


def _people(tx: Tx, _command: Any, asker: Asker) -> people.Facts | Refused:
    if not asker.reaches(None):
        return Refused("scope.outside", {"dept": "-"})
    return people.Facts(people=tuple(asker.opened("person", row) for row in state.rows(tx, "person")))


def _account(
    tx: Tx, command: accounts.OpenAccount | accounts.SetAccount, asker: Asker
) -> accounts.Facts | Refused:
    held = list(state.rows(tx, "account"))
    account = next((row for row in held if row["id"] == command.id), None)
    pid = command.pid if isinstance(command, accounts.OpenAccount) else (account or {}).get("pid", "")
    person = state.row(tx, "person", pid)
    dept = (person or {}).get("dept")
    if not asker.reaches(dept):
        return Refused("scope.outside", {"dept": dept or "-"})
    # A name that another device gave and whose key is not held here is not known here.
    named = ((asker.opened("account", row).get("name"), row["id"]) for row in held)
    names = {accounts.folded(name): id for name, id in named if name is not None}
    return accounts.Facts(person=person, account=account, names=names)


def _role(tx: Tx, command: roles.GrantRole | roles.RevokeRole, asker: Asker) -> roles.Facts | Refused:
    if not asker.reaches(command.dept):
        return Refused("scope.outside", {"dept": command.dept or "-"})
    account = state.row(tx, "account", command.uid)
    pid = None if account is None else account["pid"]
    standing = asker.standing
    left = standing.approvers_left(asker.here, asker.now.utc) - {pid}
    return roles.Facts(
        pid=pid,
        held=_held_meanwhile(command, asker, _accounts_of(tx, command.uid, pid, standing)),
        left=len(left),
        competent_seen=standing.competent_seen,
        site=asker.site,
    )


def _accounts_of(tx: Tx, uid: str, pid: str | None, standing: Standing) -> set[str]:
    """Every account of the person, with a key or without."""
    opened = [] if pid is None else state.held_by(tx, "account", "pid", pid)
    keyed = (mine for mine, owner in standing.keys.persons.items() if owner == pid)
    return {uid, *keyed, *(item.row["id"] for item in opened)}


def _held_meanwhile(
    command: roles.GrantRole | roles.RevokeRole, asker: Asker, accounts: Iterable[str]
) -> frozenset[str]:
    """The roles that the accounts hold at some instant while the command would hold, from now on."""
    start, end = (command.start, command.end) if isinstance(command, roles.GrantRole) else ("", None)
    begin, until = max(start, asker.now.utc), end or FOR_EVER
    known = asker.standing.roles
    return frozenset(
        role
        for uid in accounts
        for at in (begin, *(moment for moment in known.moments(uid) if begin < moment < until))
        for role in known.held(uid, asker.here, at)
    )


def _setting(tx: Tx, command: settings.ChangeSetting, asker: Asker) -> settings.Facts | Refused:
    if not asker.reaches(None):
        return Refused("scope.outside", {"dept": "-"})
    return settings.Facts(row=state.row(tx, "setting", command.name))


# ---- registers


def _jobs(tx: Tx, command: jobs.RegisterJobs | jobs.Post, asker: Asker) -> jobs.Facts | Refused:
    if not asker.reaches(None):
        return Refused("scope.outside", {"dept": "-"})
    rows = command.postings if isinstance(command, jobs.Post) else ()
    wanted = {row.pid for row in rows}
    if len(wanted) > MANY:
        every = grouped(state.rows(tx, "posting"), "pid")
        held: dict[str, tuple[Row, ...]] = {pid: tuple(every.get(pid, ())) for pid in wanted}
    else:
        held = {pid: tuple(item.row for item in state.held_by(tx, "posting", "pid", pid)) for pid in wanted}
    return jobs.Facts(jobs=_by(state.rows(tx, "job"), "code"), postings=held)


def _documents(tx: Tx, command: documents.RegisterDocuments, asker: Asker) -> documents.Facts | Refused:
    if not asker.reaches(None):
        return Refused("scope.outside", {"dept": "-"})
    numbers = {row.number for row in command.versions}
    held = {
        (row["number"], row["ver"]): row for row in state.rows(tx, "document") if row.get("number") in numbers
    }
    owners = {row.owner for row in command.versions if row.owner}
    opened = (asker.opened("person", row) for row in state.rows(tx, "person")) if owners else ()
    known = {person["number"]: person["id"] for person in opened if person.get("number") in owners}
    return documents.Facts(held=held, people=known, zone=asker.now.zone)


def _curricula(tx: Tx, _command: curricula.RegisterCurricula, asker: Asker) -> curricula.Facts | Refused:
    if not asker.reaches(None):
        return Refused("scope.outside", {"dept": "-"})
    return curricula.Facts(
        jobs=_by(state.rows(tx, "job"), "code"),
        curricula=_by(state.rows(tx, "curriculum"), "code"),
        requirements=_by(state.rows(tx, "requirement"), "code"),
        assignments={(row["job"], row["curriculum"]): row for row in state.rows(tx, "assignment")},
        numbers=frozenset(grouped(state.rows(tx, "document"), "number")),
    )


def _by(rows: Iterable[Row], column: str) -> dict[str, Row]:
    return {row[column]: row for row in rows if row.get(column) is not None}


_READERS: Mapping[type[Value], Callable[[Tx, Any, Asker], Any]] = {
    records.SignOff: _sign_off,
    records.Void: _void,
    people.AddPeople: _people,
    people.ChangePeople: _people,
    accounts.OpenAccount: _account,
    accounts.SetAccount: _account,
    roles.GrantRole: _role,
    roles.RevokeRole: _role,
    settings.ChangeSetting: _setting,
    jobs.RegisterJobs: _jobs,
    jobs.Post: _jobs,
    documents.RegisterDocuments: _documents,
    curricula.RegisterCurricula: _curricula,
}
