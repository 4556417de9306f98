"""Omniglot's pen: strokes as lines of points -> a drawing.

A round pen 4.5 px wide, points shifted by half a pixel, and ink in pixels that are covered by 40 % or more: redrawn
like this, Omniglot's published strokes are closest to its pictures (mean intersection over union 0.93). Ink from a
canvas is drawn the same way, so that it looks like Omniglot's.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from siamese.config import SIDE

WIDTH = 4.5
"""Diameter of the pen in px of a 105 px drawing."""
MIN_COVERAGE = 0.4
"""Share of a pixel that strokes must cover for it to be ink."""
_FINE = 8  # sub-pixels per px
_SHIFT = 3  # fractional bits of cv2's fixed-point coordinates


def draw(strokes: Iterable[np.ndarray], width: float = WIDTH) -> np.ndarray:
    """Drawing float32 (105, 105), ink 1, of strokes: each float (points, 2), x to the right and y down, in px of the
    drawing.

    A stroke of one point is a dot. Parts outside the paper are cut off. Raises ValueError for coordinates that are not
    numbers.
    """
    canvas = np.zeros((SIDE * _FINE, SIDE * _FINE), np.uint8)
    for stroke in strokes:
        points = np.asarray(stroke, dtype=np.float64).reshape(-1, 2)
        if not len(points):
            continue
        if not np.isfinite(points).all():
            raise ValueError("A stroke has a coordinate that is not a number.")
        points = np.clip(points, -SIDE, 2 * SIDE)  # nothing shows further out, and cv2's integers must not overflow
        fixed = np.rint(((points + 0.5) * _FINE - 0.5) * (1 << _SHIFT)).astype(np.int32)
        if len(fixed) == 1:
            fixed = np.repeat(fixed, 2, axis=0)
        cv2.polylines(canvas, [fixed.reshape(-1, 1, 2)], False, 255, round(width * _FINE), cv2.LINE_8, _SHIFT)
    coverage = cv2.resize(canvas, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return (coverage >= MIN_COVERAGE * 255).astype(np.float32)
