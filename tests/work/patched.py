"""A second device whose program was patched: it writes and signs what the rules would refuse."""

from __future__ import annotations

from app.base.words import Json
from app.domain.records import SignedOff
from app.domain.settings import SettingChanged
from app.domain.wire import Act, Change
from app.proof.device import Device
from app.work.approve import approved
from app.work.devices import apply_with
from app.work.office import Office
from app.work.recording import recording
from app.work.scribe import Draft, Hand, Reason, Scribe
from app.work.sign import Meaning, Signer, esign_entry
from tests.work.linked import Second, signer

WORDS = Meaning(code="APPROVED", tpl="device@1", about={"name": "x"})


class Patched:
    """The second device in the hands of carla, who is manager and nothing else."""

    def __init__(self, second: Second) -> None:
        self.second, self.small = second, second.small
        second.office.close()
        second.office = self.office = second.enter("carla")
        self.uid = self.small.made.people[2].uid
        self.pid = self.small.made.people[2].pid

    def write(self, item: Act | Change, role: str = "qa", code: str = "APPROVED", *, sign: bool = True) -> None:
        """One entry, signed by carla in whatever role."""
        write(self.office, signer(self.small, self.office, "carla"), item, role, code, sign=sign)

    def grant(self, role: str = "trainer", uid: str = "") -> None:
        """A role for carla, granted by carla in QA's name."""
        self.write(Act(ACT="role.grant", NOUN="role", id=uid or self.uid, body=granted(uid or self.uid, role)))

    def appoint(self, role: str, names: tuple[str, str]) -> None:
        """A role for carla under the approvals of two who may not give it."""
        signers = [self.small.beside(self.office, name) for name in names]
        about = {"name": "Carla", "role": role, "scope": "-", "from": "-"}
        body = approved(
            self.office, granted(self.uid, role), signers, act="role.grant", tpl="approve.grant@1", about=about
        )
        with recording(self.office) as made:
            hand = Hand(uid=signers[0].uid, sess=None, role="qa")
            made.act(hand, Act(ACT="role.grant", NOUN="role", id=self.uid, body=body), Reason(code="X"))

    def enrol(self, device: Device, id: str = "dev3") -> str:
        """A third device, enrolled by carla; its log."""
        told = apply_with(device, id, self.office.tail.log)
        self.write(Act(ACT="device.enrol", NOUN="device", id=id, body=told.body))
        return told.log

    def judge(self, id: str = "r_bad", pid: str = "p_0000000000000009", role: str = "trainer") -> None:
        """A record that says COMPETENT, begun, taught and judged by carla."""
        now = self.office.clock.now().instant
        row = SignedOff(
            id=id, pid=pid, req="q_1", kind="ojt", needs="trainer", taught=now.utc, taught_by=self.uid,
            verdict="COMPETENT", done=now.utc, done_off=now.off, done_zone=now.zone, valid_from=now.day, grade="A",
        )  # fmt: skip
        self.write(row, role, "COMPETENT")

    def setting(self, value: int, name: str = "late_h", role: str = "qa") -> None:
        """A setting, changed by carla."""
        self.write(SettingChanged(id=name, value=value), role)


def granted(uid: str, role: str) -> dict[str, Json]:
    """The body of a grant for the whole site."""
    scope = {"site": "site", "dept": None}
    return {
        "uid": uid,
        "role": role,
        "scope": scope,
        "from": "2000-01-01T00:00:00.000Z",
        "to": None,
        "grade": None,
    }


def write(
    office: Office, by: Signer, item: Act | Change, role: str, code: str = "APPROVED", *, sign: bool = True
) -> None:
    """One entry past every rule."""
    meaning = Meaning(code=code, tpl=WORDS.tpl, about=WORDS.about)

    def signing(scribe: Scribe, covered: int, b: bytes, of: Draft) -> str:
        return esign_entry(by, meaning, scribe, covered, None, b, of)

    with recording(office) as made:
        drafts = made.drafts([item])
        made.write(
            Hand(uid=by.uid, sess=by.sess, role=role), drafts, Reason(code="X"), signing if sign else None
        )
