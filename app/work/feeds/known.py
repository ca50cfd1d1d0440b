"""What the store holds already, as the readers of feeds need it. Rows are opened: bare column names, text in clear.

- A feed read twice against what the first run left yields commands that change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.base.ids import SITE_PERSON
from app.base.words import Row, Value


class KnownPeople(Value, frozen=True, kw_only=True):
    """`people` rows opened, `jobs` rows by code, `postings` rows by person id."""

    people: tuple[Row, ...] = ()
    jobs: Mapping[str, Row] = {}
    postings: Mapping[str, tuple[Row, ...]] = {}


class KnownDocuments(Value, frozen=True, kw_only=True):
    """`held` document rows by (number, version); `people` person ids by employee number; `file_key` names the key that
    files about nobody are sealed under (formats §4 "Files")."""

    held: Mapping[tuple[str, str], Row] = {}
    people: Mapping[str, str] = {}
    file_key: str = f"{SITE_PERSON}.1"


class KnownCurricula(Value, frozen=True, kw_only=True):
    """Rows by code; `assignments` by (job id, curriculum id); `numbers` of all documents in the register."""

    jobs: Mapping[str, Row] = {}
    curricula: Mapping[str, Row] = {}
    requirements: Mapping[str, Row] = {}
    assignments: Mapping[tuple[str, str], Row] = {}
    numbers: frozenset[str] = frozenset()
