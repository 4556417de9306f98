"""Words of print near a character: what is one mark at the working size is letters in the picture's own pixels."""

from __future__ import annotations

import cv2
import numpy as np
from skimage.morphology import skeletonize

from siamese.data.photograph.centre_lines import to_paper
from siamese.data.photograph.characters import MIN_AREA_PX, THIN, Parts, parts_of

_MAX_LOOKED_AT = 150
_FLAT = 0.35  # height of a word in extents of the main part
_LETTERS, _LETTER_HEIGHT = 4, 0.45
"""This many parts of this share of a mark's height, which are separate when looked at closely, are letters."""
_MIN_SIDE = 48  # px, to which a mark is enlarged


def without_words(picture: np.ndarray, ink: np.ndarray) -> np.ndarray:
    """The ink, bool (height, width), without flat marks whose strokes are much thinner than the pen, or that are rows
    of letters.

    picture: uint8 (height, width, 3) at any size, its ink not lighter than the paper.
    """
    parts = parts_of(ink)
    if len(parts.label) < 2:
        return ink
    height, extent = parts.box[:, 3] - parts.box[:, 1], parts.extent
    flat = (height < _FLAT * extent.max()) & (parts.area >= MIN_AREA_PX) & (extent > 1.2 * height)
    if not flat.any() or flat.all() or flat.sum() > _MAX_LOOKED_AT:
        return ink
    close = {int(i): _closely(picture, ink, parts, int(i)) for i in np.flatnonzero(flat)}
    width = parts.width.copy()
    for i, (true_width, _) in close.items():
        width[i] = true_width
    main = int(np.argmax(parts.area * width * ~flat))
    words = np.zeros(len(flat), bool)
    for i, (true_width, letters) in close.items():
        words[i] = height[i] < _FLAT * extent[main] and (true_width < THIN * width[main] or letters >= _LETTERS)
    top, bottom = parts.box[:, 1], parts.box[:, 3]
    small = height < _FLAT * extent[main]
    for i in np.flatnonzero(words):  # other marks on its line: single letters
        words |= small & ((top + bottom) / 2 > top[i]) & ((top + bottom) / 2 < bottom[i])
    return parts.only(~words).mask()


def _closely(picture: np.ndarray, ink: np.ndarray, parts: Parts, part: int) -> tuple[float, int]:
    """Width of a part's strokes in px of `ink`, and the number of its letters, from the picture's own pixels."""
    left, top, right, bottom = parts.box[part]
    scale = picture.shape[0] / ink.shape[0]
    a, b = (max(0, int((low - 1) * scale)) for low in (left, top))
    c, d = (int(np.ceil((high + 1) * scale)) for high in (right, bottom))
    grey = cv2.cvtColor(picture[b:d, a:c], cv2.COLOR_RGB2GRAY)
    enlarged = max(1.0, _MIN_SIDE / min(grey.shape))
    grey = cv2.resize(grey, None, fx=enlarged, fy=enlarged, interpolation=cv2.INTER_CUBIC)
    _, dark = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    centre = to_paper(dark > 0)[skeletonize(dark > 0)]
    width = 2 * float(np.median(centre)) / (scale * enlarged) if len(centre) else 0.0
    stats = cv2.connectedComponentsWithStats(dark, connectivity=8)[2]
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    tall = int((heights > _LETTER_HEIGHT * (bottom - top) * scale * enlarged).sum())
    return width, tall
