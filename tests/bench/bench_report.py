"""A training file of 300 rows: our layout beside ReportLab's LongTable with the same faces; a page's code; the seal.

Both draw the same cells of the same 300 requirements. LongTable gets a Paragraph (escaped, as it must be) for each cell whose
text ours wraps too, and the last column as plain strings; ours draws shapes, heads and lower parts besides. Taken in turn.
Targets: layout at least 5 x, a code at most 35 ms, sealing at most 1.2 x bare pyHanko.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from io import BytesIO
from xml.sax.saxutils import escape

from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, TableStyle

from app.domain.verdicts import Verdict
from app.proof import cert, derive, seal
from app.report import document, stamp
from app.report.paper import Metrics
from app.report.qr import symbol
from app.report.sheet import A4
from tests.bench.table import paired, show, spread
from tests.report.filed import NOON, duty, issue, person_file, proof

ROUNDS = 9
ROWS = 300
KEY, ROOT = (derive.private_of(bytes(31) + bytes([number])) for number in (7, 3))
CHAIN = cert.make(ROOT, KEY.public_key(), site="kilda", id="dev1", now_ms=NOON.ms)
DUE = Verdict(word="Overdue", due="2022-01-15")  # type: ignore[arg-type]
DUTIES = [
    duty(
        f"RQ-{at:04}",
        DUE,
        subject=f"Cleaning of the Grade {'ABCD'[at % 4]} area, line {at % 7}, and its records after use",
    )
    for at in range(ROWS)
]


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def ours() -> bytes:
    """The whole file: head, answer, 300 rows, lower part of each page."""
    file = person_file(proofs=[], duties=DUTIES)
    return document.training_file(file, issue(file), A4)


def long_table() -> bytes:
    """The rows alone, in the same faces and sizes."""
    body, bold, mono = (
        ParagraphStyle(face, fontName=face, fontSize=8.5, leading=11.6)
        for face in ("NotoSans-Regular", "NotoSans-Bold", "NotoSansMono-Regular")
    )
    rows: list[list[object]] = [["Status", "Code", "Requirement", "Valid until, or due"]]
    rows += [
        [
            Paragraph(one.verdict.word, bold),
            Paragraph(escape(one.code), mono),
            Paragraph(escape(f"{one.subject} · {one.number}"), body),
            "due 15 Jan 2022",
        ]
        for one in DUTIES
    ]
    table = LongTable(rows, colWidths=(116, 56, 269, 74), repeatRows=1)
    table.setStyle(TableStyle([
        ("FONT", (0, 0), (-1, -1), "NotoSans-Regular", 8.5), ("LINEBELOW", (0, 0), (-1, -1), 0.4, (0.75, 0.75, 0.75)),
        ("ALIGN", (3, 0), (3, -1), "RIGHT"), ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]))  # fmt: skip
    out = BytesIO()
    SimpleDocTemplate(out, pagesize=(A4.width, A4.height), bottomMargin=190).build([table])
    return out.getvalue()


def bare(pdf: bytes, signer: signers.SimpleSigner) -> bytes:
    """pyHanko and nothing else."""
    told = signers.PdfSignatureMetadata(
        field_name="Seal", md_algorithm="sha256", certify=True, docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        subfilter=fields.SigSeedSubFilter.PADES,
    )  # fmt: skip
    out = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), told, signer)
    return bytes(out.getbuffer())


def bare_signer() -> signers.SimpleSigner:
    """The same key and certificates, loaded beforehand."""
    der = KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    made = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(CHAIN.device),
        signing_key=keys.PrivateKeyInfo.load(der),
        cert_registry=None,
    )
    made.cert_registry.register(x509.Certificate.load(CHAIN.root))
    return made


def full_page() -> seal.Page:
    """A page of twelve records with two signatures each."""
    coded = [
        block
        for at in range(12)
        for block in document.training.record_blocks(Metrics(), proof(f"SOP-{at:04}", post="A" * 43), 40, 515)
    ]
    return document.page_of(coded, issue(person_file()), 1, 30)


def main() -> int:
    """Print the tables; 1 when a target is missed."""
    ours(), long_table()
    mine, peer = [], []
    for _ in range(ROUNDS):
        mine.append(timed(ours))
        peer.append(timed(long_table))
    layout = paired(peer, mine)
    page = full_page()
    code = [timed(lambda: symbol(seal.seal_page(page, KEY))) for _ in range(ROUNDS)]
    pdf, signer = ours(), bare_signer()
    sealed, plain = [], []
    for _ in range(ROUNDS):
        sealed.append(timed(lambda: stamp.seal(pdf, KEY, CHAIN, NOON.ms, "seal")))
        plain.append(timed(lambda: bare(pdf, signer)))
    sealing = paired(sealed, plain)
    rows = [
        ("LongTable, 300 rows", spread(peer), "", ""),
        ("ours, 300 rows, whole file", spread(mine), f"{spread(layout)} x", ">= 5 x"),
        ("code of 12 records", spread(code), "", "<= 35 ms"),
        ("bare pyHanko", spread(plain), "", ""),
        ("our seal", spread(sealed), f"{sorted(sealing)[ROUNDS // 2]:.2f} x", "<= 1.2 x"),
    ]
    show(f"Report ({ROUNDS} rounds, median and range)", ("side", "ms", "beside its peer", "target"), rows)
    middle = ROUNDS // 2
    missed = sorted(layout)[middle] < 5 or sorted(code)[middle] > 35 or sorted(sealing)[middle] > 1.2
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
