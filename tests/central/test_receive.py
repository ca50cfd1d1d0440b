"""The pure verdicts, without a store."""

from __future__ import annotations

import pytest

from app.central.receive import Held, No, follows, place, read, sealed_by
from app.central.registry import read_bundle
from app.proof.chain import ZERO
from app.proof.merkle import Frontier
from tests.central.sender import START, Site, hash_of

NOW = 1_790_000_000_000


@pytest.fixture
def site():
    site = Site("kilda")
    site.one.write(8)
    return site


def got(site, batch):
    return read(batch, site.one.log, hash_of(batch.split(b"\n", 1)[0].decode()))


def held(site, size):
    tree = Frontier()
    tree.extend(site.one.leaves[:size])
    return Held(tree=tree, tail=site.one.leaves[size - 1] if size else ZERO, roots={})


def test_a_batch_is_the_one_that_the_address_names(site):
    batch = site.one.batch(0, 4)
    assert got(site, batch).manifest.last == 3
    other = hash_of("x")
    assert read(batch, site.one.log, other) == No(status=422, code="url_mismatch")
    assert read(batch, site.one.log + "0", hash_of(batch.split(b"\n", 1)[0].decode())).code == "url_mismatch"
    assert read(b"", site.one.log, other) == No(status=422, code="truncated")


def test_who_sealed_it_and_where_it_may_go(site):
    batch, bundle = got(site, site.one.batch(0, 4)), read_bundle(site.bundle())
    assert sealed_by(batch, bundle, "eu", NOW).id == "dev1"
    assert sealed_by(batch, None, "eu", NOW).code == "site_unknown"
    assert sealed_by(batch, bundle, "us", NOW) == No(status=451, code="region", about={"region": "us"})
    assert sealed_by(batch, read_bundle(Site("kilda").bundle()), "eu", NOW).code == "signature"
    assert sealed_by(batch, read_bundle(Site("other").bundle()), "eu", NOW).code == "device_unknown"
    assert sealed_by(batch, read_bundle(site.bundle(until=START)), "eu", NOW).code == "device_revoked"
    anywhere = got(site, site.one.batch(0, 4, region=None))
    assert sealed_by(anywhere, bundle, "us", NOW).id == "dev1"


@pytest.mark.parametrize(("size", "code"), [(2, "gap"), (4, None), (6, "overlap"), (8, "overlap")])
def test_where_a_batch_begins_decides(site, size, code):
    known = enumerate(site.one.entries[4:size], 4)
    answer = place(got(site, site.one.batch(4, 8)), size, known)
    assert (answer.code if answer else None) == code
    assert answer is None or answer.about == {"need": size}


def test_known_entries_with_other_bytes_are_a_fork(site):
    known = [(4, site.one.entries[4]), (5, b"other"), (6, b"other")]
    answer = place(got(site, site.one.batch(4, 8)), 7, known)
    assert answer == No(status=409, code="fork", about={"at": 5}, evidence=True)


def test_what_follows_is_checked_and_another_past_is_a_fork(site):
    batch, device = got(site, site.one.batch(4, 8)), read_bundle(site.bundle()).devices[0]
    assert follows(batch, device, held(site, 4)).tree.size == 8
    past = Held(tree=held(site, 4).tree, tail=ZERO, roots={})
    assert follows(batch, device, past) == No(status=409, code="fork", about={"at": 3}, evidence=True)
    wrong = got(site, site.one.batch(4, 8, cp=site.one.note(7)))
    assert follows(wrong, device, held(site, 4)) == No(status=422, code="chain", evidence=True)
