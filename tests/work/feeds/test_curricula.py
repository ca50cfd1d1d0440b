"""The four files of the demo site that say who must be trained in what."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.base.faults import Fault
from app.work.feeds.curricula import read_curricula
from app.work.feeds.documents import read_documents
from app.work.feeds.feed import Feed
from tests.work.feeds.conftest import LEIDEN, TODAY, ZONE, Rows, expected_defects, found_defects, outcome_counts

COUNTS = {
    "roles.csv": (123, 122, 0, 1),
    "curricula.csv": (301, 298, 0, 3),
    "qualifications.csv": (35, 35, 0, 0),
    "coverage.csv": (13, 13, 0, 0),
}


@pytest.fixture
def site(rows: Rows) -> Rows:
    """A site with the demo's documents."""
    rows.perform(
        read_documents(LEIDEN / "documents.csv", rows.known_documents(), TODAY, ZONE, random=rows.random)
    )
    return rows


def read(rows: Rows, source: Path = LEIDEN) -> Feed:
    return read_curricula(source, rows.known_curricula(), TODAY, ZONE, random=rows.random)


@pytest.mark.req("M-01")
@pytest.mark.parametrize("file", COUNTS)
def test_every_flaw_is_named_and_nothing_else(site: Rows, file: str) -> None:
    feed = read(site)
    assert found_defects(feed, file) == expected_defects(file)
    assert outcome_counts(feed, file) == COUNTS[file]


@pytest.mark.req("M-01", "T-02", "T-03")
def test_reading_again_changes_nothing(site: Rows) -> None:
    assert site.perform(read(site)) == 24 + 298 + 122 + len(site.table("job"))
    assert site.perform(read(site)) == 0
    assert len(site.table("job")) == 34


def test_what_no_table_holds_yet_is_counted_as_kept(site: Rows) -> None:
    feed = read(site)
    assert {source.name: source.kept for source in feed.sources} == {
        "roles.csv": 0, "curricula.csv": 0, "qualifications.csv": 35, "coverage.csv": 13,
    }  # fmt: skip
    assert feed.kept == 48


def test_any_of_the_files_stands_for_its_folder(site: Rows) -> None:
    assert read(site, LEIDEN / "roles.csv").rows_in == read(site).rows_in == 472


def test_roles_and_curricula_must_be_there_the_others_may(site: Rows, tmp_path: Path) -> None:
    shutil.copy(LEIDEN / "roles.csv", tmp_path)
    with pytest.raises(Fault, match=r"There is no file curricula\.csv"):
        read(site, tmp_path)
    shutil.copy(LEIDEN / "curricula.csv", tmp_path)
    assert len(read(site, tmp_path).sources) == 2


def test_without_documents_only_what_needs_none_is_taken(rows: Rows) -> None:
    feed = read(rows)
    assert {d.code for d in feed.defects if d.file == "curricula.csv"} >= {"requirement.document_unknown"}
    assert rows.perform(feed) > 0
    assert all("number" not in row for row in rows.table("requirement").values())
