"""The seal on the PDF: the only importer of pyhanko (PAdES B-B; trust §6).

- Signed by the device's P-256 key under its certificate from the site root; certified: no later change is allowed.
- Validation trusts nothing but the certificates that the caller found good; nothing is fetched from anywhere.
- A file of which not every byte is signed, or that was changed after signing, is never called valid.
"""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Any

from asn1crypto import cms, keys, x509  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers, validation
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.base.moment import as_datetime
from app.base.say import say
from app.base.words import Value
from app.domain.reports import PersonFile
from app.proof.cert import Chain
from app.proof.seal import seal_page
from app.report import document
from app.report.frame import Issue
from app.report.paper import EVIDENCE, Attached
from app.report.scan import codes_in
from app.report.sheet import SIZES

FIELD = "Seal"

__all__ = ["EVIDENCE", "Issue", "PdfBad", "Stamped", "codes_in", "open_stamped", "seal", "sealed_file"]

for _name in ("pyhanko", "pyhanko_certvalidator"):
    # Its findings are told by whoever asked, in our own words.
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class PdfBad(Exception):
    """Not a PDF that can be read, or one without a seal."""


class Stamped(Value, frozen=True):
    """A PDF's seal as found, believed by nobody yet: certificates, instant of signing (epoch ms), the
    attached files; `intact`: the signed bytes are unchanged and the signature holds; `whole`: it covers the whole file;
    `subject`: which report the document says that it is."""

    chain: Chain
    at_ms: int
    intact: bool
    whole: bool
    attached: dict[str, bytes]
    subject: str


class _Writer(IncrementalPdfFileWriter):
    """Appends the seal and nothing else: what the document says of itself was said before, with the site's time."""

    def _update_meta(self) -> None:
        pass

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """PDF 1.7 stays: PDF/A-3 stands on it (ISO 19005-3 §5.1); extensions name what the seal needs beyond it."""


class _Signer(signers.PdfSigner):
    """Signs at the instant that the site's clock tells."""

    def __init__(self, at_ms: int, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._at = as_datetime(at_ms)

    def init_signing_session(self, *args: Any, **named: Any) -> Any:
        """The session of one signing."""
        session = super().init_signing_session(*args, **named)
        session.system_time = self._at
        return session


def seal(pdf: bytes, key: ec.EllipticCurvePrivateKey, chain: Chain, at_ms: int, reason: str) -> bytes:
    """The PDF with the device's seal, as one appended section."""
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(chain.device),
        signing_key=keys.PrivateKeyInfo.load(der),
        cert_registry=_registry(chain.root),
    )
    told = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", reason=reason, certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES, subfilter=fields.SigSeedSubFilter.PADES,
    )  # fmt: skip
    writer = _Writer(BytesIO(pdf))
    signing = _Signer(at_ms, told, signer, new_field_spec=fields.SigFieldSpec(FIELD))
    return bytes(signing.sign_pdf(writer).getbuffer())


def _registry(root: bytes) -> SimpleCertificateStore:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register(x509.Certificate.load(root))
    return store


def sealed_file(
    file: PersonFile, issue: Issue, paper: str, data: bytes, key: ec.EllipticCurvePrivateKey, chain: Chain
) -> bytes:
    """A person's training file as sealed PDF with its evidence `data`; `paper` is a name of SIZES."""
    attached = Attached(EVIDENCE, data, say("paper.attached"))
    pdf = document.training_file(file, issue, SIZES[paper], attached, lambda page: seal_page(page, key))
    return seal(pdf, key, chain, issue.issued.ms, issue.title)


def open_stamped(pdf: bytes) -> Stamped:
    """The seal of a PDF, checked against the certificates in it, which nobody trusts yet. Raises PdfBad."""
    try:
        reader = PdfFileReader(BytesIO(pdf))
        (found,) = reader.embedded_signatures
        return _stamped(reader, found, pdf)
    except PdfBad:
        raise
    except Exception as error:  # noqa: BLE001  (a hostile file may make a reader of PDF fail in any way)
        raise PdfBad(str(error)) from None


def _stamped(reader: PdfFileReader, found: Any, pdf: bytes) -> Stamped:
    device = found.signer_cert
    others = [one for one in found.other_embedded_certs if one.self_signed != "no"]
    if len(others) != 1:
        raise PdfBad("not one root beside the certificate")
    chain = Chain(device=device.dump(), root=others[0].dump())
    told = found.self_reported_timestamp
    if told is None:
        raise PdfBad("no time of signing")
    if not _exact(found, pdf):
        raise PdfBad("something else beside the signature")
    status = _status(found, others[0], told)
    whole = found.evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE
    return Stamped(
        chain=chain,
        at_ms=round(told.timestamp() * 1000),
        intact=status is not None and status.bottom_line,
        whole=whole,
        attached=_attached(reader),
        subject=_subject(reader),
    )


def _subject(reader: PdfFileReader) -> str:
    """What the document says that it is; empty if it says nothing."""
    try:
        return str(reader.trailer["/Info"]["/Subject"])
    except KeyError:
        return ""


def _exact(found: Any, pdf: bytes) -> bool:
    """The bytes that no signature can cover, its own, hold nothing but it and zeros, in one spelling."""
    start, length, end, _ = (int(number) for number in found.byte_range)
    gap, content = pdf[start + length : end], bytes(found.pkcs7_content)
    signature = cms.ContentInfo.load(content).dump()
    return gap == b"<" + content.hex().upper().encode("ascii") + b">" and content == signature.ljust(
        len(content), b"\0"
    )


def _status(found: Any, root: Any, told: Any) -> Any:
    """The verdict of pyHanko under that root, at the time that the seal tells; None when it can't come to one."""
    context = ValidationContext(
        trust_roots=[root], allow_fetching=False, moment=told, revocation_mode="soft-fail"
    )
    try:
        return validation.validate_pdf_signature(found, context)
    except (SignatureValidationError, PathError, ValueError):
        return None


def _attached(reader: PdfFileReader) -> dict[str, bytes]:
    """Files in the document's own list of attachments, by name."""
    try:
        listed = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    except KeyError:
        return {}
    return {str(listed[at]): bytes(listed[at + 1]["/EF"]["/F"].data) for at in range(0, len(listed) - 1, 2)}
