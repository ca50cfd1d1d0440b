"""Answers of the verbs as JSON members and as lines for people; decides nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.audit.findings import Report
from app.base.faults import Fault
from app.base.moment import Instant, add_days, instant_at, parse_day, start_of, utc_ms
from app.base.say import say
from app.base.words import Json
from app.domain.status import Gate, Verdict
from app.wiring.terminal import FOUND, OK
from app.work.ask import File
from app.work.care import Check
from app.work.checking import Checked
from app.work.demo.story import Step
from app.work.feeds.feed import Defect, Feed
from app.work.issue import Issued

DAY = re.compile(r"\d{4}-\d\d-\d\d")


def step_text(number: int, step: Step) -> str:
    """One step of the demo with its evidence, a line each."""
    head = f"{number:2d}  {say(f'demo.step.{step.title}')}  ({step.seconds:.2f} s)"
    return "\n".join([head, *(f"      {name}: {value}" for name, value in step.evidence.items())])


def feed_members(feed: Feed, unread: int = 0) -> dict[str, Json]:
    """Counts and every defect of a feed; `unread` persons can't be read here, so a row may be one of them unseen."""
    counts = {"rows": feed.rows_in, "accepted": feed.accepted, "held": feed.held, "rejected": feed.rejected}
    sources = [
        {"file": source.name, "sha256": source.sha256, "rows": source.rows_in, "kept": source.kept}
        for source in feed.sources
    ]
    lines = [say("import.counts", counts), *(_defect_text(defect) for defect in feed.defects)]
    if unread and feed.kind == "people":
        lines.append(say("import.unread", {"count": unread}))
    return {
        "kind": feed.kind,
        **counts,
        "sources": sources,
        "defects": [_defect(d) for d in feed.defects],
        "unread": unread,
        "text": lines,
    }


def intake_members(feed: dict[str, Json], *, dry_run: bool, entries: int, changes: int) -> dict[str, Json]:
    """What became of a feed: how many changes it holds, and how many entries were recorded for them."""
    word = "import.dry" if dry_run else "import.recorded" if entries else "import.nothing"
    text = [*feed["text"], say(word, {"changes": changes, "entries": entries})]
    return {**feed, "dry_run": dry_run, "entries": entries, "changes": changes, "text": text}


def _defect(defect: Defect) -> dict[str, Json]:
    at = {name: value for name in ("line", "row", "cell") if (value := getattr(defect.at, name)) is not None}
    also = (
        {}
        if defect.also is None
        else {
            "also": {
                name: getattr(defect.also, name)
                for name in ("line", "row", "cell")
                if getattr(defect.also, name) is not None
            }
        }
    )
    return {
        "file": defect.file,
        "sheet": defect.sheet,
        **at,
        "column": defect.column,
        "code": defect.code,
        "outcome": defect.outcome,
        "value": defect.value,
        **also,
        "say": defect.say,
        "do": defect.what_to_do,
    }


def _defect_text(defect: Defect) -> str:
    place = defect.at.cell or f"line {defect.at.line}, row {defect.at.row}"
    column = f", {defect.column}" if defect.column else ""
    return f"{defect.outcome:9s} {defect.code}  {defect.file}: {place}{column}\n          {defect.say} {defect.what_to_do}"


def verdict_members(verdict: Verdict) -> dict[str, Json]:
    """The word with its reasons."""
    reasons = [
        {"code": reason.code, "say": say(f"reason.{reason.code}", reason.about)} for reason in verdict.reasons
    ]
    return {
        "status": verdict.word,
        "due": verdict.due,
        "until": verdict.until,
        "record": verdict.record,
        "reasons": reasons,
    }


def file_members(file: File) -> dict[str, Json]:
    """A person's file: every requirement with its verdict."""
    lines = [
        {"code": line.code, "subject": line.subject, "kind": line.kind, **verdict_members(line.verdict)}
        for line in file.lines
    ]
    text = [
        say(
            "status.head",
            {"name": file.name, "number": file.number, "at": file.at.utc, "known": file.known_at.utc},
        )
    ]
    text += [f"  {line.code}  {_verdict_text(line.verdict)}  {line.subject}" for line in file.lines]
    return {
        "person": {"id": file.pid, "number": file.number, "name": file.name},
        "at": file.at.utc,
        "known_at": file.known_at.utc,
        "requirements": lines,
        "text": text,
    }


def gate_members(gate: Gate) -> dict[str, Json]:
    """Whether somebody may, and what it rests on."""
    items = [{"requirement": requirement, **verdict_members(verdict)} for requirement, verdict in gate.items]
    text = [say("may.yes" if gate.go else "may.no")]
    text += [f"  {requirement}  {_verdict_text(verdict)}" for requirement, verdict in gate.items]
    return {"go": gate.go, "exit": OK if gate.go else FOUND, "until": gate.until, "items": items, "text": text}


def _verdict_text(verdict: Verdict) -> str:
    reasons = " ".join(say(f"reason.{reason.code}", reason.about) for reason in verdict.reasons)
    return f"{verdict.word:22s} {reasons}"


def report_lines(report: Report) -> list[str]:
    """A verification for people."""
    told = report.as_json()
    counts = ", ".join(f"{value} {name}" for name, value in told["counts"].items())
    head = say("verify.sound" if report.exit == 0 else "verify.findings", {"counts": counts})
    return [head, *(_finding_text(row) for row in told["findings"])]


def _finding_text(row: dict[str, Json]) -> str:
    place = " ".join(str(row[name]) for name in ("log", "seq", "entity") if row[name] is not None)
    return f"{row['severity']:7s} {row['code']}  {place}\n        {row['say']}"


def page_members(checked: Checked) -> dict[str, Json]:
    """A page's code: whether it is genuine, and everything on it that the eye has to compare with the paper."""
    told = checked.about
    number, person = told["report"], told["person"] or {}
    about = {
        **told,
        "report": "RPT-" + "-".join(number[at : at + 4] for at in range(0, len(number), 4)),
        "name": person.get("name") or "-",
        "number": person.get("number") or "-",
    }
    lines = [say("verify.page", about)] if checked.report.exit == 0 else report_lines(checked.report)
    lines += [say("verify.page.about", about), *map(_page_row, told["rows"])]
    return {**checked.as_json(), "text": lines}


def _page_row(row: Mapping[str, Json]) -> str:
    """One record of a page, with its signatures."""
    line = say("verify.page.row", {**row, "valid_from": row["valid_from"] or "-"})
    return "\n".join([line, *(f"    {say('verify.page.signature', one)}" for one in row["signatures"])])


def checked_members(checked: Checked) -> dict[str, Json]:
    """A verification of paper, and what the paper says of itself."""
    about = [f"{name}: {value}" for name, value in checked.about.items() if not isinstance(value, list | dict)]
    own = [say("verify.first_use")] if checked.report.how == "first-use" else []
    return {**checked.as_json(), "text": [*report_lines(checked.report), *own, *about]}


def issued_members(issued: Issued) -> dict[str, Json]:
    """A report that was put on paper."""
    told = {name: getattr(issued, name) for name in issued.__struct_fields__}
    told["path"] = str(issued.path)
    return {**told, "text": [say("report.issued", told)]}


def check_members(check: Check) -> dict[str, Json]:
    """One self-check."""
    return {"name": check.name, "ok": check.ok, "about": check.about}


def check_text(check: Check) -> str:
    """One self-check for people."""
    return f"{'ok ' if check.ok else 'NO '} {say(f'check.{check.name}')}: {check.about}"


def instant_of(text: str, zone: str) -> Instant:
    """A day (its last instant in `zone`) or a UTC time; Fault `terminal.bad_instant`."""
    try:
        if DAY.fullmatch(text):
            return instant_at(start_of(add_days(parse_day(text), 1), zone).ms - 1, zone)
        return instant_at(utc_ms(text), zone)
    except ValueError:
        raise Fault("terminal.bad_instant", text=text) from None
