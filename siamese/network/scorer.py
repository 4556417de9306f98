"""A twin and head weights as a scorer: features are embeddings, scores are logits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from siamese.data.normalise import normalise

BATCH = 128
"""Drawings embedded at once."""


class EmbeddingScorer:
    """The network for `evaluation`: `embed` turns drawings (n, 105, 105, 1) into embeddings (n, d).

    `normalised`: whether the network was trained on drawings of one size and place, and gets them so here.
    """

    def __init__(self, embed: Callable[[np.ndarray], tf.Tensor], weights: np.ndarray, bias: float, normalised: bool):
        self._embed, self._weights, self._bias, self.normalised = embed, weights, bias, normalised

    def sees(self, drawings: np.ndarray) -> np.ndarray:
        """Drawings (n, 105, 105) as the twin gets them."""
        return normalise(drawings) if self.normalised else drawings

    def prepare(self, drawings: np.ndarray) -> np.ndarray:
        """Embeddings float32 (n, d) of drawings (n, 105, 105)."""
        drawings = self.sees(drawings)
        parts = [self._embed(drawings[i : i + BATCH, ..., None]).numpy() for i in range(0, len(drawings), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self._weights)), np.float32)

    def compare(self, queries: np.ndarray, support: np.ndarray) -> np.ndarray:
        """Logits (q, s) of embeddings (q, d) and (s, d): the weighted L1 distance of Koch et al., section 3.1."""
        return np.stack([np.abs(query - support) @ self._weights for query in queries]) + self._bias
