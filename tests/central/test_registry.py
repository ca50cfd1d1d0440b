"""Trust bundles: whose first one is believed, which later ones are, and which device a log belongs to."""

from __future__ import annotations

import pytest

from app.base.codec import b64u
from app.base.words import Refused
from app.central.registry import device_of, origin_of, read_bundle, revoked
from app.proof.esign import thumbprint
from app.wiring.service import import_site
from tests.central.sender import START, Sender, Site

LATER = "2026-03-01T00:00:00.000Z"


@pytest.mark.req("R-SYN-02")
def test_a_bundle_that_names_the_centre_is_taken_in(world):
    site = Site("other")
    told = import_site(world.owner, site.bundle([world.keys.public]))
    assert (told["site"], told["devices"], told["names_us"]) == ("other", ["dev1"], True)
    assert import_site(world.owner, site.bundle([world.keys.public])) == told
    assert told["root"] == thumbprint(read_bundle(site.bundle()).root)


def test_a_later_bundle_of_the_same_root_counts(world):
    site = Site("other")
    import_site(world.owner, site.bundle())
    site.devices["dev2"] = Sender("other", "dev2")
    told = import_site(world.owner, site.bundle([world.keys.public], LATER))
    assert (told["devices"], told["names_us"]) == (["dev1", "dev2"], True)
    assert import_site(world.owner, site.bundle()) == Refused("centre.older", {"site": "other"})


def test_what_is_no_bundle_or_another_sites_is_refused(world):
    site, thief = Site("other"), Site("other")
    import_site(world.owner, site.bundle())
    assert import_site(world.owner, "no bundle") == Refused("centre.bundle")
    assert import_site(world.owner, site.bundle()[:-8]) == Refused("centre.bundle")
    about = {"site": "other"}
    assert import_site(world.owner, thief.bundle(issued=LATER)) == Refused("centre.other_root", about)
    assert import_site(world.owner, site.bundle(issued=LATER, genesis=b64u(bytes([1]) * 32))) == Refused(
        "centre.other_root", about
    )
    other = import_site(world.owner, site.bundle(), root="x")
    assert isinstance(other, Refused) and (other.code, other.about["named"]) == ("centre.root", "x")
    same_day = site.bundle([world.keys.public], START)
    assert import_site(world.owner, same_day) == Refused("centre.older", about)


def test_a_bundle_that_gives_this_centre_other_keys_is_refused(world, make):
    other = make().keys.public
    assert other.name == world.keys.name
    answer = import_site(world.owner, Site("third").bundle([other]))
    assert answer == Refused("centre.other_keys", {"site": "third"})


def test_a_device_is_found_by_its_log():
    site = Site("kilda", ("dev1", "dev2"))
    bundle = read_bundle(site.bundle())
    assert device_of(bundle, site.devices["dev2"].log).id == "dev2"
    for log in ("", "x", "countersign.local.invalid/kilda/dev3/0", "countersign.local.invalid/other/dev1/0",
                "countersign.other/kilda/dev1/0", "countersign.local.invalid/kilda/dev1/x",
                "countersign.local.invalid/kilda/dev1/0/0", "local.invalid/kilda/dev1/0"):  # fmt: skip
        assert device_of(bundle, log) is None
    assert origin_of(site.one.log).epoch == "0"


def test_a_device_is_revoked_from_its_end_on():
    device = read_bundle(Site("kilda").bundle(until=LATER)).devices[0]
    assert [revoked(device, ms) for ms in (0, 1772323199999, 1772323200000)] == [False, False, True]
    assert not revoked(read_bundle(Site("kilda").bundle()).devices[0], 2**50)
