"""The symbol of a page's code."""

from __future__ import annotations

import pytest

from app.report.qr import COMFORT, QUIET, SIDE_MM, TooLong, symbol


def test_the_symbol_has_its_quiet_zone():
    rows = symbol("CSG1:ABC")
    assert {len(row) for row in rows} == {len(rows)}
    assert not any(any(row) for row in rows[:QUIET]) and all(rows[QUIET][QUIET : QUIET + 7])


def test_a_comfortable_code_keeps_modules_that_a_scanner_resolves():
    """2 pixels a module at 150 dpi, quiet zone included."""
    assert SIDE_MM / len(symbol("CSG1:" + "A" * (COMFORT - 5))) > 2 * 25.4 / 150


def test_what_no_symbol_holds_is_refused():
    with pytest.raises(TooLong):
        symbol("A" * 5000)
