"""Receiving: 100,000 entries over TLS, verified and committed on PostgreSQL, beside a COPY into the same table.

- The COPY runs in the same cluster and run, into a second database of the same tables, indexes and triggers. It is the
  superuser's: the ingest role may not COPY, and row security forbids COPY to whoever it binds.
- The sender has one batch in flight, packed by zstd-3, on one connection; its batches are sealed beforehand.
- Wire bytes are what the kernel says was acknowledged on the sender's socket, TLS and HTTP included, against zstd-3 of
  the same bytes in one piece.

Run: python -m tests.bench.bench_sync [ENTRIES]
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg
import zstandard

from app.base.codec import b64u
from app.central.tell import LIMITS
from app.proof.merkle import Frontier
from app.proof.notes import sign_checkpoint
from app.wiring.postgres import postgres_database
from tests.central.cluster import Cluster
from tests.central.sender import Sender
from tests.central.test_serve import Process
from tests.central.world import World

ENTRIES = 100_000
ACKED = slice(120, 128)
"""Where `tcpi_bytes_acked` lies in Linux's struct tcp_info."""
WHOLE = 1.05
FLOOR = 0.20


def written(sender: Sender, count: int) -> None:
    """Entries of about the length of real ones, with as much in them that can't be packed."""
    for _ in range(count):
        sender.write(1, b64u(os.urandom(220)))


def batches_of(sender: Sender) -> list[bytes]:
    """The whole log in batches of the size that the centre asks for, sealed in one walk."""
    tree, found, first, leaves = Frontier(), [], 0, sender.leaves
    while first < len(sender.entries):
        end, size = first, 0
        while (
            end < len(sender.entries) and end - first < LIMITS["batch_entries"] and size < LIMITS["batch_bytes"]
        ):
            size += len(sender.entries[end])
            end += 1
        tree.extend(leaves[first:end])
        note = sign_checkpoint(sender.log, end, tree.root(), sender.keys.ed25519)
        found.append(
            sender.batch(
                first, end, cp=note, rcpt=None, cons=(), prev=leaves[first - 1] if first else bytes(32)
            )
        )
        first = end
    return found


def acknowledged(found: socket.socket) -> int:
    """Bytes that left this socket and arrived."""
    (count,) = struct.unpack("Q", found.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)[ACKED])
    return int(count)


def send(world: World, url: str, batches: list[bytes]) -> tuple[float, int]:
    """(seconds, bytes on the wire) for all of them, one after another."""
    packer, process = zstandard.ZstdCompressor(3), Process(world, url)
    with closing(process), process.client() as client:
        client.get("/health")
        began = time.perf_counter()
        for batch in batches:
            packed = packer.compress(batch)
            answer = client.put(world.one.path(batch), content=packed, headers={"content-encoding": "zstd"})
            assert answer.status_code == 201, answer.text
        took = time.perf_counter() - began
        stream = answer.extensions["network_stream"]
        return took, acknowledged(stream.get_extra_info("socket"))


def copy(cluster: Cluster, url: str, sender: Sender) -> float:
    """Seconds that PostgreSQL's own COPY takes for the same rows, committed."""
    database = url.split("dbname=")[1]
    with psycopg.connect(cluster.url("owner", database)) as connection:
        began = time.perf_counter()
        with connection.cursor().copy("COPY entry (site_id, log, seq, b) FROM STDIN (FORMAT BINARY)") as rows:
            rows.set_types(["text", "text", "int8", "bytea"])
            for seq, entry in enumerate(sender.entries):
                rows.write_row((sender.site, sender.log, seq, entry))
        connection.commit()
        return time.perf_counter() - began


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    cluster = Cluster(fsync=True)
    with tempfile.TemporaryDirectory() as folder:
        databases = [cluster.database() for _ in range(2)]
        pairs = [
            (
                postgres_database(owner, role=ingest.split("user=")[1].split(" ")[0]),
                postgres_database(ingest, alone=True),
            )
            for owner, ingest in databases
        ]
        world, beside = (World(Path(folder) / str(n), *pair) for n, pair in enumerate(pairs))
        try:
            written(world.one, count)
            batches = batches_of(world.one)
            copied = copy(cluster, databases[1][0], world.one)
            took, wire = send(world, databases[0][1], batches)
            assert world.count("entry") == count
        finally:
            world.close()
            beside.close()
            cluster.end()
    report(count, batches, took, copied, wire, world)


def report(count: int, batches: list[bytes], took: float, copied: float, wire: int, world: World) -> None:
    """The table."""
    plain = sum(map(len, batches))
    best = len(zstandard.ZstdCompressor(3).compress(b"".join(batches)))
    mean = sum(map(len, world.one.entries)) // count
    print(f"{count} entries of {mean} bytes in {len(batches)} batches, {plain / 1e6:.1f} MB")
    print(f"COPY, same tables     {copied:6.2f} s  {count / copied:9.0f} entries/s")
    print(f"TLS, verified, kept   {took:6.2f} s  {count / took:9.0f} entries/s")
    print(f"ratio                 {copied / took:6.2f}    floor {FLOOR}")
    print(
        f"wire / zstd-3         {wire / best:6.3f}    ceiling {WHOLE}   ({wire / 1e6:.1f} MB / {best / 1e6:.1f} MB)"
    )


if __name__ == "__main__":
    main()
