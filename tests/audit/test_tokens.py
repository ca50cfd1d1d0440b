"""The form of tokens: exact members, one spelling, the right type; anything else is as good as unsigned."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from fabricated import b64u, jkt, jwk, jws, new_key

from app.audit.tokens import approval_of, read_signature

KEY = new_key()
HASH = "A" * 43
ENVELOPE = {"$e": 1, "k": "p_x.1", "n": "AAAAAAAAAAAAAAAA", "c": HASH}
COMMON: dict[str, Any] = {
    "v": 1,
    "sid": "s",
    "log": "l",
    "head": {"n": 1, "h": HASH},
    "entry": HASH,
    "utc": "2026-11-23T05:00:00.000Z",
    "off": "+01:00",
}
ESIG: dict[str, Any] = {
    **COMMON,
    "with": 0,
    "signer": {"uid": "u", "name": ENVELOPE},
    "meaning": {"code": "READ", "tpl": "read@1", "lang": "en"},
    "subj": {"t": "record", "id": "r", "row": None, "doc": None},
    "disp": {"k": "p_x.1", "m": HASH, "text": ENVELOPE},
    "sheet": None,
    "auth": {"lvl": "full", "sess": "s", "k": 1},
}
OPENING: dict[str, Any] = {
    **COMMON,
    "signer": {"uid": "u"},
    "sess": "s",
    "auth": {"lvl": "full", "sess": "s", "k": 0},
}
APPROVAL: dict[str, Any] = {
    "v": 1,
    "sid": "s",
    "log": "l",
    "act": "key.enrol",
    "body": HASH,
    "signer": {"uid": "u", "name": ENVELOPE},
    "meaning": {"code": "APPROVED", "tpl": "approve@1", "lang": "en"},
    "utc": COMMON["utc"],
    "off": "+01:00",
    "disp": {"k": "p_x.1", "m": HASH, "text": ENVELOPE},
    "auth": {"lvl": "full", "sess": None, "k": 0},
}


def test_a_token_in_its_form_is_read_and_holds_for_its_key_only() -> None:
    token = read_signature(jws(KEY, "esig", ESIG), session=False)
    assert token is not None and token.kid == jkt(KEY)
    assert token.holds(jwk(KEY)) and not token.holds(jwk(new_key()))
    assert read_signature(jws(KEY, "session", OPENING), session=True) is not None


@pytest.mark.parametrize(("kind", "session"), [("session", False), ("esig", True), ("pop", False)])
def test_a_token_of_another_type_is_none(kind: str, session: bool) -> None:
    assert read_signature(jws(KEY, kind, OPENING if session else ESIG), session=session) is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("v", 2),
        ("more", 1),
        ("utc", "2026-11-23"),
        ("off", "1"),
        ("entry", "A"),
        ("with", -1),
        ("with", "0"),
        ("head.n", None),
        ("head.more", 1),
        ("signer.more", 1),
        ("meaning.tpl", "read"),
        ("meaning.lang", 1),
        ("subj.more", 1),
        ("auth.lvl", "none"),
        ("auth.k", "1"),
        ("sheet", {}),
        ("subj.doc", {"id": "d"}),
        ("disp", None),
    ],
)
def test_another_member_or_value_is_none(path: str, value: object) -> None:
    payload = copy.deepcopy(ESIG)
    *outer, name = path.split(".")
    (payload[outer[0]] if outer else payload)[name] = value
    assert read_signature(jws(KEY, "esig", payload), session=False) is None


@pytest.mark.parametrize("name", sorted(ESIG))
def test_no_member_may_be_missing(name: str) -> None:
    payload = {key: value for key, value in ESIG.items() if key != name}
    assert read_signature(jws(KEY, "esig", payload), session=False) is None


def test_another_spelling_is_none() -> None:
    head, payload, signature = jws(KEY, "esig", ESIG).split(".")
    raw = b'{"v":1,' + b"x"
    assert read_signature(f"{head}.{b64u(raw)}.{signature}", session=False) is None
    assert read_signature(f"{head}.{payload}=.{signature}", session=False) is None
    assert read_signature(f"{head}.{payload}.{signature}.", session=False) is None
    assert read_signature(f"{head}.{payload}.{signature[:-4]}", session=False) is None


def test_an_approval_is_read_and_nothing_else_is() -> None:
    read = approval_of(jws(KEY, "enrol", APPROVAL))
    assert read is not None and read[1].signer.uid == "u"
    for broken in (
        None,
        7,
        "x",
        jws(KEY, "enrol", {**APPROVAL, "more": 1}),
        jws(KEY, "enrol", {**APPROVAL, "sid": 1}),
    ):
        assert approval_of(broken) is None
