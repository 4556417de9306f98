"""Scorers that learn nothing, to compare the network with."""

from __future__ import annotations

import dataclasses

import numpy as np
import scipy.spatial

from siamese.config import SIDE
from siamese.data.normalise import normalise

FAR_COLUMN = 10_000
"""A column that is further away than any other."""


class PixelNearest:
    """Nearest neighbour on raw pixels: minus the Euclidean distance (Koch et al., table 2)."""

    def prepare(self, drawings: np.ndarray) -> np.ndarray:
        """Pixels in 256 grey levels, uint8 (n, 11025): Omniglot takes 360 MB, as float32 it would take 1.4 GB."""
        return np.rint(255 * drawings.reshape(len(drawings), -1)).astype(np.uint8)

    def compare(self, queries: np.ndarray, support: np.ndarray) -> np.ndarray:
        """Scores (q, s)."""
        return -scipy.spatial.distance.cdist(queries, support) / 255


class NormalisedNearest(PixelNearest):
    """The same on normalised drawings (size, position, slant), which the shipped network receives, too."""

    def prepare(self, drawings: np.ndarray) -> np.ndarray:
        """Pixels uint8 (n, 11025) of the normalised drawings."""
        return super().prepare(normalise(drawings))


@dataclasses.dataclass(frozen=True)
class Ink:
    """The inked points of a drawing and, for every row with ink, the nearest inked columns.

    points: int16 (p, 2) as (row, column); mean: (2,); rows: int (r,), those with ink; last, next: int16 (106, r):
    last[c + 1] is the last inked column up to c, next[c] the first from c on.
    """

    points: np.ndarray
    mean: np.ndarray
    rows: np.ndarray
    last: np.ndarray
    next: np.ndarray

    @classmethod
    def of(cls, drawing: np.ndarray) -> Ink:
        """The ink of a drawing (105, 105). Raises ValueError for a drawing without ink."""
        ink = drawing >= 0.5
        points = np.argwhere(ink)
        if not len(points):
            raise ValueError("A drawing has no ink, so it has no Hausdorff distance.")
        rows = np.flatnonzero(ink.any(axis=1))
        inked, column, edge = ink[rows].T, np.arange(SIDE)[:, None], np.full((1, len(rows)), FAR_COLUMN)
        last = np.maximum.accumulate(np.where(inked, column, -FAR_COLUMN))
        following = np.minimum.accumulate(np.where(inked, column, FAR_COLUMN)[::-1])[::-1]
        last, following = np.vstack([-edge, last]), np.vstack([following, edge])
        return cls(
            points.astype(np.int16), points.mean(axis=0), rows, last.astype(np.int16), following.astype(np.int16)
        )

    def mean_distance(self, other: Ink) -> float:
        """Mean distance in px from a point of this ink to the nearest of the other, after both means are moved to one
        point.

        Exact, in two passes like a distance transform: to the nearest ink within each row, then over the rows.
        """
        down, right = other.mean - self.mean
        (top, left), (bottom, end) = self.points.min(axis=0), self.points.max(axis=0)
        column = np.arange(left, end + 1)[:, None] + right  # the other's coordinates; between pixels
        before = np.clip(np.floor(column[:, 0]).astype(int), -1, SIDE - 1)
        across = (
            np.minimum(column - other.last[before + 1], other.next[before + 1] - column) ** 2
        )  # (columns, rows of the other)
        along = (np.arange(top, bottom + 1)[:, None] + down - other.rows) ** 2  # (rows, rows of the other)
        squared = across[self.points[:, 1] - left] + along[self.points[:, 0] - top]
        return float(np.sqrt(squared.min(axis=1)).mean())


class ModifiedHausdorff:
    """Minus the modified Hausdorff distance of inked points (Dubuisson & Jain, 1994), both means at one point.

    Omniglot's one-shot demonstration uses this distance. Its error of 38.8 % on Lake's runs confirms our loader.
    """

    def prepare(self, drawings: np.ndarray) -> np.ndarray:
        """The ink of each drawing, object (n,). Raises ValueError for a drawing without ink."""
        inks = np.empty(len(drawings), dtype=object)
        inks[:] = [Ink.of(drawing) for drawing in drawings]
        return inks

    def compare(self, queries: np.ndarray, support: np.ndarray) -> np.ndarray:
        """Scores (q, s)."""
        return np.array([[-max(q.mean_distance(s), s.mean_distance(q)) for s in support] for q in queries])


class Chance:
    """The same score for all pairs: with ties broken at random, it is right in one of n trials."""

    def prepare(self, drawings: np.ndarray) -> np.ndarray:
        """No features, (n, 0)."""
        return np.zeros((len(drawings), 0))

    def compare(self, queries: np.ndarray, support: np.ndarray) -> np.ndarray:
        """Zeros (q, s)."""
        return np.zeros((len(queries), len(support)))
