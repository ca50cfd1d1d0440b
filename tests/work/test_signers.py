"""Who somebody is at the moment of signing, and who may sign."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.work.demo.stage import Stage
from app.work.signers import holders, live_accounts, roles_now, someone, who_may
from tests.work.onstage import LEARNER, LEARNER_NUMBER, QA, READING, TRAINER, copied
from tests.work.seeing import setting, signed_in


@pytest.fixture(scope="module")
def played(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One copy for this module."""
    made = copied(demo_dir, tmp_path_factory.mktemp("signers"))
    yield made
    made.close()


@pytest.mark.req("R-SIG-16", "R-SIG-14")
def test_only_the_trainee_may_sign_the_trainees_step(played: Stage) -> None:
    office = signed_in(played, QA)
    found = who_may(office, played.command(LEARNER_NUMBER, READING, "READ"))
    assert [one.name for one in found] == ["Omkaar Barad"] and found[0].roles == ("learner",)
    assert who_may(office, played.command(LEARNER_NUMBER, READING, "READ"), apart=found[0].uid) == ()


def test_those_who_hold_a_role_are_named_without_whoever_asks(played: Stage) -> None:
    office = signed_in(played, QA)
    assert holders(office, "qa") == ("Nora Doornhem",)
    assert [one.user for one in who_may(office, setting("late_h", 30))] == ["muphaus", "ndoornhem"]


def test_somebody_without_an_account_has_a_name_and_no_roles(played: Stage) -> None:
    office = signed_in(played, QA)
    pid = next(pid for pid, _, _ in office.ring.held() if not live_accounts(office, pid))
    with office.store.read() as tx:
        told = someone(office, tx, pid=pid)
    assert told.name and (told.uid, told.roles, told.user) == ("", (), "")


@pytest.mark.req("R-PRV-06")
def test_a_name_that_can_not_be_read_here_is_a_mark(played: Stage) -> None:
    office = signed_in(played, QA)
    uid, pid = (played.cast.people[TRAINER][key] for key in ("uid", "pid"))
    mine = [key for key in office.ring.held() if key[0] == pid]
    office.ring.forget(mine)
    with office.store.read() as tx:
        told = someone(office, tx, uid=uid)
    office.ring.learn(mine)
    assert told.name.startswith(pid) and len(told.name) > len(pid) and told.user == ""


def test_roles_are_those_of_this_moment(played: Stage) -> None:
    assert roles_now(signed_in(played, QA), played.cast.people[LEARNER]["uid"]) == ("learner",)
