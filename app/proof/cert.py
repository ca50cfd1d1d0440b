"""The device's certificate under the site root, for what reads PDF signatures (decision 11: people have none).

- Two X.509 certificates (RFC 5280): the site root, signed by itself, and the device, signed by the root.
- The device's may sign documents (RFC 9336) and mail (what older readers ask for), and nothing else.
- Trust comes from the trust bundle alone: a certificate counts if its issuer's key is the bundle's root and its own key
  is the bundle's device. A look-alike with the same names has other keys.
- Kept together as PEM, the device's first; neither is secret.
"""

from __future__ import annotations

from collections.abc import Mapping

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.base.moment import as_datetime
from app.base.words import Value
from app.proof import esign

DAY_MS = 24 * 60 * 60 * 1000
ROOT_DAYS = 30 * 365
DEVICE_DAYS = 10 * 365
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
_USAGE = dict.fromkeys(
    (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    ),
    False,
)  # fmt: skip


class CertBad(Exception):
    """Not the certificate of this device under this site root."""


class Chain(Value, frozen=True):
    """Both certificates as DER."""

    device: bytes
    root: bytes

    def pem(self) -> bytes:
        """Both as PEM, the device's first."""
        found = (x509.load_der_x509_certificate(der) for der in (self.device, self.root))
        return b"".join(one.public_bytes(Encoding.PEM) for one in found)


def make(
    root: ec.EllipticCurvePrivateKey, device: ec.EllipticCurvePublicKey, *, site: str, id: str, now_ms: int
) -> Chain:
    """Certificates of the site root and of the device `id`, valid from a day before `now_ms` on."""
    ca = _name(site, f"Countersign site root {esign.thumbprint(esign.jwk_of(root.public_key()))[:12]}")
    start = now_ms - DAY_MS
    anchor = (
        _builder(ca, ca, root.public_key(), start, ROOT_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(**{**_USAGE, "key_cert_sign": True, "crl_sign": True}), critical=True)
        .sign(root, SHA256())
    )
    leaf = (
        _builder(_name(site, f"Countersign device {id}"), ca, device, start, DEVICE_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(**{**_USAGE, "digital_signature": True, "content_commitment": True}), critical=True
        )
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING]), critical=False
        )
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
        .sign(root, SHA256())
    )
    return Chain(device=leaf.public_bytes(Encoding.DER), root=anchor.public_bytes(Encoding.DER))


def read(pem: bytes) -> Chain:
    """The chain that `pem` holds, unverified; raises CertBad when it holds no two certificates."""
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise CertBad(str(error)) from None
    if len(found) != 2:
        raise CertBad("not two certificates")
    return Chain(device=found[0].public_bytes(Encoding.DER), root=found[1].public_bytes(Encoding.DER))


def check(chain: Chain, root: Mapping[str, str], device: Mapping[str, str], at_ms: int) -> None:
    """Raises CertBad unless the keys are these two (JWK), the root signed both, and both were valid at `at_ms`."""
    try:
        leaf, anchor = (x509.load_der_x509_certificate(der) for der in (chain.device, chain.root))
        for certificate, jwk in ((anchor, root), (leaf, device)):
            public = certificate.public_key()
            if not isinstance(public, ec.EllipticCurvePublicKey) or esign.jwk_of(public) != dict(jwk):
                raise CertBad("a certificate of another key")
            certificate.verify_directly_issued_by(anchor)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise CertBad(f"not signed by the site root: {error}") from None
    at = as_datetime(at_ms)
    if not all(one.not_valid_before_utc <= at <= one.not_valid_after_utc for one in (leaf, anchor)):
        raise CertBad("not valid at that time")


def _name(site: str, own: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, site[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, own[:64]),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, start: int, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(as_datetime(start))
        .not_valid_after(as_datetime(start + days * DAY_MS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )
