"""Drafts: nothing in clear anywhere on the disk, nobody else's eyes, and no life beyond the author's key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store import drafts as rows
from app.store.schema import draft as table
from app.work.demo.stage import Stage
from app.work.drafts import LIMIT, MOST, draft, drafts_of, drop_draft, keep_draft
from app.work.office import Office
from app.work.perform import perform
from app.work.period import sign_out
from tests.work.onstage import QA, TRAINER, copied
from tests.work.seeing import code_of, done, entries, findings, new_person, signed_in

WORDS = "Xylophone lesson of the ninth of Brumaire ≠ gowning"


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("drafts"))
    yield made
    made.close()


@pytest.fixture
def qa(played: Stage) -> Office:
    """QA is signed in."""
    return signed_in(played, QA)


def spellings(text: str) -> list[bytes]:
    """How a program could have left the words on a disk."""
    return [text.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")] + [text[:24].encode()]


@pytest.mark.req("R-REC-10", "R-SEC-01")
def test_the_raw_bytes_of_the_folder_hold_nothing_of_it(played: Stage, qa: Office) -> None:
    keep_draft(qa, "record/p_1", {"words": WORDS, "why": "OTHER"})
    assert draft(qa, "record/p_1")
    for path in played.cast.folder.rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        assert not [one for one in spellings(WORDS) if one in held], path.name


@pytest.mark.req("R-REC-10")
def test_whoever_has_opened_the_store_sees_sealed_bytes(qa: Office) -> None:
    keep_draft(qa, "record/p_1", {"words": WORDS})
    with qa.store.read() as tx:
        held = [b for _, _, b in rows.of(tx, qa.session.uid if qa.session else "")]
    assert held and not [one for one in spellings(WORDS) for b in held if one in b]


@pytest.mark.req("R-REC-10")
def test_it_outlives_the_end_of_the_program_for_its_author_only(played: Stage, qa: Office) -> None:
    keep_draft(qa, "record/p_1", {"words": WORDS, "why": ""})
    played.close()
    other = played.enter(TRAINER)
    assert drafts_of(other) == ()
    played.close()
    kept = draft(played.enter(QA), "record/p_1")
    assert kept is not None and kept.fields == {"words": WORDS, "why": ""}


@pytest.mark.req("R-REC-10")
def test_a_row_moved_to_another_account_does_not_open(played: Stage, qa: Office) -> None:
    keep_draft(qa, "record/p_1", {"words": WORDS})
    other = played.cast.people[TRAINER]["uid"]
    with qa.store.write() as tx:
        ((name, utc, blob),) = [one for one in rows.of(tx, qa.session.uid) if one[0] == "record/p_1"]  # type: ignore[union-attr]
        rows.put(tx, other, name, utc, blob)
    assert drafts_of(signed_in(played, TRAINER)) == ()


@pytest.mark.req("R-PRV-06")
def test_without_the_authors_key_it_is_gone(qa: Office) -> None:
    keep_draft(qa, "gone", {"words": WORDS})
    assert qa.session is not None
    mine = [key for key in qa.ring.held() if key[0] == qa.session.pid]
    qa.ring.forget(mine)
    assert draft(qa, "gone") is None and code_of(keep_draft(qa, "gone", {"a": "b"})) == "person.no_key"
    qa.ring.learn(mine)
    assert draft(qa, "gone") is not None


@pytest.mark.req("R-SEC-01")
@pytest.mark.parametrize("name", ["password", "code"])
def test_a_secret_never_becomes_one(qa: Office, name: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        keep_draft(qa, "record/p_1", {name: "x"})


def test_it_is_no_history_and_the_site_still_verifies(played: Stage, qa: Office) -> None:
    size = qa.tail.n
    keep_draft(qa, "record/p_1", {"words": WORDS})
    drop_draft(qa, "record/p_1")
    assert draft(qa, "record/p_1") is None and entries(qa, size) == []
    keep_draft(qa, "record/p_2", {"words": WORDS})
    assert done(new(qa)) >= 1
    played.close()
    assert findings(played) == []


def new(office: Office) -> object:
    """A command that is recorded, for the drafts not to be in its way."""
    from_qa = new_person(office, "D-1")
    return perform(office, from_qa)


def test_nobody_signed_in_keeps_none(played: Stage, qa: Office) -> None:
    sign_out(qa)
    assert code_of(keep_draft(qa, "record/p_1", {})) == "session.none" and drafts_of(qa) == ()
    drop_draft(qa, "record/p_1")


def test_too_much_of_it_is_refused_and_the_oldest_makes_room(played: Stage, qa: Office) -> None:
    assert code_of(keep_draft(qa, "long", {"words": "x" * (LIMIT + 1)})) == "draft.too_long"
    for n in range(MOST + 2):
        keep_draft(qa, f"n/{n}", {"words": str(n)})
    assert len(drafts_of(qa)) == MOST


@pytest.mark.parametrize("text", ["\ud800 half", "\u202eevil", "<b>&amp;", "e\u0301", ""])
def test_whatever_was_typed_comes_back_as_text(qa: Office, text: str) -> None:
    assert not isinstance(keep_draft(qa, "odd", {"words": text}), str)
    kept = draft(qa, "odd")
    assert kept is not None and len(kept.fields["words"]) in (len(text), 1)


def test_the_table_is_as_strict_as_the_others() -> None:
    assert next(iter(table.primary_key)).name == "site_id"
