"""A sealed report on its way out: what is kept is what was made, and what was changed on the way is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.words import Refused
from app.work.demo.stage import Stage, must
from app.work.handout import Kept, Made, keep, make, prove
from app.work.office import Office
from app.work.papers import BUNDLE, make_papers
from tests.work.onstage import LEARNER_NUMBER, QA, copied
from tests.work.seeing import code_of

pytestmark = pytest.mark.req("R-REP-05")


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module; the device has its papers."""
    made = copied(demo_dir, tmp_path_factory.mktemp("handout"))
    must(make_papers(made.enter(QA), made.cast.typed(QA)))
    yield made
    made.close()


@pytest.fixture(scope="module")
def made(played: Stage) -> Made:
    """The learner's report."""
    answer = make(played.office, LEARNER_NUMBER, "A4")
    assert isinstance(answer, Made), answer
    return answer


@pytest.fixture
def qa(played: Stage) -> Office:
    """QA is signed in."""
    return played.office


def test_what_was_made_is_sound_and_held_to_this_sites_bundle(qa: Office, made: Made) -> None:
    assert made.drawn.pdf.startswith(b"%PDF") and made.proof.sound and not made.proof.first_use
    assert code_of(make(qa, "HB99999", "A4")) == "person.unknown"


def test_what_is_kept_is_the_very_file(qa: Office, made: Made, tmp_path: Path) -> None:
    kept = keep(qa, made.drawn.pdf, tmp_path / "a.pdf")
    assert isinstance(kept, Kept) and kept.path.read_bytes() == made.drawn.pdf and kept.proof == made.proof
    assert [one.name for one in tmp_path.iterdir()] == ["a.pdf"]


def test_one_changed_byte_is_told_with_its_sentence(qa: Office, made: Made, tmp_path: Path) -> None:
    pdf, at = made.drawn.pdf, len(made.drawn.pdf) // 2
    kept = keep(qa, pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :], tmp_path / "a.pdf")
    assert isinstance(kept, Kept) and not kept.proof.sound
    assert all(code and sentence for code, sentence in kept.proof.findings)


def test_a_place_that_cannot_hold_it_is_refused(qa: Office, made: Made, tmp_path: Path) -> None:
    assert code_of(keep(qa, made.drawn.pdf, tmp_path / "none" / "a.pdf")) == "report.no_folder"
    assert code_of(keep(qa, made.drawn.pdf, tmp_path)) == "report.is_folder"
    assert not list(tmp_path.iterdir())


def test_without_a_bundle_it_says_that_it_trusted_the_files_own(qa: Office, made: Made) -> None:
    bundle = qa.folder / BUNDLE
    held = bundle.read_bytes()
    bundle.unlink()
    proof = prove(qa, made.drawn.pdf)
    bundle.write_bytes(held)
    assert proof.sound and proof.first_use and not isinstance(proof, Refused)
