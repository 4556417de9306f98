"""Scorers that have learned nothing: what the network must beat."""

from __future__ import annotations

import numpy as np
import scipy.spatial


class PixelNearest:
    """Nearest neighbour on raw pixels: minus the Euclidean distance (Koch et al., table 2, row "1-nearest neighbour")."""

    def prepare(self, drawings: np.ndarray) -> np.ndarray:
        """Pixels (n, 11025)."""
        return drawings.reshape(len(drawings), -1)

    def compare(self, queries: np.ndarray, support: np.ndarray) -> np.ndarray:
        """Scores (q, s)."""
        return -scipy.spatial.distance.cdist(queries, support)


class ModifiedHausdorff:
    """Minus the modified Hausdorff distance of the inked points about their mean (Dubuisson & Jain, 1994).

    The distance of Omniglot's own one-shot demonstration, whose 38.8 % error on Lake's runs checks our loader.
    """

    def prepare(self, drawings: np.ndarray) -> np.ndarray:
        """A search tree of points for each drawing, object (n,). Raises ValueError for a drawing without ink."""
        trees = np.empty(len(drawings), dtype=object)
        for i, drawing in enumerate(drawings):
            points = np.argwhere(drawing >= 0.5)
            if not len(points):
                raise ValueError("A drawing has no ink, so it has no Hausdorff distance.")
            trees[i] = scipy.spatial.cKDTree(points - points.mean(axis=0))
        return trees

    def compare(self, queries: np.ndarray, support: np.ndarray) -> np.ndarray:
        """Scores (q, s)."""
        return np.array([[-max(self._mean_nearest(q, s), self._mean_nearest(s, q)) for s in support] for q in queries])

    @staticmethod
    def _mean_nearest(points: scipy.spatial.cKDTree, others: scipy.spatial.cKDTree) -> float:
        return float(others.query(points.data)[0].mean())


class Chance:
    """The same score for everything: with ties broken at random, one in n."""

    def prepare(self, drawings: np.ndarray) -> np.ndarray:
        """Nothing, (n, 0)."""
        return np.zeros((len(drawings), 0))

    def compare(self, queries: np.ndarray, support: np.ndarray) -> np.ndarray:
        """Zeros (q, s)."""
        return np.zeros((len(queries), len(support)))
