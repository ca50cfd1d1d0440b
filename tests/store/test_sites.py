"""The registry of sites: the newest bundle counts, each site has its counter."""

from __future__ import annotations

from contextlib import closing

import pytest

from app.store import arrivals
from app.store.engines import found_centre, sqlite_store
from app.store.sites import begin_site, bundle_token, keep_bundle, site_ids


@pytest.fixture
def path(tmp_path):
    """The file of a centre without sites."""
    with closing(sqlite_store(tmp_path / "centre.db", "")) as store:
        found_centre(store)
    return tmp_path / "centre.db"


def test_the_newest_bundle_counts(path):
    with closing(sqlite_store(path, "leiden")) as store, store.write() as tx:
        assert bundle_token(tx) is None
        keep_bundle(tx, "2026-02-01T00:00:00.000Z", "second")
        keep_bundle(tx, "2026-01-01T00:00:00.000Z", "first")
        assert bundle_token(tx) == "second"


def test_each_site_has_its_own_counter(path):
    for site in ("b", "a"):
        with closing(sqlite_store(path, site)) as store, store.write() as tx:
            assert arrivals.counter(tx) is None
            begin_site(tx, site + "1")
            keep_bundle(tx, "2026-01-01T00:00:00.000Z", site)
            assert arrivals.counter(tx) == arrivals.lock(tx) == (0, site + "1")
            assert bundle_token(tx) == site
    with closing(sqlite_store(path, "")) as store, store.read() as tx:
        assert site_ids(tx) == ["a", "b"]
