"""Finds characters of one alphabet that look alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from tools.glyphs.graph import at_length, length

COMPARED_SIDE = 63.0  # px of the longest side when two characters are compared
MIN_DISTANCE = 5.2
"""Px between characters that can be told apart: an extra dot or stroke is further away, a tilt or a slightly different
curve is not."""


def cloud(strokes: Sequence[np.ndarray]) -> np.ndarray:
    """Points (n, 2) of strokes, one pixel apart."""
    return np.concatenate([at_length(s, np.linspace(0, length(s), max(2, int(length(s)) + 1))) for s in strokes])


def one_size(points: np.ndarray) -> np.ndarray:
    """Points scaled to one size, around (0, 0)."""
    low, high = points.min(axis=0), points.max(axis=0)
    return (points - (low + high) / 2) * (COMPARED_SIDE / max(float((high - low).max()), 1.0))


def hausdorff(first: np.ndarray, second: np.ndarray) -> float:
    """The largest distance of any point of either set from the other set."""
    return max(float(cKDTree(second).query(first)[0].max()), float(cKDTree(first).query(second)[0].max()))


def distance(first: np.ndarray, second: np.ndarray) -> float:
    """How different two clouds are, in px: by shape or, with half the weight, by size and position."""
    return max(hausdorff(one_size(first), one_size(second)), hausdorff(first, second) / 2)


def distinct(characters: Sequence[Sequence[np.ndarray]], min_distance: float = MIN_DISTANCE) -> list[int]:
    """Indices of the characters to keep: those that look like none of the earlier ones that are kept."""
    clouds = [cloud(strokes) for strokes in characters]
    kept: list[int] = []
    for index, candidate in enumerate(clouds):
        if all(distance(candidate, clouds[other]) >= min_distance for other in kept):
            kept.append(index)
    return kept
