"""`init` through the command: three people found a site, or nothing is founded."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from app.proof import totp
from tests.calling import CALL, ROOT, Said, call
from tests.work.keyrings import Home, missing_programs

PASSWORDS = {
    "qa1": "three herons walk past noon",
    "qa2": "a bridge of seven arches",
    "manager": "rain on the tin roofs",
}


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
import json, sys
from tests.test_cli_founding import *
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
