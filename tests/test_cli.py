"""The command line as scripts use it: exit codes, one JSON object, and secrets."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from pathlib import Path

import pytest

from app.work.demo.cast import Cast
from tests.calling import CALL, ROOT, asked, call, secrets, verified
from tests.work.onstage import ADMIN, LEARNER, LEARNER_NUMBER, QA
from tests.work.seeing import tree


@pytest.fixture(scope="module")
def folder(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo for this module."""
    made = tmp_path_factory.mktemp("cli") / "demo"
    shutil.copytree(demo_dir, made)
    return made


# ---- exit codes and the one object


@pytest.mark.parametrize(
    "arguments",
    [
        ("nosuch",),
        ("status",),
        ("status", "X", "--password", "p"),
        ("may", "X"),
        ("import", "people"),
        ("--nonsense",),
    ],
)
def test_a_call_of_the_wrong_form_is_3_and_still_one_object(arguments: tuple[str, ...]) -> None:
    said = call("--json", *arguments)
    assert said.code == 3 and said.json["exit"] == 3 and said.json["ok"] is False and said.err


@pytest.mark.req("T-17")
def test_yes_is_0_and_no_is_1(folder: Path) -> None:
    yes = asked(folder, QA, "may", LEARNER_NUMBER, "RQ-0083")
    assert (yes.code, yes.json["go"], yes.json["items"][0]["requirement"]) == (0, True, "RQ-0083")
    no = asked(folder, QA, "may", LEARNER_NUMBER, "CUR-SITE")
    assert (no.code, no.json["go"], no.json["exit"], no.json["ok"]) == (1, False, 1, False)
    assert [item["requirement"] for item in no.json["items"]][:2] == ["RQ-0001", "RQ-0002"]


@pytest.mark.req("R-ACC-21")
def test_a_refusal_is_1_with_code_and_words(folder: Path) -> None:
    said = asked(folder, LEARNER, "status", "HB10001")
    assert (said.code, said.json["refused"]) == (1, "scope.outside") and said.json["say"] in said.err
    said = asked(folder, QA, "may", LEARNER_NUMBER, "RQ-9999")
    assert (said.code, said.json["refused"]) == (1, "requirement.unknown")


@pytest.mark.req("R-ACC-06")
def test_a_wrong_password_is_1_and_says_what_every_failure_says(folder: Path) -> None:
    said = call("--json", "--secrets-stdin", "--data", str(folder), "status", "X",
                given=f"user={ADMIN}\npassword=nothing of the kind\ncode=123456\n")  # fmt: skip
    assert (said.code, said.json["refused"]) == (1, "login.failed")


def test_what_can_not_be_decided_is_2(folder: Path, tmp_path: Path) -> None:
    said = call("--json", "--data", str(folder), "status", "X")
    assert (said.code, said.json["fault"]) == (2, "terminal.no_secret")
    said = call(
        "--json",
        "--secrets-stdin",
        "--data",
        str(tmp_path),
        "status",
        "X",
        given="user=a\npassword=b\ncode=1\n",
    )
    assert (said.code, said.json["fault"]) == (2, "store.missing") and said.json["do"]
    said = call(
        "--json", "--secrets-stdin", "verify", "store", str(folder), given=f"user={QA}\npassword=wrong\n"
    )
    assert (said.code, said.json["fault"]) == (2, "login.failed")


def test_an_instant_that_is_none_is_3_and_ends_the_session(folder: Path) -> None:
    said = asked(folder, QA, "status", LEARNER_NUMBER, "--at", "2026-02-30")
    assert (said.code, said.json["fault"]) == (3, "terminal.bad_instant")
    assert verified(folder)["findings"] == []


@pytest.mark.req("R-AUD-07")
def test_verify_needs_no_code_writes_nothing_and_is_1_with_findings(folder: Path, tmp_path: Path) -> None:
    lines = "".join(secrets(folder, QA).splitlines(keepends=True)[:2])
    before = tree(folder)
    said = call("--json", "--secrets-stdin", "verify", "store", str(folder), given=lines)
    assert said.code == 0 and tree(folder) == before
    shutil.copytree(folder, tmp_path / "demo")
    document = next(path for path in (tmp_path / "demo" / "site" / "files").glob("*/*") if path.is_file())
    document.write_bytes(b"other")
    said = call("--json", "--secrets-stdin", "verify", "store", str(tmp_path / "demo"), given=lines)
    assert said.code == 1 and "ATTACH_HASH" in {one["code"] for one in said.json["findings"]}


# ---- secrets


def test_no_secret_is_taken_from_arguments_or_the_environment(folder: Path) -> None:
    for name in ("--password", "--device-secret"):
        assert call("--data", str(folder), "status", "X", name, "value").code == 3
    said = call(
        "--json",
        "--data",
        str(folder),
        "status",
        "X",
        user=QA,
        password="p",
        PASSWORD="p",
        COUNTERSIGN_PASSWORD="p",
    )
    assert said.json["fault"] == "terminal.no_secret"


def test_a_line_that_is_no_secret_is_3(folder: Path) -> None:
    said = call("--json", "--secrets-stdin", "--data", str(folder), "status", "X", given="just a password\n")
    assert (said.code, said.json["fault"]) == (3, "terminal.bad_line")


def test_no_secret_is_printed(folder: Path) -> None:
    given = secrets(folder, QA)
    said = call("--json", "--secrets-stdin", "--data", str(folder), "status", LEARNER_NUMBER, given=given)
    typed = [line.partition("=")[2] for line in given.splitlines()[1:]]
    assert said.code == 0 and not any(secret in said.out + said.err for secret in typed)


# ---- status


def test_status_tells_the_file_as_known_then(folder: Path) -> None:
    now = asked(folder, QA, "status", LEARNER_NUMBER).json
    assert now["person"]["number"] == LEARNER_NUMBER and now["requirements"]
    words = {one["code"]: one["status"] for one in now["requirements"]}
    assert words["RQ-0083"] == "Qualified"
    old = asked(folder, QA, "status", LEARNER_NUMBER, "--at", "2027-01-31", "--known-at", now["known_at"]).json
    assert old["at"].startswith("2027-01-31T22:59:59") and {one["code"] for one in old["requirements"]}
    never = asked(folder, QA, "status", LEARNER_NUMBER, "--known-at", "2020-01-01")
    assert (never.code, never.json["refused"]) == (1, "person.unknown")


# ---- the demo


def test_the_demos_code_signs_its_person_in(folder: Path) -> None:
    told = call("--json", "--data", str(folder), "demo", "--code", QA).json
    assert len(told["code"]) == 6 and 0 <= told["seconds"] <= 30 and told["username"] == QA
    person = Cast.load(folder, os.urandom).people[QA]
    assert call("--data", str(folder), "demo", "--code", str(person["name"])).code == 0
    assert call("--json", "--data", str(folder), "demo", "--code", "nobody").json["fault"] == "demo.nobody"


def test_an_existing_folder_is_refused_and_another_ones_is_never_removed(folder: Path, tmp_path: Path) -> None:
    before = tree(folder)
    said = call("--json", "--data", str(folder), "demo", "--headless")
    assert (said.code, said.json["fault"]) == (1, "demo.exists") and tree(folder) == before
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    said = call("--json", "--data", str(tmp_path), "demo", "--headless", "--fresh")
    assert said.json["fault"] == "demo.not_a_demo" and (tmp_path / "letter.txt").is_file()


@pytest.mark.slow
def test_fresh_makes_the_demo_anew(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "demo")
    said = call("--json", "--data", str(tmp_path / "demo"), "demo", "--headless", "--fresh")
    assert said.code == 0 and said.json["steps"][-1]["step"] == "still_sound"


def test_at_a_terminal_the_password_is_asked_for_and_not_echoed(folder: Path) -> None:
    given = Cast.load(folder, os.urandom).typed(QA)
    main, other = pty.openpty()
    command = [*CALL, "--data", str(folder), "may", LEARNER_NUMBER, "RQ-0083"]
    with subprocess.Popen(
        command, stdin=other, stdout=other, stderr=other, cwd=ROOT, start_new_session=True
    ) as process:
        os.close(other)
        seen = b""
        for answer in (given.user, given.password, given.code):
            before = len(seen)
            while b":" not in seen[before:]:
                seen += os.read(main, 4096)
            os.write(main, answer.encode() + b"\n")
        while True:
            try:
                more = os.read(main, 4096)
            except OSError:
                break
            seen += more
    os.close(main)
    assert process.returncode == 0 and b"RQ-0083" in seen
    assert given.password.encode() not in seen


def test_selfcheck_says_ok_or_no_with_a_reason() -> None:
    said = call("selfcheck", DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent")
    lines = said.out.splitlines()
    assert said.code == 1 and [line[:3] for line in lines] == ["ok "] * 4 + ["NO "] and len(lines[-1]) > 40
    told = call("--json", "selfcheck", DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent").json
    assert told["ok"] is False and [one["ok"] for one in told["checks"]] == [True] * 4 + [False]


@pytest.mark.req("R-AUD-07")
def test_what_was_kept_as_evidence_is_told_to_whoever_signs_in(folder: Path) -> None:
    assert "alerts" not in asked(folder, QA, "status", LEARNER_NUMBER).json
    quarantine = folder / "site" / "quarantine"
    quarantine.mkdir()
    (quarantine / f"{'0' * 64}.forged").write_bytes(b"what no device sealed")
    try:
        said = asked(folder, QA, "status", LEARNER_NUMBER)
    finally:
        shutil.rmtree(quarantine)
    assert said.json["alerts"] == ["RCPT_MISMATCH"]
    assert said.err.startswith("RCPT_MISMATCH: ") and "countersign verify store" in said.err
    assert said.code == 0
