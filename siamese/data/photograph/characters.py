"""Which parts of the ink in a picture are the character: not specks, headings, holes, dots of the paper, a thumb."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
from scipy import ndimage
from scipy.sparse.csgraph import connected_components
from skimage.morphology import skeletonize

from siamese.data.ink import InkError
from siamese.data.photograph.centre_lines import CROWDED, to_paper

_MAX_PARTS = 2_000
MIN_AREA_PX = 12
_SPECK = 0.4  # of the pen's width squared
THIN = 0.45  # of the main part's pen: print is thinner
_LATTICE_DOTS = 14  # equal dots that make a dotted paper
_DOT = 2.5  # pen widths
_REACH, _REACH_PENS, _DOT_REACH, _DOT_REACH_PENS = 0.4, 5, 1.2, 10
"""Gap between parts of one character: in extents of the larger one and in pen widths; of a dot and what is nearest.

Of 700 drawings of the background set, 9 have wider gaps, nearly all in Braille, which consists of dots.
"""
_BORDER_CONTACT = 0.3  # of the picture's longest side
_BORDER_WEIGHT = 0.2  # of a part that touches the border of the picture
_SEVERAL = 0.4  # of the main character's extent, and its square of the weight, of others that count
_MARGIN = 0.13  # of the sheet's side: where a sheet has holes
_HOLE_PENS, _ROUND = 1.35, 0.8
"""A round blob in the margin is a hole if it is wider than the pen, or one of several."""
_ROW_LETTERS = 5
_ROW_HEIGHT = 0.35  # of the main part's extent


@dataclasses.dataclass(frozen=True)
class Parts:
    """Connected parts of ink; arrays with one entry each. box: left, top, right, bottom."""

    labels: np.ndarray
    label: np.ndarray
    area: np.ndarray
    width: np.ndarray
    box: np.ndarray
    on_border: np.ndarray

    @property
    def extent(self) -> np.ndarray:
        return (self.box[:, 2:] - self.box[:, :2]).max(axis=1)

    @property
    def weight(self) -> np.ndarray:
        """A wide pen counts for more than much text."""
        return self.area * self.width * np.where(self.on_border, _BORDER_WEIGHT, 1)

    def only(self, kept: np.ndarray) -> Parts:
        return dataclasses.replace(
            self, **{name: getattr(self, name)[kept] for name in ("label", "area", "width", "box", "on_border")}
        )

    def mask(self) -> np.ndarray:
        """bool (height, width)"""
        return np.isin(self.labels, self.label)


def parts_of(ink: np.ndarray) -> Parts:
    """The parts of ink, bool (height, width). Raises InkError for thousands."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    if count > _MAX_PARTS:
        raise InkError(CROWDED)
    label = np.arange(1, count)
    centre = np.where(skeletonize(ink), to_paper(ink), 0)
    on_centre = np.where(centre > 0, labels, 0)
    width = 2 * np.nan_to_num(ndimage.median(centre, on_centre, label)) if count > 1 else np.zeros(0)
    left, top, right, bottom, area = stats[1:].T
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    on_border = np.bincount(border, minlength=count)[1:] > 0
    return Parts(labels, label, area, width, np.stack([left, top, left + right, top + bottom], axis=1), on_border)


def main_character(ink: np.ndarray, sheet: np.ndarray) -> tuple[np.ndarray, int]:
    """The largest character on a sheet, bool (height, width), and how many of about its size there are.

    Without ink, both are empty.
    """
    parts = _on_paper(parts_of(ink), sheet)
    if not len(parts.label):
        return np.zeros_like(ink), 0
    main = int(np.argmax(parts.weight))
    parts = parts.only(_written(parts, main))
    group = _groups(parts)
    weight = np.bincount(group, parts.weight)
    low = np.stack([ndimage.minimum(parts.box[:, i], group, np.arange(len(weight))) for i in (0, 1)], axis=1)
    high = np.stack([ndimage.maximum(parts.box[:, i], group, np.arange(len(weight))) for i in (2, 3)], axis=1)
    extent = (high - low).max(axis=1)
    best = int(np.argmax(weight))
    alike = (weight >= _SEVERAL**2 * weight[best]) & (extent >= _SEVERAL * extent[best])
    return parts.only(group == best).mask(), int(alike.sum())


def everything_written(ink: np.ndarray) -> np.ndarray:
    """The ink without specks, bool (height, width), where a person has chosen the place."""
    parts = parts_of(ink)
    if not len(parts.label):
        return ink
    pen = parts.width[np.argmax(parts.area * parts.width)]
    return parts.only(parts.area >= np.maximum(MIN_AREA_PX, _SPECK * pen * pen)).mask()


def _on_paper(parts: Parts, sheet: np.ndarray) -> Parts:
    """Without marks along the border of the picture (shadows, the edge of a table), and dots of the paper."""
    if not len(parts.label):
        return parts
    labels = parts.labels
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    contact = np.bincount(border, minlength=int(labels.max()) + 1)[parts.label]
    along = contact > _BORDER_CONTACT * max(labels.shape)
    if not along.all():
        parts = parts.only(~along)
    holes = _holes(parts, sheet)
    if not holes.all():
        parts = parts.only(~holes)
    pen = parts.width[np.argmax(parts.weight)]
    dots = parts.extent <= max(_DOT * pen, 0.012 * max(labels.shape))
    if dots.sum() >= _LATTICE_DOTS and not dots.all():
        usual = np.median(parts.area[dots])
        lattice = dots & (parts.area > usual / 3) & (parts.area < usual * 3)
        if lattice.sum() >= _LATTICE_DOTS:
            parts = parts.only(~lattice & ~(dots & (parts.area < usual)))
    return parts


def _holes(parts: Parts, sheet: np.ndarray) -> np.ndarray:
    """Which parts are round blobs in the margin, like the holes of a sheet from a file, or are cut off by its edge."""
    size = parts.box[:, 2:] - parts.box[:, :2]
    middle = parts.box[:, :2] + size / 2
    rows, columns = np.flatnonzero(sheet.any(axis=1)), np.flatnonzero(sheet.any(axis=0))
    low, high = np.array([columns[0], rows[0]]), np.array([columns[-1], rows[-1]])
    frame = high + 1 - low
    outer = (np.minimum(middle - low, high - middle) < _MARGIN * max(frame)).any(axis=1)
    filled = parts.area / (np.pi / 4 * size[:, 0] * size[:, 1])
    is_round = (filled > _ROUND) & (size.max(axis=1) < 1.4 * size.min(axis=1)) & (size.max(axis=1) < 0.08 * max(frame))
    blobs = outer & is_round & (parts.area >= MIN_AREA_PX)
    pen = parts.width[np.argmax(parts.weight)]
    around = cv2.dilate((~sheet).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    cut = np.isin(parts.label, np.unique(parts.labels[around])) & (size.max(axis=1) < 0.08 * max(frame))
    return cut | (blobs & ((parts.extent > _HOLE_PENS * pen) | (blobs.sum() >= 2)))


def _written(parts: Parts, main: int) -> np.ndarray:
    """Which parts were written with the pen of the main part: not specks, thin print, or small letters in a row."""
    pen, extent = parts.width[main], parts.extent
    kept = parts.area >= np.maximum(MIN_AREA_PX, _SPECK * pen * pen)
    kept &= parts.width >= THIN * pen
    small = kept & (extent < _ROW_HEIGHT * extent[main])
    middle = (parts.box[:, 1] + parts.box[:, 3]) / 2
    for part in np.flatnonzero(small):
        row = small & (np.abs(middle - middle[part]) < 0.6 * extent[small].max())
        if row.sum() >= _ROW_LETTERS:
            kept &= ~row
    kept[main] = True
    return kept


def _groups(parts: Parts) -> np.ndarray:
    """Number of the character of each part: parts that are near each other belong together."""
    pen = parts.width[np.argmax(parts.weight)]
    dots = parts.extent <= _DOT * pen
    if dots.all():
        return np.zeros(len(parts.label), int)
    low, high = parts.box[:, None, :2], parts.box[None, :, 2:]
    apart = np.maximum(low - high, 0)
    gap = np.hypot(*np.moveaxis(np.maximum(apart, apart.transpose(1, 0, 2)), 2, 0))
    reach = np.maximum(_REACH * np.maximum(parts.extent[:, None], parts.extent[None]), _REACH_PENS * pen)
    near = gap <= reach
    _, group = connected_components(near, directed=False)
    for dot in np.flatnonzero(dots):
        if dots[group == group[dot]].all():  # a dot of its own belongs to what is nearest
            nearest = np.flatnonzero(~dots)[np.argmin(gap[dot, ~dots])]
            near[dot, nearest] |= gap[dot, nearest] <= max(_DOT_REACH_PENS * pen, _DOT_REACH * parts.extent[nearest])
    return connected_components(near, directed=False)[1]
