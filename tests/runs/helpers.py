"""What several tests of runs do: train one here, compare two, wait."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from siamese.runs import checkpoints, curves, files, folder, worker
from siamese.runs.folder import Run
from tests.runs.fake import FakeTrainer


def work(run: Run, make=FakeTrainer) -> tuple[str, list[str]]:
    """Train a run in this process: the state it ends in, and the lines it shows."""
    lines: list[str] = []
    return worker.train(run, make, lines.append, foreground=True), lines


def step_records(run: Run) -> list[int]:
    """Steps on the curve, in its order."""
    return [record["step"] for record in curves.read(run.metrics) if "loss" in record]


def end(run: Run) -> tuple[list[dict], dict[str, str], dict[str, np.ndarray]]:
    """The curve without times, the sha256 of all weights by their step, and the last checkpoint."""
    curve = [{k: v for k, v in record.items() if k != "seconds"} for record in curves.read(run.metrics)]
    weights = {file.parent.name: files.sha256(file) for file in run.weights.glob("*/weights.safetensors")}
    return curve, weights, checkpoints.load(checkpoints.every(run)[-1])


def same(first: Run, second: Run) -> bool:
    """Whether two runs have ended equal, to the last bit."""
    (*written, state), (*other_written, other_state) = end(first), end(second)
    return written == other_written and all(
        np.array_equal(state[name], other_state[name]) for name in state | other_state
    )


def requesting(run: Run, name: str, base=FakeTrainer):
    """A trainer at whose sixth step something is requested; requests are checked every 0.2 s."""

    class Requesting(base):
        def advance(self):
            record = super().advance()
            if self.step == 6:
                folder.request(run, name)
                time.sleep(0.6)
            return record

    return Requesting


def wait_until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until it is true; fails when that takes too long."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "It did not become true in time."
        time.sleep(0.01)
