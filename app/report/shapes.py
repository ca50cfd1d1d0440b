"""The status shapes in ink (formats §8): each is told from the others without any colour.

- A shape fills a square; marks inside are left white, so that a print at 150 dpi keeps them.
- Drawn on whatever canvas is given; no library is named here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

DARK = 0.25


def draw_shape(canvas: Any, name: str, x: float, y: float, size: float) -> None:
    """Draw the shape `name` in the square of `size` whose lower left corner is (x, y). KeyError for an unknown one."""
    canvas.saveState()
    canvas.setFillGray(DARK)
    canvas.setStrokeGray(DARK)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    canvas.setLineWidth(size * 0.11)
    canvas.translate(x, y)
    canvas.scale(size / 10, size / 10)
    canvas.setLineWidth(1.1)
    _DRAW[name](canvas)
    canvas.restoreState()


def _inside(canvas: Any) -> None:
    canvas.setStrokeGray(1)
    canvas.setLineWidth(1.4)


def _polygon(canvas: Any, *points: tuple[float, float]) -> None:
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    path.close()
    canvas.drawPath(path, stroke=1, fill=1)


def _square_cross(canvas: Any) -> None:
    canvas.roundRect(0.6, 0.6, 8.8, 8.8, 1.2, stroke=0, fill=1)
    _inside(canvas)
    canvas.line(3.2, 3.2, 6.8, 6.8)
    canvas.line(3.2, 6.8, 6.8, 3.2)


def _triangle(canvas: Any) -> None:
    _polygon(canvas, (5, 9.1), (9.3, 1.2), (0.7, 1.2))
    _inside(canvas)
    canvas.line(5, 6.3, 5, 4.3)
    canvas.line(5, 2.5, 5, 2.4)


def _diamond(canvas: Any) -> None:
    _polygon(canvas, (5, 9.3), (9.3, 5), (5, 0.7), (0.7, 5))
    _inside(canvas)
    canvas.line(3.6, 3.8, 6.4, 6.4)
    canvas.line(3.6, 3.4, 5.4, 3.4)


def _half_disc(canvas: Any) -> None:
    canvas.circle(5, 5, 4.2, stroke=1, fill=0)
    path = canvas.beginPath()
    path.moveTo(5, 0.8)
    path.arcTo(0.8, 0.8, 9.2, 9.2, 270, -180)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _disc_tick(canvas: Any) -> None:
    canvas.circle(5, 5, 4.7, stroke=0, fill=1)
    _inside(canvas)
    canvas.line(2.9, 5, 4.4, 3.4)
    canvas.line(4.4, 3.4, 7.1, 6.6)


def _ring(canvas: Any) -> None:
    canvas.circle(5, 5, 4.1, stroke=1, fill=0)


def _ring_slash(canvas: Any) -> None:
    _ring(canvas)
    canvas.line(2.6, 2.6, 7.4, 7.4)


def _dash(canvas: Any) -> None:
    canvas.line(1.5, 5, 8.5, 5)


_DRAW: Mapping[str, Callable[[Any], None]] = {
    "square_cross": _square_cross,
    "triangle": _triangle,
    "diamond": _diamond,
    "half_disc": _half_disc,
    "disc_tick": _disc_tick,
    "ring_slash": _ring_slash,
    "ring": _ring,
    "dash": _dash,
}
