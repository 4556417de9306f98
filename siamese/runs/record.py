"""A run as a folder: everything that a training run is, in files that pages and command line read.

    run.json        name, preset, data, when it was made
    config.json     the TrainConfig
    versions.json   Python, libraries and device of its last start
    state.json      what the worker last said; its modification time is the heartbeat
    metrics.jsonl   a record a step, and one a validation (see metrics.py)
    checkpoints/    step-00000125/: state.safetensors and manifest.json, the last two and the best on validation
    weights/        step-00000500/: weights.safetensors and weights.json, the newest and the best on validation
    snapshots/      00000500.safetensors: what the network saw at each validation (see snapshot.py)
    nearest.json    nearest neighbour's accuracy on the trials of its validations
    events/         the curves for TensorBoard
    log.txt         what the worker printed in the background, and the details of an unexpected error
    pause, step, stop   flags, empty files: what the worker is asked to do

Nothing here imports TensorFlow.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import json
import os
import pathlib
import re
import time
import uuid

import filelock
import numpy as np
import safetensors.numpy

from siamese import paths
from siamese.config import TrainConfig
from siamese.errors import UserError
from siamese.runs import files

BEAT = 2.0
"""Seconds between heartbeats."""
DEAD = 30.0
"""Seconds without a heartbeat after which a worker counts as gone."""
ALIVE = ("starting", "training", "paused")
"""States in which a worker lives; the others are new, stopped, finished, failed, and interrupted, which nobody writes."""
PAUSE, STEP, STOP = FLAGS = ("pause", "step", "stop")
LONGEST_NAME = 80

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


class RunError(UserError):
    """Something that cannot be done with a run; the text says why and what to do."""


@dataclasses.dataclass(frozen=True)
class Run:
    """What does not change while a run trains (its name apart). `data` is a key of `sources.SOURCES`."""

    folder: pathlib.Path
    name: str
    preset: str
    data: str
    created: str  # ISO time
    config: TrainConfig

    @property
    def id(self) -> str:
        """The folder's name: small letters, digits and hyphens."""
        return self.folder.name

    @property
    def checkpoints(self) -> pathlib.Path:
        return self.folder / "checkpoints"

    @property
    def weights(self) -> pathlib.Path:
        return self.folder / "weights"

    @property
    def snapshots(self) -> pathlib.Path:
        return self.folder / "snapshots"

    @property
    def nearest(self) -> pathlib.Path:
        return self.folder / "nearest.json"

    @property
    def metrics(self) -> pathlib.Path:
        return self.folder / "metrics.jsonl"


@dataclasses.dataclass(frozen=True)
class Said:
    """What a run's worker last wrote, and the seconds since its last heartbeat."""

    state: str
    sentence: str = ""
    pid: int = 0
    age: float = float("inf")


def create(config: TrainConfig, preset: str, data: str, name: str = "") -> Run:
    """A new run that has not started. Raises RunError for a bad name, WriteError when the disk refuses."""
    name = checked_name(name or f"{preset}, seed {config.seed}")
    now = datetime.datetime.now().astimezone()
    base = re.sub(r"[^a-z0-9]+", "-", preset.lower()).strip("-")[:40] or "run"
    folder = paths.runs() / f"{base}-{now:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:4]}"
    described = {"name": name, "preset": preset, "data": data, "created": now.isoformat(timespec="seconds")}
    with files.whole_folder(folder) as draft:
        (draft / "run.json").write_text(json.dumps(described, indent=1, ensure_ascii=False), encoding="utf-8")
        (draft / "config.json").write_text(json.dumps(dataclasses.asdict(config), indent=1), encoding="utf-8")
        (draft / "metrics.jsonl").touch()
    return read(folder.name)


def read(run_id: str) -> Run:
    """The run of that id. Raises RunError when there is none or its files are not those of a run."""
    if not _ID.fullmatch(run_id):
        raise RunError(f"{run_id!r} is not the id of a run: ids have small letters, digits and hyphens.")
    folder = paths.runs().resolve() / run_id
    try:
        described = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        config = TrainConfig.from_dict(json.loads((folder / "config.json").read_text(encoding="utf-8")))
        return Run(folder, *(str(described[key]) for key in ("name", "preset", "data", "created")), config)
    except OSError as error:
        raise RunError(f"There is no run {run_id}: see `python -m siamese runs list`.") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunError(
            f"{folder} does not hold a run that can be read ({error}): delete the folder or restore its run.json and config.json."
        ) from error


def every() -> list[Run]:
    """All runs, newest first; folders that are not runs are passed over."""
    found = []
    for folder in paths.runs().glob("*/run.json"):
        with contextlib.suppress(RunError):
            found.append(read(folder.parent.name))
    return sorted(found, key=lambda run: (run.created, run.id), reverse=True)


def checked_name(name: str) -> str:
    """A display name without control characters and outer blanks. Raises RunError when nothing is left or it is too long."""
    name = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise RunError(f"A run's name has 1 to {LONGEST_NAME} characters; this one has {len(name)}.")
    return name


def rename(run: Run, name: str) -> Run:
    """Give a run another display name; the id stays. Raises RunError or WriteError."""
    described = {"name": checked_name(name), "preset": run.preset, "data": run.data, "created": run.created}
    files.replace_json(run.folder / "run.json", described)
    return read(run.id)


def said(run: Run) -> Said:
    """The worker's last word; "new" when there was none. A file that cannot be read counts as no word."""
    file = run.folder / "state.json"
    try:
        written = json.loads(file.read_text(encoding="utf-8"))
        age = max(0.0, time.time() - file.stat().st_mtime)
        return Said(str(written["state"]), str(written["sentence"]), int(written["pid"]), age)
    except (OSError, ValueError, KeyError, TypeError):
        return Said("new")


def say(run: Run, state: str, sentence: str = "") -> None:
    """Write the worker's state. Raises WriteError."""
    files.replace_json(run.folder / "state.json", {"state": state, "sentence": sentence, "pid": os.getpid()})


def beat(run: Run) -> None:
    """Show that the worker lives; needs no space on the disk."""
    with contextlib.suppress(OSError):
        os.utime(run.folder / "state.json")


def flag(run: Run, name: str) -> None:
    """Ask the worker for something. Raises WriteError."""
    with files.explained(f"The request to {name}"):
        (run.folder / name).touch()


def flagged(run: Run, name: str) -> bool:
    """Whether this is asked for."""
    return (run.folder / name).exists()


def unflag(run: Run, *names: str) -> None:
    """Take requests back."""
    for name in names:
        (run.folder / name).unlink(missing_ok=True)


def trainer_lock() -> filelock.FileLock:
    """The lock that a worker holds for its life: one trainer a server; for `files.take`. Its file is never deleted."""
    return filelock.FileLock(paths.runs() / "trainer.lock")


def trainer_locked() -> bool:
    """Whether somebody trains. Looking takes the lock for a moment, so a worker that wants it must wait a little. Raises WriteError."""
    lock = trainer_lock()
    free = files.take(lock, 0)
    lock.release()
    return not free


def name_trainer(run: Run) -> None:
    """Write whose worker holds the lock; for its holder only. Raises WriteError."""
    files.replace_json(paths.runs() / "trainer.json", {"run": run.id, "pid": os.getpid()})


def named_trainer() -> tuple[str, int]:
    """Run id and process of the last worker that held the lock; ("", 0) when there was none."""
    try:
        written = json.loads((paths.runs() / "trainer.json").read_text(encoding="utf-8"))
        return str(written["run"]), int(written["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", 0


def snapshot_steps(run: Run) -> list[int]:
    """Steps of which there is a snapshot, ascending."""
    return sorted(int(file.stem) for file in run.snapshots.glob("*.safetensors") if file.stem.isdigit())


def snapshot(run: Run, step: int) -> dict[str, np.ndarray]:
    """What the network saw at a step, by name (see `snapshot.take`). Raises RunError when there is none."""
    try:
        return safetensors.numpy.load_file(run.snapshots / f"{step:08}.safetensors")
    except (OSError, safetensors.SafetensorError) as error:
        raise RunError(f"{run.name} has no snapshot of step {step}: choose another step.") from error
