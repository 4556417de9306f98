"""How fast a run trains and how long it takes: by its curve, or, before the start, by trying some steps.

The trial runs in a process of its own with the trainer's low priority, so that the caller need not import TensorFlow,
and the memory is free afterwards.
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
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from siamese.config import Schedule, TrainConfig
from siamese.data import sources
from siamese.errors import UserError
from siamese.presets import PRESETS
from siamese.runs import process

if TYPE_CHECKING:
    from siamese.runs.loop import MakeTrainer

SPEED_STEPS = 50
"""Steps whose median time is the speed, so that a hiccup does not show."""
MIN_SPEED_STEPS = 3
"""Steps without which no speed is given: the first takes seconds longer, since TensorFlow traces it."""
MIN_MEASURED_SECONDS = 2.0
MIN_MEASURED_STEPS = 3
"""Steps are timed until both are reached."""
WARM_UP_STEPS = 2
"""Steps before that: TensorFlow traces the first."""
TIMEOUT_SECONDS = 600.0
COMMAND = (sys.executable, "-c", "import sys; from siamese.runs import estimate; sys.exit(estimate.main(sys.argv[1:]))")
"""Prints the speed of the preset on the data that follow as one line of JSON."""

_log = logging.getLogger(__name__)

Record = Mapping[str, Any]
"""A record of a curve (see curves.py)."""


def step_seconds(steps: Iterable[Record]) -> float | None:
    """Median seconds of the last SPEED_STEPS steps; None while there are too few."""
    seconds = [record["seconds"] for record in steps][-SPEED_STEPS:]
    return statistics.median(seconds) if len(seconds) >= MIN_SPEED_STEPS else None


def drawings_per_second(config: TrainConfig, steps: Iterable[Record]) -> float | None:
    """Drawings that training processes per second; None while the speed is not known."""
    seconds = step_seconds(steps)
    return config.batch.drawings / seconds if seconds else None


def seconds_left(schedule: Schedule, step: int, steps: Iterable[Record], validations: Iterable[Record]) -> float | None:
    """Time for the steps and validations that are still to come; None while the speed is not known."""
    seconds = step_seconds(steps)
    if seconds is None:
        return None
    each = [record["seconds"] for record in validations]
    left, every = max(0, schedule.steps - step), schedule.validate_every
    due = -(-schedule.steps // every) - step // every if left else 0
    return left * seconds + due * (statistics.median(each) if each else 0.0)


def duration_text(seconds: float) -> str:
    """A duration in words, as rough as a person would give it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


@dataclasses.dataclass(frozen=True)
class Speed:
    """How fast a preset trains here: seconds until the first step, per step, per validation; the device in words."""

    device: str
    start: float
    step: float
    validation: float
    drawings: int  # per step

    def seconds(self, steps: int, validate_every: int) -> float:
        """Time of a complete run."""
        return self.start + steps * self.step + -(-steps // validate_every) * self.validation

    @property
    def drawings_per_second(self) -> float:
        """Drawings that training processes per second."""
        return self.drawings / self.step


class EstimateError(UserError):
    """The speed could not be measured; the text says why."""


def measure_speed(preset: str, data: str) -> Speed:
    """Measure the speed in another process, which takes TensorFlow's start and some seconds. Raises EstimateError."""
    try:
        done = subprocess.run(
            [*COMMAND, preset, data],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=process.environment(),
            timeout=TIMEOUT_SECONDS,
            start_new_session=True,
        )
        return Speed(**json.loads(done.stdout.splitlines()[-1]))
    except subprocess.TimeoutExpired as error:
        raise EstimateError("The duration could not be estimated: the machine is too busy.") from error
    except (OSError, ValueError, TypeError, IndexError) as error:
        _log.exception("The speed of %s on %s could not be measured.", preset, data)
        raise EstimateError("The duration could not be estimated on this machine.") from error


def try_out(config: TrainConfig, data: str, make: MakeTrainer, started: float) -> Speed:
    """Time some steps and a validation of a run that is not written. `started`: time.monotonic at the start."""
    from siamese.runs import worker

    trainer = make(config, *sources.get(data).training_sets())
    try:
        for _ in range(WARM_UP_STEPS):
            trainer.advance()
        start, seconds = time.monotonic() - started, []
        while len(seconds) < MIN_MEASURED_STEPS or sum(seconds) < MIN_MEASURED_SECONDS:
            seconds.append(trainer.advance()["seconds"])
        before = time.monotonic()
        trainer.validate()
        validation = time.monotonic() - before
        return Speed(describe(worker.device()), start, statistics.median(seconds), validation, config.batch.drawings)
    finally:
        trainer.close()


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
        speed = try_out(PRESETS[argv[0]], argv[1], worker.build, started)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(dataclasses.asdict(speed)), flush=True)
    return 0
