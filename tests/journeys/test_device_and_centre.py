"""Two real devices and the real centre, over TLS: sent, countersigned, handed on, checked on both sides."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.proof.descriptor import Descriptor
from app.store import history
from app.wiring.service import check_centre, import_site
from app.work.centres import site_root, trust_bundle
from tests.central.world import World
from tests.work.founded import Small
from tests.work.linked import Linked, Second, courier_to


class Real(Linked):
    """As Linked, with the product's own centre."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.small = Small(folder / "one")
        self.office = self.small.enter()
        self.world = World(folder / "centre").start()
        ca = folder / "ca.pem"
        self.world.authority.ca.cert_pem.write_to_path(ca)
        self.address = f"https://localhost:{self.world.port}"
        self.courier = courier_to(self.address, ca)
        public = self.world.keys.public
        self.told = Descriptor(
            v=1, name=public.name, jwk=public.jwk, ed25519=public.ed25519, region="eu", jurisdiction="NL",
            urls=[self.address],
        )  # fmt: skip
        self.centre = self
        self.record()
        self.introduce()

    def descriptor(self) -> Descriptor:
        return self.told

    def introduce(self) -> None:
        """Have the centre import the site's trust bundle as it is now."""
        root = site_root(self.office, self.office.session.uid, self.small.typed("anna"))
        told = import_site(self.world.owner, trust_bundle(self.office, root))
        assert isinstance(told, dict), told

    def close(self) -> None:
        self.courier.close()
        self.world.close()
        self.office.close()


def held(office, log):
    """The entries of a log that a device holds."""
    with office.store.read() as tx:
        return [b for _, b in history.entries(tx, log)]


@pytest.fixture
def real(tmp_path):
    made = Real(tmp_path)
    yield made
    made.close()


@pytest.mark.req("R-SYN-03", "R-SYN-04", "R-SYN-05")
def test_a_device_sends_everything_and_files_every_receipt(real):
    report, n = real.sync(), real.office.tail.n
    assert (report.received, report.counts.here) == (n, 0)
    real.change()
    assert real.sync().batches == 1
    assert real.sync().batches == 0
    assert check_centre(real.world.centre)["ok"]


@pytest.mark.req("R-SYN-06")
def test_a_second_device_sees_what_the_first_recorded_and_the_other_way_round(real):
    real.sync()
    second = Second(real)
    try:
        real.introduce()
        report = real.sync(second.office)
        assert report.received == second.office.tail.n
        real.again()
        log = second.office.tail.log
        here, there = held(real.office, log), held(second.office, log)
        assert here and here == there[: len(here)]
        assert len(here) == report.received
        assert check_centre(real.world.centre)["ok"]
    finally:
        second.close()
