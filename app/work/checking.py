"""`verify pdf`, `verify qr`, `verify evidence`: believing paper without believing who brings it (trust §6).

- Nothing of a site is needed but its trust bundle; without one a file is held to the bundle that it brings along, and the
  answer says so (`first-use`). A code on paper brings none.
- Findings are those of formats §9; what can't be read, and a device that the bundle doesn't name, leave it open (exit 2).
- The evidence in a sealed PDF is checked as well, so that a finding says which signature it is about.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.audit.findings import Counts, Findings, Report
from app.base.faults import CannotDecide
from app.base.moment import Day, add_days, instant_at
from app.base.words import Json, Value
from app.domain.signatures import MEANINGS
from app.domain.verdicts import WORDS
from app.proof import cert, seal, trust, witness
from app.proof.cert import CertBad
from app.proof.esign import SigBad
from app.proof.seal import Page, SealBad
from app.proof.trust import TrustBundle
from app.proof.witness import Witnessed
from app.work.issue import library, number_of

if TYPE_CHECKING:
    from app.report.stamp import Stamped

EPOCH_DAY = Day("1970-01-01")
MOST = 64 * 1024 * 1024


class Checked(Value, frozen=True):
    """A verification of paper: the report of formats §9, and `about`: what the paper says of itself."""

    report: Report
    about: dict[str, Json]

    def as_json(self) -> dict[str, Json]:
        """The object of formats §9 with `about` beside it."""
        return {**self.report.as_json(), "about": self.about}


def verify_evidence(path: Path, bundle: Path | None) -> Checked:
    """Check an evidence file. CannotDecide `evidence.unreadable`, `trust.unreadable`, `trust.device_unknown`."""
    data = _read(path, "evidence.unreadable")
    seen = witness.check(data, _bundle(bundle))
    return _checked(Findings(), seen)


def verify_pdf(path: Path, bundle: Path | None) -> Checked:
    """Check a sealed PDF and the evidence in it. CannotDecide `pdf.unreadable` and those of `verify_evidence`."""
    return check_pdf(_read(path, "pdf.unreadable"), _bundle(bundle))


def check_pdf(pdf: bytes, given: TrustBundle | None) -> Checked:
    """Check the bytes of a sealed PDF as `verify_pdf` does, held to the bundle `given`."""
    paper, found = library(), Findings()
    if not pdf.startswith(b"%PDF-"):
        raise CannotDecide("pdf.unreadable")
    try:
        stamped: Stamped = paper.open_stamped(pdf)
        evidence = stamped.attached[paper.EVIDENCE]
    except (paper.PdfBad, KeyError):
        found.add("SIG_BAD", of="no_seal")
        return _without(found, given)
    if not (stamped.intact and stamped.whole):
        found.add("SIG_BAD", of="pdf")
    try:
        seen = witness.check(evidence, given)
    except CannotDecide:
        if not found.errors:
            raise
        # What was changed after sealing is refused, whatever was put into it.
        return _without(found, given)
    _by_the_device(found, stamped, seen)
    if stamped.subject != number_of(str(seen.report.get("id"))):
        found.add("SIG_SUBJECT", of="pdf")
    return _checked(found, seen)


def _without(found: Findings, given: TrustBundle | None) -> Checked:
    """The answer about a file of which nothing is believed."""
    how = "first-use" if given is None else "bundle"
    return Checked(report=Report(findings=tuple(found.sorted()), counts=Counts(), how=how), about={})


def verify_qr(source: str | Path, bundle: Path | None) -> Checked:
    """Check the code of a page: its text, or a picture of it. CannotDecide `qr.unreadable`, `trust.needed`,
    `trust.device_unknown`, `trust.unreadable`."""
    given = _bundle(bundle)
    if given is None:
        raise CannotDecide("trust.needed")
    text = source.strip("\r\n") if isinstance(source, str) else _code_in(source)
    try:
        sealed = seal.open_page(text)
    except SealBad:
        raise CannotDecide("qr.unreadable") from None
    device = given.device(sealed.page.device)
    if device is None:
        raise CannotDecide("trust.device_unknown", device=sealed.page.device)
    found = Findings()
    try:
        seal.verify_page(sealed, device.jwk)
    except SealBad:
        found.add("SIG_BAD", of="page")
    if sealed.page.site != seal.short(given.site):
        found.add("CP_MISMATCH")
    if not device.holds_at(sealed.page.issued * 1000):
        found.add("SIG_KEY_RETIRED", of="device")
    report = Report(findings=tuple(found.sorted()), counts=Counts(checkpoints=0), how="bundle")
    return Checked(report=report, about=page_members(sealed.page))


def page_members(page: Page) -> dict[str, Json]:
    """What a page's code says, in words."""
    rows = [
        {
            "document": row.doc, "version": row.ver,
            "valid_from": None if row.day is None else add_days(EPOCH_DAY, row.day),
            "status": WORDS[row.status] if row.status < len(WORDS) else str(row.status),
            "signatures": [
                {"name": page.signers[who], "meaning": MEANINGS[what], "at": instant_at(when * 1000, "UTC").utc}
                for who, what, when in row.signed
            ],
            "seal": row.post.hex(),
        }
        for row in page.rows
    ]  # fmt: skip
    return {
        "site": page.site, "report": page.report.hex(), "page": page.page, "pages": page.pages,
        "issued": instant_at(page.issued * 1000, "UTC").utc, "device": page.device, "rows": rows,
        "person": None if page.person is None else {"name": page.person[0], "number": page.person[1]},
        "history": {"size": page.size, "root": page.root.hex()},
    }  # fmt: skip


def _by_the_device(found: Findings, stamped: Stamped, seen: Witnessed) -> None:
    """The seal must be by the device that the evidence names, under the bundle's root: names alone prove nothing."""
    device = seen.bundle.device(str(seen.report.get("device")))
    assert device is not None
    try:
        cert.check(stamped.chain, seen.bundle.root, device.jwk, stamped.at_ms)
    except CertBad:
        found.add("SIG_KEY_UNREGISTERED", of="pdf")
    if not device.holds_at(stamped.at_ms):
        found.add("SIG_KEY_RETIRED", of="device")


def _checked(found: Findings, seen: Witnessed) -> Checked:
    for flaw in seen.flaws:
        found.add(flaw.code, flaw.log, flaw.seq, flaw.entity, of=flaw.of)
    counts = Counts(
        entries=seen.entries, signatures=seen.signatures, checkpoints=seen.checkpoints, receipts=seen.receipts
    )
    about = {name: value for name, value in seen.report.items() if name not in ("t", "v")}
    return Checked(report=Report(findings=tuple(found.sorted()), counts=counts, how=seen.how), about=about)


def _bundle(path: Path | None) -> TrustBundle | None:
    if path is None:
        return None
    try:
        return trust.read(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError, SigBad):
        raise CannotDecide("trust.unreadable", file=path.name) from None


def _code_in(path: Path) -> str:
    """The one code of a page in a picture, or in a text file that a scanner wrote."""
    data = _read(path, "qr.unreadable")
    if data.startswith(seal.PREFIX.encode("ascii")):
        return data.decode("ascii", "replace").strip("\r\n")
    found = [text for text in library().codes_in(path) if text.startswith(seal.PREFIX)]
    if len(found) != 1:
        raise CannotDecide("qr.unreadable")
    return str(found[0])


def _read(path: Path, code: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST + 1)
    except FileNotFoundError:
        raise CannotDecide("paper.missing", file=path.name) from None
    except OSError:
        raise CannotDecide(code) from None
    if len(data) > MOST:
        raise CannotDecide(code)
    return data
