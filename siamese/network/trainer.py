"""The training step, on all pairs of a batch or on random ones (the loss is Koch et al., section 3.2, plus a one-shot softmax).

    python -m siamese train --preset best

A step embeds characters x drawers drawings once and uses every pair of them: 8,128 pairs of 128 drawings, 127 times as many
as the 64 random pairs that cost the same convolutions. The network can be trained as narrow columns side by side, each with
its own loss; `columns.join` makes one of them. What differs from the paper is listed in docs/departures.md. Files, pauses and
the loop around the step are `siamese.runs.worker`.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor

import keras
import numpy as np
import tensorflow as tf

from siamese.config import SIDE, RandomPairs, TrainConfig
from siamese.data.characters import CharacterSet
from siamese.data.episodes import VALIDATION_SEED, BatchSampler, Trials, sample_trials
from siamese.errors import UserError
from siamese.evaluation.trials import measure
from siamese.network.columns import join
from siamese.network.device import Precision
from siamese.network.initial import initialise
from siamese.network.optimisers import build_optimiser
from siamese.network.scorer import EmbeddingScorer
from siamese.network.twin import build_twin, fold

BACKGROUND_SHARE = 4
"""One trial on training alphabets for so many on validation alphabets: enough to see the gap between the two."""
AHEAD = 3
"""Batches prepared in parallel with the step."""


class TrainingError(UserError):
    """A run that cannot start or go on; the text says why and what to do."""


@tf.custom_gradient
def all_pairs(embeddings: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """sum_k weights[k] * |embeddings[i, k] - embeddings[j, k]| for all i, j: (n, d), (d,) -> (n, n), a row at a time.

    The (n, n, d) tensor, 268 MB for Koch's twin, is never made: each row of it stays in the processor's cache.
    """

    def row(one):
        return tf.linalg.matvec(tf.abs(one - embeddings), weights)

    def gradient(upstream):
        both = upstream + tf.transpose(upstream)

        def rows(inputs):
            one, pull, half = inputs
            difference = one - embeddings
            towards = tf.linalg.matvec(tf.sign(difference), pull, transpose_a=True)
            return towards * weights, tf.linalg.matvec(tf.abs(difference), half, transpose_a=True)

        signature = (tf.float32, tf.float32)
        to_embeddings, to_weights = tf.map_fn(
            rows, (embeddings, both, upstream), fn_output_signature=signature, parallel_iterations=2
        )
        return to_embeddings, tf.reduce_sum(to_weights, axis=0)

    return tf.map_fn(row, embeddings, parallel_iterations=2), gradient


def pair_losses(logits: tf.Tensor, characters: int, drawers: int) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Cross-entropy on pairs, one-shot softmax and accuracy on pairs from logits (n, n), n = characters * drawers.

    Same and different pairs weigh the same, though of 32 x 4 drawings 41 times fewer are same. In the softmax the first
    drawings of all characters serve as the support set, then the second ones, and so on; all others are queries. Drawers
    are drawn for each character anew, so a support set is by several hands.
    """
    character = tf.repeat(tf.range(characters), drawers)
    same = character[:, None] == character[None, :]
    other = ~tf.eye(characters * drawers, dtype=tf.bool)
    same_logits = tf.boolean_mask(logits, same & other)
    different_logits = tf.boolean_mask(logits, ~same)
    pairs = 0.5 * (tf.reduce_mean(tf.nn.softplus(-same_logits)) + tf.reduce_mean(tf.nn.softplus(different_logits)))
    right = 0.5 * (
        tf.reduce_mean(tf.cast(same_logits > 0, tf.float32))
        + tf.reduce_mean(tf.cast(different_logits <= 0, tf.float32))
    )
    by_place = tf.reshape(logits, (characters * drawers, characters, drawers))
    query_place = tf.tile(tf.range(drawers), [characters])
    shot = tf.nn.sparse_softmax_cross_entropy_with_logits(
        tf.repeat(character[:, None], drawers, axis=1), tf.transpose(by_place, (0, 2, 1))
    )
    shot = tf.reduce_mean(tf.boolean_mask(shot, query_place[:, None] != tf.range(drawers)[None, :]))
    return pairs, shot, right


def random_pair_losses(logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Cross-entropy (section 3.2) and accuracy of random pairs from logits (pairs,), the first half of which are same."""
    same = tf.cast(tf.range(tf.size(logits)) < tf.size(logits) // 2, tf.float32)
    right = tf.reduce_mean(tf.cast(tf.equal(logits > 0, same > 0), tf.float32))
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(same, logits)), right


class Trainer:
    """A network in training. It knows steps and weights, no files: a run folder is `siamese.runs`."""

    def __init__(self, config: TrainConfig, characters: CharacterSet, validation: CharacterSet):
        self.config = config
        self.sampler = BatchSampler(characters, config)
        self._validation = self._trials(validation, config.schedule.validation_trials)
        self._background = self._trials(characters, max(1, config.schedule.validation_trials // BACKGROUND_SHARE))
        keras.utils.set_random_seed(config.seed)
        precision = Precision.of_this_machine()
        self.columns, self.averaged_columns = (
            [build_twin(config.column, config.batch_norm, precision.training) for _ in range(config.columns)]
            for _ in range(2)
        )
        self.head = tf.Variable(tf.zeros((config.columns, config.column.embedding)), name="head.kernel")
        self.bias = tf.Variable(tf.zeros(config.columns), name="head.bias")
        initialise(config.initial_weights, self.columns, self.head, self.bias, config.seed)
        self.trained = [v.value for column in self.columns for v in column.trainable_variables] + [self.head, self.bias]
        self.optimiser = build_optimiser(config, self._rate_factors())
        self.optimiser.build(self.trained)
        self.averaged_head, self.averaged_bias = tf.Variable(self.head), tf.Variable(self.bias)
        self._live = [v.value for column in self.columns for v in column.variables] + [self.head, self.bias]
        averaged = [v.value for column in self.averaged_columns for v in column.variables]
        self._averaged = [*averaged, self.averaged_head, self.averaged_bias]
        for average, live in zip(self._averaged, self._live, strict=True):
            average.assign(live)
        self.step = 0
        self._train = tf.function(self._train_step, jit_compile=precision.compile)
        self._embed = tf.function(
            lambda x: tf.concat([column(x, training=False) for column in self.averaged_columns], axis=-1)
        )
        self._worker = ThreadPoolExecutor(1)
        self._coming: list[Future] = []

    def advance(self) -> dict[str, float]:
        """One step: {step, loss, pairs, shot, pair_accuracy, seconds}. Raises TrainingError when the loss is not a number."""
        started = time.perf_counter()
        if not self._coming:
            self._coming = [self._worker.submit(self.sampler.batch, self.step + i) for i in range(AHEAD)]
        drawings = self._coming.pop(0).result()
        self._coming.append(self._worker.submit(self.sampler.batch, self.step + AHEAD))
        # A short memory at first, so that the average is not held back by the untrained start.
        memory = min(self.config.average, (1 + self.step) / (10 + self.step))
        losses = self._train(tf.constant(drawings[..., None]), tf.constant(memory, tf.float32))
        loss, pairs, shot, right = (float(v) for v in losses)
        if not np.isfinite(loss):
            raise TrainingError(f"The loss is not a number at step {self.step + 1}: lower the learning rate.")
        self.step += 1
        seconds = round(time.perf_counter() - started, 4)
        return {
            "step": self.step,
            "loss": loss,
            "pairs": pairs,
            "shot": shot,
            "pair_accuracy": right,
            "seconds": seconds,
        }

    def _train_step(self, drawings: tf.Tensor, memory: tf.Tensor):
        with tf.GradientTape() as tape:
            # Every column answers for itself: what they get wrong then differs, and the mean of their logits is better than each.
            found = [
                self._losses(self.columns[i](drawings, training=True), self.head[i], self.bias[i])
                for i in range(self.config.columns)
            ]
            loss, pairs, shot, right = (tf.reduce_mean(values) for values in zip(*found, strict=True))
            if any(self.config.penalty):
                loss += self._penalty()
        self.optimiser.apply_gradients(zip(tape.gradient(loss, self.trained), self.trained, strict=True))
        for average, live in zip(self._averaged, self._live, strict=True):
            average.assign_sub((1 - memory) * (average - live))
        return loss, pairs, shot, right

    def _losses(
        self, embeddings: tf.Tensor, head: tf.Tensor, bias: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]:
        """Loss, its two parts and the accuracy on pairs of one column on a batch."""
        batch = self.config.batch
        if isinstance(batch, RandomPairs):
            first, second = tf.split(embeddings, 2)
            pairs, right = random_pair_losses(tf.linalg.matvec(tf.abs(first - second), head) + bias)
            return pairs, pairs, tf.constant(0.0), right
        pairs, shot, right = pair_losses(all_pairs(embeddings, head) + bias, batch.characters, batch.drawers)
        return 0.5 * pairs + shot, pairs, shot, right

    def _rate_factors(self) -> list[float]:
        """The factor on the rate of each trained variable; a normalisation goes with its layer."""
        names = [f"conv{i + 1}" for i in range(len(self.config.twin.filters))] + ["embedding", "head"]
        factors = dict(zip(names, self.config.optimiser.layer_rates or [1.0] * len(names), strict=True))
        layers = [layer for column in self.columns for layer in column.layers for _ in layer.trainable_variables]
        return [factors[layer.name.replace("norm_", "").replace("norm", "conv")] for layer in layers] + [
            factors["head"]
        ] * 2

    def _penalty(self) -> tf.Tensor:
        """Layer-wise L2 of section 3.2."""
        convolutions, dense = self.config.penalty
        layers = [layer for column in self.columns for layer in column.layers if hasattr(layer, "kernel")]
        parts = [
            (convolutions if layer.name.startswith("conv") else dense) * tf.reduce_sum(layer.kernel.value**2)
            for layer in layers
        ]
        return tf.add_n([*parts, dense * tf.reduce_sum(self.head**2)])

    def validate(self) -> dict[str, float]:
        """20-way one-shot accuracy of the averaged weights within validation and within training alphabets, with 95 % intervals."""
        scorer = self.scorer()
        record: dict[str, float] = {"step": self.step}
        for name, (characters, trials) in (("validation", self._validation), ("background", self._background)):
            found = measure(scorer, characters, trials, np.random.default_rng(VALIDATION_SEED))
            low, high = found.interval()
            record |= {name: found.accuracy, f"{name}_low": low, f"{name}_high": high, f"{name}_trials": found.trials}
        return record

    def scorer(self) -> EmbeddingScorer:
        """The averaged weights as a scorer."""
        head, bias = self._heads()
        return EmbeddingScorer(self._embed, head.reshape(-1), float(bias.sum()), self.config.normalised)

    def _heads(self) -> tuple[np.ndarray, np.ndarray]:
        """(columns, d), (columns,): averaged, and divided so that the network's logit, their sum, is the mean of the columns'."""
        return self.averaged_head.numpy() / self.config.columns, self.averaged_bias.numpy() / self.config.columns

    def graph(self) -> bytes:
        """From drawings to embeddings, as a serialised GraphDef for TensorBoard."""
        return (
            self._embed.get_concrete_function(tf.TensorSpec((None, SIDE, SIDE, 1)))
            .graph.as_graph_def()
            .SerializeToString()
        )

    def weights(self) -> dict[str, np.ndarray]:
        """The averaged weights as Koch's plain network, by name, float32."""
        head, bias = self._heads()
        columns = [
            fold(column, self.config.column) | {"head.kernel": head[i], "head.bias": bias[i : i + 1]}
            for i, column in enumerate(self.averaged_columns)
        ]
        return join(columns, self.config.column)

    def state(self) -> dict[str, np.ndarray]:
        """All that a resumed run needs besides the step: batches are a function of seed and step alone."""
        return {name: np.asarray(variable.numpy()) for name, variable in self._variables().items()}

    def restore(self, tensors: dict[str, np.ndarray], step: int) -> None:
        """Go on from a `state` taken at this step. Raises TrainingError when it belongs to another network."""
        variables = self._variables()
        if tensors.keys() != variables.keys() or any(
            tensors[name].shape != tuple(v.shape) for name, v in variables.items()
        ):
            raise TrainingError("The checkpoint belongs to another network or optimiser: start a new run.")
        for name, variable in variables.items():
            variable.assign(tensors[name])
        self.step = step
        self._coming = []

    def close(self) -> None:
        """Stop preparing batches."""
        self._worker.shutdown(cancel_futures=True)

    def _variables(self) -> dict[str, tf.Variable]:
        state = {f"live.{i}": v for i, v in enumerate(self._live)} | {
            f"averaged.{i}": v for i, v in enumerate(self._averaged)
        }
        return state | {f"optimiser.{i}": v.value for i, v in enumerate(self.optimiser.variables)}

    @staticmethod
    def _trials(characters: CharacterSet, trials: int) -> tuple[CharacterSet, Trials]:
        return characters, sample_trials(characters, np.random.default_rng(VALIDATION_SEED), trials)
