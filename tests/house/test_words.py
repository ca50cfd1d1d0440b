"""The word catalogue is complete, exact and in order (decision 34)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

import pytest

from tests.house import words
from tests.house.sources import ROOT, Source, parsed, sources

PRODUCT = sources("app", "ui")
FILE = ROOT / "resources" / "words" / "en.json"
CATALOGUE: Mapping[str, str] = json.loads(FILE.read_text(encoding="utf-8"))

Check = Callable[[Iterable[Source], Mapping[str, str]], list[str]]

CHECKS = [words.speechless, words.unfilled, words.unused]

SMALL = {"refused.a.b": "No {x}.", "fault.c.d": "Broken.", "fault.c.d.do": "Mend {y}."}

RED: list[tuple[Check, str]] = [
    (words.speechless, "Refused('a.c')"),
    (words.speechless, "Refused('a.b' if x else 'a.c')"),
    (words.speechless, "Refused(f'a.{x}')"),
    (words.speechless, "faults.CannotDecide('a.b')"),
    (words.unfilled, "Refused('a.b')"),
    (words.unfilled, "Refused('a.b', {'z': 1})"),
    (words.unfilled, "Fault('c.d', z=1)"),
    (words.unused, "Refused('a.b', {'x': 1})\n['c', 'd']"),
]


@pytest.mark.parametrize("check", CHECKS)
def test_code_and_catalogue_agree(check: Check) -> None:
    findings = check(PRODUCT, CATALOGUE)
    assert not findings, "\n".join(findings)


@pytest.mark.parametrize(("check", "text"), RED)
def test_a_gap_between_them_is_found(check: Check, text: str) -> None:
    assert check([parsed("app/work/planted.py", text)], SMALL)


def test_a_finding_without_its_sentence_is_found() -> None:
    planted = parsed("app/audit/planted.py", "found.add('STATE_DIFF')\nseen.add('x')\nFinding('SIG_BAD')\n")
    assert words.speechless([planted], {"finding.STATE_DIFF": "The state differs."}) == [
        "app/audit/planted.py:3 finding.SIG_BAD"
    ]


@pytest.mark.parametrize("check", CHECKS)
def test_agreement_is_not_found_fault_with(check: Check) -> None:
    text = "Refused('a.b', {'x': 1})\nFault('c.d', y=2)\n"
    assert check([parsed("app/work/planted.py", text)], SMALL) == []


def test_every_list_of_built_codes_is_still_needed() -> None:
    texts = "\n".join(source.text for source in PRODUCT)
    assert [pattern for pattern in words.BUILT if pattern not in texts] == []


def test_the_catalogue_lies_in_order() -> None:
    text = json.dumps(CATALOGUE, indent=1, ensure_ascii=False, sort_keys=True)
    assert FILE.read_text(encoding="utf-8").rstrip("\n") == text
