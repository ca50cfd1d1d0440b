"""Roles that two people give or take: qa, manager, admin, and every initial appointment (formats §5 "Two-person acts").

- The same rules decide as under one signature; only who stands for it differs.
- Both approvers are told the same words, and neither is the person concerned.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.base.words import Done, Refused
from app.domain.roles import GrantRole, RevokeRole, decide, two_person
from app.domain.who import Who
from app.store import state
from app.store.facts import Asker, facts_for
from app.work.approve import approved, approver_hand, name_of, refuse_approvers, spend
from app.work.office import Office
from app.work.recording import recording
from app.work.scribe import Reason
from app.work.sign import Signer
from app.work.statements import role_about


def appoint(office: Office, command: GrantRole | RevokeRole, approvers: Sequence[Signer]) -> Done | Refused:
    """Give or take a role under two approvals. Refuses as the rules do, and what one signature suffices for."""
    pid = _person_of(office, command.uid)
    refused = refuse_approvers(office, approvers, frozenset({pid}))
    if refused is not None:
        return refused
    hand, name = approver_hand(office, approvers[0]), name_of(office, pid)
    if office.read_clock()[1].state == "back":
        return Refused("clock.back")
    with recording(office) as made:
        asker = _asker(office, approvers[0], hand.role)
        facts = facts_for(made.tx, command, asker)
        told = facts if isinstance(facts, Refused) else decide(command, facts, asker.who, asker.now)
        if isinstance(told, Refused):
            return told
        act = told[0]
        if not two_person(act.ACT, act.body):
            return Refused("approval.not_needed")
        verb = "grant" if isinstance(command, GrantRole) else "revoke"
        about = {**role_about(command), "name": name}
        body = approved(office, act.body, approvers, act=act.ACT, tpl=f"approve.{verb}@1", about=about)
        reason = Reason(code=str(command.why), pid=pid)
        made.act(hand, type(act)(ACT=act.ACT, id=act.id, body=body), reason)
    spend(office, approvers)
    return Done(nouns=frozenset({"role"}), result=1)


def _person_of(office: Office, uid: str) -> str:
    """Whose account it is, also before a key was enrolled for it."""
    with office.store.read() as tx:
        account = state.row(tx, "account", uid)
    return office.standing.keys.person(uid) if account is None else str(account["pid"])


def _asker(office: Office, approver: Signer, role: str) -> Asker:
    now, here = office.clock.now().instant, (office.tail.log, office.tail.n)
    grants = office.standing.roles.in_force(approver.uid, here, now.utc)
    return Asker(
        who=Who(uid=approver.uid, pid=approver.pid, role=role, lvl="full", sess=None),
        grants=tuple(grant for grant in grants if grant.role == role),
        now=now,
        here=here,
        standing=office.standing,
        opened=office.ring.opened,
        site=office.site,
        clock_doubt=False,
    )
