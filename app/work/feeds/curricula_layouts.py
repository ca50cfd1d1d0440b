"""How the columns of the four files about who must be trained in what are called: the mapping, as values."""

from __future__ import annotations

from app.work.feeds.table import Layout

ROLES = Layout(
    name="roles.csv",
    columns={
        "job": "Role Code",
        "title": "Role Title",
        "dept": "Department",
        "curriculum": "Curriculum",
        "valid_from": "Valid From",
        "valid_to": "Valid To",
    },
    required=frozenset(("job", "title", "dept", "curriculum", "valid_from", "valid_to")),
)

CURRICULA = Layout(
    name="curricula.csv",
    columns={
        "curriculum": "Curriculum",
        "title": "Curriculum Title",
        "ver": "Curriculum Version",
        "seq": "Seq",
        "code": "Requirement",
        "kind": "Type",
        "subject": "Subject",
        "number": "Document",
        "pass_mark": "Pass Mark (%)",
        "attempts": "Max Attempts",
        "due_first": "First Due (days)",
        "due_revision": "Revision Due (days)",
        "grace": "Grace (days)",
        "recurrence": "Recurrence",
        "every": "Every (months)",
        "fixed": "Fixed Date",
        "early": "Early Window (days)",
        "after": "After",
        "remarks": "Remarks",
    },
    required=frozenset(("curriculum", "title", "ver", "seq", "code", "kind", "subject", "number", "pass_mark"))
    | {"due_first", "due_revision", "grace", "recurrence", "every", "fixed", "early", "after"},
)

QUALIFICATIONS = Layout(
    name="qualifications.csv",
    columns={
        "code": "Qualification",
        "title": "Title",
        "seq": "No",
        "requirement": "Requirement",
        "lapses": "Lapses If Not Used (days)",
        "remarks": "Remarks",
    },
    required=frozenset(("code", "title", "seq", "requirement", "lapses")),
)

COVERAGE = Layout(
    name="coverage.csv",
    columns={
        "code": "Rule",
        "qualification": "Qualification",
        "building": "Building",
        "shift": "Shift",
        "days": "Days",
        "least": "At Least",
        "remarks": "Remarks",
    },
    required=frozenset(("code", "qualification", "building", "shift", "days", "least")),
)
