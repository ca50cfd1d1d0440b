"""Signing in with the keyboard alone, and what is said when that does not succeed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.store.lock import WriterLock
from app.work.demo.stage import Stage
from app.work.unlock import Given
from tests.ui.door.entrance import Entrance
from tests.work.onstage import LEARNER, QA, TRAINER

GENERIC = (
    "User name, password or one-time code is wrong, or the code was used already, or this computer's clock was moved. "
    "The attempt was counted."
)


@pytest.mark.req("R-ACC-06")
def test_the_keyboard_alone_signs_in(entrance: Entrance, stage: Stage) -> None:
    entrance.attempt(stage.cast.typed(TRAINER))
    assert [office.session.uid for office in entrance.inside if office.session] == [
        stage.cast.people[TRAINER]["uid"]
    ]
    assert entrance.door.form.password.text() == entrance.door.form.code.text() == ""


def test_a_code_with_blanks_in_it_is_taken(entrance: Entrance, stage: Stage) -> None:
    given = stage.cast.typed(TRAINER)
    entrance.attempt(replace(given, code=f" {given.code[:3]} {given.code[3:]}  "))
    assert len(entrance.inside) == 1


def _wrong(given: Given) -> dict[str, Given]:
    return {
        "unknown": replace(given, user="nobody.here"),
        "password": replace(given, password="something else entirely"),
        "code": replace(given, code="000000" if given.code != "000000" else "111111"),
        "wide": replace(given, code="".join(chr(ord(digit) + 0xFEE0) for digit in given.code)),
    }


@pytest.mark.req("R-ACC-06")
def test_whatever_is_wrong_is_said_in_one_sentence_and_takes_the_same_time(
    entrance: Entrance, stage: Stage
) -> None:
    said, took = set(), []
    for user, kind in ((TRAINER, "unknown"), (TRAINER, "password"), (QA, "code"), (LEARNER, "wide")):
        began = time.monotonic()
        entrance.attempt(_wrong(stage.cast.typed(user))[kind])
        took.append(time.monotonic() - began)
        said.add(entrance.door.form.banner.text.text())
        assert entrance.door.form.banner.isVisible() and entrance.focus() is entrance.door.form.password
    assert said == {GENERIC} and not entrance.inside
    assert min(took) >= 0.7 and max(took) - min(took) < 0.6


@pytest.mark.req("R-ACC-06")
def test_a_code_that_was_used_is_refused_like_any_other(entrance: Entrance, stage: Stage) -> None:
    given = stage.cast.typed(TRAINER)
    entrance.attempt(given)
    entrance.lane.ask(
        entrance.door, lambda _ticket: entrance.behind.leave(entrance.inside.pop(), "user"), lambda _done: None
    )
    entrance.attempt(given)
    assert not entrance.inside and entrance.door.form.banner.text.text() == GENERIC


def test_an_empty_field_is_not_an_attempt(entrance: Entrance) -> None:
    entrance.type(Given(TRAINER, "", ""))
    assert not entrance.lane.is_busy and entrance.focus() is entrance.door.form.password


@pytest.mark.req("R-ACC-16", "R-ACC-06")
@pytest.mark.parametrize("user", [TRAINER, "nobody.here"])
def test_five_failures_lock_the_name_known_or_not_and_say_until_when(
    entrance: Entrance, stage: Stage, user: str
) -> None:
    for _ in range(5):
        entrance.attempt(Given(user, "something else entirely", "123456"))
    form = entrance.door.form
    assert form.banner.title.text().startswith("Sign-in is locked until ") and "CET" in form.banner.title.text()
    assert (
        "It unlocks in 14 min" in form.banner.text.text() or "It unlocks in 15 min" in form.banner.text.text()
    )
    assert not form.password.isEnabled() and form.user.isEnabled() and "QA on call" in entrance.said()


def test_while_one_name_waits_another_may_sign_in(entrance: Entrance, stage: Stage) -> None:
    for _ in range(5):
        entrance.attempt(Given(TRAINER, "something else entirely", "123456"))
    entrance.attempt(stage.cast.typed(QA))
    assert len(entrance.inside) == 1


@pytest.mark.req("R-ACC-18")
def test_nothing_of_the_store_is_told_before_sign_in(entrance: Entrance, stage: Stage) -> None:
    said = entrance.said()
    assert "dev1" in said and "Leiden site" in said and "demo site" in said
    assert not any(
        person["name"] in said or person["username"] in said for person in stage.cast.people.values()
    )


def test_a_second_opener_is_told_and_the_window_stays(entrance: Entrance, stage: Stage) -> None:
    lock = WriterLock(stage.site)
    entrance.attempt(stage.cast.typed(TRAINER))
    assert "Another Countersign has this store open" in entrance.said() and entrance.door.form.go.isEnabled()
    lock.release()
    entrance.attempt(stage.cast.typed(TRAINER))
    assert len(entrance.inside) == 1


@pytest.mark.parametrize(
    ("member", "data", "said"),
    [
        ("site/main.db", b"\0" * 8192, "The store can't be read"),
        ("site/vault.json", b"{}", "vault.json is damaged"),
        ("device-secret", b"{}", "is not what Countersign wrote"),
        ("device-secret", None, "is not there"),
    ],
)
def test_what_is_broken_is_said_with_what_was_kept_and_what_to_do(
    entrance: Entrance, stage: Stage, member: str, data: bytes | None, said: str
) -> None:
    path = stage.cast.folder / member
    path.unlink()
    if data is not None:
        path.write_bytes(data)
        path.chmod(0o600)
    if member == "site/vault.json":
        shutil.copy(path, path.with_name("vault.json.1"))
    entrance.attempt(stage.cast.typed(TRAINER))
    told = entrance.door.form.banner.title.text() + " " + entrance.door.form.banner.text.text()
    assert said in told and "Nothing was written" in told and entrance.door.isVisible() and not entrance.inside


def test_the_first_paint_loads_neither_rules_nor_cryptography(qtbot: QtBot) -> None:

    code = "import ui.main, sys; print(*sys.modules)"
    names = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    heavy = {
        "msgspec",
        "sqlalchemy",
        "cryptography",
        "keyring",
        "app.domain",
        "app.store",
        "app.work",
        "datetime",
    }
    assert "ui.door.door" in names and not names & heavy
