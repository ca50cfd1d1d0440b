"""The register of the demo site, and small registers with one flaw each."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from app.base.faults import Fault
from app.work.feeds.documents import REGISTER, read_documents
from app.work.feeds.feed import Feed
from tests.work.feeds.conftest import LEIDEN, TODAY, ZONE, Rows, expected_defects, found_defects, outcome_counts

FILE = "documents.csv"
VERSION = {
    "ext": "VV1", "number": "SOP-1", "title": "Gowning", "ver": "1.0", "state": "Effective", "dept": "Packaging",
    "created": "2024-01-01", "approved": "2024-02-01", "effective": "2024-03-01",
}  # fmt: skip
OLD = {**VERSION, "state": "Superseded", "ended": "2024-06-01"}
PDF = b"%PDF-1.7 demo"
PDF_HASH = hashlib.sha256(PDF).hexdigest()


def read(rows: Rows, file: Path) -> Feed:
    return read_documents(file, rows.known_documents(), TODAY, ZONE, random=rows.random)


@pytest.fixture
def register(rows: Rows, write):
    def reading(*versions: dict[str, str]) -> Feed:
        lines = [",".join(REGISTER.columns.values())]
        lines += [",".join({**VERSION, **v}.get(field, "") for field in REGISTER.columns) for v in versions]
        return read(rows, write("register.csv", "\n".join(lines)))

    return reading


def codes(feed: Feed) -> list[str]:
    return [defect.code for defect in feed.defects]


@pytest.fixture
def people(rows: Rows) -> None:
    """The owners of the demo site's documents, by number only."""
    owners = {
        defect.value for defect in read(rows, LEIDEN / FILE).defects if defect.code == "document.owner_unknown"
    }
    assert len(owners) == 50
    rows.table("person").update(
        {f"p_{number}": {"id": f"p_{number}", "number_j": {"clear": number}} for number in owners}
    )


@pytest.mark.req("M-01")
def test_the_register_names_every_flaw_and_nothing_else(rows: Rows, people: None) -> None:
    feed = read(rows, LEIDEN / FILE)
    assert found_defects(feed, FILE) == expected_defects(FILE)
    assert outcome_counts(feed, FILE) == (1361, 1356, 2, 3)


@pytest.mark.req("M-01")
def test_reading_the_register_again_changes_nothing_and_stores_no_file(rows: Rows, people: None) -> None:
    first = read(rows, LEIDEN / FILE)
    assert (len(first.files), rows.perform(first)) == (24, 1356)
    again = read(rows, LEIDEN / FILE)
    assert (again.files, rows.perform(again)) == ((), 0)
    assert found_defects(again, FILE) == expected_defects(FILE)


@pytest.mark.req("R-REC-04")
def test_versions_ahead_and_departments_arrive(rows: Rows) -> None:
    rows.perform(read(rows, LEIDEN / FILE))
    held = rows.known_documents().held
    ahead = held["SOP-0142", "7.0"]
    assert (ahead["state"], ahead["effective"]) == ("Approved", "2026-12-06T23:00:00.000Z")
    assert held["SOP-0007", "8.0"]["dept"] == "FIL" and "dept" not in held["POL-002", "3.0"]


def test_the_stored_file_is_the_registered_one(rows: Rows) -> None:
    feed = read(rows, LEIDEN / FILE)
    assert all(hashlib.sha256(file.content()).hexdigest() == file.ref.sha256 for file in feed.files)
    assert "SOP-0006_v7.0_EN.pdf" not in {file.ref.name for file in feed.files}


ONE_ROW = [
    ({"title": ""}, "document.incomplete", "rejected"),
    ({"state": "Valid"}, "document.incomplete", "rejected"),
    ({"effective": "2024-01-15"}, "document.effective_before_approval", "rejected"),
    ({"created": "2024-02-15"}, "document.dates", "rejected"),
    ({"approved": "2027-02-01", "effective": "2027-03-01"}, "date.future", "rejected"),
    ({"number": "SOP-1 "}, "document.number_whitespace", "accepted"),
    ({"number": "SΟP-1"}, "id.lookalike", "rejected"),
    ({"owner": "HB9"}, "document.owner_unknown", "accepted"),
    ({"sha256": "abc"}, "document.hash_unreadable", "rejected"),
    ({"file": "a.pdf", "sha256": PDF_HASH}, "document.file_missing", "accepted"),
    ({"file": "../register.csv", "sha256": PDF_HASH}, "document.file_missing", "accepted"),
]


@pytest.mark.req("M-01")
@pytest.mark.parametrize(("told", "code", "outcome"), ONE_ROW)
def test_a_flaw_is_named_and_the_other_row_is_taken(
    register, told: dict[str, str], code: str, outcome: str
) -> None:
    feed = register(told, {"number": "SOP-2"})
    (defect,) = feed.defects
    assert (defect.code, defect.outcome, defect.at.line) == (code, outcome, 2)
    assert feed.accepted == (2 if outcome == "accepted" else 1)
    assert defect.say and defect.what_to_do


def test_versions_effective_at_once_wait_all(register, rows: Rows) -> None:
    feed = register({}, {"ver": "2.0"}, {"ver": "3.0"}, {"number": "SOP-2"})
    assert codes(feed) == ["document.two_effective"]
    assert (feed.held, feed.accepted) == (3, 1)


def test_a_version_effective_in_the_store_counts_too(register, rows: Rows) -> None:
    rows.perform(register({}))
    assert codes(register({"ver": "2.0"})) == ["document.two_effective"]
    assert codes(register(OLD, {"ver": "2.0"})) == []


def test_the_first_of_two_rows_stands(register) -> None:
    feed = register(OLD, {**OLD, "title": "Gowning (copy)"})
    assert [(d.code, d.value, d.also.line) for d in feed.defects] == [
        ("document.version_repeated", "SOP-1 1.0", 2)
    ]
    assert [version.title for version in feed.commands[0].versions] == ["Gowning"]


def test_another_hash_than_the_one_held_is_rejected(register, rows: Rows) -> None:
    rows.perform(register({"sha256": PDF_HASH}))
    assert codes(register({"sha256": "0" * 64})) == ["document.hash_differs"]


def test_files_are_taken_only_with_the_registered_hash(register, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("good.pdf", "bad.pdf", "bare.pdf", "extra.pdf"):
        (folder / name).write_bytes(PDF)
    good = {"file": "good.pdf", "sha256": PDF_HASH.upper()}
    feed = register(
        good,
        {"number": "SOP-2", "file": "bad.pdf", "sha256": "0" * 64},
        {"number": "SOP-3", "file": "bare.pdf"},
    )
    assert codes(feed) == ["document.file_changed", "document.hash_missing", "document.file_unlisted"]
    (stored,) = feed.files
    assert (stored.ref.k, stored.ref.size, stored.content()) == ("p_site.1", len(PDF), PDF)


@pytest.mark.req("M-01")
def test_a_file_changed_after_reading_is_not_handed_over(register, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    path = tmp_path / "files" / "a.pdf"
    path.write_bytes(PDF)
    (file,) = register({"file": "a.pdf", "sha256": PDF_HASH}).files
    path.write_bytes(PDF + b" changed")
    with pytest.raises(Fault, match="was changed while"):
        file.content()
