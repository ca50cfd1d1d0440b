"""Feeds and defects as values: sentences, counts, progress."""

from __future__ import annotations

from app.work.feeds.feed import Defect, Feed, Place, count, presentable, ticking


def test_a_defect_speaks_in_whole_sentences() -> None:
    also = Place(line=261, row=257)
    found = Defect(
        file="f.csv",
        code="person.number_repeated",
        outcome="rejected",
        at=Place(line=267, row=263),
        value="HB1",
        also=also,
    )
    assert found.say.startswith("The number HB1 stands before with another person (line 261).")
    assert found.what_to_do.startswith("Find out whose number it is")


def test_the_other_place_may_be_a_cell_or_a_row() -> None:
    for also, words in ((Place(row=9, cell="J9"), "J9 tells"), (Place(row=9), "row 9 tells")):
        found = Defect(file="f", code="person.change_contradicts", outcome="held", at=Place(row=20), also=also)
        assert found.say.startswith(words)


def test_the_counts_of_all_files_add_up() -> None:
    one = count("a", "", 1, ["accepted", "held", "accepted"])
    two = count("b", "", 1, ["rejected", "accepted"], kept=1)
    feed = Feed(kind="x", sources=(one, two), commands=(), defects=())
    assert (feed.rows_in, feed.accepted, feed.held, feed.rejected, feed.kept) == (5, 3, 1, 1, 1)


def test_progress_is_heard_now_and_then_and_at_the_end() -> None:
    heard: list[int] = []
    assert list(ticking(range(600), lambda done, total: heard.append(done))) == list(range(600))
    assert heard == [0, 250, 500, 600]


def test_a_value_can_always_be_shown() -> None:
    assert presentable("a\0b\udce9" + "x" * 300) == "a\N{REPLACEMENT CHARACTER}b?" + "x" * 196
