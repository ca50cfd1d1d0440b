"""Verifying a fabricated demo folder with the product's verifier, the way its command does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import opening

from app.audit.case import Case, open_case
from app.audit.findings import Report
from app.audit.verify import verify


def case_of(demo: Path, site: Path | None = None, user: str | None = None, **more: Any) -> Case | Report:
    """The case of a demo folder, or of a copy of its site, by the first or the named person."""
    secrets = opening.load_secrets(demo)
    person = next((p for p in secrets["people"] if user == p["username"]), secrets["people"][0])
    device = opening.secret_file(secrets)
    anchor = device.with_name(device.name + ".anchor")
    trust = demo / secrets["trust"]
    return open_case(
        site or demo / secrets["site"], opening.load_device(device)["ds"],
        anchor.read_text() if anchor.exists() else None, person["username"], person["password"],
        **{"bundle": trust.read_bytes() if trust.exists() else None, **more},
    )  # fmt: skip


def audit(demo: Path, site: Path | None = None, user: str | None = None, **more: Any) -> Report:
    """The report on it."""
    case = case_of(demo, site, user, **more)
    return case if isinstance(case, Report) else verify(case)


def codes(report: Report) -> set[str]:
    return {row.code for row in report.findings}
