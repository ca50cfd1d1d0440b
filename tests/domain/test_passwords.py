"""Passwords: what is refused offline, and that nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.say import RESOURCES, say
from app.domain.passwords import LEAST, LONGEST, refuse_password

COMMON = frozenset((RESOURCES / "blocklist" / "common.txt").read_text(encoding="utf-8").splitlines())
OWN = ("Margriet", "Uphaus", "muphaus", "leiden")
FINE = "copper kettle under seven stairs"
PASSPHRASE = "eighty marks long: a brown heron stood in the shallow water till the rain ended."


def said(password: str) -> str | None:
    """The code of the refusal, or None."""
    refused = refuse_password(password, COMMON, OWN)
    return None if refused is None else refused.code


@pytest.mark.req("R-ACC-07")
@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("brown heron 12", "password.too_short"),
        ("Countersign2026!!", "password.about_you"),
        ("Uphaus-Uphaus-Uphaus", "password.about_you"),
        ("margriet.uphaus.1987", "password.about_you"),
        ("muphaus@leiden2026", "password.about_you"),
        ("momsanaladventure", "password.common"),
        ("MomsAnalAdventure", "password.common"),
        ("123momsanaladventure!", "password.common"),
        ("0000!qaz2wsx0000", "password.common"),
        ("abcabcabcabcabcabc", "password.common"),
        ("passwordpassword", "password.common"),
        ("!PasswordPassword2026", "password.common"),
        ("aaaaaaaaaaaaaaaaaaaa", "password.common"),
        ("x" * (LONGEST + 1), "password.too_long"),
    ],
)
def test_what_others_would_guess_is_refused(password: str, code: str) -> None:
    assert said(password) == code


@pytest.mark.req("R-ACC-07")
def test_fourteen_characters_are_one_too_few() -> None:
    assert len(FINE[:14]) == 14
    assert (said(FINE[:14]), said(FINE[:15])) == ("password.too_short", None)


@pytest.mark.req("R-ACC-07")
def test_eighty_characters_with_blanks_are_taken() -> None:
    assert (len(PASSPHRASE), PASSPHRASE.count(" ") > 10) == (80, True)
    assert said(PASSPHRASE) is None


@pytest.mark.req("R-ACC-07")
@pytest.mark.parametrize("password", ["only small letters here", "ONLY CAPITALS IN HERE", "žluťoučký kůň úpěl"])
def test_no_mix_of_characters_is_asked_for(password: str) -> None:
    assert said(password) is None


def test_length_is_counted_after_composing() -> None:
    # Fifteen characters as typed, ten once the accents have joined their letters.
    assert said("e\u0301" * 5 + "brown") == "password.too_short"


def test_a_phrase_said_twice_is_taken_if_once_would_do() -> None:
    assert said("herons stand still") is None
    assert said("herons stand still herons stand still ") is None


def test_an_own_word_may_stand_among_enough_others() -> None:
    assert said("uphaus and a brown heron") is None


def test_words_too_short_to_matter_do_not_count() -> None:
    assert refuse_password("liking brown herons", COMMON, ["Li", "ik"]) is None


@given(st.text(max_size=300))
def test_a_password_out_of_limits_is_never_taken(password: str) -> None:
    refused = refuse_password(password, frozenset(), ())
    if refused is None:
        assert len(password) >= LEAST
    else:
        assert say(f"refused.{refused.code}", refused.about)


@given(
    st.sampled_from(sorted(word for word in COMMON if len(word) >= 8 and not word.isdigit())),
    st.text("0123456789!?.", max_size=12),
)
def test_a_common_password_with_letters_stays_common_in_a_ring_of_digits(word: str, ring: str) -> None:
    assert said(ring + word.upper() + ring[::-1]) is not None
