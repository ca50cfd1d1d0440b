"""An evidence file is checked with nothing but a trust bundle; the vector's was made by other hands."""

from __future__ import annotations

import pytest

from app.base.codec import unb64u, unpack
from app.base.faults import CannotDecide
from app.proof import derive, evidence, trust, witness
from app.proof.evidence import Contents


@pytest.fixture
def file(vectors) -> bytes:
    return vectors("paper")["evidence"]["file"].encode()


@pytest.fixture
def bundle(vectors):
    return trust.read(vectors("tokens")["trust"]["token"])


@pytest.mark.req("R-REP-01", "R-SIG-09")
def test_the_vector_holds_with_its_bundle_and_with_its_own(file, bundle):
    seen = witness.check(file, bundle)
    assert (seen.flaws, seen.entries, seen.signatures, seen.checkpoints, seen.how) == ((), 4, 2, 1, "bundle")
    assert witness.check(file, None).how == "first-use"
    assert seen.report["pid"] == "p_bea0000000000000" and len(seen.sids) == 2


def refused(data: bytes, bundle) -> bool:
    """Whether there is a finding, or nothing can be said."""
    try:
        return bool(witness.check(data, bundle).flaws)
    except CannotDecide:
        return True


def test_every_changed_byte_is_seen(file, bundle):
    for at in range(0, len(file), 41):
        changed = bytearray(file)
        changed[at] ^= 1
        assert refused(bytes(changed), bundle), at


@pytest.mark.parametrize("change", ["drop", "swap", "twice"])
def test_lines_are_not_dropped_swapped_or_repeated(file, bundle, change):
    lines = file.splitlines(keepends=True)
    if change == "drop":
        del lines[4]
    elif change == "swap":
        lines[4], lines[5] = lines[5], lines[4]
    else:
        lines.insert(4, lines[4])
    assert "SIG_BAD" in {flaw.code for flaw in witness.check(b"".join(lines), bundle).flaws}


def test_a_file_over_the_limit_is_not_read(file, bundle):
    with pytest.raises(CannotDecide):
        witness.check(file + b" " * evidence.LIMIT, bundle)


def test_the_maker_writes_the_vector_s_bytes(file, vectors):
    lines = [unpack(line) for line in file.splitlines()]
    by = {kind: [line for line in lines if line["t"] == kind] for kind in witness.KINDS}
    report = {name: value for name, value in by["report"][0].items() if name not in ("t", "v")}
    contents = Contents(
        report=report, trust=by["trust"][0]["jws"], receipts=[],
        notes=[(line["log"], line["n"], line["note"]) for line in by["log"]],
        pieces=[
            evidence.Piece(log=line["log"], seq=line["seq"], b=line["b"].encode(), path=tuple(map(unb64u, line["path"])))
            for line in by["entry"]
        ],
        said=[evidence.Said(sid=line["sid"], name=line["name"], words=line["words"]) for line in by["said"]],
    )  # fmt: skip
    device = derive.private_of(bytes.fromhex(vectors("device")["p256"]))
    assert evidence.make(contents, device) == file
