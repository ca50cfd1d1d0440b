"""Data keys go from device to device by hand: sealed for the site, judged by the taker's own history."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.base.faults import Fault
from app.base.words import Done, Refused
from app.proof import handed
from app.work.ask import find_person
from app.work.handing import hand_out, take_in
from app.work.login import sign_out
from app.work.office import Office
from app.work.unlock import granted_keys, opened_slot
from app.work.unread import unread_persons
from tests.work.apart import DORA, EMMA, Apart, about, add_person, kept
from tests.work.test_devices import findings, folded, holds, outside


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Apart]:
    """Two devices that have synced, and can't read each other's new person."""
    made = Apart(tmp_path)
    yield made
    made.close()


def forged(apart: Apart, keys: list[tuple[str, int, bytes]], **changes: Any) -> Path:
    """A file made with this site's secrets, but for what `changes` says."""
    office = apart.linked.office
    opened = opened_slot(office.vault, office.ds, apart.small.typed("anna"))
    assert opened is not None
    told: dict[str, Any] = {
        "site": office.site, "vault": office.vault.vault, "pk": office.vault.epoch("pk"), "ds": office.ds,
        "k_pk": granted_keys(office.vault, opened, "pk")[0], "nonce": os.urandom(12),
    }  # fmt: skip
    path = apart.folder / "forged"
    path.write_bytes(handed.seal(keys, **{**told, **changes}))
    return path


def erase(office: Office, pid: str) -> None:
    """As an erasure that two people approved leaves it in memory; the verb itself is not built."""
    office.standing.erased.add(pid)


@pytest.mark.req("R-SYN-03", "R-PRV-06")
def test_keys_handed_both_ways_leave_both_devices_clean(apart: Apart) -> None:
    one, two = apart.out(0), apart.out(1)
    assert about(apart.take(0, two)) == {"taken": 1, "held": 4}
    assert about(apart.take(1, one)) == {"taken": 1, "held": 4}
    assert kept(apart.offices[0]) == kept(apart.offices[1])
    for office in apart.offices:
        assert [find_person(office, number)["given"] for number in ("N9", "N10")] == ["Dora", "Emma"]
    apart.meet()
    assert holds(apart.offices[0]) == holds(apart.offices[1])
    assert folded(apart.offices[0]) == folded(apart.offices[1])
    assert findings(apart.second) == [(), ()]
    places = ((apart.small.site, apart.small.secret_file), (apart.second.folder, apart.second.secret_file))
    assert [outside(*place)["findings"] for place in places] == [[], []]


@pytest.mark.req("R-SYN-03")
def test_without_them_each_device_says_what_is_missing(apart: Apart) -> None:
    found = findings(apart.second)
    assert [[(one.code, one.entity) for one in each] for each in found] == [
        [("DEK_COMMIT", f"person/{EMMA}")],
        [("DEK_COMMIT", f"person/{DORA}")],
    ]


def test_a_second_time_changes_nothing(apart: Apart) -> None:
    path = apart.out(1)
    apart.take(0, path)
    before = (apart.small.site / "pkeys.db").read_bytes()
    assert about(apart.take(0, path)) == {"held": 5}
    apart.offices[0].close()
    assert (apart.small.site / "pkeys.db").read_bytes() == before


def test_keys_of_persons_who_are_not_known_yet_are_left(apart: Apart) -> None:
    office = apart.enter(1, "bram")
    add_person(office, "p_000000000000000f", "N11", "Finn")
    sign_out(office)
    told = apart.take(0, apart.out(1))
    assert about(told) == {"taken": 1, "held": 4, "unknown": 1}
    assert ("p_000000000000000f", 1) not in kept(apart.offices[0])


@pytest.mark.req("R-PRV-06")
def test_a_key_that_contradicts_history_is_refused_and_named(apart: Apart) -> None:
    good = {name[0]: dek for name, dek in kept(apart.offices[1]).items()}
    path = forged(apart, [(EMMA, 1, bytes(32)), (DORA, 1, good.get(DORA, bytes(32)))])
    before = kept(apart.offices[0])
    told = apart.take(0, path)
    assert (told.taken, told.missing, set(told.refused)) == (0, 1, {f"{EMMA}.1", f"{DORA}.1"})
    assert kept(apart.offices[0]) == before


@pytest.mark.req("R-PRV-06")
def test_whoever_was_erased_here_does_not_come_back(apart: Apart) -> None:
    path = apart.out(1)
    office = apart.enter(0)
    erase(office, EMMA)
    done = take_in(office, path, apart.small.typed("anna"))
    assert isinstance(done, Done)
    assert about(done.result) == {"held": 4, "erased": 1}
    assert (EMMA, 1) not in kept(office) and unread_persons(office) == []


@pytest.mark.req("R-PRV-06")
def test_the_key_of_somebody_erased_is_not_handed_out(apart: Apart) -> None:
    office = apart.enter(1)
    erase(office, EMMA)
    path = apart.folder / "without"
    hand_out(office, path, apart.small.typed("anna"))
    assert about(apart.take(0, path)) == {"held": 4, "missing": 1}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"site": "delft"}, "keys.other_site"),
        ({"vault": "another"}, "keys.other_site"),
        ({"pk": 7}, "keys.other_epoch"),
    ],
)
def test_what_was_made_for_another_is_refused(apart: Apart, changes: dict[str, Any], code: str) -> None:
    answer = apart.tried(0, forged(apart, [(EMMA, 1, bytes(32))], **changes))
    assert isinstance(answer, Refused)
    assert answer.code == code


def fault_of(apart: Apart, path: Path) -> str:
    """The Fault that a file ends in; nothing was kept."""
    before = kept(apart.offices[0])
    with pytest.raises(Fault) as caught:
        apart.tried(0, path)
    assert kept(apart.offices[0]) == before
    return caught.value.code


@pytest.mark.req("R-SEC-01")
def test_what_does_not_open_is_told_in_words(apart: Apart) -> None:
    whole = apart.out(1).read_bytes()
    path = apart.folder / "odd"
    assert fault_of(apart, path) == "keys.missing"
    for data, code in (
        (whole[:-1], "keys.damaged"),
        (whole[:40], "keys.damaged"),
        (whole.replace(whole[-20:], bytes(20)), "keys.damaged"),
        (b"", "keys.damaged"),
        (whole + bytes(handed.LIMIT), "keys.too_large"),
    ):
        path.write_bytes(data)
        assert fault_of(apart, path) == code
    for changes in ({"ds": bytes(32)}, {"k_pk": bytes(32)}):
        assert fault_of(apart, forged(apart, [(EMMA, 1, bytes(32))], **changes)) == "keys.damaged"


@pytest.mark.req("R-ACC-09")
def test_only_qa_or_an_administrator_hands_keys_on(apart: Apart) -> None:
    office = apart.enter(0, "carla")
    n, path = office.tail.n, apart.folder / "x"
    answer = hand_out(office, path, apart.small.typed("carla"))
    assert answer == Refused("role.may_not", {"act": "device.keys"})
    assert (office.tail.n, path.exists()) == (n + 1, False)
    assert apart.tried(0, apart.out(1), "carla") == answer


def test_it_takes_the_password_of_whoever_is_signed_in(apart: Apart) -> None:
    office = apart.enter(0)
    path = apart.folder / "x"
    assert hand_out(office, path, apart.small.typed("bram")) == Refused("login.failed")
    wrong = apart.small.typed("anna").__class__("anna", "not the password at all", "")
    assert hand_out(office, path, wrong) == Refused("login.failed")
    assert not path.exists()


def test_no_file_is_written_over(apart: Apart) -> None:
    office = apart.enter(0)
    with pytest.raises(Fault) as caught:
        hand_out(office, office.folder / "main.db", apart.small.typed("anna"))
    assert caught.value.code == "keys.exists"
