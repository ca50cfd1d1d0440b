"""Opening a folder: what keeps one out, and what opening alone finds."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from telling import OneLog

from app.audit.case import Case, open_case
from app.audit.findings import Report
from app.base.faults import CannotDecide, Fault
from app.proof import vaultfile
from app.proof.vaultfile import Slot


@pytest.fixture
def copied(single: tuple[Path, OneLog], tmp_path: Path) -> Path:
    shutil.copytree(single[0] / "site", tmp_path / "site")
    return tmp_path / "site"


def opened(folder: Path, site: OneLog) -> set[str]:
    """What opening Ada's way finds, `CODE: note`."""
    case = open_case(folder, site.ds, None, "ada", site.ada.password)
    assert isinstance(case, Case | Report)
    return {f"{row.code}: {row.note}" for row in case.findings}


def with_slot(folder: Path, site: OneLog, change: Callable[[Slot], Slot]) -> None:
    """Ada's slot is changed by somebody who has the device secret."""
    vault = vaultfile.read(folder, site.ds).vault
    slots = tuple(change(slot) if slot.uid == site.ada.uid else slot for slot in vault.slots)
    vaultfile.write(folder, replace(vault, slots=slots), site.ds)


@pytest.mark.req("R-AUD-02", "R-SEC-01")
@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda slot: replace(slot, hsk=bytes(len(slot.hsk))), "VAULT_MAC: hsk"),
        (lambda slot: replace(slot, hpk=b"\x04" + bytes(64)), "VAULT_MAC: hpk is not the key in hsk"),
        (lambda slot: replace(slot, grants=slot.grants[1:]), "STORE_DAMAGED: main.db opens under no key"),
        (
            lambda slot: replace(slot, grants=(replace(slot.grants[0], e=2), *slot.grants)),
            "VAULT_MAC: grant db:2",
        ),
    ],
)
def test_a_changed_slot_is_seen(
    copied: Path, single: tuple[Path, OneLog], change: Callable[[Slot], Slot], finding: str
) -> None:
    with_slot(copied, single[1], change)
    assert finding in opened(copied, single[1])


def test_a_key_that_does_not_open_ends_the_verification(copied: Path, single: tuple[Path, OneLog]) -> None:
    with_slot(copied, single[1], lambda slot: replace(slot, hsk=bytes(len(slot.hsk))))
    report = open_case(copied, single[1].ds, None, "ada", single[1].ada.password)
    assert isinstance(report, Report)
    assert (report.exit, report.findings[0].entity) == (1, f"account/{single[1].ada.uid}")


def test_a_disabled_or_unknown_name_decides_nothing(copied: Path, single: tuple[Path, OneLog]) -> None:
    with_slot(copied, single[1], lambda slot: Slot(sid=slot.sid, uid=slot.uid, st="disabled"))
    with pytest.raises(CannotDecide) as met:
        opened(copied, single[1])
    assert met.value.code == "login.failed"


def test_a_folder_without_a_vault(tmp_path: Path, single: tuple[Path, OneLog]) -> None:
    with pytest.raises(Fault):
        opened(tmp_path, single[1])


def test_a_vault_that_is_damaged_is_read_from_the_one_before(copied: Path, single: tuple[Path, OneLog]) -> None:
    (copied / "vault.json").write_bytes(b"{}")
    assert opened(copied, single[1]) == {"VAULT_MAC: vault.json"}
    (copied / "vault.json.1").write_bytes(b"{}")
    assert opened(copied, single[1]) == {"VAULT_MAC: no file holds"}
