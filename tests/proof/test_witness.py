"""An evidence file is checked with nothing but a trust bundle; the vector's was made by other hands."""

from __future__ import annotations

from hashlib import sha256

import pytest

from app.base.codec import b64u, pack, unb64u, unpack
from app.base.faults import CannotDecide
from app.proof import derive, esign, evidence, trust, witness
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


def resealed(vectors, file: bytes, sid: str | None = None, **report: str) -> bytes:
    """The vector under its device's own seal, with other members of the report, or with words for another signature."""
    lines = [unpack(line) for line in file.splitlines()][:-1]
    lines[0] |= report
    if sid is not None:
        lines.append({**lines[-1], "sid": sid})
    body = b"".join(pack(line) + b"\n" for line in lines)
    key = derive.private_of(bytes.fromhex(vectors("device")["p256"]))
    told = {"v": 1, "report": lines[0]["id"], "sha256": b64u(sha256(body).digest())}
    token = esign.sign(told, evidence.SEAL, key, esign.thumbprint(esign.jwk_of(key.public_key())))
    return body + pack({"t": "seal", "jws": token}) + b"\n"


@pytest.mark.req("R-REP-01")
def test_what_is_printed_is_of_the_report_s_person(vectors, file, bundle):
    """The vector holds a record of somebody else too; no signature over that one may be printed."""
    other = "01a08f3c-5d4b-7000-8000-00000000000c"
    person = [witness.Flaw(code="SIG_SUBJECT", of="person")]
    assert witness.check(resealed(vectors, file), bundle).flaws == ()
    assert list(witness.check(resealed(vectors, file, pid="p_0000000000000000"), bundle).flaws) == person
    printed = witness.check(resealed(vectors, file, sid=other), bundle).flaws
    assert [(flaw.code, flaw.of) for flaw in printed] == [("SIG_SUBJECT", "person")]


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
