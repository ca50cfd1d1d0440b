"""The whole document: real text, nothing over anything else, each page's code equal to what the page says."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PIL import Image

from app.proof import derive, esign, seal
from app.report import document
from app.report.document import page_of, training_file
from app.report.paper import Metrics
from app.report.scan import codes_in
from app.report.sheet import A4, SIZES, Text
from tests.report.filed import (
    BIDI,
    LONG,
    MARKUP,
    MISSING,
    OVERDUE,
    REASON,
    duty,
    issue,
    person_file,
    proof,
    signed,
)  # fmt: skip
from tests.report.pages import objections

KEY = derive.private_of(bytes(31) + b"\x07")
KEY_JWK = esign.jwk_of(KEY.public_key())
NATIVE = ("\u0637\u0627\u0631\u0642 \u0627\u0644\u062e\u0637\u064a\u0628", "\u674e\u5a77\u5a77")


def sealer(page):
    return seal.seal_page(page, KEY)


def strange():
    proofs = [
        proof(signed=(signed("TRAINED", LONG), signed("NOT_YET", BIDI, why="R01: " + REASON[:600], late=True))),
        proof(
            id="r_2", void=True, comment=MARKUP, signed=(signed("TRAINED", MARKUP), signed("VOIDED", MISSING))
        ),
    ]
    return person_file(LONG, proofs, [duty(verdict=OVERDUE, subject=MARKUP)], native=" ".join(NATIVE))


@pytest.mark.req("R-REP-08", "R-REP-02")
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_names_and_reasons_come_out_whole(text_of, size):
    file = strange()
    text = text_of(training_file(file, issue(file), size, None, sealer))
    for part in (MARKUP, "Anna ⟦U+202E⟧gnp.exe ⟦U+200B⟧Gray", "Zoë ⟦U+1F642⟧ ẞ ⟦U+16A0⟧", REASON[:600].strip(),
                 "6d" * 32, *NATIVE, "HB10032", "25 Nov 2026, 13:00:00 +01:00", "r_2", "9f3c71ad"):  # fmt: skip
        assert part in text
    assert LONG in text.replace(" ", "")


def test_a_reason_longer_than_a_page_is_whole(text_of):
    reason = " ".join(f"word{at}" for at in range(3000))
    file = person_file(proofs=[proof(signed=(signed("VOIDED", why=reason),))])
    text = text_of(training_file(file, issue(file), A4))
    assert all(f"word{at} " in text for at in range(3000)) and "Page 5 of" in text


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_no_text_lies_over_another_or_outside_the_page(size):
    assert objections(strange(), size) == []


@pytest.mark.req("R-REP-05")
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_every_page_s_code_is_read_from_a_scan_and_says_what_the_page_says(pictures, size):
    proofs = [proof(f"SOP-{at:04}", id=f"r_{at}") for at in range(30)]
    file = person_file(proofs=proofs)
    pages = pictures(training_file(file, issue(file), size, None, sealer))
    laid, read = document.lay_out(file, issue(file), size), []
    for at, picture in enumerate(pages, 1):
        (text,) = codes_in(picture)
        page = seal.verify_page(seal.open_page(text), KEY_JWK)
        assert (page.page, page.pages, page.person) == (at, len(pages), ("Ada Okoye", "HB10032"))
        assert page == laid[at - 1].page and len(page.rows) <= seal.ROWS
        read += [row.doc for row in page.rows]
    assert list(dict.fromkeys(read)) == [one.number for one in proofs]


@pytest.mark.req("R-REP-05")
def test_a_code_is_read_from_a_page_that_lay_askew(pictures, tmp_path):
    file = person_file(proofs=[proof(f"SOP-{at:04}", id=f"r_{at}") for at in range(4)])
    page = pictures(training_file(file, issue(file), A4, None, sealer))[1]
    turned = (
        Image.open(page).convert("L").rotate(2.5, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    )
    turned.save(tmp_path / "askew.png")
    (text,) = codes_in(tmp_path / "askew.png")
    assert len(seal.open_page(text).page.rows) >= 2


def test_signers_of_several_records_are_named_once_on_a_page():
    from_two = [
        block
        for one in (proof(), proof(id="r_2"))
        for block in document.training.record_blocks(Metrics(), one, 40, 500)
    ]
    page = page_of(from_two, issue(person_file()), 1, 1)
    assert len(page.rows) == 2
    assert page.signers == ("Ada Okoye", "Mara Ito") and page.rows[0].signed == page.rows[1].signed


@pytest.mark.req("R-REP-05", "R-SIG-08")
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_record_over_two_pages_stands_in_the_code_of_both_with_the_signatures_of_each(size):
    many = proof(signed=tuple(signed("TAUGHT", f"Trainer {at}") for at in range(19)))
    pages = document.lay_out(person_file(proofs=[many]), issue(person_file()), size)
    told: list[str] = []
    for laid in pages:
        said = [mark.text for _, marks in laid.marks for mark in marks if isinstance(mark, Text)]
        names = [text for text in said if text.startswith("Trainer ")]
        rows = laid.page.rows
        assert [laid.page.signers[who] for row in rows for who, _, _ in row.signed] == names
        assert len(rows) == bool(names)
        assert ("SOP-0047 version 3.0, continued" in said) == bool(told and names)
        told += names
    assert told == [f"Trainer {at}" for at in range(19)] and len([1 for laid in pages if laid.page.rows]) >= 3


def test_the_same_report_gives_the_same_bytes():
    file = person_file()
    one, two = (training_file(file, issue(file), A4, None, sealer) for _ in range(2))
    assert one == two


def test_a_page_number_stands_on_every_page(text_of):
    file = person_file(duties=[duty(f"RQ-{at:04}") for at in range(80)])
    text = text_of(training_file(file, issue(file), A4, None, sealer))
    pages = [f"Page {at} of 4 · A4" for at in range(1, 5)]
    places = [text.index(page) for page in pages]
    assert all(one < two for one, two in pairwise(places))
    assert text.count("The electronic record is the original.") == 4
