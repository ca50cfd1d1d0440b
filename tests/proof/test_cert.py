"""The device's certificate under the site root: good for the bundle's keys alone."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from app.proof import cert, derive, esign
from app.proof.cert import CertBad, Chain

ROOT, DEVICE, OTHER = (derive.private_of(bytes(31) + bytes([number])) for number in (3, 7, 8))
ROOT_JWK, DEVICE_JWK, OTHER_JWK = (esign.jwk_of(key.public_key()) for key in (ROOT, DEVICE, OTHER))
NOW = 1_795_608_000_000


@pytest.fixture(scope="module")
def chain() -> Chain:
    return cert.make(ROOT, DEVICE.public_key(), site="kilda", id="dev1", now_ms=NOW)


@pytest.mark.req("R-REP-05")
def test_the_device_s_certificate_may_sign_documents_and_nothing_else(chain):
    leaf = x509.load_der_x509_certificate(chain.device)
    uses = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert set(uses) == {ExtendedKeyUsageOID.EMAIL_PROTECTION, cert.DOCUMENT_SIGNING}
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature and usage.content_commitment and not usage.key_cert_sign
    assert leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False


def test_the_chain_holds_for_its_keys_and_survives_its_file(chain):
    cert.check(cert.read(chain.pem()), ROOT_JWK, DEVICE_JWK, NOW)


@pytest.mark.parametrize(
    ("root", "device"), [(OTHER_JWK, DEVICE_JWK), (ROOT_JWK, OTHER_JWK), (DEVICE_JWK, ROOT_JWK)]
)
def test_other_keys_are_refused(chain, root, device):
    with pytest.raises(CertBad, match="another key"):
        cert.check(chain, root, device, NOW)


def test_a_look_alike_root_does_not_help(chain):
    """Same names, another issuer's key: the device's certificate is then not signed by the bundle's root."""
    forged = cert.make(OTHER, DEVICE.public_key(), site="kilda", id="dev1", now_ms=NOW)
    with pytest.raises(CertBad):
        cert.check(Chain(device=forged.device, root=chain.root), ROOT_JWK, DEVICE_JWK, NOW)


@pytest.mark.parametrize("at", [NOW - 2 * cert.DAY_MS, NOW + (cert.DEVICE_DAYS + 1) * cert.DAY_MS])
def test_it_is_not_valid_before_or_after(chain, at):
    with pytest.raises(CertBad, match="not valid"):
        cert.check(chain, ROOT_JWK, DEVICE_JWK, at)


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"])
def test_what_is_no_pair_of_certificates_is_refused(pem, chain):
    with pytest.raises(CertBad):
        cert.read(pem)
    with pytest.raises(CertBad, match="two"):
        cert.read(chain.pem() + chain.pem())
