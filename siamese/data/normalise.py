"""One size, place, shape and slant for every drawing before the network looks at it.

People draw the same character large and small, high and low, wide and narrow, upright and slanted; the twin's dense layer
has a weight for every place, so it would have to learn each of them. So the ink's centre of mass goes to the middle of the
drawing, its spread about it to one length, and half of what makes it wider than high, or slanted, is taken back. Moments
of the ink do this: a stray stroke disturbs them less than a box around it. Old practice in reading handwriting; the paper
has no such step (docs/departures.md). tools/ablation.py measures what it is worth.
"""

from __future__ import annotations

import cv2
import numpy as np

from siamese.config import SIDE

SPREAD = 30.0
"""Root mean square distance of normalised ink from its middle, in px: a character is then some 86 px long."""
SMALLEST = 7.0
"""Ink spread less than this is blown up no further than ink of this spread: a dot stays small."""
REACH = 50.0
"""Ink reaches at most so many px from the middle to each side: nothing of a long character is cut off."""
TAKEN_BACK = 0.5
"""How much of a slant, and (as a power) of an uneven spread, is taken back. All of it would turn an I into a square."""
STRETCH = (0.7, 1.7)
"""Least and most that an axis is stretched for an even spread."""
SLANT = 0.35
"""Most slant taken back, px to the side for each px of height."""
_INK = 0.4


def normalise(drawings: np.ndarray) -> np.ndarray:
    """Drawings float32 (n, 105, 105) with their ink in the middle, of one spread; an empty one stays empty."""
    return np.stack([_normalise(drawing) for drawing in drawings]) if len(drawings) else drawings


def _normalise(drawing: np.ndarray) -> np.ndarray:
    rows, columns = np.nonzero(drawing > _INK)
    if not len(rows):
        return drawing
    middle = np.array([columns.mean(), rows.mean()])
    right, down = columns - middle[0], rows - middle[1]
    slant = np.clip(TAKEN_BACK * np.mean(right * down) / max(down.var(), 9.0), -SLANT, SLANT)
    right = right - slant * down
    across, along = right.std(), down.std()
    spread = np.hypot(across, along)
    even = max(spread, 0.1) / np.sqrt(2) / np.maximum([across, along], 0.1)
    scale = SPREAD / max(spread, SMALLEST) * np.clip(even**TAKEN_BACK, *STRETCH)
    scale = np.minimum(scale, REACH / np.maximum([np.abs(right).max(), np.abs(down).max()], 1.0))
    linear = scale[:, None] * np.array([[1, -slant], [0, 1]])
    matrix = np.column_stack([linear, (SIDE - 1) / 2 - linear @ middle])
    return cv2.warpAffine(np.ascontiguousarray(drawing, np.float32), matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
