"""What a training step costs, beside the walk-through's own procedure and the machine's matrix multiplication: python tools/bench_training.py

In one run, in turns, so that a noisy machine treats all alike:
- drawings a second of our step (preset `best`: batch preparation, twin, all pairs, optimiser, averaging);
- drawings a second of the procedure of the Keras walk-through: its network compiled with Adam, `train_on_batch` on 32 random
  pairs in float32;
- the rate of a 4096 x 4096 matrix multiplication in our precision.
Run it while nothing else runs.
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

from siamese.config import SIDE, TwinConfig
from siamese.data import omniglot, splits
from siamese.data.episodes import BatchSampler
from siamese.network.device import Precision
from siamese.network.trainer import Trainer
from siamese.network.twin import build_siamese, build_twin
from siamese.presets import PRESETS

MATRIX = 4096


def operations(config: TwinConfig) -> int:
    """Floating-point operations of one drawing's training pass through the twin.

    Each layer's forward pass takes as many as its gradient with respect to the kernel and as that with respect to its
    inputs; the latter the first layer is never asked for.
    """
    side, channels, forward = SIDE, 1, []
    for layer, (filters, kernel) in enumerate(zip(config.filters, config.kernels, strict=True)):
        side -= kernel - 1
        forward.append(2 * side * side * kernel * kernel * channels * filters)
        channels, side = filters, side // 2 if layer < len(config.filters) - 1 else side
    forward.append(2 * side * side * channels * config.embedding)
    return 3 * sum(forward) - forward[0]


def seconds(work: Callable[[], object], times: int) -> float:
    """Median seconds of one call."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def walkthrough(characters) -> Callable[[], object]:
    """One step of the walk-through as its readers run it."""
    recipe = PRESETS["walkthrough"]
    network = build_siamese(build_twin(recipe.twin))
    network.compile(optimizer=keras.optimizers.Adam(recipe.rate), loss="binary_crossentropy")
    sampler, same = BatchSampler(characters, recipe), np.repeat([1.0, 0.0], recipe.pairs // 2)[:, None]

    def step():
        first, second = np.split(sampler.batch(0)[..., None], 2)
        return network.train_on_batch([first, second], same)

    return step


def matrices(precision: str) -> Callable[[], object]:
    """One multiplication in the precision of a training policy."""
    kind = tf.bfloat16 if "bfloat16" in precision else tf.float32
    one, two = (tf.cast(tf.random.normal((MATRIX, MATRIX)), kind) for _ in range(2))
    multiply = tf.function(lambda: tf.reduce_sum(tf.matmul(one, two)))
    return lambda: float(multiply())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=15, help="of ours in a round (default: %(default)s)")
    arguments = parser.parse_args()
    everything, precision = omniglot.load(), Precision.of_this_machine()
    background, config = splits.subset("background", everything), PRESETS["best"]
    trainer = Trainer(config, background, splits.subset("validation", everything))
    theirs, multiply = walkthrough(background), matrices(precision.training)
    drawings = tf.constant(trainer.sampler.batch(0)[..., None])

    @tf.function
    def twin_alone():
        with tf.GradientTape() as tape:
            total = tf.add_n([tf.reduce_sum(column(drawings, training=True)) for column in trainer.columns])
        trained = [v.value for column in trainer.columns for v in column.trainable_variables]
        return [tf.reduce_sum(gradient) for gradient in tape.gradient(total, trained)]

    for work in (trainer.advance, theirs, multiply, twin_alone):
        for _ in range(3):
            work()
    taken: dict[str, list[float]] = {"ours": [], "twin": [], "theirs": [], "multiply": []}
    for _ in range(arguments.rounds):
        taken["multiply"].append(seconds(multiply, 5))
        taken["ours"].append(seconds(trainer.advance, arguments.steps))
        taken["twin"].append(seconds(twin_alone, 5))
        taken["theirs"].append(seconds(theirs, 3))
    trainer.close()
    ours, twin, other, multiplied = (statistics.median(taken[name]) for name in ("ours", "twin", "theirs", "multiply"))
    work = config.columns * operations(config.column) * config.batch.drawings
    rate, twin_rate, best = work / ours, work / twin, 2 * MATRIX**3 / multiplied
    their_drawings = 2 * PRESETS["walkthrough"].pairs
    print(f"device: {precision.device}, {os.cpu_count()} cores, training in {precision.training}")
    print(f"matrix multiplication {MATRIX}: {best / 1e9:,.0f} GFLOPS")
    print(
        f"our step: {ours:.3f} s, {config.batch.drawings / ours:.0f} drawings/s, {rate / 1e9:,.0f} GFLOPS, {rate / best:.0%} of the multiplication"
    )
    print(
        f"  its twin, forward and backward: {twin:.3f} s, {twin_rate / 1e9:,.0f} GFLOPS, {twin_rate / best:.0%} of the multiplication"
    )
    print(f"the walk-through's step: {other:.3f} s, {their_drawings / other:.0f} drawings/s")
    print(f"ours sees {config.batch.drawings / ours / (their_drawings / other):.1f} times as many drawings a second")
    pairs = config.batch.drawings * (config.batch.drawings - 1) / 2
    print(f"and {pairs / ours / (PRESETS['walkthrough'].pairs / other):,.0f} times as many pairs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
