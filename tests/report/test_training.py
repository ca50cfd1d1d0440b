"""The training file's words: question, answer, what counts first, what is open, what it holds."""

from __future__ import annotations

from app.domain.verdicts import Reason, Verdict
from app.report import training
from app.report.paper import Metrics
from app.report.sheet import Text
from tests.report.filed import OVERDUE, QUALIFIED, duty, person_file


def shown(file) -> str:
    blocks = training.blocks(file, Metrics(), 40, 515)
    return " ".join(
        mark.text for one in blocks for row in one.rows for mark in row.marks if isinstance(mark, Text)
    )


def test_the_answer_counts_each_word_the_gravest_first():
    duties = [duty("A", QUALIFIED), duty("B"), duty("C", Verdict(word="In training")), duty("D")]
    assert training.answer(person_file(duties=duties)) == (
        "1 of 4 requirements are met. Not met: 2 overdue, 1 in training."
    )


def test_the_answer_when_all_or_nothing_is_asked():
    assert training.answer(person_file(duties=[duty("A", QUALIFIED)])) == "Every requirement is met: 1 of 1."
    assert training.answer(person_file(duties=[])).startswith("No job")


def test_what_rests_on_a_record_comes_before_the_records_and_what_is_open_after():
    text = shown(person_file())
    places = [
        text.index(part)
        for part in ("RQ-0083", "Records and signatures", "Mara Ito", "RQ-0001", "Nothing was left out")
    ]
    assert places == sorted(places)


def test_a_file_without_records_says_so():
    text = shown(person_file(proofs=[], duties=[duty(verdict=OVERDUE)]))
    assert "There is no training record of this person." in text and "Records: 0, of which void: 0" in text


def test_reasons_that_the_word_does_not_say_are_told():
    about = {"ver": "2.0", "now": "3.0"}
    lapsed = Verdict(word="Lapsed", reasons=(Reason(code="document.superseded", about=about),))
    assert "Trained on version 2.0; version 3.0 asked" in shown(person_file(duties=[duty(verdict=lapsed)]))
    assert "No complete training record." not in shown(person_file(duties=[duty(verdict=OVERDUE)]))


def test_entries_that_no_centre_has_are_counted():
    assert "4 were received by a centre, 8 not yet." in shown(person_file())
