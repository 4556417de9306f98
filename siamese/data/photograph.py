"""Pictures and photographs of a drawing on paper, board or screen -> one drawing that looks like Omniglot's.

Uneven light is removed, ink is what differs from the paper around it, and its centre lines are redrawn with Omniglot's
pen. `pictures` reads the file itself.
"""

from __future__ import annotations

import cv2
import numpy as np
from skimage.morphology import skeletonize

from siamese.config import SIDE
from siamese.data import pictures
from siamese.data.ink import InkError, draw_strokes

_WORK_SIDE = 640  # px, longest side of the picture in which ink is detected
_BLANK = "No drawing found in this picture; use one with a dark character on light paper, or light on dark."
_CROWDED = "There is too much in this picture; use one with a single character on plain paper."
_MIN_CONTRAST = 0.06  # share of the paper's light that ink absorbs
_MIN_NOISE_RATIO = 20
"""Darkness of ink in widths of the paper's noise: pens, pencil and chalk had 50 or more, empty sheets 17 or less."""
_CLOSING_SIDE = 31  # px of the picture at a quarter of its size
_MIN_READY_WIDTH = 2.5
"""Px, of lines in a picture that is a drawing: Omniglot's have 3.8 or more, dots of our pen 2.74, 2 px lines 1.91."""
_MAX_LINE_PIXELS = 20_000  # of centre lines: thirty sides of the picture
_MAX_SPOTS = 2_000


def draw_image(content: bytes) -> np.ndarray:
    """Drawing float32 (105, 105) of a PNG, JPEG or WEBP file with one character.

    A picture that is a drawing already, 105x105 in black and white, is returned unchanged. Raises InkError if the file
    is not a picture, is too large, or shows no drawing.
    """
    grey = pictures.open_grey(content, _WORK_SIDE)
    if (ready := _ready(grey)) is not None:
        return ready
    small = _resize(grey)
    if _light_on_dark(small):
        small = _resize(255 - grey)
    lines = trace(_clean(_ink(small)))
    height, width = small.shape
    scale = SIDE / max(height, width)
    offset = (SIDE - np.array([width, height]) * scale) / 2
    drawing = draw_strokes([(line + 0.5) * scale + offset - 0.5 for line in lines])
    if drawing is None:
        raise InkError(_BLANK)
    return drawing


def _ready(grey: np.ndarray) -> np.ndarray | None:
    """The drawing, if the picture is one (two values, the rarer of them ink, lines of a pen's width), else None."""
    if grey.shape != (SIDE, SIDE) or not np.array_equal(np.unique(grey), (0, 255)):
        return None
    ink = grey == (0 if (grey == 0).mean() <= 0.5 else 255)
    return ink.astype(np.float32) if _pen_width(ink) >= _MIN_READY_WIDTH else None


def _resize(grey: np.ndarray) -> np.ndarray:
    """The picture with its longest side at `_WORK_SIDE`, so that a thin line is several px wide."""
    scale = _WORK_SIDE / max(grey.shape)
    size = tuple(max(1, round(side * scale)) for side in grey.shape[::-1])
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)


def _light_on_dark(grey: np.ndarray) -> bool:
    """Whether strokes, the smaller part of any neighbourhood, are lighter than their surroundings."""
    around = cv2.medianBlur(grey, (_WORK_SIDE // 3) | 1)
    difference = around.astype(np.float32) - grey
    return float((np.clip(difference, 0, None) ** 2).sum()) < float((np.clip(difference, None, 0) ** 2).sum())


def _ink(grey: np.ndarray) -> np.ndarray:
    """Mask of the ink, which is darker than the paper around it, bool (height, width). Raises InkError without ink."""
    grey = cv2.GaussianBlur(grey, (0, 0), 1.2).astype(np.float32)
    absorbed = 1 - grey / np.maximum(_paper(grey), 1)
    low, plain, darkest = np.percentile(absorbed, (10, 40, 99.9))
    noise = plain - low
    if darkest - plain < max(_MIN_CONTRAST, _MIN_NOISE_RATIO * noise):
        raise InkError(_BLANK)
    certain = absorbed > plain + 0.5 * (darkest - plain)
    likely = absorbed > plain + max(0.3 * (darkest - plain), 3 * noise)
    count, labels = cv2.connectedComponents(likely.astype(np.uint8))
    kept = np.zeros(count, bool)
    kept[labels[certain & likely]] = True
    kept[0] = False
    return kept[labels]


def _paper(grey: np.ndarray) -> np.ndarray:
    """Brightness of the paper under the ink, float32 (height, width).

    Lines narrower than a fifth of the picture are filled in.
    """
    size = tuple(max(1, side // 4) for side in grey.shape[::-1])
    coarse = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    margin = _CLOSING_SIDE
    # Odd reflection: light that falls off towards the border keeps falling beyond it.
    coarse = np.clip(np.pad(coarse, margin, mode="reflect", reflect_type="odd"), 0, 255)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_CLOSING_SIDE, _CLOSING_SIDE))
    paper = cv2.GaussianBlur(cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, disc), (0, 0), 4)
    return cv2.resize(paper[margin:-margin, margin:-margin], grey.shape[::-1], interpolation=cv2.INTER_LINEAR)


def _clean(ink: np.ndarray) -> np.ndarray:
    """The mask without specks, and without marks along the border: shadows, the edge of a sheet or table."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8))
    if count > _MAX_SPOTS:
        raise InkError(_CROWDED)
    area = stats[:, cv2.CC_STAT_AREA]
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    contact = np.bincount(border, minlength=count)
    along = contact > 0.3 * max(ink.shape)
    along[0] = False
    kept = np.arange(count) > 0
    if not along[1:].all():
        kept &= ~along
    pen = _pen_width(kept[labels])
    kept &= area >= max(12.0, 0.4 * pen * pen)
    return kept[labels]


def _pen_width(ink: np.ndarray) -> float:
    """Usual width of the lines in px: twice the median distance between their centre lines and the paper."""
    inner = cv2.distanceTransform(np.pad(ink, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    centre = inner[skeletonize(ink)]
    return float(2 * np.median(centre)) if len(centre) else 0.0


def trace(ink: np.ndarray) -> list[np.ndarray]:
    """Centre lines of ink, bool (height, width), as pieces from pixel to pixel.

    A piece is float (2, 2), x and y of two neighbours, or (1, 2) for a pixel without neighbours. Raises InkError when
    there are too many for one character.
    """
    width = _pen_width(ink)
    smooth = cv2.GaussianBlur(ink.astype(np.float32), (0, 0), max(0.5, width / 6)) > 0.5
    thin = _without_spurs(skeletonize(smooth), width)
    if thin.sum() > _MAX_LINE_PIXELS:
        raise InkError(_CROWDED)
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
