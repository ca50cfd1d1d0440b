"""Feeds through the command: bad input told row by row, and nothing recorded twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.work.demo.cast import LEIDEN
from tests.calling import asked
from tests.work.onstage import QA
from tests.work.seeing import COUNTERS, tree


@pytest.fixture(scope="module")
def folder(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo for this module."""
    made = tmp_path_factory.mktemp("cli") / "demo"
    shutil.copytree(demo_dir, made)
    return made


@pytest.mark.req("M-01")
def test_a_dry_run_names_what_would_change_and_writes_nothing_but_the_sign_in(
    folder: Path, tmp_path: Path
) -> None:
    source = tmp_path / "hr.csv"
    source.write_bytes((LEIDEN / "hr_people.csv").read_bytes().replace(b";Noord;", b";Zuid;"))
    held = tree(folder / "site", COUNTERS | {"main.db"})
    said = asked(folder, QA, "import", "people", str(source), "--dry-run")
    assert said.code == 0 and said.json["entries"] == 0 and said.json["changes"] > 5 and said.json["dry_run"]
    assert tree(folder / "site", COUNTERS | {"main.db"}) == held
    said = asked(folder, QA, "import", "people", str(source))
    assert said.json["entries"] == said.json["changes"] > 5
    again = asked(folder, QA, "import", "people", str(source))
    assert (again.code, again.json["entries"], again.json["changes"]) == (0, 0, 0)


HEAD, ROWS = (LEIDEN / "hr_people.csv").read_bytes().decode("utf-8-sig").split("\r\n", 1) if b"\r\n" in (
    LEIDEN / "hr_people.csv"
).read_bytes() else (LEIDEN / "hr_people.csv").read_bytes().decode("utf-8-sig").split("\n", 1)  # fmt: skip


def bad_rows() -> tuple[str, dict[str, list[int]]]:
    """A feed with one good row and five wrong ones, and the lines on which each kind of wrong stands."""
    good = next(line for line in ROWS.splitlines() if line.startswith("HB10002;"))

    def person(n: int) -> str:
        return good.replace("HB10002;P700008", f"HB9999{n};P79999{n}").replace("tli", f"tli{n}")

    lines = {
        "good": [good],
        "date": [person(1).replace("12.04.2005", "31.02.2005")],
        "nul": [person(2).replace("Tingting", "Ting\0ting")],
        "short": [";".join(person(3).split(";")[:5])],
        "no number": [person(4).replace("HB99994", "")],
        "twice": [person(5), person(5).replace("Tingting", "Tongtong")],
    }
    at, text = {}, HEAD + "\n"
    for kind, rows in lines.items():
        at[kind] = [text.count("\n") + 1 + place for place in range(len(rows))]
        text += "".join(row + "\n" for row in rows)
    return text, at


@pytest.mark.req("M-01")
def test_every_row_that_can_not_be_taken_is_named_with_its_place(folder: Path, tmp_path: Path) -> None:
    text, at = bad_rows()
    (tmp_path / "hr.csv").write_bytes(text.encode("utf-8"))
    said = asked(folder, QA, "import", "people", str(tmp_path / "hr.csv"), "--dry-run")
    defects = said.json["defects"]
    assert all(one["say"] and one["do"] and one["file"] == "hr.csv" for one in defects)
    named = {one.get("line") for one in defects}
    assert all(named & set(lines) for kind, lines in at.items() if kind != "good"), (at, defects)
    assert not named & set(at["good"]) and said.json["rejected"] + said.json["held"] >= 4


@pytest.mark.slow
@pytest.mark.req("M-01")
def test_separators_and_encodings_of_other_programs_are_read(folder: Path, tmp_path: Path) -> None:
    text = f"{HEAD}\n{next(line for line in ROWS.splitlines() if line.startswith('HB10002;'))}\n"
    for name, data in {
        "utf-16.csv": text.encode("utf-16"),
        "tab.csv": text.replace(";", "\t").encode("utf-8"),
        "bom.csv": text.encode("utf-8-sig"),
    }.items():
        (tmp_path / name).write_bytes(data)
        said = asked(folder, QA, "import", "people", str(tmp_path / name), "--dry-run")
        # Read whole, or told as a file that can't be: never half read.
        assert said.json.get("rows") == 1 or said.json.get("fault", "").startswith("feed."), (name, said.out)


@pytest.mark.req("M-01")
@pytest.mark.parametrize(
    ("make", "fault", "code"),
    [
        ("missing", "feed.missing", 2),
        pytest.param("folder", "feed.folder", 1, marks=pytest.mark.slow),
        pytest.param("empty", "feed.empty", 1, marks=pytest.mark.slow),
        pytest.param("picture", "feed.", 1, marks=pytest.mark.slow),
        ("columns", "feed.column_missing", 1),
        pytest.param("header only", "feed.no_rows", 1, marks=pytest.mark.slow),
    ],
)
def test_a_file_that_is_no_feed_is_told_as_a_whole(
    folder: Path, tmp_path: Path, make: str, fault: str, code: int
) -> None:
    path = tmp_path / "feed.csv"
    if make == "folder":
        path.mkdir()
    elif make != "missing":
        path.write_bytes({
            "empty": b"", "picture": bytes(range(256)) * 20, "columns": b"a;b;c\n1;2;3\n",
            "header only": f"{HEAD}\n".encode(),
        }[make])  # fmt: skip
    said = asked(folder, QA, "import", "people", str(path))
    assert said.json.get("fault", "").startswith(fault) and said.code == code, said.out
    assert said.json["say"] and said.json["do"]


def test_a_kind_that_is_none_is_3(folder: Path) -> None:
    said = asked(folder, QA, "import", "recipes", str(LEIDEN / "hr_people.csv"))
    assert (said.code, said.json["fault"]) == (3, "feed.kind")
