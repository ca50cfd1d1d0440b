"""Changes as history writes them: only real differences, applied exactly, taken back exactly."""

from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from app.base.words import Personal
from app.domain.documents import DocumentRegistered
from app.domain.people import PersonChanged
from app.domain.records import SignedOff
from app.domain.wire import Act, Change, Object, Private, Text, Whole, apply, columns, difference, unapply

ENVELOPE = {"$e": 1, "k": "p_1.1", "n": "n", "c": "c"}


class Painted(Change, frozen=True, kw_only=True):
    ACT: ClassVar[str] = "wall.paint"
    NOUN: ClassVar[str] = "wall"

    class_: Text = UNSET
    coats: Whole = UNSET
    owner: Private = UNSET
    file: Object = UNSET


def nothing_opens(column: str, envelope: object) -> str | None:
    raise AssertionError(f"{column} was opened without need")


def opens_to(text: str | None):
    return lambda column, envelope: text


def test_only_touched_fields_become_columns():
    assert columns(Painted(id="w_1", coats=2)) == {"coats": 2}
    assert columns(Painted(id="w_1", coats=None)) == {"coats": None}


def test_column_names_follow_from_the_fields():
    change = Painted(id="w_1", class_="outer", owner=Personal("p_1", "Ann"), file={"k": "p_1.1"})
    assert columns(change) == {"class": "outer", "owner_j": Personal("p_1", "Ann"), "file_j": {"k": "p_1.1"}}
    assert columns(Painted(id="w_1", owner=None)) == {"owner_j": None}


def test_the_nouns_use_the_columns_of_the_schema():
    assert "class" in columns(PersonChanged(id="p_1", class_="Employee"))
    assert "comment_j" in columns(SignedOff(id="r_1", comment=Personal("p_1", "x")))
    assert "file_j" in columns(DocumentRegistered(id="d_1", file={"k": "p_site.1"}))


def test_booleans_are_whole_numbers_in_a_row():
    assert columns(Painted(id="w_1", coats=True)) == {"coats": 1}


def test_saying_what_the_row_says_already_is_no_difference():
    assert difference({"id": "w_1", "coats": 2}, {"coats": 2, "class": None}, nothing_opens) == []


def test_differences_are_sorted_and_name_what_is_absent():
    wanted = {"coats": 3, "class": "outer", "file_j": None}
    before = {"id": "w_1", "coats": 2, "file_j": {"k": "x"}}
    assert difference(before, wanted, nothing_opens) == [
        ("class", None, "outer"),
        ("coats", 2, 3),
        ("file_j", {"k": "x"}, None),
    ]


def test_a_personal_value_that_was_sealed_before_is_compared_by_its_words():
    before = {"id": "w_1", "owner_j": ENVELOPE}
    same = {"owner_j": Personal("p_1", "Zoe\u0308")}
    assert difference(before, same, opens_to("Zoë")) == []
    assert difference(before, same, opens_to("Zoe")) == [("owner_j", ENVELOPE, Personal("p_1", "Zoe\u0308"))]


def test_a_personal_value_that_can_not_be_opened_any_more_counts_as_different():
    changes = difference(
        {"id": "w_1", "owner_j": ENVELOPE}, {"owner_j": Personal("p_1", "Ann")}, opens_to(None)
    )
    assert len(changes) == 1


def test_a_change_applies_only_to_the_row_that_it_was_made_for():
    with pytest.raises(ValueError, match="BEFORE"):
        apply({"id": "w_1", "coats": 2}, "w_1", [("coats", 1, 3)])
    with pytest.raises(ValueError, match="BEFORE"):
        apply(None, "w_1", [("coats", 1, 3)])
    with pytest.raises(ValueError, match="w_2"):
        apply({"id": "w_2"}, "w_1", [("coats", None, 3)])


def test_one_and_true_are_different_values():
    with pytest.raises(ValueError, match="BEFORE"):
        apply({"id": "w_1", "coats": 1}, "w_1", [("coats", True, 3)])


@pytest.mark.parametrize(
    "chg",
    [
        [("coats", None, 1), ("class", None, "x")],
        [("coats", None, 1), ("coats", 1, 2)],
        [("coats", None, None)],
        [("id", "w_1", "w_2")],
    ],
)
def test_a_malformed_change_is_refused(chg):
    with pytest.raises(ValueError):
        apply(None, "w_1", chg)


def test_a_change_is_taken_back_only_from_what_it_left():
    with pytest.raises(ValueError, match="AFTER"):
        unapply({"id": "w_1", "coats": 4}, "w_1", [("coats", 2, 3)])
    assert unapply({"id": "w_1", "coats": 3}, "w_1", [("coats", None, 3)]) is None


values = (
    st.none() | st.text(max_size=4) | st.integers(-5, 5) | st.dictionaries(st.text(max_size=2), st.integers())
)
rows = st.dictionaries(st.sampled_from(["a", "b", "c", "d", "e_j"]), values)


@settings(deadline=None)
@given(rows, rows)
def test_what_is_applied_can_be_taken_back(held, wanted):
    before = {"id": "w_1", **{column: value for column, value in held.items() if value is not None}}
    chg = difference(before, wanted, nothing_opens)
    after = apply(before, "w_1", chg)
    assert all(after.get(column) == value for column, value in wanted.items())
    assert difference(after, wanted, nothing_opens) == []
    assert (unapply(after, "w_1", chg) or {"id": "w_1"}) == before


def test_an_act_without_a_row_carries_a_body():
    act = Act(ACT="session.open", NOUN="session", id="s_1", body={"sess": "s_1"})
    assert (act.ACT, act.NOUN, act.body) == ("session.open", "session", {"sess": "s_1"})
