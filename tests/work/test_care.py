"""Looking after a site: checking leaves no trace, and a self-check tells what is lacking."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.base.faults import CannotDecide
from app.work.care import check_site, self_check
from app.work.unlock import Given
from tests.work.founded import PASSWORD, Small
from tests.work.keyrings import ROOT, Home
from tests.work.seeing import tree

ANNA = Given("anna", PASSWORD.format("anna"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """A site just founded; not to be changed."""
    return Small(tmp_path_factory.mktemp("care"))


@pytest.fixture
def bundle(small: Small, tmp_path: Path) -> Path:
    """The site's trust bundle."""
    path = tmp_path / "trust.jws"
    path.write_text(small.made.trust, encoding="ascii")
    return path


@pytest.mark.req("R-AUD-07")
def test_a_check_needs_no_code_finds_nothing_and_leaves_no_trace(small: Small, bundle: Path) -> None:
    before = tree(small.site.parent)
    ticks: list[tuple[str, int, int]] = []
    report = check_site(small.site, small.secrets(), ANNA, bundle, lambda *told: ticks.append(told))
    assert report.exit == 0 and not report.findings and ticks
    assert tree(small.site.parent) == before


def test_a_wrong_password_decides_nothing(small: Small) -> None:
    before = tree(small.site.parent)
    with pytest.raises(CannotDecide) as told:
        check_site(small.site, small.secrets(), Given("anna", "no sentence of hers"), None)
    assert told.value.code == "login.failed" and tree(small.site.parent) == before


def test_a_bundle_that_is_not_there_decides_nothing(small: Small, tmp_path: Path) -> None:
    with pytest.raises(CannotDecide) as told:
        check_site(small.site, small.secrets(), ANNA, tmp_path / "none.jws")
    assert told.value.code == "trust.unreadable"


@pytest.mark.req("R-AUD-07")
def test_one_bit_is_seen(small: Small, tmp_path: Path) -> None:
    shutil.copytree(small.site, tmp_path / "copy")
    data = bytearray((tmp_path / "copy" / "main.db").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "copy" / "main.db").write_bytes(data)
    report = check_site(tmp_path / "copy", small.secrets(), ANNA, None)
    assert report.exit != 0 and report.findings


def test_a_self_check_tries_every_part(tmp_path: Path) -> None:
    checks = {check.name: check for check in self_check(os.urandom)}
    assert list(checks) == ["encryption", "signature", "password", "words", "keyring"]
    assert all(checks[name].ok and checks[name].about for name in list(checks)[:4])


@pytest.mark.parametrize(("keyring", "ok"), [("open", True), ("locked", False), (None, False)])
def test_a_self_check_says_whether_there_is_a_keyring_and_why_not(
    home: Home, keyring: str | None, ok: bool
) -> None:
    program = (
        "from app.work.care import self_check\n"
        "told(lambda: [[c.ok, c.about] for c in self_check(os.urandom) if c.name == 'keyring'][0])\n"
    )
    ((said, _),) = home.run(program, keyring=keyring).told
    assert said[0] is ok and said[1]


def test_a_self_check_keeps_nothing(tmp_path: Path) -> None:
    program = "import os\nfrom app.work.care import self_check\nself_check(os.urandom)\n"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True, timeout=60)
    assert os.listdir(tmp_path) == []
