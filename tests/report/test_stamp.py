"""The seal on a PDF: valid for others, and broken by whatever is changed or added."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from fontTools.ttLib import TTFont
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

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


# ---- PDF/A-3b, as far as it can be checked here (ISO 19005-3; veraPDF is not to be had)


@pytest.fixture(scope="module")
def read(sealed) -> PdfFileReader:
    """The sealed file as pyHanko reads it."""
    return PdfFileReader(BytesIO(sealed), strict=True)


def every(sealed: bytes, read: PdfFileReader) -> Iterator[Any]:
    """Every object that stands in the file."""
    for number in {int(number) for number in re.findall(rb"\n(\d+) 0 obj", sealed)}:
        yield read.get_object(generic.Reference(number, 0, read), never_decrypt=True)


@pytest.mark.req("R-REP-05")
def test_the_file_stays_within_pdf_1_7_and_has_its_own_identity(sealed, read):
    assert sealed.startswith(b"%PDF-1.7\n%") and all(byte > 127 for byte in sealed[10:14])
    assert read.input_version == (1, 7) and "/Version" not in read.root
    assert len(read.trailer["/ID"]) == 2 and "/Encrypt" not in read.trailer


@pytest.mark.req("R-REP-05")
def test_every_font_is_whole_in_the_file_and_tells_its_letters(read):
    fonts = read.root["/Pages"]["/Kids"][0]["/Resources"]["/Font"]
    assert len(fonts) >= 4
    for name in fonts:
        font, about = fonts[name], fonts[name]["/FontDescriptor"]
        assert font["/Subtype"] == "/TrueType" and "/ToUnicode" in font and font["/BaseFont"][7] == "+"
        assert about["/Flags"] & 4 and "/Encoding" not in font, "a symbolic face has no encoding (§6.2.11.6)"
        face = TTFont(BytesIO(about["/FontFile2"].data))
        assert len(face["cmap"].tables) == 1 and len(font["/Widths"]) <= 256
        scale = 1000 / face["head"].unitsPerEm
        codes = {code: glyph for code, glyph in face["cmap"].tables[0].cmap.items() if glyph != ".notdef"}
        for code, glyph in codes.items():
            if code >= font["/FirstChar"] and code <= font["/LastChar"]:
                assert abs(font["/Widths"][code - font["/FirstChar"]] - face["hmtx"][glyph][0] * scale) <= 1


@pytest.mark.req("R-REP-05")
def test_nothing_in_the_file_is_transparent_active_or_elsewhere(sealed, read):
    banned = {"/SMask", "/CA", "/ca", "/BM", "/Group", "/JS", "/JavaScript", "/OpenAction", "/AA", "/XFA", "/URI", "/OPI",
              "/PostScript", "/PresSteps", "/NeedAppearances", "/LZWDecode", "/Launch", "/GoToR", "/SubmitForm"}  # fmt: skip
    for found in every(sealed, read):
        if isinstance(found, generic.DictionaryObject):
            assert not banned & set(found), set(found)
            assert not banned & set(re.findall(r"/\w+", str((found.get("/S"), found.get("/Filter")))))


@pytest.mark.req("R-REP-05")
def test_the_seal_s_field_may_stand_in_an_archive(read):
    (field,) = read.root["/AcroForm"]["/Fields"]
    field = field.get_object()
    assert field["/F"] & 4 and not field["/F"] & 0b10_0011, "printed, never hidden (§6.3.2)"
    assert list(field["/Rect"]) == [0, 0, 0, 0], "of no size, so it needs no looks (§6.3.3)"


@pytest.mark.req("R-REP-05")
def test_colours_are_grey_under_one_output_intent(sealed, read):
    (intent,) = read.root["/OutputIntents"]
    profile = intent["/DestOutputProfile"]
    assert intent["/S"] == "/GTS_PDFA1" and profile["/N"] == 3 and profile.data[36:40] == b"acsp"
    content = b" ".join(page.get_object()["/Contents"].data for page in read.root["/Pages"]["/Kids"])
    assert not re.search(rb"\s(?:rg|RG|k|K|cs|CS|scn?|SCN?|sh|Do|gs|BI)\s", content)


@pytest.mark.req("R-REP-05")
def test_the_evidence_is_an_associated_file_with_kind_and_relation(read):
    (spec,) = (one.get_object() for one in read.root["/AF"])
    file = spec["/EF"]["/F"]
    assert (spec["/AFRelationship"], spec["/F"], spec["/UF"]) == ("/Data", EVIDENCE, EVIDENCE) and spec["/Desc"]
    assert (
        file["/Subtype"] in ("/application/x-ndjson", "/application#2Fx-ndjson") and file["/Params"]["/ModDate"]
    )


@pytest.mark.req("R-REP-05")
def test_metadata_are_plain_xmp_and_agree_with_the_information(read):
    stream, info = read.root["/Metadata"], read.trailer["/Info"]
    assert "/Filter" not in stream
    told = {one.tag.split("}")[1]: "".join(one.itertext()).strip() for one in ET.fromstring(stream.data).iter()}
    assert (told["part"], told["conformance"]) == ("3", "B")
    assert (told["title"], told["description"], told["creator"], told["Producer"], told["CreatorTool"]) == (
        info["/Title"], info["/Subject"], info["/Author"], info["/Producer"], info["/Creator"],
    )  # fmt: skip
    at = told["CreateDate"]
    assert info["/CreationDate"].startswith("D:" + re.sub(r"[-:TZ]", "", at)) and at == told["ModifyDate"]
