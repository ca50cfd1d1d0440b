"""The longest and strangest people of the feeds on paper: everything is there, whole, and nothing lies over anything."""

from __future__ import annotations

import csv
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from io import StringIO
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace
from PIL import Image

from app.base.moment import Instant, local_text, utc_ms
from app.base.say import say
from app.domain.reports import PersonFile, Proof, Signed
from app.report import document
from app.report.sheet import SIZES, Size
from app.store import state
from app.store.views.training_file import training_file
from tests.report.filed import BIDI, LONG, MARKUP, MISSING, issue, proof, signed
from tests.work.feeds.conftest import LEIDEN
from tests.work.onstage import QA, copied

TURNS = dict.fromkeys((*range(0x202A, 0x202F), 0xFEFF))
MEANINGS = (
    "READ",
    "TRAINED",
    "TAUGHT",
    "COMPETENT",
    "NOT_YET",
    "WITNESSED",
    "CORRECTED",
    "DISPUTED",
    "APPROVED",
)
MADE_UP = (
    LONG,
    BIDI,
    MARKUP,
    MISSING,
    "Zażółć Gęślą-Jaźń",
    "fi fl ffi \u017fs",
    "כהן שלום",
    "Ա\u0580\u0561\u0574 ბერიძე",
)
EDGE = 39.0


class Word(NamedTuple):
    """One word where poppler sees it, in points from the page's upper left."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def strangeness(row: dict[str, Any]) -> tuple[int, int]:
    """How far from plain letters, then how long."""
    name = str(row["name"]) + str(row.get("native", ""))
    return len({letter for letter in name if not letter.isascii()}), len(name)


@pytest.fixture(scope="module")
def people(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> list[PersonFile]:
    """The files of the strangest and of the longest names that came with the feeds, and of the one without family name."""
    stage = copied(demo_dir, tmp_path_factory.mktemp("strange"))
    office = stage.enter(QA)
    now = office.clock.now().instant
    with office.store.read() as tx:
        rows = [dict(office.ring.opened("person", row)) for row in state.rows(tx, "person")]
        chosen = sorted(rows, key=strangeness)[-12:] + sorted(rows, key=lambda row: len(row["name"]))[-4:]
        chosen += (
            sorted(rows, key=lambda row: len(row["name"]))[:2] + [row for row in rows if row.get("native")][:3]
        )
        seen = {
            row["id"]: training_file(tx, row["id"], office.ring, at=now, known_at=now, now=now)
            for row in chosen
        }
    stage.leave()
    stage.close()
    return [file for file in seen.values() if file is not None]


def reasons() -> list[str]:
    """The longest remarks of the people's feed, which people will copy into a reason; one with markup among them."""
    feed = (LEIDEN / "hr_people.csv").read_text("utf-8-sig")
    rows = csv.reader(StringIO(feed, newline=""), delimiter=";")
    found = {unicodedata.normalize("NFC", cell) for row in rows for cell in row if 100 < len(cell) <= 700}
    told = sorted(found, key=len)[-6:]
    assert len(told[-1]) > 600
    return [*told, MARKUP]


def proofs(names: list[str]) -> tuple[Proof, ...]:
    """Records with every meaning, void ones and late ones, signed by everybody, with the longest reasons."""
    why, uid = cycle(reasons()), iter(range(10_000))

    def by(name: str, meaning: str) -> Signed:
        at = next(uid)
        return signed(
            meaning, name, uid=f"u_{at:06d}z", why=f"R{at:02d}: {next(why)}", late=at % 3 == 0,
            full=at % 2 == 0, off="+05:30" if at % 4 == 0 else "-03:30", zone="Asia/Kolkata", place=("log/x", 70_000 + at),
        )  # fmt: skip

    made, signers = [], cycle(names)
    for at in range(0, len(names), 4):
        four = [by(name, MEANINGS[(at + index) % 9]) for index, name in enumerate(islice(signers, 4))]
        void = at % 8 == 0
        told = (*four, by(names[0], "VOIDED")) if void else tuple(four)
        made.append(
            proof(
                f"SOP-{at:04}",
                id=f"r_{at:04}",
                void=void,
                signed=told,
                comment=MARKUP,
                title=f"Title {names[at]}",
            )
        )
    return tuple(made)


def words_of(pdf: Path) -> Iterator[Word]:
    """Every word with its box."""
    command = ["pdftotext", "-bbox", pdf, "-"]
    # The document's title is told in another encoding than the text.
    told = subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8", "replace")
    tree = ET.fromstring(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", told))
    for number, page in enumerate(tree.iter("{http://www.w3.org/1999/xhtml}page"), 1):
        for word in page:
            box = (float(word.attrib[name]) for name in ("xMin", "yMin", "xMax", "yMax"))
            yield Word(number, *box, word.text or "")  # type: ignore[call-arg]


def squeezed(text: str) -> str:
    """Without blanks, and without the marks by which poppler tells that it turned a line."""
    return "".join(unicodedata.normalize("NFC", text.translate(TURNS)).split())


def pages_of(pdf: Path) -> list[str]:
    """The text of each page as poppler gives it, squeezed."""
    told = subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True, text=True).stdout
    return [squeezed(page) for page in told.split("\f")[:-1]]


def as_shown(text: str) -> str:
    """A text as it must come out: what can't be seen spelt out, blanks left away."""
    return squeezed(document.Metrics.drawable(text, "sans"))


@pytest.fixture(scope="module", params=SIZES.values(), ids=SIZES)
def size(request) -> Size:
    """Either kind of paper."""
    return request.param


@pytest.fixture(scope="module")
def printed(people, size, tmp_path_factory) -> tuple[PersonFile, Path]:
    """One file in which everybody signs: records of the strangest person."""
    names = [*MADE_UP, *(name for file in people for name in (file.name, file.native) if name)]
    file = replace(people[0], proofs=proofs(names), name=LONG, native=people[-1].native)
    path = tmp_path_factory.mktemp("strange") / "a.pdf"
    path.write_bytes(document.training_file(file, issue(file, issuer=MISSING), size))
    return file, path


@pytest.mark.req("R-SIG-08", "R-REP-08")
def test_every_signature_is_whole_on_one_page(printed):
    file, path = printed
    pages = pages_of(path)
    for record in file.proofs:
        for one in record.signed:
            (page,) = [page for page in pages if one.uid in page]
            at = local_text(Instant(ms=utc_ms(one.utc), off=one.off, zone=one.zone))
            level = say("paper.signed.full" if one.full else "paper.signed.password")
            parts = [one.name, one.why, one.words, at, one.doc, f"entry {one.place[1]} of", level]
            parts += [say(f"role.{one.role}"), say(f"meaning.{one.meaning}")]
            parts += [say("paper.late")] if one.late else []
            for part in parts:
                assert as_shown(part) in page, (one.uid, part)


@pytest.mark.req("R-REP-08")
def test_every_record_and_person_is_whole(printed, people):
    file, path = printed
    text = "".join(pages_of(path))
    for record in file.proofs:
        for part in (
            record.number,
            record.id,
            record.title,
            record.comment,
            f"signatures: {len(record.signed)}",
        ):
            assert as_shown(part) in text, part
    for part in (file.native, file.number, file.pid, *(duty.code for duty in file.duties)):
        assert as_shown(part) in text, part
    assert squeezed(say("paper.spelt")) in text


@pytest.mark.req("R-REP-08")
def test_no_word_lies_over_another_or_leaves_the_page(printed, size):
    _file, path = printed
    words = sorted(words_of(path), key=lambda word: (word.page, word.top))
    assert len(words) > 3000
    for at, word in enumerate(words):
        assert word.left >= EDGE and word.right <= size.width - EDGE, word
        assert word.top >= 30 and word.bottom <= size.height - 15, word
        third = (word.bottom - word.top) / 3
        for other in words[at + 1 :]:
            if other.page != word.page or other.top + third >= word.bottom - third:
                break
            assert other.left > word.right - 0.7 or other.right < word.left + 0.7, (word, other)


@pytest.mark.req("R-REC-02")
def test_a_void_record_is_struck_through_in_ink(printed, tmp_path):
    """Between the words of its name, where no letter stands, there is ink over the whole gap."""
    file, path = printed
    void = next(record for record in file.proofs if record.void)
    fine = next(record for record in file.proofs if not record.void)
    words = list(words_of(path))
    for record, struck in ((void, True), (fine, False)):
        at = next(at for at, word in enumerate(words) if word.text == record.number)
        one, two = words[at], words[at + 1]
        assert two.text == "version" and one.page == two.page
        command = [
            "pdftoppm",
            "-r",
            "300",
            "-gray",
            "-png",
            "-f",
            str(one.page),
            "-l",
            str(one.page),
            "-singlefile",
        ]
        subprocess.run([*command, path, tmp_path / "page"], check=True)
        page, dots = Image.open(tmp_path / "page.png").convert("L"), 300 / 72
        gap = page.crop(
            tuple(int(side * dots) for side in (one.right + 0.3, one.top + 2, two.left - 0.3, one.bottom - 2))
        )
        dark = [all(gap.getpixel((x, y)) < 128 for x in range(gap.width)) for y in range(gap.height)]
        assert any(dark) == struck, record.id


def test_each_person_s_own_file_is_whole(people, size, tmp_path):
    for at, file in enumerate(people):
        path = tmp_path / f"{at}.pdf"
        path.write_bytes(document.training_file(file, issue(file), size))
        text = "".join(pages_of(path))
        jobs = [job.title for job in file.jobs]
        for part in (
            file.name,
            file.native,
            file.number,
            file.title,
            *jobs,
            *(duty.subject for duty in file.duties),
        ):
            assert as_shown(part) in text, (file.name, part)
        assert "⟦" not in text, file.name
