"""A sealed report on its way out of the window: kept where a person says, and checked as whoever gets it will check it.

- What is checked is the very file: the bytes in memory before they are kept, the bytes on the disk after.
- It is held to this site's own trust bundle; where this device has none, to the one that the file brings along.
"""

from __future__ import annotations

from pathlib import Path

from app.base.moment import Instant
from app.base.words import Refused, Value
from app.proof.vaultfile import replace_file
from app.work.checking import check_pdf
from app.work.issue import Drawn, draw_file
from app.work.office import Office
from app.work.papers import load_papers


class Proof(Value, frozen=True):
    """What a check found: sound if `findings` is empty, else pairs of code and sentence."""

    findings: tuple[tuple[str, str], ...]
    first_use: bool

    @property
    def sound(self) -> bool:
        """Whether everything holds."""
        return not self.findings


class Made(Value, frozen=True):
    """A report that was drawn, and what the check of it found."""

    drawn: Drawn
    proof: Proof


class Kept(Value, frozen=True):
    """Where a report lies now, and what the check of that file found."""

    path: Path
    proof: Proof


def make(
    office: Office, person: str, paper: str, at: Instant | None = None, known_at: Instant | None = None
) -> Made | Refused:
    """The training file of a person, sealed and checked. Refused and Faults as `draw_file`."""
    drawn = draw_file(office, person, paper=paper, at=at, known_at=known_at)
    return drawn if isinstance(drawn, Refused) else Made(drawn=drawn, proof=prove(office, drawn.pdf))


def keep(office: Office, pdf: bytes, out: Path) -> Kept | Refused:
    """Write a report to `out`, whole or not at all, read it back and check that. Refused `report.no_folder`,
    `report.is_folder`; Faults `disk.*`."""
    if not out.parent.is_dir():
        return Refused("report.no_folder", {"folder": str(out.parent)})
    if out.is_dir():
        return Refused("report.is_folder", {"folder": str(out)})
    replace_file(out, pdf)
    return Kept(path=out, proof=prove(office, out.read_bytes()))


def prove(office: Office, pdf: bytes) -> Proof:
    """Check the bytes of a report as `verify pdf` does. CannotDecide `pdf.unreadable` and those of evidence."""
    papers = load_papers(office)
    checked = check_pdf(pdf, None if isinstance(papers, Refused) else papers.bundle)
    members = [one.members() for one in checked.report.findings]
    return Proof(
        findings=tuple((str(one["code"]), str(one["say"])) for one in members if one["severity"] != "info"),
        first_use=checked.report.how == "first-use",
    )
