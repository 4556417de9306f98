"""The printed grid for own alphabets: where its boxes and registration marks are, for printing and for reading.

All measures are mm from the top left corner of the outer frame, whose corners are those of the four marks. The frame
fits on A4 and on Letter, so a sheet is read the same way from either. The marks are ArUco markers: each has a number,
which gives its corner, and with it which way up the sheet is, and how many boxes it has.
"""

from __future__ import annotations

import dataclasses

import numpy as np

FRAME_WIDTH_MM, FRAME_HEIGHT_MM = 180.0, 250.0
MARK_SIDE_MM = 14.0
MARK_MODULES = 6
"""Squares along a mark's side: four bits and the black border."""
HEAD_MM, FOOT_MM = 20.0, 14.0
"""Above and below the boxes: the marks and the print between them."""
NAME_HEIGHT_MM, NUMBER_WIDTH_MM = 8.0, 7.0
"""The place for a name below each box, and the box's number at its left."""

Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom in mm."""


@dataclasses.dataclass(frozen=True)
class Grid:
    """A kind of sheet. box_mm: side of a box; first_mark: number of the mark at the top left, followed clockwise."""

    columns: int
    rows: int
    box_mm: float
    first_mark: int

    @property
    def boxes(self) -> int:
        """Number of boxes, counted from 0 in rows."""
        return self.columns * self.rows

    @property
    def marks(self) -> tuple[int, ...]:
        """Numbers of the four marks: top left, top right, bottom right, bottom left."""
        return tuple(range(self.first_mark, self.first_mark + 4))

    def box(self, number: int) -> Rectangle:
        """The square to draw in."""
        row, column = divmod(number, self.columns)
        width = FRAME_WIDTH_MM / self.columns
        height = (FRAME_HEIGHT_MM - HEAD_MM - FOOT_MM) / self.rows
        left = column * width + (width - self.box_mm) / 2
        top = HEAD_MM + row * height + (height - self.box_mm - NAME_HEIGHT_MM) / 2
        return left, top, left + self.box_mm, top + self.box_mm

    def name_place(self, number: int) -> Rectangle:
        """The place for the name, right of the box's number."""
        left, _, right, bottom = self.box(number)
        return left + NUMBER_WIDTH_MM, bottom, right, bottom + NAME_HEIGHT_MM


GRIDS = {grid.boxes: grid for grid in (Grid(3, 4, 42.0, 0), Grid(4, 5, 32.0, 4))}
"""By the number of boxes."""


def mark_places() -> np.ndarray:
    """Corners of the four marks in the order of `Grid.marks`, float32 (4, 4, 2): each mark's own, clockwise."""
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    room = np.array([FRAME_WIDTH_MM - MARK_SIDE_MM, FRAME_HEIGHT_MM - MARK_SIDE_MM], np.float32)
    return corners[:, None] * room + corners[None] * MARK_SIDE_MM


def mark_squares(number: int) -> np.ndarray:
    """Which squares of a mark are black, bool (6, 6)."""
    import cv2

    return cv2.aruco.getPredefinedDictionary(DICTIONARY).generateImageMarker(number, MARK_MODULES) == 0


DICTIONARY = 0
"""cv2.aruco.DICT_4X4_50: few large squares, which blur leaves readable."""
