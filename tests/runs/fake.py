"""A trainer in plain numpy for the tests of runs. Its state depends on every step it took, so a wrong resume shows.

python -m tests.runs.fake RUN        the worker of a run: preset "fake" trains this, any other the real network
"""

from __future__ import annotations

import functools
import json
import sys
import time

import numpy as np

from siamese.config import AdamW, TrainConfig
from siamese.data import sources
from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.evaluation.baselines import PixelNearest
from siamese.network.weights import shapes
from siamese.runs import folder, process, worker
from tests import drawn
from tests.configs import TINY, change

WORKER_COMMAND = (sys.executable, "-m", "tests.runs.fake")
CONFIG = change(TINY, columns=4, steps=24, validate_every=6, checkpoint_every=4)
SLOW = 0.05  # seconds per step, for runs that are watched while they train
BALLAST = 200_000  # numbers in the state, so that writing a checkpoint takes a moment


@functools.cache
def drawn_sets() -> tuple[CharacterSet, CharacterSet]:
    """Scribbles to train and to validate on."""
    return drawn.character_set(alphabets=2, characters=20, drawers=5), drawn.character_set(
        alphabets=1, characters=20, drawers=3
    )


SOURCE = sources.DataSource("drawn", "Drawn", lambda: True, lambda progress: drawn_sets()[0], drawn_sets)
"""Scribbles as a data source."""


class Records:
    """In place of TensorBoard's event file: all records as JSON lines, so that tests can read them."""

    def __init__(self, file, records):
        file.parent.mkdir(exist_ok=True)
        self._out = file.open("w")
        for record in records:
            self.add(record)

    def add(self, record) -> None:
        self._out.write(json.dumps(record) + "\n")

    def close(self) -> None:
        self._out.close()


class FakeTrainer:
    """Its `rate` is the seconds a step takes, unless that is the default."""

    device = "no device"

    def __init__(self, config: TrainConfig, characters, validation):
        self.config, self.step, self.closed = config, 0, False
        rng = np.random.default_rng(config.seed)
        self.tensors = {
            name: rng.normal(0, 0.2, shape).astype(np.float32) for name, shape in shapes(config.twin).items()
        }
        self.memory = np.zeros(BALLAST)

    def advance(self) -> dict[str, float]:
        if self.config.optimiser.rate != AdamW.rate:
            time.sleep(self.config.optimiser.rate)
        rng = np.random.default_rng((self.config.seed, self.step))
        self.memory = 0.9 * self.memory + rng.normal(size=BALLAST)
        for tensor in self.tensors.values():
            tensor += np.float32(1e-3 * self.memory[0]) * rng.normal(size=tensor.shape).astype(np.float32)
        self.step += 1
        loss = float(np.abs(self.memory).mean())
        if not np.isfinite(loss):
            raise UserError(f"The loss is not a number at step {self.step}: lower the learning rate.")
        return {"step": self.step, "loss": loss, "pairs": loss, "shot": 0.0, "pair_accuracy": 0.5, "seconds": 0.001}

    def validate(self) -> dict[str, float]:
        accuracy = float(np.abs(self.memory[:10]).mean() % 1)
        bounds = {f"{name}_{what}": accuracy for name in ("validation", "background") for what in ("low", "high")}
        return {
            "step": self.step,
            "validation": accuracy,
            "background": accuracy,
            "validation_trials": 10,
            "background_trials": 2,
            **bounds,
        }

    def state(self) -> dict[str, np.ndarray]:
        return {**{name: tensor.copy() for name, tensor in self.tensors.items()}, "memory": self.memory.copy()}

    def restore(self, tensors: dict[str, np.ndarray], step: int) -> None:
        self.memory = tensors["memory"].copy()
        self.tensors = {name: tensors[name].copy() for name in self.tensors}
        self.step = step

    def weights(self) -> dict[str, np.ndarray]:
        return dict(self.tensors)

    def tensorboard(self, folder, records) -> Records:
        return Records(folder / "records.jsonl", records)

    def scorer(self) -> PixelNearest:
        return PixelNearest()

    def close(self) -> None:
        self.closed = True


def main(argv: list[str]) -> int:
    sources.SOURCES["drawn"], process.WORKER_COMMAND = SOURCE, WORKER_COMMAND
    return worker.main(argv, FakeTrainer if folder.read(argv[0]).preset == "fake" else worker.build)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
