"""PDFs for the reader: an ordinary one, and what somebody could put in its place. All made here, byte by byte."""

from __future__ import annotations

import zlib

A4 = "0 0 595 842"


def pdf(contents: list[bytes], box: str = A4, extra: str = "", pages: int = 1) -> bytes:
    """A PDF whose pages all show the streams `contents`; `extra` is added to the trailer."""
    kids = " ".join(f"{3 + place} 0 R" for place in range(pages))
    first = 3 + pages
    streams = " ".join(f"{first + place} 0 R" for place in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode(),
    ]
    font = "<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Resources{font}/Contents[{streams}]>>"
    objects += [page.encode()] * pages
    objects += [
        f"<</Length {len(one)}/Filter/FlateDecode>>stream\n".encode() + one + b"\nendstream"
        for one in (zlib.compress(content, 9) for content in contents)
    ]
    return _file(objects, extra)


def _file(objects: list[bytes], extra: str) -> bytes:
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + each + b"\nendobj\n"
    begins = len(out)
    out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<</Size {len(places) + 1}/Root 1 0 R{extra}>>\nstartxref\n{begins}\n%%EOF\n".encode()
    return bytes(out)


ORDINARY = pdf([b"BT /F1 36 Tf 72 700 Td (Gowning, Grade B) Tj ET 1 0 0 rg 72 400 200 100 re f"], pages=3)
MANY_PAGES = pdf([b"0 0 1 rg 0 0 300 300 re f"], pages=10_000)
HUGE_BOX = pdf([b"0 1 0 rg 0 0 9000000 9000000 re f"], box="0 0 9000000 9000000")
THIN_BOX = pdf([b""], box="0 0 14400 0.001")
PASSWORD = pdf(
    [b""],
    extra=f"/Encrypt<</Filter/Standard/V 1/R 2/O<{'41' * 32}>/U<{'42' * 32}>/P -4>>/ID[<{'43' * 16}><{'43' * 16}>]",
)
BROKEN = ORDINARY[:200]
NO_PDF = b"<html><b>Not a PDF</b></html>" * 100
ENDLESS = pdf([b"0 0 m 595 842 l 1 w " + b"0 0 m 595 842 300 0 595 842 c S\n" * 4_000_000])
BOMB = pdf([b"q " * 100_000_000])
HOSTILE = {
    "password": PASSWORD,
    "broken": BROKEN,
    "no pdf": NO_PDF,
    "nothing": b"",
}
