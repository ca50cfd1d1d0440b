"""A centre and two devices of one site, by nothing but the command: made, introduced, served, met, joined, checked."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.calling import Said, call
from tests.placed import Placed
from tests.running import Running


class Byhand:
    """The centre's folder with what its verbs are told about the database, and the site that it serves."""

    def __init__(self, folder: Path, owner: tuple[str, ...], ingest: tuple[str, ...]) -> None:
        self.folder, self.owner, self.ingest = folder, owner, ingest
        self.site = Placed(folder / "one")
        self.centre, self.bundle = folder / "centre", folder / "trust.jws"

    def call(self, verb: str, *arguments: str, given: str = "") -> Said:
        """One verb of the centre's."""
        return call("--json", "centre", verb, str(self.centre), *arguments, given=given)

    def make(self, role: tuple[str, ...]) -> None:
        """Made, described, introduced, and the site's bundle taken in."""
        described = str(self.folder / "centre.example.json")
        about = ("--name", "centre.example", "--region", "eu", "--out", described)
        well(self.call("init", *about, *self.owner, *role))
        where = ("--jurisdiction", "IE", "--out", str(self.bundle))
        well(self.site.say("anna", "trust", "centre", described, *where))
        assert self.take()["names_us"]

    def take(self) -> dict[str, Any]:
        """The centre takes the bundle as it is now."""
        return well(self.call("import", str(self.bundle), "--root", self.site.made.root, *self.owner))

    def verified(self, data: Path) -> dict[str, Any]:
        """`verify store` of a device's folder, with the bundle."""
        given = "".join(self.site.lines("carla", folder=data).splitlines(keepends=True)[:2])
        where = ("verify", "store", str(data), "--trust", str(self.bundle))
        return well(call("--json", "--secrets-stdin", *where, given=given))


def well(said: Said) -> dict[str, Any]:
    """What a call answered that must have been fine."""
    assert said.code == 0, said.out + said.err
    return said.json


@pytest.fixture(params=["sqlite", "postgresql"])
def byhand(request: pytest.FixtureRequest, tmp_path: Path) -> Byhand:
    """A site and its centre, on each engine in turn."""
    if request.param == "sqlite":
        made = Byhand(tmp_path, (), ())
        made.make(())
        return made
    owner, ingest = request.getfixturevalue("cluster").database()
    made = Byhand(tmp_path, ("--postgres", owner), ("--postgres", ingest))
    made.make(("--role", ingest.split("user=")[1].split(" ")[0]))
    return made


def running(byhand: Byhand) -> Running:
    """The centre, served as the ingest role sees it."""
    return Running(byhand.centre, *byhand.ingest, "--alone")


def joined(byhand: Byhand, centre: Running) -> Path:
    """The second device, applied for, enrolled, and begun with a copy of the first one's folder."""
    site, two = byhand.site, byhand.folder / "two"
    two.mkdir()
    log = site.say("carla", "sync", "--state").json["log"]
    keys, application = two / "keys", two / "application.json"
    about = ("--at", log, "--keys", str(keys), "--out", str(application))
    shown = well(call("--json", "device", "apply", "dev2", *about))["fingerprint"]
    assert keys.stat().st_mode & 0o077 == 0 and "p256" not in application.read_text(encoding="utf-8")
    secret = well(site.say("anna", "device", "enrol", str(application), "--fingerprint", shown))[
        "device_secret"
    ]
    well(site.say("bram", "trust", "bundle", "--out", str(byhand.bundle)))
    assert byhand.take()["devices"] == ["dev1", "dev2"]
    well(site.say("carla", "sync", *centre.where))
    shutil.copytree(site.site, two / "copy")
    more = (f"device-secret={secret}",)
    told = site.say("bram", "device", "join", str(two / "copy"), "--keys", str(keys), more=more, folder=two)
    assert well(told)["entries"] == 2 and not keys.exists()
    return two


@pytest.mark.req("R-SYN-01", "R-SYN-03", "R-SYN-05", "R-SYN-06")
def test_two_devices_and_a_centre_by_the_command(byhand: Byhand) -> None:
    site = byhand.site
    with running(byhand) as centre:
        two = joined(byhand, centre)
        assert well(site.say("bram", "trust", "regions", "eu", "--why", "POLICY", folder=two))["entries"] == 1
        sent = well(site.say("carla", "sync", *centre.where, folder=two))
        assert (sent["here"], sent["forks"]) == (0, [])
        got = well(site.say("carla", "sync", *centre.where))
        assert (got["here"], got["taken"]) == (0, sent["sent"])
        (other,) = well(site.say("carla", "sync", "--state"))["others"]
        assert other["log"].endswith("/dev2/0") and other["entries"] == sent["sent"]
        checked = well(byhand.call("check", *byhand.ingest))
        assert (checked["sites"], checked["findings"]) == (1, []) and checked["entries"] > sent["sent"]
        assert centre.end()[0] == 0
    for data in (site.folder, two):
        assert byhand.verified(data)["counts"]["receipts"] > 2


@pytest.mark.req("R-SYN-05")
def test_a_centre_that_was_ended_goes_on_where_it_was(byhand: Byhand) -> None:
    for _ in range(2):
        with running(byhand) as centre:
            told = well(byhand.site.say("carla", "sync", *centre.where))
            assert told["here"] == 0 and not told["rolled_back"]
    assert well(byhand.call("check", *byhand.ingest))["entries"] == told["received"]


@pytest.mark.parametrize("byhand", ["postgresql"], indirect=True)
def test_owner_and_ingest_role_are_kept_apart(byhand: Byhand) -> None:
    said = byhand.call("import", str(byhand.bundle), *byhand.ingest)
    # The same bundle again would change nothing; a new one is the owner's to take.
    well(byhand.site.say("bram", "trust", "bundle", "--out", str(byhand.bundle)))
    said = byhand.call("import", str(byhand.bundle), *byhand.ingest)
    assert (said.code, said.json["fault"]) == (1, "centre.not_owner")
    other = ("--name", "b", "--region", "eu")
    again = call("--json", "centre", "init", str(byhand.folder / "other"), *other, *byhand.owner)
    assert (again.code, again.json["fault"]) == (1, "centre.no_role")
    again = call(
        "--json", "centre", "init", str(byhand.folder / "other"), *other, *byhand.owner,
        "--role", byhand.ingest[1].split("user=")[1].split(" ")[0],
    )  # fmt: skip
    assert (again.code, again.json["fault"]) == (1, "centre.has_tables")
    assert not (byhand.folder / "other" / "centre.json").exists()


def test_a_databases_password_comes_from_stdin_or_a_file_and_is_shown_nowhere(tmp_path: Path) -> None:
    where = (
        "init",
        str(tmp_path / "c"),
        "--name",
        "a",
        "--region",
        "eu",
        "--postgres",
        f"host={tmp_path} user=a",
    )
    said = call("--json", "--secrets-stdin", "centre", *where, given="database-password=hunter-two\n")
    assert (said.code, said.json["fault"]) == (2, "centre.database") and "hunter" not in said.out + said.err
    said = call("--json", "--secrets-stdin", "centre", *where)
    assert (said.code, said.json["fault"]) == (2, "terminal.no_secret")
    assert os.listdir(tmp_path / "c") == []
