"""Values are compared by content and can't be changed."""

from __future__ import annotations

import pytest

from app.base.words import Done, Personal, Refused


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        (Refused("a.b", {"x": 1}), Refused("a.b", {"x": 2}), "code"),
        (Personal("p_1", "Ann"), Personal("p_2", "Ann"), "text"),
        (Done(frozenset({"records"})), Done(frozenset({"people"})), "nouns"),
    ],
)
def test_a_value_is_its_content(one, other, name):
    assert one == type(one)(*(getattr(one, field) for field in one.__struct_fields__))
    assert one != other
    with pytest.raises(AttributeError):
        setattr(one, name, None)


def test_a_refusal_is_no_exception():
    assert not isinstance(Refused("a.b"), BaseException)
    assert Refused("a.b").about == {}
