"""The network in use: a support set is embedded once, then each new drawing takes one forward pass of the twin."""

from __future__ import annotations

import collections
import concurrent.futures
import dataclasses
import hashlib
import pathlib
import threading
import time
import weakref
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from siamese import paths
from siamese.config import SIDE
from siamese.data.characters import Alphabet
from siamese.evaluation.probability import shares, sigmoid
from siamese.network import weights as weights_file
from siamese.network.device import Precision
from siamese.network.scorer import EmbeddingScorer
from siamese.network.twin import assign, build_twin

SHIPPED = paths.ASSETS / "koch.safetensors"
CACHE_BYTES = 32_000_000
"""Embeddings that are kept: 1,950 of Koch's network, which are the support sets and drawings of some sixty visitors."""
AHEAD_SECONDS = 1.0
"""Support sets are embedded ahead when for this time nobody has asked for one. Drawing a character takes longer."""
Embedding = concurrent.futures.Future[np.ndarray]
"""float32 (4096,) of one drawing, computed or being computed."""


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
    """Koch's network with fixed weights: a scorer for evaluation, and `match` for the app. All methods are thread-safe.

    The columns run side by side and not as one network of Koch's size, three quarters of whose inner weights would be
    zeros: half the time per drawing, for the same answers.
    """

    def __init__(self, weights: weights_file.Weights):
        self.record = weights.record
        self._forward = forward_pass(weights)
        super().__init__(
            self._embed_in_turn,
            np.concatenate([column["head.kernel"] for column in weights.columns]),
            float(sum(column["head.bias"][0] for column in weights.columns)),
            bool(self.record.get("normalised")),
        )
        # Forward passes run one at a time and in order, so a drawing waits for at most one batch of a measurement.
        self._passes = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="forward pass")
        self._ahead = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="support set")
        self._cache: collections.OrderedDict[bytes, Embedding] = collections.OrderedDict()  # the last used is last
        self._asked = 0.0  # time.monotonic of the last support set to embed ahead
        self._cache_lock = threading.Lock()
        self._support_keys: dict[int, list[bytes]] = {}  # by id of a read-only array
        self._cache_limit = CACHE_BYTES // (4 * weights.config.embedding)

    @classmethod
    def load(cls, file: pathlib.Path = SHIPPED) -> Matcher:
        """The shipped network, or another weights file. Raises WeightsError."""
        return cls(weights_file.load(file))

    def trace(self) -> None:
        """Run the twin for one drawing and for a support set, so that the first answer is as fast as the next."""
        for count in (1, 20):
            self.prepare(np.zeros((count, SIDE, SIDE), np.float32))

    def trained_on(self, alphabet: Alphabet) -> bool | None:
        """Whether the network was trained on this alphabet or on another one of the same script; None: not known."""
        trained = self.record["trained_on"]
        if trained is None:
            return None
        return alphabet.name in trained["alphabets"] or (
            alphabet.script != "" and alphabet.script in trained["scripts"]
        )

    def prepare(self, drawings: np.ndarray) -> np.ndarray:
        """Embeddings float32 (n, 4096) of drawings (n, 105, 105). Raises ValueError for other shapes."""
        drawings = np.ascontiguousarray(drawings, dtype=np.float32)
        if drawings.ndim != 3 or drawings.shape[1:] != (SIDE, SIDE):
            raise ValueError(f"Drawings of shape {drawings.shape}; the network takes (n, {SIDE}, {SIDE}).")
        return super().prepare(drawings)

    def embed_ahead(self, support: Sequence[np.ndarray] | np.ndarray) -> None:
        """Embed a support set, as `match` takes it, in a moment, so that the first drawing does not wait for it."""
        keys = self._keys_of(support)
        with self._cache_lock:
            missing = any(key not in self._cache for key in keys)
        if missing:
            self._asked = time.monotonic()
            self._ahead.submit(self._embed_in_a_moment, _drawings_of(support), keys)

    def embeddings(self, drawings: np.ndarray) -> np.ndarray:
        """Embeddings (n, 4096) of drawings (n, 105, 105); those that `match` needed lately are not computed again."""
        return self._embeddings(drawings, [_key(drawing) for drawing in drawings])

    def match(self, drawing: np.ndarray, support: Sequence[np.ndarray] | np.ndarray) -> Match:
        """The answer for a drawing (105, 105) among the characters of a support set.

        support: (n, k, 105, 105), or for each character (k, 105, 105) with a k of its own.
        """
        ways = len(support)
        keys = [_key(drawing), *self._keys_of(support)]
        embeddings = self._embeddings([drawing, *_drawings_of(support)], keys)
        ends = np.cumsum([len(examples) for examples in support])[:-1]
        logits = np.split(self.compare(embeddings[:1], embeddings[1:])[0], ends)
        logit = np.array([examples.mean() for examples in logits])
        similarity = sigmoid(logit)
        share = shares(logit[None], self.record["temperature"])[0]
        best = int(np.argmax(logit))
        second = float(np.delete(similarity, best).max()) if ways > 1 else 0.0
        none = bool(similarity[best] < self.record["none_threshold"])
        return Match(logit, similarity, share, best, float(similarity[best]) - second, none)

    def _embed_in_turn(self, drawings: np.ndarray) -> np.ndarray:
        return self._passes.submit(lambda: self._forward(drawings).numpy()).result()

    def _embed_in_a_moment(self, drawings: Sequence[np.ndarray], keys: Sequence[bytes]) -> None:
        """Embed once nobody has asked for a while: when a class arrives, its pages come first."""
        while (wait := self._asked + AHEAD_SECONDS - time.monotonic()) > 0:
            time.sleep(wait)
        self._embeddings(drawings, keys)

    def _keys_of(self, support: Sequence[np.ndarray] | np.ndarray) -> list[bytes]:
        """Keys of a support set's drawings. Those of a read-only array are remembered for as long as it exists."""
        keys = self._support_keys.get(id(support))
        if keys is None:
            keys = [_key(drawing) for drawing in _drawings_of(support)]
            if isinstance(support, np.ndarray) and not support.flags.writeable:
                self._support_keys[id(support)] = keys
                weakref.finalize(support, self._support_keys.pop, id(support), None)
        return keys

    def _embeddings(self, drawings: Sequence[np.ndarray], keys: Sequence[bytes]) -> np.ndarray:
        """Embeddings (n, 4096) by way of the cache, which is never locked during a forward pass.

        The cache holds futures, so that several visitors who need the same support set at once wait for one
        computation.
        """
        with self._cache_lock:
            missing = {key: i for i, key in enumerate(keys) if key not in self._cache}
            self._cache |= {key: concurrent.futures.Future() for key in missing}
            futures = [self._cache[key] for key in keys]
            for key in keys:
                self._cache.move_to_end(key)
            while len(self._cache) > self._cache_limit:
                self._cache.popitem(last=False)
        if missing:
            self._compute(
                np.stack([drawings[i] for i in missing.values()]), [futures[i] for i in missing.values()], list(missing)
            )
        return np.stack([future.result() for future in futures])

    def _compute(self, drawings: np.ndarray, futures: list[Embedding], keys: list[bytes]) -> None:
        try:
            embeddings = self.prepare(drawings)
        except BaseException as error:
            with self._cache_lock:
                for key in keys:
                    self._cache.pop(key, None)
            for future in futures:
                future.set_exception(error)
            raise
        for future, embedding in zip(futures, embeddings, strict=True):
            future.set_result(embedding.copy())  # a view would keep the embeddings of the batch in memory


def _drawings_of(support: Sequence[np.ndarray] | np.ndarray) -> list[np.ndarray]:
    """The drawings (105, 105) of all characters, one after the other."""
    return [drawing for examples in support for drawing in examples]


def _key(drawing: np.ndarray) -> bytes:
    return hashlib.blake2b(np.ascontiguousarray(drawing, np.float32), digest_size=16).digest()


def forward_pass(weights: weights_file.Weights) -> tf.types.experimental.PolymorphicFunction:
    """Drawings (n, 105, 105, 1) -> embeddings (n, d), the columns' one after the other."""
    policy = Precision.of_this_machine().serving
    twins = [build_twin(weights.column_config, policy=policy) for _ in weights.columns]
    for twin, tensors in zip(twins, weights.columns, strict=True):
        assign(twin, tensors)
    return tf.function(
        lambda drawings: tf.concat([twin(drawings, training=False) for twin in twins], axis=-1),
        input_signature=[tf.TensorSpec((None, SIDE, SIDE, 1), tf.float32)],
    )
