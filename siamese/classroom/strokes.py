"""The ink of a class's drawings as the store keeps it: strokes as JSON, bounded in number and size."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from siamese.config import SIDE
from siamese.data.ink import InkError

MAX_STROKES, MAX_POINTS = 200, 4_000
MIN_STEP_PX = 1.0
"""Points closer than this to the one before are left out: a canvas has two for each px of a drawing."""

_TOO_MUCH = "There is too much ink in this drawing to keep it: clear it and draw one character."
_DAMAGED = "The drawing that was kept cannot be read: take another one."


def to_json(strokes: Sequence[np.ndarray]) -> str:
    """Strokes, each float (points, 2) in px of a 105 px drawing, with one decimal. Raises InkError for too much ink, or
    none."""
    kept = [np.round(_thinned(np.asarray(stroke, float).reshape(-1, 2)), 1) for stroke in strokes if len(stroke)]
    if not kept:
        raise InkError("There is nothing drawn yet: draw the character first.")
    if len(kept) > MAX_STROKES or sum(map(len, kept)) > MAX_POINTS:
        raise InkError(_TOO_MUCH)
    return json.dumps([stroke.tolist() for stroke in kept], separators=(",", ":"))


def from_json(text: str) -> list[np.ndarray]:
    """The inverse of `to_json`. Raises InkError for anything that it does not write."""
    try:
        strokes = [np.asarray(stroke, dtype=np.float64) for stroke in json.loads(text)]
    except (ValueError, TypeError, RecursionError) as error:
        raise InkError(_DAMAGED) from error
    if not strokes or len(strokes) > MAX_STROKES or sum(map(len, strokes)) > MAX_POINTS:
        raise InkError(_DAMAGED)
    for stroke in strokes:
        if stroke.ndim != 2 or stroke.shape[1] != 2 or not ((stroke >= -SIDE) & (stroke <= 2 * SIDE)).all():
            raise InkError(_DAMAGED)
    return strokes


def _thinned(stroke: np.ndarray) -> np.ndarray:
    """The stroke without points that follow another too closely; both ends stay."""
    kept = [0]
    for place in range(1, len(stroke) - 1):
        if np.abs(stroke[place] - stroke[kept[-1]]).max() >= MIN_STEP_PX:
            kept.append(place)
    return stroke[[*kept, len(stroke) - 1] if len(stroke) > 1 else kept]
