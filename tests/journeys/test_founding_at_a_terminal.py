"""Three people found a site at one keyboard, and mistype: they are asked again, and nothing has to be begun anew."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pyotp
import pytest

from tests.journeys.typing import Typist

PEOPLE = {"First QA manager": "anne", "Second QA manager": "bram", "Site manager": "carla"}
PASSWORDS = {name: f"{name} walks along seven canals" for name in PEOPLE.values()}

pytestmark = [pytest.mark.req("R-ACC-01"), pytest.mark.timeout(300)]


def type_founders(person: Typist) -> None:
    """All three; the second types another password the second time, and then both again."""
    for place, (who, name) in enumerate(PEOPLE.items()):
        for what, line in (("user name", name), ("given name", name.title()), ("family name", f"de {name.title()}"),
                           ("employee number", f"E{place}0001"), ("password", PASSWORDS[name])):  # fmt: skip
            person.type(f"{who}, {what}: ", line)
        again = f"{who}, the same password again: "
        if name == "bram":
            person.type(again, "something else")
            assert "differ" in person.type(f"{who}, password: ", PASSWORDS[name])
        person.type(again, PASSWORDS[name])


def seed_of(told: str, name: str) -> str:
    found = re.search(rf"{name}: one-time-code seed ([A-Z2-7]+);", told)
    assert found, told
    return found[1]


def test_a_mistyped_password_and_a_mistyped_code_are_asked_for_again(tmp_path: Path) -> None:
    site, secrets = tmp_path / "site", tmp_path / "device-secret"
    with Typist("--data", str(site), "--device-secret-file", str(secrets), "init",
                "--site", "gent", "--zone", "Europe/Brussels") as person:  # fmt: skip
        type_founders(person)
        shown = person.read("First QA manager, one-time code: ")
        right = pyotp.TOTP(seed_of(shown, "anne"))
        person.press(f"{(int(right.now()) + 1) % 1_000_000:06d}\n")
        assert "wrong" in person.read("First QA manager, one-time code: ")
        person.press(right.now() + "\n")
        told = person.type("Second QA manager, one-time code: ", pyotp.TOTP(seed_of(shown, "bram")).now())
        assert "not all entered" not in told
        assert person.ended() == 0, person.told
    assert "Founded in" in person.told
    assert not any(password in person.told for password in PASSWORDS.values())


def test_what_was_founded_lets_its_people_in(tmp_path: Path) -> None:
    """The same people, nothing mistyped; then the first of them asks for the site's state with the next code."""
    site, secrets = tmp_path / "site", tmp_path / "device-secret"
    with Typist("--data", str(site), "--device-secret-file", str(secrets), "init",
                "--site", "gent", "--zone", "Europe/Brussels") as person:  # fmt: skip
        type_founders(person)
        shown = person.read("First QA manager, one-time code: ")
        used = pyotp.TOTP(seed_of(shown, "anne")).now()
        person.press(used + "\n")
        person.type("Second QA manager, one-time code: ", pyotp.TOTP(seed_of(shown, "bram")).now())
        assert person.ended() == 0, person.told
    with Typist("--data", str(site), "--device-secret-file", str(secrets), "status", "E00001") as person:
        person.type("User name: ", "anne")
        person.type("Password: ", PASSWORDS["anne"])
        while (code := pyotp.TOTP(seed_of(shown, "anne")).now()) == used:
            time.sleep(0.5)
        person.type("One-time code: ", code)
        assert person.ended() == 0, person.told
    assert "de Anne" in person.told
