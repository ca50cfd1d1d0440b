"""The demo's story: what it left in the site is what it told."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.faults import Fault
from app.work.demo.stage import Stage
from app.work.demo.story import PARTS, Step, tell
from tests.work.onstage import LEARNER_NUMBER, QA
from tests.work.seeing import entries, tree


def test_the_story_has_its_parts_in_order() -> None:
    assert [part.__name__ for part in PARTS] == ["found", "feeds", "accounts", "sign", "meet", "print_file"]
    assert Step("found", {}, 0.5).title == "found"


@pytest.mark.req("R-SIG-04", "E-07")
def test_two_people_signed_one_training_at_one_workstation(stage: Stage) -> None:
    office = stage.enter(QA)
    people = {who["uid"]: who["username"] for who in stage.cast.people.values()}
    signed = [one for one in entries(office) if one.act == "record.sign"]
    assert [people[one.by.uid] for one in signed] == ["obarad", "obarad", "jwal"]
    assert [one.by.sess is None for one in signed] == [True, True, False]
    words = {line.code: line.verdict.word for line in stage.file(LEARNER_NUMBER).lines}
    assert words["RQ-0083"] == "Qualified" and "Overdue" in words.values()


def test_no_refused_attempt_of_the_story_left_a_record(stage: Stage) -> None:
    office = stage.enter(QA)
    records = {one.ent.id for one in entries(office) if one.ent.t == "record"}
    assert len(records) == 2


def test_a_story_that_can_not_go_on_says_so_and_changes_nothing(stage: Stage) -> None:
    before = tree(stage.site)
    with pytest.raises(Fault) as told:
        list(tell(stage))
    assert told.value.code == "site.exists" and tree(stage.site) == before


def test_the_folder_is_laid_out_as_the_format_says(demo_dir: Path) -> None:
    assert {"site", "device-secret", "trust.jws", "demo-secrets.json"} <= {
        path.name for path in demo_dir.iterdir()
    }
    assert {"vault.json", "main.db", "pkeys.db", "files", "glance.json"} <= {
        path.name for path in (demo_dir / "site").iterdir()
    }
