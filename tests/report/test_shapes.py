"""Each status word has a shape that can be drawn, and no two shapes print alike (R-UX: no colour alone)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image, ImageChops

from app.domain.verdicts import SHAPES
from app.report.paper import About, Paper
from app.report.shapes import draw_shape
from app.report.sheet import A4, Shape
from tests.report.filed import NOON

ABOUT = About(title="t", subject="s", author="a", lang="en", made=NOON, id="00")


def test_no_two_shapes_look_alike_in_grey(pictures: Callable[..., list]):
    paper = Paper(A4, ABOUT, None)
    kinds = sorted(set(SHAPES.values()))
    for at, kind in enumerate(kinds):
        paper.draw([Shape(72 * (at % 7 + 0.5), 72 * (at // 7 + 1), kind, 9.6)])
    paper.turn()
    page = Image.open(pictures(paper.finish())[0]).convert("L")
    seen = [
        page.crop(
            (150 * (at % 7) + 70, 150 * (at // 7 + 1) - 5, 150 * (at % 7) + 100, 150 * (at // 7 + 1) + 25)
        )
        for at in range(len(kinds))
    ]
    assert all(one.getextrema()[0] < 128 for one in seen)
    for at, one in enumerate(seen):
        for other in seen[at + 1 :]:
            differing = ImageChops.difference(one, other).histogram()[64:]
            assert sum(differing) > 15


def test_an_unknown_shape_is_a_bug():
    with pytest.raises(KeyError):
        draw_shape(Paper(A4, ABOUT, None)._canvas, "star", 0, 0, 9)
