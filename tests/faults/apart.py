"""A real site and the product's own centre in a process of its own, on either engine, with a tearing proxy between them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from app.base.faults import Fault
from app.base.words import Refused
from app.central.tell import batch_of
from app.proof.descriptor import Descriptor
from app.store import arrivals, history, outbox
from app.store.outbox import Sealed
from app.wiring.postgres import postgres_database
from app.wiring.service import check_centre, import_site
from app.work.care import check_site
from app.work.centres import site_root, trust_bundle
from app.work.courier import HttpsCourier, Patience
from app.work.sync import SyncReport, seal_next, sync_once
from tests.central.cluster import Cluster
from tests.central.test_serve import Process
from tests.central.world import World
from tests.faults.tearing import Tearing
from tests.work.founded import Small
from tests.work.linked import Linked, courier_to

ONCE = Patience(tries=1)
SITE = "site"


class Apart(Linked):
    """As Linked, but the centre is a program that can be killed; with a `cluster` it runs on PostgreSQL."""

    def __init__(self, folder: Path, cluster: Cluster | None = None) -> None:
        self.folder, self.cluster = folder, cluster
        self.small = Small(folder / "one")
        self.office = self.small.enter()
        self.world, self.owner_url, url = _world(folder / "centre", cluster)
        self.process = Process(self.world, url)
        self.tearing = Tearing(self.process.port)
        self.ca = folder / "ca.pem"
        self.world.authority.ca.cert_pem.write_to_path(self.ca)
        self.address = f"https://localhost:{self.tearing.port}"
        self.courier = courier_to(self.address, self.ca)
        self.centre = self  # type: ignore[assignment]  # what Linked.record asks for the descriptor
        self.record()
        root = site_root(self.office, self.office.session.uid, self.small.typed("anna"))  # type: ignore[union-attr]
        assert not isinstance(root, Refused)
        assert isinstance(import_site(self.world.owner, trust_bundle(self.office, root)), dict)

    @property
    def log(self) -> str:
        """The device's log."""
        return self.office.tail.log

    def descriptor(self) -> Descriptor:
        """What the site's root signs of the centre."""
        us = self.world.keys.public
        return Descriptor(
            v=1, name=us.name, jwk=us.jwk, ed25519=us.ed25519, region="eu", jurisdiction="NL", urls=[self.address]
        )  # fmt: skip

    def once(self) -> HttpsCourier:
        """A courier of its own, which tries once."""
        return courier_to(self.address, self.ca, ONCE)

    def sealed(self) -> tuple[Sealed, bytes]:
        """The batch that waits for its receipt, sealed now if none waits."""
        with self.office.store.read() as tx:
            held = outbox.unsent(tx, self.log)
        held = held or seal_next(self.office, "eu", {})
        assert held is not None
        with self.office.store.read() as tx:
            return held, outbox.sealed_bytes(tx, held)

    def send(self, name: str, data: bytes) -> str | None:
        """Send a batch on a connection of its own; None when it came to no receipt. Any thread may call it."""
        with self.once() as courier, suppress(Fault):
            answer = courier.send(SITE, self.log, name, data)
            assert isinstance(answer, str), answer
            return answer
        return None

    def meet(self) -> SyncReport | str:
        """One meeting by a courier that tries once; the code of its Fault where it came to none."""
        with self.once() as courier:
            try:
                answer = sync_once(self.office, courier)
            except Fault as fault:
                return fault.code if fault.plain() and fault.what_to_do() else ""
        assert isinstance(answer, SyncReport), answer
        return answer

    def restart(self) -> None:
        """Kill the service and start it again."""
        self.process.kill()
        self.process.start()

    def arrived(self) -> list[tuple[bytes, str]]:
        """The batches of this device as the centre holds them, with their receipts, in the order of the feed."""
        with self.world.owner.pool.store(SITE) as lent, lent.store.read() as tx:
            return [(batch_of(tx, one), one.receipt) for one in arrivals.page(tx, 0, 1000)]

    def check_once(self) -> None:
        """Every entry lies at the centre once, every batch has one receipt on both sides, and both sides are sound."""
        with self.office.store.read() as tx:
            own = [b for _, b in history.entries(tx, self.log)]
            batches, first = list[tuple[bytes, str | None]](), 0
            while (held := outbox.batch_at(tx, self.log, first)) is not None:
                batches.append((outbox.sealed_bytes(tx, held), outbox.receipt_of(tx, self.log, held.last + 1)))
                first = held.last + 1
            filed = len(list(outbox.receipts(tx)))
        with self.world.owner.pool.store(SITE) as lent, lent.store.read() as tx:
            assert [b for _, b in arrivals.run(tx, self.log, 0, len(own))] == own
        assert self.arrived() == batches
        assert (filed, first) == (len(batches), len(own))
        told = check_centre(self.world.centre)
        assert (told["ok"], told["batches"], told["entries"]) == (True, len(batches), len(own)), told

    def findings(self) -> set[tuple[str, str]]:
        """What `verify store` says: (code, what it is about up to the slash); the office is closed for it."""
        self.office.close()
        told = check_site(self.small.site, self.small.secrets(), self.small.typed("carla"), None)
        return {(one.code, (one.entity or "").partition("/")[0]) for one in told.findings}

    def close(self) -> None:
        """End everything."""
        self.courier.close()
        self.process.kill()
        self.tearing.close()
        self.world.close()
        self.office.close()


def _world(folder: Path, cluster: Cluster | None) -> tuple[World, str | None, str | None]:
    if cluster is None:
        return World(folder), None, None
    owner, ingest = cluster.database()
    role = ingest.split("user=")[1].split(" ")[0]
    databases = postgres_database(owner, role=role, alone=True), postgres_database(ingest, alone=True)
    return World(folder, *databases), owner, ingest
