"""Text on paper: every character seen, nothing cut, reading order kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.report.letters import in_visual_order, is_hidden, visible, wrapped


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


def test_words_from_right_to_left_are_turned_round_and_others_stay():
    assert in_visual_order("Tariq (12)") == "Tariq (12)"
    assert in_visual_order("a \u05d0\u05d1 \u05d2 b") == "a \u05d2 \u05d1\u05d0 b"
