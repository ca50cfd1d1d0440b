"""Text on paper: every character seen, nothing cut, reading order kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.report.arabic import plain
from app.report.letters import NUMBER, in_visual_order, is_hidden, visible, wrapped


def one(_letter: str) -> float:
    return 1.0


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\u202eb", "a⟦U+202E⟧b"),
        ("a\u200bb\u2066", "a⟦U+200B⟧b⟦U+2066⟧"),
        ("a\x07\x1b", "a⟦U+0007⟧⟦U+001B⟧"),
        ("a\tb\u00a0c", "a b c"),
        ("two\r\nlines", "two\nlines"),
        ("e\u0301", "é"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("⟦U+202E⟧", "⟦U+27E6⟧U+202E⟧"),
    ],
)
def test_what_would_not_be_seen_is_spelt_out(text, seen):
    assert visible(text) == seen


@given(st.text())
def test_nothing_hidden_is_left(text):
    assert not any(is_hidden(letter) for letter in visible(text))


@given(st.text(alphabet="ab \n", max_size=60), st.integers(1, 9))
def test_lines_fit_and_lose_nothing(text, room):
    lines = wrapped(text, one, room)
    assert all(len(line) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_long_word_is_broken_and_marks_stay_with_their_letter():
    assert wrapped("abcdef", one, 4) == ["abcd", "ef"]
    assert wrapped("abc\u0323def", one, 3) == ["abc\u0323", "def"]


def test_an_empty_text_has_one_line():
    assert wrapped("", one, 5) == [""]


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Tariq (12)", "Tariq (12)"),
        ("a \u05d0\u05d1 \u05d2 b", "a \u05d2 \u05d1\u05d0 b"),
        ("\u05d0\u05d1-2026-11-20", "2026-11-20-\u05d1\u05d0"),
        ("\u05d0 1,234.50 \u05d1", "\u05d1 1,234.50 \u05d0"),
        ("\u05d0\u05d1-abc12", "\u05d1\u05d0-abc12"),
        ("(\u05d0\u05d1) \u05d2", "(\u05d1\u05d0) \u05d2"),
        ("\u05d2 (\u05d0\u05d1) x", "(\u05d1\u05d0) \u05d2 x"),
        ("\u05d0 (12)", "(12) \u05d0"),
        ("x, \u0628 \u0661\u0662.", "x, \u0661\u0662 \ufe8f."),
    ],
)
def test_runs_from_right_to_left_are_turned_round_and_numbers_keep_their_order(text, drawn):
    assert in_visual_order(text) == drawn


@given(st.text(alphabet="ab12 ()\u05d0\u05d1\u0628\u0644\u0661.,-", max_size=30))
def test_turning_loses_no_letter_and_no_number(text):
    drawn = in_visual_order(text)
    # A bracket within a run is drawn as its mirror image.
    same = str.maketrans("(", ")")
    assert sorted("".join(map(plain, drawn)).translate(same)) == sorted(text.translate(same))
    assert all(number in drawn for number in NUMBER.findall(text))
