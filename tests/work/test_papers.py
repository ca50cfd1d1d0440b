"""The device's certificate and the site's trust bundle: made by QA alone, believed by their keys alone."""

from __future__ import annotations

from pathlib import Path

from app.base.words import Done, Refused
from app.proof import cert, trust
from app.work.demo.stage import Stage
from app.work.papers import BUNDLE, CERTIFICATE, Papers, load_papers, make_papers
from tests.work.onstage import MANAGER, QA


def test_qa_gives_the_device_its_papers(stage: Stage):
    office = stage.enter(QA)
    assert isinstance(make_papers(office, stage.cast.typed(QA)), Done)
    papers = load_papers(office)
    assert isinstance(papers, Papers) and papers.bundle.fingerprint == stage.cast.secrets["root"]
    told = trust.read((stage.cast.folder / "trust.jws").read_text())
    assert (papers.bundle.root, papers.bundle.genesis) == (told.root, told.genesis)
    device = papers.bundle.device("dev1")
    assert device is not None and device.jwk == office.device.jwk
    cert.check(papers.chain, told.root, office.device.jwk, office.clock.now().instant.ms)


def _without(folder: Path) -> None:
    """As a site is whose founding was cut short before its papers were written."""
    (folder / CERTIFICATE).unlink()
    (folder / BUNDLE).unlink()


def test_another_password_gives_nothing(stage: Stage):
    office = stage.enter(QA)
    given = stage.cast.typed(QA)
    _without(office.folder)
    answer = make_papers(office, type(given)(given.user, "not the password of anybody", given.code))
    assert answer == Refused("login.failed")
    assert not (office.folder / CERTIFICATE).exists() and not (office.folder / BUNDLE).exists()


def test_a_site_manager_has_no_grant_of_the_root(stage: Stage):
    office = stage.enter(MANAGER)
    _without(office.folder)
    answer = make_papers(office, stage.cast.typed(MANAGER))
    assert answer == Refused("papers.not_qa")
    assert not (office.folder / CERTIFICATE).exists()
