"""The product and the outside reader give the same answer to every vector of `codes` and `wire`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from app.base.faults import CannotDecide
from app.central.registry import device_of
from app.proof import trust
from app.proof.batch import BatchBad, ReceiptBad, check_batch, check_receipt, read_batch
from app.proof.chain import ZERO
from app.proof.merkle import Frontier
from app.work.checking import verify_qr

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "outside"))

import handed  # noqa: E402
from bundles import read_bundle  # noqa: E402
from opening import CannotDecideError  # noqa: E402

CODES = json.loads((HERE / "codes.json").read_bytes())
WIRE = json.loads((HERE / "wire.json").read_bytes())
OF = {
    "signature": {"SIG_BAD", "RCPT_MISMATCH"},
    "truncated": {"SIG_BAD", "RCPT_MISMATCH"},
    "count": {"RCPT_MISMATCH"},
    "chain": {"CHAIN_BREAK", "CP_BADSIG", "CP_MISMATCH"},
}
"""What the product says of a batch (`BatchBad.code`), in the codes of formats §9."""


def named(case):
    return case["name"]


# --- codes of pages


@pytest.fixture(scope="module")
def trusted(tmp_path_factory):
    path = tmp_path_factory.mktemp("codes") / "trust.jws"
    path.write_text(CODES["trust"])
    return path


@pytest.mark.req("R-REP-05")
@pytest.mark.parametrize("case", CODES["cases"], ids=named)
def test_the_product_reads_the_code(case, trusted):
    try:
        codes = [finding.code for finding in verify_qr(case["code"], trusted).report.findings]
    except CannotDecide:
        codes = None
    assert codes == case["codes"]


@pytest.mark.req("R-REP-05")
@pytest.mark.parametrize("case", CODES["cases"], ids=named)
def test_the_outside_reader_reads_the_code(case):
    try:
        told = handed.check_qr(case["code"], read_bundle(CODES["trust"]))
        codes = [row["code"] for row in told["findings"]]
    except CannotDecideError:
        codes = None
    assert codes == case["codes"]


# --- batches and receipts


def handed_in(case):
    """The batches and the last receipt of a case: what it does not name is the sound one."""
    batches = [WIRE["first"].encode(), case.get("second", WIRE["second"]).encode()]
    return batches, case.get("receipt", WIRE["receipts"][1]), case.get("trust", WIRE["trust"])


def product(case):
    """The codes of §9 of which the product's refusal is one; empty when it takes batches and receipt."""
    batches, receipt, token = handed_in(case)
    bundle, tree, prev = trust.read(token), Frontier(), ZERO
    try:
        for data in batches:
            batch = read_batch(data)
            device = device_of(bundle, batch.manifest.log)
            if device is None:
                return {"LOG_UNKNOWN"}
            done = check_batch(batch, device.jwk, device.note_key(), tree, prev)
            tree, prev = done.tree, done.tail
        centre = next((one for one in bundle.centres), None)
        if centre is None:
            return {"RCPT_MISMATCH"}
        check_receipt(receipt, site=bundle.site, line=batch.line, tail=prev, centre=centre)
    except BatchBad as bad:
        return OF[bad.code]
    except ReceiptBad:
        return {"RCPT_MISMATCH"}
    return set()


def outside(case):
    batches, receipt, token = handed_in(case)
    told = handed.check_batches(batches, [receipt], read_bundle(token))
    return told, {row["code"] for row in told["findings"]}


def test_both_take_the_sound_set():
    batches = [WIRE[name].encode() for name in ("first", "second")]
    told = handed.check_batches(batches, WIRE["receipts"], read_bundle(WIRE["trust"]))
    counts = {"entries": 9, "signatures": 0, "checkpoints": 2, "receipts": 2}
    assert (told["exit"], told["counts"]) == (0, counts)
    assert product({}) == set()
    assert [read_batch(data).hash for data in batches] == WIRE["hashes"]


@pytest.mark.req("R-SYN-03")
@pytest.mark.parametrize("case", WIRE["cases"], ids=named)
def test_neither_takes_a_damaged_one(case):
    told, codes = outside(case)
    assert told["exit"] == 1
    assert set(case["codes"]) <= codes
    assert product(case) & set(case["codes"])


def test_no_byte_of_a_batch_can_be_another():
    sound = WIRE["second"].encode()
    for at in range(0, len(sound), len(sound) // 60):
        data = bytearray(sound)
        data[at] ^= 1
        case = {"second": data.decode()}
        assert outside(case)[0]["exit"] == 1, at
        assert product(case), at


def test_a_batch_without_those_before_it_is_a_gap():
    told = handed.check_batches([WIRE["second"].encode()], [], read_bundle(WIRE["trust"]))
    assert {row["code"] for row in told["findings"]} >= {"CHAIN_GAP"}
