"""Photographs of the printed grid -> the drawing in each of its boxes.

The four registration marks are found by OpenCV's ArUco detector, whatever the angle; they straighten the sheet. In
each box, ink is found as on any photograph (`contrast.py`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import cv2
import numpy as np

from siamese.data.ink import InkError
from siamese.data.photograph.centre_lines import drawing_of, trace
from siamese.data.photograph.characters import everything_written, parts_of
from siamese.data.photograph.contrast import absorbed, find_ink
from siamese.data.printed_grid import (
    DICTIONARY,
    FRAME_HEIGHT_MM,
    FRAME_WIDTH_MM,
    GRIDS,
    Grid,
    Rectangle,
    mark_places,
)

_PX_PER_MM = 12
_MIN_MARK_PX = 22  # side of the smallest mark: 1.6 px to a mm, and 50 px to the smaller boxes
_INSET_MM = 1.4  # from the printed side of a box to what is read
_MIN_EXTENT_MM = 1.5  # of ink: smaller marks are dirt
_RIM_SHARE, _RIM_EXTENT = 0.04, 0.3
"""Ink that touches the rim of a box is left out if it stays within this share of the box's side along the rim, as a
printed line does, or if it has less than this share of the drawing's extent: then it comes from outside."""
_WORK_SIDE = 400  # px of a box

NOT_A_SHEET = (
    "No corner mark of a printed sheet can be seen in this picture: photograph the whole sheet, printed from this page."
)
SEVERAL_SHEETS = "There is more than one sheet in this picture: photograph one at a time."
TOO_SMALL = "The sheet is too small in this picture: go closer, so that it fills the picture."
EMPTY = "All boxes of this sheet are empty: draw a character in each box with a dark pen, then photograph it again."

Progress = Callable[[int, int], object]
"""Called with (boxes read, boxes of the sheet)."""


@dataclasses.dataclass(frozen=True)
class FilledBox:
    """number: of the box, from 0. drawing: float32 (105, 105). name: the place for its name, as colours."""

    number: int
    drawing: np.ndarray
    name: np.ndarray


@dataclasses.dataclass(frozen=True)
class GridReading:
    """The filled boxes of a sheet, and the numbers (from 0) of those with ink that cannot be read."""

    grid: Grid
    filled: tuple[FilledBox, ...]
    unread: tuple[int, ...] = ()


def read_grid(picture: np.ndarray, progress: Progress | None = None) -> GridReading:
    """The drawings on a printed grid in a picture, uint8 (height, width, 3), whose longest side has 1,000 px or more.

    Raises InkError, in one sentence: without all four marks, for several sheets, a small one, or an empty one.
    """
    grid, corners = _find_marks(picture)
    scale = _PX_PER_MM
    places = mark_places().reshape(-1, 2) * scale
    straighten, _ = cv2.findHomography(corners.reshape(-1, 2), places)
    size = (round(FRAME_WIDTH_MM * scale), round(FRAME_HEIGHT_MM * scale))
    sheet = cv2.warpPerspective(picture, straighten, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    filled, unread = [], []
    for number in range(grid.boxes):
        try:
            drawing = _read_box(_cut(sheet, _inner(grid.box(number))))
        except InkError:
            unread.append(number)
        else:
            if drawing is not None:
                filled.append(FilledBox(number, drawing, _cut(sheet, grid.name_place(number)).copy()))
        if progress is not None:
            progress(number + 1, grid.boxes)
    if not filled and not unread:
        raise InkError(EMPTY)
    return GridReading(grid, tuple(filled), tuple(unread))


def _find_marks(picture: np.ndarray) -> tuple[Grid, np.ndarray]:
    """The kind of sheet, and the corners of its marks in px, float32 (4, 4, 2). Raises InkError without all of them."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(DICTIONARY), parameters)
    best: list[tuple[int, np.ndarray]] = []
    for tried in (grey, cv2.createCLAHE(3.0, (8, 8)).apply(grey), cv2.GaussianBlur(grey, (0, 0), 1.5)):
        corners, numbers, _ = detector.detectMarkers(tried)
        marks = [] if numbers is None else list(zip(numbers.ravel().tolist(), (c[0] for c in corners), strict=True))
        best = max(best, marks, key=lambda each: len({number for number, _ in each}))
        for grid in GRIDS.values():
            mine = [(number, c) for number, c in marks if number in grid.marks]
            if len(mine) > len(grid.marks):
                raise InkError(SEVERAL_SHEETS)
            if {number for number, _ in mine} == set(grid.marks):
                placed = np.stack([c for _, c in sorted(mine, key=lambda mark: mark[0])])
                return grid, _checked(placed)
    raise InkError(_missing({number for number, _ in best}))


def _missing(numbers: set[int]) -> str:
    """Why marks with these numbers are not a sheet."""
    count = max(len(numbers.intersection(grid.marks)) for grid in GRIDS.values())
    if not count:
        return NOT_A_SHEET
    return (
        f"Only {count} of the sheet's four corner marks can be seen: photograph the whole sheet, flat, with nothing on "
        "its corners."
    )


def _checked(corners: np.ndarray) -> np.ndarray:
    """The corners of the marks (4, 4, 2). Raises InkError where they cannot belong to one sheet that can be read."""
    outer = corners[np.arange(4), np.arange(4)]
    if not cv2.isContourConvex(outer.reshape(-1, 1, 2)):
        raise InkError(SEVERAL_SHEETS)
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)
    if sides.min() < _MIN_MARK_PX:
        raise InkError(TOO_SMALL)
    return corners


def _inner(box: Rectangle) -> Rectangle:
    left, top, right, bottom = box
    return left + _INSET_MM, top + _INSET_MM, right - _INSET_MM, bottom - _INSET_MM


def _cut(sheet: np.ndarray, place: Rectangle) -> np.ndarray:
    left, top, right, bottom = (round(each * _PX_PER_MM) for each in place)
    return sheet[top:bottom, left:right]


def _read_box(picture: np.ndarray) -> np.ndarray | None:
    """The drawing in a box, float32 (105, 105); None if it is empty. Raises InkError when it cannot be read."""
    scale = _WORK_SIDE / picture.shape[0]
    work = cv2.resize(picture, (_WORK_SIDE, _WORK_SIDE), interpolation=cv2.INTER_AREA)
    try:
        ink = find_ink(absorbed(work, np.ones(work.shape[:2], bool)))
    except InkError:
        return None
    ink = _without_rim(everything_written(ink))
    rows, columns = np.nonzero(ink)
    if not len(rows) or max(np.ptp(rows), np.ptp(columns)) + 1 < _MIN_EXTENT_MM * _PX_PER_MM * scale:
        return None
    return drawing_of(trace(ink), ink.shape)


def _without_rim(ink: np.ndarray) -> np.ndarray:
    """The ink without small parts that touch the rim: printed lines, and what was written across from elsewhere."""
    parts = parts_of(ink)
    if not len(parts.label):
        return ink
    low, high, side = parts.box[:, :2], parts.box[:, 2:], len(ink)
    along = (high < _RIM_SHARE * side).any(axis=1) | (low > (1 - _RIM_SHARE) * side).any(axis=1)
    small = parts.extent < _RIM_EXTENT * parts.extent.max()
    return parts.only(~(parts.on_border & (small | along))).mask()
