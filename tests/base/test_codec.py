"""Canonical bytes: the same as another implementation's, and nothing outside the subset in either direction."""

from __future__ import annotations

import json

import msgspec
import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.base import codec
from app.base.codec import NotCanonical, b64u, pack, pack_checked, parse, unb64u, unpack

ASCII = st.text(st.characters(max_codepoint=0x7F), max_size=8)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LEAF = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT
SUBSET = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(ASCII, inner, max_size=5), max_leaves=30
)


def nested(depth: int, kind: str) -> object:
    value: object = []
    for _ in range(depth - 1):
        value = [value] if kind == "list" else {"a": value}
    return value


@pytest.mark.req("R-AUD-07")
@settings(max_examples=300, deadline=None)
@given(SUBSET)
@example({"\x7f": "\x7f\u2028\ud7ff\ue000\U0010ffff", "": '\b\t\n\f\r\x00\x1f"\\/', "A": 1, "a": -0, "_": []})
def test_the_bytes_are_those_of_another_implementation(value):
    assert pack(value) == rfc8785.dumps(value)
    assert unpack(pack(value)) == value


@settings(max_examples=200, deadline=None)
@given(SUBSET)
def test_every_other_spelling_is_read_by_parse_and_refused_by_unpack(value):
    loose = json.dumps(value, indent=1).encode()
    assert parse(loose) == value
    if loose != pack(value):
        with pytest.raises(NotCanonical):
            unpack(loose)


@settings(max_examples=300, deadline=None)
@given(SUBSET, st.data())
def test_one_changed_byte_never_reads_as_the_same_value(value, data):
    raw = bytearray(pack(value))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        assert pack(unpack(bytes(raw))) == bytes(raw)
    except NotCanonical:
        return
    assert unpack(bytes(raw)) != value or bytes(raw) == pack(value)


@pytest.mark.parametrize(
    "value",
    [
        1.0, -0.0, float("nan"), float("inf"), 2**53, -(2**53), 10**30, b"x", bytearray(b"x"), {"\u00e9": 1},
        {"a\u0100": 1}, {1: 2}, {None: 1}, {True: 1}, {"a": {"b": [1.5]}}, [2**53], {"a"}, object(),
        msgspec.Raw(b"1"),
        nested(17, "list"), nested(17, "dict"),
    ],
)  # fmt: skip
def test_nothing_outside_the_subset_is_written(value):
    with pytest.raises(NotCanonical):
        pack(value)


def test_a_lone_surrogate_is_not_written():
    with pytest.raises(NotCanonical):
        pack({"a": "\ud800"})
    with pytest.raises(NotCanonical):
        parse('{"a":"\ud800"}')


@pytest.mark.parametrize("kind", ["list", "dict"])
def test_sixteen_levels_are_the_limit(kind):
    assert unpack(pack(nested(16, kind))) == nested(16, kind)


@pytest.mark.parametrize(
    "data",
    [
        b"", b" ", b"1 ", b" 1", b'{"a":1,"a":1}', b'{"a":1,"a":2}', b'{"b":1,"a":2}', b'{"a": 1}', b"[1, 2]",
        b"1.0", b"1e2", b"1E2", b"-0", b"01", b"+1", b"0x1", b"NaN", b"Infinity", b"-Infinity", b"1.5",
        b"9007199254740992", b"-9007199254740992",
        b"1" * 400, b"1" * 5000, b'"\\u0041"', b'"\\/"', b'"\\u000a"', b'"\\u00e9"',
        b'"\\u001F"', b'"\\u007f"', b'"a', b"'a'", b"[1,]", b'{"a":1,}', b"[1]x", b"[1]\n", b"\xef\xbb\xbf1",
        b"null null", b"nul", b"True", b"{a:1}", b"//1", b'"\t"', b'{"\xc3\xa9":1}', b'{"\\u0061":1}', b"[" * 17 + b"]" * 17,
        b"[" * 100_000, b'{"a":' * 17 + b"1" + b"}" * 17,
    ],
)  # fmt: skip
def test_bytes_that_are_not_canonical_are_refused(data):
    with pytest.raises(NotCanonical):
        unpack(data)


@pytest.mark.parametrize(
    "data",
    [
        b'"\xff"', b'"\xc3"', b'"\xc0\xaf"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"', b'"\xf0\x80\x80\xaf"',
        b'"\\ud800"', b'"\\udc00"', b'"\\ud800\\u0041"', b'"\\ud83d"', b'{"\xff":1}',
    ],
)  # fmt: skip
def test_bytes_that_are_not_text_are_refused(data):
    with pytest.raises(NotCanonical):
        unpack(data)
    with pytest.raises(NotCanonical):
        parse(data)


def test_parse_refuses_a_name_that_stands_twice():
    """formats §5: what a reader would see must not depend on which of the two it takes."""
    with pytest.raises(NotCanonical):
        parse(b'{"a":1, "a":2}')
    with pytest.raises(NotCanonical):
        parse(b'[{"b":{"a":1,"c":0, "a":1}}]')


def test_the_checked_form_skips_only_the_checks():
    assert pack_checked({"b": [1], "a": None}) == pack({"b": [1], "a": None}) == b'{"a":null,"b":[1]}'


def test_a_reader_takes_exactly_its_struct():
    class Pair(msgspec.Struct, forbid_unknown_fields=True):
        a: int
        b: str

    read = codec.reader(Pair).decode
    assert read(b'{"a":1,"b":"x"}') == Pair(1, "x")
    for wrong in (b'{"a":1}', b'{"a":"1","b":"x"}', b'{"a":1,"b":"x","c":0}', b'{"a":1.0,"b":"x"}'):
        with pytest.raises(msgspec.ValidationError):
            read(wrong)


@given(st.binary(max_size=70))
def test_base64url_has_one_spelling(data):
    text = b64u(data)
    assert unb64u(text) == data
    assert not set(text) & set("+/=\n ")


@pytest.mark.parametrize(
    "text",
    ["=", "AA==", "A", "AB", "AAB", "AA=", "A+", "A/==", "A A", "AA\n", "\u00e9\u00e9", "AAAAA", "AA.A", "%"],
)
def test_another_spelling_of_base64url_is_refused(text):
    with pytest.raises(NotCanonical):
        unb64u(text)
