"""How long a run will take on this machine, measured by doing some of it: python -m siamese.runs.probe PRESET DATA

Prints one line of JSON. A process of its own, lowered as the trainer is, so that whoever asks neither waits nor imports
TensorFlow, and its memory is gone afterwards.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

from siamese import paths
from siamese.config import TrainConfig
from siamese.data import sources
from siamese.errors import UserError
from siamese.presets import PRESETS
from siamese.runs import record, trains, worker

SECONDS = 2.0
"""Steps are timed for so long, three at least."""
WARM = 2
"""Steps before that: TensorFlow traces the first."""
WITHIN = 600.0
"""Seconds until a probe is given up."""


@dataclasses.dataclass(frozen=True)
class Pace:
    """device: what trains, in words; start, step, validation: seconds until the first step, of a step, of a validation."""

    device: str
    start: float
    step: float
    validation: float
    drawings: int  # a step

    def seconds(self, steps: int, validate_every: int) -> float:
        """Time of a whole run."""
        return self.start + steps * self.step + -(-steps // validate_every) * self.validation

    @property
    def drawings_a_second(self) -> float:
        """Drawings that a training step takes in, by the second."""
        return self.drawings / self.step


class ProbeError(UserError):
    """The probe came to nothing; the text says why."""


def measure(preset: str, data: str) -> Pace:
    """Probe in another process; takes about as long as TensorFlow needs to wake, and some seconds. Raises ProbeError."""
    root = str(pathlib.Path(__file__).resolve().parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}
    environment["SIAMESE_HOME"] = str(paths.home().resolve())
    try:
        done = subprocess.run(
            [sys.executable, "-m", "siamese.runs.probe", preset, data],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=environment,
            timeout=WITHIN,
            start_new_session=True,
        )
        return Pace(**json.loads(done.stdout.splitlines()[-1]))
    except subprocess.TimeoutExpired as error:
        raise ProbeError(
            "The time could not be measured: the machine is too busy; the run itself will tell."
        ) from error
    except (OSError, ValueError, TypeError, IndexError) as error:
        raise ProbeError("The time could not be measured on this machine; the run itself will tell.") from error


def probe(config: TrainConfig, data: str, make: trains.Make, started: float) -> Pace:
    """Some steps and one validation of a run that is never written; `started` is when the process began (time.monotonic)."""
    trainer = make(config, *sources.get(data).training_sets())
    try:
        for _ in range(WARM):
            trainer.advance()
        start, seconds = time.monotonic() - started, []
        while len(seconds) < 3 or sum(seconds) < SECONDS:
            seconds.append(trainer.advance()["seconds"])
        before = time.monotonic()
        trainer.validate()
        return Pace(
            devices(trains.device()),
            start,
            statistics.median(seconds),
            time.monotonic() - before,
            config.batch.drawings,
        )
    finally:
        trainer.close()


def devices(device: str) -> str:
    """The device in words with what it has: the cores of a processor, or every GPU with its memory as NVIDIA's tool tells it."""
    if device.startswith("CPU"):
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return f"{device}, {cores} cores"
    try:
        asked = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
        told = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=True).stdout
        gpus = [line.rsplit(",", 1) for line in told.strip().splitlines()]
        return " and ".join(f"{name.strip()} with {float(megabytes) / 1024:.0f} GB" for name, megabytes in gpus)
    except (OSError, ValueError, subprocess.SubprocessError):
        return device


def main(argv: list[str]) -> int:
    """Exit code 0, or 2 when the data are not there or somebody trains."""
    started = time.monotonic()
    worker.step_aside()
    if record.trainer_locked():
        return 2
    try:
        print(json.dumps(dataclasses.asdict(probe(PRESETS[argv[0]], argv[1], trains.build, started))), flush=True)
        return 0
    except UserError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
