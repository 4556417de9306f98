"""One size and one place for every drawing before the network looks at it.

People draw the same character large and small, high and low; the twin's dense layer has a weight for every place, so it
would have to learn each of them. So the ink's centre of mass goes to the middle of the drawing and its spread about it to
one length, which a stray stroke disturbs less than a box around the ink would. The paper has no such step
(docs/departures.md); what it is worth stands in docs/ablation.md.
"""

from __future__ import annotations

import cv2
import numpy as np

from siamese.config import SIDE

SPREAD = 30.0
"""Root mean square distance of framed ink from its centre, in px: a character is then some 86 px long."""
SMALLEST = 7.0
"""Ink spread less than this is blown up no further than ink of this spread: a dot stays small."""
REACH = 50.0
"""Ink reaches at most so many px from the middle: nothing of a long character is cut off."""
_INK = 0.4


def frame(drawings: np.ndarray) -> np.ndarray:
    """Drawings float32 (n, 105, 105) with their ink in the middle and of one spread; an empty one stays empty."""
    return np.stack([_frame(drawing) for drawing in drawings]) if len(drawings) else drawings


def _frame(drawing: np.ndarray) -> np.ndarray:
    rows, columns = np.nonzero(drawing > _INK)
    if not len(rows):
        return drawing
    middle = np.array([columns.mean(), rows.mean()])
    reach = max(middle[0] - columns.min(), columns.max() - middle[0], middle[1] - rows.min(), rows.max() - middle[1])
    spread = np.sqrt(columns.var() + rows.var())
    scale = min(SPREAD / max(spread, SMALLEST), REACH / max(reach, 1.0))
    matrix = np.column_stack([np.eye(2) * scale, (SIDE - 1) / 2 - scale * middle])
    return cv2.warpAffine(np.ascontiguousarray(drawing, np.float32), matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
