"""The end of the demo: everything is verified; then copies are tampered with, and each damage is seen.

- Tampering happens in `DIR/tampered`, on copies; the site itself verifies clean at the end.
- What is done there is done by somebody who holds the store's key, or holds nothing but the file.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec.structs import replace

from app.audit.findings import Report
from app.base.faults import Fault
from app.base.words import Json
from app.proof import vaultfile
from app.store import state
from app.work.care import check_site
from app.work.demo.stage import Stage
from app.work.demo.story import Step
from app.work.opening import MAIN, open_stores
from app.work.secrets import load_ds
from app.work.unlock import Given, opened_slot

PAGE = 4096


def prove(stage: Stage) -> Iterator[Step]:
    """Verify, tamper, see it, verify again. Raises Fault `demo.stopped` when anything is seen or missed wrongly."""
    yield _verified(stage, "verified")
    for name, damage, expected in DAMAGES:
        began = time.monotonic()
        copy = stage.cast.folder / "tampered"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(stage.site, copy)
        damage(stage, copy)
        report = _report(stage, copy)
        codes = sorted({finding.code for finding in report.findings})
        if report.exit != 1 or expected not in codes:
            raise Fault("demo.stopped", reason=f"{name} {codes}")
        evidence: dict[str, Json] = {"damage": name, "exit": report.exit, "findings": codes}
        yield Step("tampered", evidence, time.monotonic() - began)
    yield _verified(stage, "still_sound")


def _verified(stage: Stage, title: str) -> Step:
    began = time.monotonic()
    report = _report(stage, stage.site)
    if report.exit != 0:
        raise Fault("demo.stopped", reason=" ".join(sorted({row.code for row in report.findings})))
    counts = report.as_json()["counts"]
    return Step(title, {"findings": len(report.findings), **counts}, time.monotonic() - began)


def _report(stage: Stage, folder: Path) -> Report:
    return check_site(folder, stage.secrets(), _auditor(stage), stage.cast.folder / "trust.jws")


def _auditor(stage: Stage) -> Given:
    person = next(iter(stage.cast.people.values()))
    return Given(person["username"], person["password"])


def _row_changed(stage: Stage, copy: Path) -> None:
    """Somebody with the store's key turns a verdict in the state table."""
    ds = load_ds(stage.secrets())
    vault = vaultfile.read(copy, ds).vault
    opened = opened_slot(vault, ds, _auditor(stage))
    if opened is None:
        raise Fault("demo.stopped", reason="auditor")
    main, persons = open_stores(copy, vault, opened)
    persons.close()
    main.site = main.only_site()
    with main.write() as tx:
        held = next(item for item in state.all_held(tx, "record") if item.row.get("verdict"))
        state.change(tx, "record", [replace(held, row={**held.row, "verdict": "NOT_YET"})])
    main.close()


def _page_changed(_stage: Stage, copy: Path) -> None:
    """Somebody with nothing but the file changes one bit of a page."""
    path = copy / MAIN
    data = bytearray(path.read_bytes())
    data[len(data) // PAGE // 2 * PAGE + PAGE // 2] ^= 1
    path.write_bytes(data)


def _file_changed(_stage: Stage, copy: Path) -> None:
    """A controlled document is exchanged for another one."""
    one, two = sorted(path for path in (copy / "files").glob("*/*") if path.is_file())[:2]
    one.write_bytes(two.read_bytes())


DAMAGES: tuple[tuple[str, Callable[[Stage, Path], None], str], ...] = (
    ("row_changed", _row_changed, "STATE_DIFF"),
    ("page_changed", _page_changed, "PAGE_HMAC"),
    ("file_changed", _file_changed, "ATTACH_HASH"),
)
