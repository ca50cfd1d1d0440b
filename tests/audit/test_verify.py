"""The product's verifier against the outside reader's test bed: sound, attacked, and rules that a story breaks."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import attacks
import opening
import pytest
import reader
import rfc8785
import test_reader as stories
from auditing import audit, case_of, codes
from fabricated_site import Site, connect, fabricate
from telling import case_told

from app.audit.case import open_case
from app.audit.findings import Report
from app.audit.verify import verify
from app.base.faults import CannotDecide


def stamps(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(p): (p.read_bytes(), p.stat().st_mtime_ns) for p in sorted(folder.rglob("*")) if p.is_file()}


# --- sound ------------------------------------------------------------------------------------------------


@pytest.mark.req("R-AUD-01")
def test_a_sound_site_has_no_findings_the_same_counts_and_is_not_touched(made: tuple[Path, Site]) -> None:
    before = stamps(made[0])
    report = audit(made[0])
    outside = reader.verify_demo(made[0])
    assert report.as_json() == {**outside, "findings": []}
    assert (report.exit, report.findings) == (0, ())
    assert stamps(made[0]) == before


def test_every_person_can_verify_with_and_without_a_bundle(made: tuple[Path, Site]) -> None:
    for person in made[1].m.people:
        assert audit(made[0], user=person.username).findings == ()
    report = audit(made[0], bundle=None)
    assert (report.exit, report.how) == (0, "first-use")


def test_two_processes_say_the_same_as_none(made: tuple[Path, Site]) -> None:
    told: list[tuple[str, int, int]] = []
    case = case_of(made[0], alone=0)
    assert not isinstance(case, Report)
    report = verify(case, lambda *one: told.append(one))
    assert (report.findings, report.counts) == ((), audit(made[0]).counts)
    assert {step for step, _, _ in told} == {"chain", "entries"}


def test_a_store_with_a_journal_is_read_and_left_as_it_is(made: tuple[Path, Site], tmp_path: Path) -> None:
    live, copied = tmp_path / "live", tmp_path / "copied"
    shutil.copytree(made[0] / "site", live)
    con = connect(live / "main.db", made[1].k_db)
    con.execute("PRAGMA journal_mode = WAL")
    con.execute("UPDATE s_record SET grade = 'Z'")
    con.commit()
    shutil.copytree(live, copied)
    con.close()
    (copied / "main.db-shm").unlink()
    before = stamps(copied)
    assert codes(audit(made[0], copied)) == {"STATE_DIFF"}
    assert stamps(copied) == before


# --- secrets ----------------------------------------------------------------------------------------------


def test_nothing_opens_without_both_secrets(made: tuple[Path, Site]) -> None:
    with pytest.raises(CannotDecide):
        _opened(made[0], "another long password")
    with pytest.raises(CannotDecide):
        _opened(made[0], made[1].ada.password, user="nobody")
    stranger = _opened(made[0], made[1].ada.password, ds=b"x" * 32)
    assert isinstance(stranger, Report) and stranger.counts.entries == 0 and codes(stranger) == {"VAULT_MAC"}


def _opened(demo: Path, password: str, *, user: str = "ada", ds: bytes | None = None) -> object:
    device = opening.load_device(demo / "device-secret")
    return open_case(demo / "site", ds or device["ds"], None, user, password)


# --- attacked ---------------------------------------------------------------------------------------------


@pytest.mark.req("R-AUD-02", "E-04")
@pytest.mark.parametrize("name", attacks.ATTACKS)
def test_each_attack_is_seen(made: tuple[Path, Site], tmp_path: Path, name: str) -> None:
    attack, expected = attacks.ATTACKS[name]
    shutil.copytree(made[0] / "site", tmp_path / "site")
    attack(tmp_path / "site", opening.load_secrets(made[0]))
    report = audit(made[0], tmp_path / "site")
    assert codes(report) & expected
    assert report.exit == 1
    if name != "page flipped":  # what is still readable then depends on the order of reading
        assert codes(report) == stories.codes(reader.verify_demo(made[0], tmp_path / "site"))


def test_a_rollback_of_folder_and_anchor_is_not_seen(made: tuple[Path, Site], tmp_path: Path) -> None:
    """The honest limit of formats §2."""
    shutil.copytree(made[0], tmp_path / "demo")
    attacks.file_and_anchor_rolled_back(tmp_path / "demo" / "site", opening.load_secrets(tmp_path / "demo"))
    assert audit(tmp_path / "demo").exit == 0


def test_anchor_gone_and_anchor_behind(made: tuple[Path, Site], tmp_path: Path) -> None:
    shutil.copytree(made[0], tmp_path / "demo")
    anchor = tmp_path / "demo" / "device-secret.anchor"
    value = opening.parse(anchor.read_bytes())
    first = opening.b64u(made[1].m.one.leaves()[0])
    anchor.write_bytes(rfc8785.dumps({**value, "n": 1, "h": first}))
    lag = audit(tmp_path / "demo")
    assert (codes(lag), lag.exit) == ({"ANCHOR_LAG"}, 0)
    anchor.write_bytes(rfc8785.dumps({**value, "pd": 2, "er": 1, "w": 999, "vg": 9}))
    assert codes(audit(tmp_path / "demo")) == {"PENDING_LOST", "ANCHOR_ROLLBACK", "VAULT_MAC"}
    anchor.unlink()
    assert codes(audit(tmp_path / "demo")) == {"ANCHOR_MISSING"}


def test_another_sites_trust_bundle(made: tuple[Path, Site], tmp_path: Path) -> None:
    fabricate(tmp_path / "other")
    report = audit(made[0], bundle=(tmp_path / "other" / "trust.jws").read_bytes())
    assert codes(report) >= {"CP_MISMATCH", "CP_BADSIG"}


# --- rules that a story breaks ----------------------------------------------------------------------------


@pytest.mark.parametrize(("story", "expected"), stories.STORIES, ids=[s.__name__ for s, _ in stories.STORIES])
def test_a_story_that_breaks_a_rule(tmp_path: Path, story: Callable[[Site], None], expected: set[str]) -> None:
    report = verify(case_told(tmp_path, story, kind=Site))
    assert codes(report) == expected
    assert report.exit == 1


def test_rivals_are_a_conflict_until_quality_settles_them(tmp_path: Path) -> None:
    def settled(s: Site) -> None:
        heads = stories.rival(s)
        s.m.open(s.bea, "s_five", other=s.m.two)
        s.m.entry("record.sign", "record/r_second0000000000", s.bea, sess="s_five", code="CORRECTED",
                  why="R04", rivals=heads, after={"outcome": "qualified", "grade": "B"})  # fmt: skip

    found = verify(case_told(tmp_path / "open", stories.rival, kind=Site))
    assert (codes(found), found.exit) == ({"CONFLICT"}, 0)
    assert verify(case_told(tmp_path / "settled", settled, kind=Site)).findings == ()
