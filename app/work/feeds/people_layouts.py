"""How the columns of the people feeds are called: the mapping, as values.

- Another plant's export is read by another value of these types, not by other code.
- Of repeated columns the first is read (the file says so as a finding).
"""

from __future__ import annotations

from collections.abc import Mapping

from app.work.feeds.table import Layout


class ChangesLayout(Layout, frozen=True, kw_only=True):
    """A file of changes: `prefix` goes before bare numbers; kinds and shifts in the file's words to ours."""

    prefix: str
    kinds: Mapping[str, str]
    shifts: Mapping[str, str]
    totals: str


EXPORT = Layout(
    name="export",
    columns={
        "number": "User/Employee ID",
        "external": "Person ID External",
        "class_": "Employee Class",
        "given": "First Name",
        "prefix": "Last Name Prefix",
        "family": "Last Name",
        "native": "Name (Native Script)",
        "preferred": "Preferred Name",
        "mail": "Work Email",
        "login": "Login",
        "hired": "Hire Date",
        "gone": "Termination Date",
        "job": "Job Code",
        "title": "Job Title",
        "job_from": "Job Entry Date",
        "second_job": "Concurrent Job Code",
        "second_from": "Concurrent Job Start",
        "second_to": "Concurrent Job End",
        "dept": "Department",
        "building": "Building",
        "shift": "Shift",
        "manager": "Manager Employee ID",
        "fte": "FTE",
        "lang": "Language",
        "badge": "Badge No",
        "absence": "Absence Type",
        "absent_from": "Absence Start",
        "absent_to": "Absence End",
        "remarks": "Remarks",
    },
    required=frozenset(
        ("number", "external", "given", "family", "hired", "gone", "job", "job_from", "dept", "manager")
    ),
)

CHANGES = ChangesLayout(
    name="changes",
    columns={
        "kind": "Mutatie",
        "day": "Ingangsdatum",
        "number": "Pers.nr.",
        "family": "Achternaam",
        "prefix": "Voorvoegsel",
        "given": "Voornaam",
        "gone": "Uit dienst per",
        "job": "Functiecode",
        "dept": "Afd.",
        "building": "Gebouw",
        "shift": "Ploeg",
        "manager": "Leidinggevende",
    },
    required=frozenset(("kind", "day", "number", "family", "given", "gone", "job", "dept", "manager")),
    prefix="HB",
    kinds={
        "Nieuw": "hire",
        "Uit dienst": "leave",
        "Overplaatsing": "move",
        "Naamswijziging": "name",
        "Ploegwissel": "shift",
        "Leidinggevende": "manager",
        "Verlenging": "extend",
    },
    shifts={"Vroege": "Early", "Late": "Late", "Nacht": "Night"},
    totals="Totaal",
)
