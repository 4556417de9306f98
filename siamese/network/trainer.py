"""Training on all pairs of a batch, resumable (the loss is Koch et al., section 3.2, plus a one-shot softmax).

    python -m siamese train --preset best

A step embeds characters x drawers drawings once and uses every pair of them: 8,128 pairs of 128 drawings at the
convolution cost of 64. What differs from the paper is listed in docs/departures.md.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import safetensors.numpy
import tensorflow as tf

from siamese.config import TrainConfig
from siamese.data.characters import CharacterSet
from siamese.data.episodes import BatchSampler, sample_trials
from siamese.errors import UserError
from siamese.evaluation.trials import Accuracy, measure
from siamese.network.device import Precision
from siamese.network.scorer import EmbeddingScorer
from siamese.network.twin import build_twin, fold

VALIDATION_SEED = 20150710
KEPT_CHECKPOINTS = 2
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
        to_embeddings, to_weights = tf.map_fn(rows, (embeddings, both, upstream), fn_output_signature=signature, parallel_iterations=2)
        return to_embeddings, tf.reduce_sum(to_weights, axis=0)

    return tf.map_fn(row, embeddings, parallel_iterations=2), gradient


def pair_losses(logits: tf.Tensor, characters: int, drawers: int) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Cross-entropy on pairs, one-shot softmax and accuracy on pairs from logits (n, n), n = characters * drawers.

    Same and different pairs weigh the same, though there are 42 times fewer of the former. In the softmax each drawer's
    drawings serve as the support set in turn and all others are queries.
    """
    character = tf.repeat(tf.range(characters), drawers)
    same = character[:, None] == character[None, :]
    other = ~tf.eye(characters * drawers, dtype=tf.bool)
    same_logits = tf.boolean_mask(logits, same & other)
    different_logits = tf.boolean_mask(logits, ~same)
    pairs = 0.5 * (tf.reduce_mean(tf.nn.softplus(-same_logits)) + tf.reduce_mean(tf.nn.softplus(different_logits)))
    right = 0.5 * (tf.reduce_mean(tf.cast(same_logits > 0, tf.float32)) + tf.reduce_mean(tf.cast(different_logits <= 0, tf.float32)))
    by_drawer = tf.reshape(logits, (characters * drawers, characters, drawers))
    query_drawer = tf.tile(tf.range(drawers), [characters])
    shot = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.repeat(character[:, None], drawers, axis=1), tf.transpose(by_drawer, (0, 2, 1)))
    shot = tf.reduce_mean(tf.boolean_mask(shot, query_drawer[:, None] != tf.range(drawers)[None, :]))
    return pairs, shot, right


class Trainer:
    """One run in a folder: `metrics.jsonl`, `config.json`, `checkpoints/step-*`. An existing run goes on where it stopped."""

    def __init__(self, config: TrainConfig, folder: pathlib.Path, characters: CharacterSet, validation: CharacterSet):
        self.config, self.folder = config, folder
        self.sampler = BatchSampler(characters, config)
        self.validation = validation
        self.trials = sample_trials(validation, np.random.default_rng(VALIDATION_SEED), config.validation_trials)
        keras.utils.set_random_seed(config.seed)
        precision = Precision.of_this_machine()
        self.twin = build_twin(config.twin, config.normalise, precision.training)
        self.averaged_twin = build_twin(config.twin, config.normalise, precision.training)
        self.head = tf.Variable(tf.fill([config.twin.embedding], -16.0 / config.twin.embedding), name="head.kernel")
        self.bias = tf.Variable(2.0, name="head.bias")
        after = max(1, config.steps - config.warmup)
        schedule = keras.optimizers.schedules.CosineDecay(0.0, after, warmup_target=config.rate, warmup_steps=config.warmup)
        self.optimiser = keras.optimizers.AdamW(schedule, weight_decay=config.decay, global_clipnorm=config.clip)
        self.trained = [v.value for v in self.twin.trainable_variables] + [self.head, self.bias]
        self.optimiser.build(self.trained)
        self.averaged_head, self.averaged_bias = tf.Variable(self.head), tf.Variable(self.bias)
        self._live = [v.value for v in self.twin.variables] + [self.head, self.bias]
        self._averaged = [v.value for v in self.averaged_twin.variables] + [self.averaged_head, self.averaged_bias]
        for average, live in zip(self._averaged, self._live, strict=True):
            average.assign(live)
        self.step = 0
        self._train = tf.function(self._train_step, jit_compile=precision.compile)
        self._embed = tf.function(lambda x: self.averaged_twin(x, training=False))
        self._begin()

    def _train_step(self, drawings: tf.Tensor, decay: tf.Tensor):
        with tf.GradientTape() as tape:
            embeddings = self.twin(drawings, training=True)
            logits = all_pairs(embeddings, self.head) + self.bias
            pairs, shot, right = pair_losses(logits, self.config.characters, self.config.drawers)
            loss = 0.5 * pairs + shot
        self.optimiser.apply_gradients(zip(tape.gradient(loss, self.trained), self.trained, strict=True))
        for average, live in zip(self._averaged, self._live, strict=True):
            average.assign_sub((1 - decay) * (average - live))
        return loss, pairs, shot, right

    def run(self) -> Iterator[dict]:
        """Train to the end, yielding a record a step (and one more after each validation), as written to `metrics.jsonl`."""
        with ThreadPoolExecutor(1) as worker, (self.folder / "metrics.jsonl").open("a") as log:
            coming = [worker.submit(self.sampler.batch, self.step + i) for i in range(AHEAD)]
            while self.step < self.config.steps:
                started = time.perf_counter()
                drawings = coming.pop(0).result()
                coming.append(worker.submit(self.sampler.batch, self.step + AHEAD))
                # A short memory at first, so that the average is not held back by the untrained start.
                decay = min(self.config.average, (1 + self.step) / (10 + self.step))
                loss, pairs, shot, right = (float(v) for v in self._train(tf.constant(drawings[..., None]), tf.constant(decay, tf.float32)))
                if not np.isfinite(loss):
                    raise TrainingError(f"The loss is not a number at step {self.step + 1}: lower the learning rate.")
                self.step += 1
                seconds = time.perf_counter() - started
                losses = {"loss": loss, "pairs": pairs, "shot": shot, "pair_accuracy": right}
                yield self._write(log, {"step": self.step, **losses, "seconds": round(seconds, 3)})
                last = self.step == self.config.steps
                if self.step % self.config.validate_every == 0 or last:
                    found = self.validate()
                    low, high = found.interval()
                    yield self._write(log, {"step": self.step, "validation": found.accuracy, "trials": found.trials, "low": low, "high": high})
                if self.step % self.config.checkpoint_every == 0 or last:
                    self.save()

    def validate(self) -> Accuracy:
        """20-way one-shot accuracy of the averaged weights within the validation alphabets."""
        scorer = EmbeddingScorer(self._embed, self.averaged_head.numpy(), float(self.averaged_bias))
        return measure(scorer, self.validation, self.trials, np.random.default_rng(VALIDATION_SEED))

    def weights(self) -> dict[str, np.ndarray]:
        """The averaged weights as Koch's plain network, by name, float32."""
        folded = fold(self.averaged_twin, self.config.twin)
        return folded | {"head.kernel": self.averaged_head.numpy(), "head.bias": self.averaged_bias.numpy().reshape(1)}

    @staticmethod
    def _write(log, record: dict) -> dict:
        log.write(json.dumps(record) + "\n")
        log.flush()
        return record

    def _begin(self) -> None:
        """Start the folder or go on from its last checkpoint; metrics beyond that are cut off, they will come again."""
        self.folder.mkdir(parents=True, exist_ok=True)
        checkpoints = self._checkpoints()
        if checkpoints:
            self._restore(checkpoints[-1])
        metrics = self.folder / "metrics.jsonl"
        kept = [line for line in metrics.read_text().splitlines() if self._recorded(line)] if metrics.is_file() else []
        _replace(metrics, "".join(line + "\n" for line in kept).encode())
        _replace(self.folder / "config.json", json.dumps(dataclasses.asdict(self.config), indent=1).encode())

    def _recorded(self, line: str) -> bool:
        try:
            return json.loads(line)["step"] <= self.step
        except (ValueError, KeyError, TypeError):
            return False  # the last line of a killed run may be torn

    def _checkpoints(self) -> list[pathlib.Path]:
        return sorted((self.folder / "checkpoints").glob("step-????????"))

    def _state(self) -> dict[str, tf.Variable]:
        state = {f"live.{i}": v for i, v in enumerate(self._live)} | {f"averaged.{i}": v for i, v in enumerate(self._averaged)}
        return state | {f"optimiser.{i}": v.value for i, v in enumerate(self.optimiser.variables)}

    def save(self) -> None:
        """Write a checkpoint under another name and rename it: it is whole or absent. The last two are kept."""
        root = self.folder / "checkpoints"
        root.mkdir(exist_ok=True)
        draft = root / f"incomplete-{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        safetensors.numpy.save_file({k: np.asarray(v.numpy()) for k, v in self._state().items()}, draft / "state.safetensors")
        _replace(draft / "state.json", json.dumps({"step": self.step, "config": self.config.digest()}).encode())
        with (draft / "state.safetensors").open("rb") as file:
            os.fsync(file.fileno())
        final = root / f"step-{self.step:08}"
        shutil.rmtree(final, ignore_errors=True)
        os.replace(draft, final)
        for old in self._checkpoints()[:-KEPT_CHECKPOINTS]:
            shutil.rmtree(old)

    def _restore(self, checkpoint: pathlib.Path) -> None:
        written = json.loads((checkpoint / "state.json").read_text())
        if written["config"] != self.config.digest():
            raise TrainingError(f"{self.folder} was trained with another configuration: go on with that one, or choose another folder.")
        tensors = safetensors.numpy.load_file(checkpoint / "state.safetensors")
        for name, variable in self._state().items():
            variable.assign(tensors[name])
        self.step = int(written["step"])


def _replace(target: pathlib.Path, content: bytes) -> None:
    draft = target.with_name(f"{target.name}.incomplete-{os.getpid()}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, target)
