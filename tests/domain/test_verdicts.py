"""The sixteen words: order, shapes, and which of them allow the work."""

import pytest

from app.domain.verdicts import SHAPES, WORDS, Verdict, meets


def test_words_and_their_numbers_are_those_of_the_format():
    assert WORDS == (
        "Conflict",
        "Suspended",
        "Lapsed",
        "Overdue",
        "In grace",
        "Expiring",
        "Awaiting signature",
        "Awaiting verification",
        "Under supervision",
        "In training",
        "Qualified",
        "Waived",
        "Exempt",
        "Upcoming",
        "Not started",
        "Not required",
    )


@pytest.mark.req("T-04")
def test_there_are_eight_shapes_and_every_word_has_one():
    assert len(set(SHAPES.values())) == 8
    assert [Verdict(word=word).index for word in WORDS] == list(range(16))
    assert Verdict(word="Qualified").shape == "disc_tick"


@pytest.mark.req("R-REC-04", "T-17")
def test_only_four_words_allow_the_work():
    assert [word for word in WORDS if meets(word)] == ["Expiring", "Qualified", "Waived", "Exempt"]
