"""Principal components: the directions in which embeddings differ most."""

from __future__ import annotations

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class Components:
    """The first k principal components of vectors (n, d).

    mean: float32 (d,); directions: float32 (k, d), of length 1; share: the part of the variance that they hold, in
    [0, 1].
    """

    mean: np.ndarray
    directions: np.ndarray
    share: float

    @classmethod
    def of(cls, vectors: np.ndarray, count: int) -> Components:
        """The components of vectors (n, d); fewer than `count` where n or d allows no more. n is at least 1.

        They come from the (n, n) matrix of products, which is smaller than the covariance where n < d.
        """
        mean = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
        centred = (vectors - mean).astype(np.float32)
        variances, mixtures = np.linalg.eigh(centred @ centred.T)
        count = min(count, *centred.shape)
        directions = mixtures[:, ::-1][:, :count].T @ centred
        lengths = np.linalg.norm(directions, axis=1, keepdims=True)
        directions /= np.maximum(lengths, 1e-12)
        variances = np.maximum(variances[::-1], 0)
        total = float(variances.sum())
        return cls(mean, directions.astype(np.float32), float(variances[:count].sum()) / total if total else 1.0)

    def place(self, vectors: np.ndarray) -> np.ndarray:
        """Coordinates float32 (n, k) of vectors (n, d)."""
        return (vectors - self.mean) @ self.directions.T
