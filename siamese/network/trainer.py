"""The training step, on all pairs of a batch or on random pairs; the losses are in losses.py.

    python -m siamese train --preset best

A step embeds characters x drawers drawings once and uses all their pairs: 8,128 pairs of 128 drawings, 127 times as
many as the 64 random pairs that need the same convolutions. The network can be trained as narrow columns side by side,
each with its own loss; `columns.join` makes them one network. docs/departures.md lists what differs from the paper.
Files, pauses and the loop around the step belong to `siamese.runs`.
"""

from __future__ import annotations

import pathlib
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from siamese.config import SIDE, AllPairs, RandomPairs, TrainConfig
from siamese.data.batches import BatchSampler
from siamese.data.characters import CharacterSet
from siamese.data.episodes import VALIDATION_SEED, Trials, sample_trials
from siamese.errors import UserError
from siamese.evaluation.trials import measure
from siamese.network.columns import join
from siamese.network.device import Precision
from siamese.network.initial import initialise
from siamese.network.losses import all_pairs, one_shot_softmax, pair_losses, random_pair_losses
from siamese.network.optimisers import build_optimiser
from siamese.network.replicas import Replicas, Strategy, add_up, count, gather
from siamese.network.scorer import EmbeddingScorer
from siamese.network.tensorboard import EventWriter
from siamese.network.twin import build_twin, fold

VALIDATION_TRIALS_PER_BACKGROUND_TRIAL = 4
"""Few trials on training alphabets are enough to show the gap to the validation alphabets."""
SCALE_RATE_FACTOR = 10.0
"""On the rate of the logit's scale and bias where only they learn from pairs: they have far to go, and only two."""
BATCHES_AHEAD = 3
"""Batches prepared in parallel with the step."""


class TrainingError(UserError):
    """A run that cannot start or continue; the text says why and what to do."""


class Trainer:
    """A network in training. It knows steps and weights but no files: `siamese.runs` keeps the run folder.

    strategy: the devices that train it together; by default the one device there is. device: those, in words.
    """

    def __init__(
        self, config: TrainConfig, characters: CharacterSet, validation: CharacterSet, strategy: Strategy | None = None
    ):
        self.config = config
        self.replicas = Replicas(strategy or tf.distribute.get_strategy(), config.batch.drawings)
        self.sampler = BatchSampler(characters, config)
        trials = config.schedule.validation_trials
        self._validation = self._trials(validation, trials)
        self._background = self._trials(characters, max(1, trials // VALIDATION_TRIALS_PER_BACKGROUND_TRIAL))
        keras.utils.set_random_seed(config.seed)
        precision, several = Precision.of_this_machine(), self.replicas.number > 1
        self.device = f"{self.replicas.number} × " * several + precision.device
        with self.replicas.strategy.scope():
            self._build(precision)
        self._train = tf.function(
            lambda drawings, memory: self.replicas.run(self._train_step, drawings, memory),
            jit_compile=precision.compile and not several,  # XLA cannot compile what replicas exchange
        )
        self._embed = tf.function(
            lambda x: tf.concat([column(x, training=False) for column in self.averaged_columns], -1)
        )
        self.step, self._worker = 0, ThreadPoolExecutor(1)
        self._coming: list[Future] = []

    def _build(self, precision: Precision) -> None:
        """All variables, with their initial values."""
        config = self.config
        self.columns, self.averaged_columns = (
            [build_twin(config.column, config.batch_norm, precision.training) for _ in range(config.columns)]
            for _ in range(2)
        )
        self.head = tf.Variable(tf.zeros((config.columns, config.column.embedding)), name="head.kernel")
        self.bias = tf.Variable(tf.zeros(config.columns), name="head.bias")
        self.log_scale = tf.Variable(tf.zeros(config.columns), name="head.log_scale")
        initialise(config.initial_weights, self.columns, self.head, self.bias, config.seed)
        # Only trained, averaged and saved if the pairs train the scale: checkpoints of other runs lack it.
        scales = isinstance(config.batch, AllPairs) and config.batch.pair_loss == "scale"
        heads = [self.head, self.bias, self.log_scale] if scales else [self.head, self.bias]
        self.trained = [v.value for column in self.columns for v in column.trainable_variables] + heads
        self.optimiser = build_optimiser(config, self._rate_factors())
        self.optimiser.build(self.trained)
        self.averaged_head, self.averaged_bias, self.averaged_log_scale = map(
            tf.Variable, (self.head, self.bias, self.log_scale)
        )
        averaged_heads = [self.averaged_head, self.averaged_bias, self.averaged_log_scale][: len(heads)]
        self._live = [v.value for column in self.columns for v in column.variables] + heads
        averaged = [v.value for column in self.averaged_columns for v in column.variables]
        self._averaged = [*averaged, *averaged_heads]
        for average, live in zip(self._averaged, self._live, strict=True):
            average.assign(live)

    def advance(self) -> dict[str, float]:
        """Train one step: {step, loss, pairs, shot, pair_accuracy, seconds}, and the penalty if the run has one.

        loss: without the penalty; pairs, shot: its two parts, the cross-entropy on pairs and the one-shot softmax (0
        with random pairs). All are means over the columns. Raises TrainingError when the loss is not a number.
        """
        started = time.perf_counter()
        if not self._coming:
            self._coming = [self._prepare(self.step + ahead) for ahead in range(BATCHES_AHEAD)]
        drawings = self._coming.pop(0).result()
        self._coming.append(self._prepare(self.step + BATCHES_AHEAD))
        # Short at first, so that the untrained weights soon leave the average.
        memory = min(self.config.average, (1 + self.step) / (10 + self.step))
        losses = self._train(self.replicas.divide(drawings[..., None]), tf.constant(memory, tf.float32))
        loss, pairs, shot, accuracy, penalty = (float(value) for value in losses)
        if not np.isfinite(loss + penalty):
            raise TrainingError(f"The loss is not a number at step {self.step + 1}: lower the learning rate.")
        self.step += 1
        record = {"step": self.step, "loss": loss, "pairs": pairs, "shot": shot, "pair_accuracy": accuracy}
        if any(self.config.penalty):
            record["penalty"] = penalty
        return {**record, "seconds": round(time.perf_counter() - started, 4)}

    def _prepare(self, step: int) -> Future:
        return self._worker.submit(self.sampler.batch, step, self.replicas.part)

    def _train_step(self, drawings: tf.Tensor, memory: tf.Tensor) -> tuple[tf.Tensor, ...]:
        with tf.GradientTape() as tape:
            # Each column has a loss of its own, so that they make different mistakes: the mean of their logits is then
            # better than each of them.
            each = [self._losses(self.columns[i](drawings, training=True), i) for i in range(self.config.columns)]
            loss, pairs, shot, accuracy = (tf.reduce_mean(values) for values in zip(*each, strict=True))
            penalty = self._penalty() if any(self.config.penalty) else tf.constant(0.0)
            total = (loss + penalty) / count()
        gradients = add_up(tape.gradient(total, self.trained))
        self.optimiser.apply_gradients(zip(gradients, self.trained, strict=True))
        for average, live in zip(self._averaged, self._live, strict=True):
            average.assign_sub((1 - memory) * (average - live))
        return loss, pairs, shot, accuracy, penalty

    def _losses(self, embeddings: tf.Tensor, column: int) -> tuple[tf.Tensor, ...]:
        """Loss, its two parts and the accuracy on pairs of one column on a batch, of which this replica has a part."""
        embeddings = gather(embeddings)
        batch, head, bias = self.config.batch, self.head[column], self.bias[column]
        if isinstance(batch, RandomPairs):
            first, second = tf.split(embeddings, 2)
            pairs, accuracy = random_pair_losses(tf.linalg.matvec(tf.abs(first - second), head) + bias)
            return pairs, pairs, tf.constant(0.0), accuracy
        logits = all_pairs(embeddings, head)
        shot = one_shot_softmax(logits, batch.characters, batch.drawers)
        if batch.pair_loss == "scale":
            logits = tf.exp(self.log_scale[column]) * tf.stop_gradient(logits)
        pairs, accuracy = pair_losses(logits + bias, batch.characters, batch.drawers)
        return 0.5 * pairs + shot, pairs, shot, accuracy

    def _rate_factors(self) -> list[float]:
        """The factor on the rate of each trained variable; batch normalisation has that of its layer."""
        names = [f"conv{i + 1}" for i in range(len(self.config.twin.filters))] + ["embedding", "head"]
        factors = dict(zip(names, self.config.optimiser.layer_rates or [1.0] * len(names), strict=True))
        layers = [layer for column in self.columns for layer in column.layers for _ in layer.trainable_variables]
        twins = [factors[layer.name.replace("norm_", "").replace("norm", "conv")] for layer in layers]
        if len(self.trained) == len(twins) + 2:
            return [*twins, factors["head"], factors["head"]]
        return [*twins, factors["head"], *[SCALE_RATE_FACTOR * factors["head"]] * 2]

    def _penalty(self) -> tf.Tensor:
        """Layer-wise L2 of section 3.2."""
        convolution, embedding, head = self.config.penalty
        layers = [layer for column in self.columns for layer in column.layers if hasattr(layer, "kernel")]
        parts = [
            (convolution if layer.name.startswith("conv") else embedding) * tf.reduce_sum(layer.kernel.value**2)
            for layer in layers
        ]
        return tf.add_n([*parts, head * tf.reduce_sum(self.head**2)])

    def validate(self) -> dict[str, float]:
        """20-way one-shot accuracy of the averaged weights on validation alphabets and on training alphabets
        ("background"), each with its 95 % interval."""
        scorer = self.scorer()
        record: dict[str, float] = {"step": self.step}
        for name, (characters, trials) in (("validation", self._validation), ("background", self._background)):
            result = measure(scorer, characters, trials, np.random.default_rng(VALIDATION_SEED))
            low, high = result.interval()
            record |= {name: result.accuracy, f"{name}_low": low, f"{name}_high": high, f"{name}_trials": result.trials}
        return record

    def scorer(self) -> EmbeddingScorer:
        """The averaged weights as a scorer."""
        head, bias = self._heads()
        return EmbeddingScorer(self._embed, head.reshape(-1), float(bias.sum()), self.config.normalised)

    def _heads(self) -> tuple[np.ndarray, np.ndarray]:
        """Averaged heads (columns, d) and biases (columns,), divided by their number: their logits sum to the mean."""
        head = self.averaged_head.numpy() * np.exp(self.averaged_log_scale.numpy())[:, None]
        return head / self.config.columns, self.averaged_bias.numpy() / self.config.columns

    def tensorboard(self, folder: pathlib.Path, records: Iterable[Mapping[str, Any]]) -> EventWriter:
        """A writer of TensorBoard's event file in this folder, with the records of the curve so far in it."""
        return EventWriter(folder, records, self.graph())

    def graph(self) -> bytes:
        """From drawings to embeddings, as a serialised GraphDef."""
        spec = tf.TensorSpec((None, SIDE, SIDE, 1))
        return self._embed.get_concrete_function(spec).graph.as_graph_def().SerializeToString()

    def weights(self) -> dict[str, np.ndarray]:
        """The averaged weights as Koch's plain network, by name, float32."""
        head, bias = self._heads()
        columns = [
            fold(column, self.config.column) | {"head.kernel": head[i], "head.bias": bias[i : i + 1]}
            for i, column in enumerate(self.averaged_columns)
        ]
        return join(columns, self.config.column)

    def state(self) -> dict[str, np.ndarray]:
        """Everything that a resumed run needs besides the step: batches depend on seed and step alone."""
        return {name: np.asarray(variable.numpy()) for name, variable in self._variables().items()}

    def restore(self, tensors: dict[str, np.ndarray], step: int) -> None:
        """Continue from a `state` taken at this step. Raises TrainingError when it belongs to another network."""
        variables = self._variables()
        if tensors.keys() != variables.keys() or any(
            tensors[name].shape != tuple(v.shape) for name, v in variables.items()
        ):
            raise TrainingError("The checkpoint belongs to another network or optimiser: start a new run.")
        with self.replicas.strategy.scope():  # elsewhere only the first replica's copy would change
            for name, variable in variables.items():
                variable.assign(tensors[name])
        self.step = step
        self._coming = []

    def close(self) -> None:
        """Stop preparing batches."""
        self._worker.shutdown(cancel_futures=True)

    def _variables(self) -> dict[str, tf.Variable]:
        live = {f"live.{i}": v for i, v in enumerate(self._live)}
        averaged = {f"averaged.{i}": v for i, v in enumerate(self._averaged)}
        return live | averaged | {f"optimiser.{i}": v.value for i, v in enumerate(self.optimiser.variables)}

    @staticmethod
    def _trials(characters: CharacterSet, trials: int) -> tuple[CharacterSet, Trials]:
        return characters, sample_trials(characters, np.random.default_rng(VALIDATION_SEED), trials)
