"""The command line as scripts use it: exit codes, one JSON object, secrets, and bad input told row by row."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.proof import totp
from app.work.demo.cast import LEIDEN, Cast
from tests.work.keyrings import Home, missing_programs
from tests.work.onstage import ADMIN, LEARNER, LEARNER_NUMBER, QA
from tests.work.seeing import COUNTERS, tree

ROOT = Path(__file__).resolve().parents[1]
CALL = [sys.executable, "-m", "app.cli"]
PASSWORDS = {
    "qa1": "three herons walk past noon",
    "qa2": "a bridge of seven arches",
    "manager": "rain on the tin roofs",
}


@dataclass(frozen=True)
class Said:
    """What one call said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout, and nothing else there."""
        assert self.out.endswith("\n") and self.out.count("\n") == 1, self.out
        told = json.loads(self.out)
        assert isinstance(told, dict)
        return told


def call(*arguments: str, given: str = "", **environment: str) -> Said:
    """One call of the command."""
    done = subprocess.run(
        [*CALL, *arguments], input=given, capture_output=True, text=True, cwd=ROOT, timeout=120,
        env={**os.environ, "COLUMNS": "200", **environment},
    )  # fmt: skip
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def folder(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo for this module."""
    made = tmp_path_factory.mktemp("cli") / "demo"
    shutil.copytree(demo_dir, made)
    return made


def secrets(folder: Path, who: str, *more: str) -> str:
    """The lines that sign somebody in; the clock moves on, so that the code is fresh."""
    given = Cast.load(folder, os.urandom).typed(who)
    return "".join(
        f"{line}\n"
        for line in (f"user={given.user}", f"password={given.password}", f"code={given.code}", *more)
    )


def asked(folder: Path, who: str, *arguments: str) -> Said:
    """One call in the name of one of the demo's people, with JSON for an answer."""
    return call("--json", "--secrets-stdin", "--data", str(folder), *arguments, given=secrets(folder, who))


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


def verified(folder: Path) -> dict[str, Any]:
    """`verify store` of the copy."""
    lines = "".join(secrets(folder, QA).splitlines(keepends=True)[:2])
    trust = ("--trust", str(folder / "trust.jws"))
    said = call("--json", "--secrets-stdin", "verify", "store", str(folder), *trust, given=lines)
    assert said.code == said.json["exit"]
    return said.json


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


# ---- feeds through the command (issue 2, "Bad input")


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


# ---- founding


def told_of(key: str, name: str) -> dict[str, str]:
    """What one founder tells."""
    return {
        "user": name,
        "given": name.title(),
        "family": "de Wit",
        "number": f"N-{name}",
        "password": PASSWORDS[key],
    }


def drive(command: list[str], environment: dict[str, str], cwd: Path) -> Said:
    """Answer `init` as a person would: names and passwords first, codes from the seeds that it shows on stderr."""
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=cwd
    ) as process:  # fmt: skip
        assert process.stdin is not None and process.stderr is not None and process.stdout is not None
        for key, name in (("qa1", "anna"), ("qa2", "bram"), ("manager", "carla")):
            values = told_of(key, name)
            process.stdin.write("".join(f"{key}.{part}={value}\n" for part, value in values.items()))
        process.stdin.flush()
        seeds: dict[str, str] = {}
        told: list[str] = []
        for line in process.stderr:
            told.append(line)
            name, found, rest = line.partition(": one-time-code seed ")
            if found:
                seeds[name.strip()] = rest.split(";")[0].strip()
            if len(seeds) == 3 and "share 3 of 3" in line:
                break
        for key, name in (("qa1", "anna"), ("qa2", "bram")):
            if name in seeds:
                code = totp.code_at(totp.from_base32(seeds[name]), time.time_ns() // 1_000_000)
                process.stdin.write(f"{key}.code={code}\n")
        process.stdin.close()
        out, rest = process.stdout.read(), process.stderr.read()
    return Said(process.returncode, out, "".join(told) + rest)


def init(*arguments: str, environment: dict[str, str] | None = None, cwd: Path = ROOT) -> Said:
    """One founding through pipes."""
    command = [
        *CALL,
        "--json",
        "--secrets-stdin",
        *arguments,
        "init",
        "--site",
        "leiden",
        "--zone",
        "Europe/Amsterdam",
    ]
    return drive(command, environment or dict(os.environ), cwd)


@pytest.mark.req("R-SEC-04")
def test_three_people_found_a_site_with_a_secret_file(tmp_path: Path) -> None:
    place = ("--data", str(tmp_path / "site"), "--device-secret-file", str(tmp_path / "secret"))
    said = init(*place)
    assert said.code == 0, said.err
    told = said.json
    assert [one["role"] for one in told["people"]] == ["qa", "qa", "manager"] and len(told["shares"]) == 3
    (tmp_path / "trust.jws").write_text(told["trust"], encoding="ascii")
    given = f"user=anna\npassword={PASSWORDS['qa1']}\n"
    check = call("--json", "--secrets-stdin", *place[2:], "verify", "store", str(tmp_path / "site"),
                 "--trust", str(tmp_path / "trust.jws"), given=given)  # fmt: skip
    assert (check.code, check.json["findings"]) == (0, []) and check.json["counts"]["entries"] > 8
    seed = totp.from_base32(told["people"][2]["totp"])
    code = totp.code_at(seed, time.time_ns() // 1_000_000)
    given = f"user=carla\npassword={PASSWORDS['manager']}\ncode={code}\n"
    said = call("--json", "--secrets-stdin", *place, "status", "N-anna", given=given)
    assert said.code == 0 and said.json["person"]["name"] == "Anna de Wit"
    again = init(*place)
    assert (again.code, again.json["fault"]) == (1, "site.exists")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A fresh account's home."""
    if lacking := missing_programs():
        pytest.fail(f"not installed: {', '.join(lacking)}: run installers/test.sh once")
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return Home(folder)


DRIVER = """
import sys
from tests.test_cli import *
here = Path.cwd()
said = init("--data", str(here / "site"), environment=dict(os.environ))
assert said.code == 0, said.err
given = f"user=anna\\npassword={PASSWORDS['qa1']}\\n"
check = call("--json", "--secrets-stdin", "verify", "store", str(here / "site"), given=given)
print(json.dumps([[check.code, check.json["counts"]["entries"]], 0]))
"""


@pytest.mark.req("R-SEC-04")
def test_three_people_found_a_site_with_the_keyring(home: Home) -> None:
    ((code, entries), *_) = home.run(DRIVER).said
    assert code == 0 and entries > 8
    # Without the keyring nothing of it opens.
    given = f"user=anna\npassword={PASSWORDS['qa1']}\ncode=123456\n"
    said = call("--json", "--secrets-stdin", "--data", str(home.folder / "site"), "status", "x", given=given,
                DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent")  # fmt: skip
    assert said.code == 2 and said.json["fault"].startswith("keyring.")


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        (("password", "three herons walk past noon", "short"), "password.too_short"),
        (("password", "three herons walk past noon", "anna.leiden.countersign.anna"), "password.about_you"),
        (("user", "bram", "ANNA"), "account.name_taken"),
        (("number", "N-bram", "N-anna"), "register.twice"),
    ],
)
def test_what_can_not_be_taken_founds_nothing(
    tmp_path: Path, change: tuple[str, str, str], refused: str
) -> None:
    part, old, new = change
    lines = ""
    for key, name in (("qa1", "anna"), ("qa2", "bram"), ("manager", "carla")):
        values = told_of(key, name)
        lines += "".join(f"{key}.{p}={new if (p, v) == (part, old) else v}\n" for p, v in values.items())
    said = call("--json", "--secrets-stdin", "--data", str(tmp_path / "site"), "--device-secret-file", str(tmp_path / "s"),
                "init", "--site", "leiden", "--zone", "UTC", given=lines)  # fmt: skip
    assert (said.code, said.json["refused"]) == (1, refused) and os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("site", "zone", "fault"), [("Leiden!", "UTC", "site.names"), ("leiden", "Moon", "site.zone")]
)
def test_names_that_can_not_be_are_refused_before_anything_is_asked(
    tmp_path: Path, site: str, zone: str, fault: str
) -> None:
    said = call(
        "--json", "--secrets-stdin", "--data", str(tmp_path / "site"), "init", "--site", site, "--zone", zone
    )
    assert (said.code, said.json["fault"]) == (3, fault) and os.listdir(tmp_path) == []


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
