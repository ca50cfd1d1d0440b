"""Building a centre: `countersign centre init | import | serve | check`, and the one that the demo starts beside itself.

- A folder holds the centre's keys and, unless a PostgreSQL is named (wiring.postgres), its SQLite file.
- It listens on loopback unless told otherwise, and always with TLS.
- Imports nothing of the desktop but its clock and the shape of a progress.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from app.base.moment import Clock
from app.base.words import Done, Json, Refused, Value
from app.central.admit import Centre
from app.central.check import Checked, batches_of, check_site
from app.central.gates import Limits
from app.central.keys import FILE, CentreKeys, make_keys, read_keys
from app.central.pool import Opened, Pool
from app.central.registry import import_bundle, site_named
from app.central.routes import Log
from app.central.serve import Listen, Serving, start
from app.proof.tls import make_server
from app.proof.trust import TrustBundle
from app.proof.vaultfile import replace_file
from app.store.engines import found_centre, sqlite_seen, sqlite_store
from app.store.sites import site_ids
from app.store.tx import Connection, Store
from app.work.clocks import SystemClock
from app.work.feeds.feed import Tick

DATABASE = "centre.db"
CA, CHAIN, KEY = "ca.pem", "chain.pem", "key.pem"
HOST, ALSO = "localhost", ("127.0.0.1", "::1")
LOOK_S = 0.5
ENDING = (signal.SIGINT, signal.SIGTERM)


class Database(Value, frozen=True):
    """Where a centre keeps what it receives: how it is opened, seen as one site's store, and founded (once)."""

    opening: Callable[[], Opened]
    as_store: Callable[[Connection, str], Store]
    found: Callable[[], None]

    def pool(self) -> Pool:
        """Connections to it."""
        return Pool(self.opening, self.as_store)


def sqlite_database(folder: Path) -> Database:
    """The SQLite file in the centre's folder: one machine, every commit on its disk before it counts."""
    path = folder / DATABASE

    def opening() -> Opened:
        return Opened(connection=sqlite_store(path, "").connection, timeline="", final=True)

    def found() -> None:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        with closing(sqlite_store(path, "")) as store:
            found_centre(store)

    return Database(opening=opening, as_store=sqlite_seen, found=found)


def init_centre(folder: Path, name: str, region: str, database: Database | None = None) -> dict[str, Json]:
    """Make a centre: keys, tables and fences. Answers how a site's trust bundle names it, `{name,jwk,ed25519}`.

    Faults `centre.exists`, `centre.name` and those of the database.
    """
    keys = make_keys(folder, name, region, os.urandom)
    try:
        (database or sqlite_database(folder)).found()
    except BaseException:
        # Nothing was signed with them yet; left there they would be in the way of the next try.
        (folder / FILE).unlink()
        raise
    return public_of(keys)


def public_of(keys: CentreKeys) -> dict[str, Json]:
    """What a site's root signs to name this centre (formats §6 "Trust bundle", `centres`), and its region."""
    public = keys.public
    return {"name": public.name, "jwk": public.jwk, "ed25519": public.ed25519, "region": keys.region}


def open_centre(folder: Path, clock: Clock, database: Database | None = None) -> Centre:
    """The centre in `folder`. CannotDecide `centre.missing`, `centre.damaged`."""
    keys = read_keys(folder)
    pool = (database or sqlite_database(folder)).pool()
    return Centre(keys=keys, pool=pool, now=lambda: clock.now().instant.ms)


def import_site(centre: Centre, token: str, root: str | None = None) -> dict[str, Json] | Refused:
    """Take a site's trust bundle in: `{site,root,genesis,devices,names_us}`. Refusals of `registry.import_bundle`.

    On PostgreSQL the owner's act: the ingest role can't. `root` is the fingerprint from the Site Trust Sheet.
    `names_us` says whether the bundle names this centre, without which a device believes no receipt.
    """
    site = site_named(token)
    if isinstance(site, Refused):
        return site
    with centre.pool.store(site) as lent:
        answer = import_bundle(lent.store, token, centre.keys, root)
    if isinstance(answer, Refused):
        return answer
    return _told(centre, answer)


def readable(centre: Centre) -> None:
    """CannotDecide `store.damaged` where its database is none."""
    with centre.pool.store("") as lent, lent.store.read() as tx:
        site_ids(tx)


def check_centre(centre: Centre, tick: Tick | None = None) -> dict[str, Json]:
    """Hold everything against the receipts: `{ok,sites,batches,entries,findings:[{code,site,log,seq}]}`.

    `tick` hears how many of the batches are done. Faults of the database.
    """
    with centre.pool.store("") as lent, lent.store.read() as tx:
        sites = site_ids(tx)
    due, done = sum(batches_of(centre, site) for site in sites), 0

    def one_more() -> None:
        nonlocal done
        done += 1
        if tick is not None:
            tick(done, max(done, due))

    found: list[Checked] = [check_site(centre, site, one_more) for site in sites]
    findings: list[Json] = [
        {"code": wrong.code, "site": wrong.site, "log": wrong.log, "seq": wrong.seq}
        for one in found
        for wrong in one.wrong
    ]
    return {
        "ok": not findings,
        "sites": len(sites),
        "batches": sum(one.batches for one in found),
        "entries": sum(one.entries for one in found),
        "findings": findings,
    }


def own_files(folder: Path, port: int) -> tuple[Path, Listen]:
    """(authority that clients are told to believe, where to listen): loopback under a certificate made in `folder` once.

    Faults `disk.*`.
    """
    if not all((folder / file).is_file() for file in (CA, CHAIN, KEY)):
        # A certificate is held against the computer's real time, whatever the site's clock says.
        files = make_server([HOST, *ALSO], SystemClock("UTC").now().instant.ms)
        for file, data in ((KEY, files.key), (CHAIN, files.chain), (CA, files.ca)):
            replace_file(folder / file, data)
    return folder / CA, Listen(host=ALSO[0], port=port, chain=folder / CHAIN, key=folder / KEY)


def serve_centre(
    centre: Centre,
    listen: Listen,
    limits: Limits | None = None,
    log: Log | None = None,
    begun: Callable[[int], None] | None = None,
) -> None:
    """Answer until the process is told to end (Ctrl+C, SIGTERM); what was begun is answered first.

    `begun` hears the port as soon as it answers. Only from the main thread. Faults `centre.tls`, `centre.port`.
    """
    asked: list[int] = []
    before = {one: signal.signal(one, lambda number, _: asked.append(number)) for one in ENDING}
    try:
        serving = start(centre, listen, limits, log)
        try:
            if begun is not None:
                begun(serving.port)
            idle = threading.Event()
            while not asked and serving.alive:
                idle.wait(LOOK_S)
        finally:
            serving.stop()
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def start_centre(
    centre: Centre, listen: Listen, limits: Limits | None = None, log: Log | None = None
) -> Serving:
    """Answer beside the caller, on `Serving.port`, until `Serving.stop()`. Faults `centre.tls`, `centre.port`."""
    return start(centre, listen, limits, log)


def _told(centre: Centre, done: Done) -> dict[str, Json]:
    bundle: TrustBundle = done.result
    return {
        "site": bundle.site,
        "root": bundle.fingerprint,
        "genesis": bundle.genesis,
        "devices": [device.id for device in bundle.devices],
        "names_us": centre.keys.public in bundle.centres,
    }
