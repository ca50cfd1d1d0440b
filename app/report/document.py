"""From a view to the pages of a PDF: lay out, seal each page's code, draw (ux §12).

- Pages are filled first, so that every page knows how many there are; then each code is sealed and drawn.
- `sealer` gives a page its code; without one the pages have none (for measuring the layout alone).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from app.base.say import say
from app.base.words import Value
from app.domain.reports import PersonFile
from app.proof.seal import ROWS, Line, Page, length_of
from app.report import frame, training
from app.report.frame import CODE, MARGIN, Issue
from app.report.letters import OPENS
from app.report.paper import About, Attached, Metrics, Paper
from app.report.qr import COMFORT, symbol
from app.report.sheet import Block, Leaf, Mark, Row, Size, Text, paginate

GAP = 6.0
MANY = 999

Sealer = Callable[[Page], str]


class Laid(Value, frozen=True):
    """One page: marks with how far from the upper edge they begin, where the lower part begins, and what its code says."""

    marks: tuple[tuple[float, Sequence[Mark]], ...]
    bottom: float
    page: Page


def training_file(
    file: PersonFile, issue: Issue, size: Size, attached: Attached | None = None, sealer: Sealer | None = None
) -> bytes:
    """The person's training file as PDF, unsigned."""
    paper = Paper(size, _about(issue), attached)
    for laid in lay_out(file, issue, size):
        for top, marks in laid.marks:
            paper.draw(marks, top)
        if sealer is not None:
            paper.code(symbol(sealer(laid.page)), size.width - MARGIN - CODE, laid.bottom, CODE)
        paper.turn()
    return paper.finish()


def lay_out(file: PersonFile, issue: Issue, size: Size) -> list[Laid]:
    """The pages as marks: everything but the codes."""
    faces, width = Metrics(), size.width - 2 * MARGIN
    top, later = (frame.head(faces, size, issue, "", first=first) for first in (True, False))
    asked = frame.question(faces, size, training.asked(file), training.answer(file))
    blocks = list(training.blocks(file, faces, MARGIN, width))
    lower = frame.bottom(faces, size, issue, MANY)
    spelt = _spelt([top, asked, lower, *(row for block in blocks for row in block.rows)])
    lower = frame.bottom(faces, size, issue, MANY, spelt=spelt)
    bottom = size.height - MARGIN - lower.height
    room = bottom - MARGIN - GAP
    leaves = paginate(
        blocks,
        room - top.height - asked.height,
        room - later.height,
        lambda coded: _fits(coded, issue),
    )
    return [
        _page(
            leaf,
            asked if at == 1 else None,
            issue,
            size,
            (at, len(leaves)),
            (bottom, frame.bottom(faces, size, issue, len(leaves), spelt=spelt)),
        )
        for at, leaf in enumerate(leaves, 1)
    ]


def _spelt(rows: Iterable[Row]) -> bool:
    """Whether some character is not drawn but spelt out."""
    return any(OPENS in mark.text for row in rows for mark in row.marks if isinstance(mark, Text))


def _page(
    leaf: Leaf, asked: Row | None, issue: Issue, size: Size, of: tuple[int, int], lower: tuple[float, Row]
) -> Laid:
    faces, (at, pages), (bottom, foot) = Metrics(), of, lower
    words = say("paper.page", {"page": at, "pages": pages, "size": size.name})
    head = frame.head(faces, size, issue, words, first=asked is not None)
    marks: list[tuple[float, Sequence[Mark]]] = []
    y = MARGIN
    for row in (head, *([asked] if asked else []), *leaf.rows):
        marks.append((y, row.marks))
        y += row.height
    marks.append((bottom, foot.marks))
    return Laid(marks=tuple(marks), bottom=bottom, page=page_of(leaf.coded, issue, at, pages))


def page_of(coded: Sequence[Block], issue: Issue, page: int, pages: int) -> Page:
    """What the code of one page says: its records, each with the signatures that stand there; a signer is named once."""
    names = tuple(dict.fromkeys(name for block in coded for name in block.signers))
    rows: list[Line] = []
    for block in coded:
        line = _renamed(block, names)
        if block.goes_on and rows:
            line = replace(line, signed=(*rows.pop().signed, *line.signed))
        rows.append(line)
    return Page(
        site=issue.site, report=issue.id, page=page, pages=pages, issued=issue.issued.ms // 1000,
        person=(issue.person, issue.number_of_person or None), signers=names,
        rows=tuple(rows), size=issue.size, root=issue.root, device=issue.device,
    )  # fmt: skip


def _renamed(block: Block, names: tuple[str, ...]) -> Line:
    line = block.line
    assert line is not None
    signed = tuple((names.index(block.signers[who]), what, when) for who, what, when in line.signed)
    return replace(line, signed=signed)


def _fits(coded: Sequence[Block], issue: Issue) -> bool:
    page = page_of(coded, issue, MANY, MANY)
    return len(page.rows) <= ROWS and length_of(page) <= COMFORT


def _about(issue: Issue) -> About:
    return About(
        title=issue.title, subject=issue.number, author=issue.issuer, lang="en-GB", made=issue.issued,
        id=issue.id.hex(),
    )  # fmt: skip
