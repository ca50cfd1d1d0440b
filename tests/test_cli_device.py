"""A second device from the command line: what does not fit is refused in words, and leaves nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.base.codec import b64u
from tests.calling import Said, call
from tests.placed import Placed

SESSION = 2
"""Entries of a session in which nothing is done."""


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Placed:
    """A small founded site, to be copied."""
    return Placed(tmp_path_factory.mktemp("device") / "one")


@pytest.fixture
def site(beginning: Placed, tmp_path: Path) -> Placed:
    """A copy of it."""
    return beginning.copied(tmp_path / "copied")


@pytest.fixture
def two(site: Placed) -> Path:
    """Where the second device will lie; its application and its keys lie there."""
    folder = site.folder.parent / "two"
    folder.mkdir()
    said = applied(folder)
    assert said.code == 0
    (folder / "shown").write_text(said.json["fingerprint"], encoding="utf-8")
    return folder


def applied(folder: Path, id: str = "dev2") -> Said:
    """Keys and application."""
    where = ("--at", "countersign.example.org/site/dev1/0", "--keys", str(folder / "keys"))
    return call("--json", "device", "apply", id, *where, "--out", str(folder / "application.json"))


def enrol(site: Placed, two: Path, name: str = "anna", *more: str) -> Said:
    """QA's enrolment, with the fingerprint that the new device showed."""
    shown = f"fingerprint={(two / 'shown').read_text(encoding='utf-8')}"
    return site.say(name, "device", "enrol", str(two / "application.json"), *more, more=(shown,))


def join(site: Placed, two: Path, source: Path, secret: str) -> Said:
    """One attempt of bram's."""
    where = ("device", "join", str(source), "--keys", str(two / "keys"))
    return site.say("bram", *where, more=(f"device-secret={secret}",), folder=two)


@pytest.mark.req("R-SYN-02")
def test_keys_are_made_once_and_never_in_the_application(two: Path) -> None:
    before = (two / "keys").read_bytes()
    said = applied(two)
    assert (said.code, said.json["fault"]) == (1, "device.keys_there") and (two / "keys").read_bytes() == before


@pytest.mark.req("R-SYN-02")
def test_only_qa_enrols_and_nobody_a_device_that_does_not_fit(site: Placed, two: Path) -> None:
    said = enrol(site, two, "carla")
    assert (said.code, said.json["refused"]) == (1, "role.may_not") and "device_secret" not in said.out
    said = enrol(site, two, "anna", "--why", "it is new")
    assert said.json["refused"] == "why.code"
    (two / "application.json").write_text("{}", encoding="utf-8")
    said = site.say("anna", "device", "enrol", str(two / "application.json"))
    assert (said.code, said.json["fault"]) == (2, "device.no_application")


@pytest.mark.req("R-SYN-02")
def test_an_application_that_was_exchanged_on_its_way_is_refused(site: Placed, two: Path) -> None:
    other = two / "other"
    other.mkdir()
    assert applied(other).code == 0
    (two / "application.json").write_bytes((other / "application.json").read_bytes())
    before = site.say("carla", "sync", "--state").json["entries"]
    said = enrol(site, two)
    assert (said.code, said.json["refused"]) == (1, "device.fingerprint") and "device_secret" not in said.out
    said = enrol(site, two, "anna", "--fingerprint", (two / "shown").read_text(encoding="utf-8"))
    assert (said.code, said.json["refused"]) == (1, "device.fingerprint")
    # Only carla's own two sessions came in between.
    assert site.say("carla", "sync", "--state").json["entries"] - before == SESSION


@pytest.mark.req("R-SYN-02")
def test_a_fingerprint_is_asked_for_and_taken_however_it_is_spaced(site: Placed, two: Path) -> None:
    application, shown = str(two / "application.json"), (two / "shown").read_text(encoding="utf-8")
    said = site.say("anna", "device", "enrol", application)
    assert (said.code, said.json["fault"]) == (2, "terminal.no_secret") and "fingerprint" in said.json["say"]
    spaced = f" {shown.upper().replace('-', '  ')} "
    said = site.say("anna", "device", "enrol", application, "--fingerprint", spaced)
    assert said.code == 0 and said.json["fingerprint"] == shown


@pytest.mark.req("R-SYN-02")
def test_a_device_that_nobody_enrolled_takes_nothing_over(site: Placed, two: Path) -> None:
    shutil.copytree(site.site, two / "copy")
    ds = secret_of(site)
    for secret, fault in (
        ("nonsense", "device.secret"),
        (b64u(bytes(32)), "device.secret"),
        (ds, "store.foreign_device"),
    ):
        said = join(site, two, two / "copy", secret)
        assert said.json["fault"] == fault, said.out
        assert not (two / "site").exists() and not (two / "device-secret").exists() and (two / "keys").exists()


def secret_of(site: Placed) -> str:
    """The device secret, as the enrolment shows it."""
    return str(site.secrets().read("ds"))


@pytest.mark.req("R-SYN-02", "R-ACC-06")
def test_a_wrong_password_is_asked_for_again_and_a_joined_device_joins_no_more(site: Placed, two: Path) -> None:
    told = enrol(site, two).json
    assert told["device_secret"] == secret_of(site)
    shutil.copytree(site.site, two / "copy")
    where = (
        "--json",
        "--secrets-stdin",
        "--data",
        str(two),
        "device",
        "join",
        str(two / "copy"),
        "--keys",
        str(two / "keys"),
    )
    given = site.lines("bram", f"device-secret={told['device_secret']}", folder=two)
    wrong = call(*where, given=given.replace("said before", "said at all"))
    assert (wrong.code, wrong.json["refused"]) == (1, "login.failed")
    assert join(site, two, two / "copy", told["device_secret"]).code == 0
    again = join(site, two, two / "copy", told["device_secret"])
    assert again.json["fault"] == "device.not_joined"
    assert site.say("carla", "sync", "--state", folder=two).json["log"].endswith("/dev2/0")
