"""The centre's verbs as the command line will call them."""

from __future__ import annotations

import stat

import pytest

from app.base.faults import CannotDecide, Fault
from app.wiring.service import check_centre, import_site, init_centre, open_centre
from app.work.clocks import SystemClock
from tests.central.sender import Site

CLOCK = SystemClock("UTC")


def test_a_centre_is_made_once_and_its_file_is_private(tmp_path):
    told = init_centre(tmp_path / "c", "centre.test", "eu")
    assert set(told) == {"name", "jwk", "ed25519", "region"}
    assert stat.S_IMODE((tmp_path / "c" / "centre.db").stat().st_mode) == 0o600
    with pytest.raises(Fault, match="is a centre already"):
        init_centre(tmp_path / "c", "centre.test", "eu")


def test_an_empty_centre_is_sound_and_one_that_is_not_there_can_not_be_decided(tmp_path):
    init_centre(tmp_path / "c", "centre.test", "eu")
    centre = open_centre(tmp_path / "c", CLOCK)
    assert import_site(centre, Site("kilda").bundle())["names_us"] is False
    assert check_centre(centre) == {"ok": True, "sites": 1, "batches": 0, "entries": 0, "findings": []}
    centre.pool.close()
    with pytest.raises(CannotDecide):
        open_centre(tmp_path / "nothing", CLOCK)
