"""Looking at laid-out pages: every line of text with its place, and what a typesetter would object to."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.reports import PersonFile
from app.report import document
from app.report.paper import Metrics
from app.report.sheet import Size, Text
from tests.report.filed import issue

EDGE, FOOT = 39, 20


def texts_of(file: PersonFile, size: Size) -> Iterator[tuple[int, Text]]:
    """(page, text mark with y from the page's top) of a whole document."""
    for number, page in enumerate(document.lay_out(file, issue(file), size), 1):
        for upper, marks in page.marks:
            for mark in marks:
                if isinstance(mark, Text):
                    yield number, mark._replace(y=mark.y + upper)


def objections(file: PersonFile, size: Size) -> list[str]:
    """Lines that lie over each other or outside the page's margins."""
    found, wrong = [], []
    for page, mark in texts_of(file, size):
        wide = Metrics.width(mark.text, mark.style, mark.size)
        left = mark.x - wide if mark.align == "r" else mark.x
        if left < EDGE or left + wide > size.width - EDGE or mark.y > size.height - FOOT:
            wrong.append(f"outside: {mark.text}")
        found.append((page, mark.y - 0.72 * mark.size, mark.y, left, left + wide, mark.text))
    found.sort()
    for at, (page, _top, bottom, left, right, text) in enumerate(found):
        for other in found[at + 1 :]:
            if other[0] != page or other[1] >= bottom:
                break
            if other[3] < right - 0.5 and other[4] > left + 0.5:
                wrong.append(f"over each other: {text} | {other[5]}")
    return wrong
