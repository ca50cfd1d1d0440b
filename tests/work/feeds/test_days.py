"""Days as other systems write them."""

from __future__ import annotations

import pytest

from app.work.feeds.days import read_day

READ = [
    ("2026-12-07", "2026-12-07"), ("2026/12/07", "2026-12-07"), ("7.12.2026", "2026-12-07"), ("07-12-2026", "2026-12-07"),
    ("13/02/2026", "2026-02-13"), ("02/13/2026", "2026-02-13"), ("03/03/2026", "2026-03-03"),
    ("2026-12-07 00:00:00", "2026-12-07"), ("29.02.2024", "2024-02-29"), ("31.12.9999", "9999-12-31"),
]  # fmt: skip

NOT_READ = [
    ("03/04/2026", "date.ambiguous"), ("31.09.2026", "date.impossible"), ("2023-02-29", "date.impossible"),
    ("2026-00-01", "date.impossible"), ("31.12.1999", "date.out_of_range"), ("01.01.2204", "date.out_of_range"),
    ("12.03.24", "date.unreadable"), ("12 mrt 2024", "date.unreadable"), ("46363", "date.unreadable"),
    ("2026-12-07 14:00", "date.unreadable"), ("1.2-2026", "date.unreadable"), ("٠١.٠٢.٢٠٢٦", "date.unreadable"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "day"), READ)
def test_a_day_is_read(text: str, day: str) -> None:
    assert read_day(text) == (day, None)


@pytest.mark.parametrize(("text", "code"), NOT_READ)
def test_nothing_is_guessed(text: str, code: str) -> None:
    assert read_day(text) == (None, code)
