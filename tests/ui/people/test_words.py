"""What a verdict says in a cell, a pill and a sentence."""

from __future__ import annotations

import pytest

from app.base.moment import Day
from app.base.say import words
from app.domain.verdicts import WORDS, Reason, Verdict
from app.work.person import Released
from ui.people.words import (
    NONE,
    ORDER,
    days_between,
    holds_text,
    key_of,
    pill_text,
    reason_text,
    released_key,
    released_text,
    until_text,
    word_text,
)

TODAY = Day("2026-11-20")


@pytest.mark.parametrize("word", WORDS)
def test_every_word_of_the_domain_has_a_shape_and_a_name(word: str) -> None:
    assert key_of(word) in ORDER
    assert word_text(word)


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        (Verdict(word="Overdue", due=Day("2026-11-16")), "Overdue 4 d"),
        (Verdict(word="Lapsed", due=Day("2025-11-20")), "Lapsed 365 d ago"),
        (Verdict(word="Expiring", until=Day("2026-12-02"), due=Day("2026-12-02")), "Expires in 12 d"),
        (Verdict(word="Expiring", until=TODAY, due=TODAY), "Expires today"),
        (Verdict(word="Qualified"), "Qualified"),
        (Verdict(word="Overdue"), "Overdue"),
        (
            Verdict(
                word="Awaiting signature", reasons=(Reason(code="record.awaits", about={"step": "trainer"}),)
            ),
            "Waits for trainer",
        ),
    ],
)
def test_a_pill_says_by_how_much_or_for_whom(verdict: Verdict, told: str) -> None:
    assert pill_text(verdict, TODAY) == told


def test_what_a_verdict_does_not_tell_is_a_dash_or_nothing() -> None:
    verdict = Verdict(word="Not started")
    assert (until_text(verdict), holds_text(verdict)) == (NONE, "")


def test_days_are_counted_over_a_change_of_the_clock() -> None:
    assert days_between(Day("2026-03-28"), Day("2026-03-30")) == 2


def test_a_reason_names_day_and_step_in_words() -> None:
    assert (
        reason_text(Reason(code="record.ran_out", about={"day": "2026-11-13"}))
        == "The training was good until 13 Nov 2026."
    )


def test_released_for_says_until_when_what_blocks_and_how_far() -> None:
    met = Released(code="C", title="Line 1", ok=True, until=TODAY, met=3, of=3, worst="Qualified", blocks="")
    blocked = Released(
        code="C", title="Line 2", ok=False, until=None, met=2, of=3, worst="Overdue", blocks="SOP-1"
    )
    begun = Released(
        code="C", title="Line 3", ok=False, until=None, met=1, of=3, worst="In training", blocks="SOP-1"
    )
    assert [(released_key(one), released_text(one)) for one in (met, blocked, begun)] == [
        ("ok", "until 20 Nov 2026"),
        ("over", "blocked by SOP-1"),
        ("prog", "1 of 3 complete"),
    ]


def test_every_word_that_a_pill_may_need_is_in_the_catalogue() -> None:
    assert {f"ui.people.word.{word}" for word in WORDS} <= set(words())
