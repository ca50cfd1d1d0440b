"""What an answer looks like: severities, exit, the shape of formats §9, a sentence for each code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.audit.findings import Counts, Finding, Findings, Report
from app.base.say import words

AUDIT = Path(__file__).parents[2] / "app" / "audit"
CODE = re.compile(r'"([A-Z]{2,}_[A-Z_]+|RBAC|CONFLICT)"')


def test_each_code_that_the_verifier_can_say_has_a_sentence() -> None:
    said = {code for path in AUDIT.glob("*.py") for code in CODE.findall(path.read_text())}
    said -= {"NOT_YET"}
    assert said >= {"CHAIN_GAP", "SIG_BAD", "STATE_DIFF", "VAULT_MAC", "KDF_FLOOR"}
    assert {code for code in said if f"finding.{code}" not in words()} == set()


@pytest.mark.parametrize(
    ("code", "severity", "exit"),
    [("CONFLICT", "info", 0), ("ANCHOR_LAG", "info", 0), ("CLOCK_BACK", "warning", 1), ("SIG_BAD", "error", 1)],
)
def test_severity_and_exit(code: str, severity: str, exit: int) -> None:
    report = Report(
        findings=(Finding(code=code, log="l", seq=3, entity="record/r"),), counts=Counts(), how="first-use"
    )
    answer = report.as_json()
    assert (answer["exit"], answer["ok"]) == (exit, exit == 0)
    assert set(answer) == {"v", "ok", "exit", "trust", "counts", "findings"}
    assert list(answer["findings"][0]) == ["code", "severity", "log", "seq", "entity", "say"]
    assert answer["findings"][0]["severity"] == severity


def test_a_finding_is_kept_once_and_sorted_by_place() -> None:
    found = Findings()
    for seq in (9, 2, 9):
        found.add("SIG_BAD", "log", seq)
    found.add("CONFLICT")
    assert [(row.code, row.seq) for row in found.sorted()] == [
        ("SIG_BAD", 2),
        ("SIG_BAD", 9),
        ("CONFLICT", None),
    ]
    assert found.errors == 2
