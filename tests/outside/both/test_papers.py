"""A sealed PDF, its evidence and its codes: what the product hands out, and what attackers make of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import handed
import pytest
from bundles import load_bundle
from evidence import check_evidence
from msgspec import structs
from opening import Findings, unb64u
from paper import codes_in, read_page

from app.base.codec import b64u
from app.proof import cert, seal, trust
from app.report import stamp
from app.work.checking import verify_pdf, verify_qr
from tests.outside.both.asking import OTHER, both_files, both_pdf, bundle_of, outside, product, replaced
from tests.work.issued import Handed

# --- sound ------------------------------------------------------------------------------------------------


@pytest.mark.req("R-REP-05")
def test_both_believe_the_issued_file(issued: Handed, scans: list[Path]) -> None:
    told = handed.check("pdf", [str(issued.pdf)], issued.trust, [], scans)
    mine = verify_pdf(issued.pdf, issued.trust).as_json()
    assert (told["exit"], told["findings"], told["counts"]) == (0, [], mine["counts"])


def test_the_rows_of_the_codes_are_the_evidence_s(issued: Handed, scans: list[Path]) -> None:
    pages = [read_page(text) for scan in scans for text in codes_in(scan)]
    assert [page.d[4] for page in pages] == [[n, len(scans)] for n in range(1, len(scans) + 1)]
    made = check_evidence(issued.evidence, load_bundle(issued.trust), Findings())
    posts = {unb64u(e.d["post"])[:6] for e in made.entries if e.d and e.d["post"]}
    rows = [row for page in pages for row in page.d[8]]
    assert rows
    assert {row[5] for row in rows} <= posts


def test_the_command_answers_as_the_product_does(issued: Handed, scans: list[Path], tmp_path: Path) -> None:
    (tmp_path / "evidence.ndjson").write_bytes(issued.evidence)
    what = {"qr": scans[0], "pdf": issued.pdf, "evidence": tmp_path / "evidence.ndjson"}
    for kind, path in what.items():
        assert handed.main([kind, str(path), "--trust", str(issued.trust), "--json"]) == 0
    assert handed.main(["qr", str(scans[0])]) == 2
    assert handed.main(["pdf", str(tmp_path / "none"), "--trust", str(issued.trust)]) == 2


# --- the PDF ----------------------------------------------------------------------------------------------


@pytest.mark.req("R-REP-05")
def test_no_byte_of_the_pdf_can_be_another(issued: Handed, tmp_path: Path) -> None:
    whole = issued.pdf.read_bytes()
    for at in range(9, len(whole), len(whole) // 25):
        changed = bytearray(whole)
        changed[at] ^= 1
        mine, reader = both_pdf(bytes(changed), issued.trust, tmp_path)
        assert "SIG_BAD" in (mine or ()), at
        # A changed certificate may be told as one that the root did not sign.
        assert (reader or set()) & {"SIG_BAD", "SIG_KEY_UNREGISTERED"}, at


def look_alike(issued: Handed) -> bytes:
    """Same pages, same names, another root."""
    found, whole = stamp.open_stamped(issued.pdf.read_bytes()), issued.pdf.read_bytes()
    chain = cert.make(OTHER, OTHER.public_key(), site="leiden", id="dev1", now_ms=found.at_ms)
    return stamp.seal(whole[: whole.index(b"%%EOF") + 6], OTHER, chain, found.at_ms, "seal")


def stripped(issued: Handed) -> bytes:
    whole = issued.pdf.read_bytes()
    return whole[: whole.index(b"%%EOF") + 6]


def added(issued: Handed) -> bytes:
    """Something behind the sealed file."""
    return issued.pdf.read_bytes() + b"\n% and more\n"


def cut_short(issued: Handed) -> bytes:
    return issued.pdf.read_bytes()[:-40]


def filled_gap(issued: Handed) -> bytes:
    """Small letters in the part that no signature covers."""
    whole = issued.pdf.read_bytes()
    start = whole.index(b"/Contents <") + 11
    return whole[:start] + whole[start : start + 200].lower() + whole[start + 200 :]


@pytest.mark.req("R-REP-05")
@pytest.mark.parametrize(
    ("attack", "expected"),
    [
        (look_alike, {"SIG_KEY_UNREGISTERED"}),
        (stripped, {"SIG_BAD"}),
        (added, {"SIG_BAD"}),
        (cut_short, {"SIG_BAD"}),
        (filled_gap, {"SIG_BAD"}),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_both_see_another_pdf(
    issued: Handed, tmp_path: Path, attack: Callable[[Handed], bytes], expected: set[str]
) -> None:
    mine, reader = both_pdf(attack(issued), issued.trust, tmp_path)
    assert expected <= (mine or set())
    assert expected <= (reader or set())


def of_another_report(issued: Handed, subject: bytes | None) -> bytes:
    """The device seals these pages and this evidence as another report (None: as none)."""
    found, whole = stamp.open_stamped(issued.pdf.read_bytes()), issued.pdf.read_bytes()
    pdf, old = whole[: whole.index(b"%%EOF") + 6], f"/Subject ({found.subject})".encode()
    assert pdf.count(old) == 1
    new = b"" if subject is None else b"/Subject (%b)" % subject
    return stamp.seal(
        pdf.replace(old, new.ljust(len(old))), issued.device.p256, found.chain, found.at_ms, "seal"
    )


@pytest.mark.req("R-REP-05")
@pytest.mark.parametrize("subject", [b"RPT-0000-0000-0000-0000", b"RPT", b"", None])
def test_both_hold_the_subject_against_the_evidence(
    issued: Handed, tmp_path: Path, subject: bytes | None
) -> None:
    pdf = of_another_report(issued, subject)
    assert both_pdf(pdf, issued.trust, tmp_path) == ({"SIG_SUBJECT"}, {"SIG_SUBJECT"})
    own = stamp.open_stamped(issued.pdf.read_bytes()).subject.encode()
    assert both_pdf(of_another_report(issued, own), issued.trust, tmp_path) == (set(), set())


def test_both_leave_it_open_or_contradict_by_bundle(issued: Handed, tmp_path: Path) -> None:
    left_out = bundle_of(issued, tmp_path, devices=[])
    assert both_pdf(issued.pdf.read_bytes(), left_out, tmp_path) == (None, None)
    another = bundle_of(issued, tmp_path, genesis=b64u(bytes(32)))
    mine, reader = both_pdf(issued.pdf.read_bytes(), another, tmp_path)
    assert mine == reader
    assert mine is not None
    assert mine >= {"CP_MISMATCH", "SIG_KEY_UNREGISTERED"}


def timed(issued: Handed, tmp_path: Path, **ends: str) -> Path:
    """The site's own bundle with other times for its devices."""
    devices = trust.read(issued.trust.read_text().strip()).devices
    return bundle_of(issued, tmp_path, issued.root, devices=[structs.replace(one, **ends) for one in devices])


@pytest.mark.req("R-REP-05", "R-SYN-02")
@pytest.mark.parametrize("ends", [{"end": "2020-01-01T00:00:00.000Z"}, {"start": "2099-01-01T00:00:00.000Z"}])
def test_both_refuse_what_a_device_sealed_outside_its_time(
    issued: Handed, scans: list[Path], tmp_path: Path, ends: dict[str, str]
) -> None:
    other, retired = timed(issued, tmp_path, **ends), {"SIG_KEY_RETIRED"}
    (tmp_path / "a.ndjson").write_bytes(issued.evidence)
    assert both_pdf(issued.pdf.read_bytes(), other, tmp_path) == (retired, retired)
    assert both_files(tmp_path / "a.ndjson", other) == (retired, retired)
    text = codes_in(scans[0])[0]
    assert product(verify_qr, text, other) == retired
    assert outside(handed.check_qr, text, load_bundle(other)) == retired


# --- the codes --------------------------------------------------------------------------------------------


def test_a_picture_says_the_same_to_both(issued: Handed, scans: list[Path]) -> None:
    (text,) = codes_in(scans[0])
    page = read_page(text)
    told = verify_qr(scans[0], issued.trust).about
    assert (page.report, page.d[10], page.d[7]) == (told["report"], told["device"], list(names(text)))
    assert (
        product(verify_qr, scans[0], issued.trust)
        == outside(handed.check_qr, text, load_bundle(issued.trust))
        == set()
    )


def names(text: str) -> tuple[str, ...]:
    return seal.open_page(text).page.signers


@pytest.mark.parametrize("length", [64, 65, 90])
def test_both_compare_a_long_site_name_as_a_code_holds_it(
    issued: Handed, scans: list[Path], tmp_path: Path, length: int
) -> None:
    page, site = seal.open_page(codes_in(scans[0])[0]).page, "s" * length
    text, bundle = seal.seal_page(replaced(page, site=site), issued.device.p256), tmp_path / "other.jws"
    for named, expected in ((site, set()), (site[:-1] if length == 64 else "t" + site, {"CP_MISMATCH"})):
        bundle_of(issued, tmp_path, site=named)
        told = product(verify_qr, text, bundle), outside(handed.check_qr, text, load_bundle(bundle))
        assert told == (expected, expected), named


def test_a_page_of_another_report_is_told(issued: Handed, scans: list[Path]) -> None:
    """The device holds its key: it seals a page of another report, of another history, with another row."""
    page, key = seal.open_page(codes_in(scans[0])[0]).page, issued.device.p256
    row = page.rows[0]
    for code, changed in (
        ("CP_MISMATCH", {"report": bytes(8)}),
        ("CP_MISMATCH", {"root": bytes(32)}),
        ("POST_MISMATCH", {"rows": (replaced(row, post=bytes(6)),)}),
        ("POST_MISMATCH", {"signers": ("Nobody",) * len(page.signers)}),
    ):
        text = seal.seal_page(replaced(page, **changed), key)
        told = handed.check_pdf(issued.pdf.read_bytes(), load_bundle(issued.trust), [text])
        assert {row["code"] for row in told["findings"]} == {code}, changed
