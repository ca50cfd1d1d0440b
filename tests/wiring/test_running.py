"""Running the demo: what is there already is never overwritten unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.faults import Fault
from app.proof import totp
from app.wiring.running import demo_code, folder_of_demo, run_bench, run_demo
from app.wiring.terminal import Terminal
from app.work.demo.stage import Stage
from tests.work.onstage import QA
from tests.work.seeing import tree


@pytest.mark.parametrize(("fresh", "code"), [(False, "demo.exists"), (True, "demo.not_a_demo")])
def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path, fresh: bool, code: str) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    before = tree(tmp_path)
    with pytest.raises(Fault) as told:
        next(run_demo(tmp_path, fresh=fresh))
    assert told.value.code == code and tree(tmp_path) == before


def test_without_a_folder_the_demo_is_the_account_s_and_nothing_is_made_between_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, home = tmp_path / "here", tmp_path / "home"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    its_own = home / "countersign" / "demo"
    assert folder_of_demo(Path(), headless=True) == Path() and folder_of_demo(Path(), headless=False) == its_own
    (here / "letter.txt").write_text("mine", encoding="utf-8")
    assert folder_of_demo(Path(), headless=True) == its_own
    assert folder_of_demo(Path("named"), headless=True) == Path("named")


def test_the_first_step_founds_the_site_and_a_stop_leaves_it_readable(tmp_path: Path) -> None:
    steps = run_demo(tmp_path / "demo", fresh=False)
    first = next(steps)
    steps.close()
    assert first.title == "found" and (tmp_path / "demo" / "site" / "main.db").is_file()
    assert len(str(demo_code(tmp_path / "demo", QA)["code"])) == 6


@pytest.mark.req("R-ACC-12")
def test_a_code_is_told_by_user_name_name_or_account(stage: Stage) -> None:
    who, folder = stage.cast.people[QA], stage.cast.folder
    told = demo_code(folder, QA)
    now = stage.cast.clock.now().instant.ms
    near = {totp.code_at(totp.from_base32(who["totp"]), now + step * totp.STEP_MS) for step in (-1, 0, 1, 2)}
    assert {told["code"], told["next"]} <= near and told["code"] != told["next"]
    assert demo_code(folder, who["name"])["username"] == demo_code(folder, who["uid"])["username"] == QA


def test_nobody_and_no_demo_are_told(stage: Stage, tmp_path: Path) -> None:
    for folder, name, code in ((stage.cast.folder, "nobody", "demo.nobody"), (tmp_path, QA, "demo.none")):
        with pytest.raises(Fault) as told:
            demo_code(folder, name)
        assert told.value.code == code and told.value.what_to_do()


def test_a_benchmark_that_is_none_is_told() -> None:
    with pytest.raises(Fault) as told:
        run_bench("nonsense", Terminal())
    assert told.value.code == "bench.none"
