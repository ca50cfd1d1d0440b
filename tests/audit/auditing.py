"""Verifying a fabricated demo folder with the product's verifier, the way its command does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import opening
from msgspec.structs import replace

from app.audit.case import ALONE, PROCESSES, Case, _stores, open_case
from app.audit.findings import Findings, Report
from app.audit.verify import verify

VAULTS = ("vault.json", "vault.json.1")
KNOWN: dict[tuple[Any, ...], Case | Report] = {}
"""Cases by device secret, user name and vault files: everything that a password opens is the same."""


def case_of(demo: Path, site: Path | None = None, user: str | None = None, **more: Any) -> Case | Report:
    """The case of a demo folder, or of a copy of its site, by the first or the named person."""
    secrets = opening.load_secrets(demo)
    person = next((p for p in secrets["people"] if user == p["username"]), secrets["people"][0])
    device = opening.secret_file(secrets)
    anchor = device.with_name(device.name + ".anchor")
    trust = demo / secrets["trust"]
    folder, ds = site or demo / secrets["site"], opening.load_device(device)["ds"]
    told = {"bundle": trust.read_bytes() if trust.exists() else None, **more}
    held = anchor.read_text() if anchor.exists() else None
    files = (ds, person["username"], *((folder / name).read_bytes() for name in VAULTS))
    if files not in KNOWN:
        KNOWN[files] = open_case(folder, ds, held, person["username"], person["password"], **told)
        return KNOWN[files]
    return _again(KNOWN[files], folder, held, told)


def _again(known: Case | Report, folder: Path, anchor: str | None, told: dict[str, Any]) -> Case | Report:
    """The case of the same vault file with other databases, without stretching the password once more."""
    if isinstance(known, Report):
        return known
    found = Findings()
    found.take(row for row in known.findings if row.code != "STORE_DAMAGED")
    stores = _stores(folder, known.vault, known.keys, found)
    fresh = {"workers": PROCESSES, "alone": ALONE, **told}
    return replace(known, folder=folder, stores=stores, anchor=anchor, findings=found.rows(), **fresh)


def audit(demo: Path, site: Path | None = None, user: str | None = None, **more: Any) -> Report:
    """The report on it."""
    case = case_of(demo, site, user, **more)
    return case if isinstance(case, Report) else verify(case)


def codes(report: Report) -> set[str]:
    return {row.code for row in report.findings}
