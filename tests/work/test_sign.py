"""What a signature holds: the change itself, the head before it, the words as shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from app.base.codec import b64u, parse, unb64u
from app.base.entry import Entry
from app.domain.signatures import statement
from app.proof import esign
from app.proof.envelope import display_mac
from app.store import history
from app.work.demo.stage import Stage, must
from app.work.office import Office
from app.work.perform import perform, preview
from app.work.sign import ESIG, SESSION, Meaning
from tests.work.onstage import LEARNER, LEARNER_NUMBER, QA, READING, TRAINER, copied
from tests.work.seeing import done, entries, setting, signed_in


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("sign"))
    yield made
    made.close()


def newest(office: Office) -> tuple[bytes, Entry, dict[str, Any]]:
    """The newest signed entry: its bytes, itself, and what its signature says."""
    entry = next(one for one in reversed(entries(office)) if one.sig is not None)
    with office.store.read() as tx:
        b = history.one(tx, office.tail.log, entry.seq) or b""
    return b, entry, parse(unb64u((entry.sig or "").split(".")[1]))


@pytest.mark.req("R-SIG-09", "E-04")
def test_it_is_over_the_entrys_own_bytes_and_the_head_before_it(played: Stage) -> None:
    office = signed_in(played, QA)
    assert done(perform(office, setting("late_h", 41), played.signer())) == 1
    b, entry, payload = newest(office)
    bare = re.sub(rb'"sig":"[^"]+"', b'"sig":null', b)
    assert payload["entry"] == b64u(sha256(bare).digest()) and payload["with"] == 0
    assert payload["head"] == {"n": entry.seq, "h": entry.prev}
    key = office.standing.keys.all_live(entry.by.uid, (office.tail.log, office.tail.n))[-1]
    esign.verify(entry.sig or "", ESIG, key.jwk)
    with pytest.raises(esign.SigBad):
        esign.verify(entry.sig or "", SESSION, key.jwk)


@pytest.mark.req("R-SIG-05", "R-SIG-08")
def test_it_holds_name_words_time_and_how_it_was_unlocked(played: Stage) -> None:
    office = signed_in(played, QA)
    shown = must(preview(office, setting("late_h", 42), played.cast.people[QA]["uid"]))
    assert done(perform(office, setting("late_h", 42), played.signer(), shown=shown)) == 1
    _, entry, payload = newest(office)
    sid, disp = payload["sid"], payload["disp"]
    assert (
        office.ring.open(payload["signer"]["name"], "esig", sid, "signer.name")
        == played.cast.people[QA]["name"]
    )
    assert office.ring.open(disp["text"], "esig", sid, "disp.text") == shown.meaning.text
    assert disp["m"] == display_mac(office.ring.key(disp["k"]), shown.meaning.text)
    assert (payload["utc"], payload["off"]) == (entry.ts.utc, entry.ts.off)
    assert office.session is not None and payload["auth"]["k"] == office.session.k


@pytest.mark.req("R-SIG-07", "E-04")
def test_a_reading_names_the_document_version_by_its_hash(played: Stage) -> None:
    office = signed_in(played, TRAINER)
    command = played.command(LEARNER_NUMBER, READING, "READ")
    assert done(perform(office, command, played.beside(LEARNER))) == 1
    _, _, payload = newest(office)
    doc = payload["subj"]["doc"]
    assert doc is not None and re.fullmatch(r"[0-9a-f]{64}", doc["sha256"])
    assert payload["meaning"]["code"] == "READ" and payload["subj"]["row"] is None
    assert payload["auth"] == {"lvl": "full", "sess": None, "k": 1}


def test_the_checkpoint_that_opens_a_session_is_no_e_signature(played: Stage) -> None:
    played.close()
    office = signed_in(played, QA)
    _, entry, payload = newest(office)
    assert entry.act == "session.open" and "meaning" not in payload
    assert payload["auth"] == {"lvl": "full", "sess": payload["sess"], "k": 0}


def test_the_words_are_those_of_the_template() -> None:
    about = {"name": "late_h", "old": 24, "new": 30}
    meaning = Meaning(code="APPROVED", tpl="setting@1", about=about)
    assert meaning.text == statement("setting@1", about) and "30" in meaning.text
