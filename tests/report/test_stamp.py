"""The seal on a PDF: valid for others, and broken by whatever is changed or added."""

from __future__ import annotations

import subprocess
from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from app.proof import cert, derive
from app.report import stamp
from app.report.stamp import EVIDENCE, PdfBad, open_stamped
from tests.report.filed import NOON, issue, person_file

ROOT, DEVICE = (derive.private_of(bytes(31) + bytes([number])) for number in (3, 7))
CHAIN = cert.make(ROOT, DEVICE.public_key(), site="kilda", id="dev1", now_ms=NOON.ms)


@pytest.fixture(scope="module")
def sealed() -> bytes:
    file = person_file()
    return stamp.sealed_file(file, issue(file), "A4", b'{"t":"report"}\n', DEVICE, CHAIN)


@pytest.mark.req("R-REP-05")
def test_the_seal_holds_and_covers_everything(sealed):
    found = open_stamped(sealed)
    assert (found.intact, found.whole, found.at_ms) == (True, True, NOON.ms)
    assert found.chain == CHAIN and found.attached == {EVIDENCE: b'{"t":"report"}\n'}


@pytest.mark.req("R-REP-05")
def test_poppler_says_valid_and_total_document_signed(sealed, tmp_path):
    (tmp_path / "a.pdf").write_bytes(sealed)
    said = subprocess.run(["pdfsig", "-nocert", tmp_path / "a.pdf"], capture_output=True, text=True).stdout
    assert "Signature is Valid" in said and "Total document signed" in said and "ETSI.CAdES.detached" in said


def test_the_seal_brings_no_time_but_the_site_s(sealed):
    assert b"ModifyDate>2026-11-25T12:00:00Z" in sealed and sealed.count(b"<x:xmpmeta") == 1
    assert sealed.count(b"/Producer") == 1 and b"D:20261125120000" in sealed


def holds(pdf: bytes) -> bool:
    try:
        found = open_stamped(pdf)
    except PdfBad:
        return False
    return found.intact and found.whole


def test_any_byte_that_is_changed_breaks_it(sealed):
    gap = sealed.index(b"/Contents <")
    places = [*range(9, len(sealed), len(sealed) // 40), *range(gap, gap + 4000, 97), len(sealed) - 2]
    for at in places:
        changed = bytearray(sealed)
        changed[at] ^= 32
        assert not holds(bytes(changed)), at


def test_an_overlay_breaks_it(sealed):
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    page = writer.root["/Pages"]["/Kids"][0]
    over = generic.StreamObject(stream_data=b"BT /F1+0 40 Tf 60 400 Td (PASSED) Tj ET")
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), writer.add_object(over)])
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(sealed) and not holds(out.getvalue())


@pytest.mark.parametrize("tail", [b"\n", b"%%EOF\n", b"x" * 200])
def test_anything_appended_breaks_it(sealed, tail):
    assert not holds(sealed + tail)


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(500), b"<html>"])
def test_what_is_no_sealed_pdf_is_refused(junk):
    with pytest.raises(PdfBad):
        open_stamped(junk)
