"""Asking both: the product and the outside reader, about the same file and the same bundle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import handed
from bundles import load_bundle
from opening import CannotDecideError

from app.base.faults import CannotDecide
from app.proof import derive, trust
from app.work.checking import verify_evidence, verify_pdf
from tests.work.issued import Handed

OTHER = derive.private_of(bytes(31) + b"\x09")
Line = dict[str, Any]


def product(verify: Callable[..., Any], *given: Any) -> set[str] | None:
    """The product's findings; None where it can't decide."""
    try:
        return {finding.code for finding in verify(*given).report.findings}
    except CannotDecide:
        return None


def outside(check: Callable[..., Any], *given: Any) -> set[str] | None:
    """The reader's findings; None where it can't decide."""
    try:
        return {row["code"] for row in check(*given)["findings"]}
    except CannotDecideError:
        return None


def both_pdf(pdf: bytes, bundle: Path, tmp_path: Path) -> tuple[set[str] | None, set[str] | None]:
    (tmp_path / "a.pdf").write_bytes(pdf)
    mine = outside(handed.check_pdf, pdf, load_bundle(bundle), [])
    return product(verify_pdf, tmp_path / "a.pdf", bundle), mine


def both_files(path: Path, bundle: Path) -> tuple[set[str] | None, set[str] | None]:
    mine = outside(handed.check_file, path.read_bytes(), load_bundle(bundle))
    return product(verify_evidence, path, bundle), mine


def bundle_of(issued: Handed, tmp_path: Path, key: Any = OTHER, **changed: Any) -> Path:
    """The site's bundle with other members, signed by another root."""
    old = trust.read(issued.trust.read_text().strip())
    names = ("site", "domain", "genesis", "recovery", "devices", "centres", "issued")
    told = {**{name: getattr(old, name) for name in names}, **changed}
    (tmp_path / "other.jws").write_text(trust.make(**told, key=key))
    return tmp_path / "other.jws"


def replaced(value: Any, **changed: Any) -> Any:
    return type(value)(**{**{name: getattr(value, name) for name in value.__struct_fields__}, **changed})
