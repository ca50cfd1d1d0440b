"""A sealed PDF (formats.md §11): its one signature and the evidence in it, without a PDF library of the product's.

The signed bytes are the whole file but `/Contents`; the CMS in it is read with asn1crypto, checked with
cryptography; the attachment is taken out by `pdfdetach`, the subject read by `pdfinfo`. Wrong: SIG_BAD, or
SIG_KEY_UNREGISTERED for certificates that are not the bundle's root and device.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from asn1crypto import cms
from bundles import Bundle, in_time
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from opening import Json, sha256
from signed import jwk_point

RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
AT = re.compile(rb"/M\s*\(D(?::|\\072)(\d{14})(?:Z|([+-])(\d\d)'(\d\d)'?)?\)")
NAME = "evidence.ndjson"
BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError)


def attached(pdf: bytes) -> bytes:
    """The attached evidence file; ValueError where there is none."""
    with tempfile.TemporaryDirectory(prefix="outside-") as folder:
        source, target = Path(folder) / "a.pdf", Path(folder) / "out"
        source.write_bytes(pdf)
        command = ["pdfdetach", "-savefile", NAME, "-o", str(target), str(source)]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
        if done.returncode or not target.is_file():
            raise ValueError("no evidence attached")
        return target.read_bytes()


def subject(pdf: bytes) -> str:
    """`/Subject` of the information dictionary; empty where there is none, or more than one can be read."""
    with tempfile.NamedTemporaryFile(prefix="outside-", suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        command = ["pdfinfo", "-enc", "UTF-8", file.name]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    found = re.findall(rb"^Subject: *(.*)$", done.stdout, re.MULTILINE)
    return found[0].decode("utf-8", "replace") if len(found) == 1 else ""


def report_number(ident: str) -> str:
    """The number of a report: `RPT-` and its id in groups of four."""
    return "RPT-" + "-".join(re.findall(".{1,4}", ident))


def contents(pdf: bytes) -> tuple[bytes, bytes]:
    """(signed bytes, CMS): one signature over the whole file, nothing else in the gap; else ValueError."""
    found = RANGE.findall(pdf)
    if len(found) != 1:
        raise ValueError("not one signature")
    start, length, second, rest = map(int, found[0])
    gap = pdf[length:second]
    if start != 0 or second + rest != len(pdf) or not re.fullmatch(rb"<[0-9A-F]+>", gap):
        raise ValueError("not the whole file is signed")
    raw = bytes.fromhex(gap[1:-1].decode())
    box = cms.ContentInfo.load(raw).dump()
    if raw != box.ljust(len(raw), b"\0"):
        raise ValueError("something beside the signature")
    return pdf[:length] + pdf[second:], box


def signature_holds(signed: bytes, box: bytes) -> bool:
    """Whether the CMS's signer signed these bytes (RFC 5652 §5.4)."""
    data = cms.ContentInfo.load(box)["content"]
    (info,) = data["signer_infos"]
    told = {one["type"].native: one["values"][0].native for one in info["signed_attrs"]}
    if told.get("message_digest") != sha256(signed) or info["digest_algorithm"]["algorithm"].native != "sha256":
        return False
    key = certificates(box)[0].public_key()
    try:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(info["signature"].native, info["signed_attrs"].untag().dump(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def certificates(box: bytes) -> tuple[x509.Certificate, x509.Certificate]:
    """(the signer's, the other one); ValueError unless there are two."""
    data = cms.ContentInfo.load(box)["content"]
    (info,) = data["signer_infos"]
    serial = info["sid"].chosen["serial_number"].native
    held = [x509.load_der_x509_certificate(one.dump()) for one in data["certificates"]]
    mine = [one for one in held if one.serial_number == serial]
    others = [one for one in held if one.serial_number != serial]
    if len(mine) != 1 or len(others) != 1:
        raise ValueError("not one certificate and one root")
    return mine[0], others[0]


def is_the_devices(pdf: bytes, box: bytes, root: dict[str, Json], device: dict[str, Json]) -> bool:
    """Whether the certificates have these keys, the root signed both, and both were valid when it was sealed."""
    at = sealed_at(pdf)
    try:
        leaf, anchor = certificates(box)
        for one, jwk in ((leaf, device), (anchor, root)):
            one.verify_directly_issued_by(anchor)
            if (
                one.public_key() != jwk_point(jwk)
                or not one.not_valid_before_utc <= at <= one.not_valid_after_utc
            ):
                return False
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def sealed_at(pdf: bytes) -> datetime:
    """`/M` of the signature, the last in the file."""
    (digits, sign, hours, minutes), *_ = AT.findall(pdf)[::-1]
    off = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    zone = timezone(-off if sign == b"-" else off)
    return datetime.strptime(digits.decode(), "%Y%m%d%H%M%S").replace(tzinfo=zone)


def in_its_time(pdf: bytes, device: dict[str, Json]) -> bool:
    """Whether it was sealed while the bundle vouches for the device; what has no readable time is no seal anyhow."""
    try:
        return in_time(device, sealed_at(pdf).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"))
    except BROKEN:
        return True


def seal_holds(pdf: bytes) -> bool:
    """Whether the one signature holds, over the whole file and nothing but the file."""
    try:
        return signature_holds(*contents(pdf))
    except BROKEN:
        return False


def certified(pdf: bytes, bundle: Bundle, device: dict[str, Json]) -> bool:
    """Whether the signature's certificates are the bundle's root and this device of it."""
    try:
        return is_the_devices(pdf, contents(pdf)[1], bundle["root"], device["jwk"])
    except BROKEN:
        return False
