"""The demo's paper: the trainee's training file as a sealed PDF, which proves itself; then one byte is changed."""

from __future__ import annotations

from collections.abc import Iterator

from app.base.faults import Fault
from app.base.words import Json
from app.work.checking import verify_pdf
from app.work.demo.stage import Stage, must
from app.work.issue import issue_file
from app.work.sync import sync_counts


def print_file(stage: Stage) -> Iterator[tuple[str, dict[str, Json]]]:
    """QA prints; the paper is checked with the site's trust bundle; an altered copy is refused."""
    cast = stage.cast
    number = cast.plan["accounts"][2]["number"]
    out = cast.folder / "out"
    out.mkdir(exist_ok=True)
    office = stage.enter(cast.plan["founders"][0]["username"])
    counts = sync_counts(office)
    issued = must(issue_file(office, number, out / f"training-file-{number}.pdf")).result
    stage.leave()
    bundle = cast.folder / "trust.jws"
    sound = verify_pdf(issued.path, bundle)
    altered = out / f"training-file-{number}-altered.pdf"
    data = bytearray(issued.path.read_bytes())
    data[len(data) // 3] ^= 1
    altered.write_bytes(data)
    refused = verify_pdf(altered, bundle)
    if sound.report.exit != 0 or refused.report.exit != 1:
        raise Fault("demo.stopped", reason="paper")
    yield (
        "report",
        {
            "report": issued.number,
            "pdf": issued.path.name,
            "bytes": issued.size,
            "signatures": issued.signatures,
            "received_by_a_centre": counts.received,
            "not_yet_received": counts.here + counts.provisional,
            "verified": sound.report.exit,
            "one_byte_changed": sorted({row.code for row in refused.report.findings}),
        },
    )
