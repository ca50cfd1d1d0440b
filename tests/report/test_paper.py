"""Marks to PDF: embedded faces, text that comes out again, the members of PDF/A-3."""

from __future__ import annotations

import subprocess

import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from python_calamine import CalamineWorkbook

from app.report.paper import EVIDENCE, FONTS, STYLES, About, Attached, Metrics, Paper
from app.report.sheet import A4, Box, Rule, Text
from tests.report.filed import NOON
from tests.work.feeds.conftest import LEIDEN

HIDDEN = {"\0", "\r", "\u200b", "\u200e", "\u200f", "\ufeff"}
ABOUT = About(title="A <b> & B", subject="RPT", author="Mara Ito", lang="en-GB", made=NOON, id="0102")


def drawn(*marks) -> bytes:
    paper = Paper(A4, ABOUT, Attached(EVIDENCE, b'{"t":1}\n', "what it is"))
    paper.draw([Rule(1, 1, 2, 2, 1, 0), Box(1, 1, 2, 2, 0.9, None), *marks])
    paper.turn()
    return paper.finish()


@pytest.mark.parametrize("style", STYLES)
def test_text_comes_out_as_it_went_in(text_of, style):
    lines = [
        "0123456789 Łuk İğ",
        "<b>x</b>",
        "\u0645\u062d\u0645\u062f \u0644\u0627 \u0625\u0644\u0647",
        "\u674e\u5a77",
    ]
    pdf = drawn(*(Text(40, 60 + 20 * at, line, style, 11) for at, line in enumerate(lines)))
    text = text_of(pdf)
    assert all(line in text for line in lines)


def test_every_face_is_embedded_truetype(tmp_path):
    (tmp_path / "a.pdf").write_bytes(drawn(Text(40, 60, Metrics.drawable("a 李 ب ⟦", "bold"), "bold", 9)))
    listed = subprocess.run(["pdffonts", tmp_path / "a.pdf"], capture_output=True, text=True, check=True).stdout
    faces = [line.split() for line in listed.splitlines()[2:]]
    assert len(faces) >= 4 and all(
        "TrueType" in face and face[-5:-2] == ["yes", "yes", "yes"] for face in faces
    )


@pytest.mark.parametrize("path", sorted(FONTS.glob("*.ttf")), ids=lambda path: path.stem)
def test_the_faces_have_truetype_outlines_and_may_be_embedded(path):
    face = TTFont(path)
    assert "glyf" in face and "CFF " not in face and face["OS/2"].fsType == 0


def feeds() -> set[str]:
    """Every character of every feed, spreadsheets by their cells."""
    letters: set[str] = set()
    for path in LEIDEN.glob("*.csv"):
        letters |= set(path.read_text("utf-8-sig"))
    for path in LEIDEN.glob("*.xlsx"):
        for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python():
            letters |= set("".join(map(str, row)))
    return letters


@pytest.mark.req("R-REP-08")
@pytest.mark.parametrize("style", STYLES)
def test_every_character_of_the_feeds_can_be_drawn(style):
    letters = feeds() - HIDDEN
    assert len(letters) > 150 and "⟦" not in Metrics.drawable("".join(sorted(letters)), style)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "text",
    [
        "ĄĆĘŁŃÓŚŹŻąćęłńóśźż ĂÂÎȘȚăâîșț ČĎĚŇŘŠŤŮŽ ŐŰőű ĞİŞğış ÆØÅæøå ÞÐþð ẞß", "Nguyễn Thị Ánh Đặng",
        "Ελένη Παπαδοπούλου", "Екатерина Їжак Љубљана", "כהן שלום", "Արամ", "გიორგი", "طارق الخطيب", "李婷婷",
        "≤ ≥ ± × → ← ↑ ↓ ∅ µ Ω °C ‰ ² ³ ½ € £ – — … “ ” „ ‚ ‘ ’ • ✓ ✗ ☐ ☑ ■ ● ▲",
    ],
)  # fmt: skip
def test_scripts_and_signs_of_a_site_can_be_drawn(style, text):
    assert "⟦" not in Metrics.drawable(text, style)


def test_what_needs_rules_of_its_own_to_be_drawn_is_spelt_out():
    assert Metrics.drawable("प्रिया", "sans").count("⟦U+09") == 6
    assert Metrics.drawable("สมชาย", "sans").count("⟦U+0E") == 5


@pytest.mark.req("R-REP-05")
def test_the_members_of_pdf_a_3_are_there():
    pdf = drawn(Text(40, 60, "x", "sans", 9))
    for part in (b"<pdfaid:part>3</pdfaid:part>", b"/OutputIntents", b"/GTS_PDFA1", b"/AFRelationship /Data", b"/AF",
                 b"/Lang (en-GB)", b"A &lt;b&gt; &amp; B", b"2026-11-25T12:00:00Z", b"/DisplayDocTitle true"):  # fmt: skip
        assert part in pdf
    assert b"Helvetica" not in pdf


def test_the_attached_file_comes_out_whole():
    held = pypdfium2.PdfDocument(drawn())
    assert held.count_attachments() == 1
    attached = held.get_attachment(0)
    assert attached.get_name() == EVIDENCE and bytes(attached.get_data()) == b'{"t":1}\n'
