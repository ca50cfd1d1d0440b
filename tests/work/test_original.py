"""A document's own file: handed out only as exactly what the register names."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from app.base.faults import Fault
from app.store import state
from app.work.demo.stage import Stage
from app.work.office import Office
from app.work.original import original
from tests.work.onstage import QA


def with_file(office: Office) -> dict[str, object]:
    """A version whose file is kept."""
    with office.store.read() as tx:
        return next(row for row in state.rows(tx, "document") if row.get("file_j"))


@pytest.mark.req("R-SIG-07")
def test_it_is_the_bytes_of_the_register(stage: Stage) -> None:
    office = stage.enter(QA)
    row = with_file(office)
    assert sha256(original(office, str(row["id"]))).hexdigest() == row["sha256"]


@pytest.mark.parametrize(
    ("how", "code"), [("flip", "file.changed"), ("cut", "file.missing"), ("gone", "file.missing")]
)
def test_other_bytes_are_never_handed_out(stage: Stage, how: str, code: str) -> None:
    office = stage.enter(QA)
    row = with_file(office)
    for path in (stage.site / "files").glob("*/*"):
        _spoil(path, how)
    with pytest.raises(Fault) as no:
        original(office, str(row["id"]))
    assert no.value.code == code


def _spoil(path: Path, how: str) -> None:
    held = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(held[:-1] if how == "cut" else held[:-1] + bytes([held[-1] ^ 1]))


def test_a_version_without_a_file_has_none(stage: Stage) -> None:
    office = stage.enter(QA)
    with office.store.read() as tx:
        row = next(row for row in state.rows(tx, "document") if not row.get("file_j"))
    with pytest.raises(Fault) as no:
        original(office, row["id"])
    assert no.value.code == "file.missing"
