"""The network at work: embed a support set once, then answer each new drawing with one pass of the twin."""

from __future__ import annotations

import collections
import dataclasses
import hashlib
import pathlib
import threading

import numpy as np
import tensorflow as tf

from siamese import paths
from siamese.config import SIDE
from siamese.data.characters import Alphabet
from siamese.evaluation.verification import shares
from siamese.network import weights as weights_file
from siamese.network.device import Precision
from siamese.network.scorer import EmbeddingScorer
from siamese.network.twin import assign, build_twin

SHIPPED = paths.ASSETS / "koch.safetensors"
CACHE_BYTES = 64_000_000


@dataclasses.dataclass(frozen=True)
class Match:
    """The answer for one drawing among n characters.

    logit, similarity, share: float32 (n,), of the mean logit over each character's shots. Similarity is the sigmoid, in
    [0, 1]; share is the softmax over the n at the temperature fitted on validation alphabets. `margin` is the best
    similarity minus the second, `none` whether even the best is below the threshold for "none of these".
    """

    logit: np.ndarray
    similarity: np.ndarray
    share: np.ndarray
    best: int
    margin: float
    none: bool


class Matcher(EmbeddingScorer):
    """Koch's network with fixed weights, shared by threads. A scorer for evaluation, and `match` for the app."""

    def __init__(self, weights: weights_file.Weights):
        self.record = weights.record
        twin = build_twin(weights.config, policy=Precision.of_this_machine().serving)
        assign(twin, weights.tensors)
        embed = tf.function(
            lambda drawings: twin(drawings, training=False),
            input_signature=[tf.TensorSpec((None, SIDE, SIDE, 1), tf.float32)],
        )
        super().__init__(
            embed,
            weights.tensors["head.kernel"],
            float(weights.tensors["head.bias"][0]),
            bool(self.record.get("normalised")),
        )
        self._lock = threading.Lock()
        self._cache: collections.OrderedDict[bytes, np.ndarray] = collections.OrderedDict()
        self._cache_limit = CACHE_BYTES // (4 * weights.config.embedding)

    @classmethod
    def load(cls, file: pathlib.Path = SHIPPED) -> Matcher:
        """The shipped network, or another weights file. Raises WeightsError."""
        return cls(weights_file.load(file))

    def warm(self) -> None:
        """Trace and run the twin once for one drawing and once for a support set, so that the first answer is as fast as the next."""
        for count in (1, 20):
            self.prepare(np.zeros((count, SIDE, SIDE), np.float32))

    def seen(self, alphabet: Alphabet) -> bool:
        """Whether the network was trained on this alphabet, or on another one of the same script."""
        trained = self.record["trained_on"]
        return alphabet.name in trained["alphabets"] or (
            alphabet.script != "" and alphabet.script in trained["scripts"]
        )

    def prepare(self, drawings: np.ndarray) -> np.ndarray:
        """Embeddings float32 (n, 4096) of drawings (n, 105, 105), one thread at a time. Raises ValueError for other shapes."""
        drawings = np.ascontiguousarray(drawings, dtype=np.float32)
        if drawings.ndim != 3 or drawings.shape[1:] != (SIDE, SIDE):
            raise ValueError(f"Drawings of shape {drawings.shape}; the network takes (n, {SIDE}, {SIDE}).")
        with self._lock:
            return super().prepare(drawings)

    def match(self, drawing: np.ndarray, support: np.ndarray) -> Match:
        """Answer a drawing (105, 105) among the characters of a support set (n, k, 105, 105)."""
        ways, shots = support.shape[:2]
        embeddings = self._remembered(np.concatenate([drawing[None], support.reshape(ways * shots, SIDE, SIDE)]))
        logit = self.compare(embeddings[:1], embeddings[1:]).reshape(ways, shots).mean(axis=1)
        similarity = 1 / (1 + np.exp(-logit))
        share = shares(logit[None], self.record["temperature"])[0]
        best = int(np.argmax(logit))
        second = float(np.delete(similarity, best).max()) if ways > 1 else 0.0
        none = bool(similarity[best] < self.record["none_threshold"])
        return Match(logit, similarity, share, best, float(similarity[best]) - second, none)

    def _remembered(self, drawings: np.ndarray) -> np.ndarray:
        """Embeddings (n, 4096), computing only those of drawings that are not in the cache."""
        keys = [hashlib.blake2b(np.ascontiguousarray(d, dtype=np.float32), digest_size=16).digest() for d in drawings]
        with self._lock:
            known = {key: self._cache[key] for key in keys if key in self._cache}
        missing = {key: i for i, key in enumerate(keys) if key not in known}
        if missing:
            known |= zip(missing, self.prepare(drawings[list(missing.values())]), strict=True)
        with self._lock:
            for key in keys:
                self._cache[key] = known[key]
                self._cache.move_to_end(key)
            while len(self._cache) > self._cache_limit:
                self._cache.popitem(last=False)
        return np.stack([known[key] for key in keys])
