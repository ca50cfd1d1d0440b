"""Signing in: one answer and one time for every failure, each counted; a broken or rolled-back site writes nothing."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.base.codec import b64u
from app.base.faults import CannotDecide, Fault
from app.base.words import Refused
from app.proof import vaultfile
from app.proof.totp import STEP_MS
from app.proof.vault import open_slot, slot_id
from app.store import vault as engine
from app.work.ceremony import ANSWER_MS, Given
from app.work.demo.cast import Cast
from app.work.demo.cast import code_of as code_at
from app.work.demo.stage import Stage
from app.work.login import sign_in, sign_out
from app.work.office import Office
from app.work.opening import MAIN, PERSONS, granted_keys
from app.work.perform import perform
from app.work.secrets import load_ds
from tests.work.founded import PASSWORD, Small
from tests.work.onstage import QA, SECOND_QA, TRAINER, copied
from tests.work.seeing import COUNTERS, code_of, done, entries, new_person, tree, watched

ROOT = Path(__file__).resolve().parents[2]
MINUTE = 60_000


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module; each test closes what it opens."""
    made = copied(demo_dir, tmp_path_factory.mktemp("login"))
    yield made
    made.close()


def attempt(stage: Stage, given: Given) -> Office | Refused:
    """Sign in with exactly this."""
    return sign_in(stage.site, stage.secrets(), stage.cast.clock, os.urandom, given, stage.cast.plan["zone"])


def entered(stage: Stage, given: Given) -> Office:
    """Sign in with exactly this, which must do."""
    office = attempt(stage, given)
    assert isinstance(office, Office), office
    return office


def wide(code: str) -> str:
    """The same digits, full-width."""
    return "".join(chr(ord(digit) + 0xFEE0) for digit in code)


def wrong(stage: Stage, what: str) -> Given:
    """What is typed, with one thing wrong."""
    right = stage.cast.typed(QA)
    other = "000000" if right.code != "000000" else "000001"
    return {
        "user": replace(right, user="nobody.at.all"),
        "password": replace(right, password=right.password + "x"),
        "code": replace(right, code=other),
        "no code": replace(right, code=""),
        "wide code": replace(right, code=wide(right.code)),
        "no password": replace(right, password=""),
    }[what]


@pytest.mark.req("R-ACC-06", "R-ACC-16")
@pytest.mark.parametrize("what", ["user", "password", "code", "no code", "wide code", "no password"])
def test_whatever_is_wrong_the_answer_is_the_same_and_it_is_counted(played: Stage, what: str) -> None:
    secrets = played.secrets()
    given = wrong(played, what)
    waiting = len((played.site / "pending.ndjson").read_bytes().splitlines()) if what != "user" else 0
    before, began = tree(played.site, COUNTERS | {"pending.ndjson"}), time.monotonic()
    assert attempt(played, given) == Refused("login.failed")
    assert time.monotonic() - began >= ANSWER_MS / 1000
    assert tree(played.site, COUNTERS | {"pending.ndjson"}) == before
    assert len((played.site / "pending.ndjson").read_bytes().splitlines()) == waiting + 1
    assert slot_id(load_ds(secrets), given.user) in (secrets.read("lock") or "")
    if what == "wide code":
        entered(played, played.cast.typed(QA)).close()
        (played.site / "pending.ndjson").touch()


@pytest.mark.req("R-AUD-12")
def test_failures_before_sign_in_move_into_the_chain_without_anybodys_typed_name(played: Stage) -> None:
    typed = Given("mistyped.pharaoh", "quite a wrong password", "123456")
    assert attempt(played, typed) == Refused("login.failed")
    office = entered(played, played.cast.typed(QA))
    told = [one for one in entries(office) if one.act == "auth.fail"]
    assert told[-1].by.uid == "sys" and told[-1].body is not None
    assert told[-1].body["slot"] == slot_id(office.ds, typed.user) and told[-1].body["kind"] == "auth.password"
    assert not (played.site / "pending.ndjson").exists() and office.pending.count == 0
    assert "pharaoh" not in "".join(str(one) for one in entries(office))
    sign_out(office)
    office.close()


@pytest.mark.req("R-ACC-13")
def test_a_code_is_good_once(played: Stage) -> None:
    given = played.cast.typed(QA)
    entered(played, given).close()
    assert code_of(attempt(played, given)) == "login.failed"
    entered(played, played.cast.typed(QA)).close()


@pytest.mark.req("R-ACC-12")
@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_the_neighbouring_step_is_good_and_the_next_but_one_is_not(
    played: Stage, steps: int, good: bool
) -> None:
    played.cast.clock.advance(4 * STEP_MS)
    who = played.cast.people[SECOND_QA]
    code = code_at(who, played.cast.clock.now().instant.ms + steps * STEP_MS)
    answer = attempt(played, Given(SECOND_QA, who["password"], code))
    assert isinstance(answer, Office) is good
    if isinstance(answer, Office):
        answer.close()


@pytest.mark.slow
@pytest.mark.req("R-ACC-06")
def test_every_failure_takes_the_same_time(demo_dir: Path, tmp_path: Path) -> None:
    played = copied(demo_dir, tmp_path)
    medians = {}
    for what in ("user", "password", "code"):
        times = []
        for _ in range(5):
            given, began = wrong(played, what), time.monotonic()
            answer = attempt(played, given)
            times.append(time.monotonic() - began)
            assert answer == Refused("login.failed")
            played.secrets().write("lock", "{}")
            (played.site / "vault.lock").unlink()
        medians[what] = statistics.median(times)
    assert min(medians.values()) >= ANSWER_MS / 1000
    assert max(medians.values()) <= 1.3 * min(medians.values()), medians


@pytest.mark.req("R-ACC-16")
def test_five_failures_close_the_name_and_waiting_opens_it(stage: Stage) -> None:
    # The lock-out itself has tests of its own; here, that signing in asks it first and counts into it.
    bad = replace(wrong(stage, "password"), user=TRAINER)
    assert [code_of(attempt(stage, bad)) for _ in range(6)] == ["login.failed"] * 5 + ["login.wait"]
    assert attempt(stage, stage.cast.typed(TRAINER)) == Refused("login.wait", {"minutes": 15})
    stage.cast.clock.advance(15 * MINUTE)
    entered(stage, stage.cast.typed(TRAINER)).close()


@pytest.mark.req("R-ACC-16")
def test_a_program_killed_during_the_check_has_used_its_try(stage: Stage) -> None:
    bad = wrong(stage, "password")
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom app.work.demo.cast import Cast\n"
        "from app.work.demo.stage import Stage\nfrom app.work.ceremony import Given\n"
        "from app.work.login import sign_in\nfrom app.work.secretfile import FileSecrets\n"
        "class Killed(FileSecrets):\n"
        "    def write(self, name, text):\n"
        "        super().write(name, text)\n"
        "        os._exit(9)\n"
        "stage = Stage(Cast.load(Path(sys.argv[1]), os.urandom))\n"
        "held = stage.secrets()\n"
        "sign_in(stage.site, Killed(held.path, held.vault), stage.cast.clock, os.urandom,\n"
        "        Given(sys.argv[2], sys.argv[3], '000000'), 'UTC')\n"
    )
    command = [sys.executable, "-c", program, str(stage.cast.folder), bad.user, bad.password]
    ends = [subprocess.run(command, cwd=ROOT, timeout=60).returncode for _ in range(5)]
    assert ends == [9] * 5
    # The demo's clock went on by half a minute with every start of the program.
    stage.cast.clock.advance(5 * STEP_MS)
    assert code_of(attempt(stage, stage.cast.typed(QA))) == "login.wait"


# ---- a broken folder


def keys(stage: Stage, folder: Path) -> tuple[bytes, bytes]:
    """The keys of both stores, as a person's password gives them."""
    who, ds = stage.cast.people[QA], load_ds(stage.secrets())
    vault = vaultfile.read(folder, ds).vault
    opened = open_slot(vault, ds, QA, who["password"])
    return granted_keys(vault, opened, "db")[0], granted_keys(vault, opened, "pk")[0]


def sql(stage: Stage, statement: str) -> None:
    """Run a statement in main.db as somebody who holds its key."""
    driver = engine.connect(stage.site / MAIN, keys(stage, stage.site)[0], kind="main")
    driver.execute(statement)
    driver.close()


def damaged(stage: Stage) -> None:
    """One bit of the first page."""
    data = bytearray((stage.site / MAIN).read_bytes())
    data[2000] ^= 1
    (stage.site / MAIN).write_bytes(data)


def truncated(stage: Stage) -> None:
    """Half of the file."""
    os.truncate(stage.site / MAIN, (stage.site / MAIN).stat().st_size // 2 // 4096 * 4096)


def empty(stage: Stage) -> None:
    """Nothing of the file."""
    os.truncate(stage.site / MAIN, 0)


def missing(stage: Stage) -> None:
    """No file at all."""
    (stage.site / MAIN).unlink()


def newer(stage: Stage) -> None:
    """A schema that this program doesn't know."""
    sql(stage, "PRAGMA user_version=99")


def foreign(stage: Stage) -> None:
    """The person keys where the history should be."""
    shutil.copy(stage.site / PERSONS, stage.site / MAIN)


def no_vault(stage: Stage) -> None:
    """No vault file."""
    for name in ("vault.json", "vault.json.1"):
        (stage.site / name).unlink()


def torn_vault(stage: Stage) -> None:
    """Both vault files cut."""
    for name in ("vault.json", "vault.json.1"):
        os.truncate(stage.site / name, 900)


def no_keys(stage: Stage) -> None:
    """Person keys cut."""
    os.truncate(stage.site / PERSONS, 4096)


@pytest.mark.req("R-SEC-06")
@pytest.mark.parametrize(
    ("damage", "codes"),
    [
        (damaged, {"store.damaged"}),
        (truncated, {"store.damaged"}),
        (empty, {"store.damaged", "store.foreign"}),
        (missing, {"store.missing"}),
        (newer, {"store.newer"}),
        (foreign, {"store.damaged", "store.foreign"}),
        (no_vault, {"store.missing", "vault.damaged"}),
        (torn_vault, {"vault.damaged"}),
        (no_keys, {"store.damaged"}),
    ],
)
def test_a_broken_folder_is_told_and_not_written_to(
    stage: Stage, damage: Callable[[Stage], None], codes: set[str]
) -> None:
    given = stage.cast.typed(QA)
    damage(stage)
    before = tree(stage.site, COUNTERS)
    with pytest.raises(Fault) as told:
        attempt(stage, given)
    assert told.value.code in codes and told.value.plain() and told.value.what_to_do()
    assert tree(stage.site, COUNTERS) == before


def test_the_history_of_another_site_does_not_open_here(stage: Stage, tmp_path: Path) -> None:
    given, other = stage.cast.typed(QA), Small(tmp_path / "other")
    ds = load_ds(other.secrets())
    vault = vaultfile.read(other.site, ds).vault
    opened = open_slot(vault, ds, "anna", PASSWORD.format("anna"))
    driver = engine.connect(other.site / MAIN, granted_keys(vault, opened, "db")[0], kind="main")
    driver.set_authorizer(None)
    driver.execute("PRAGMA journal_mode=DELETE").fetchall()
    # Put under this site's very key by somebody who has both.
    driver.execute(f"""PRAGMA rekey="x'{keys(stage, stage.site)[0].hex()}'" """).fetchall()
    driver.close()
    shutil.copy(other.site / MAIN, stage.site / MAIN)
    before = tree(stage.site, COUNTERS)
    with pytest.raises(Fault) as told:
        attempt(stage, given)
    assert told.value.code in ("store.other_site", "store.foreign_device")
    assert tree(stage.site, COUNTERS | {"main.db"}) == {n: h for n, h in before.items() if n != "main.db"}


def test_a_second_opener_is_refused_and_counts_no_attempt(stage: Stage) -> None:
    office = entered(stage, stage.cast.typed(QA))
    before = tree(stage.site)
    with pytest.raises(Fault) as told:
        attempt(stage, stage.cast.typed(SECOND_QA))
    assert told.value.code == "store.in_use" and tree(stage.site) == before
    office.close()
    entered(stage, stage.cast.typed(SECOND_QA)).close()


def test_with_another_device_secret_nothing_opens(stage: Stage) -> None:
    secrets = stage.secrets()
    secrets.write("ds", b64u(bytes(32)))
    before = tree(stage.site)
    with pytest.raises(CannotDecide):
        attempt(stage, stage.cast.typed(QA))
    assert tree(stage.site, COUNTERS) == {name: h for name, h in before.items() if name not in COUNTERS}


# ---- rolled back


def rolled_back(stage: Stage, names: tuple[str, ...], work: Callable[[Office], object]) -> None:
    """Do some work in a session, then put these files back as they were before it."""
    aside = stage.cast.folder / "aside"
    aside.mkdir()
    for name in names:
        shutil.copy(stage.site / name, aside / name)
    work(stage.enter(QA))
    stage.leave()
    for name in names:
        shutil.copy(aside / name, stage.site / name)


@pytest.mark.req("R-AUD-09", "R-SEC-06")
def test_a_history_put_back_is_held_and_no_person_key_is_destroyed(stage: Stage) -> None:
    rolled_back(stage, (MAIN,), lambda office: done(perform(office, new_person(office, "ROLLED"))))
    before = tree(stage.site, COUNTERS)
    with pytest.raises(Fault) as told:
        attempt(stage, stage.cast.typed(QA))
    assert (told.value.code, told.value.about["finding"]) == ("store.hold", "ANCHOR_ROLLBACK")
    assert tree(stage.site, COUNTERS) == before


@pytest.mark.req("R-AUD-09")
def test_a_vault_put_back_is_held(stage: Stage) -> None:
    def written_again(office: Office) -> None:
        office.vault = vaultfile.write(office.folder, office.vault, office.ds)
        office.vault = vaultfile.write(office.folder, office.vault, office.ds)

    rolled_back(stage, ("vault.json", "vault.json.1"), written_again)
    with pytest.raises(Fault) as told:
        attempt(stage, stage.cast.typed(QA))
    assert (told.value.code, told.value.about["finding"]) == ("store.hold", "VAULT_MAC")


@pytest.mark.req("R-AUD-09")
def test_without_an_anchor_the_site_is_held(stage: Stage) -> None:
    held = stage.secrets()
    held.path.with_name(f"{held.path.name}.anchor").unlink()
    before = tree(stage.site, COUNTERS)
    with pytest.raises(Fault) as told:
        attempt(stage, stage.cast.typed(QA))
    assert (told.value.code, told.value.about["finding"]) == ("store.hold", "ANCHOR_MISSING")
    assert tree(stage.site, COUNTERS) == before


def test_a_sign_in_whose_anchor_fails_is_told_and_the_next_one_goes_on(stage: Stage) -> None:
    assert code_of(attempt(stage, wrong(stage, "user"))) == "login.failed"
    secrets = watched(stage.secrets())
    secrets.broken = "anchor"
    with pytest.raises(Fault):
        sign_in(stage.site, secrets, stage.cast.clock, os.urandom, stage.cast.typed(QA), "UTC")
    office = entered(stage, stage.cast.typed(QA))
    assert "ANCHOR_LAG" in office.alerts
    # What waited outside had moved with the transaction that was kept; it is there once.
    assert len([one for one in entries(office) if one.act == "auth.fail"]) == 1
    office.close()


def test_person_keys_without_history_go_at_the_next_sign_in(stage: Stage) -> None:
    office = stage.enter(QA)
    with office.persons.write() as tx:
        tx._cursor().execute(
            "INSERT INTO dek(site_id, pid, ver, dek) VALUES (?, 'p_stray', 1, ?)", (office.site, bytes(32))
        )
    stage.leave()
    office = stage.enter(QA)
    found = (
        office.persons.connection.cursor().execute("SELECT count(*) FROM dek WHERE pid='p_stray'").fetchone()
    )
    assert found == (0,) and not office.ring.has("p_stray") and office.strays == []


def test_the_cast_of_a_copy_is_the_demos(stage: Stage, demo_dir: Path) -> None:
    assert set(stage.cast.people) == set(Cast.load(stage.cast.folder, os.urandom).people)
