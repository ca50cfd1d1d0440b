"""One-time codes: exactly three steps, each once, in ASCII digits."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.proof import totp
from app.proof.totp import NEVER, STEP_MS, accept, code_at, step_at

SEED = b"12345678901234567890"
NOW = 1_795_412_646_123
STEP = NOW // STEP_MS
TWINS = (910_737, 910_738)
"""Two steps in a row with one code under SEED; found by trying."""


def code(step: int, seed: bytes = SEED) -> str:
    return code_at(seed, step * STEP_MS)


def test_the_codes_of_rfc_6238(vectors):
    vector = vectors("totp")
    seed = bytes.fromhex(vector["seed"])
    for case in vector["codes"]:
        assert code_at(seed, case["s"] * 1000) == case["code"]
        assert step_at(case["s"] * 1000) == case["step"]
        assert accept(seed, case["code"], case["s"] * 1000, NEVER) == case["step"]


@pytest.mark.req("R-ACC-12")
@pytest.mark.parametrize(("away", "fine"), [(-3, 0), (-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0), (3, 0)])
@pytest.mark.parametrize("at", [0, 1, STEP_MS - 1])
def test_the_window_is_one_step_to_each_side(away, fine, at):
    moment = STEP * STEP_MS + at
    assert accept(SEED, code(STEP + away), moment, NEVER) == (STEP + away if fine else None)


@pytest.mark.req("R-ACC-13")
def test_a_burned_step_and_all_before_it_are_refused():
    for last in (STEP - 2, STEP - 1, STEP, STEP + 1):
        for step in (STEP - 1, STEP, STEP + 1):
            assert accept(SEED, code(step), NOW, last) == (step if step > last else None)


@pytest.mark.req("R-ACC-13")
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 1)), max_size=20))
def test_no_step_is_ever_accepted_twice(tries):
    now, last, burned = STEP, NEVER, []
    for advance, away in tries:
        now += advance
        found = accept(SEED, code(now + away), now * STEP_MS, last)
        if found is not None:
            burned.append(found)
            last = found
    assert burned == sorted(set(burned))


@pytest.mark.parametrize(
    "typed",
    [
        "", "12345", "1234567", " {}", "{} ", "{}\n", "+{}", "{}.0", "abcdef", "-12345", "1 2345", "0x1234", "1e5000",
    ],
)  # fmt: skip
def test_what_is_not_six_digits_is_no_code(typed):
    assert accept(SEED, typed.format(code(STEP)), NOW, NEVER) is None


@pytest.mark.parametrize("zero", ["\uff10", "\u0660", "\u06f0", "\u0966", "\U0001d7ce"])
def test_digits_of_other_scripts_are_no_code(zero):
    """A library accepts them because they mean the same number; a code is ASCII."""
    right = code(STEP)
    typed = "".join(chr(ord(zero) + int(digit)) for digit in right)
    assert typed.isdigit() and int(typed) == int(right)
    assert accept(SEED, typed, NOW, NEVER) is None
    assert accept(SEED, right[:-1] + chr(ord(zero) + int(right[-1])), NOW, NEVER) is None
    assert accept(SEED, right, NOW, NEVER) == STEP


def test_a_code_of_another_seed_is_refused():
    assert accept(SEED[::-1], code(STEP), NOW, NEVER) is None


def test_leading_zeros_are_typed():
    step = next(step for step in range(STEP, STEP + 10_000) if code(step)[0] == "0")
    assert accept(SEED, code(step), step * STEP_MS, NEVER) == step
    assert accept(SEED, code(step).lstrip("0"), step * STEP_MS, NEVER) is None


def test_of_two_steps_with_one_code_the_later_burns_both():
    first, second = TWINS
    assert code(first) == code(second)
    assert accept(SEED, code(first), first * STEP_MS, NEVER) == second
    assert accept(SEED, code(first), second * STEP_MS, second) is None
    assert accept(SEED, code(first), second * STEP_MS, first) == second


def test_the_first_moments_have_no_step_before():
    assert NEVER == -1
    assert accept(SEED, code(0), 0, NEVER) == 0
    assert accept(SEED, code(1), 0, NEVER) == 1
    assert accept(SEED, code(0), 0, 0) is None


@pytest.mark.req("R-ACC-12")
def test_a_seed_has_160_bits_and_is_drawn_afresh(random):
    assert len(totp.new_seed(random)) == 20
    assert totp.new_seed(random) != totp.new_seed(random)


def test_a_seed_typed_by_hand_is_read_back():
    for length in range(1, 21):
        assert totp.from_base32(totp.base32(SEED[:length])) == SEED[:length]
    for wrong in ("A", "ABC1", "abc", "A B"):
        with pytest.raises(ValueError):
            totp.from_base32(wrong)


def test_a_telephone_can_read_the_seed():
    assert base64.b32decode(totp.base32(SEED)) == SEED
    url = urlsplit(totp.uri(SEED, "ada", "Countersign: St Kilda"))
    given_values = parse_qs(url.query)
    assert (url.scheme, url.netloc) == ("otpauth", "totp")
    assert given_values["secret"] == [totp.base32(SEED)]
    assert given_values["issuer"] == ["Countersign: St Kilda"]
    assert not {"digits", "period", "algorithm"} & given_values.keys()
