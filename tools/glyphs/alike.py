"""Characters of one alphabet that a reader could not tell apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from tools.glyphs.graph import at_length, length

SIDE = 63.0  # px of the longest side when two characters are laid over each other
TOO_NEAR = 5.2
"""Px. An extra dot or stroke is further away than this, a tilt or a slightly other curve is not."""


def cloud(strokes: Sequence[np.ndarray]) -> np.ndarray:
    """Points (n, 2), a pixel apart, of strokes."""
    return np.concatenate([at_length(s, np.linspace(0, length(s), max(2, int(length(s)) + 1))) for s in strokes])


def one_size(points: np.ndarray) -> np.ndarray:
    """Points brought to one size around their middle."""
    low, high = points.min(axis=0), points.max(axis=0)
    return (points - (low + high) / 2) * (SIDE / max(float((high - low).max()), 1.0))


def hausdorff(first: np.ndarray, second: np.ndarray) -> float:
    """How far the most telling point of either set of points is from the other set."""
    return max(float(cKDTree(second).query(first)[0].max()), float(cKDTree(first).query(second)[0].max()))


def apart(first: np.ndarray, second: np.ndarray) -> float:
    """How well two clouds can be told apart, in px: by shape or, half as surely, by size and place."""
    return max(hausdorff(one_size(first), one_size(second)), hausdorff(first, second) / 2)


def distinct(characters: Sequence[Sequence[np.ndarray]], too_near: float = TOO_NEAR) -> list[int]:
    """Indices of the characters to keep: each that no earlier kept one can be mistaken for."""
    clouds = [cloud(strokes) for strokes in characters]
    kept: list[int] = []
    for index, candidate in enumerate(clouds):
        if all(apart(candidate, clouds[other]) >= too_near for other in kept):
            kept.append(index)
    return kept
