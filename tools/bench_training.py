"""Compare a training step with the Keras walk-through's and with a matrix product: python tools/bench_training.py

Measured in turns, so that a noisy machine affects all of them alike:
- drawings per second of our step (preset `best`: batch preparation, twin, all pairs, optimiser, averaging);
- drawings per second of the walk-through's procedure: its network compiled with Adam, `train_on_batch` on 32 random
  pairs in float32;
- the rate of a 4096 x 4096 matrix multiplication in our precision.
Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import keras
import tensorflow as tf

from siamese.config import TrainConfig
from siamese.data import omniglot, splits
from siamese.data.batches import BatchSampler
from siamese.data.characters import CharacterSet
from siamese.network.device import Precision
from siamese.network.trainer import Trainer
from siamese.network.twin import build_siamese, build_twin
from siamese.presets import PRESETS
from siamese.runs.speed import operations

MATRIX_SIDE = 4096
WARM_UP_CALLS = 3
WALKTHROUGH = PRESETS["walkthrough"]


def seconds(work: Callable[[], object], times: int) -> float:
    """Median seconds of one call."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def walkthrough(characters: CharacterSet) -> Callable[[], object]:
    """One step of the walk-through's own procedure."""
    network = build_siamese(build_twin(WALKTHROUGH.twin))
    network.compile(optimizer=keras.optimizers.Adam(WALKTHROUGH.optimiser.rate), loss="binary_crossentropy")
    sampler, same = BatchSampler(characters, WALKTHROUGH), np.repeat([1.0, 0.0], WALKTHROUGH.batch.pairs // 2)[:, None]

    def step():
        first, second = np.split(sampler.batch(0)[..., None], 2)
        return network.train_on_batch([first, second], same)

    return step


def matrices(precision: str) -> Callable[[], object]:
    """One matrix multiplication in the precision of a training policy."""
    kind = tf.bfloat16 if "bfloat16" in precision else tf.float32
    one, two = (tf.cast(tf.random.normal((MATRIX_SIDE, MATRIX_SIDE)), kind) for _ in range(2))
    multiply = tf.function(lambda: tf.reduce_sum(tf.matmul(one, two)))
    return lambda: float(multiply())


def twin_alone(trainer: Trainer) -> Callable[[], object]:
    """The forward and backward passes of a step's drawings through the twin, without loss and optimiser."""
    drawings = tf.constant(trainer.sampler.batch(0)[..., None])

    @tf.function
    def passes():
        with tf.GradientTape() as tape:
            total = tf.add_n([tf.reduce_sum(column(drawings, training=True)) for column in trainer.columns])
        trained = [v.value for column in trainer.columns for v in column.trainable_variables]
        return [tf.reduce_sum(gradient) for gradient in tape.gradient(total, trained)]

    return passes


def report(config: TrainConfig, precision: Precision, taken: dict[str, float]) -> None:
    """Print the figures. taken: median seconds of "ours", "twin", "theirs" and "multiply"."""
    ours, theirs, best = taken["ours"], taken["theirs"], 2 * MATRIX_SIDE**3 / taken["multiply"]
    drawings, their_drawings = config.batch.drawings, WALKTHROUGH.batch.drawings
    work = config.columns * operations(config.column) * drawings

    def rate(seconds: float) -> str:
        return f"{work / seconds / 1e9:,.0f} GFLOPS, {work / seconds / best:.0%} of the matrix multiplication"

    print(f"device: {precision.device}, {os.cpu_count()} cores, training in {precision.training}")
    print(f"matrix multiplication {MATRIX_SIDE}: {best / 1e9:,.0f} GFLOPS")
    print(f"our step: {ours:.3f} s, {drawings / ours:.0f} drawings/s, {rate(ours)}")
    print(f"  its twin, forward and backward: {taken['twin']:.3f} s, {rate(taken['twin'])}")
    print(f"the walk-through's step: {theirs:.3f} s, {their_drawings / theirs:.0f} drawings/s")
    print(f"ours processes {drawings / ours / (their_drawings / theirs):.1f} times as many drawings per second")
    pairs = drawings * (drawings - 1) / 2
    print(f"and {pairs / ours / (WALKTHROUGH.batch.pairs / theirs):,.0f} times as many pairs")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=15, help="of ours per round (default: %(default)s)")
    arguments = parser.parse_args()
    everything, precision = omniglot.load(), Precision.of_this_machine()
    background, config = splits.subset("background", everything), PRESETS["best"]
    trainer = Trainer(config, background, splits.subset("validation", everything))
    works = {
        "multiply": (matrices(precision.training), 5),
        "ours": (trainer.advance, arguments.steps),
        "twin": (twin_alone(trainer), 5),
        "theirs": (walkthrough(background), 3),
    }
    for work, _ in works.values():
        for _ in range(WARM_UP_CALLS):
            work()
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(arguments.rounds):
        for name, (work, times) in works.items():
            taken[name].append(seconds(work, times))
    trainer.close()
    report(config, precision, {name: statistics.median(values) for name, values in taken.items()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
