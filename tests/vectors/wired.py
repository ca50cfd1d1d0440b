"""Two batches of the vector log with their receipts, and what attackers make of them (formats §6).

The second batch carries the RFC 9162 proof from the first one's receipt. Each case replaces what it names of the
sound set; `codes` are the findings of which at least one must come, `by` says what the attacker holds.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator

from byhand import b64u, consistency_path, jcs, jwk, jws, note, sha, tree_root
from chained import LOG, SITE, Members, note_public, sid, story
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from named import number, secret
from tokens import trust_bundle

CUT = 6
NAME = "centre.kilda"
AT = 1795412700
HELD = story()[0]
RAWS, LEAVES = HELD.raws, HELD.leaves()
TRUST = trust_bundle(HELD)["payload"]


def checkpoint(leaves: list[bytes], key: str = "device ed25519", origin: str = LOG) -> str:
    return note(secret(key), origin, len(leaves), tree_root(leaves))


def manifest(first: int, raws: list[bytes]) -> Members:
    """Line 1's payload for the entries from `first` on, over the sound log up to there."""
    leaves = [*LEAVES[:first], *(sha(b"\0" + raw) for raw in raws)]
    return {
        "v": 1, "id": sid(40 + first), "log": LOG, "from": first, "to": first + len(raws) - 1,
        "prev": b64u(LEAVES[first - 1] if first else bytes(32)), "cp": checkpoint(leaves),
        "sha256": b64u(sha(b"".join(raw + b"\n" for raw in raws))), "rcpt": first or None,
        "cons": [b64u(node) for node in consistency_path(first, leaves)] if first else [],
        "ccp": None, "region": "eu",
    }  # fmt: skip


def batch(payload: Members, raws: list[bytes], key: str = "device", kind: str = "batch") -> str:
    return jws(number(key), kind, payload) + "\n" + b"".join(raw + b"\n" for raw in raws).decode()


def cosignature(text: str, key: str = "centre ed25519", name: str = NAME) -> str:
    signing = Ed25519PrivateKey.from_private_bytes(secret(key))
    signed = f"cosignature/v1\ntime {AT}\n{text.partition(chr(10) * 2)[0]}\n"
    box = sha(name.encode() + b"\n\x04" + signing.public_key().public_bytes_raw())[:4]
    box += AT.to_bytes(8, "big") + signing.sign(signed.encode())
    return f"\u2014 {name} {base64.b64encode(box).decode()}\n"


def receipt(sealed: str, pos: int, key: str = "centre", kind: str = "receipt", **changed: str) -> str:
    """The centre's receipt for the bytes of a batch of the sound log."""
    line, told = sealed.partition("\n")[0], MANIFESTS[pos - 1]
    payload = {
        "v": 1, "site": SITE, "log": LOG, "from": told["from"], "to": told["to"],
        "tail": b64u(LEAVES[told["to"]]), "batch": sha(line.encode()).hex(), "pos": pos,
        "at": "2026-11-23T05:45:00.000Z", "inc": 1, "prov": False, "cosig": cosignature(told["cp"]), **changed,
    }  # fmt: skip
    return jws(number(key), kind, payload)


MANIFESTS = [manifest(0, RAWS[:CUT]), manifest(CUT, RAWS[CUT:])]
FIRST, SECOND = batch(MANIFESTS[0], RAWS[:CUT]), batch(MANIFESTS[1], RAWS[CUT:])


def resealed(**changed: object) -> str:
    """The second batch, sealed again by its own device around another line 1."""
    return batch({**MANIFESTS[1], **changed}, RAWS[CUT:])


def rewritten(change: Callable[[list[Members]], None]) -> str:
    """The second batch with other entries, and everything around them anew by its own device."""
    entries = [json.loads(raw) for raw in RAWS[CUT:]]
    change(entries)
    raws = [jcs(entry) for entry in entries]
    return batch(manifest(CUT, raws), raws)


def bundle(key: str = "root", **changed: object) -> str:
    payload = {**TRUST, "root": jwk(number(key)), **changed}
    return jws(number(key), "trust", payload)


def flipped(text: str, at: int) -> str:
    """The text with one letter changed."""
    letters = list(text)
    letters[at] = "A" if letters[at] != "A" else "B"
    return "".join(letters)


def case(name: str, by: str, *codes: str, **parts: str) -> Members:
    return {"name": name, "by": by, "codes": list(codes), **parts}


def by_nobody() -> Iterator[Members]:
    """What the road alone can do, and who holds no key of the site."""
    who, line, lines = "the road", SECOND.partition("\n")[0], SECOND.splitlines(keepends=True)
    yield case("a byte of an entry", who, "RCPT_MISMATCH", second=SECOND.replace('"sch":1', '"sch":2', 1))
    yield case("a byte of line 1", who, "SIG_BAD", second=flipped(SECOND, len(line) - 20))
    yield case("a line removed", who, "RCPT_MISMATCH", second="".join([*lines[:2], *lines[3:]]))
    yield case("the last line removed", who, "RCPT_MISMATCH", second="".join(lines[:-1]))
    yield case("a line twice", who, "RCPT_MISMATCH", second=SECOND + lines[-1])
    yield case(
        "two lines swapped", who, "RCPT_MISMATCH", second="".join([lines[0], lines[2], lines[1], *lines[3:]])
    )
    yield case("cut within the last line", who, "RCPT_MISMATCH", second=SECOND[:-9])
    yield case("the last LF missing", who, "RCPT_MISMATCH", second=SECOND[:-1])
    yield case("line 1 alone", who, "RCPT_MISMATCH", second=line + "\n")
    yield case("nothing", who, "SIG_BAD", second="")
    stranger = "a device that is not registered"
    yield case("sealed by another key", stranger, "SIG_BAD", second=batch(MANIFESTS[1], RAWS[CUT:], "device 2"))
    of_two = {**MANIFESTS[1], "log": LOG.replace("dev1", "dev2")}
    yield case(
        "sealed for a device of its own", stranger, "LOG_UNKNOWN", second=batch(of_two, RAWS[CUT:], "device 2")
    )
    other = receipt(SECOND, 2, "device 2")
    yield case("a receipt of one's own", stranger, "RCPT_MISMATCH", receipt=other)
    yield case("a byte of the receipt", who, "RCPT_MISMATCH", receipt=flipped(receipt(SECOND, 2), -20))
    yield case("the receipt of the batch before", who, "RCPT_MISMATCH", receipt=receipt(FIRST, 2))


def by_the_device() -> Iterator[Members]:
    """Whoever holds the device's keys, and no other."""
    who = "the device's keys"
    parts = {"second": batch(MANIFESTS[1], RAWS[CUT:], kind="receipt")}
    yield case("another type of token", who, "SIG_BAD", **parts)
    yield case("version 2", who, "SIG_BAD", second=resealed(v=2))
    yield case("a member more", who, "SIG_BAD", second=resealed(more=1))
    yield case("another prev", who, "CHAIN_BREAK", second=resealed(prev=b64u(LEAVES[CUT - 2])))
    yield case("another digest", who, "RCPT_MISMATCH", second=resealed(sha256=b64u(bytes(32))))
    yield case("one entry fewer promised", who, "RCPT_MISMATCH", second=resealed(to=len(RAWS) - 2))
    yield case(
        "an entry edited", who, "CHAIN_BREAK", second=rewritten(lambda told: told[1].update(app="9.9.9"))
    )
    yield case(
        "an entry under another number",
        who,
        "CHAIN_BREAK",
        second=rewritten(lambda told: told[2].update(seq=9)),
    )
    short = checkpoint(LEAVES[:-1])
    yield case("the checkpoint of a smaller size", who, "CP_MISMATCH", second=resealed(cp=short))
    wrong = note(secret("device ed25519"), LOG, len(LEAVES), bytes(32))
    yield case("the checkpoint of another root", who, "CP_MISMATCH", second=resealed(cp=wrong))
    strange = checkpoint(LEAVES, "centre ed25519")
    yield case("a checkpoint by another key", who, "CP_BADSIG", second=resealed(cp=strange))
    yield case("no checkpoint", who, "CP_BADSIG", second=resealed(cp="none"))
    yield case("no proof", who, "CP_MISMATCH", second=resealed(cons=[]))
    swapped = MANIFESTS[1]["cons"][::-1]
    yield case("a proof in another order", who, "CP_MISMATCH", second=resealed(cons=swapped))
    yield case("a proof from within the batch", who, "SIG_BAD", second=resealed(rcpt=CUT + 1))
    yield case("a proof from nothing", who, "SIG_BAD", second=resealed(rcpt=0, cons=[]))
    of_hash = resealed(id=sha(SECOND.partition("\n")[0].encode()).hex())
    yield case("a batch whose id is another's hash", who, "RCPT_MISMATCH", second=of_hash)


def by_a_centre() -> Iterator[Members]:
    """Whoever holds a centre's key, or one of its two."""
    who, cp = "the centre's P-256 key", MANIFESTS[1]["cp"]
    told = {
        "another tail": {"tail": b64u(LEAVES[CUT])},
        "another site": {"site": "hirta"},
        "the hash in base64url": {"batch": b64u(sha(SECOND.partition("\n")[0].encode()))},
        "the batch's id for its hash": {"batch": MANIFESTS[1]["id"]},
        "the hash of the batch before": {"batch": sha(FIRST.partition("\n")[0].encode()).hex()},
        "another beginning": {"from": 0},
        "cosigned by another key": {"cosig": cosignature(cp, "device ed25519")},
        "cosigned under another name": {"cosig": cosignature(cp, name="centre.hirta")},
        "cosigned over the checkpoint before": {"cosig": cosignature(MANIFESTS[0]["cp"])},
        "two cosignatures": {"cosig": cosignature(cp) * 2},
        "no cosignature": {"cosig": ""},
    }
    for name, changed in told.items():
        yield case(name, who, "RCPT_MISMATCH", receipt=receipt(SECOND, 2, **changed))  # type: ignore[arg-type]
    yield case("another type of receipt", who, "RCPT_MISMATCH", receipt=receipt(SECOND, 2, kind="batch"))


def by_another_root() -> Iterator[Members]:
    """Whoever hands out a trust bundle; and bundles of the site that do not know what they must."""
    told = trust_bundle(story()[0])["payload"]
    other = {
        **told["devices"][0],
        "jwk": jwk(number("device 2")),
        "ed25519": b64u(note_public("device 2 ed25519")),
    }
    who = "a root of one's own"
    yield case("a bundle with other keys", who, "SIG_BAD", trust=bundle("kit", devices=[other]))
    who = "nobody"
    yield case("a bundle without the device", who, "LOG_UNKNOWN", trust=bundle(devices=[]))
    yield case("a bundle without the centre", who, "RCPT_MISMATCH", trust=bundle(centres=[]))


def wire_vectors() -> Members:
    cases = [made for part in (by_nobody, by_the_device, by_a_centre, by_another_root) for made in part()]
    return {
        "clause": "§6 Batch, Receipt, Trust bundle", "log": LOG, "trust": bundle(), "first": FIRST,
        "second": SECOND, "receipts": [receipt(FIRST, 1), receipt(SECOND, 2)],
        "hashes": [sha(one.partition("\n")[0].encode()).hex() for one in (FIRST, SECOND)], "cases": cases,
    }  # fmt: skip
