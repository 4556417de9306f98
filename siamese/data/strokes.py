"""Drawings as thin lines: traced from the pixels, and drawn again with a pen of any width.

Lines, unlike pixels, can be scaled, bent and combined without becoming thicker or thinner. Composed characters and near
misses are made of them (compose.py, vary.py).
"""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
from skimage.morphology import skeletonize

from siamese.config import SIDE

PEN_PX = 3.0
"""Width of the pen in Omniglot's own drawings."""
_OVERSAMPLING = 2
"""Lines are drawn at this multiple of the resolution and averaged, for soft edges."""
_SMOOTHING_PASSES = 3


@dataclasses.dataclass(frozen=True)
class Lines:
    """points: float32 (n, 2), x and y in px; joins: int32 (m, 2), pairs of joined points; a self-join is a dot."""

    points: np.ndarray
    joins: np.ndarray


def trace(drawing: np.ndarray) -> Lines:
    """Lines through the middle of the strokes of a drawing (105, 105), smoothed where they do not branch or end."""
    thin = np.zeros((SIDE + 2, SIDE + 2), bool)
    thin[1:-1, 1:-1] = skeletonize(drawing > 0.5)
    rows, columns = np.nonzero(thin)
    number = np.full(thin.shape, -1)
    number[rows, columns] = np.arange(len(rows))
    joins = []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        joined = thin[rows + down, columns + right]
        if down and right:  # no diagonal where the corner is joined already
            joined &= ~thin[rows + down, columns] & ~thin[rows, columns + right]
        joins.append(np.column_stack([np.flatnonzero(joined), number[rows + down, columns + right][joined]]))
    joined = np.concatenate(joins)
    points = np.column_stack([columns, rows]) - 1.0
    neighbours = np.bincount(joined.ravel(), minlength=len(points))
    passing = neighbours == 2
    for _ in range(_SMOOTHING_PASSES):
        total = np.zeros_like(points)
        np.add.at(total, joined[:, 0], points[joined[:, 1]])
        np.add.at(total, joined[:, 1], points[joined[:, 0]])
        points[passing] = (points[passing] + total[passing] / 2) / 2
    alone = np.flatnonzero(neighbours == 0)
    return Lines(points.astype(np.float32), np.concatenate([joined, np.column_stack([alone, alone])]).astype(np.int32))


def render(lines: Lines, width: float) -> np.ndarray:
    """Drawing float32 (105, 105) of lines with a round pen of this width in px; lines outside the paper are clipped."""
    paper = np.full((SIDE * _OVERSAMPLING, SIDE * _OVERSAMPLING), 255, np.uint8)
    ends = np.rint((lines.points[lines.joins] + 0.5) * _OVERSAMPLING - 0.5).astype(int)
    for (x0, y0), (x1, y1) in ends.tolist():
        cv2.line(paper, (x0, y0), (x1, y1), 0)
    distance = cv2.distanceTransform(paper, cv2.DIST_L2, cv2.DIST_MASK_3)
    ink = np.clip(width * _OVERSAMPLING / 2 - distance + 0.5, 0, 1)
    return cv2.resize(ink, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
