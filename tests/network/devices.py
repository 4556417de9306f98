"""Trains tiny networks on one device and on two virtual ones: python -m tests.network.devices

A process of its own, since TensorFlow takes the number of devices only before it computes anything. Prints one JSON
object: case -> {"losses": of one device and of two; "differences": the largest difference of any variable, by kind;
"copies": whether both devices hold the same variables}. The precision is float32, and only the optimiser without
momentum is followed for several steps: others turn a rounding error of a gradient near zero into a step of full size.
"""

from __future__ import annotations

import collections
import contextlib
import json

import numpy as np
import tensorflow as tf

from siamese.config import SGD, RandomPairs
from siamese.network import device
from siamese.network.trainer import Trainer
from tests import drawn
from tests.configs import TINY, change

DEVICES = ("CPU:0", "CPU:1")
CASES = {
    "all pairs": (3, {"columns": 2, "optimiser": SGD(0.005), "penalty": (2e-3, 1e-2, 1e-2)}),
    "limited gradient": (1, {"clip": 0.01}),
    "random pairs": (2, {"batch": RandomPairs(16), "optimiser": SGD(0.05), "average": 0.0, "batch_norm": False}),
}
"""Steps, and changes to the small configuration."""


def train(steps: int, changes: dict, strategies: list[tf.distribute.Strategy]) -> dict:
    """The same configuration by each strategy, of one device and of two."""
    sets = drawn.character_set(alphabets=2, characters=20, drawers=5), drawn.character_set(1, 20, 3)
    losses, states = [], []
    for strategy in strategies:
        with contextlib.closing(Trainer(change(TINY, **changes), *sets, strategy)) as trainer:
            losses.append([trainer.advance()["loss"] for _ in range(steps)])
            states.append(trainer.state())
            copies = [strategy.experimental_local_results(v) for v in trainer._variables().values()]
    differences: dict[str, float] = collections.defaultdict(float)
    for name, value in states[0].items():
        kind = name.split(".")[0]
        differences[kind] = max(differences[kind], float(np.abs(value - states[1][name]).max()))
    return {
        "losses": losses,
        "differences": differences,
        "copies": all(np.array_equal(first, second) for first, second in copies),
    }


def main() -> None:
    tf.config.set_logical_device_configuration(
        tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * len(DEVICES)
    )
    device._processor_flags = set
    strategies = [tf.distribute.get_strategy(), tf.distribute.MirroredStrategy(DEVICES)]
    print(json.dumps({name: train(*case, strategies) for name, case in CASES.items()}))


if __name__ == "__main__":
    main()
