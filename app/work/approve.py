"""Acts that two people approve (formats §5 "Two-person acts"; 21 CFR 11.200(a)(3)).

- Each approval is a token of its own over the act, the log and the body; it is good for nothing else.
- Approvers are QA or site manager for the whole site, at least one QA, two different persons, neither a subject.
- The entry is written in the name of the first approver and carries no other signature.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.base.ids import Random, new_sid
from app.base.moment import Instant
from app.base.words import Json, Personal, Refused
from app.domain.people import full_name
from app.domain.roles import APPROVERS
from app.domain.signatures import statement
from app.proof.approvals import Display, draft_approval, sign_approval
from app.proof.envelope import display_mac
from app.store import state
from app.work.office import Office
from app.work.ring import Ring
from app.work.scribe import Hand
from app.work.sign import Signer
from app.work.unread import refuse_unread

LANG = "en"


def refuse_approvers(office: Office, signers: Sequence[Signer], subjects: frozenset[str]) -> Refused | None:
    """Why these two may not approve something about these persons, or None."""
    now, here = office.clock.now().instant, (office.tail.log, office.tail.n)
    roles = office.standing.roles
    held = [
        frozenset(
            role
            for role in APPROVERS | {"admin"}
            if roles.holds(signer.uid, role, here, now.utc, office.site, None, anywhere=role == "admin")
        )
        for signer in signers
    ]
    if any(signer.nonce in office.spent for signer in signers):
        return Refused("signature.again")
    if len(signers) != 2 or signers[0].pid == signers[1].pid:
        return Refused("approval.two_persons")
    if {signer.pid for signer in signers} & subjects:
        return Refused("approval.own")
    # Nobody approves something about a person whose name this device can't show.
    unread = refuse_unread(office, sorted(subjects))
    if unread is not None:
        return unread
    if not all(roles & APPROVERS and "admin" not in roles for roles in held):
        return Refused("approval.not_entitled")
    return None if any("qa" in roles for roles in held) else Refused("approval.no_qa")


def approver_hand(office: Office, signer: Signer) -> Hand:
    """In whose name the entry is written: the role that the approver holds for the whole site."""
    now, here = office.clock.now().instant, (office.tail.log, office.tail.n)
    qa = office.standing.roles.holds(signer.uid, "qa", here, now.utc, office.site, None)
    return Hand(uid=signer.uid, sess=None, role="qa" if qa else "manager")


def approval(
    body: Mapping[str, Json], signer: Signer, *, act: str, log: str, tpl: str, about: Mapping[str, str | int],
    now: Instant, ring: Ring, random: Random,
) -> str:  # fmt: skip
    """One person's approval of `body`: token `countersign-enrol+jws`, with the words that were shown."""
    sid, text = new_sid(now.ms, random), statement(tpl, about, LANG)
    name, key = ring.newest(signer.pid)

    def sealed(words: str, column: str) -> dict[str, Json]:
        return dict(ring.seal(Personal(signer.pid, words), "esig", sid, column))

    made = draft_approval(
        body, act=act, log=log, sid=sid, uid=signer.uid, name=sealed(signer.name, "signer.name"), tpl=tpl,
        lang=LANG, utc=now.utc, off=now.off,
        disp=Display(k=name, m=display_mac(key, text), text=sealed(text, "disp.text")),
    )  # fmt: skip
    return sign_approval(made, signer.key, signer.kid)


def approved(
    office: Office, body: Mapping[str, Json], signers: Sequence[Signer], *, act: str, tpl: str,
    about: Mapping[str, str | int],
) -> dict[str, Json]:  # fmt: skip
    """The body with both approvals; once it is recorded, `spend` uses the two ceremonies up."""
    now = office.clock.now().instant
    tokens = [
        approval(
            body, signer, act=act, log=office.tail.log, tpl=tpl, about=about, now=now, ring=office.ring,
            random=office.random,
        )
        for signer in signers
    ]  # fmt: skip
    return {**body, "appr": tokens}


def name_of(office: Office, pid: str) -> str:
    """The person's name, for the words that are approved; the id while there is none."""
    with office.store.read() as tx:
        row = state.row(tx, "person", pid)
    opened = {} if row is None else office.ring.opened("person", row)
    return str(opened.get("name") or full_name(opened) or pid)


def spend(office: Office, signers: Sequence[Signer]) -> None:
    """What these two typed is used up: another act needs it typed again."""
    office.spent.update(signer.nonce for signer in signers)
