"""Where the sheet of paper is in a photograph: it may lie on a desk, under a thumb, or be all that is seen."""

from __future__ import annotations

import cv2
import numpy as np
from scipy import ndimage

_REDUCTION = 4
_STROKE_PX = 9  # of the reduced picture: thinner strokes do not divide the sheet
_EDGE_CONTRAST = 14  # of 255, in any channel of L*a*b*, from pixel to pixel
_SAME_COLOUR = 10  # of 255: difference of two parts of one sheet
_SAME_HUE, _DARKEST_SHADOW = 8, 0.6
"""Difference in a* and b*, and ratio of brightness, of a sheet and its part in the shadow."""
_DESK_CONTACT, _SHEET_CONTACT = 0.2, 0.15
"""Share of the picture's border: what has more and lies around something that has less is a desk, not a shadow."""
_MIN_AREA = 0.04  # of the picture, of a sheet that lies on something
_MIN_THICKNESS_PX = 4  # of the reduced picture, half the width of a desk or thumb: strokes are thinner
_MARGIN_PX = 2  # of the reduced picture, along the edge of the sheet


def find_sheet(picture: np.ndarray, shadows: bool = True) -> np.ndarray:
    """Mask bool (height, width) of the sheet in a picture uint8 (height, width, 3); all True if that is all there is.

    The picture is divided along sharp edges of colour. Parts of one colour belong together, and, with `shadows`, those
    of one hue in light and shadow. Those around the middle are the sheet, with everything that they enclose.
    """
    height, width = picture.shape[:2]
    size = tuple(max(1, side // _REDUCTION) for side in (width, height))
    plain = cv2.medianBlur(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), _STROKE_PX)
    colours = cv2.cvtColor(plain, cv2.COLOR_RGB2LAB)
    middle = np.pad(_middle_part(colours, shadows), _STROKE_PX, "edge").astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_STROKE_PX, _STROKE_PX))  # closes holes at the sheet's edge
    closed = cv2.morphologyEx(middle, cv2.MORPH_CLOSE, disc)[_STROKE_PX:-_STROKE_PX, _STROKE_PX:-_STROKE_PX]
    sheet = ndimage.binary_fill_holes(closed)
    outside, count = ndimage.label(~sheet)
    depth = ndimage.distance_transform_edt(np.pad(~sheet, 1, "edge"))[1:-1, 1:-1]
    thickness = ndimage.maximum(depth, outside, np.arange(count + 1))
    touching = np.unique(np.concatenate([outside[0], outside[-1], outside[:, 0], outside[:, -1]]))
    touching = touching[(touching > 0) & (thickness[touching] >= _MIN_THICKNESS_PX)]
    sheet = ~np.isin(outside, touching)
    if sheet.all() or sheet.mean() < _MIN_AREA:
        return np.ones((height, width), bool)
    kernel = np.ones((2 * _MARGIN_PX + 1, 2 * _MARGIN_PX + 1), np.uint8)
    inner = cv2.erode(sheet.astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=1)
    return cv2.resize(inner, (width, height), interpolation=cv2.INTER_NEAREST) > 0


def _middle_part(colours: np.ndarray, shadows: bool) -> np.ndarray:
    """Mask of the parts around the middle of a small picture in L*a*b*."""
    kernel = np.ones((3, 3), np.uint8)
    edge = (cv2.dilate(colours, kernel).astype(int) - cv2.erode(colours, kernel)).max(axis=2) > _EDGE_CONTRAST
    count, labels = cv2.connectedComponents((~edge).astype(np.uint8), connectivity=4)
    if count == 1:
        return np.ones(edge.shape, bool)
    nearest = ndimage.distance_transform_edt(labels == 0, return_distances=False, return_indices=True)
    labels = labels[tuple(nearest)]
    area = np.bincount(labels.ravel(), minlength=count)
    mean = np.stack([np.bincount(labels.ravel(), colours[..., i].ravel(), count) for i in range(3)], axis=1)
    mean /= np.maximum(area, 1)[:, None]
    y, x = np.indices(edge.shape)
    weight = np.exp(-8 * (((y + 0.5) / edge.shape[0] - 0.5) ** 2 + ((x + 0.5) / edge.shape[1] - 0.5) ** 2))
    central = np.bincount(labels.ravel(), weight.ravel(), minlength=count)
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    contact = np.bincount(border, minlength=count) / len(border)
    best, best_share, members = 0, -1.0, np.zeros(count, bool)
    for part in range(1, count):
        if area[part] < _MIN_AREA / 4 * labels.size:
            continue
        alike = _is_same(mean, mean[part])
        if shadows:
            alike |= _is_shadowed(mean, mean[part]) & ((contact < _DESK_CONTACT) | (contact[part] > _SHEET_CONTACT))
        alike[0] = False
        share = central[alike].sum()
        if share > best_share:
            best, best_share, members = part, share, alike
    return members[labels] if best else np.ones(edge.shape, bool)


def _is_same(mean: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """Which mean colours, float (n, 3), are nearly this one."""
    return np.abs(mean - colour).max(axis=1) < _SAME_COLOUR


def _is_shadowed(mean: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """Which mean colours are this one in more light or less."""
    hue = np.abs(mean - colour)[:, 1:].max(axis=1)
    ratio = np.minimum(mean[:, 0], colour[0]) / np.maximum(np.maximum(mean[:, 0], colour[0]), 1)
    return (hue < _SAME_HUE) & (ratio > _DARKEST_SHADOW)
