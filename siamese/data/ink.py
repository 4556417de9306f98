"""Ink: strokes -> one drawing that looks like Omniglot's, and a drawing -> PNG.

Ink that is smaller, larger or further from the centre than in Omniglot is scaled and moved to the border of Omniglot's
range, and no further; within the range it stays as it is. Strokes come from the canvas (`fabric.py`) or from pictures
(photograph/).
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from siamese.config import SIDE
from siamese.data import pen
from siamese.errors import UserError

MIN_EXTENT_PX, MAX_EXTENT_PX = 50.0, 84.0
"""Longest side of the box around the ink: 10th and 90th percentiles of the background set (tools/measure_ink.py).

The 1st and 99th percentiles (32 and 95) were tried too: drawings scaled only to these remain hard to recognise.
"""
MIDDLE_RANGE_PX = ((44.0, 44.0), (58.0, 57.5))
"""Middle (x, y) of that box: 10th and 90th percentiles of the background set."""
MAX_DOT_PX = 2 * pen.WIDTH
"""Marks up to this extent are dots and keep their size. Omniglot has dots of 5 px, and hardly anything up to 28 px."""


class InkError(UserError):
    """Input that cannot be read as a drawing. The text is one sentence: what was wrong and what to do."""


def draw_strokes(strokes: Sequence[np.ndarray]) -> np.ndarray | None:
    """Drawing float32 (105, 105) of strokes, each float (points, 2) in px, after `fit`; None if they have no points."""
    strokes = [np.asarray(stroke, dtype=np.float64).reshape(-1, 2) for stroke in strokes]
    strokes = [stroke for stroke in strokes if len(stroke)]
    return pen.draw(fit(strokes)) if strokes else None


def fit(strokes: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The strokes, scaled and moved together by as little as brings them into the range of Omniglot's drawings."""
    points = np.concatenate(list(strokes))
    low, high = points.min(axis=0), points.max(axis=0)
    extent, middle = float((high - low).max()), (low + high) / 2
    scale = 1.0
    if extent > MAX_DOT_PX:
        scale = float(np.clip(extent, MIN_EXTENT_PX - pen.WIDTH, MAX_EXTENT_PX - pen.WIDTH)) / extent
    half = (high - low) / 2 * scale
    target = np.clip(middle, *(np.array(MIDDLE_RANGE_PX) - 0.5))  # the pen draws half a px to the right and down
    target = np.clip(target, half, SIDE - 1 - half)
    if scale == 1.0 and (target == middle).all():
        return list(strokes)
    return [(stroke - middle) * scale + target for stroke in strokes]


def to_png(drawing: np.ndarray) -> bytes:
    """The drawing as a PNG of one bit, black on white, like Omniglot's files."""
    file = io.BytesIO()
    Image.fromarray(np.asarray(drawing) < 0.5).save(file, "PNG", optimize=True)
    return file.getvalue()
