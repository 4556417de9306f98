"""Normalise drawings: bring their ink to one size, position and slant before the network sees it.

People draw the same character large or small, high or low, wide or narrow, upright or slanted. The twin's dense layer
has a weight for every position, so it would have to learn all of these. The centre of mass of the ink is moved to the
middle of the drawing, its spread is scaled to one length, and half of its slant and of its uneven shape is removed. All
of it is computed from the moments of the ink, which a stray stroke changes less than the ink's bounding box. This is
common in handwriting recognition, but not part of the paper (docs/departures.md). tools/ablation.py measures its
effect.
"""

from __future__ import annotations

import cv2
import numpy as np

from siamese.config import SIDE

SPREAD_PX = 30.0
"""Root mean square distance of normalised ink from its middle; a character is then about 86 px long."""
MIN_SPREAD_PX = 7.0
"""Ink with a smaller spread is enlarged no more than ink with this spread, so a dot stays small."""
MAX_REACH_PX = 50.0
"""Largest distance of ink from the middle along each axis, so that long characters are not cut off."""
REMOVED_SHARE = 0.5
"""Share of the slant, and power of the uneven spread, that is removed. Removing all would turn an I into a square."""
STRETCH_RANGE = (0.7, 1.7)
"""Smallest and largest factor on an axis to make the spread even."""
MAX_SLANT = 0.35
"""Largest slant that is removed, in px to the side per px of height."""
_INK_THRESHOLD = 0.4


def normalise(drawings: np.ndarray) -> np.ndarray:
    """Drawings float32 (n, 105, 105) with their ink centred and of one spread; an empty drawing stays empty."""
    return np.stack([_normalise(drawing) for drawing in drawings]) if len(drawings) else drawings


def _normalise(drawing: np.ndarray) -> np.ndarray:
    rows, columns = np.nonzero(drawing > _INK_THRESHOLD)
    if not len(rows):
        return drawing
    middle = np.array([columns.mean(), rows.mean()])
    right, down = columns - middle[0], rows - middle[1]
    slant = np.clip(REMOVED_SHARE * np.mean(right * down) / max(down.var(), 9.0), -MAX_SLANT, MAX_SLANT)
    right = right - slant * down
    across, along = right.std(), down.std()
    spread = np.hypot(across, along)
    even = max(spread, 0.1) / np.sqrt(2) / np.maximum([across, along], 0.1)
    scale = SPREAD_PX / max(spread, MIN_SPREAD_PX) * np.clip(even**REMOVED_SHARE, *STRETCH_RANGE)
    scale = np.minimum(scale, MAX_REACH_PX / np.maximum([np.abs(right).max(), np.abs(down).max()], 1.0))
    linear = scale[:, None] * np.array([[1, -slant], [0, 1]])
    matrix = np.column_stack([linear, (SIDE - 1) / 2 - linear @ middle])
    return cv2.warpAffine(np.ascontiguousarray(drawing, np.float32), matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
