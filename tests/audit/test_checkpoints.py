"""Checkpoints: by the log's own device, of its entries, at every signed entry."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from telling import OneLog, Story, told

from app.audit.checkpoints import Devices, missing
from app.audit.findings import Findings
from app.domain.standing import Machine, Standing
from app.proof.notes import sign_checkpoint
from app.proof.trust import TrustedDevice

LOG = "countersign.local.invalid/kilda/dev1/0"


def noted(*, root: bytes = bytes(32), ahead: int = 0, other: bool = False) -> Story:
    """The newest checkpoint is another one, signed by the device or by another."""

    def story(s: OneLog) -> None:
        key = Ed25519PrivateKey.generate() if other else s.m.one.ed
        n = max(s.m.one.notes)
        s.m.one.notes[n] = sign_checkpoint(LOG, n + ahead, root, key)

    return story


def cut(s: OneLog) -> None:
    n = max(s.m.one.notes)
    s.m.one.notes[n] = s.m.one.notes[n][:-3]


def beyond_the_end(s: OneLog) -> None:
    s.m.one.notes[999] = sign_checkpoint(LOG, 999, bytes(32), s.m.one.ed)


def left_out(s: OneLog) -> None:
    s.corrects()
    del s.m.one.notes[max(s.m.one.notes)]


@pytest.mark.req("R-AUD-02", "R-AUD-03")
@pytest.mark.parametrize(
    ("story", "code"),
    [
        (noted(), "CP_MISMATCH"),
        (noted(ahead=1), "CP_MISMATCH"),
        (noted(other=True), "CP_BADSIG"),
        (cut, "CP_BADSIG"),
        (beyond_the_end, "CP_MISMATCH"),
        (left_out, "CP_MISSING"),
    ],
)
def test_a_broken_rule_is_seen(tmp_path: Path, story: Story, code: str) -> None:
    assert {one.partition(":")[0] for one in told(tmp_path, story)} == {code}


def standing(*seqs: int) -> Standing:
    """A device that got a key at each of these entries."""
    known = Standing()
    known.machines = [
        Machine(id="dev1", log=LOG, jwk={}, ed25519=f"key{at}", place=(LOG, seq)) for at, seq in enumerate(seqs)
    ]
    return known


@pytest.mark.parametrize(
    ("size", "keys"), [(1, ["key0"]), (5, ["key0"]), (6, ["key0", "key1"]), (7, ["key1"]), (0, [])]
)
def test_a_device_has_the_key_of_its_newest_enrolment(size: int, keys: list[str]) -> None:
    assert [key.ed25519 for key in Devices(standing(0, 5), []).keys(LOG, size)] == keys


def test_a_bundle_wins_over_the_chain() -> None:
    trusted = TrustedDevice(id="dev1", jwk={}, ed25519="told", start=None, end=None)
    assert [key.ed25519 for key in Devices(standing(0), [trusted]).keys(LOG, 9)] == ["told"]
    assert Devices(standing(0), []).keys("no origin", 9) == []


def test_what_is_missing_is_told_with_its_entity() -> None:
    found = Findings()
    missing([3, 7], {4}, LOG, {7: "record/r"}, found)
    assert [(row.code, row.seq, row.entity) for row in found.rows()] == [("CP_MISSING", 7, "record/r")]
