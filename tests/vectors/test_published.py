"""Published vectors hold for what makes our own vectors, and for the libraries as the product calls them."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import byhand
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from shamir_mnemonic import combine_mnemonics

from app.proof import derive, esign, merkle
from app.proof.chain import leaf

VECTORS = Path(__file__).parent


@pytest.fixture
def published(vectors):
    return vectors("published")


def test_ecdsa_of_rfc_6979(published):
    vector = published["ecdsa"]
    key = derive.private_of(bytes.fromhex(vector["x"]))
    for case in vector["signatures"]:
        r, s = byhand.ecdsa(int(vector["x"], 16), case["text"].encode())
        assert (f"{r:064x}", f"{s:064x}") == (case["r"], case["s"])
        der = key.sign(case["text"].encode(), esign._SIGN)
        assert esign.decode_dss_signature(der) == (r, s)


def test_ed25519_of_rfc_8032(published):
    vector = published["ed25519"]
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vector["seed"]))
    assert key.public_key().public_bytes_raw().hex() == vector["public"]
    assert key.sign(b"").hex() == vector["signature"]


@pytest.mark.req("R-SEC-02")
def test_argon2id_of_rfc_9106_with_secret_and_associated_data(published):
    vector = published["argon2id"]
    password, salt, secret, ad = (bytes.fromhex(vector[n]) for n in ("password", "salt", "secret", "ad"))
    m, t, p = vector["m"], vector["t"], vector["p"]
    assert byhand.argon2id(password, salt, secret, ad, m, t, p).hex() == vector["tag"]
    made = Argon2id(salt=salt, length=32, iterations=t, lanes=p, memory_cost=m, ad=ad, secret=secret)
    assert made.derive(password).hex() == vector["tag"]


def test_hkdf_expand_of_rfc_5869(published):
    vector = published["hkdf"]
    prk = bytes.fromhex(vector["prk"])
    assert byhand.expand(prk, b"", vector["length"]).hex() == vector["okm"]
    assert derive.expand(prk, "", vector["length"]).hex() == vector["okm"]


@pytest.mark.parametrize(("name", "cipher"), [("gcm_siv", AESGCMSIV), ("gcm", AESGCM)])
def test_the_ciphers(published, name, cipher):
    vector = published[name]
    key, nonce = bytes.fromhex(vector["key"]), bytes.fromhex(vector["nonce"])
    mine = byhand.gcm_siv if name == "gcm_siv" else lambda *given: byhand.gcm(*given)[12:]
    for case in vector["cases"]:
        plain = bytes.fromhex(case["plain"])
        assert cipher(key).encrypt(nonce, plain, b"").hex() == case["result"]
        assert mine(key, nonce, plain, b"").hex() == case["result"]


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 31, 32, 33, 100])
def test_gcm_siv_agrees_with_the_library_at_every_padding(length):
    key, nonce, aad = bytes(range(32)), bytes(range(12)), b"cs/pii/v1|" * (length % 5)
    plain = bytes(range(length))
    assert byhand.gcm_siv(key, nonce, plain, aad) == AESGCMSIV(key).encrypt(nonce, plain, aad)


def test_hpke_of_rfc_9180(published):
    """The library's one-shot form has no aad, so the published bytes hold for ours, and ours for the library."""
    vector = published["hpke"]
    receiver, ephemeral = int(vector["receiver"], 16), int(vector["ephemeral"], 16)
    info, aad, plain = (bytes.fromhex(vector[name]) for name in ("info", "aad", "plain"))
    sealed = byhand.hpke_seal(ephemeral, byhand.public(receiver), info, plain, aad, aead=1)
    assert sealed[65:].hex() == vector["ct"]


def test_the_reference_tree_of_certificate_transparency(published):
    vector = published["tree"]
    leaves = [leaf(bytes.fromhex(text)) for text in vector["inputs"]]
    for size, root in enumerate(vector["roots"], start=1):
        assert merkle.root_of(leaves[:size]).hex() == root
        assert byhand.tree_root(leaves[:size]).hex() == root
    assert merkle.root_of([]) == merkle.EMPTY == sha256(b"").digest()


def test_the_thumbprint_that_rfc_9449_prints(published):
    assert esign.thumbprint(published["thumbprint"]["jwk"]) == published["thumbprint"]["jkt"]


def test_slip_39_shares(published):
    vector = published["slip39"]
    secret = combine_mnemonics(vector["shares"], vector["passphrase"].encode())
    assert secret.hex() == vector["secret"]


def test_the_vectors_are_what_their_maker_makes(tmp_path):
    done = subprocess.run([sys.executable, str(VECTORS / "make.py"), str(tmp_path)], timeout=60, check=False)
    assert done.returncode == 0
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in VECTORS.glob("*.json") if path.name != "published.json"}
    assert made == kept


def test_the_maker_knows_nothing_of_the_product():
    for path in (path for path in VECTORS.glob("*.py") if not path.name.startswith("test_")):
        assert "from app" not in path.read_text("utf-8")
        assert "import app" not in path.read_text("utf-8")
