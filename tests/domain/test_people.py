"""Persons from a feed: one human, one person; nothing merged, nothing said twice."""

import pytest

from app.base.moment import Instant
from app.base.words import Personal, Refused
from app.domain import wire
from app.domain.people import AddPeople, ChangePeople, Facts, PersonAdded, PersonRow, decide, full_name
from app.domain.who import Who

NOW = Instant(ms=1_795_000_000_000)
WHO = Who(uid="u_qa", pid="p_qa", role="qa", lvl="full", sess="s_1")


def row(id: str, number: str, **told) -> PersonRow:
    return PersonRow(
        id=id, number=number, **{"given": "Ann", "family": "Bos", "hired": "2020-01-01", "gone": None, **told}
    )


def told(change) -> dict:
    return {c: v.text if isinstance(v, Personal) else v for c, v in wire.columns(change).items()}


def held(*changes, before=()):
    """The persons as the store would hand them over: opened, under bare names."""
    people = {person["id"]: dict(person) for person in before}
    for change in changes:
        person = people.setdefault(change.id, {"id": change.id})
        person.update({column.removesuffix("_j"): value for column, value in told(change).items()})
        people[change.id] = {column: value for column, value in person.items() if value is not None}
    return tuple(people.values())


def take(*rows, people=(), command=AddPeople):
    answer = decide(command(rows=rows), Facts(people=people), WHO, NOW)
    assert not isinstance(answer, Refused), answer
    return answer


def refusal(*rows, people=(), command=AddPeople) -> str:
    answer = decide(command(rows=rows), Facts(people=people), WHO, NOW)
    assert isinstance(answer, Refused), answer
    return answer.code


ANN = held(*take(row("p_1", "HB1", external="X1", dept="FIL", class_="Employee")))


@pytest.mark.req("T-01")
def test_a_new_person_is_added_with_personal_values_sealed_to_come():
    (added,) = take(row("p_1", "HB1", prefix="van den", class_="Contractor", fte="0,8"))
    assert type(added) is PersonAdded
    assert wire.columns(added)["family_j"] == Personal("p_1", "Bos")
    assert told(added)["name_j"] == "Ann van den Bos"
    assert (told(added)["class"], told(added)["number_j"]) == ("Contractor", "HB1")


def test_some_people_have_one_name_only():
    assert full_name({"given": "Suharto", "prefix": None, "family": None}) == "Suharto"


def test_the_same_feed_read_twice_changes_nothing():
    rows = (row("p_8", "HB1", external="X1", dept="FIL", class_="Employee"), row("p_9", "HB2", manager="HB1"))
    people = held(*take(*rows))
    assert take(*rows, people=people) == ()


def test_a_name_in_decomposed_letters_is_the_same_name():
    people = held(*take(row("p_1", "HB1", family="Haarlemmerm\u00e9er")))
    assert take(row("p_9", "HB1", family="Haarlemmerme\u0301er"), people=people) == ()


def test_only_what_differs_is_changed():
    (change,) = take(row("p_9", "HB1", external="X1", dept="QA", class_="Employee"), people=ANN)
    assert (change.id, told(change)) == ("p_1", {"dept": "QA"})


def test_what_a_row_does_not_tell_stays_and_what_it_empties_goes():
    (change,) = take(PersonRow(id="p_9", number="HB1", dept=None), people=ANN, command=ChangePeople)
    assert told(change) == {"dept": None}


@pytest.mark.req("R-SIG-05")
def test_a_new_family_name_changes_the_printed_name():
    (change,) = take(PersonRow(id="p_9", number="HB1", family="Smit"), people=ANN, command=ChangePeople)
    assert told(change) == {"family_j": "Smit", "name_j": "Ann Smit"}


OLD = row("p_2", "HB2", external="X1", hired="2010-01-01", gone="2015-06-30")
NEW = row("p_3", "HB3", external="X1", hired="2018-02-01")


@pytest.mark.parametrize("rows", [(OLD, NEW), (NEW, OLD)])
def test_somebody_who_came_back_is_one_person_with_the_newer_employment(rows):
    (added,) = take(*rows)
    assert (told(added)["number_j"], told(added)["hired"]) == ("HB3", "2018-02-01")
    assert take(*rows, people=held(added)) == ()


def test_somebody_who_comes_back_later_keeps_the_person():
    people = held(*take(OLD))
    (change,) = take(NEW, people=people)
    assert change.id == "p_2"
    assert told(change) == {"number_j": "HB3", "hired": "2018-02-01", "gone": None}


def test_two_people_with_one_name_stay_two():
    first, second = take(row("p_1", "HB1", external="X1"), row("p_2", "HB2", external="X2"))
    assert first.id != second.id


def test_a_number_that_belongs_to_another_human_is_refused():
    assert refusal(row("p_9", "HB1", external="X9"), people=ANN) == "person.other_human"


def test_a_row_that_points_at_two_persons_is_refused():
    people = held(*take(row("p_2", "HB2", external="X2")), before=ANN)
    assert refusal(row("p_9", "HB1", external="X2"), people=people) == "person.two_matches"


def test_a_second_number_within_one_employment_is_refused():
    assert refusal(row("p_9", "HB7", external="X1", hired="2021-01-01"), people=ANN) == "person.second_number"


def test_a_change_for_somebody_unknown_is_refused():
    assert refusal(row("p_9", "HB9"), command=ChangePeople) == "person.unknown"


def test_incomplete_rows_and_impossible_dates_are_refused():
    assert refusal(row("p_9", "")) == "person.incomplete"
    assert refusal(row("p_9", "HB9", given=None, family=None)) == "person.incomplete"
    assert refusal(row("p_9", "HB9", gone="2019-12-31")) == "person.gone_first"


def test_a_manager_may_stand_further_down_but_must_exist():
    first, _ = take(row("p_1", "HB1", manager="HB2"), row("p_2", "HB2"))
    assert told(first)["manager"] == "p_2"
    assert refusal(row("p_1", "HB1", manager="HB404")) == "person.manager_unknown"


def test_two_rows_about_one_person_in_one_feed_make_one_change():
    rows = (PersonRow(id="p_8", number="HB1", dept="QA"), PersonRow(id="p_9", number="HB1", shift="Night"))
    (change,) = take(*rows, people=ANN, command=ChangePeople)
    assert told(change) == {"dept": "QA", "shift": "Night"}
