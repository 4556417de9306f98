"""Objects of the canvas -> strokes and rectangles.

The canvas (streamlit-drawable-canvas 0.13, Fabric 7) sends vectors, which are drawn with Omniglot's pen directly,
without shrinking a bitmap. A client can send anything, so every object is checked, and number and size are bounded.
"""

from __future__ import annotations

import itertools
import json
import math
import operator
from typing import Any

import numpy as np

from siamese.config import SIDE
from siamese.data.ink import InkError

MAX_OBJECTS, MAX_COMMANDS = 500, 10_000
MAX_CANVAS_CHARACTERS = 1_000_000
"""Of the objects as JSON: 10,000 commands take at most 700,000."""
MAX_LENGTH_PX = 20_000.0  # 190 sides of the paper
_POINTS_PER_PX = 2.0  # of a flattened curve
_NUMBERS = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}  # after each path command
_ORIGIN = {"left": -0.5, "top": -0.5, "center": 0.0, "right": 0.5, "bottom": 0.5}

_NOT_OURS = "The canvas sent something that is not a drawing; clear it and draw again."
_TOO_MUCH = "There is too much ink on the canvas; clear it and draw one character."


def canvas_objects(json_data: Any) -> list[Any]:
    """The objects of the canvas's `json_data`, checked for number and size; an empty list if nothing was drawn.

    A client can send anything, so nothing is kept before this check; `canvas_strokes` checks each object. Raises
    InkError.
    """
    if not json_data:
        return []
    objects = json_data.get("objects", []) if isinstance(json_data, dict) else None
    if not isinstance(objects, list):
        raise InkError(_NOT_OURS)
    if len(objects) > MAX_OBJECTS:
        raise InkError(_TOO_MUCH)
    try:
        size = len(json.dumps(objects))
    except (TypeError, ValueError, RecursionError) as error:
        raise InkError(_NOT_OURS) from error
    if size > MAX_CANVAS_CHARACTERS:
        raise InkError(_TOO_MUCH)
    return objects


def canvas_strokes(json_data: Any, side: float) -> list[np.ndarray]:
    """Strokes of the canvas's `json_data`, each float (points, 2) in px of a 105 px drawing.

    side: width and height of the canvas in CSS px. Curves are flattened to steps of half a px. Parts outside the paper,
    which are invisible, are cut off. A click is a dot. Nothing drawn gives an empty list. Raises InkError for anything
    that a canvas does not send.
    """
    objects = canvas_objects(json_data)
    strokes, commands, length = [], 0, 0.0
    for item in objects:
        lines, count = _outline(item)
        commands += count
        if commands > MAX_COMMANDS:
            raise InkError(_TOO_MUCH)
        for line in _place(item, lines):
            line = line * (SIDE / side)
            length += float(_lengths(line).sum())
            if not length <= MAX_LENGTH_PX:
                raise InkError(_TOO_MUCH)
            strokes += _on_paper(line)
    return strokes


def rectangle_corners(item: Any) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a rectangle on the canvas, in CSS px. Raises InkError for anything else."""
    if not isinstance(item, dict) or item.get("type") not in ("Rect", "rect"):
        raise InkError(_NOT_OURS)
    origin = [_ORIGIN.get(str(item.get(key, "left"))) for key in ("originX", "originY")]
    if None in origin:
        raise InkError(_NOT_OURS)
    size = [_number(item, "width") * _number(item, "scaleX", 1), _number(item, "height") * _number(item, "scaleY", 1)]
    left, top = (_number(item, key) - (o + 0.5) * s for key, o, s in zip(("left", "top"), origin, size, strict=True))
    return left, top, left + size[0], top + size[1]


def _number(item: dict, key: str, default: float = 0.0) -> float:
    return _finite(item.get(key, default))


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InkError(_NOT_OURS)
    try:
        value = float(value)
    except OverflowError as error:
        raise InkError(_NOT_OURS) from error
    if not abs(value) < 1e9:
        raise InkError(_NOT_OURS)
    return value


def _outline(item: Any) -> tuple[list[np.ndarray], int]:
    """Control points of an object's lines in its own coordinates, and the number of its commands or points."""
    kind = item.get("type") if isinstance(item, dict) else None
    if kind in ("Path", "path"):
        return _curves(item.get("path"))
    if kind in ("Polyline", "Polygon"):
        return _corners(item.get("points"), closed=kind == "Polygon")
    if kind == "Line":
        return [np.array([[_number(item, "x1"), _number(item, "y1")], [_number(item, "x2"), _number(item, "y2")]])], 2
    if kind == "Circle":
        turn = np.linspace(0, 2 * np.pi, 65)
        return [_number(item, "radius") * np.stack([np.cos(turn), np.sin(turn)], axis=1)], len(turn)
    raise InkError("The canvas contains something that is not a stroke; clear it and draw with the pen.")


def _corners(points: Any, closed: bool) -> tuple[list[np.ndarray], int]:
    if not isinstance(points, list) or not all(isinstance(point, dict) for point in points):
        raise InkError(_NOT_OURS)
    if len(points) > MAX_COMMANDS:
        raise InkError(_TOO_MUCH)
    line = [[_number(point, "x", math.nan), _number(point, "y", math.nan)] for point in points]
    return ([np.array(line + line[:1] if closed else line)] if line else []), len(line)


def _curves(path: Any) -> tuple[list[np.ndarray], int]:
    """Lines of a path's commands, ["M", x, y], ["Q", cx, cy, x, y] and so on, curves flattened."""
    if not isinstance(path, list):
        raise InkError(_NOT_OURS)
    if len(path) > MAX_COMMANDS:
        raise InkError(_TOO_MUCH)
    lines: list[list[np.ndarray]] = []
    for letter, commands in itertools.groupby(map(_command, path), key=operator.itemgetter(0)):
        values = [value for _, value in commands]
        if letter == "M":
            lines += [[np.array([point])] for point in values]
        elif not lines:
            raise InkError(_NOT_OURS)
        elif letter == "Z":
            lines[-1].append(lines[-1][0])
        else:
            control = np.array(values).reshape(len(values), -1, 2)
            starts = np.concatenate([lines[-1][-1][-1:], control[:-1, -1]])
            lines[-1].append(_bezier(np.concatenate([starts[:, None], control], axis=1)))
    return [np.concatenate(line) for line in lines], len(path)


def _command(command: Any) -> tuple[str, list[float]]:
    """A path command's letter and its numbers. Raises InkError for anything else."""
    letter = command[0] if isinstance(command, list) and command else None
    if not isinstance(letter, str) or _NUMBERS.get(letter) != len(command) - 1:
        raise InkError(_NOT_OURS)
    return letter, [_finite(value) for value in command[1:]]


def _bezier(control: np.ndarray) -> np.ndarray:
    """Points (m, 2) along Bezier curves, without each curve's start, from control points (curves, degree + 1, 2).

    A curve has a straight piece for every two px of its control polygon, at most 32. All curves are computed at once:
    a drawing has about a hundred.
    """
    if control.shape[1] == 2:
        return control[:, 1]
    lengths = np.linalg.norm(np.diff(control, axis=1), axis=-1).sum(axis=1)
    pieces = np.clip(np.ceil(lengths / 2), 1, 32).astype(int)
    t = _fractions(pieces)[:, None, None]
    level = np.repeat(control, pieces, axis=0)
    while level.shape[1] > 1:
        level = level[:, :-1] * (1 - t) + level[:, 1:] * t
    return level[:, 0]


def _place(item: dict, lines: list[np.ndarray]) -> list[np.ndarray]:
    """Lines as Fabric shows them: an object is turned, scaled, and placed by the middle of its box on the canvas."""
    if not lines:
        return []
    points = np.concatenate(lines)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    angle = math.radians(_number(item, "angle"))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    scale = np.array([_number(item, "scaleX", 1), _number(item, "scaleY", 1)])
    flip = np.where([item.get("flipX") is True, item.get("flipY") is True], -1, 1)
    skew_x, skew_y = (math.tan(math.radians(_number(item, key))) for key in ("skewX", "skewY"))
    matrix = turn @ np.diag(scale * flip) @ np.array([[1, skew_x], [0, 1]]) @ np.array([[1, 0], [skew_y, 1]])
    size = (np.array([_number(item, "width"), _number(item, "height")]) + _number(item, "strokeWidth")) * scale
    try:
        origin = np.array([_ORIGIN[item.get("originX", "center")], _ORIGIN[item.get("originY", "center")]])
    except (KeyError, TypeError) as error:
        raise InkError(_NOT_OURS) from error
    centre = np.array([_number(item, "left", middle[0]), _number(item, "top", middle[1])]) - turn @ (origin * size)
    return [(line - middle) @ matrix.T + centre for line in lines]


def _lengths(line: np.ndarray) -> np.ndarray:
    return np.hypot(*np.diff(line, axis=0).T)


def _on_paper(line: np.ndarray) -> list[np.ndarray]:
    """The parts of a line on the paper, in steps of half a px."""
    counts = np.maximum(1, np.ceil(_lengths(line) * _POINTS_PER_PX)).astype(int)
    along = np.concatenate([[0.0], np.repeat(np.arange(len(counts)), counts) + _fractions(counts)])
    dense = np.stack([np.interp(along, np.arange(len(line)), line[:, axis]) for axis in (0, 1)], axis=1)
    inside = ((dense >= 0) & (dense <= SIDE)).all(axis=1)
    starts = np.flatnonzero(np.diff(inside)) + 1
    return [part for part, kept in zip(np.split(dense, starts), np.split(inside, starts), strict=True) if kept[0]]


def _fractions(counts: np.ndarray) -> np.ndarray:
    """1/n, 2/n, ... 1 for each count n, one after the other."""
    last = np.cumsum(counts)
    return (np.arange(1, counts.sum() + 1) - np.repeat(last - counts, counts)) / np.repeat(counts, counts)
