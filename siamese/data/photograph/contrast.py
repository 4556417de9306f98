"""How much each pixel of a picture differs from the paper around it, in the direction of the ink's colour."""

from __future__ import annotations

import cv2
import numpy as np
from scipy import ndimage

from siamese.data.ink import InkError

_REDUCTION = 4
_CLOSING_SIDE = 31  # px of the picture at a quarter of its size
_STRONG_SHARE = 0.3  # of the largest difference, of pixels that show the colour of the ink
_MOSTLY_DARKER = 0.9
"""Share of lightness in the difference from which on colour is not looked at: it has more noise."""
_MIN_CONTRAST = 0.06  # share of the paper's light that ink absorbs
_MIN_NOISE_RATIO = 20
"""Darkness of ink in widths of the paper's noise: pens, pencil and chalk had 50 or more, empty sheets 17 or less."""
BLANK = "No drawing found in this picture; use one with a dark character on light paper, or light on dark."
_MIN_LEVEL = 32  # of 255, brightness of paper below which differences are not enlarged


def is_light_ink(picture: np.ndarray, sheet: np.ndarray) -> bool:
    """Whether strokes, the smaller part of any neighbourhood, are lighter than their surroundings.

    picture: uint8 (height, width, 3); sheet: bool (height, width).
    """
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    around = cv2.medianBlur(fill_outside(grey, sheet), (max(grey.shape) // 3) | 1)
    difference = np.where(sheet, around.astype(np.float32) - grey, 0)
    return float((np.clip(difference, 0, None) ** 2).sum()) < float((np.clip(difference, None, 0) ** 2).sum())


def fill_outside(picture: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    """The picture with the colour of the nearest part of the sheet everywhere outside it."""
    if sheet.all():
        return picture
    nearest = ndimage.distance_transform_edt(~sheet, return_distances=False, return_indices=True)
    return picture[tuple(nearest)]


def absorbed(picture: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    """Share of the paper's light that is missing at each pixel, float32 (height, width), about 0 on paper.

    picture: uint8 (height, width, 3), its ink not lighter than the paper. For ink of another colour but hardly darker
    than the paper, the difference in colour is measured instead, in shares of the paper's brightness.
    """
    picture = fill_outside(picture, sheet)
    grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (0, 0), 1.2).astype(np.float32)
    colours = cv2.cvtColor(picture.astype(np.float32), cv2.COLOR_RGB2YCrCb)
    direction = _ink_direction(colours, sheet)
    if direction[0] >= _MOSTLY_DARKER:
        result = 1 - grey / np.maximum(_paper(grey), 1)
    else:
        signal = cv2.GaussianBlur(colours @ direction, (0, 0), 1.2)
        level = np.maximum(_median(colours[..., 0]), _MIN_LEVEL)
        result = (_paper(signal) - signal) / level
    return np.where(sheet, result, 0).astype(np.float32)


def find_ink(absorbed: np.ndarray) -> np.ndarray:
    """Mask of the ink, bool (height, width). Raises InkError without ink."""
    low, plain, darkest = np.percentile(absorbed, (10, 40, 99.9))
    noise = plain - low
    if darkest - plain < max(_MIN_CONTRAST, _MIN_NOISE_RATIO * noise):
        raise InkError(BLANK)
    certain = absorbed > plain + 0.5 * (darkest - plain)
    likely = absorbed > plain + max(0.3 * (darkest - plain), 3 * noise)
    count, labels = cv2.connectedComponents(likely.astype(np.uint8))
    kept = np.zeros(count, bool)
    kept[labels[certain & likely]] = True
    kept[0] = False
    return kept[labels]


def _ink_direction(colours: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    """Unit vector float32 (3,) in Y, Cr, Cb from the ink's colour to the paper's."""
    difference = np.stack([_median(colours[..., i]) - colours[..., i] for i in range(3)], axis=-1)
    length = np.linalg.norm(difference, axis=-1)
    darker = sheet & (difference[..., 0] > -0.5 * length)
    if not darker.any():
        return np.array([1, 0, 0], np.float32)
    strong = darker & (length > _STRONG_SHARE * np.percentile(length[darker], 99.9))
    mean = (difference[strong] * length[strong][:, None]).sum(axis=0)
    mean[0] = max(mean[0], 0)
    return (mean / max(np.linalg.norm(mean), 1e-6)).astype(np.float32)


def _median(channel: np.ndarray) -> np.ndarray:
    """The median of a wide neighbourhood, which strokes hardly change."""
    low = float(channel.min())
    scale = 255 / max(float(channel.max()) - low, 1e-6)
    small = _reduced((channel - low) * scale).astype(np.uint8)
    wide = cv2.medianBlur(small, (max(small.shape) // 3) | 1)
    return cv2.resize(wide.astype(np.float32), channel.shape[::-1]) / scale + low


def _reduced(channel: np.ndarray) -> np.ndarray:
    size = tuple(max(1, side // _REDUCTION) for side in channel.shape[::-1])
    return cv2.resize(channel, size, interpolation=cv2.INTER_AREA)


def _paper(channel: np.ndarray) -> np.ndarray:
    """Value of the paper under the ink, which has lower values, float32 (height, width).

    Lines narrower than a fifth of the picture are filled in.
    """
    coarse = _reduced(channel)
    margin = _CLOSING_SIDE
    # Odd reflection: light that falls off towards the border keeps falling beyond it.
    padded = np.pad(coarse, margin, mode="reflect", reflect_type="odd")
    coarse = np.clip(padded, min(0.0, float(channel.min())), max(255.0, float(channel.max())))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_CLOSING_SIDE, _CLOSING_SIDE))
    paper = cv2.GaussianBlur(cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, disc), (0, 0), 4)
    return cv2.resize(paper[margin:-margin, margin:-margin], channel.shape[::-1], interpolation=cv2.INTER_LINEAR)
