"""New characters for training, each composed of two existing ones (ours; the paper has nothing of the kind).

Many real characters are made like this: a base with a mark above, next to it or inside. A batch of composed characters
is hard, since each shares a part with many others, and the network must compare all parts.
"""

from __future__ import annotations

import numpy as np

from siamese.config import SIDE
from siamese.data.strokes import Lines

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
"""Boxes (left, top, right, bottom) of the two parts on a paper of 1 x 1.

Side by side, one above the other, with a mark in a corner, below, above, on the right; on top of each other, inside."""

_MARGIN_PX, _EXTENT_PX = 12.0, 80.0  # of the paper on the drawing
_BOX_SPREAD_PX = 2.0  # standard deviation of a box's sides: people leave different spaces between parts
_MIN_BOX_PX, _MIN_PART_PX = 10.0, 8.0  # smallest sides of a box and of a part, so that no scale explodes
_MAX_STRETCH = 1.7  # largest change of a part's ratio of width to height


def turn(lines: Lines, orientation: int) -> Lines:
    """Lines in one of the eight orientations of `distort.orient`."""
    x, y = lines.points.T
    for _ in range(orientation % 4):
        x, y = y, SIDE - 1 - x
    if orientation >= 4:
        x = SIDE - 1 - x
    return Lines(np.column_stack([x, y]), lines.joins)


def compose(first: Lines, second: Lines, layout: int, rng: np.random.Generator) -> Lines:
    """Both parts in the boxes of a layout (an index into LAYOUTS), moved a little; to `render` with PEN_PX."""
    placed = [_place(lines.points, box, rng) for lines, box in zip((first, second), LAYOUTS[layout], strict=True)]
    joins = np.concatenate([first.joins, second.joins + len(first.points)])
    return Lines(np.concatenate(placed), joins)


def _place(points: np.ndarray, box: tuple[float, float, float, float], rng: np.random.Generator) -> np.ndarray:
    left, top, right, bottom = _MARGIN_PX + np.array(box) * _EXTENT_PX + rng.normal(0, _BOX_SPREAD_PX, 4)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = np.maximum([right - left, bottom - top], _MIN_BOX_PX) / np.maximum(high - low, _MIN_PART_PX)
    scale = np.minimum(scale, _MAX_STRETCH * scale.min())
    return (points - (low + high) / 2) * scale + [(left + right) / 2, (top + bottom) / 2]
