"""Personal values and files open under one key, at one place, unchanged."""

from __future__ import annotations

import unicodedata
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.codec import b64u, unb64u
from app.proof import envelope
from app.proof.derive import expand
from app.proof.envelope import GCM, EnvelopeBad, Sealer

DEK, OTHER, NONCE = bytes(range(32)), bytes(range(1, 33)), bytes(range(12))
PLACE = ("person", "p_ada", "name_j")
SEALER = Sealer(DEK, "p_ada", 3)
BOX = SEALER.seal(*PLACE, "Zoë Qualm", NONCE)


def flips(text: str) -> list[str]:
    raw = unb64u(text)
    return [b64u(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]) for at in range(len(raw))]


@pytest.mark.req("R-PRV-06", "R-SEC-01")
def test_the_vector_envelopes_open_and_are_made(vectors):
    vector = vectors("envelopes")
    dek = bytes.fromhex(vector["dek"])
    for case in vector["envelopes"]:
        place, box = (case["t"], case["id"], case["column"]), case["envelope"]
        assert envelope.open_envelope(dek, box, *place) == case["text"]
        sealer = Sealer(dek, vector["pid"], vector["ver"], alg=box["$e"])
        assert sealer.seal(*place, case["text"], unb64u(box["n"])) == box
        assert envelope.key_of(box) == (vector["pid"], vector["ver"])


def test_the_vector_commitment_and_display_mac(vectors):
    vector = vectors("envelopes")
    dek, shown = bytes.fromhex(vector["dek"]), vector["disp"]
    assert envelope.commit(dek) == vector["commit"]
    assert (
        envelope.display_mac(dek, shown["text"]) == Sealer(dek, "p", 1).display_mac(shown["text"]) == shown["m"]
    )


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.sampled_from([1, GCM]))
def test_what_is_sealed_is_read_in_normal_form(text, alg):
    sealer = Sealer(DEK, "p_ada", 1, alg=alg)
    box = sealer.seal(*PLACE, text, NONCE)
    assert sealer.open(box, *PLACE) == unicodedata.normalize("NFC", text)
    assert SEALER.seal(*PLACE, text, NONCE)["c"] != b64u(text.encode())


@pytest.mark.parametrize("alg", [1, GCM])
def test_no_byte_of_an_envelope_may_change(alg):
    box = Sealer(DEK, "p_ada", 3, alg=alg).seal(*PLACE, "Zoë Qualm", NONCE)
    wrong = [{**box, "c": text} for text in flips(box["c"])] + [{**box, "n": text} for text in flips(box["n"])]
    wrong += [{**box, "$e": 3 - alg}]
    for changed in wrong:
        with pytest.raises(EnvelopeBad):
            SEALER.open(changed, *PLACE)


@pytest.mark.req("R-PRV-01")
@pytest.mark.parametrize(
    "place",
    [("person", "p_ada", "email_j"), ("person", "p_bea", "name_j"), ("record", "p_ada", "name_j"), ("", "", ""),
     ("person", "p_ada", "name_j.x"), ("person|p_ada", "x", "name_j"), ("person", "p_ada|name_j", "x")],
)  # fmt: skip
def test_an_envelope_moved_elsewhere_does_not_open(place):
    with pytest.raises(EnvelopeBad):
        SEALER.open(BOX, *place)


def test_an_envelope_given_to_another_person_or_version_does_not_open():
    for name in ("p_bea.3", "p_ada.4", "p_ada.03", "p_ada"):
        with pytest.raises(EnvelopeBad):
            SEALER.open({**BOX, "k": name}, *PLACE)
    for name in ("p_bea.3", "p_ada.03", "p_ada"):
        with pytest.raises(EnvelopeBad):
            envelope.open_envelope(DEK, {**BOX, "k": name}, *PLACE)
    with pytest.raises(EnvelopeBad):
        Sealer(DEK, "p_ada", 4).open(BOX, *PLACE)
    with pytest.raises(EnvelopeBad):
        Sealer(OTHER, "p_ada", 3).open(BOX, *PLACE)


def test_two_keys_that_open_one_envelope_have_two_commitments():
    """trust §0: the cipher does not commit to its key, the chain does."""
    assert len({envelope.commit(DEK), envelope.commit(OTHER), envelope.commit(DEK[::-1])}) == 3


@pytest.mark.parametrize(
    "box",
    [
        None, "text", [], {}, {**BOX, "more": 1}, {**BOX, "$e": 0}, {**BOX, "$e": 3}, {**BOX, "$e": True}, {**BOX, "$e": "1"},
        {**BOX, "$e": None}, {**BOX, "n": None}, {**BOX, "c": 5}, {**BOX, "n": ""}, {**BOX, "n": b64u(bytes(11))},
        {**BOX, "n": b64u(bytes(13))}, {**BOX, "c": ""}, {**BOX, "c": b64u(bytes(15))}, {**BOX, "c": BOX["c"] + "="},
        {**BOX, "k": None}, {**BOX, "k": 3}, {"$e": 1, "k": "p_ada.3", "n": BOX["n"]},
    ],
)  # fmt: skip
def test_what_is_no_envelope_does_not_open(box):
    with pytest.raises(EnvelopeBad):
        SEALER.open(box, *PLACE)
    with pytest.raises(EnvelopeBad):
        envelope.open_envelope(DEK, box, *PLACE)


@pytest.mark.parametrize(
    "name", ["", "p", "p.", ".1", "p.x", "p.-1", "p.01", "p.1.2", "p|q.1", "p.1\n", "p.1234567890"]
)
def test_what_names_no_key_is_refused(name):
    with pytest.raises(EnvelopeBad):
        envelope.key_of({**BOX, "k": name})


def forged(plain: bytes, cipher: type[AESGCM] | type[AESGCMSIV] = AESGCMSIV) -> dict[str, object]:
    """An envelope by somebody who has the key but not the rules."""
    sealed = cipher(expand(DEK, "cs/pii/v1")).encrypt(NONCE, plain, b"cs/pii/v1|p_ada|person|p_ada|name_j")
    return {"$e": 1 if cipher is AESGCMSIV else 2, "k": "p_ada.3", "n": b64u(NONCE), "c": b64u(sealed)}


def test_only_utf8_in_normal_form_is_read():
    assert SEALER.open(forged("Zo\u00eb".encode()), *PLACE) == "Zo\u00eb"
    assert SEALER.open(forged("Zo\u00eb".encode(), AESGCM), *PLACE) == "Zo\u00eb"
    for plain in ("Zoe\u0308".encode(), b"\xff", b"\xed\xa0\x80", "\u212b".encode()):
        with pytest.raises(EnvelopeBad):
            SEALER.open(forged(plain), *PLACE)


@pytest.mark.parametrize("place", [("a|b", "c", "d"), ("a", "b|", "d"), ("a", "b", "|")])
def test_nothing_is_sealed_at_a_place_with_a_bar(place):
    with pytest.raises(ValueError, match="place"):
        SEALER.seal(*place, "x", NONCE)


def test_the_words_shown_count_to_the_last_character():
    mac = SEALER.display_mac("I approve.")
    assert mac == SEALER.display_mac("I approve.")
    for text in ("I approve", "I approve. ", "i approve.", "I approve.\n", ""):
        assert SEALER.display_mac(text) != mac
    assert Sealer(OTHER, "p_ada", 3).display_mac("I approve.") != mac


def test_the_keys_of_one_person_differ_by_purpose():
    assert len({expand(DEK, label) for label in ("cs/pii/v1", "cs/disp/v1", "cs/file/v1")}) == 3


# --- files ---------------------------------------------------------------------------------------------------


@pytest.fixture
def stored(vectors):
    vector = vectors("files")
    return bytes.fromhex(vector["dek"]), vector["pid"], vector["files"]


@pytest.mark.req("R-SEC-01")
def test_the_vector_files_open_and_are_made(stored):
    dek, pid, files = stored
    for case in files:
        plain, kept = bytes.fromhex(case["plain"]), bytes.fromhex(case["stored"])
        assert envelope.open_file(dek, pid, kept, case["sha256"]) == plain
        assert envelope.seal_file(dek, pid, plain, kept[:12]) == kept


def test_no_byte_of_a_file_may_change(stored):
    dek, pid, files = stored
    kept, digest = bytes.fromhex(files[1]["stored"]), files[1]["sha256"]
    wrong = [kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :] for at in range(len(kept))]
    wrong += [kept[:size] for size in range(0, len(kept), 5)] + [kept + b"\0"]
    for changed in wrong:
        with pytest.raises(EnvelopeBad):
            envelope.open_file(dek, pid, changed, digest)


def test_a_file_opens_for_its_person_hash_and_key_only(stored):
    dek, pid, files = stored
    kept, digest = bytes.fromhex(files[1]["stored"]), files[1]["sha256"]
    for key, who, named in ((OTHER, pid, digest), (dek, "p_ada", digest), (dek, pid, files[0]["sha256"]),
                            (dek, pid, digest.upper()), (dek, pid, "")):  # fmt: skip
        with pytest.raises(EnvelopeBad):
            envelope.open_file(key, who, kept, named)


def test_a_file_that_claims_another_hash_is_refused_even_by_a_key_holder(stored):
    dek, pid, files = stored
    claimed = files[0]["sha256"]
    place = f"cs/file/v1|{pid}|{claimed}".encode()
    kept = NONCE + AESGCMSIV(expand(dek, "cs/file/v1")).encrypt(NONCE, b"something else", place)
    with pytest.raises(EnvelopeBad, match="another hash"):
        envelope.open_file(dek, pid, kept, claimed)


def test_a_file_over_the_limit_is_neither_sealed_nor_opened():
    most = bytes(64 * 1024 * 1024)
    kept = envelope.seal_file(DEK, "p_site", most, NONCE)
    assert len(envelope.open_file(DEK, "p_site", kept, sha256(most).hexdigest())) == len(most)
    with pytest.raises(EnvelopeBad, match="too long"):
        envelope.open_file(DEK, "p_site", kept + b"x", "")
    with pytest.raises(ValueError, match="64 MiB"):
        envelope.seal_file(DEK, "p_site", bytes(envelope.FILE_LIMIT + 1), NONCE)
