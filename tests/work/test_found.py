"""Founding a site: three people, all of it or nothing, and everything outside kept before anything inside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.base.faults import Fault
from app.proof import vaultfile
from app.proof.device import Device
from app.proof.grants import open_grant
from app.proof.recovery import SharesBad, recover
from app.work.care import check_site
from app.work.ceremony import Given
from app.work.found import FOUNDERS
from app.work.secretfile import FileSecrets, create_file
from app.work.secrets import load_ds
from tests.work.founded import NAMES, PASSWORD, PLAN, Small
from tests.work.seeing import entries, tree

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """A site just founded; not to be changed."""
    return Small(tmp_path_factory.mktemp("found"))


@pytest.mark.req("R-SEC-04")
def test_exactly_three_found_it_and_each_can_sign_in(tmp_path: Path) -> None:
    small = Small(tmp_path)
    assert FOUNDERS == ("qa", "qa", "manager") and len(small.made.people) == 3
    for name, role in zip(NAMES, FOUNDERS, strict=True):
        office = small.enter(name)
        assert office.session is not None and office.session.role == role
        office.close()


def test_the_first_entry_is_the_genesis_that_all_three_approved(tmp_path: Path) -> None:
    office = Small(tmp_path).enter()
    first = entries(office)[0]
    assert (first.act, first.by.uid, first.seq) == ("site.genesis", "sys", 0) and first.body is not None
    assert [one["role"] for one in first.body["people"]] == list(FOUNDERS)
    assert len(first.body["pop"]) == len(first.body["appr"]) == 3
    office.close()


@pytest.mark.req("R-AUD-07")
def test_what_was_founded_verifies_against_the_bundle_it_showed(small: Small, tmp_path: Path) -> None:
    bundle = tmp_path / "trust.jws"
    bundle.write_text(small.made.trust, encoding="ascii")
    report = check_site(small.site, small.secrets(), Given("anna", PASSWORD.format("anna")), bundle)
    assert (report.exit, [one.code for one in report.findings]) == (0, [])


def test_two_of_the_recovery_shares_open_the_grants_and_one_does_not(small: Small) -> None:
    vault = vaultfile.read(small.site, load_ds(small.secrets())).vault
    shares = list(small.made.shares)
    scalar = recover([shares[0], shares[2]])
    kinds = {
        grant.k: open_grant(scalar, grant.ct, vault=vault.vault, uid="recovery", kind=grant.k, epoch=grant.e)
        for grant in vault.recovery
    }
    assert set(kinds) == {"db", "pk", "site"} and all(len(key) == 32 for key in kinds.values())
    with pytest.raises(SharesBad):
        recover(shares[:1])


def test_no_secret_of_the_founding_lies_in_the_folder_or_shows_in_a_text(small: Small) -> None:
    everything = b"".join(path.read_bytes() for path in small.site.rglob("*") if path.is_file())
    person = small.made.people[0]
    for secret in (PASSWORD.format("anna"), *small.made.shares, *person.codes):
        assert secret.encode() not in everything
    assert person.seed not in everything
    assert repr(small.made).count(" ") < 3 and "van Test" not in repr(PLAN.founders[0])


def test_only_this_account_may_enter_the_folder(small: Small) -> None:
    assert small.site.stat().st_mode & 0o077 == 0
    assert not small.site.with_name("site.new").exists()


def test_a_folder_that_exists_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "letter.txt").write_text("mine", encoding="utf-8")
    before = tree(tmp_path)
    with pytest.raises(Fault) as told:
        Small(tmp_path)
    assert told.value.code == "site.exists" and tree(tmp_path) == before


class Lying(FileSecrets):
    """Secrets that take an item and do not give the same one back."""

    def __init__(self, path: Path, vault: str, item: str) -> None:
        super().__init__(path, vault)
        self.item = item

    def read(self, name: str) -> str | None:
        """Another device's secret, or nothing at all."""
        text = super().read(name)
        if name != self.item or text is None:
            return text
        return text[:4] + ("A" if text[4] != "A" else "B") + text[5:] if name == "ds" else None


@pytest.mark.req("R-SEC-06")
@pytest.mark.parametrize("item", ["ds", "dk"])
def test_secrets_that_do_not_come_back_found_nothing(tmp_path: Path, item: str) -> None:
    told: list[Lying] = []

    def keep(vault: str, ds: bytes, device: Device) -> FileSecrets:
        made = FileSecrets(tmp_path / "device-secret", vault)
        create_file(made.path, vault, ds, device, tmp_path / "site")
        told.append(Lying(made.path, vault, item))
        return told[0]

    with pytest.raises(Fault) as fault:
        Small(tmp_path, keep=keep)
    assert fault.value.code in ("keyring.lost", "secrets.missing") and told
    assert not (tmp_path / "site").exists() and not (tmp_path / "site.new").exists()


def test_secrets_that_can_not_be_kept_found_nothing(tmp_path: Path) -> None:
    (tmp_path / "device-secret").write_text("somebody else's", encoding="utf-8")
    with pytest.raises(Fault) as told:
        Small(tmp_path)
    assert told.value.code == "secret_file.exists"
    assert (tmp_path / "device-secret").read_text(encoding="utf-8") == "somebody else's"
    assert not (tmp_path / "site").exists() and not (tmp_path / "site.new").exists()


@pytest.mark.parametrize(
    ("part", "value", "code"),
    [
        ("site", "Not a name", "site.names"),
        ("site", "a/b", "site.names"),
        ("domain", "", "site.names"),
        ("device", "Dev1", "site.names"),
        ("zone", "Europe/Nowhere", "site.zone"),
        ("zone", "../etc", "site.zone"),
    ],
)
def test_a_name_that_no_origin_can_hold_founds_nothing(
    tmp_path: Path, part: str, value: str, code: str
) -> None:
    with pytest.raises(Fault) as told:
        Small(tmp_path, plan=replace(PLAN, **{part: value}))
    assert told.value.code == code and os.listdir(tmp_path) == []


KILLED = """
import os, sys
from pathlib import Path
from tests.work.founded import Small
left = int(sys.argv[2])
def random(size):
    global left
    left -= 1
    if left < 0:
        os._exit(9)
    return os.urandom(size)
Small(Path(sys.argv[1]), random=random)
print("founded")
"""


@pytest.mark.req("R-SEC-06")
@pytest.mark.parametrize(
    "calls", [pytest.param(5, marks=pytest.mark.slow), pytest.param(45, marks=pytest.mark.slow), 80]
)
def test_a_founding_that_is_killed_leaves_no_site_and_a_second_one_works(tmp_path: Path, calls: int) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path / "one"), str(calls)]
    done = subprocess.run(command, cwd=ROOT, timeout=60, capture_output=True, text=True)
    assert done.returncode == 9, done.stderr
    assert not (tmp_path / "one" / "site").exists()
    (tmp_path / "one" / "device-secret").unlink(missing_ok=True)
    again = Small(tmp_path / "one")
    assert again.site.is_dir() and not again.site.with_name("site.new").exists()
