"""The reasons that may be given, and what becomes of a person's own words."""

from __future__ import annotations

import re

import pytest

from app.base.say import words
from app.domain.signatures import MEANINGS, NEEDS_WHY
from app.work.reasons import LATE, LONGEST, REASONS, reason_of, reasons_for
from app.work.scribe import Reason
from tests.work.seeing import code_of

CODES = sorted({code for codes in (*REASONS.values(), LATE) for code in codes})


@pytest.mark.parametrize("code", CODES)
def test_each_has_the_form_of_the_formats_and_its_words(code: str) -> None:
    assert re.fullmatch(r"[A-Z][A-Z0-9_]{0,23}", code) and words()[f"why.{code}"]


@pytest.mark.req("R-SIG-08")
def test_a_meaning_that_needs_one_has_some_and_none_is_for_a_meaning_that_does_not_exist() -> None:
    signed_here = {"NOT_YET", "REJECTED", "VOIDED"}
    assert signed_here <= NEEDS_WHY and all(reasons_for(one, late=False) for one in signed_here)
    assert set(REASONS) <= set(MEANINGS) and reasons_for("READ", late=False) == ()


@pytest.mark.req("R-REC-11")
def test_lateness_has_reasons_of_its_own() -> None:
    assert reasons_for("READ", late=True) == reasons_for("TRAINED", late=True) == LATE


def test_the_words_are_kept_as_typed_and_blank_ones_are_none() -> None:
    assert reason_of("", "anything", "p_1") is None
    assert reason_of("WRONG_DATE", " the 3rd <b> ", "p_1") == Reason("WRONG_DATE", "the 3rd <b>", "p_1")
    assert reason_of("WRONG_DATE", "   ", "p_1") == Reason("WRONG_DATE", None, "p_1")


@pytest.mark.parametrize(
    ("words_", "code"),
    [("", "why.text_missing"), (" \n", "why.text_missing"), ("x" * (LONGEST + 1), "why.too_long")],
)
def test_another_reason_says_which(words_: str, code: str) -> None:
    assert code_of(reason_of("OTHER", words_, "p_1")) == code
