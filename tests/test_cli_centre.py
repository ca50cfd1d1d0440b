"""A centre, and what a site says to it, from the command line: made, introduced, served, met, checked; and every no."""

from __future__ import annotations

import json
import signal
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.proof import trust
from tests.calling import call
from tests.placed import Placed
from tests.running import Running


@pytest.fixture
def site(tmp_path: Path) -> Placed:
    """A small founded site."""
    return Placed(tmp_path / "one")


def made(folder: Path, name: str = "centre.example") -> Path:
    """A centre in `folder`; the file that describes it."""
    out = folder.parent / f"{name}.json"
    said = call("--json", "centre", "init", str(folder), "--name", name, "--region", "eu", "--out", str(out))
    assert said.code == 0, said.err
    assert json.loads(out.read_bytes()) == said.json["public"]
    return out


def introduced(site: Placed, centre: Path, *more: str) -> Path:
    """QA records the centre, the centre takes the bundle; the bundle's file."""
    described, out = made(centre), site.folder / "trust.jws"
    said = site.say("anna", "trust", "centre", str(described), "--jurisdiction", "IE", "--out", str(out), *more)
    assert (said.code, said.json["root"]) == (0, site.made.root), said.out
    said = call("--json", "centre", "import", str(centre), str(out), "--root", site.made.root)
    assert (said.code, said.json["names_us"], said.json["devices"]) == (0, True, ["dev1"]), said.out
    return out


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Placed:
    """A site that introduced its centre, to be copied."""
    made = Placed(tmp_path_factory.mktemp("introduced") / "one")
    introduced(made, made.folder.parent / "centre")
    return made


@pytest.fixture
def known(beginning: Placed, tmp_path: Path) -> Placed:
    """A site that introduced its centre, which lies beside it."""
    return beginning.copied(tmp_path / "known")


@pytest.fixture
def centre(known: Placed) -> Iterator[Running]:
    """The centre of that site, running."""
    with Running(known.folder.parent / "centre") as running:
        yield running


# ---- making


@pytest.mark.req("R-SYN-01")
def test_a_centre_is_made_once_and_shows_nothing_secret(tmp_path: Path) -> None:
    folder = tmp_path / "centre"
    public = json.loads(made(folder).read_bytes())
    assert set(public) == {"name", "jwk", "ed25519", "region"} and "d" not in public["jwk"]
    assert stat.S_IMODE((folder / "centre.json").stat().st_mode) == 0o600
    again = call("--json", "centre", "init", str(folder), "--name", "a", "--region", "eu")
    assert (again.code, again.json["fault"]) == (1, "centre.exists")
    odd = call("--json", "centre", "init", str(tmp_path / "x"), "--name", "Not A Name", "--region", "eu")
    assert (odd.code, odd.json["fault"]) == (3, "centre.name") and not (tmp_path / "x").exists()


def test_a_database_address_with_a_password_makes_nothing(tmp_path: Path) -> None:
    url = "postgresql://owner:hunter-two@localhost/centre"
    said = call(
        "--json", "centre", "init", str(tmp_path / "c"), "--name", "a", "--region", "eu", "--postgres", url
    )
    assert (said.code, said.json["fault"]) == (3, "centre.told_password")
    assert not (tmp_path / "c").exists() and "hunter-two" not in said.out + said.err


def test_a_database_that_is_not_there_leaves_no_keys_in_the_way(tmp_path: Path) -> None:
    url = f"host={tmp_path} dbname=centre"
    where = ("--json", "centre", "init", str(tmp_path / "c"), "--name", "a", "--region", "eu")
    said = call(*where, "--postgres", url)
    assert (said.code, said.json["fault"]) == (2, "centre.database")
    assert call(*where).code == 0


def test_where_there_is_no_centre_nothing_can_be_decided(tmp_path: Path) -> None:
    for verb in ("serve", "check"):
        said = call("--json", "centre", verb, str(tmp_path))
        assert (said.code, said.json["fault"]) == (2, "centre.missing")


# ---- introducing


@pytest.mark.req("R-SYN-01")
def test_the_bundle_names_the_centre_and_renews_the_sites_own(site: Placed, tmp_path: Path) -> None:
    out = introduced(site, tmp_path / "centre", "--url", "https://centre.example/")
    told = trust.read(out.read_text(encoding="ascii"), site.made.root)
    assert [one.name for one in told.centres] == ["centre.example"]
    assert trust.read((site.site / "trust.jws").read_text(encoding="ascii")) == told
    state = site.say("carla", "sync", "--state").json
    assert [one["urls"] for one in state["centres"]] == [["https://centre.example"]]
    # Written where an older bundle lies: that is what renewing one is.
    again = site.say("bram", "trust", "bundle", "--out", str(out))
    assert again.code == 0 and trust.read(out.read_text(encoding="ascii")).centres == told.centres


@pytest.mark.req("R-SYN-01")
def test_who_is_not_qa_records_no_centre(site: Placed, tmp_path: Path) -> None:
    described, out = made(tmp_path / "centre"), tmp_path / "trust.jws"
    said = site.say("carla", "trust", "centre", str(described), "--jurisdiction", "IE", "--out", str(out))
    assert (said.code, said.json["refused"]) == (1, "role.may_not")
    said = site.say("carla", "trust", "bundle", "--out", str(out))
    assert (said.code, said.json["refused"]) == (1, "papers.not_qa") and not out.exists()


@pytest.mark.parametrize(
    ("more", "code", "what"),
    [
        (("--url", "http://centre.example"), 1, "trust.plain"),
        (("--out", "nowhere/at/all.jws"), 1, "report.no_folder"),
        (("--out", "pyproject.toml"), 1, "report.taken"),
        (("--jurisdiction", "ireland"), 1, "trust.country"),
    ],
)
def test_what_can_not_be_recorded_is_told_before_anybody_is_asked(
    tmp_path: Path, more: tuple[str, ...], code: int, what: str
) -> None:
    described = made(tmp_path / "centre")
    rest = more if "--out" in more else (*more, "--out", str(tmp_path / "t"))
    rest = rest if "--jurisdiction" in more else (*rest, "--jurisdiction", "IE")
    said = call("--json", "trust", "centre", str(described), *rest)
    assert (said.code, said.json.get("fault", said.json.get("refused"))) == (code, what)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"name":"a","region":"eu","jwk":{},"ed25519":3}'])
def test_a_file_that_describes_no_centre_is_2(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.json").write_text(text, encoding="utf-8")
    out = str(tmp_path / "t")
    said = call("--json", "trust", "centre", str(tmp_path / "c.json"), "--jurisdiction", "IE", "--out", out)
    assert (said.code, said.json["fault"]) == (2, "centre.no_public")


def test_a_bundle_of_another_root_is_not_taken(site: Placed, tmp_path: Path) -> None:
    made(tmp_path / "centre")
    (tmp_path / "t.jws").write_text(site.made.trust, encoding="ascii")
    where = ("--json", "centre", "import", str(tmp_path / "centre"), str(tmp_path / "t.jws"))
    said = call(*where, "--root", "A" * 43)
    assert (said.code, said.json["refused"]) == (1, "centre.root") and site.made.root in said.err
    said = call(*where)
    assert (said.code, said.json["names_us"]) == (0, False)
    assert "centre.example" in call(*where[1:]).out
    said = call("--json", "centre", "import", str(tmp_path / "centre"), str(tmp_path / "none"))
    assert (said.code, said.json["fault"]) == (2, "trust.unreadable")


@pytest.mark.req("R-SYN-01")
def test_a_site_that_names_regions_sends_nowhere_else(known: Placed, centre: Running) -> None:
    odd = known.say("anna", "trust", "regions", "us", "--why", "because")
    assert (odd.code, odd.json["refused"]) == (1, "why.code")
    assert known.say("anna", "trust", "regions", "us", "--why", "POLICY").json["regions"] == ["us"]
    said = known.say("carla", "sync", *centre.where)
    assert (said.code, said.json["refused"]) == (1, "sync.region")
    assert [one for one in centre.events() if one["event"] == "request"] == []


# ---- serving


@pytest.mark.parametrize(
    ("listen", "more", "fault"),
    [
        ("0.0.0.0:0", (), "centre.needs_certificate"),
        ("127.0.0.1:0", ("--cert", "chain.pem"), "centre.needs_certificate"),
        ("everywhere", (), "centre.listen"),
        ("127.0.0.1:70000", (), "centre.listen"),
    ],
)
def test_a_place_without_a_certificate_is_not_served(
    tmp_path: Path, listen: str, more: tuple[str, ...], fault: str
) -> None:
    made(tmp_path / "c")
    said = call("--json", "centre", "serve", str(tmp_path / "c"), "--listen", listen, *more)
    assert (said.code, said.json["fault"]) == (3, fault)


@pytest.mark.parametrize("verb", ["check", "serve"])
def test_a_database_that_is_none_is_told_and_left_alone(tmp_path: Path, verb: str) -> None:
    made(tmp_path / "c")
    path = tmp_path / "c" / "centre.db"
    path.write_bytes(b"no database at all" * 400)
    said = call("--json", "centre", verb, str(tmp_path / "c"))
    assert (said.code, said.json["fault"]) == (2, "store.damaged")
    assert path.read_bytes() == b"no database at all" * 400


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_words_when_it_is_told_to(tmp_path: Path, by: int) -> None:
    made(tmp_path / "c")
    running = Running(tmp_path / "c")
    assert running.told["address"].startswith("https://localhost:") and Path(running.told["ca"]).is_file()
    assert running.end(by) == (0, "The centre has ended. What it answered is kept.\n")


def test_a_port_that_is_taken_is_told(centre: Running, tmp_path: Path) -> None:
    made(tmp_path / "c")
    port = centre.told["address"].rpartition(":")[2]
    said = call("--json", "centre", "serve", str(tmp_path / "c"), "--listen", f"127.0.0.1:{port}")
    assert (said.code, said.json["fault"]) == (1, "centre.port")


# ---- meeting


def counts(told: dict[str, Any]) -> tuple[int, int, int]:
    """(on this device, received, provisionally)."""
    return told["here"], told["received"], told["provisional"]


@pytest.mark.req("R-SYN-03", "R-SYN-05")
def test_everything_is_sent_and_received_and_the_state_tells_it(
    known: Placed, centre: Running, tmp_path: Path
) -> None:
    before = known.say("carla", "sync", "--state").json
    assert counts(before) == (before["entries"], 0, 0) and before["sealed"] is None
    said = known.say("carla", "sync", *centre.where)
    assert said.code == 0 and counts(said.json) == (0, said.json["sent"], 0)
    after = known.say("carla", "sync", "--state").json
    assert (after["received"], after["here"], after["others"]) == (said.json["sent"], 1, [])
    checked = call("--json", "centre", "check", str(known.folder.parent / "centre"))
    assert (checked.code, checked.json["entries"]) == (0, said.json["sent"])
    told = [one for one in centre.events() if "anna" in json.dumps(one) or "carla" in json.dumps(one)]
    assert told == [] and centre.events()


def test_people_are_told_in_sentences(known: Placed, centre: Running) -> None:
    given = known.lines("carla")
    said = call("--secrets-stdin", "--data", str(known.folder), "sync", *centre.where, given=given)
    assert said.code == 0 and "0 on this device only" in said.out and "centre.example" in said.out
    given = known.lines("carla")
    said = call("--secrets-stdin", "--data", str(known.folder), "sync", "--state", given=given)
    assert "1 on this device only" in said.out and known.made.root not in said.out


@pytest.mark.req("R-SYN-01")
@pytest.mark.parametrize(
    ("where", "code", "fault"),
    [
        ((), 3, "terminal.no_way"),
        (("--to", "https://localhost:1"), 3, "terminal.no_way"),
        (("--to", "http://localhost:1", "--ca", "x"), 3, "centre.plain"),
        (("--to", "https://localhost:1", "--ca", "none.pem"), 2, "centre.no_ca"),
        (("--folder", "no/such/folder"), 2, "sync.no_folder"),
    ],
)
def test_a_way_that_is_none_is_told_before_anybody_is_asked(
    where: tuple[str, ...], code: int, fault: str
) -> None:
    said = call("--json", "sync", *where)
    assert (said.code, said.json["fault"]) == (code, fault) and said.json["do"]


@pytest.mark.req("R-SYN-01")
def test_a_site_without_a_centre_and_one_behind_another_authority_send_nothing(
    known: Placed, centre: Running, tmp_path: Path
) -> None:
    other = Placed(tmp_path / "other")
    said = other.say("anna", "sync", *centre.where)
    assert (said.code, said.json["refused"]) == (1, "sync.no_centre")
    made(tmp_path / "false")
    with Running(tmp_path / "false") as false:
        where = ("--to", centre.told["address"], "--ca", false.told["ca"])
        said = known.say("anna", "sync", *where)
    assert (said.code, said.json["fault"]) == (1, "centre.untrusted")
    assert known.say("anna", "sync", "--state").json["received"] == 0


@pytest.mark.req("R-SYN-05")
def test_a_centre_that_does_not_answer_is_2_and_everything_stays(known: Placed, centre: Running) -> None:
    centre.end()
    said = known.say("carla", "sync", *centre.where, "--tries", "1")
    assert (said.code, said.json["fault"]) == (2, "centre.unreachable")
    assert known.say("carla", "sync", "--state").json["received"] == 0


@pytest.mark.req("R-SYN-05")
def test_a_carried_folder_brings_batches_there_and_receipts_back(
    known: Placed, centre: Running, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    said = known.say("carla", "sync", "--folder", str(stick))
    assert said.code == 0 and said.json["on_way"] and said.json["received"] == 0
    n = said.json["here"]
    carried = call("--json", "carry", str(stick), *centre.where)
    assert carried.code == 0 and carried.json["batches"] > 1, carried.out
    said = known.say("anna", "sync", "--folder", str(stick))
    # What was recorded on this very trip lies in the folder again.
    assert (said.code, said.json["here"], said.json["received"]) == (0, 2, n)
    assert call("--json", "carry", str(tmp_path / "none"), *centre.where).json["fault"] == "sync.no_folder"


# ---- checking


def edited(folder: Path, statement: str) -> None:
    """What whoever owns the database can do once the fences are down."""
    with closing(sqlite3.connect(folder / "centre.db", isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)


@pytest.mark.req("R-AUD-03")
def test_a_row_that_was_edited_behind_it_is_1_and_named(known: Placed, centre: Running, tmp_path: Path) -> None:
    assert known.say("carla", "sync", *centre.where).code == 0
    centre.end()
    edited(known.folder.parent / "centre", "DELETE FROM entry WHERE seq = 2")
    said = call("--json", "centre", "check", str(known.folder.parent / "centre"))
    assert (said.code, said.json["ok"]) == (1, False)
    assert {one["code"] for one in said.json["findings"]} >= {"RCPT_MISMATCH"} and said.json["findings"][0][
        "say"
    ]
    assert "RCPT_MISMATCH" in call("centre", "check", str(known.folder.parent / "centre")).out
    edited(known.folder.parent / "centre", "UPDATE feed SET pos = 0")
    shown = call("centre", "check", str(known.folder.parent / "centre")).out
    assert "CHAIN_GAP  place" in shown and "order in which batches of the site" in shown and "feed" not in shown
