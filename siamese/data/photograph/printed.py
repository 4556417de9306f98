"""Straight lines that were on the paper before anyone wrote on it: ruled and squared paper, margins, boxes, forms."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np

from siamese.data.photograph.centre_lines import pen_width

_MIN_LENGTH = 0.14  # of the picture's longest side
_MAX_THICKNESS = 0.025
_THIN_PERCENTILE = 25  # of the thickness along a line: strokes may run along it
_GAP_PX = 9  # between dashes
_SLOPES = np.tan(np.deg2rad(np.arange(-9, 9.1, 0.75)))
_FULL_LENGTH = 0.85  # of the sheet, of a line that is ruled from edge to edge
_THIN = 0.55  # of the pen's width
_SIMILAR = 0.8  # of the pen's width: thickness of lines that are printed if they form a box
_MIN_CONTENT = 0.15  # of a box's side, of what is written in it
_PARALLEL = 5  # lines of a length that make paper ruled
_MAX_LINES = 150
"""The longest are looked at, since every pair is: squared paper has 60, and a damaged picture hundreds."""


@dataclasses.dataclass(frozen=True)
class Line:
    """A straight line, from left to right or from top to bottom.

    start, end: its first and last pixel (along, across); mask: bool (height, width).
    """

    vertical: bool
    start: tuple[int, int]
    end: tuple[int, int]
    thickness: float
    mask: np.ndarray

    @property
    def length(self) -> int:
        return self.end[0] - self.start[0] + 1


def without_printed_lines(ink: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    """The ink, bool (height, width), without straight lines that are printed on the sheet; strokes across them stay.

    A thin straight line is printed when it runs from edge to edge, when it is much thinner than the pen, when it is one
    of many of its length, or when it is a side of a box in which something is written.
    """
    lines = sorted(_straight_lines(ink), key=lambda line: line.length)[-_MAX_LINES:]
    if not lines:
        return ink
    rest = ink
    for line in lines:
        rest = _erase(rest, line)
    pen = _main_pen(rest, max(ink.shape))
    printed = [line for line in lines if _is_ruled(line, sheet) or (pen and line.thickness <= _THIN * pen)]
    printed += [line for line in lines if pen and line.thickness <= _SIMILAR * pen and _has_many_alike(line, lines)]
    printed += _box_sides(lines, ink, pen)
    between = [line for line in lines if _is_between(line, printed)]
    printed += [line for line in between if line.thickness <= _SIMILAR * pen]
    sides = _square_sides(between, rest, pen)
    printed += sides + [line for line in between if any(_is_alike(line, side) for side in sides)]
    kept = ink
    for line in printed:
        kept = _erase(kept, line)
    return _bridged(kept, ink, printed)


def _straight_lines(ink: np.ndarray) -> list[Line]:
    """Thin lines that are nearly upright or level. Between dashes there may be gaps."""
    lines = []
    side = max(ink.shape)
    for vertical in (False, True):
        turned = np.ascontiguousarray(ink.T if vertical else ink).astype(np.uint8)
        straight = _runs(turned, int(_MIN_LENGTH * side))
        count, labels, stats, _ = cv2.connectedComponentsWithStats(straight, connectivity=8)
        for label in range(1, count):
            left, top, width, height, _ = stats[label]
            part = labels[top : top + height, left : left + width] == label
            thickness = float(np.percentile(part.sum(axis=0), _THIN_PERCENTILE))
            if thickness > _MAX_THICKNESS * side:
                continue
            columns = np.argmax(part, axis=0) + part.sum(axis=0) // 2 + top
            mask = np.zeros(turned.shape, bool)
            mask[top : top + height, left : left + width] = part
            ends = (left, int(columns[0])), (left + width - 1, int(columns[-1]))
            lines.append(Line(vertical, *ends, thickness, mask.T if vertical else mask))
    return lines


def _runs(ink: np.ndarray, length: int) -> np.ndarray:
    """Pixels of ink, uint8 (height, width), on level lines of at least this length, at any of the slopes."""
    height, width = ink.shape
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    straight = np.zeros_like(ink)
    for slope in _SLOPES:
        shear = np.array([[1, 0, 0], [-slope, 1, slope * width / 2]])
        level = cv2.warpAffine(thick, shear, (width, height), flags=cv2.INTER_NEAREST)
        level = cv2.morphologyEx(level, cv2.MORPH_CLOSE, np.ones((1, _GAP_PX), np.uint8))
        runs = cv2.morphologyEx(level, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
        if runs.any():
            back = np.array([[1, 0, 0], [slope, 1, -slope * width / 2]])
            straight |= cv2.warpAffine(runs, back, (width, height), flags=cv2.INTER_NEAREST)
    return straight & ink


def _main_pen(ink: np.ndarray, side: int) -> float:
    """Width of the pen that has left most of the ink; 0 if there is hardly any."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    extent = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    large = np.flatnonzero(extent >= 0.04 * side)
    large = large[large > 0]
    if not len(large):
        return 0.0
    return pen_width(labels == large[np.argmax(stats[large, cv2.CC_STAT_AREA])])


def _is_ruled(line: Line, sheet: np.ndarray) -> bool:
    """Whether it runs from edge to edge of the sheet."""
    across = (line.start[1] + line.end[1]) // 2
    row = sheet[:, across] if line.vertical else sheet[across]
    return line.length >= _FULL_LENGTH * max(1, row.sum())


def _has_many_alike(line: Line, lines: list[Line]) -> bool:
    return sum(_is_alike(line, other) for other in lines) >= _PARALLEL


def _is_alike(line: Line, other: Line) -> bool:
    """Whether two lines are parallel and of about the same length."""
    return other.vertical == line.vertical and abs(other.length / line.length - 1) < 0.1


def _box_sides(lines: list[Line], ink: np.ndarray, pen: float) -> list[Line]:
    """Lines that are sides of boxes with something written in them."""
    sides: list[Line] = []
    level, upright = ([line for line in lines if line.vertical == vertical] for vertical in (False, True))
    for top in level:
        for bottom in level:
            if bottom.start[1] <= top.start[1] or abs(bottom.length / top.length - 1) > 0.1:
                continue
            near = 0.06 * top.length + 4
            left, right = (
                [
                    line
                    for line in upright
                    if abs(line.start[1] - a[0]) < near
                    and abs(line.end[1] - b[0]) < near
                    and line.start[0] < a[1] + near
                    and line.end[0] > b[1] - near
                ]
                for a, b in ((top.start, bottom.start), (top.end, bottom.end))
            )
            if left and right and abs(top.start[0] - bottom.start[0]) < near:
                box = (slice(top.start[1], bottom.end[1] + 1), slice(top.start[0], top.end[0] + 1))
                thickness = max(top.thickness, bottom.thickness)
                inner = ink
                for line in (top, bottom, *left, *right):
                    inner = _erase(inner, line)
                if _has_content(inner[box], thickness, pen):
                    sides += [top, bottom, *left, *right]
    return sides


def _is_between(line: Line, printed: list[Line]) -> bool:
    """Whether it runs from one printed line to another, like the side of a square in a row."""
    near = 0.06 * line.length + 4
    across = [
        other.start[1] + (other.end[1] - other.start[1]) * (line.start[1] - other.start[0]) / max(1, other.length)
        for other in printed
        if other.vertical != line.vertical and other.start[0] - near <= line.start[1] <= other.end[0] + near
    ]
    return all(any(abs(place - end) < near for place in across) for end in (line.start[0], line.end[0]))


def _square_sides(between: list[Line], rest: np.ndarray, pen: float) -> list[Line]:
    """Pairs of lines from one printed line to another with something written between them, as in a row of squares."""
    sides: list[Line] = []
    for first in between:
        for second in between:
            apart = second.start[1] - first.start[1]
            near = 0.06 * first.length + 4
            if second.vertical != first.vertical or not near < apart < 2 * first.length:
                continue
            if max(abs(second.start[0] - first.start[0]), abs(second.end[0] - first.end[0])) > near:
                continue
            along = slice(first.start[0], first.end[0] + 1)
            across = slice(first.start[1], second.start[1] + 1)
            box = (along, across) if first.vertical else (across, along)
            if _has_content(rest[box], first.thickness, pen):
                sides += [first, second]
    return sides


def _has_content(rest: np.ndarray, thickness: float, pen: float) -> bool:
    """Whether something is written in a box, either clear of its sides or with a wider pen than they have."""
    y, x = np.nonzero(rest)
    if not len(y) or max(np.ptp(x), np.ptp(y)) < _MIN_CONTENT * max(rest.shape):
        return False
    clear = min(y.min(), x.min(), rest.shape[0] - 1 - y.max(), rest.shape[1] - 1 - x.max()) > 2 * thickness + 2
    return clear or thickness <= _SIMILAR * pen


def _erase(ink: np.ndarray, line: Line) -> np.ndarray:
    """The ink without a line, except where a stroke that is thicker crosses it."""
    across = round(line.thickness) + 4
    kernel = np.ones((1, across) if line.vertical else (across, 1), np.uint8)
    thicker = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_OPEN, kernel).astype(bool)
    return ink & (thicker | ~cv2.dilate(line.mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool))


def _bridged(kept: np.ndarray, ink: np.ndarray, erased: list[Line]) -> np.ndarray:
    """The ink that is kept, with the gaps in strokes closed where lines were erased."""
    if not erased:
        return kept
    side = 2 * round(max(line.thickness for line in erased) / 2) + 5
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return kept | (cv2.morphologyEx(kept.astype(np.uint8), cv2.MORPH_CLOSE, disc).astype(bool) & ink)
