"""What stands on every page: who issued it, what it is, the seal, the code, the footer (ux §12; mock-up 09).

- A page can be handed over alone: it names the site, the report, the person, the page and how many there are.
- The electronic record is the original, and the footer says so.
"""

from __future__ import annotations

from app import __version__
from app.base.moment import Instant, local_text
from app.base.say import say
from app.base.words import Value
from app.report.column import LEAD, RISE, Column, Faces, right_aligned, side_by_side
from app.report.letters import SIGN
from app.report.qr import SIDE_MM
from app.report.sheet import FAINT, GREY, INK, MM, Box, Mark, Row, Rule, Size, Text

MARGIN = 40.0
CODE = SIDE_MM * MM
GAP = 16.0
TITLE_LINES = 3


class Issue(Value, frozen=True):
    """Who issued what when: `number` is shown and searched for, `id` its 8 bytes; `evidence` is the SHA-256 (hex) of the
    attached data; `seal` the certificate's fingerprint; `size` and `root` the history's, `log` whose."""

    id: bytes
    number: str
    title: str
    site: str
    person: str
    number_of_person: str
    issuer: str
    issuer_id: str
    role: str
    device: str
    seal: str
    evidence: str
    log: str
    size: int
    waiting: int
    root: bytes
    at: Instant
    issued: Instant


def grouped(digest: str, by: int = 8) -> str:
    """A hash in groups, so that people can compare it."""
    return " ".join(digest[at : at + by] for at in range(0, len(digest), by))


def head(faces: Faces, size: Size, issue: Issue, page: str, *, first: bool) -> Row:
    """The top of a page: on the first the title, on the others one line; the rule under it."""
    left, right = MARGIN, size.width - MARGIN
    small = 8.5 if first else 7.5
    column = Column(faces, left, (right - left) * 0.56)
    if first:
        column.text(issue.site, "sans", 8.5, GREY).gap(2)
        # A name that would fill half the page as a title is still whole, only smaller.
        large = len(faces.wrap(issue.title, "bold", 17, column.width)) <= TITLE_LINES
        column.text(issue.title, "bold", 17 if large else 10)
    else:
        column.text(issue.title, "bold", 9)
    marks: list[Mark] = [
        right_aligned(faces, issue.number, "mono", 9 if first else 8, right, 0),
        right_aligned(faces, say("paper.as_of", {"at": local_text(issue.at)}), "sans", small, right, 14, GREY),
        right_aligned(faces, page, "sans", small, right, 14 + small * LEAD, GREY),
    ]
    y = max(column.y, 14 + 2 * small * LEAD) + 6
    marks.append(Rule(left, y, right, y, 1.2 if first else 0.6, INK))
    return Row(y + 10, (*column.marks, *marks))


def question(faces: Faces, size: Size, asked: str, answer: str) -> Row:
    """Question and answer, under the title of the first page."""
    rows = Column(faces, MARGIN, 60), Column(faces, MARGIN + 64, size.width - 2 * MARGIN - 64)
    for name, text, style in (("question", asked, "sans"), ("answer", answer, "bold")):
        top = rows[1].y
        rows[1].text(text, style, 9.5).gap(2)
        label = Column(faces, MARGIN, 60, top + 1.6).text(say(f"paper.{name}"), "bold", 7.5, GREY)
        rows[0].marks.extend(label.marks)
    return side_by_side(*rows, gap=8)


def bottom(faces: Faces, size: Size, issue: Issue, pages: int, *, spelt: bool = False) -> Row:
    """The lower part of a page: the seal's box, room for the code at its right, the footer; as high as its names ask.

    `spelt`: the footer says what the sign is that stands for a character which can't be drawn.
    """
    box, height = _seal_box(faces, size, issue)
    right, y = size.width - MARGIN, max(height, CODE) + 14
    caption = say("paper.scan")
    x = right - CODE / 2 - faces.width(caption, "bold", 7) / 2
    words = Column(faces, MARGIN, right - MARGIN, y + 5)
    words.text(say("paper.footer", {"pages": pages}), "sans", 7.5, GREY)
    if spelt:
        words.marks.extend(_sign(faces, words))
    told = {"name": issue.issuer, "device": issue.device, "program": __version__}
    words.text(say("paper.printed_by", told), "sans", 7.5, GREY)
    caption_mark = Text(x, CODE + 8, caption, "bold", 7, GREY)
    return Row(words.y, (*box, caption_mark, Rule(MARGIN, y, right, y, 0.6, INK), *words.marks))


def _sign(faces: Faces, under: Column) -> list[Mark]:
    """The sign for a character that isn't drawn, and at its right what it stands for; the column goes on below."""
    wide = faces.width(SIGN, "sans", 7.5) + 4
    words = Column(faces, under.x + wide, under.width - wide, under.y).text(
        say("paper.spelt"), "sans", 7.5, GREY
    )
    sign = Text(under.x, under.y + 7.5 * RISE, SIGN, "sans", 7.5, GREY)
    under.y = words.y
    return [sign, *words.marks]


def _seal_box(faces: Faces, size: Size, issue: Issue) -> tuple[list[Mark], float]:
    """The box beside the code, and its height: who issued it, which device sealed it, what it rests on."""
    left, width = MARGIN, size.width - 2 * MARGIN - CODE - GAP
    half = (width - 36) * 0.58
    one, two = Column(faces, left + 12, half, 13), Column(faces, left + 24 + half, width - 36 - half, 13)
    one.text(say("paper.issued_by"), "bold", 7.5, GREY)
    one.text(issue.issuer, "bold", 10.5 if len(faces.wrap(issue.issuer, "bold", 10.5, half)) == 1 else 8)
    one.text(f"{issue.role} · {issue.issuer_id}", "sans", 7.5, GREY)
    one.text(local_text(issue.issued), "sans", 7.5)
    two.text(say("paper.source"), "bold", 7.5, GREY)
    two.text(say("paper.source.entries", {"size": issue.size}), "sans", 8)
    two.text(say("paper.source.root", {"root": grouped(issue.root.hex()[:16], 4)}), "sans", 8)
    two.text(say("paper.source.waiting", {"count": issue.waiting}), "sans", 8)
    y = max(one.y, two.y) + 4
    last = Column(faces, left + 12, width - 24, y + 5)
    last.text(
        say("paper.sealed_by", {"device": issue.device, "seal": grouped(issue.seal[:16], 4)}), "sans", 7.5
    )
    last.text(say("paper.report_data"), "bold", 7.5, GREY)
    last.text(grouped(issue.evidence), "mono", 7)
    height = max(last.y + 6, CODE - 4)
    rule = Rule(left + 12, y, left + width - 12, y, 0.5, FAINT)
    return [Box(left, 4, width, height - 4, None, INK), *one.marks, *two.marks, rule, *last.marks], height
