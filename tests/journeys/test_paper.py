"""A training file that was really handed out, in the hands of others: their programs agree, every forgery is refused."""

from __future__ import annotations

import re
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import x509
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from app.base.moment import instant_at, local_text, utc_ms
from app.base.say import say
from app.proof import cert, derive
from app.report import stamp
from app.report.column import day_text
from app.report.stamp import open_stamped
from app.work.checking import Checked, verify_pdf, verify_qr
from tests.journeys import forgery
from tests.journeys.forgery import RANGES
from tests.work.issued import Handed, hand_out
from tests.work.onstage import LEARNER_NUMBER

OTHER = derive.private_of(bytes(31) + b"\x09")
SIZES = ("A4", "Letter")


@pytest.fixture(scope="module", params=SIZES)
def paper(request, demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Handed:
    """One issued file of each size; nobody changes it."""
    return hand_out(demo_dir, tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture(scope="module")
def handed(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Handed:
    """One issued file for all forgeries."""
    return hand_out(demo_dir, tmp_path_factory.mktemp("handed"))


@pytest.fixture(scope="module")
def whole(handed: Handed) -> bytes:
    """Its bytes."""
    return handed.pdf.read_bytes()


def poppler(pdf: Path) -> str:
    """What `pdfsig` says."""
    return subprocess.run(["pdfsig", "-nocert", pdf], capture_output=True, text=True).stdout


def page_text(pdf: Path, page: int) -> str:
    """The text of one page by poppler."""
    command = ["pdftotext", "-layout", "-f", str(page), "-l", str(page), pdf, "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def scans(pdf: Path, folder: Path, colour: str = "-gray") -> list[Path]:
    """The pages at 150 dpi."""
    command = [part for part in ("pdftoppm", "-r", "150", colour, "-png", pdf, folder / "page") if part]
    subprocess.run(command, check=True)
    return sorted(folder.glob("page*.png"))


# ---- others agree


@pytest.mark.req("R-REP-05")
def test_poppler_says_valid_and_total_document_signed(paper):
    said = poppler(paper.pdf)
    assert "Signature is Valid." in said and "Total document signed" in said
    assert said.count("Signature #") == 1 and "ETSI.CAdES.detached" in said


@pytest.mark.req("R-REP-05")
def test_pyhanko_agrees_under_the_site_s_root(paper):
    data = paper.pdf.read_bytes()
    (found,) = PdfFileReader(BytesIO(data), strict=True).embedded_signatures
    chain = open_stamped(data).chain
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(chain.root)], moment=found.self_reported_timestamp
    )
    status = validate_pdf_signature(found, context)
    assert status.bottom_line and status.intact and status.trusted and status.docmdp_ok
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert verify_pdf(paper.pdf, paper.trust).report.exit == 0


# ---- each page's code, scanned


def _says(page: str, told: dict) -> None:
    """The code's rows are the records and signatures of the page, in their order."""
    text = " ".join(page.split())
    rows, pattern = told["rows"], r"Record r_\w+ · seal ([0-9a-f]{12})"
    assert re.findall(pattern, text) == [row["seal"] for row in rows]
    signed = [one for row in rows for one in row["signatures"]]
    assert text.count("signed with user ID") == len(signed)
    for row in rows:
        assert f"{row['document']} version {row['version']}" in text
        assert f"valid from {day_text(row['valid_from'])}" in text and row["status"] in text
    at = 0
    for one in signed:
        at = text.index(f"{one['name']} {say('meaning.' + one['meaning'])}", at) + 1
        assert local_text(instant_at(utc_ms(one["at"]), "Europe/Amsterdam")) in text[at:]
    assert f"Page {told['page']} of {told['pages']}" in text


@pytest.mark.req("R-REP-05")
@pytest.mark.parametrize("turned", [0.0, 2.5, -2.5])
def test_every_page_s_code_is_read_from_a_grey_scan_and_its_rows_equal_the_page_s(paper, tmp_path, turned):
    pictures = scans(paper.pdf, tmp_path)
    seen = 0
    for at, path in enumerate(pictures, 1):
        picture = Image.open(path).convert("L")
        picture.rotate(turned, Image.Resampling.BICUBIC, expand=True, fillcolor=255).save(path)
        checked = verify_qr(path, paper.trust)
        assert checked.report.exit == 0 and checked.about["page"] == at
        assert checked.about["pages"] == len(pictures)
        _says(page_text(paper.pdf, at), checked.about)
        seen += sum(len(row["signatures"]) for row in checked.about["rows"])
    assert seen == paper.told.signatures == 3


@pytest.mark.parametrize("dots", ["-mono", ""], ids=["black and white", "colour"])
def test_a_code_is_read_from_black_and_white_and_from_colour(paper, tmp_path, dots):
    told = [verify_qr(page, paper.trust).about["page"] for page in scans(paper.pdf, tmp_path, dots)]
    assert told == list(range(1, len(told) + 1)) and len(told) > 3


# ---- forgeries


def refused(checked: Checked) -> dict[str, str]:
    """The findings, code to words; refused in any case."""
    told = checked.as_json()
    assert told["exit"] == 1 and not told["ok"]
    return {row["code"]: row["say"] for row in told["findings"]}


def check(handed: Handed, data: bytes, folder: Path) -> dict[str, str]:
    """What is said of a forgery, with the site's bundle and without."""
    (folder / "a.pdf").write_bytes(data)
    said = refused(verify_pdf(folder / "a.pdf", handed.trust))
    assert set(refused(verify_pdf(folder / "a.pdf", None))) == set(said)
    return said


CHANGED = "The PDF was changed, or something was added to it, after it was sealed."
NO_SEAL = (
    "The PDF does not carry exactly one seal of a device in the form that Countersign writes, "
    "with the evidence that belongs to it."
)
LOOK_ALIKE = (
    "The PDF was sealed with another key than that of this device under the root of the site, "
    "whatever names its certificate bears."
)


@pytest.mark.req("R-REP-05")
@pytest.mark.parametrize("name", forgery.LATER)
def test_whatever_is_added_is_refused(handed, whole, tmp_path, name):
    said = check(handed, forgery.later(whole, forgery.LATER[name]), tmp_path)
    assert said["SIG_BAD"] == CHANGED
    assert "Total document signed" not in poppler(tmp_path / "a.pdf")


@pytest.mark.req("R-REP-05")
def test_a_page_that_hides_in_an_object_stream_is_refused(handed, whole, tmp_path):
    data = forgery.packed_away(whole)
    assert check(handed, data, tmp_path)["SIG_BAD"] == CHANGED
    # The overlay is a real one: for a reader the first page is now empty.
    assert page_text(tmp_path / "a.pdf", 1).strip() == "" != page_text(handed.pdf, 1).strip()


def test_a_file_that_was_saved_anew_is_refused(handed, whole, tmp_path):
    assert "SIG_BAD" in check(handed, forgery.rewritten(whole), tmp_path)


@pytest.mark.parametrize("where", ["before", "after", "twice"])
def test_bytes_around_the_file_are_refused(handed, whole, tmp_path, where):
    head = b"%PDF-1.7\n%%EOF\n"
    data = {"before": head + whole, "after": whole + b"\n", "twice": whole + whole}[where]
    assert "SIG_BAD" in check(handed, data, tmp_path)


# ---- look-alikes


def look_alike(whole: bytes, device=OTHER) -> cert.Chain:
    """Certificates with the names of the site's own, by another root."""
    at = open_stamped(whole).at_ms
    return cert.make(OTHER, device.public_key(), site="leiden", id="dev1", now_ms=at)


@pytest.mark.req("R-REP-05")
def test_a_signature_exchanged_in_place_for_a_look_alike_s_is_refused(handed, whole, tmp_path):
    data = forgery.resealed(whole, OTHER, look_alike(whole))
    assert check(handed, data, tmp_path) == {"SIG_KEY_UNREGISTERED": LOOK_ALIKE}
    assert "Signature is Valid." in poppler(tmp_path / "a.pdf"), "mathematics alone can't tell them apart"


def test_the_device_s_own_key_under_a_look_alike_root_is_refused(handed, whole, tmp_path):
    chain = look_alike(whole, handed.device.p256)
    data = forgery.resealed(whole, handed.device.p256, chain)
    assert check(handed, data, tmp_path) == {"SIG_KEY_UNREGISTERED": LOOK_ALIKE}


def test_a_second_signature_is_refused(handed, whole, tmp_path):
    for key, chain in ((OTHER, look_alike(whole)), (handed.device.p256, open_stamped(whole).chain)):
        assert check(handed, forgery.signed_again(whole, key, chain), tmp_path) == {"SIG_BAD": NO_SEAL}


# ---- what the signature covers


def test_a_range_that_leaves_something_out_is_refused_even_from_the_device(handed, whole, tmp_path):
    _first, length, end, rest = (int(number) for number in RANGES.search(whole).groups())
    chain = open_stamped(whole).chain
    for numbers in (
        (0, length - 400, end, rest),
        (0, length, end + 300, rest - 300),
        (9, length - 9, end, rest),
    ):
        told = b"/ByteRange [" + b" ".join(b"%d" % number for number in numbers) + b"]"
        data = forgery.resealed(whole, handed.device.p256, chain, told)
        assert check(handed, data, tmp_path)["SIG_BAD"] in (NO_SEAL, CHANGED), numbers
    assert forgery.resealed(whole, handed.device.p256, chain)[:length] == whole[:length]


@pytest.mark.parametrize("numbers", [(0, 0, 0, 0), (0, 9, 9, 9), (0, 1, 0, -1), (0, 99999999, 9, 9), (0, 9)])
def test_a_range_of_nonsense_is_refused(handed, whole, tmp_path, numbers):
    assert "SIG_BAD" in check(handed, forgery.ranged(whole, *numbers), tmp_path)


@pytest.mark.parametrize("member", [b"/ByteRange", b"/Contents <", b"/SubFilter", b"/Perms", b"/FT /Sig"])
def test_a_member_of_the_seal_that_is_missing_is_refused(handed, whole, tmp_path, member):
    at = whole.rindex(member)
    data = whole[:at] + member.replace(b"/", b"/X", 1)[: len(member)] + whole[at + len(member) :]
    assert "SIG_BAD" in check(handed, data, tmp_path)


def test_an_empty_signature_is_refused(handed, whole, tmp_path):
    _first, length, end, _rest = (int(number) for number in RANGES.search(whole).groups())
    data = whole[: length + 1] + b"0" * (end - length - 2) + whole[end - 1 :]
    assert check(handed, data, tmp_path) == {"SIG_BAD": NO_SEAL}


# ---- evidence of another report


@pytest.fixture(scope="module")
def second(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Handed:
    """The same person's file, issued once more by the same device."""
    return hand_out(demo_dir, tmp_path_factory.mktemp("second"), number=LEARNER_NUMBER)


def test_evidence_of_another_report_put_into_the_file_is_refused(handed, second, whole, tmp_path):
    data = forgery.later(whole, forgery.exchanged(second.evidence))
    assert {"SIG_BAD", "SIG_SUBJECT"} <= set(check(handed, data, tmp_path))


def test_evidence_of_another_report_under_the_device_s_own_seal_is_refused(handed, second, whole, tmp_path):
    """As somebody would make it who holds the device: every signature in it holds, and the report is another one."""
    found = open_stamped(whole)
    unsigned = whole[: whole.index(b"%%EOF") + 6]
    data = forgery.later(unsigned, forgery.exchanged(second.evidence))
    sealed = stamp.seal(data, handed.device.p256, found.chain, found.at_ms, "seal")
    assert check(handed, sealed, tmp_path) == {"SIG_SUBJECT": say("finding.SIG_SUBJECT.pdf")}
    assert poppler(tmp_path / "a.pdf").count("Signature is Valid.") == 1
