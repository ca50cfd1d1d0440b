"""A small real centre: TLS on a loopback port, batches checked and countersigned, kept in memory. It can be told to lie."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from zstandard import ZstdDecompressor

from app.base.codec import b64u, unb64u
from app.proof.batch import Batch, make_receipt, read_batch
from app.proof.chain import leaf
from app.proof.descriptor import Descriptor
from app.proof.esign import jwk_of

Lie = Callable[["SmallCentre", Batch, str], str]
"""Takes the centre, the batch and the true receipt; returns what is answered instead."""


class SmallCentre:
    """Its keys, what it holds, and the address at which it listens while it is open."""

    def __init__(
        self, folder: Path, *, name: str = "centre.example", region: str = "eu", prov: bool = False
    ) -> None:
        self.name, self.region, self.prov = name, region, prov
        self.key, self.notes = generate_private_key(SECP256R1()), Ed25519PrivateKey.generate()
        self.ca = trustme.CA()
        self.ca_file = folder / f"{name}-ca.pem"
        self.ca.cert_pem.write_to_path(self.ca_file)
        self.lie: Lie | None = None
        self.before: Callable[[str, str], tuple[int, bytes, dict[str, str]] | None] = lambda _verb, _path: None
        self.logs: dict[str, list[bytes]] = {}
        self.feed: list[tuple[bytes, str]] = []
        self.by_hash: dict[str, str] = {}
        self.asked: list[str] = []
        self.inc = "i1"
        self._server: ThreadingHTTPServer | None = None

    def descriptor(self, **changes: Any) -> Descriptor:
        """What the site's root signs."""
        told: dict[str, Any] = {
            "v": 1, "name": self.name, "jwk": jwk_of(self.key.public_key()),
            "ed25519": b64u(self.notes.public_key().public_bytes_raw()), "region": self.region,
            "jurisdiction": "IE", "urls": [],
        }  # fmt: skip
        return Descriptor(**{**told, **changes})

    def open(
        self, cert: trustme.LeafCert | None = None, *, plain: bool = False, host: str = "localhost"
    ) -> str:
        """Listen; returns the address."""
        centre = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.headers.get("Content-Encoding") == "zstd":
                    body = ZstdDecompressor().decompress(body)
                centre.asked.append(f"{self.command} {self.path}")
                code, data, headers = centre.answer(self.command, self.path, body)
                self.send_response(code)
                for name, value in {"Content-Length": str(len(data)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_PUT = do_POST = answer  # noqa: N815  # the library's names

            def log_message(self, *_: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                pass

        server = Quiet(("127.0.0.1", 0), Handler)
        if not plain:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            (cert or self.ca.issue_cert("localhost")).configure_cert(context)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        self._server = server
        return f"https://{host}:{server.server_address[1]}"

    def close(self) -> None:
        """Stop listening; what it holds stays."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, verb: str, path: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers of one answer."""
        first = self.before(verb, path)
        if first is not None:
            return first
        if path == "/sync/v1/hello":
            return 200, self.hello(json.loads(body)), {}
        if verb == "PUT":
            return self.put(path, body)
        after = int(path.partition("after=")[2].partition("&")[0])
        return 200, self.page(after), {}

    def hello(self, asked: dict[str, Any]) -> bytes:
        """How much is held of the log that was asked for."""
        held = self.logs.get(asked["log"], [])
        head = {"n": len(held), "h": b64u(leaf(held[-1])) if held else None}
        told: dict[str, Any] = {
            "protocol": 1,
            "centre": self.name,
            "region": self.region,
            "head": head,
            "feed": len(self.feed),
            "inc": self.inc,
        }
        return json.dumps(told).encode()

    def put(self, path: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        """Keep a batch once, and countersign it."""
        parts = path.split("/")
        batch = read_batch(body)
        assert (unb64u(parts[6]).decode(), parts[8]) == (batch.manifest.log, batch.hash)
        again = batch.hash in self.by_hash
        if not again:
            held = self.logs.setdefault(batch.manifest.log, [])
            if batch.manifest.first != len(held):
                return 409, json.dumps({"code": "gap", "need": len(held)}).encode(), {}
            held.extend(batch.entries)
            receipt = self.receipt(batch, len(self.feed) + 1)
            self.feed.append((body, receipt))
            self.by_hash[batch.hash] = receipt
        receipt = self.by_hash[batch.hash]
        told = receipt if self.lie is None else self.lie(self, batch, receipt)
        return (200 if again else 201), told.encode() + b"\n", {"Content-Type": "application/jose"}

    def receipt(self, batch: Batch, pos: int, **changes: Any) -> str:
        """A receipt of this centre."""
        about: dict[str, Any] = {
            "site": batch.manifest.log.split("/")[1], "name": self.name, "pos": pos, "ms": 1_795_600_000_000,
            "inc": self.inc, "prov": self.prov, "key": self.key, "notes": self.notes,
        }  # fmt: skip
        return make_receipt(batch, **{**about, **changes})

    def page(self, after: int) -> bytes:
        """The feed after that place, two batches at most."""
        out = b""
        for pos, (batch, receipt) in list(enumerate(self.feed, 1))[after : after + 2]:
            line = json.dumps({"pos": pos, "bytes": len(batch), "receipt": receipt})
            out += line.encode() + b"\n" + batch
        end = min(after + 2, len(self.feed))
        return out + json.dumps({"next": end, "more": end < len(self.feed), "inc": self.inc}).encode() + b"\n"
