"""A site with one log, judged in two processes: every attack, every flipped byte, nothing found where nothing is wrong."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import attacks
import opening
import pytest
import reader
from auditing import audit, case_of, codes
from fabricated_site import Site
from forging import keys_of, writing
from msgspec.structs import replace

from app.audit.case import Case
from app.audit.verify import verify

ON_HISTORY = [
    name
    for name in attacks.ATTACKS
    if name.startswith(("entry", "newest", "tail", "state", "signature", "re-", "old", "check"))
]


def test_a_sound_site_in_two_processes(single: tuple[Path, Site]) -> None:
    report = audit(single[0], alone=0)
    assert report.as_json() == reader.verify_demo(single[0])
    assert report.counts.entries == len(single[1].m.one.raws)


@pytest.mark.parametrize("name", ON_HISTORY)
def test_each_attack_on_history_is_seen_by_two(single: tuple[Path, Site], tmp_path: Path, name: str) -> None:
    attack, expected = attacks.ATTACKS[name]
    shutil.copytree(single[0] / "site", tmp_path / "site")
    attack(tmp_path / "site", opening.load_secrets(single[0]))
    report = audit(single[0], tmp_path / "site", alone=0)
    assert codes(report) & expected
    assert report.exit == 1


@pytest.mark.req("R-AUD-02")
def test_any_flipped_bit_of_any_entry_is_seen(single: tuple[Path, Site], tmp_path: Path) -> None:
    shutil.copytree(single[0] / "site", tmp_path / "site")
    case, chance = case_of(single[0], tmp_path / "site"), random.Random(7)
    assert isinstance(case, Case)
    key = keys_of(single[0] / "site", opening.load_secrets(single[0])).newest("db")[0]
    with writing(tmp_path / "site" / "main.db", key) as con:
        for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            con.execute(f'DROP TRIGGER "{name}"')
    for seq, raw in enumerate(single[1].m.one.raws):
        bad = bytearray(raw)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        with writing(tmp_path / "site" / "main.db", key) as con:
            con.execute("UPDATE entry SET b = ? WHERE seq = ?", (bytes(bad), seq))
        found = verify(case)
        assert found.exit == 1, seq
        with writing(tmp_path / "site" / "main.db", key) as con:
            con.execute("UPDATE entry SET b = ? WHERE seq = ?", (raw, seq))
    assert verify(case).findings == ()


def test_a_store_that_opens_under_no_key_is_a_finding(single: tuple[Path, Site], tmp_path: Path) -> None:
    shutil.copytree(single[0] / "site", tmp_path / "site")
    (tmp_path / "site" / "main.db").write_bytes(b"x" * 8192)
    report = audit(single[0], tmp_path / "site")
    assert (codes(report), report.exit, report.counts.entries) == ({"STORE_DAMAGED"}, 1, 0)


def test_the_bundle_may_be_no_bundle(single: tuple[Path, Site]) -> None:
    assert codes(audit(single[0], bundle=b"not a token")) == {"SIG_BAD"}


def test_a_case_shows_no_key(single: tuple[Path, Site]) -> None:
    case = case_of(single[0])
    assert isinstance(case, Case)
    assert single[1].k_db.hex() not in repr(case) and repr(case.stores["main"].key) not in repr(case.stores)
    assert replace(case, workers=1).workers == 1
