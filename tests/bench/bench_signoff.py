"""A sign-off through the real `perform`, beside django-simple-history doing one audited update.

Both durable (WAL, synchronous FULL), both warmed, rounds taken in turn. Ours runs from the unlocked signer to the
durable commit; the key derivation and the anchor write are shown beside it. Target: at least 2.5 x the peer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from app.proof.vault import open_slot
from app.store import vault
from app.store.engines import found_main, sqlcipher_store
from app.work.perform import perform, perform_sheet
from app.work.sign import Signer
from tests.bench.plant import Plant, must
from tests.bench.table import paired, show, spread

LEARNERS, REQUIREMENTS = 12, 32
ROUNDS, EACH = 7, 50
TARGET = 2.5


def prepare(folder: Path) -> tuple[Plant, list[tuple[str, str, str]], Signer]:
    """A site on which every learner has signed every requirement, and the trainer none."""
    plant = Plant(folder)
    requirements = plant.require(REQUIREMENTS)
    names = [f"hand{n}" for n in range(LEARNERS)]
    pids = plant.hire([*names, "teacher"])
    for name, pid in zip(names, pids, strict=False):
        plant.enrol(name, pid, "learner")
    plant.enrol("teacher", pids[-1], "trainer")
    begun = []
    for name, pid in zip(names, pids, strict=False):
        signer = plant.beside(name)
        for req in requirements:
            command = plant.sign_off(pid, req, "TRAINED")
            must(perform(plant.office, command, replace(signer, nonce=os.urandom(8))))
            begun.append((pid, req, command.id))
    return plant, begun, plant.beside("teacher")


def ours(plant: Plant, work: Iterator[tuple[str, str, str]], signer: Signer) -> tuple[float, float]:
    """(sign-offs per second without the anchor, seconds of one anchor write) of one round."""
    commands = [
        plant.sign_off(pid, req, "COMPETENT", record) for pid, req, record in (next(work) for _ in range(EACH))
    ]
    plant.secrets.seconds, plant.secrets.writes = 0.0, 0
    began = time.perf_counter()
    for command in commands:
        must(perform(plant.office, command, replace(signer, nonce=os.urandom(8))))
    seconds = time.perf_counter() - began
    assert plant.secrets.writes == EACH, "one anchor a command"
    return EACH / (seconds - plant.secrets.seconds), plant.secrets.seconds / EACH


def main() -> int:
    """Measure, print the table; 0 if the target is met."""
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        plant, begun, signer = prepare(Path(folder))
        work = iter(begun)
        command = [
            sys.executable,
            str(Path(__file__).with_name("peer_simple_history.py")),
            str(ROUNDS),
            str(EACH),
        ]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as peer:
            assert peer.stdin is not None
            assert peer.stdout is not None
            mine, theirs, anchors = [], [], []
            for number in range(ROUNDS):
                rate, anchor = ours(plant, work, signer)
                peer.stdin.write("go\n")
                peer.stdin.flush()
                other = float(json.loads(peer.stdout.readline()))
                if number:  # the first round warms both up
                    mine.append(rate)
                    anchors.append(anchor * 1000)
                    theirs.append(other)
            peer.stdin.close()
        sheet, bare = _sheet(plant, work, signer), floor(Path(folder))
        kdf = [_kdf(plant) for _ in range(5)]
        plant.office.close()
    ratios = paired(mine, theirs)
    show(
        "A sign-off, from unlocked signer to durable commit (per second; ms where said)",
        ("side", "median (min–max)"),
        (
            ("ours: perform, signed, encrypted, durable", spread(mine)),
            ("django-simple-history, one audited update", spread(theirs)),
            (f"ours / peer, round by round (target ≥ {TARGET})", spread(ratios)),
            ("floor: the same rows, encrypted, durable, no rules and no signature", spread(bare)),
            ("beside: anchor write, ms", spread(anchors)),
            ("beside: key derivation (Argon2id), ms", spread(kdf)),
            ("beside: a sheet of 10, signatures per second", f"{sheet[0]:,.1f}, {sheet[1]} anchor"),
        ),
    )
    return 0 if sorted(ratios)[len(ratios) // 2] >= TARGET else 1


def floor(folder: Path) -> list[float]:
    """Durable commits a second of the bare rows: one entry, one checkpoint, one changed record, encrypted, no rules."""
    bare = vault.connect(folder / "bare.db", os.urandom(32), kind="main", create=True)
    found_main(sqlcipher_store(bare, "plant"))
    entry, rates = os.urandom(2000), []
    bare.execute("INSERT INTO s_record (site_id, id, pid, _heads) VALUES ('plant', 'r_1', 'p_1', '')")
    for number in range(ROUNDS):
        began = time.perf_counter()
        for seq in range(number * EACH, (number + 1) * EACH):
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT OR FAIL INTO entry VALUES ('plant', 'log', ?, ?)", (seq, entry))
            bare.execute("INSERT OR FAIL INTO checkpoint VALUES ('plant', 'log', ?, ?)", (seq, "n" * 260))
            bare.execute("UPDATE s_record SET verdict = ?, _heads = ?", (f"v{seq}", "h" * 43))
            bare.execute("COMMIT")
        rates.append(EACH / (time.perf_counter() - began))
    bare.close()
    return rates[1:]


def _sheet(plant: Plant, work: Iterator[tuple[str, str, str]], signer: Signer) -> tuple[float, int]:
    commands = [
        plant.sign_off(pid, req, "COMPETENT", record) for pid, req, record in (next(work) for _ in range(10))
    ]
    plant.secrets.writes = 0
    began = time.perf_counter()
    must(perform_sheet(plant.office, commands, replace(signer, nonce=os.urandom(8))))
    return 10 / (time.perf_counter() - began), plant.secrets.writes


def _kdf(plant: Plant) -> float:
    began = time.perf_counter()
    open_slot(plant.office.vault, plant.office.ds, "teacher", plant.seeds["teacher"][0])
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
