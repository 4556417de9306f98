"""How fast this machine trains, measured with a small network, and the duration of runs that follows from it.

Only the preset `lesson` is timed, which takes some seconds and little memory; the time of other configurations follows
from the number of their floating-point operations. It is done in a process of its own with the trainer's low priority,
so that the caller need not import TensorFlow, and the memory is free afterwards.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from siamese.config import SIDE, TrainConfig, TwinConfig
from siamese.data import sources
from siamese.errors import UserError
from siamese.presets import PRESETS
from siamese.runs import process

if TYPE_CHECKING:
    from siamese.runs.loop import MakeTrainer

REFERENCE = PRESETS["lesson"]
"""The configuration that is timed."""
WIDTH_EXPONENT = 0.5
"""A network that is four times as wide performs about twice as many operations per second (docs/figures.md)."""
MIN_MEASURED_SECONDS = 2.0
MIN_MEASURED_STEPS = 3
"""Steps are timed until both are reached."""
WARM_UP_STEPS = 2
"""Steps before that: TensorFlow traces the first."""
EMBEDDED_DRAWINGS = 128
"""Drawings whose embedding is timed for the validations."""
DRAWINGS_PER_TRIAL = 21
"""A query and its 20 examples."""
BACKGROUND_SHARE = 1 / 4
"""Trials on training alphabets per trial on validation alphabets."""
TIMEOUT_SECONDS = 600.0
COMMAND = (sys.executable, "-c", "import sys; from siamese.runs import speed; sys.exit(speed.main(sys.argv[1:]))")
"""Prints the speed on the data that follow as one line of JSON."""

_log = logging.getLogger(__name__)


class EstimateError(UserError):
    """The speed could not be measured; the text says why."""


def operations(twin: TwinConfig) -> int:
    """Floating-point operations of one drawing's training pass through a twin.

    Each layer needs the same number for its forward pass, for the gradient with respect to its kernel and for that with
    respect to its inputs; the first layer does not need the last.
    """
    side, channels, forward = SIDE, 1, []
    for layer, (filters, kernel) in enumerate(zip(twin.filters, twin.kernels, strict=True)):
        side -= kernel - 1
        forward.append(2 * side * side * kernel * kernel * channels * filters)
        channels, side = filters, side // 2 if layer < len(twin.filters) - 1 else side
    forward.append(2 * side * side * channels * twin.embedding)
    return 3 * sum(forward) - forward[0]


def relative_cost(config: TrainConfig) -> float:
    """Time per drawing relative to REFERENCE."""
    work = config.columns * operations(config.column) / (REFERENCE.columns * operations(REFERENCE.column))
    return work / (config.column.embedding / REFERENCE.column.embedding) ** WIDTH_EXPONENT


@dataclasses.dataclass(frozen=True)
class Speed:
    """How fast this machine trains REFERENCE on some data.

    device: in words; start: seconds until the first steps are trained; training, embedding: seconds per drawing in a
    step and in a validation; validation_drawings, training_drawings: in the two character sets.
    """

    device: str
    start: float
    training: float
    embedding: float
    validation_drawings: int
    training_drawings: int

    def drawings_per_second(self, config: TrainConfig) -> float:
        """Drawings that training processes per second."""
        return 1 / (self.training * relative_cost(config))

    def seconds(self, config: TrainConfig) -> float:
        """Time of a run from its start to its end."""
        schedule = config.schedule
        steps = schedule.steps * config.batch.drawings / self.drawings_per_second(config)
        validations = -(-schedule.steps // schedule.validate_every)
        return self.start + steps + validations * self._validation_seconds(config)

    def _validation_seconds(self, config: TrainConfig) -> float:
        trials = config.schedule.validation_trials
        drawings = _distinct(self.validation_drawings, trials)
        drawings += _distinct(self.training_drawings, trials * BACKGROUND_SHARE)
        return drawings * self.embedding * relative_cost(config)


def _distinct(drawings: int, trials: float) -> float:
    """Expected number of different drawings in random trials; each of them is embedded once."""
    return drawings * (1 - (1 - 1 / drawings) ** (DRAWINGS_PER_TRIAL * trials))


def measure_speed(data: str) -> Speed:
    """Measure the speed in another process, which takes TensorFlow's start and some seconds. Raises EstimateError."""
    try:
        done = subprocess.run(
            [*COMMAND, data],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=process.environment(),
            timeout=TIMEOUT_SECONDS,
            **process.apart(),
        )
        return Speed(**json.loads(done.stdout.splitlines()[-1]))
    except subprocess.TimeoutExpired as error:
        raise EstimateError("The duration could not be estimated: the machine is too busy.") from error
    except (OSError, ValueError, TypeError, IndexError) as error:
        _log.exception("The speed on %s could not be measured.", data)
        raise EstimateError("The duration could not be estimated on this machine.") from error


def try_out(config: TrainConfig, data: str, make: MakeTrainer, started: float) -> Speed:
    """Time some steps of a run that is not written, and embeddings. started: time.monotonic of the process's start."""
    characters, validation = sources.get(data).training_sets()
    trainer = make(config, characters, validation)
    try:
        for _ in range(WARM_UP_STEPS):
            trainer.advance()
        start, seconds = time.monotonic() - started, []
        while len(seconds) < MIN_MEASURED_STEPS or sum(seconds) < MIN_MEASURED_SECONDS:
            seconds.append(trainer.advance()["seconds"])
        drawings = validation.drawings(np.arange(min(EMBEDDED_DRAWINGS, len(validation))))
        scorer = trainer.scorer()
        scorer.prepare(drawings)  # TensorFlow traces the first
        before = time.monotonic()
        scorer.prepare(drawings)
        embedding = (time.monotonic() - before) / len(drawings)
    finally:
        trainer.close()
    training = statistics.median(seconds) / config.batch.drawings
    return Speed(describe(trainer.device), start, training, embedding, len(validation), len(characters))


def describe(device: str) -> str:
    """The device with the cores of a processor, or every GPU with its memory as NVIDIA's tool names it."""
    if device.startswith("CPU"):
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return f"{device}, {cores} cores"
    try:
        query = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
        listed = subprocess.run(query, capture_output=True, text=True, timeout=10, check=True).stdout
        gpus = [line.rsplit(",", 1) for line in listed.strip().splitlines()]
        return " and ".join(f"{name.strip()} with {float(megabytes) / 1024:.0f} GB" for name, megabytes in gpus)
    except (OSError, ValueError, subprocess.SubprocessError):
        return device


def main(argv: list[str]) -> int:
    """The process of `measure_speed`.

    Exit code 0, or 2 when the data are not installed or a run is training, which would falsify the figures.
    """
    started = time.monotonic()
    from siamese.runs import worker

    worker.lower_priority()
    if process.trainer():
        return 2
    try:
        speed = try_out(REFERENCE, argv[0], worker.build, started)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(dataclasses.asdict(speed)), flush=True)
    return 0
