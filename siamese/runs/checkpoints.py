"""Checkpoints and weights of a run: complete or absent, checked by sha256; the last ones and the best are kept."""

from __future__ import annotations

import dataclasses
import datetime
import json
import math
import pathlib
import re
import shutil
from collections.abc import Mapping
from typing import Any

import numpy as np
import safetensors.numpy

from siamese.config import TrainConfig
from siamese.data.characters import CharacterSet
from siamese.runs import curves, files, snapshots
from siamese.runs.folder import Run, RunError

KEPT_CHECKPOINTS = 2
"""The last ones; the best on validation is kept, too."""
MAX_CHECKPOINTS = KEPT_CHECKPOINTS + 2
"""On the disk at the same time: the last two, the best, and the one that is being written."""
TENSOR_COPIES = 4
"""Weights, averaged weights and the optimiser's two moments."""
FLOAT_BYTES = 4
NEWEST, BEST = WHICH = ("newest", "best")

_NAME = re.compile(r"step-(\d{8,15})")


@dataclasses.dataclass(frozen=True)
class Checkpoint:
    """A checkpoint's folder and manifest.

    config: digest of the configuration; curve: bytes of metrics.jsonl that belong to it; validation: its accuracy.
    """

    folder: pathlib.Path
    step: int
    config: str
    curve: int
    validation: float | None
    sha256: str

    @property
    def intact(self) -> bool:
        """Whether the tensors are those that were saved; reads them all."""
        try:
            return files.sha256(self.folder / "state.safetensors") == self.sha256
        except OSError:
            return False


def size(config: TrainConfig) -> int:
    """About how many bytes a checkpoint has: 620 MB for Koch's network in one column, 156 MB in four."""
    from siamese.network.weights import shapes

    return TENSOR_COPIES * FLOAT_BYTES * config.columns * sum(math.prod(s) for s in shapes(config.column).values())


def check_space(run: Run) -> None:
    """Raises RunError when the disk has no space for the checkpoints that are still to come."""
    needed = max(1, MAX_CHECKPOINTS - len(_steps(run.checkpoints))) * size(run.config)
    free = shutil.disk_usage(run.folder).free
    if free < needed:
        space = f"{free / 1e9:.1f} GB free and {run.name} needs {needed / 1e9:.1f} GB for its checkpoints"
        raise RunError(f"The disk has {space}: free some space, then start again.")


def save(run: Run, step: int, tensors: Mapping[str, np.ndarray], curve: int, validation: float | None) -> None:
    """Write a checkpoint, then delete those that are no longer kept. Raises WriteError; the earlier ones stay."""
    with files.atomic_folder(run.checkpoints / f"step-{step:08}", replace=True) as draft:
        digest = files.write_tensors(draft / "state.safetensors", tensors)
        manifest = {"step": step, "config": run.digest, "curve": curve, "validation": validation, "sha256": digest}
        (draft / "manifest.json").write_text(json.dumps(manifest, indent=1))
    _prune(run.checkpoints, {c.step: c.validation for c in every(run)}, KEPT_CHECKPOINTS)


def every(run: Run) -> list[Checkpoint]:
    """Checkpoints with a valid manifest, oldest first; whether their tensors are intact is not checked."""
    checkpoints = (_read(step, folder) for step, folder in _steps(run.checkpoints).items())
    return [checkpoint for checkpoint in checkpoints if checkpoint]


def _read(step: int, folder: pathlib.Path) -> Checkpoint | None:
    try:
        checkpoint = Checkpoint(folder=folder, **files.read_json(folder / "manifest.json"))
    except (OSError, files.DamagedFile, TypeError):
        return None
    texts = isinstance(checkpoint.config, str) and isinstance(checkpoint.sha256, str)
    validated = checkpoint.validation is None or isinstance(checkpoint.validation, (int, float))
    return checkpoint if texts and validated and checkpoint.step == step and type(checkpoint.curve) is int else None


def newest_intact(run: Run) -> Checkpoint | None:
    """The newest checkpoint whose sha256 is right; None when the run has not reached its first one.

    Damaged ones are deleted, and so are snapshots and weights of later steps: they will be made again. Raises
    RunError for one of another configuration, and when there are some but none is intact.
    """
    existing, readable = _steps(run.checkpoints), {c.step: c for c in every(run)}
    if any(checkpoint.config != run.digest for checkpoint in readable.values()):
        raise RunError(
            f"{run.name} was trained with another configuration: restore its config.json or start a new run."
        )
    chosen = next((c for c in reversed(readable.values()) if c.intact), None)
    if existing and chosen is None:
        raise RunError(f"Every checkpoint of {run.name} is damaged: delete the run and start a new one.")
    last = chosen.step if chosen else 0
    for root in (run.checkpoints, run.weights):
        for step, folder in _steps(root).items():
            if step > last:
                files.remove(folder)
    snapshots.remove_after(run, last)
    return chosen


def load(checkpoint: Checkpoint) -> dict[str, np.ndarray]:
    """The tensors of a checkpoint, by name."""
    return safetensors.numpy.load_file(checkpoint.folder / "state.safetensors")


def save_weights(run: Run, step: int, tensors: Mapping[str, np.ndarray], record: Mapping[str, Any]) -> None:
    """Write weights and their record for `network.weights.load`; keep the newest and the best. Raises WriteError."""
    from siamese.network import columns, weights

    parts = columns.split(dict(tensors), run.config.column, run.config.columns)
    with files.atomic_folder(run.weights / f"step-{step:08}", replace=True) as draft:
        weights.save(draft / "weights.safetensors", weights.side_by_side(parts), dict(record))
    _prune(run.weights, _accuracies(run), 1)


def weights_record(
    run: Run, characters: CharacterSet, step: int, validation: Mapping[str, Any] | None, hours: float, device: str
) -> dict[str, Any]:
    """The record of weights, without the sha256. Temperature and threshold are those of an uncalibrated network."""
    config = run.config
    options = f"--preset {run.preset} --data {run.data} --seed {config.seed} --steps {config.schedule.steps}"
    record = {
        "twin": dataclasses.asdict(config.twin),
        "columns": config.columns,
        "normalised": config.normalised,
        "trained_on": {
            "data": characters.name,
            "alphabets": [a.name for a in characters.alphabets],
            "scripts": sorted({a.script for a in characters.alphabets if a.script}),
        },
        "temperature": 1.0,
        "none_threshold": 0.5,
        "made": {
            "command": f"python -m siamese train {options}",
            "run": run.id,
            "name": run.name,
            "date": datetime.date.today().isoformat(),
            "steps": step,
            "drawings_per_step": config.batch.drawings,
            "hours": round(hours, 2),
            "machine": device,
        },
    }
    if validation:
        record["validation"] = {
            "protocol": "20-way 1-shot within the run's validation alphabets",
            "accuracy": round(validation["validation"], 4),
            "trials": validation["validation_trials"],
            "low": round(validation["validation_low"], 4),
            "high": round(validation["validation_high"], 4),
        }
    return record


def weights_file(run: Run, which: str = NEWEST) -> pathlib.Path:
    """The newest weights, or the best on validation, next to their record. Raises RunError if there are none."""
    steps = _steps(run.weights)
    if not steps:
        raise RunError(f"{run.name} has no weights yet: they are saved at its first validation and when it stops.")
    best = _best(_accuracies(run)) if which == BEST else None
    return steps[best or max(steps)] / "weights.safetensors"


def weights_in_use(run: Run) -> tuple[pathlib.Path | None, dict[str, Any] | None, str]:
    """The weights that the app and an export use: the best on validation, or else the newest; their validation; damage.

    The validation has accuracy, low, high and trials. None where there is none; the damage is "" or one sentence.
    """
    try:
        weights = weights_file(run, BEST)
        return weights, _validation(weights.parent), ""
    except RunError:
        return None, None, ""
    except files.DamagedFile as error:
        return weights, None, f"{error}, so its weights cannot be used."


def _validation(folder: pathlib.Path) -> dict[str, Any] | None:
    """The validation in the record of weights; None when they have none. Raises DamagedFile."""
    try:
        validation = files.read_json(folder / "weights.json").get("validation")
        if validation is not None and not all(
            curves.is_number(validation[n]) for n in ("accuracy", "low", "high", "trials")
        ):
            raise files.DamagedFile("weights.json is damaged: a figure of its validation is not a number")
        return validation
    except OSError as error:
        raise files.DamagedFile(f"weights.json cannot be read: {error.strerror}") from error
    except (TypeError, KeyError) as error:
        raise files.DamagedFile("weights.json is damaged: its validation is not complete") from error


def has_validated_weights(run: Run, step: int) -> bool:
    """Whether the weights of a step are on the disk with their validation in the record."""
    return _accuracies(run).get(step) is not None


def _accuracies(run: Run) -> dict[int, float | None]:
    """Step -> accuracy of all weights; None for those that were not validated or whose record is damaged."""
    accuracies: dict[int, float | None] = {}
    for step, folder in _steps(run.weights).items():
        try:
            validation = _validation(folder)
        except files.DamagedFile:
            validation = None
        accuracies[step] = validation["accuracy"] if validation else None
    return accuracies


def _steps(root: pathlib.Path) -> dict[int, pathlib.Path]:
    """Step -> folder of everything under its final name, in ascending order."""
    matches = ((_NAME.fullmatch(folder.name), folder) for folder in root.glob("step-*"))
    return dict(sorted((int(match.group(1)), folder) for match, folder in matches if match))


def _best(validation: Mapping[int, float | None]) -> int | None:
    """Step of the highest accuracy, the first of equals; None when nothing was validated."""
    validated = {step: accuracy for step, accuracy in validation.items() if accuracy is not None}
    return min(validated, key=lambda step: (-validated[step], step)) if validated else None


def _prune(root: pathlib.Path, validation: Mapping[int, float | None], last: int) -> None:
    """Delete all but the last ones and the best on validation."""
    steps = _steps(root)
    kept = {*sorted(steps)[-last:], _best(validation)}
    for step, folder in steps.items():
        if step not in kept:
            files.remove(folder)
