"""Batches and receipts: the vectors, and every way in which one is not what it says."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from named import number, secret

from app.base.codec import b64u, unb64u, unpack
from app.proof import batch, esign
from app.proof.batch import (
    BatchBad,
    ReceiptBad,
    check_batch,
    check_receipt,
    make_batch,
    make_receipt,
    read_batch,
)
from app.proof.chain import ZERO, leaf
from app.proof.derive import private_of
from app.proof.merkle import Frontier, consistency
from app.proof.notes import NoteBad, cosign, open_cosignature, sign_checkpoint
from app.proof.trust import TrustedCentre

DEVICE = private_of(number("device").to_bytes(32))
NOTES = Ed25519PrivateKey.from_private_bytes(secret("device ed25519"))
CENTRE = private_of(number("centre").to_bytes(32))
WITNESS = Ed25519PrivateKey.from_private_bytes(secret("centre ed25519"))
JWK = esign.jwk_of(DEVICE.public_key())
TRUSTED = TrustedCentre(
    name="centre.kilda",
    jwk=esign.jwk_of(CENTRE.public_key()),
    ed25519=b64u(WITNESS.public_key().public_bytes_raw()),
)
AT = 1795412700000


@pytest.fixture(scope="module")
def told(vectors):
    return vectors("tokens")


@pytest.fixture(scope="module")
def log(vectors):
    return vectors("chain")["log"]


@pytest.fixture(scope="module")
def entries(vectors):
    return [entry.encode() for entry in vectors("chain")["entries"]]


@pytest.fixture(scope="module")
def sealed(told, entries):
    """The vector's batch."""
    return told["batch"]["token"].encode() + b"\n" + b"".join(entry + b"\n" for entry in entries)


def tree_of(entries):
    tree = Frontier()
    tree.extend([leaf(entry) for entry in entries])
    return tree


def cut(log, entries, first, last, **more):
    """A batch of `entries[first:last]`, sealed as a device does."""
    tree, prev = tree_of(entries[:last]), leaf(entries[first - 1]) if first else ZERO
    note = sign_checkpoint(log, last, tree.root(), NOTES)
    return make_batch(
        entries[first:last],
        **{
            "id": "b_1",
            "log": log,
            "first": first,
            "prev": prev,
            "cp": note,
            "region": "eu",
            "key": DEVICE,
            **more,
        },
    )


def checked(data, before=None, prev=ZERO, **more):
    return check_batch(read_batch(data), JWK, NOTES.public_key(), before or Frontier(), prev, **more)


def refusal(data, *rest, **more):
    with pytest.raises(BatchBad) as bad:
        checked(data, *rest, **more)
    return bad.value.code


@pytest.mark.req("R-SYN-03", "R-SYN-04")
def test_the_vector_batch_is_made_byte_for_byte_and_holds(told, entries, log, sealed):
    payload = told["batch"]["payload"]
    assert cut(log, entries, 0, len(entries), id=payload["id"]) == sealed
    found = checked(sealed)
    assert (found.tail, found.tree.size) == (leaf(entries[-1]), len(entries))


@pytest.mark.req("R-SYN-04")
def test_the_vector_receipt_is_made_byte_for_byte_and_holds(told, sealed, entries):
    payload, one = told["receipt"]["payload"], read_batch(sealed)
    token = make_receipt(
        one, site=payload["site"], name=TRUSTED.name, pos=1, ms=AT, inc=1, prov=False, key=CENTRE, notes=WITNESS
    )
    assert token == told["receipt"]["token"]
    found = check_receipt(token, site=payload["site"], line=one.line, tail=leaf(entries[-1]), centre=TRUSTED)
    assert (found.pos, found.batch, found.inc) == (1, one.hash, 1)


def test_a_batch_in_the_middle_continues_the_tree_with_its_proof(entries, log):
    leaves = [leaf(entry) for entry in entries]
    data = cut(log, entries, 3, 6, rcpt=3, cons=consistency(leaves[:6], 3))
    assert checked(data, tree_of(entries[:3]), leaves[2]).tree.root() == tree_of(entries[:6]).root()
    wrong = cut(log, entries, 3, 6, rcpt=3, cons=consistency(leaves[:6], 2))
    assert refusal(wrong, tree_of(entries[:3]), leaves[2]) == "chain"
    older = cut(log, entries, 3, 6, rcpt=2, cons=[ZERO])
    assert refusal(older, tree_of(entries[:3]), leaves[2], roots={2: tree_of(entries[:2]).root()}) == "chain"
    assert checked(older, tree_of(entries[:3]), leaves[2]).tree.size == 6


def test_no_bit_of_a_batch_may_change(sealed):
    line = sealed.index(b"\n")
    for at in [*range(0, line, 37), line, *range(line + 1, len(sealed), 499), len(sealed) - 1]:
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        assert refusal(changed) in {"signature", "truncated", "count", "chain"}, at


def test_a_batch_of_too_many_entries_is_counted_though_it_holds_what_it_says():
    """Formats §6: 65,536 at most."""
    told = {"id": "b", "log": "l", "first": 0, "prev": ZERO, "cp": "-", "region": None, "key": DEVICE}
    assert len(read_batch(make_batch([b"{}"] * batch.MOST, **told)).entries) == batch.MOST
    assert refusal(make_batch([b"{}"] * (batch.MOST + 1), **told)) == "count"


def test_a_batch_that_was_cut_is_truncated_and_one_that_grew_is_counted(sealed):
    line = sealed.index(b"\n")
    for at in [0, 5, line, *range(line + 1, len(sealed), 251)]:
        assert refusal(sealed[:at]) == "truncated", at
    for more in (b"{}\n", b"x", sealed[line + 1 :]):
        assert refusal(sealed + more) == "count"


def test_what_is_not_a_manifest_is_no_batch(sealed, told):
    payload = told["batch"]["payload"]
    others = [{**payload, "v": 2}, {**payload, "more": 1}, {**payload, "from": -1}, {**payload, "from": 99},
              {**payload, "rcpt": 99}, {**payload, "to": "1"}, {k: v for k, v in payload.items() if k != "cp"}]  # fmt: skip
    kid, body = esign.thumbprint(JWK), sealed[sealed.index(b"\n") :]
    for other in others:
        assert refusal(esign.sign(other, esign.BATCH, DEVICE, kid).encode() + body) == "signature", other
    assert refusal(esign.sign(payload, esign.RECEIPT, DEVICE, kid).encode() + body) == "signature"
    assert refusal(b"\xff\n") == refusal(b"a.b.c\n") == refusal(b"x" * 70000) == "signature"


def test_another_devices_seal_is_refused(entries, log):
    assert refusal(cut(log, entries, 0, 2, key=CENTRE)) == "signature"


@pytest.mark.req("R-SYN-03")
def test_a_batch_that_does_not_follow_is_refused(entries, log):
    three, prev = tree_of(entries[:3]), leaf(entries[2])
    assert refusal(cut(log, entries, 4, 6), three, prev) == "chain"
    assert refusal(cut(log, entries, 3, 6), three, ZERO) == "chain"
    assert refusal(cut(log, entries, 3, 6, prev=ZERO), three, ZERO) == "chain"
    swapped = [entries[0], entries[2], entries[1]]
    assert refusal(cut(log, swapped, 0, 3)) == "chain"
    assert refusal(cut(log, [b"not JSON"], 0, 1)) == refusal(cut(log, [b"x" * 70000], 0, 1)) == "chain"
    assert refusal(cut(log.replace("dev1", "dev2"), entries, 0, 3)) == "chain"


def test_a_checkpoint_of_something_else_is_refused(entries, log):
    root, other = tree_of(entries[:2]).root(), Ed25519PrivateKey.generate()
    for note in (
        sign_checkpoint(log, 3, root, NOTES), sign_checkpoint(log, 2, ZERO, NOTES), sign_checkpoint(log, 2, root, other),
        sign_checkpoint(log + "0", 2, root, NOTES), "",
    ):  # fmt: skip
        assert refusal(cut(log, entries, 0, 2, cp=note)) == "chain"


def test_a_batch_of_nothing_or_of_broken_lines_is_not_made(log):
    for wrong in ([], [b"a\nb"]):
        with pytest.raises(ValueError):
            make_batch(wrong, id="b", log=log, first=0, prev=ZERO, cp="", region=None, key=DEVICE)


def test_checking_leaves_the_tree_before_as_it_was(entries, log):
    before = tree_of(entries[:3])
    checked(cut(log, entries, 3, 5), before, leaf(entries[2]))
    assert before.dump() == tree_of(entries[:3]).dump()


def lie(token, **members):
    """The receipt with other members, signed by the centre as a liar would."""
    payload = unpack(unb64u(token.split(".")[1]))
    return esign.sign({**payload, **members}, esign.RECEIPT, CENTRE, esign.thumbprint(TRUSTED.jwk))


@pytest.mark.req("R-SYN-04")
def test_a_lying_receipt_is_refused(told, sealed, entries):
    token, one = told["receipt"]["token"], read_batch(sealed)
    site, tail = told["receipt"]["payload"]["site"], leaf(entries[-1])
    elsewhere = cosign(one.manifest.cp, "centre.kilda", 1, Ed25519PrivateKey.generate())
    lies = [{"to": 1}, {"from": 1}, {"log": "x"}, {"site": "x"}, {"tail": b64u(ZERO)}, {"batch": "0" * 64}, {"pos": 0},
            {"at": "today"}, {"v": 2}, {"cosig": ""}, {"cosig": elsewhere}, {"prov": 0}, {"more": 1}]  # fmt: skip
    for members in lies:
        with pytest.raises(ReceiptBad):
            check_receipt(lie(token, **members), site=site, line=one.line, tail=tail, centre=TRUSTED)
    assert check_receipt(lie(token), site=site, line=one.line, tail=tail, centre=TRUSTED).pos == 1
    stranger = TrustedCentre(name=TRUSTED.name, jwk=JWK, ed25519=TRUSTED.ed25519)
    for wrong in ({"centre": stranger}, {"tail": ZERO}, {"site": "other"}, {"line": one.line + "A"}):
        with pytest.raises(ReceiptBad):
            check_receipt(token, **{"site": site, "line": one.line, "tail": tail, "centre": TRUSTED, **wrong})


def test_a_cosignature_is_of_one_name_key_time_and_checkpoint(told):
    note, public = told["batch"]["payload"]["cp"], WITNESS.public_key()
    line = cosign(note, "centre.kilda", AT // 1000, WITNESS)
    assert line == told["receipt"]["payload"]["cosig"]
    assert open_cosignature(line, note, "centre.kilda", public) == AT // 1000
    other = note.replace("\n", "\nx", 1)
    for wrong in (
        (line, other, "centre.kilda"),
        (line, note, "centre.other"),
        (line[:-1], note, "centre.kilda"),
    ):
        with pytest.raises(NoteBad):
            open_cosignature(*wrong, public)
    box = bytearray(base64.b64decode(line.split(" ")[2]))
    for at in range(len(box)):
        box[at] ^= 1
        with pytest.raises(NoteBad):
            open_cosignature(
                f"\u2014 centre.kilda {base64.b64encode(box).decode()}\n", note, "centre.kilda", public
            )
        box[at] ^= 1
    for name, seconds in (("a b", 1), ("", 1), ("a", -1), ("a+b", 1)):
        with pytest.raises(ValueError):
            cosign(note, name, seconds, WITNESS)


def test_the_hash_of_a_batch_is_of_its_first_line(told, sealed):
    assert (
        read_batch(sealed).hash
        == told["receipt"]["payload"]["batch"]
        == batch.batch_hash(told["batch"]["token"])
    )


@pytest.mark.req("R-SYN-04")
def test_a_batch_is_sealed_with_the_lower_s_and_a_receipt_is_for_either(told, entries, log):
    for n in range(20):
        one = read_batch(cut(log, entries, 0, len(entries), id=f"b_{n}"))
        assert esign.is_low(one.token.signature)
    other = read_batch((esign.twin(one.line) + "\n").encode() + b"".join(entry + b"\n" for entry in entries))
    checked(b"\n".join([other.line.encode(), *entries, b""]))
    site, tail = told["receipt"]["payload"]["site"], leaf(entries[-1])
    for given in (one, other):
        token = make_receipt(
            given, site=site, name=TRUSTED.name, pos=1, ms=AT, inc=1, prov=False, key=CENTRE, notes=WITNESS
        )
        for line in (one.line, other.line):
            assert check_receipt(token, site=site, line=line, tail=tail, centre=TRUSTED).batch == given.hash
