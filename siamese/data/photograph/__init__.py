"""Pictures and photographs of a drawing on paper, board or screen -> one drawing that looks like Omniglot's.

The sheet is found (`sheet.py`), uneven light is removed and ink is what differs in colour from the paper around it
(`contrast.py`), printed lines are removed (`printed.py`), one character is chosen (`characters.py`), and its centre
lines are redrawn with Omniglot's pen (`centre_lines.py`). `siamese.data.pictures` reads the file itself.
"""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np

from siamese.config import SIDE
from siamese.data import pictures
from siamese.data.ink import InkError
from siamese.data.photograph.centre_lines import drawing_of, pen_width, trace
from siamese.data.photograph.characters import everything_written, main_character
from siamese.data.photograph.contrast import absorbed, find_ink, is_light_ink
from siamese.data.photograph.printed import without_printed_lines
from siamese.data.photograph.sheet import find_sheet
from siamese.data.photograph.words import without_words

SOURCE_SIDE = 1_000
"""Px, longest side of the picture that is kept of a larger one."""
_WORK_SIDE = 640  # px, longest side of the picture in which ink is detected
_FINE_EXTENT, _FINE_MARGIN, _FINE_GAIN = 0.5, 0.35, 1.3
"""Characters smaller than this share of the picture are read again, enlarged, with a margin of this share of theirs, if
the picture has this many times the pixels along its side."""
_MIN_READY_WIDTH = 2.5
"""Px, of lines in a picture that is a drawing: Omniglot's have 3.8 or more, dots of our pen 2.74, 2 px lines 1.91."""

Area = tuple[float, float, float, float]
"""Left, top, right, bottom of a rectangle, as shares of the picture's width and height."""
Box = tuple[int, int, int, int]
"""The same in px."""


@dataclasses.dataclass(frozen=True)
class Reading:
    """What was read from a picture.

    drawing: float32 (105, 105). ink: what was taken as the character, bool (height, width) of the picture, whose
    longest side is 640 px or less. light: whether the ink is lighter than the paper. characters: how many there are of
    about the same size; the largest was taken.
    """

    drawing: np.ndarray
    ink: np.ndarray
    light: bool
    characters: int = 1


def draw_image(content: bytes) -> np.ndarray:
    """Drawing float32 (105, 105) of a picture file with a character.

    A picture that is a drawing already, 105x105 in black and white, is returned unchanged. Raises InkError if the file
    is not a picture, is too large, or shows no drawing.
    """
    return read(open_picture(content)).drawing


def open_picture(content: bytes) -> np.ndarray:
    """The picture in a file, uint8 (height, width, 3), its longest side at most twice 1,000 px. Raises InkError."""
    return pictures.open_colours(content, SOURCE_SIDE)


def reduced(picture: np.ndarray) -> np.ndarray:
    """The picture, uint8 (height, width, 3), with its longest side at most 1,000 px, so that it can be kept."""
    return _resized(picture, SOURCE_SIDE) if max(picture.shape) > SOURCE_SIDE else picture


def read(picture: np.ndarray, area: Area | None = None, light: bool | None = None) -> Reading:
    """The character in a picture, uint8 (height, width, 3).

    area: where it is; without one, the largest character is taken. light: whether its ink is lighter than the paper, if
    that is known. Raises InkError if there is none.
    """
    if area is None and light is None and (ready := _ready(picture)) is not None:
        return ready
    work = _resized(picture, _WORK_SIDE)
    if area is not None:
        return _read_area(picture, work.shape[:2], _box(area, work.shape), light)
    try:
        return _read_sheet(picture, find_sheet(work), light)
    except InkError:  # a desk may have been taken for the shadow on a sheet
        sheet = find_sheet(work, shadows=False)
        if sheet.all():
            raise
        return _read_sheet(picture, sheet, light)


def _read_sheet(picture: np.ndarray, sheet: np.ndarray, light: bool | None) -> Reading:
    """The largest character on a sheet, bool (height, width) of the working size."""
    work = _resized(picture, _WORK_SIDE)
    if light is None:
        light = is_light_ink(work, sheet)
    if light:
        picture = 255 - picture
        work = _resized(picture, _WORK_SIDE)
    ink = without_words(picture, without_printed_lines(find_ink(absorbed(work, sheet)), sheet))
    ink, characters = main_character(ink, sheet)
    lines = _enlarged_lines(picture, sheet, ink)
    return Reading(drawing_of(trace(ink) if lines is None else lines, ink.shape), ink, light, characters)


def _read_area(picture: np.ndarray, size: tuple[int, int], box: Box, light: bool | None) -> Reading:
    """What is written in a box of the picture at the working size (height, width)."""
    part = _cut(picture, size, box)
    if light is None:
        light = is_light_ink(part, np.ones(part.shape[:2], bool))
    if light:
        part = 255 - part
    everywhere = np.ones(part.shape[:2], bool)
    ink = everything_written(without_printed_lines(find_ink(absorbed(part, everywhere)), everywhere))
    left, top, right, bottom = box
    shown = np.zeros(size, bool)
    small = cv2.resize(ink.astype(np.uint8), (right - left, bottom - top), interpolation=cv2.INTER_NEAREST)
    shown[top:bottom, left:right] = small
    return Reading(drawing_of(trace(ink), ink.shape), shown, light)


def _enlarged_lines(picture: np.ndarray, sheet: np.ndarray, ink: np.ndarray) -> list[np.ndarray] | None:
    """Centre lines of a small character, read again from the picture's own pixels, in px of `ink`.

    None if the character is large, if the picture has no more pixels, or if they show nothing.
    """
    rows, columns = np.nonzero(ink)
    if not len(rows):
        return None
    extent = max(np.ptp(rows), np.ptp(columns)) + 1
    if extent > _FINE_EXTENT * _WORK_SIDE or max(picture.shape) < _FINE_GAIN * _WORK_SIDE:
        return None
    margin = int(_FINE_MARGIN * extent) + 8
    height, width = ink.shape
    left, top = max(0, columns.min() - margin), max(0, rows.min() - margin)
    right, bottom = min(width, columns.max() + 1 + margin), min(height, rows.max() + 1 + margin)
    part = _cut(picture, ink.shape, (left, top, right, bottom))
    size = part.shape[1::-1]
    near = cv2.dilate(ink[top:bottom, left:right].astype(np.uint8), np.ones((5, 5), np.uint8))
    near = cv2.resize(near, size, interpolation=cv2.INTER_NEAREST) > 0
    inside = cv2.resize(sheet[top:bottom, left:right].astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    try:
        lines = trace(everything_written(find_ink(absorbed(part, inside)) & near))
    except InkError:
        return None
    scale = (right - left) / size[0]
    return [(line + 0.5) * scale - 0.5 + [left, top] for line in lines] or None


def _box(area: Area, shape: tuple[int, ...]) -> Box:
    """An area as whole pixels of a picture, at least one."""
    height, width = shape[:2]
    left, right = sorted(int(np.clip(round(share * width), 0, width)) for share in area[::2])
    top, bottom = sorted(int(np.clip(round(share * height), 0, height)) for share in area[1::2])
    left, top = min(left, width - 1), min(top, height - 1)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _cut(picture: np.ndarray, size: tuple[int, int], box: Box) -> np.ndarray:
    """A box of the picture at the size (height, width), cut out of the picture itself and enlarged."""
    scale = picture.shape[0] / size[0], picture.shape[1] / size[1]
    left, top, right, bottom = box
    rows = slice(int(top * scale[0]), max(int(top * scale[0]) + 1, round(bottom * scale[0])))
    columns = slice(int(left * scale[1]), max(int(left * scale[1]) + 1, round(right * scale[1])))
    return _resized(picture[rows, columns], _WORK_SIDE)


def _ready(picture: np.ndarray) -> Reading | None:
    """The drawing, if the picture is one (two values, the rarer of them ink, lines of a pen's width), else None."""
    grey = picture[..., 0]
    if picture.shape != (SIDE, SIDE, 3) or not np.array_equal(np.unique(picture), (0, 255)):
        return None
    if (picture != grey[..., None]).any():
        return None
    light = (grey == 0).mean() > 0.5
    ink = grey == (255 if light else 0)
    return Reading(ink.astype(np.float32), ink, light) if pen_width(ink) >= _MIN_READY_WIDTH else None


def _resized(picture: np.ndarray, side: int) -> np.ndarray:
    """The picture with its longest side at `side`, so that a thin line is several px wide."""
    scale = side / max(picture.shape)
    size = tuple(max(1, round(length * scale)) for length in picture.shape[1::-1])
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
