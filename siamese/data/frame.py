"""One size and one place for every drawing before the network looks at it.

People draw the same character large and small, high and low; the twin's dense layer has a weight for every place, so it
would have to learn each of them. Bringing the ink's longer side to 76 px about the middle of the drawing takes that away.
The paper has no such step (docs/departures.md); what it is worth stands in docs/ablation.md.
"""

from __future__ import annotations

import cv2
import numpy as np

from siamese.config import SIDE

LONGER = 76
"""Longer side of the framed ink in px: what Omniglot's larger drawings have, so that little is lost by shrinking."""
SMALLEST = 20
"""A dot is not blown up beyond what this many px would be."""
_INK = 0.4


def frame(drawings: np.ndarray) -> np.ndarray:
    """Drawings float32 (n, 105, 105) with their ink's longer side at 76 px, centred; an empty one stays empty."""
    return np.stack([_frame(drawing) for drawing in drawings]) if len(drawings) else drawings


def _frame(drawing: np.ndarray) -> np.ndarray:
    ink = drawing > _INK
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return drawing
    top, bottom, left, right = rows[0], rows[-1], columns[0], columns[-1]
    scale = LONGER / max(bottom - top + 1, right - left + 1, SMALLEST)
    middle = (SIDE - 1) / 2
    matrix = np.array([[scale, 0, middle - scale * (left + right) / 2], [0, scale, middle - scale * (top + bottom) / 2]])
    return cv2.warpAffine(np.ascontiguousarray(drawing, np.float32), matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
