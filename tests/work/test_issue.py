"""Handing a training file out: who may, what is in it, and that nothing unsound is ever sealed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.base.faults import Fault
from app.base.moment import Day, start_of
from app.base.words import Refused
from app.report.sheet import A4, LETTER
from app.report.stamp import EVIDENCE, open_stamped
from app.store import state
from app.store.views.heads import receipts
from app.store.views.training_file import training_file
from app.work.demo.stage import Stage, must
from app.work.issue import _receipts, draw_file, issue_file
from app.work.papers import BUNDLE, CERTIFICATE, Papers, load_papers, make_papers
from tests.report.pages import objections, texts_of
from tests.work.issued import hand_out
from tests.work.onstage import LEARNER, LEARNER_NUMBER, QA


@pytest.mark.req("R-REP-01", "R-SIG-08")
def test_the_file_holds_every_record_and_signature_as_shown(demo_dir: Path, tmp_path: Path):
    handed = hand_out(demo_dir, tmp_path)
    text = subprocess.run(["pdftotext", handed.pdf, "-"], capture_output=True, text=True, check=True).stdout
    text = " ".join(text.split())
    for part in ("Omkaar Barad", "HB10032", "SOP-0047 version 3.0", "Read and understood", "Assessed: competent",
                 "Jennifer van der Wal", "I judge this person competent to work unsupervised.", "+01:00 (Europe/Amsterdam)",
                 "2 of 89 requirements are met.", handed.told.number, "Records: 2", "not yet received"):  # fmt: skip
        assert part in text
    assert (handed.told.records, handed.told.signatures) == (2, 3)


def test_a_device_without_papers_seals_nothing(stage: Stage, tmp_path: Path):
    office = stage.enter(QA)
    (office.folder / CERTIFICATE).unlink()
    assert issue_file(office, LEARNER_NUMBER, tmp_path / "a.pdf") == Refused("papers.missing")
    assert issue_file(office, LEARNER_NUMBER, tmp_path / "a.pdf", paper="A3") == Refused(
        "report.paper", {"paper": "A3"}
    )
    assert not list(tmp_path.glob("*.pdf"))


def test_a_learner_gets_the_own_file_and_nobody_else_s(stage: Stage, tmp_path: Path):
    must(make_papers(stage.enter(QA), stage.cast.typed(QA)))
    stage.leave()
    office = stage.enter(LEARNER)
    assert must(issue_file(office, LEARNER_NUMBER, tmp_path / "own.pdf")).result.records == 2
    answer = issue_file(office, "HB10001", tmp_path / "other.pdf")
    assert isinstance(answer, Refused) and answer.code == "scope.outside"
    assert not (tmp_path / "other.pdf").exists()


def test_what_was_known_earlier_leaves_later_signatures_out(stage: Stage, tmp_path: Path):
    office = stage.enter(QA)
    must(make_papers(office, stage.cast.typed(QA)))
    early = office.clock.now().instant
    told = must(issue_file(office, LEARNER_NUMBER, tmp_path / "a.pdf", known_at=early)).result
    before = early.__class__(ms=early.ms - 3_600_000 * 24, off=early.off, zone=early.zone)
    nothing = issue_file(office, LEARNER_NUMBER, tmp_path / "b.pdf", known_at=before)
    assert told.records == 2 and isinstance(nothing, Refused)


@pytest.mark.req("R-REP-01")
def test_nothing_is_sealed_as_known_in_the_future(stage: Stage):
    office = stage.enter(QA)
    must(make_papers(office, stage.cast.typed(QA)))
    ahead = start_of(Day("2031-01-01"), office.zone)
    drawn = draw_file(office, LEARNER_NUMBER, at=ahead, known_at=ahead)
    assert not isinstance(drawn, Refused) and drawn.at == ahead
    said = json.loads(open_stamped(drawn.pdf).attached[EVIDENCE].splitlines()[0])
    assert (said["at"], said["known_at"]) == (ahead.utc, drawn.issued.utc)


def test_papers_of_another_device_are_not_used(stage: Stage, tmp_path: Path):
    office = stage.enter(QA)
    must(make_papers(office, stage.cast.typed(QA)))
    (office.folder / CERTIFICATE).write_bytes((office.folder / CERTIFICATE).read_bytes()[:-900])
    with pytest.raises(Fault, match="another device|from this site"):
        issue_file(office, LEARNER_NUMBER, tmp_path / "a.pdf")
    (office.folder / BUNDLE).unlink()
    assert load_papers(office) == Refused("papers.missing")


@pytest.mark.req("R-SYN-03", "R-REP-05")
def test_a_receipt_of_a_centre_that_the_bundle_does_not_name_is_left_out(stage: Stage):
    """Nobody who has the bundle could say whose it is; the file would contradict itself."""
    office = stage.enter(QA)
    must(make_papers(office, stage.cast.typed(QA)))
    papers, log = load_papers(office), office.tail.log
    assert isinstance(papers, Papers)
    (centre,) = papers.bundle.centres
    stranger = replace(centre, jwk=office.device.jwk)
    with office.store.read() as tx:
        held = receipts(tx, log)
        assert (
            _receipts(tx, log, papers.bundle) == _receipts(tx, log, replace(papers.bundle, centres=[])) == held
        )
        assert held and _receipts(tx, log, replace(papers.bundle, centres=[stranger])) == []


@pytest.mark.req("R-REP-08")
def test_nothing_is_cut_or_overlaid_for_the_names_of_the_feeds(stage: Stage):
    office = stage.enter(QA)
    now = office.clock.now().instant
    with office.store.read() as tx:
        opened = [office.ring.opened("person", row) for row in state.rows(tx, "person")]
        strange = sorted(opened, key=lambda row: (-len(row["name"]), row["id"]))[:5]
        strange += [row for row in opened if row.get("native")][::9]
        files = [training_file(tx, row["id"], office.ring, at=now, known_at=now, now=now) for row in strange]
    assert len(files) > 8
    for file in files:
        assert file is not None and not objections(file, A4) and not objections(file, LETTER), file.name
        assert "⟦" not in "".join(mark.text for _, mark in texts_of(file, A4))
