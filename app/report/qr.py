"""The page's code as a QR symbol: error correction M, quiet zone of four modules (formats §7)."""

from __future__ import annotations

import segno

SIDE_MM = 45.0
QUIET = 4
MASK = 0
"""What is sealed looks like noise, so no mask is better than another, and trying all of them takes eight times as long."""
COMFORT = 1_450
"""Characters that a page's code takes at most (version 25-M, modules of 0.36 mm), unless one record alone needs more."""


class TooLong(Exception):
    """No QR symbol holds the text."""


def symbol(text: str) -> list[list[int]]:
    """The modules by rows, 1 for dark, quiet zone included. Raises TooLong."""
    try:
        made = segno.make_qr(text, error="m", boost_error=False, mask=MASK)
    except segno.DataOverflowError:
        raise TooLong(f"{len(text)} characters") from None
    return [list(row) for row in made.matrix_iter(border=QUIET)]
