"""Marks to PDF: the only importer of reportlab.

- Text is drawn as text in embedded TrueType faces; nothing of it is ever read as markup.
- PDF/A-3b (ISO 19005-3): faces and colour profile embedded, metadata as XMP, the evidence attached as data.
- Colours are greys: what is printed in black and white loses nothing (ux §12).
- The same report and the same instant give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfdoc, pdfmetrics, ttfonts  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from app.base.moment import Instant, as_datetime
from app.base.say import RESOURCES
from app.base.words import Value
from app.report import arabic
from app.report.letters import in_visual_order, shown, visible
from app.report.shapes import draw_shape
from app.report.sheet import Box, Mark, Rule, Shape, Size, Text

FONTS = RESOURCES / "fonts"
SPARE = "NotoSansMono-Regular"
STYLES = {
    "sans": ("NotoSans-Regular", "NotoSansArabic-Regular", "NotoSansSC-Regular", SPARE),
    "bold": ("NotoSans-Bold", "NotoSansArabic-Bold", "NotoSansSC-Regular", SPARE),
    "italic": ("NotoSans-Italic", "NotoSansArabic-Regular", "NotoSansSC-Regular", SPARE),
    "mono": (SPARE, "NotoSans-Regular", "NotoSansArabic-Regular", "NotoSansSC-Regular"),
}
"""Style → faces in the order in which they are asked for a character."""

EVIDENCE = "evidence.ndjson"
LETTER_CODE = re.compile(r"> <([0-9A-F]{4,6})>")


class Attached(NamedTuple):
    """A file that travels in the PDF."""

    name: str
    data: bytes
    about: str


class About(Value, frozen=True):
    """What the document says of itself."""

    title: str
    subject: str
    author: str
    lang: str
    made: Instant
    id: str


class _Face(ttfonts.TTFont):  # type: ignore[misc]
    """A face whose extracted text holds plain Arabic letters, not the forms that were drawn."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802
        """Put the face and its table of letters into the document."""
        super().addObjects(doc)
        for name, stream in doc.idToObject.items():
            if str(name).startswith("toUnicodeCMap:"):
                stream.content = LETTER_CODE.sub(_plain_code, stream.content)


def _plain_code(found: re.Match[str]) -> str:
    # Lines are drawn in visual order and turned round as a whole by whoever extracts them; so are the letters of a ligature.
    letters = arabic.plain(chr(int(found[1], 16)))[::-1]
    return f"> <{letters.encode('utf-16-be').hex().upper()}>"


@cache
def _face(name: str) -> Any:
    face = _Face(name, str(FONTS / f"{name}.ttf"))
    pdfmetrics.registerFont(face)
    return face


class _Widths(dict[str, float]):
    """Width of each character in thousandths, and `faces`: which face draws it; unknown ones are spelt out before."""

    def __init__(self, style: str) -> None:
        super().__init__()
        self._names = STYLES[style]
        self.faces: dict[str, str] = {}

    def __missing__(self, letter: str) -> float:
        for name in self._names:
            face = _face(name).face
            if ord(letter) in face.charToGlyph:
                width = float(face.charWidths[ord(letter)]) if ord(letter) in face.charWidths else face.defaultWidth
                self[letter], self.faces[letter] = width, name
                return width
        raise KeyError(letter)

    def has(self, letter: str) -> bool:
        """Whether some face draws the character."""
        try:
            return self[letter] >= 0
        except KeyError:
            return False


@cache
def _widths(style: str) -> _Widths:
    return _Widths(style)


class Metrics:
    """Widths and coverage of the faces, for whoever lays a page out."""

    @staticmethod
    def drawable(text: str, style: str) -> str:
        """The text with every character visible: what no face holds is spelt out."""
        widths = _widths(style)
        seen = visible(text)
        return seen if seen.isascii() else "".join(
            letter if letter == "\n" or widths.has(letter) else shown(letter) for letter in seen
        )  # fmt: skip

    @staticmethod
    def width(text: str, style: str, size: float) -> float:
        """Points that a line takes."""
        return sum(map(_widths(style).__getitem__, text)) * size / 1000

    @staticmethod
    def of(style: str) -> Any:
        """A character's width in thousandths of the size."""
        return _widths(style).__getitem__


class Paper:
    """A document being drawn."""

    def __init__(self, size: Size, about: About, attached: Attached | None) -> None:
        self._size = size
        self._out = BytesIO()
        self._canvas = Canvas(
            self._out, pagesize=(size.width, size.height), invariant=True, lang=about.lang, pageCompression=1,
            pdfVersion=(1, 7), initialFontName=_face(STYLES["sans"][0]).fontName,
        )  # fmt: skip
        self._about = about
        self._attached = attached
        self._last: tuple[str, float] | None = None

    def draw(self, marks: Sequence[Mark], top: float = 0.0) -> None:
        """Draw marks, `top` points below the page's upper edge."""
        for mark in marks:
            if isinstance(mark, Text):
                self._text(mark, top)
            elif isinstance(mark, Rule):
                self._rule(mark, top)
            elif isinstance(mark, Box):
                self._box(mark, top)
            else:
                self._shape(mark, top)

    def code(self, rows: Sequence[Sequence[int]], x: float, y: float, side: float) -> None:
        """A QR symbol with its quiet zone in a square; runs of dark modules are drawn as one."""
        step = side / len(rows)
        top = self._size.height - y
        path = self._canvas.beginPath()
        for down, row in enumerate(rows):
            at = 0
            while at < len(row):
                end = at
                while end < len(row) and row[end]:
                    end += 1
                if end > at:
                    path.rect(x + at * step, top - (down + 1) * step, (end - at) * step, step)
                at = max(end, at) + 1
        self._canvas.setFillGray(0)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def turn(self) -> None:
        """End the page."""
        self._canvas.showPage()

    def finish(self) -> bytes:
        """The PDF, unsigned."""
        _make_archival(self._canvas._doc, self._about, self._attached)
        self._canvas.save()
        return self._out.getvalue()

    def _text(self, mark: Text, top: float) -> None:
        widths, canvas = _widths(mark.style), self._canvas
        line = in_visual_order(mark.text)
        x, y = mark.x, self._size.height - top - mark.y
        if mark.align == "r":
            x -= sum(map(widths.__getitem__, line)) * mark.size / 1000
        canvas.setFillGray(mark.ink)
        text = canvas.beginText(x, y)
        for face, run in _runs(line, widths):
            text.setFont(face, mark.size)
            text.textOut(run)
        canvas.drawText(text)

    def _rule(self, mark: Rule, top: float) -> None:
        height = self._size.height - top
        self._canvas.setStrokeGray(mark.ink)
        self._canvas.setLineWidth(mark.width)
        self._canvas.line(mark.x, height - mark.y, mark.to_x, height - mark.to_y)

    def _box(self, mark: Box, top: float) -> None:
        if mark.fill is not None:
            self._canvas.setFillGray(mark.fill)
        if mark.edge is not None:
            self._canvas.setStrokeGray(mark.edge)
            self._canvas.setLineWidth(0.8)
        y = self._size.height - top - mark.y - mark.height
        self._canvas.rect(
            mark.x, y, mark.width, mark.height, stroke=mark.edge is not None, fill=mark.fill is not None
        )

    def _shape(self, mark: Shape, top: float) -> None:
        draw_shape(self._canvas, mark.name, mark.x, self._size.height - top - mark.y - mark.size, mark.size)


def _runs(line: str, widths: _Widths) -> list[tuple[str, str]]:
    """The line in pieces of one face each."""
    if line.isascii():
        sum(map(widths.__getitem__, line))
    faces = widths.faces
    names = [faces.get(letter) or (widths[letter] >= 0 and faces[letter]) for letter in line]
    if len(set(names)) == 1:
        return [(str(names[0]), line)]
    runs: list[tuple[str, str]] = []
    for name, letter in zip(names, line, strict=True):
        if runs and runs[-1][0] == name:
            runs[-1] = (str(name), runs[-1][1] + letter)
        else:
            runs.append((str(name), letter))
    return runs


# ---- PDF/A-3


class _Catalog(pdfdoc.PDFCatalog):  # type: ignore[misc]
    """The catalogue with what PDF/A-3 adds."""

    __NoDefault__ = (*pdfdoc.PDFCatalog.__NoDefault__, "OutputIntents", "AF")
    __Refs__ = tuple(name for name in pdfdoc.PDFCatalog.__NoDefault__ if name not in ("Names", "ViewerPreferences"))


class _Stamp:
    """The instant of the report, in the form that the document's dates are made from."""

    def __init__(self, made: Instant) -> None:
        at = as_datetime(made.ms)
        self.t = made.ms // 1000
        self.YMDhms = (at.year, at.month, at.day, at.hour, at.minute, at.second)
        self.dhh = self.dmm = 0


def _make_archival(doc: Any, about: About, attached: Attached | None) -> None:
    """Metadata, colour profile, and the attached data (ISO 19005-3 §6.2.3, §6.6, §6.8)."""
    catalog = doc.Catalog
    catalog.__class__ = _Catalog
    doc._timeStamp = _Stamp(about.made)
    doc.signature.update(about.id.encode("ascii"))
    info = doc.info
    info.title, info.subject, info.author = about.title, about.subject, about.author
    info.producer = info.creator = PROGRAM
    catalog.ViewerPreferences = pdfdoc.PDFDictionary({"DisplayDocTitle": "true"})
    catalog.Metadata = _stream(_metadata(about), Type="Metadata", Subtype="XML")
    profile = doc.Reference(_stream((RESOURCES / "paper" / "srgb.icc").read_bytes(), N=3))
    intent = {
        "Type": pdfdoc.PDFName("OutputIntent"), "S": pdfdoc.PDFName("GTS_PDFA1"), "DestOutputProfile": profile,
        "OutputConditionIdentifier": pdfdoc.PDFString("sRGB"), "Info": pdfdoc.PDFString("sRGB"),
    }  # fmt: skip
    catalog.OutputIntents = pdfdoc.PDFArray([pdfdoc.PDFDictionary(intent)])
    if attached is not None:
        _attach(doc, attached)


def _attach(doc: Any, attached: Attached) -> None:
    date = pdfdoc.PDFDate(ts=doc._timeStamp)
    params = pdfdoc.PDFDictionary({"Size": len(attached.data), "ModDate": date})
    file = _stream(attached.data, Type="EmbeddedFile", Subtype="application#2Fx-ndjson")
    file.dictionary["Params"] = params
    held = doc.Reference(file)
    spec = pdfdoc.PDFDictionary({
        "Type": pdfdoc.PDFName("Filespec"), "F": pdfdoc.PDFString(attached.name),
        "UF": pdfdoc.PDFString(attached.name), "Desc": pdfdoc.PDFString(attached.about),
        "AFRelationship": pdfdoc.PDFName("Data"), "EF": pdfdoc.PDFDictionary({"F": held, "UF": held}),
    })  # fmt: skip
    ref = doc.Reference(spec)
    names = pdfdoc.PDFDictionary({"Names": pdfdoc.PDFArray([pdfdoc.PDFString(attached.name), ref])})
    doc.Catalog.Names = pdfdoc.PDFDictionary({"EmbeddedFiles": names})
    doc.Catalog.AF = pdfdoc.PDFArray([ref])


def _stream(data: bytes, **members: str | int) -> Any:
    """A stream; metadata stays readable, everything else is compressed."""
    plain = members.get("Type") == "Metadata"
    stream = pdfdoc.PDFStream(content=data, filters=None if plain else [pdfdoc.PDFZCompress])
    for name, value in members.items():
        stream.dictionary[name] = pdfdoc.PDFName(value) if isinstance(value, str) else value
    return stream


def _metadata(about: About) -> bytes:
    """The document's own description as XMP (ISO 16684-1), agreeing with its information dictionary."""
    told = {name: escape(getattr(about, name)) for name in ("title", "subject", "author", "lang")}
    return XMP.format(**told, utc=about.made.utc[:19] + "Z", program=PROGRAM).encode("utf-8")


PROGRAM = "Countersign"

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{utc}</xmp:CreateDate><xmp:ModifyDate>{utc}</xmp:ModifyDate>
<xmp:CreatorTool>{program}</xmp:CreatorTool><pdf:Producer>{program}</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
