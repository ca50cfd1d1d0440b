"""Every attack on a copy of the demo site: the outside reader and the product both see it.

The product is run as a program, never imported. `demo_dir` (tests/conftest.py) is the folder of a fresh demo.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import attacks
import opening
import pytest
import reader

ROOT = Path(__file__).parents[2]


def product(site: Path, device_file: Path, user: str, password: str, *more: str) -> tuple[int, dict[str, Any]]:
    """Exit code and answer of `countersign --json verify store`."""
    command = [
        sys.executable,
        "-m",
        "app.cli",
        "--json",
        "verify",
        "store",
        str(site),
        "--device-secret-file",
        str(device_file),
        "--secrets-stdin",
        *more,
    ]
    done = subprocess.run(
        command,
        input=f"user={user}\npassword={password}\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=300,
        check=False,
    )
    return done.returncode, json.loads(done.stdout) if done.stdout.strip() else {}


def product_on(demo: Path, site: Path, *more: str) -> tuple[int, dict[str, Any]]:
    secrets = opening.load_secrets(demo)
    person = secrets["people"][0]
    return product(site, opening.secret_file(secrets), person["username"], person["password"], *more)


def codes(result: dict[str, Any]) -> set[str]:
    return {row["code"] for row in result.get("findings", [])}


def tree_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def site(demo_dir: Path, tmp_path: Path) -> Path:
    """A copy of the demo's site that may be damaged; device secret and anchor stay in the demo's folder."""
    copy = tmp_path / "site"
    shutil.copytree(demo_dir / opening.load_secrets(demo_dir)["site"], copy)
    return copy


# --- sound ------------------------------------------------------------------------------------------------


def test_both_find_nothing_and_count_the_same(demo_dir: Path, site: Path) -> None:
    before = tree_of(site)
    outside = reader.verify_demo(demo_dir, site)
    code, inside = product_on(demo_dir, site)
    assert (outside["exit"], [row for row in outside["findings"] if row["severity"] != "info"]) == (0, [])
    assert (code, inside["exit"], inside["ok"]) == (0, 0, True)
    assert outside["counts"] == inside["counts"]
    assert tree_of(site) == before


def test_with_the_trust_bundle_too(demo_dir: Path, site: Path) -> None:
    secrets = opening.load_secrets(demo_dir)
    code, inside = product_on(demo_dir, site, "--trust", str(demo_dir / secrets["trust"]))
    assert (code, inside["findings"]) == (0, reader.verify_demo(demo_dir, site)["findings"])


def test_promises_of_the_trust_sheet_and_the_own_blobs(demo_dir: Path) -> None:
    """Genesis and root of demo-secrets; everybody's signing key and code seed come out of user_vault."""
    secrets = opening.load_secrets(demo_dir)
    for person in secrets["people"]:
        found = opening.Findings()
        a = reader.audit(
            demo_dir / secrets["site"],
            opening.secret_file(secrets),
            person["username"],
            person["password"],
            found,
        )
        reader.check_bundle(a, {"genesis": secrets["genesis"], "root": secrets["root"]})
        assert found.exit() == 0
        blobs = reader.own_blobs(a)
        assert "sig" in blobs
        assert reader.totp_seed(blobs) == person["totp"].rstrip("=")


def test_the_recovery_shares_open_the_recovery_grants(demo_dir: Path) -> None:
    secrets = opening.load_secrets(demo_dir)
    device = opening.load_device(opening.secret_file(secrets))
    vault = opening.read_vault(demo_dir / secrets["site"], device["ds"], opening.Findings())
    kit = secrets["recovery"]
    keys = reader.recover(vault, kit["shares"][: kit["threshold"]])
    person = secrets["people"][0]
    mine = opening.sign_in(vault, device["ds"], person["username"], person["password"], opening.Findings())
    assert all(mine.keys.get(name, key) == key for name, key in keys.items())
    assert {kind for kind, _ in keys} >= {"db", "pk", "site"}


# --- secrets ----------------------------------------------------------------------------------------------


def test_nothing_opens_without_both_secrets(demo_dir: Path, site: Path, tmp_path: Path) -> None:
    secrets = opening.load_secrets(demo_dir)
    person, device = secrets["people"][0], opening.secret_file(secrets)
    stranger = tmp_path / "device-secret"
    stranger.write_bytes(opening.jcs({**opening.parse(device.read_bytes()), "ds": opening.b64u(b"x" * 32)}))
    wrong = [
        (device, person["username"], "quite another long password"),
        (device, "nobody", person["password"]),
        (stranger, person["username"], person["password"]),
        (tmp_path / "none", person["username"], person["password"]),
    ]
    for file, user, password in wrong:
        outside = reader.verify(site, file, user, password)
        code, inside = product(site, file, user, password)
        assert outside["exit"] in (1, 2)
        assert code in (1, 2)
        assert outside["counts"]["entries"] == (inside.get("counts") or {"entries": 0})["entries"] == 0


def test_nothing_readable_lies_in_the_folder(demo_dir: Path, site: Path) -> None:
    everything = b"".join(tree_of(site).values())
    for person in opening.load_secrets(demo_dir)["people"]:
        assert person["name"].encode() not in everything
        assert person["password"].encode() not in everything
    for name in ("main.db", "pkeys.db"):
        con = sqlite3.connect((site / name).as_uri() + "?mode=ro&immutable=1", uri=True)
        with pytest.raises(sqlite3.DatabaseError):
            con.execute("SELECT count(*) FROM sqlite_master").fetchone()
        con.close()


# --- damaged ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", attacks.ATTACKS)
def test_both_see_the_attack(demo_dir: Path, site: Path, name: str) -> None:
    attack, expected = attacks.ATTACKS[name]
    attack(site, opening.load_secrets(demo_dir))
    outside = reader.verify_demo(demo_dir, site)
    code, inside = product_on(demo_dir, site)
    assert codes(outside) & expected
    assert codes(inside) & expected
    assert (outside["exit"], code, inside["exit"]) == (1, 1, 1)


def test_folder_and_anchor_rolled_back_together_is_not_seen(demo_dir: Path, tmp_path: Path) -> None:
    """The honest limit of formats §2: nothing on this machine knows better."""
    copy = tmp_path / "demo"
    shutil.copytree(demo_dir, copy)
    secrets = opening.load_secrets(copy)
    attacks.file_and_anchor_rolled_back(copy / secrets["site"], secrets)
    outside = reader.verify_demo(copy)
    code, _ = product_on(copy, copy / secrets["site"])
    assert (outside["exit"], code) == (0, 0)
