"""The register of documents: what is in force when, what may be trained when, and files that don't change."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.moment import Instant, instant_at, utc_ms, utc_text
from app.base.words import Refused
from app.domain import wire
from app.domain.documents import (
    Facts,
    FileRef,
    RegisterDocuments,
    VersionRow,
    decide,
    in_window,
    superseded_by,
    version_in_force,
    versions_ahead,
    versions_that_count,
)
from app.domain.who import Who

ZONE = "Europe/Amsterdam"
NOW = Instant(ms=1_795_000_000_000)
WHO = Who(uid="u_qa", pid="p_qa", role="qa", lvl="full", sess="s_1")


def at(text: str) -> Instant:
    return instant_at(utc_ms(text), ZONE)


def version(id: str, approved: str, effective: str, ended: str | None = None, impact: str = "Retrain all"):
    row = {
        "id": id,
        "number": "SOP-1",
        "ver": id[2:],
        "approved": approved,
        "effective": effective,
        "impact": impact,
    }
    return row if ended is None else {**row, "ended": ended}


V3 = version("d_3", "2024-01-10", "2024-01-31T23:00:00.000Z", "2026-10-31T23:00:00.000Z")
V4 = version("d_4", "2026-10-05", "2026-10-31T23:00:00.000Z")
DRAFT = {"id": "d_5", "number": "SOP-1", "ver": "5", "state": "Draft"}
ALL = [V4, DRAFT, V3]


def row(**told) -> VersionRow:
    base = {"id": "d_9", "number": "SOP-1", "ver": "1.0", "title": "Filling", "state": "Effective"}
    return VersionRow(**{**base, "approved": "2026-01-10", "effective": "2026-02-01", **told})


def register(*rows, held=None, people=None):
    facts = Facts(held=held or {}, people=people or {}, zone=ZONE)
    return decide(RegisterDocuments(versions=rows), facts, WHO, NOW)


@pytest.mark.req("T-07", "R-REC-04")
@pytest.mark.parametrize(
    ("utc", "id"),
    [
        ("2024-01-31T22:59:59.999Z", None),
        ("2024-01-31T23:00:00.000Z", "d_3"),
        ("2026-10-31T22:59:59.999Z", "d_3"),
        ("2026-10-31T23:00:00.000Z", "d_4"),
    ],
)
def test_a_version_takes_effect_at_midnight_of_the_site(utc, id):
    found = version_in_force(ALL, "SOP-1", at(utc))
    assert (None if found is None else found["id"]) == id


def test_a_document_that_ended_without_successor_is_not_in_force():
    assert version_in_force([V3], "SOP-1", at("2026-11-02T00:00:00.000Z")) is None
    assert version_in_force(ALL, "SOP-2", NOW) is None


def test_the_next_version_is_in_force_even_if_nobody_closed_the_old_one():
    still_open = {key: value for key, value in V3.items() if key != "ended"}
    found = version_in_force([still_open, V4], "SOP-1", at("2026-11-02T00:00:00.000Z"))
    assert found == V4


@pytest.mark.req("T-07")
@pytest.mark.parametrize(
    ("done", "allowed"),
    [
        ("2024-01-09T12:00:00.000Z", False),
        ("2024-01-10T12:00:00.000Z", True),
        ("2026-10-31T22:59:59.999Z", True),
        ("2026-10-31T23:00:00.000Z", False),
    ],
)
def test_training_is_in_order_from_approval_until_the_version_is_superseded(done, allowed):
    assert in_window(V3, at(done)) is allowed


def test_a_draft_is_never_in_order():
    assert not in_window(DRAFT, NOW)


@pytest.mark.req("T-06")
def test_a_version_without_retraining_carries_over_what_counted_before():
    typo = {**V4, "impact": "None"}
    when = at("2026-11-02T00:00:00.000Z")
    assert versions_that_count([V3, typo], "SOP-1", when) == [typo, V3]
    assert versions_that_count([V3, V4], "SOP-1", when) == [V4]
    assert superseded_by([V3, typo], V3, when) is None
    assert superseded_by([V3, V4], V3, when) == V4


def test_versions_ahead_come_in_order():
    assert [v["id"] for v in versions_ahead(ALL, "SOP-1", at("2023-01-01T00:00:00.000Z"))] == ["d_3", "d_4"]


@pytest.mark.req("T-05")
def test_days_of_a_register_become_instants_of_the_site():
    changes = register(row(effective="2026-07-01", ended="2026-12-07"))
    assert not isinstance(changes, Refused)
    columns = wire.columns(changes[0])
    assert columns["effective"] == "2026-06-30T22:00:00.000Z"
    assert columns["ended"] == "2026-12-06T23:00:00.000Z"


def test_a_version_that_is_known_keeps_its_id_and_its_file():
    held = {("SOP-1", "1.0"): {"id": "d_1", "sha256": "ab", "file_j": {"k": "p_site.1"}}}
    changes = register(row(), held=held)
    assert not isinstance(changes, Refused)
    columns = wire.columns(changes[0])
    assert changes[0].id == "d_1"
    assert "file_j" not in columns and "sha256" not in columns


FILE = FileRef(k="p_site.1", name="a.pdf", sha256="ab", size=3)


@pytest.mark.req("T-05")
@pytest.mark.parametrize(
    ("told", "held"),
    [
        ({"sha256": "cd"}, {"sha256": "ab"}),
        ({"sha256": "cd", "file": FILE}, {}),
        ({"file": FILE}, {"sha256": "cd"}),
    ],
)
def test_another_file_behind_a_known_version_is_refused(told, held):
    answer = register(row(**told), held={("SOP-1", "1.0"): {"id": "d_1", **held}})
    assert isinstance(answer, Refused) and answer.code == "document.file_differs"


@pytest.mark.req("R-REC-15")
@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"title": ""}, "document.incomplete"),
        ({"state": "Nearly"}, "document.incomplete"),
        ({"approved": "2026-02-02"}, "document.dates"),
        ({"ended": "2026-01-31"}, "document.dates"),
        ({"approved": None}, "document.dates"),
        ({"state": "Draft"}, "document.dates"),
    ],
)
def test_rows_that_can_not_be_right_are_refused(told, code):
    answer = register(row(**told))
    assert isinstance(answer, Refused) and answer.code == code


def test_one_version_twice_in_a_register_is_refused():
    answer = register(row(), row(id="d_8"))
    assert isinstance(answer, Refused) and answer.code == "document.twice"


def test_two_versions_can_not_be_effective_at_once():
    answer = register(row(), row(id="d_8", ver="2.0"))
    assert answer == Refused("document.two_effective", {"number": "SOP-1"})
    held = {("SOP-1", "2.0"): {"id": "d_2", "state": "Effective"}}
    assert register(row(), held=held) == Refused("document.two_effective", {"number": "SOP-1"})
    superseded = row(id="d_7", ver="2.0", state="Superseded", ended="2026-03-01")
    assert not isinstance(register(row(), superseded, held=held), Refused)


def test_an_owner_is_a_person_or_nobody():
    changes = register(
        row(owner="HB1"), row(id="d_8", ver="0.9", state="Superseded", owner="HB404"), people={"HB1": "p_1"}
    )
    assert not isinstance(changes, Refused)
    assert [change.owner for change in changes] == ["p_1", None]


moments = st.integers(0, 40).map(lambda n: utc_text(1_750_000_000_000 + n * 86_400_000))


@settings(deadline=None)
@given(
    st.lists(st.tuples(moments, st.none() | moments, st.sampled_from(["None", "Retrain all"])), max_size=5),
    moments,
)
def test_at_most_one_version_is_in_force_and_it_is_the_first_that_counts(told, when):
    rows = [version(f"d_{n}", "2020-01-01", begin, end, impact) for n, (begin, end, impact) in enumerate(told)]
    current = version_in_force(rows, "SOP-1", at(when))
    counting = versions_that_count(rows, "SOP-1", at(when))
    assert (counting[0] if counting else None) == current
    assert all(v["effective"] <= when for v in counting)
