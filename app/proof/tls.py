"""A certificate authority of one's own and one server certificate under it: for a centre on this very computer.

- Made once, kept beside the centre; a centre that others reach gets its certificate from the organisation.
- The authority can vouch for servers only, and for no other authority; its key is thrown away at once.
- P-256; subject names are the DNS names and addresses given, nothing else.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.base.moment import as_datetime
from app.base.words import Value

DAY_MS = 86_400_000
VALID_DAYS = 825
BEFORE_MS = DAY_MS


class ServerFiles(Value, frozen=True):
    """PEM bytes: the authority that clients are told to believe, and the server's chain and key."""

    ca: bytes
    chain: bytes
    key: bytes

    def __repr__(self) -> str:
        return "ServerFiles()"


def make_server(names: Sequence[str], ms: int) -> ServerFiles:
    """An authority made at `ms` (milliseconds since 1970) and a certificate of a server with these names or addresses."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Countersign centre on this computer")])
    own_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    ca = (
        _builder(ca_name, ca_name, ca_key.public_key(), ca_key.public_key(), ms)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    server = (
        _builder(own_name, ca_name, key.public_key(), ca_key.public_key(), ms)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return ServerFiles(ca=ca.public_bytes(pem), chain=server.public_bytes(pem), key=secret)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    by: ec.EllipticCurvePublicKey,
    ms: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(as_datetime(ms - BEFORE_MS))
        .not_valid_after(as_datetime(ms + VALID_DAYS * DAY_MS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs, key_cert_sign=signs, crl_sign=signs, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
