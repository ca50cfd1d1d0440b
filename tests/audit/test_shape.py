"""The form of an entry: one sound one, and each way of leaving the format."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from fabricated_site import Site

from app.audit.shape import Shapes, base_faults, canonical, tidy
from app.base.codec import pack, pack_checked, parse
from app.base.entry import read

Members = dict[str, Any]


@pytest.fixture(scope="module")
def sound(made: tuple[Any, Site]) -> Members:
    """An entry with a change."""
    found: Members = next(d for raw in made[1].m.one.raws if (d := parse(raw))["chg"])
    return found


def faults(members: Members) -> list[str]:
    raw = pack_checked(members)
    return Shapes().faults(read(raw), raw)


def test_every_entry_of_a_sound_site_is_in_form(made: tuple[Any, Site]) -> None:
    shapes = Shapes()
    for raw in [*made[1].m.one.raws, *made[1].m.two.raws]:
        assert shapes.faults(read(raw), raw) == []
        assert canonical(read(raw), raw)


def put(path: str, value: Any) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        *inside, last = path.split(".")
        for name in inside:
            members = members[name]
        members[last] = value

    change.__name__ = f"{path}={value!r}"[:40]
    return change


WRONG = [
    put("v", 2), put("act", "Record.add"), put("act", "record"), put("ent.t", "Record"), put("ent.id", "a|b"),
    put("by.uid", ""), put("by.role", "QA"), put("by.sess", "a b"), put("ts.utc", "2026-11-23T05:00:00Z"),
    put("ts.off", "+1:00"), put("ts.up", 2**53), put("chg", [["b", None, 1], ["a", None, 1]]),
    put("chg", [["a", None, 1], ["a", None, 2]]), put("chg", [["a", 1, 1]]), put("chg", [["A", None, 1]]),
    put("chg", [["a", None, 1.5]]), put("chg", [["a", None, 2**53]]), put("chg", []), put("post", None),
    put("why", {"code": "lower", "text": None}), put("why", {"code": "R", "text": "in clear"}),
    put("app", "e\u0301"), put("app", "\u202e"), put("app", "tab\t"), put("app", "\x7f"), put("body", {"a": 0.5}),
    put("act", "role.grant"), put("act", "session.close"),
]  # fmt: skip


@pytest.mark.parametrize("change", WRONG, ids=lambda change: change.__name__)
def test_what_leaves_the_format_is_told(sound: Members, change: Callable[[Members], None]) -> None:
    members = copy.deepcopy(sound)
    assert faults(members) == []
    change(members)
    assert faults(members) != []


def test_text_beyond_ascii_and_quotes_are_no_faults(sound: Members) -> None:
    assert faults({**sound, "app": 'Zoë said "\\" 𝛼'}) == []


def test_another_spelling_of_the_same_entry_is_not_canonical(sound: Members) -> None:
    raw = pack(sound)
    for other in (raw.replace(b'":', b'": ', 1), b" " + raw, raw.replace(b'"v":1', b'"v":1,"v":1')):
        assert not canonical(read(other), other)


def test_bases_are_sorted_leaves() -> None:
    one, two = "a" * 43, "b" * 43
    assert [base_faults(base) for base in ([one, two], [two, one], [one, one], ["short", two])] == [
        False,
        True,
        True,
        True,
    ]
    assert not tidy(b'"\xff"')


BODIES = [
    ("person.key", "person", {}), ("person.key", "person", {"pid": "p", "ver": [], "commit": "c"}),
    ("person.key", "person", {"pid": "p", "ver": True, "commit": "c"}),
    ("person.key", "person", {"pid": "p", "ver": -1, "commit": "c"}),
    ("session.open", "session", {"sess": "s", "ccp": None, "seen": {"x": {"n": -1, "h": "x"}}}),
    ("session.open", "session", {"sess": "s", "ccp": None, "seen": {"x": {"n": 1, "h": 1}}}),
    ("session.open", "session", {"sess": "s", "ccp": None, "seen": [1]}),
    ("device.revoke", "device", {"id": "d", "log": "l", "last_n": "1"}),
    ("code.reset", "account", {"uid": None}), ("key.retire", "key", {"uid": "u", "jkt": {}}),
]  # fmt: skip


@pytest.mark.parametrize(("act", "t", "body"), BODIES)
def test_a_body_whose_members_are_of_another_kind_is_found(
    sound: Members, act: str, t: str, body: Members
) -> None:
    members = copy.deepcopy(sound)
    members |= {"act": act, "body": body, "chg": [], "post": None, "why": {"code": "X", "text": None}}
    members["ent"] = {"t": t, "id": "x", "base": []}
    assert "body" in faults(members)


def test_a_grant_may_leave_open_where_and_until_when(sound: Members) -> None:
    body = {"uid": "u", "role": "qa", "scope": None, "from": None, "to": None, "grade": None}
    members = copy.deepcopy(sound)
    members |= {"act": "role.grant", "body": body, "chg": [], "post": None, "why": {"code": "X", "text": None}}
    members["ent"] = {"t": "role", "id": "u", "base": []}
    assert faults(members) == []
    assert faults({**members, "body": {**body, "from": 5}}) == ["body"]
