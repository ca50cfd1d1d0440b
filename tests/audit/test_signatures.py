"""Each rule of a signature broken once: key, position, actor, subject, words, document, meaning, sides."""

from __future__ import annotations

from pathlib import Path

import pytest
from fabricated import Person, jkt
from telling import RECORD, OneLog, Story, bends, puts, told

from app.audit.signatures import needs_signature

OTHER = "A" * 43


def another_key(s: OneLog) -> None:
    s.corrects(who=Person("bea", "Bea Quist", "qa"))


def wrong_mathematics(s: OneLog) -> None:
    s.m.spoil = lambda token: token[:-86] + "B" * 85 + "A"
    s.corrects()


def trainer_approves(s: OneLog) -> None:
    s.corrects(who=s.tom, sess=None, code="APPROVED")


def retires_with_another_meaning(s: OneLog) -> None:
    body = {"uid": s.lea.uid, "jkt": jkt(s.lea.key)}
    s.m.entry("key.retire", f"key/{body['jkt']}", s.bea, sess="s_four", code="RELEASED", why="LEFT", body=body)


def voids_as_a_correction(s: OneLog) -> None:
    s.corrects(after={"void": 1})


def not_yet_without_a_reason(s: OneLog) -> None:
    s.corrects(who=s.tom, sess=None, code="NOT_YET", why=None)


def decides_where_she_taught(s: OneLog) -> None:
    s.m.entry("record.sign", "record/r_mine000000000000", s.bea, sess="s_four", code="APPROVED",
              after={"pid": s.bea.pid, "outcome": "x"})  # fmt: skip


def unsigned(s: OneLog) -> None:
    s.m.entry("record.sign", RECORD, s.bea, sess="s_four", after={"grade": "C"})


def no_token(s: OneLog) -> None:
    s.m.spoil = lambda _: "a.b.c"
    s.corrects()


@pytest.mark.req("R-SIG-01", "R-SIG-03")
@pytest.mark.parametrize(
    ("story", "finding"),
    [
        (bends(puts(log="countersign.local.invalid/kilda/dev9/0")), "SIG_POSITION: head"),
        (bends(puts(head__n=3)), "SIG_POSITION: head"),
        (bends(puts(head__h=OTHER)), "SIG_POSITION: head"),
        (bends(puts(signer__uid="u_somebody")), "SIG_ACTOR: signer is not by.uid"),
        (bends(puts(auth__sess="s_one")), "SIG_ACTOR: auth"),
        (bends(puts(entry=OTHER)), "SIG_SUBJECT: entry"),
        (bends(puts(utc="2026-11-23T05:00:00.000Z")), "SIG_SUBJECT: utc, off"),
        (bends(puts(off="+01:00")), "SIG_SUBJECT: utc, off"),
        (bends(puts(subj__id="r_first00000000000")), "SIG_SUBJECT: subj"),
        (bends(puts(subj__t="waiver")), "SIG_SUBJECT: subj"),
        (bends(puts(subj__row=None)), "SIG_SUBJECT: subj"),
        (bends(lambda p: p.update({"with": 999})), "SIG_SUBJECT: with reaches too far"),
        (bends(puts(disp__k="p_bea.1")), "SIG_SUBJECT: disp is under another key"),
        (bends(puts(disp__m=OTHER)), "SIG_SUBJECT: disp"),
        (bends(puts(disp__text__n="AAAAAAAAAAAAAAAA")), "ENVELOPE_BAD: disp.text"),
        (bends(puts(signer__name__n="AAAAAAAAAAAAAAAA")), "ENVELOPE_BAD: signer.name"),
        (bends(puts(subj__doc={"id": "d_none", "ver": 1, "sha256": "x"})), "DOC_HASH: d_none"),
        (
            bends(puts(subj__doc={"id": "d_sop1000000000000", "ver": 2, "sha256": "x"})),
            "DOC_HASH: d_sop1000000000000",
        ),
        (bends(puts(meaning__code="AGREED")), "SIG_BAD: meaning"),
        (another_key, "SIG_KEY_UNREGISTERED: "),
        (wrong_mathematics, "SIG_BAD: mathematics"),
        (no_token, "SIG_BAD: missing or unparsable"),
        (unsigned, "SIG_BAD: missing or unparsable"),
        (trainer_approves, "RBAC: trainer signs APPROVED"),
        (retires_with_another_meaning, "RBAC: needs qa and APPROVED"),
        (voids_as_a_correction, "RBAC: voiding"),
        (not_yet_without_a_reason, "ENTRY_SCHEMA: why is missing"),
        (decides_where_she_taught, "RBAC: p_beabeabeabeabeab stands on two sides"),
    ],
)
def test_a_broken_rule_is_seen(tmp_path: Path, story: Story, finding: str) -> None:
    found = told(tmp_path, story)
    assert any(one.startswith(finding) for one in found), found


def test_the_story_that_is_bent_is_sound_unbent(tmp_path: Path) -> None:
    assert told(tmp_path, lambda s: s.corrects()) == set()


@pytest.mark.parametrize(
    ("act", "needs"),
    [
        ("record.sign", True),
        ("role.grant", True),
        ("session.open", True),
        ("record.add", False),
        ("key.enrol", False),
    ],
)
def test_which_acts_are_signed(act: str, needs: bool) -> None:
    assert needs_signature(act) is needs
