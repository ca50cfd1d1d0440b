"""From an opened slot to an open site: nothing is written before the anchor agrees."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.base.faults import CannotDecide, Fault
from app.proof import vaultfile
from app.proof.vault import open_slot
from app.store.lock import WriterLock
from app.work.login import door_of
from app.work.opening import failures, open_office
from app.work.pending import Pending
from app.work.unlock import granted_keys
from tests.work.founded import PASSWORD, ZONE, Small
from tests.work.seeing import tree


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """A small site; nothing in it is changed."""
    return Small(tmp_path_factory.mktemp("opening"))


def test_opening_writes_nothing_and_signs_nobody_in(small: Small) -> None:
    door = door_of(small.site, small.secrets(), small.clock, os.urandom, ZONE)
    opened = open_slot(door.vault, door.ds, "anna", PASSWORD.format("anna"))
    before = tree(small.site, {"lock", "main.db-wal", "main.db-shm"})
    office = open_office(door, opened, WriterLock(small.site))
    assert office.session is None and office.alerts == [] and office.strays == [] and office.site == "site"
    assert office.tail.n == 5 and list(failures(office)) == []
    office.close()
    office.close()
    assert tree(small.site, {"lock", "main.db-wal", "main.db-shm"}) == before
    assert PASSWORD.format("anna") not in repr(door) and door.ds.hex() not in repr(door)


@pytest.mark.req("R-AUD-09")
def test_waiting_events_that_are_lost_are_an_alert_and_no_hold(small: Small) -> None:
    secrets = small.secrets()
    pending = Pending(small.site, door_of(small.site, secrets, small.clock, os.urandom, ZONE).ds)
    pending.append("auth.password", "0" * 32, small.clock.now())
    door = door_of(small.site, secrets, small.clock, os.urandom, ZONE)
    anchor = secrets.read("anchor") or ""
    secrets.write("anchor", anchor.replace('"pd":0', '"pd":3'))
    office = open_office(
        door, open_slot(door.vault, door.ds, "anna", PASSWORD.format("anna")), WriterLock(small.site)
    )
    assert office.alerts == ["PENDING_LOST"] and office.waiting == 1
    office.close()
    pending.clear()
    secrets.write("anchor", anchor)


def test_who_has_no_grant_opens_nothing(small: Small) -> None:
    ds = door_of(small.site, small.secrets(), small.clock, os.urandom, ZONE).ds
    vault = vaultfile.read(small.site, ds).vault
    carla = open_slot(vault, ds, "carla", PASSWORD.format("carla"))
    assert len(granted_keys(vault, carla, "db")) == 1
    with pytest.raises(CannotDecide) as told:
        granted_keys(vault, carla, "site")
    assert told.value.code == "vault.no_grant"


def test_another_devices_keys_write_no_log_of_this_one(small: Small, tmp_path: Path) -> None:
    other = Small(tmp_path)
    door = door_of(small.site, small.secrets(), small.clock, os.urandom, ZONE)
    strange = door_of(other.site, other.secrets(), other.clock, os.urandom, ZONE).device
    lock = WriterLock(small.site)
    with pytest.raises(Fault) as told:
        open_office(
            replace(door, device=strange), open_slot(door.vault, door.ds, "anna", PASSWORD.format("anna")), lock
        )
    assert told.value.code == "store.foreign_device"
    lock.release()
