"""Rows of a file of requirements, one rule each; roles and kept files beside it as far as they hang on them."""

from __future__ import annotations

import pytest

from app.work.feeds.curricula import read_curricula
from app.work.feeds.curricula_layouts import COVERAGE, CURRICULA, QUALIFICATIONS, ROLES
from app.work.feeds.feed import Feed
from app.work.feeds.table import Layout
from tests.work.feeds.conftest import TODAY, ZONE, Rows

RULE = {
    "curriculum": "C1", "title": "Basics", "ver": "1", "seq": "1", "code": "R1", "kind": "task", "subject": "Tour",
    "due_first": "30", "due_revision": "14", "grace": "7", "recurrence": "none",
}  # fmt: skip
ROLE = {"job": "OP", "title": "Operator", "dept": "FIL", "curriculum": "C1", "valid_from": "2022-01-01"}


def lines(layout: Layout, default: dict[str, str], told: tuple[dict[str, str], ...]) -> str:
    rows = [",".join({**default, **row}.get(field, "") for field in layout.columns) for row in told]
    return "\n".join([",".join(layout.columns.values()), *rows, ""])


@pytest.fixture
def read(rows: Rows, write):
    def reading(
        *rules: dict[str, str], roles: tuple[dict[str, str], ...] = ({},), **others: dict[str, str]
    ) -> Feed:
        write("curricula.csv", lines(CURRICULA, RULE, rules))
        source = write("roles.csv", lines(ROLES, ROLE, roles))
        for layout in (QUALIFICATIONS, COVERAGE):
            told = others.get(layout.name.removesuffix(".csv"))
            if told is not None:
                write(layout.name, lines(layout, {}, (told,)))
        return read_curricula(source, rows.known_curricula(), TODAY, ZONE, random=rows.random)

    return reading


ONE_ROW = [
    ({"kind": "song"}, "requirement.incomplete"),
    ({"grace": ""}, "requirement.incomplete"),
    ({"curriculum": ""}, "requirement.incomplete"),
    ({"seq": "first"}, "number.unreadable"),
    ({"pass_mark": "0"}, "requirement.pass_mark_out_of_range"),
    ({"pass_mark": "101"}, "requirement.pass_mark_out_of_range"),
    ({"recurrence": "relative"}, "requirement.recurrence"),
    ({"recurrence": "fixed", "every": "12", "fixed": "1 March"}, "requirement.recurrence"),
    ({"number": "SOP-9"}, "requirement.document_unknown"),
    ({"after": "R9"}, "requirement.after_unknown"),
    ({"after": "R2"}, "requirement.order_cycle"),
    ({"code": "R0"}, "requirement.repeated"),
]


@pytest.mark.req("M-01", "T-02")
@pytest.mark.parametrize(("told", "code"), ONE_ROW)
def test_a_flaw_is_named_and_the_other_row_is_taken(read, told: dict[str, str], code: str) -> None:
    feed = read({"code": "R0"}, {"code": "R2", **told})
    assert code in [defect.code for defect in feed.defects]
    assert [row.code for row in feed.commands[0].requirements] == ["R0"]
    assert all(defect.say and defect.what_to_do for defect in feed.defects)


def test_what_waits_for_a_row_that_falls_falls_too(read) -> None:
    feed = read(
        {}, {"code": "R2", "pass_mark": "800"}, {"code": "R3", "after": "R2"}, {"code": "R4", "after": "R3"}
    )
    assert [(d.code, d.at.row) for d in feed.defects] == [
        ("requirement.pass_mark_out_of_range", 3),
        ("requirement.after_unknown", 4),
        ("requirement.after_unknown", 5),
    ]


def test_a_circle_of_three_is_rejected_whole(read) -> None:
    feed = read({}, {"code": "R2", "after": "R3"}, {"code": "R3", "after": "R4"}, {"code": "R4", "after": "R2"})
    assert [(d.code, d.at.row, d.also.row) for d in feed.defects] == [
        ("requirement.order_cycle", 3, 4),
        ("requirement.order_cycle", 5, 3),
    ]
    assert feed.rejected == 3


def test_what_waits_for_a_circle_is_no_part_of_it(read) -> None:
    feed = read({}, {"code": "R2", "after": "R3"}, {"code": "R3", "after": "R4"}, {"code": "R4", "after": "R3"})
    assert [(d.code, d.at.row) for d in feed.defects] == [
        ("requirement.after_unknown", 3),
        ("requirement.order_cycle", 4),
    ]


def test_a_curriculum_told_in_two_ways_keeps_the_first(read) -> None:
    feed = read({}, {"code": "R2", "title": "Basics new"})
    assert [(d.code, d.column) for d in feed.defects] == [("curriculum.differs", "Curriculum Title")]
    assert [row.title for row in feed.commands[0].curricula] == ["Basics"]


ROLES_FLAWED = [
    ({"job": ""}, "role.incomplete"),
    ({"curriculum": ""}, "role.incomplete"),
    ({"valid_from": ""}, "role.incomplete"),
    ({"valid_to": "2021-01-01"}, "role.ends_before_start"),
    ({"curriculum": "C9"}, "role.curriculum_unknown"),
    ({}, "role.repeated"),
    ({"title": "Operators", "curriculum": "C2"}, "role.differs"),
]


@pytest.mark.req("M-01", "T-03")
@pytest.mark.parametrize(("told", "code"), ROLES_FLAWED)
def test_a_flawed_role_is_named_and_the_other_row_stands(read, told: dict[str, str], code: str) -> None:
    feed = read({}, {"code": "R2", "curriculum": "C2"}, roles=({}, told))
    assert [(d.code, d.at.row) for d in feed.defects] == [(code, 3)]
    assert [(job.code, job.title) for job in feed.commands[0].jobs] == [("OP", "Operator")]


KEPT = [
    ({"code": "Q1", "seq": "1", "requirement": "R9"}, {}, "qualification.requirement_unknown"),
    ({"code": "Q1", "requirement": "R1"}, {}, "qualification.incomplete"),
    (
        {"code": "Q1", "seq": "1", "requirement": "R1"},
        {"qualification": "Q2"},
        "coverage.qualification_unknown",
    ),
    ({"code": "Q1", "seq": "1", "requirement": "R1"}, {"least": "0"}, "coverage.incomplete"),
    ({"code": "Q1", "seq": "1", "requirement": "R1"}, {"days": "Mo-Su"}, "coverage.incomplete"),
]


@pytest.mark.req("M-01")
@pytest.mark.parametrize(("qualification", "told", "code"), KEPT)
def test_files_that_are_only_kept_are_checked_all_the_same(
    read, qualification: dict, told: dict, code: str
) -> None:
    coverage = {"code": "V1", "qualification": "Q1", "days": "Mon-Fri", "least": "2", **told}
    feed = read({}, qualifications=qualification, coverage=coverage)
    assert feed.defects[0].code == code
    assert feed.kept == feed.accepted - 2
