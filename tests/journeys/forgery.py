"""Ways to change a sealed PDF, as somebody would who has nothing but the file, or a key of their own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from typing import Any

from asn1crypto import keys, x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.proof.cert import Chain

RANGES = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+) *\]")
PASSED = b"BT 0 g 1 0 0 1 60 400 Tm /F1+0 40 Tf <0102> Tj ET"

Change = Callable[[IncrementalPdfFileWriter], None]


def later(pdf: bytes, change: Change) -> bytes:
    """The PDF with a further section that makes one change; the sealed bytes stay as they are."""
    writer, out = IncrementalPdfFileWriter(BytesIO(pdf)), BytesIO()
    change(writer)
    writer.write(out)
    assert out.getvalue().startswith(pdf) and len(out.getvalue()) > len(pdf)
    return out.getvalue()


def _page(writer: Any, at: int = 0) -> Any:
    return writer.root["/Pages"]["/Kids"][at]


def _painted(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    over = writer.add_object(generic.StreamObject(stream_data=PASSED))
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), over])
    writer.update_container(page)


def _annotated(writer: IncrementalPdfFileWriter) -> None:
    note = generic.DictionaryObject({
        generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
        generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
        generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (60, 400, 400, 440))),
        generic.pdf_name("/Contents"): generic.pdf_string("Approved"),
        generic.pdf_name("/F"): generic.NumberObject(4),
    })  # fmt: skip
    page = _page(writer, 1)
    page["/Annots"] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)


def _scripted(writer: IncrementalPdfFileWriter) -> None:
    script = generic.DictionaryObject({
        generic.pdf_name("/S"): generic.pdf_name("/JavaScript"),
        generic.pdf_name("/JS"): generic.pdf_string("app.alert('Approved')"),
    })  # fmt: skip
    writer.root["/OpenAction"] = writer.add_object(script)
    writer.update_root()


def _swapped(writer: IncrementalPdfFileWriter) -> None:
    kids = writer.root["/Pages"]["/Kids"]
    kids[0], kids[1] = kids.raw_get(1), kids.raw_get(0)
    writer.update_container(kids)


def _removed(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    del pages["/Kids"][-1]
    pages["/Count"] = generic.NumberObject(len(pages["/Kids"]))
    writer.update_container(pages)


def _unpermitted(writer: IncrementalPdfFileWriter) -> None:
    """What forbids changes is taken away, then the page is painted over."""
    del writer.root["/Perms"]
    writer.update_root()
    _painted(writer)


def exchanged(evidence: bytes) -> Change:
    """The attached file is another one."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        spec = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
        spec["/EF"]["/F"] = writer.add_object(generic.StreamObject(stream_data=evidence))
        writer.update_container(spec["/EF"])

    return change


LATER: dict[str, Change] = {
    "painted over": _painted, "annotated": _annotated, "scripted": _scripted, "pages exchanged": _swapped,
    "page removed": _removed, "unpermitted": _unpermitted, "evidence of nobody": exchanged(b"{}\n"),
}  # fmt: skip


def packed_away(pdf: bytes) -> bytes:
    """A further section whose page hides in an object stream and whose index is a stream (ISO 32000-1 §7.5.7)."""
    reader = PdfFileReader(BytesIO(pdf))
    ref = reader.root["/Pages"]["/Kids"].raw_get(0).reference
    page, out = reader.get_object(ref), BytesIO()
    page["/Contents"] = generic.ArrayObject([])
    page.write_to_stream(out, None)
    size = int(reader.trailer["/Size"])
    inside = b"%d 0 " % ref.idnum
    body = inside + out.getvalue()
    made = b"\n%d 0 obj\n<</Type /ObjStm /N 1 /First %d /Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        size, len(inside), len(body), body,
    )  # fmt: skip
    at = len(pdf) + 1
    index = len(pdf) + len(made)
    rows = [(ref.idnum, 2, size, 0), (size, 1, at, 0), (size + 1, 1, index, 0)]
    table = b"".join(bytes([kind]) + one.to_bytes(4, "big") + bytes([two]) for _, kind, one, two in rows)
    root = reader.trailer.raw_get("/Root").reference.idnum
    starts = b" ".join(b"%d 1" % number for number, *_ in rows)
    head = b"<</Type /XRef /W [1 4 1] /Index [%s] /Size %d /Root %d 0 R /Prev %d /Length %d>>" % (
        starts, size + 2, root, _last_index(pdf), len(table),
    )  # fmt: skip
    tail = b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
    return pdf + made + tail % (size + 1, head, table, index)


def _last_index(pdf: bytes) -> int:
    return int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])


def rewritten(pdf: bytes) -> bytes:
    """The whole document saved anew by another program, its seal carried along."""
    out = BytesIO()
    copy_into_new_writer(PdfFileReader(BytesIO(pdf))).write(out)
    return out.getvalue()


def _signer(key: ec.EllipticCurvePrivateKey, chain: Chain) -> signers.SimpleSigner:
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()
    store.register(x509.Certificate.load(chain.root))
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(chain.device),
        signing_key=keys.PrivateKeyInfo.load(der),
        cert_registry=store,
    )


def signed_again(pdf: bytes, key: ec.EllipticCurvePrivateKey, chain: Chain) -> bytes:
    """A second signature beside the seal, by a program that does not ask whether it may."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    del writer.root["/Perms"]
    told = signers.PdfSignatureMetadata(field_name="Other", md_algorithm="sha256")
    out = signers.PdfSigner(told, _signer(key, chain), new_field_spec=fields.SigFieldSpec("Other"))
    return bytes(out.sign_pdf(writer).getbuffer())


def resealed(pdf: bytes, key: ec.EllipticCurvePrivateKey, chain: Chain, ranges: bytes | None = None) -> bytes:
    """The signature replaced in place by one over the same bytes, or over the `ranges` that are put there first."""
    found = RANGES.search(pdf)
    assert found is not None
    start, stop = int(found[1]) + int(found[2]) + 1, int(found[3]) - 1
    if ranges is not None:
        pdf = pdf[: found.start()] + ranges.ljust(len(found[0])) + pdf[found.end() :]
    first, length, end, rest = (int(number) for number in (RANGES.search(pdf) or found).groups())
    digest = sha256(pdf[first : first + length] + pdf[end : end + rest]).digest()
    signing = _signer(key, chain).async_sign(digest, "sha256", use_pades=True)
    made = asyncio.run(signing).dump().hex().upper().encode()
    assert len(made) <= stop - start
    return pdf[:start] + made.ljust(stop - start, b"0") + pdf[stop:]


def ranged(pdf: bytes, *numbers: int) -> bytes:
    """Other numbers in place of the signed range's."""
    found = RANGES.search(pdf)
    assert found is not None
    told = b"/ByteRange [" + b" ".join(b"%d" % number for number in numbers) + b"]"
    return pdf[: found.start()] + told.ljust(len(found[0])) + pdf[found.end() :]
