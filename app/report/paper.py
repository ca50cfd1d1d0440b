"""Marks to PDF: the only importer of reportlab.

- Text is drawn as text in embedded TrueType faces; nothing of it is ever read as markup.
- PDF/A-3b (ISO 19005-3): faces and colour profile embedded, metadata as XMP, the evidence attached as data.
- Colours are greys: what is printed in black and white loses nothing (ux §12).
- The same report and the same instant give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from io import BytesIO
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from reportlab import rl_config  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfdoc, pdfmetrics, ttfonts  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from app.base.moment import Instant, as_datetime
from app.base.say import RESOURCES
from app.base.words import Value
from app.report import arabic
from app.report.letters import in_visual_order, shown, visible, wrapped
from app.report.shapes import draw_shape
from app.report.sheet import Box, Mark, Rule, Size, Text

# Streams stay bytes: spelling them in ASCII costs a quarter more room, and more time than the layout.
rl_config.useA85 = 0

FONTS = RESOURCES / "fonts"
MONO = "NotoSansMono-Regular"
SIGNS = (MONO, "NotoSansSymbols2-Regular")
"""Faces of arrows, mathematical signs, ticks and boxes, for whatever the others lack."""
OTHERS = ("Arabic", "Hebrew", "Armenian", "Georgian")
"""Scripts with a face of their own: those that need no more than their letters put side by side, or are joined here."""
PLAIN = (*(f"NotoSans{script}-Regular" for script in OTHERS), "NotoSansSC-Regular", *SIGNS)
STYLES = {
    "sans": ("NotoSans-Regular", *PLAIN),
    "bold": ("NotoSans-Bold", *(f"NotoSans{script}-Bold" for script in OTHERS), "NotoSansSC-Regular", *SIGNS),
    "italic": ("NotoSans-Italic", *PLAIN),
    "mono": (MONO, "NotoSans-Regular", *PLAIN),
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
                width = (
                    float(face.charWidths[ord(letter)]) if ord(letter) in face.charWidths else face.defaultWidth
                )
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
    def wrap(text: str, style: str, size: float, room: float) -> list[str]:
        """The lines of a text, each at most `room` points wide, every character visible."""
        return list(_wrapped(text, style, room * 1000 / size))


@lru_cache(maxsize=8192)
def _wrapped(text: str, style: str, room: float) -> tuple[str, ...]:
    return tuple(wrapped(Metrics.drawable(text, style), _widths(style).__getitem__, room))


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
        self._spelt: dict[tuple[str, str], tuple[float, list[tuple[str, str]]]] = {}
        self._shapes: dict[str, str] = {}

    def draw(self, marks: Sequence[Mark], top: float = 0.0) -> None:
        """Draw marks, `top` points below the page's upper edge."""
        height, put = self._size.height - top, self._canvas._code.append
        for mark in marks:
            if isinstance(mark, Text):
                put(self._text(mark, height))
            elif isinstance(mark, Rule):
                put(
                    f"{mark.ink:.2f} G {mark.width:.2f} w {mark.x:.2f} {height - mark.y:.2f} m "
                    f"{mark.to_x:.2f} {height - mark.to_y:.2f} l S"
                )
            elif isinstance(mark, Box):
                put(_box(mark, height))
            else:
                step = mark.size / 10
                put(f"q {step:.3f} 0 0 {step:.3f} {mark.x:.2f} {height - mark.y - mark.size:.2f} cm")
                put(self._shape(mark.name))
                put("Q")

    def code(self, rows: Sequence[Sequence[int]], x: float, y: float, side: float) -> None:
        """A QR symbol with its quiet zone in a square; runs of dark modules are drawn as one."""
        step = side / len(rows)
        top = self._size.height - y
        parts = ["0 g"]
        for down, row in enumerate(rows, 1):
            spelt, at = bytes(row), 0
            while (start := spelt.find(1, at)) >= 0:
                at = spelt.find(0, start)
                parts.append(
                    f"{x + start * step:.3f} {top - down * step:.3f} {(at - start) * step:.3f} {step:.3f} re"
                )
        self._canvas._code.append(" ".join([*parts, "f"]))

    def turn(self) -> None:
        """End the page."""
        self._canvas.showPage()

    def finish(self) -> bytes:
        """The PDF, unsigned."""
        _make_archival(self._canvas._doc, self._about, self._attached)
        self._canvas.save()
        return self._out.getvalue()

    def _text(self, mark: Text, height: float) -> str:
        spelt = self._spelt.get((mark.style, mark.text))
        if spelt is None:
            spelt = self._spelt[mark.style, mark.text] = self._spell(mark.style, mark.text)
        wide, runs = spelt
        x = mark.x - wide * mark.size / 1000 if mark.align == "r" else mark.x
        shown = " ".join(f"{face} {mark.size:g} Tf <{letters}> Tj" for face, letters in runs)
        return f"BT {mark.ink:.2f} g 1 0 0 1 {x:.2f} {height - mark.y:.2f} Tm {shown} ET"

    def _spell(self, style: str, text: str) -> tuple[float, list[tuple[str, str]]]:
        """Width in thousandths, and the line as (name of a face's part, codes in hex): what the page's stream needs."""
        widths, doc = _widths(style), self._canvas._doc
        line = in_visual_order(text)
        wide = sum(map(widths.__getitem__, line))
        runs = []
        for name, run in _runs(line, widths):
            face = _face(name)
            for part, letters in face.splitString(run, doc):
                runs.append((face.getSubsetInternalName(part, doc), letters.hex()))
        return wide, runs

    def _shape(self, name: str) -> str:
        """The drawing of a status shape in a square of ten, made once."""
        if name not in self._shapes:
            code = self._canvas._code
            before = len(code)
            draw_shape(self._canvas, name, 0, 0, 10)
            self._shapes[name] = " ".join(code[before:])
            del code[before:]
        return self._shapes[name]


def _box(mark: Box, height: float) -> str:
    fill = "" if mark.fill is None else f"{mark.fill:.2f} g "
    edge = "" if mark.edge is None else f"{mark.edge:.2f} G 0.8 w "
    paint = "B" if fill and edge else "f" if fill else "S"
    return f"{fill}{edge}{mark.x:.2f} {height - mark.y - mark.height:.2f} {mark.width:.2f} {mark.height:.2f} re {paint}"


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
    __Refs__ = tuple(
        name for name in pdfdoc.PDFCatalog.__NoDefault__ if name not in ("Names", "ViewerPreferences")
    )


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
    file = _stream(attached.data, Type="EmbeddedFile")
    # As it is written: whoever makes names of the library's would spell the sign of number anew.
    file.dictionary["Subtype"] = "/application#2Fx-ndjson"
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
