"""What leaves a site, each checked with the trust bundle alone: batches, receipts, page codes, evidence, PDF.

`reader.py batch FILE… [--receipt FILE]… --trust F` (the batches of a log in their order) · `reader.py qr TEXT|FILE
--trust F` · `reader.py evidence FILE [--trust F]` · `reader.py pdf FILE [--page SCAN]… [--trust F]`, all with
`--json`. Exit 0 fine, 1 findings, 2 cannot decide.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from bundles import Bundle, load_bundle
from evidence import Evidence, check_evidence, check_rows
from opening import CannotDecideError, Findings
from paper import PREFIX, check_page, codes_in
from sealedpdf import attached, certified, in_its_time, report_number, seal_holds, subject
from wire import Wire

KINDS = ("batch", "qr", "evidence", "pdf")
COUNTED = ("entries", "signatures", "checkpoints", "receipts")
Told = dict[str, Any]


def answer(found: Findings, counts: dict[str, int], code: int, how: str = "bundle") -> Told:
    """The object of §9 (`note` of a finding is ours, in the place of `say`)."""
    return {
        "v": 1,
        "ok": code == 0,
        "exit": code,
        "trust": {"how": how},
        "counts": {name: counts.get(name, 0) for name in COUNTED},
        "findings": found.rows,
    }


def check_batches(batches: list[bytes], receipts: list[str], bundle: Bundle) -> Told:
    """The batches of a site in the order of their logs, and the receipts for them."""
    found = Findings()
    wire = Wire(bundle, found)
    for data in batches:
        wire.batch(data)
    for text in receipts:
        wire.receipt(text)
    entries = sum(len(log.leaves) for log in wire.logs.values())
    sealed = sum(len(log.lines) for log in wire.logs.values())
    counts = {"entries": entries, "checkpoints": sealed, "receipts": wire.receipts}
    return answer(found, counts, found.exit())


def check_qr(text: str, bundle: Bundle) -> Told:
    """The code of one page."""
    found = Findings()
    check_page(text, bundle, found)
    return answer(found, {}, found.exit())


def check_file(data: bytes, bundle: Bundle | None) -> Told:
    """An evidence file."""
    found = Findings()
    made = check_evidence(data, bundle, found)
    return _told(found, made, bundle)


def check_pdf(pdf: bytes, bundle: Bundle | None, pages: list[str]) -> Told:
    """A sealed PDF, the evidence in it, and the codes of its pages where they were read."""
    if not pdf.startswith(b"%PDF-"):
        raise CannotDecideError("not a PDF")
    found, how = Findings(), "bundle" if bundle else "first-use"
    if not (sealed := seal_holds(pdf)):
        found.add("SIG_BAD", note="the seal of the PDF")
    try:
        made = check_evidence(attached(pdf), bundle, found)
    except ValueError:
        found.add("SIG_BAD", note="no evidence attached")
        return answer(found, {}, 1, how)
    except CannotDecideError:
        if sealed:
            raise
        return answer(found, {}, 1, how)
    if not certified(pdf, made.bundle, made.device()):
        found.add("SIG_KEY_UNREGISTERED", note="the certificate of the PDF")
    if not in_its_time(pdf, made.device()):
        found.add("SIG_KEY_RETIRED", note="sealed before or after the device's time")
    if subject(pdf) != report_number(made.report["id"]):
        found.add("SIG_SUBJECT", note="the evidence of another report")
    check_rows(made, [check_page(text, made.bundle, found) for text in pages])
    return _told(found, made, bundle)


def _told(found: Findings, made: Evidence, bundle: Bundle | None) -> Told:
    lines = made.lines
    counts = {
        "entries": len(made.entries),
        "signatures": made.signatures,
        "checkpoints": len(made.trees),
        "receipts": len(lines["receipt"]),
    }
    return answer(found, counts, found.exit(), "bundle" if bundle else "first-use")


def check(kind: str, what: list[str], trust: Path | None, receipts: list[Path], pages: list[Path]) -> Told:
    """The answer for one command; CannotDecideError where there is none."""
    bundle = load_bundle(trust) if trust else None
    if kind in ("batch", "qr") and bundle is None:
        raise CannotDecideError("only with a trust bundle")
    if kind == "batch" and bundle:
        notes = [path.read_text(encoding="ascii") for path in receipts]
        return check_batches([Path(name).read_bytes() for name in what], notes, bundle)
    if kind == "qr" and bundle:
        texts = [what[0].strip("\r\n")] if what[0].startswith(PREFIX) else codes_in(Path(what[0]))
        if len(texts) != 1:
            raise CannotDecideError("not one code of a page")
        return check_qr(texts[0], bundle)
    data = Path(what[0]).read_bytes()
    if kind == "evidence":
        return check_file(data, bundle)
    return check_pdf(data, bundle, [text for path in pages for text in codes_in(path)])


def say(result: Told, *, as_json: bool) -> int:
    """Print an answer; its exit code."""
    if as_json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
        return int(result["exit"])
    print(f"exit {result['exit']}", result["counts"])
    for row in result["findings"]:
        print(row["severity"], row["code"], row["log"], row["seq"], row["entity"], row["note"], sep="  ")
    return int(result["exit"])


def main(argv: list[str]) -> int:
    """`KIND …`, see above."""
    args = argparse.ArgumentParser(
        description="Verify what left a Countersign site, from the published format."
    )
    args.add_argument("kind", choices=KINDS)
    args.add_argument("what", nargs="+")
    args.add_argument("--trust", type=Path)
    args.add_argument("--receipt", type=Path, action="append", default=[])
    args.add_argument("--page", type=Path, action="append", default=[])
    args.add_argument("--json", action="store_true")
    given = args.parse_args(argv)
    try:
        result = check(given.kind, given.what, given.trust, given.receipt, given.page)
    except (CannotDecideError, OSError) as why:
        print(why, file=sys.stderr)
        result = answer(Findings(), {}, 2, "bundle" if given.trust else "first-use")
    return say(result, as_json=given.json)
