"""Taking feeds in: a dry run writes nothing, a second run changes nothing, one signature covers a whole register."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.codec import parse, unb64u
from app.base.faults import Fault
from app.base.words import Refused
from app.work.demo.cast import LEIDEN
from app.work.demo.stage import Stage
from app.work.intake import needs_signature, pending_changes, read_feed, take_feed
from app.work.office import Office
from tests.work.onstage import ADMIN, MANAGER, QA, copied
from tests.work.seeing import changed, code_of, done, entries, findings, kept, signed_in, tree


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("intake"))
    yield made
    made.close()


@pytest.fixture
def qa(played: Stage) -> Office:
    """QA is signed in."""
    return signed_in(played, QA)


def edited(tmp_path: Path, name: str, old: str, new: str) -> Path:
    """A file of the demo with one thing in it changed; for curricula its whole folder."""
    folder = tmp_path / "feed"
    shutil.copytree(LEIDEN, folder, ignore=shutil.ignore_patterns("*.xlsx"))
    text = (folder / name).read_bytes().decode("utf-8-sig")
    assert old in text
    (folder / name).write_bytes(text.replace(old, new).encode("utf-8"))
    return folder / name


@pytest.mark.req("M-01")
@pytest.mark.parametrize("kind", ["people", "documents", "curricula"])
def test_a_second_run_of_the_same_feed_changes_nothing(qa: Office, kind: str) -> None:
    source = {"people": LEIDEN / "hr_people.csv", "documents": LEIDEN / "documents.csv", "curricula": LEIDEN}[
        kind
    ]
    feed, before = read_feed(qa, kind, source), kept(qa)
    assert pending_changes(qa, feed) == 0 and feed.accepted > 10
    assert changed(before, kept(qa)) == []


@pytest.mark.req("M-01")
def test_counting_what_a_feed_would_change_keeps_nothing(qa: Office, tmp_path: Path) -> None:
    source = edited(tmp_path, "curricula.csv", "Site introduction", "Introduction to the site").parent
    feed, before, bytes_before = read_feed(qa, "curricula", source), kept(qa), tree(qa.folder)
    assert pending_changes(qa, feed) == 1
    assert changed(before, kept(qa)) == [] and tree(qa.folder) == bytes_before


@pytest.mark.req("M-01", "R-SIG-01")
def test_a_signed_register_is_one_command_under_one_signature(
    played: Stage, qa: Office, tmp_path: Path
) -> None:
    source = edited(tmp_path, "documents.csv", "Narcisa Jordá Aguirre", "N. Jordá Aguirre")
    source = edited(tmp_path / "2", "documents.csv", ",Superseded,", ",Obsolete,")
    feed = read_feed(qa, "documents", source)
    changes, first = pending_changes(qa, feed), qa.tail.n
    assert needs_signature(feed) and isinstance(changes, int) and changes > 5
    assert code_of(take_feed(qa, feed)) == "signature.missing" and qa.tail.n == first
    assert done(take_feed(qa, feed, played.signer())) == changes
    told = entries(qa, first)
    assert [one.sig is not None for one in told] == [False] * (changes - 1) + [True]
    payload = parse(unb64u((told[-1].sig or "").split(".")[1]))
    assert payload["with"] == changes - 1 and len({one.ts.utc for one in told}) == 1
    assert pending_changes(qa, read_feed(qa, "documents", source)) == 0


@pytest.mark.req("M-01")
def test_people_come_in_without_a_signature_and_only_by_whom_may(played: Stage, tmp_path: Path) -> None:
    source = edited(tmp_path, "hr_people.csv", ";Noord;", ";Zuid;")
    office = signed_in(played, ADMIN)
    assert code_of(pending_changes(office, read_feed(office, "people", source))) == "role.may_not"
    office = signed_in(played, MANAGER)
    feed, first = read_feed(office, "people", source), office.tail.n
    assert not needs_signature(feed)
    count = done(take_feed(office, feed))
    assert count > 5 and all(one.sig is None and one.by.sess for one in entries(office, first))


@pytest.mark.req("R-SEC-06")
@pytest.mark.parametrize("kind", ["people", "documents", "curricula"])
def test_stopping_while_a_feed_is_read_leaves_nothing(qa: Office, kind: str) -> None:
    source = {"people": LEIDEN / "hr_people.csv", "documents": LEIDEN / "documents.csv", "curricula": LEIDEN}[
        kind
    ]

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    before, bytes_before = kept(qa), tree(qa.folder)
    with pytest.raises(KeyboardInterrupt):
        read_feed(qa, kind, source, stop)
    assert changed(before, kept(qa)) == [] and tree(qa.folder) == bytes_before


def test_a_feed_of_no_known_kind_is_a_fault(qa: Office) -> None:
    with pytest.raises(Fault) as told:
        read_feed(qa, "recipes", LEIDEN)
    assert told.value.code == "feed.kind"


@pytest.mark.req("R-SEC-06")
def test_a_full_store_takes_nothing_of_a_feed(played: Stage, qa: Office, tmp_path: Path) -> None:
    source = edited(tmp_path, "hr_people.csv", ";NL;", ";DE;")
    feed, cursor = read_feed(qa, "people", source), qa.store.connection.cursor()
    before = kept(qa)
    cursor.execute(f"PRAGMA max_page_count={cursor.execute('PRAGMA page_count').fetchone()[0]}").fetchone()
    with pytest.raises(Fault) as full:
        take_feed(qa, feed)
    assert full.value.code == "disk.full" and changed(before, kept(qa)) == []
    cursor.execute("PRAGMA max_page_count=1073741823").fetchone()
    assert not isinstance(take_feed(qa, feed), Refused)


def test_the_whole_of_it_verifies(played: Stage) -> None:
    played.close()
    assert findings(played) == []
