"""A centre that really answers: TLS on loopback under a CA of the test's, and clients that trust it."""

from __future__ import annotations

import io
import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import trustme

from app.central.admit import Centre
from app.central.gates import Limits
from app.central.keys import CentreKeys
from app.central.serve import Listen, Serving, json_log
from app.wiring.service import Database, import_site, init_centre, open_centre, start_centre
from app.work.clocks import SystemClock
from tests.central.sender import Sender, Site

PATIENT = Limits(burst=100_000, every=0.000001)


class Authority:
    """A certificate authority and the files of one server certificate."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.ca = trustme.CA()
        issued = self.ca.issue_cert(*(names or ("localhost", "127.0.0.1")))
        self.chain, self.key = folder / "chain.pem", folder / "key.pem"
        issued.private_key_pem.write_to_path(self.key)
        for blob in issued.cert_chain_pems:
            blob.write_to_path(self.chain, append=True)

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.ca.configure_trust(context)
        return context


class World:
    """A centre in `folder`, serving `site`. `owner` and `ingest` are one database, as its two roles see it."""

    def __init__(
        self, folder: Path, owner: Database | None = None, ingest: Database | None = None,
        limits: Limits = PATIENT, site: str = "kilda",
    ) -> None:  # fmt: skip
        self.folder, self.limits, self.ingest = folder, limits, ingest
        folder.mkdir(parents=True)
        self.authority = Authority(folder)
        init_centre(folder, "centre.test", "eu", owner)
        self.owner = self.open(owner)
        self.site = Site(site, ("dev1", "dev2"))
        self.known(self.site)
        self.centre = self.open(ingest or owner)
        self.told = io.StringIO()
        self.serving: Serving | None = None
        self._clients: list[httpx2.Client] = []

    @property
    def keys(self) -> CentreKeys:
        return self.owner.keys

    @property
    def one(self) -> Sender:
        return self.site.one

    def open(self, database: Database | None) -> Centre:
        return open_centre(self.folder, SystemClock("UTC"), database)

    def known(self, site: Site, **more: Any) -> Any:
        return import_site(self.owner, site.bundle([self.keys.public], **more))

    def start(self) -> World:
        listen = Listen(host="127.0.0.1", port=0, chain=self.authority.chain, key=self.authority.key)
        self.serving = start_centre(self.centre, listen, self.limits, json_log(self.told))
        return self

    @property
    def port(self) -> int:
        assert self.serving is not None
        return self.serving.port

    def client(self) -> httpx2.Client:
        client = httpx2.Client(
            base_url=f"https://localhost:{self.port}",
            verify=self.authority.context(),
            timeout=60,
            trust_env=False,
        )
        self._clients.append(client)
        return client

    def put(self, batch: bytes, sender: Sender | None = None, **headers: str) -> httpx2.Response:
        """Send a batch on a connection of its own."""
        with self.client() as client:
            return client.put((sender or self.one).path(batch), content=batch, headers=headers)

    def events(self, name: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.told.getvalue().splitlines()]
        return [line for line in lines if line["event"] == name]

    def count(self, table: str) -> int:
        """How many rows of the site a table has, as its owner sees it."""
        with self.owner.pool.store(self.site.name) as lent, lent.store.read() as tx:
            cursor = tx._cursor()
            cursor.execute(f"SELECT count(*) FROM {table} WHERE site_id = '{self.site.name}'")
            return int(cursor.fetchone()[0])

    def stop(self) -> None:
        for client in self._clients:
            client.close()
        if self.serving is not None:
            self.serving.stop()
            self.serving = None
        self.centre.pool.close()

    def close(self) -> None:
        self.stop()
        self.owner.pool.close()


Make = Callable[..., World]
