"""New characters for training, each put together from two of Omniglot's (ours; the paper has nothing of the kind).

Many real characters are like this: a base with a mark above, beside or inside. A batch of them is the hardest there is,
since each shares a part with many others: the network has to look everywhere.
"""

from __future__ import annotations

import numpy as np

from siamese.config import SIDE
from siamese.data.strokes import Lines, render

LAYOUTS = (
    ((0, 0, 0.5, 1), (0.5, 0, 1, 1)),
    ((0, 0, 1, 0.5), (0, 0.5, 1, 1)),
    ((0, 0.15, 0.68, 1), (0.62, 0, 1, 0.45)),
    ((0.15, 0, 1, 0.68), (0, 0.62, 0.45, 1)),
    ((0, 0, 1, 0.72), (0.25, 0.7, 0.75, 1)),
    ((0, 0.28, 1, 1), (0.25, 0, 0.7, 0.3)),
    ((0, 0, 0.7, 1), (0.68, 0.2, 1, 0.8)),
    ((0, 0, 1, 1), (0, 0, 1, 1)),
    ((0, 0, 1, 1), (0.3, 0.3, 0.7, 0.7)),
)
"""Boxes (left, top, right, bottom) of the two parts, of a paper of 1 x 1: beside, above, marks in corners and inside, crossed."""

_MARGIN, _EXTENT = 12.0, 80.0  # px
_UNEVEN = 2.0  # standard deviation in px of a box's sides: no two people leave the same space
_STRETCH = 1.7  # at most so much wider than high, or the other way round, than it was drawn
_PEN = 3.0  # px, Omniglot's own


def turn(lines: Lines, orientation: int) -> Lines:
    """Lines in one of the eight orientations of `distort.orient`."""
    x, y = lines.points.T
    for _ in range(orientation % 4):
        x, y = y, SIDE - 1 - x
    if orientation >= 4:
        x = SIDE - 1 - x
    return Lines(np.column_stack([x, y]), lines.joins)


def compose(first: Lines, second: Lines, layout: int, rng: np.random.Generator) -> np.ndarray:
    """A drawing (105, 105) of both in the boxes of a layout, each box a little displaced."""
    placed = [_place(lines.points, box, rng) for lines, box in zip((first, second), LAYOUTS[layout], strict=True)]
    joins = np.concatenate([first.joins, second.joins + len(first.points)])
    return render(Lines(np.concatenate(placed), joins), _PEN)


def _place(points: np.ndarray, box: tuple[float, float, float, float], rng: np.random.Generator) -> np.ndarray:
    left, top, right, bottom = _MARGIN + np.array(box) * _EXTENT + rng.normal(0, _UNEVEN, 4)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = np.maximum([right - left, bottom - top], 10.0) / np.maximum(high - low, 8.0)
    scale = np.minimum(scale, _STRETCH * scale.min())
    return (points - (low + high) / 2) * scale + [(left + right) / 2, (top + bottom) / 2]
