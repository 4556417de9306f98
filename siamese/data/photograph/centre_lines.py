"""Ink as an area -> its centre lines, from pixel to pixel."""

from __future__ import annotations

import cv2
import numpy as np
from skimage.morphology import skeletonize

from siamese.config import SIDE
from siamese.data.ink import InkError, draw_strokes
from siamese.data.photograph.contrast import BLANK

CROWDED = "There is too much in this picture; use one with a single character on plain paper."
_MAX_LINE_PIXELS = 20_000  # of centre lines: thirty sides of the picture


def pen_width(ink: np.ndarray) -> float:
    """Usual width of the lines in px: twice the median distance between their centre lines and the paper."""
    centre = to_paper(ink)[skeletonize(ink)]
    return float(2 * np.median(centre)) if len(centre) else 0.0


def to_paper(ink: np.ndarray) -> np.ndarray:
    """Distance of each pixel of ink from the paper in px; beyond the picture is paper."""
    return cv2.distanceTransform(np.pad(ink, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]


def trace(ink: np.ndarray) -> list[np.ndarray]:
    """Centre lines of ink, bool (height, width), as pieces from pixel to pixel.

    A piece is float (2, 2), x and y of two neighbours, or (1, 2) for a pixel without neighbours. Raises InkError when
    there are too many for one character.
    """
    width = pen_width(ink)
    smooth = cv2.GaussianBlur(ink.astype(np.float32), (0, 0), max(0.5, width / 6)) > 0.5
    thin = _without_spurs(skeletonize(smooth), width)
    if thin.sum() > _MAX_LINE_PIXELS:
        raise InkError(CROWDED)
    lines: list[np.ndarray] = []
    lone = thin.copy()
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        neighbour = np.zeros_like(thin)
        rows, columns = thin.shape
        neighbour[: rows - dy, max(0, -dx) : columns - max(0, dx)] = thin[dy:, max(0, dx) : columns + min(0, dx)]
        y, x = np.nonzero(thin & neighbour)
        lone[y, x] = lone[y + dy, x + dx] = False
        lines += list(np.stack([np.stack([x, y], 1), np.stack([x + dx, y + dy], 1)], 1).astype(np.float64))
    return lines + [np.array([[x, y]], float) for y, x in zip(*np.nonzero(lone), strict=True)]


def drawing_of(lines: list[np.ndarray], size: tuple[int, int]) -> np.ndarray:
    """The drawing of centre lines in a picture of the size (height, width)."""
    height, width = size
    scale = SIDE / max(height, width)
    offset = (SIDE - np.array([width, height]) * scale) / 2
    drawing = draw_strokes([(line + 0.5) * scale + offset - 0.5 for line in lines])
    if drawing is None:
        raise InkError(BLANK)
    return drawing


def _without_spurs(thin: np.ndarray, width: float) -> np.ndarray:
    """Centre lines without branches shorter than half the pen's width, which come from the rough edge of the ink."""
    neighbours = (
        cv2.filter2D(thin.astype(np.uint8), -1, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT) - thin
    )
    joints = cv2.dilate((thin & (neighbours > 2)).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    branches = thin & ~joints
    _, labels, stats, _ = cv2.connectedComponentsWithStats(branches.astype(np.uint8), connectivity=8)
    ends = np.unique(labels[branches & (neighbours == 1)])
    near = np.unique(labels[branches & (cv2.dilate(joints.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)])
    short = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] < 0.5 * width)
    spurs = np.intersect1d(np.intersect1d(ends, near), short)
    return skeletonize(thin & ~np.isin(labels, spurs[spurs > 0]))
