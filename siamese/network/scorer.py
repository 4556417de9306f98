"""A twin and its head as a scorer for `siamese.evaluation`: features are embeddings, scores are logits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from siamese.data.normalise import normalise

BATCH_DRAWINGS = 32
"""Drawings embedded in one forward pass.

128 take 5 % less of the processor's time each, but 115 MB more, and a visitor's drawing would wait four times as long.
"""


class EmbeddingScorer:
    """Koch's network as a scorer.

    embed: drawings float32 (n, 105, 105, 1) -> embeddings float32 (n, d), an array or a tensor. weights:
    float32 (d,) and bias: the head. normalised: whether the network was trained on drawings of one size, position and
    slant; if so, drawings are normalised here too.
    """

    def __init__(self, embed: Callable[[np.ndarray], np.ndarray], weights: np.ndarray, bias: float, normalised: bool):
        self._embed, self.normalised = embed, normalised
        self.head_weights, self.head_bias = weights, bias

    def twin_input(self, drawings: np.ndarray) -> np.ndarray:
        """Drawings (n, 105, 105) as the twin receives them: normalised, if the network was trained that way."""
        return normalise(drawings) if self.normalised else drawings

    def prepare(self, drawings: np.ndarray) -> np.ndarray:
        """Embeddings float32 (n, d) of drawings (n, 105, 105)."""
        return self.embed(self.twin_input(drawings))

    def embed(self, inputs: np.ndarray) -> np.ndarray:
        """Embeddings float32 (n, d) of drawings (n, 105, 105) that are what the twin receives (`twin_input`)."""
        drawings = inputs[..., None]
        starts = range(0, len(drawings), BATCH_DRAWINGS)
        parts = [np.asarray(self._embed(drawings[start : start + BATCH_DRAWINGS])) for start in starts]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.head_weights)), np.float32)

    def compare(self, queries: np.ndarray, support: np.ndarray) -> np.ndarray:
        """Logits (q, s) of embeddings (q, d) and (s, d): the weighted L1 distance of Koch et al., section 3.1."""
        return np.stack([np.abs(query - support) @ self.head_weights for query in queries]) + self.head_bias
