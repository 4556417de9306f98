"""Checkpoints and weights of a run: whole or absent, checked by sha256, the last two and the best on validation kept."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import hashlib
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
from siamese.runs import files
from siamese.runs.record import Run, RunError, snapshot_steps

KEPT = 2
"""The last so many; the best on validation is kept besides."""
ROOM = KEPT + 2
"""Checkpoints that are on the disk at once: the last two, the best, and the one being written."""
COPIES = 4
"""Weights, averaged weights and the optimiser's two moments."""
FLOAT = 4  # bytes
NEWEST, BEST = WHICH = ("newest", "best")

_NAME = re.compile(r"step-(\d{8,})")


@dataclasses.dataclass(frozen=True)
class Checkpoint:
    """A checkpoint's folder and manifest. `curve`: bytes of metrics.jsonl that belong to it; `validation`: accuracy at its step."""

    folder: pathlib.Path
    step: int
    config: str
    curve: int
    validation: float | None
    sha256: str


def config_digest(run: Run) -> str:
    """Hash of the stored configuration: a checkpoint is resumed only under the configuration it was written under."""
    stored = json.loads((run.folder / "config.json").read_text(encoding="utf-8"))
    return hashlib.sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()[:16]


def estimate(config: TrainConfig) -> int:
    """About how many bytes a checkpoint has: 620 MB for Koch's network in one column, 156 MB in four."""
    from siamese.network.weights import shapes

    return COPIES * FLOAT * config.columns * sum(math.prod(shape) for shape in shapes(config.column).values())


def check_room(run: Run) -> None:
    """Raises RunError when the disk has no room for the checkpoints that are still to come."""
    size = estimate(run.config)
    needed = max(1, ROOM - len(_steps(run.checkpoints))) * size
    free = shutil.disk_usage(run.folder).free
    if free < needed:
        room = f"{free / 1e9:.1f} GB free and {run.name} needs {needed / 1e9:.1f} GB for its checkpoints"
        raise RunError(f"The disk has {room}: free some space, then start again.")


def save(run: Run, step: int, tensors: Mapping[str, np.ndarray], curve: int, validation: float | None) -> None:
    """Write a checkpoint, then let go of those that are no longer kept. Raises WriteError; what was there before stays."""
    with files.whole_folder(run.checkpoints / f"step-{step:08}") as draft:
        digest = files.write_tensors(draft / "state.safetensors", tensors)
        manifest = {
            "step": step,
            "config": config_digest(run),
            "curve": curve,
            "validation": validation,
            "sha256": digest,
        }
        (draft / "manifest.json").write_text(json.dumps(manifest, indent=1))
    _prune(run.checkpoints, {c.step: c.validation for c in every(run)}, KEPT)


def every(run: Run) -> list[Checkpoint]:
    """Checkpoints with a manifest that can be read, oldest first; whether the tensors are whole is not looked at."""
    found = []
    for step, folder in _steps(run.checkpoints).items():
        with contextlib.suppress(OSError, ValueError, TypeError):
            found.append(Checkpoint(folder=folder, **json.loads((folder / "manifest.json").read_text())))
            if found[-1].step != step:
                found.pop()
    return found


def newest_whole(run: Run) -> Checkpoint | None:
    """The newest checkpoint whose sha256 is right; None when the run has not come to its first one.

    Damaged ones are deleted, and so are snapshots and weights of steps after it: they will come again. Raises RunError for
    one of another configuration, or when none of several is whole.
    """
    there, readable = _steps(run.checkpoints), {c.step: c for c in every(run)}
    chosen = None
    for step in sorted(there, reverse=True):
        found = readable.get(step)
        if found and found.config != config_digest(run):
            raise RunError(
                f"{run.name} was trained with another configuration: restore its config.json, or start a new run."
            )
        if found and _whole(found):
            chosen = found
            break
    if there and chosen is None:
        raise RunError(f"No checkpoint of {run.name} is whole: delete the run and start it anew.")
    last = chosen.step if chosen else 0
    for root in (run.checkpoints, run.weights):
        for step, folder in _steps(root).items():
            if step > last:
                files.remove(folder)
    for step in snapshot_steps(run):
        if step > last:
            (run.snapshots / f"{step:08}.safetensors").unlink()
    return chosen


def tensors(checkpoint: Checkpoint) -> dict[str, np.ndarray]:
    """What `save` was given."""
    return safetensors.numpy.load_file(checkpoint.folder / "state.safetensors")


def _whole(checkpoint: Checkpoint) -> bool:
    try:
        return files.sha256(checkpoint.folder / "state.safetensors") == checkpoint.sha256
    except OSError:
        return False


def save_weights(run: Run, step: int, tensors: Mapping[str, np.ndarray], record: Mapping[str, Any]) -> None:
    """Write weights and their record as `network.weights.load` takes them; the newest and the best are kept. Raises WriteError."""
    from siamese.network import columns, weights

    parts = columns.split(dict(tensors), run.config.column, run.config.columns)
    with files.whole_folder(run.weights / f"step-{step:08}") as draft:
        weights.save(draft / "weights.safetensors", weights.side_by_side(parts), dict(record))
    accuracies = {s: _record(folder).get("validation", {}).get("accuracy") for s, folder in _steps(run.weights).items()}
    _prune(run.weights, accuracies, 1)


def weights_record(
    run: Run, characters: CharacterSet, step: int, validation: Mapping[str, Any] | None, hours: float, device: str
) -> dict[str, Any]:
    """What weights.json says besides the sha256. Temperature and threshold are those of no calibration."""
    made = {
        "command": f"python -m siamese train --preset {run.preset} --data {run.data} --seed {run.config.seed} --steps {run.config.schedule.steps}",
        "run": run.id,
        "name": run.name,
        "date": datetime.date.today().isoformat(),
        "steps": step,
        "drawings_a_step": run.config.batch.drawings,
        "hours": round(hours, 2),
        "machine": device,
    }
    trained_on = {
        "data": characters.name,
        "alphabets": [a.name for a in characters.alphabets],
        "scripts": sorted({a.script for a in characters.alphabets if a.script}),
    }
    record = {
        "twin": dataclasses.asdict(run.config.twin),
        "columns": run.config.columns,
        "normalised": run.config.normalised,
        "trained_on": trained_on,
        "temperature": 1.0,
        "none_threshold": 0.5,
        "made": made,
    }
    if validation:
        bounds = {name: round(validation[f"validation_{name}"], 4) for name in ("low", "high")}
        found = {"accuracy": round(validation["validation"], 4), "trials": validation["validation_trials"], **bounds}
        record["validation"] = {"protocol": "20-way 1-shot within the run's validation alphabets", **found}
    return record


def weights_file(run: Run, which: str = NEWEST) -> pathlib.Path:
    """The newest weights, or the best on validation, with their record beside them. Raises RunError when there are none yet."""
    there = _steps(run.weights)
    if not there:
        raise RunError(
            f"{run.name} has no weights yet: they are written at a validation that is the best so far, and when it stops."
        )
    step = max(there)
    if which == BEST:
        accuracies = {s: _record(folder).get("validation", {}).get("accuracy") for s, folder in there.items()}
        step = _best(accuracies) or step
    return there[step] / "weights.safetensors"


def has_judged_weights(run: Run, step: int) -> bool:
    """Whether the weights of a step are there, with their validation in the record."""
    return "validation" in _record(run.weights / f"step-{step:08}")


def _record(folder: pathlib.Path) -> dict[str, Any]:
    try:
        return json.loads((folder / "weights.json").read_text())
    except (OSError, ValueError):
        return {}


def _steps(root: pathlib.Path) -> dict[int, pathlib.Path]:
    """Step -> folder of what stands under its final name, ascending."""
    found = {int(match.group(1)): folder for folder in root.glob("step-*") if (match := _NAME.fullmatch(folder.name))}
    return dict(sorted(found.items()))


def _best(validation: Mapping[int, float | None]) -> int | None:
    """Step of the highest accuracy, the first of equals; None when nothing was validated."""
    judged = {step: accuracy for step, accuracy in validation.items() if accuracy is not None}
    return min(judged, key=lambda step: (-judged[step], step)) if judged else None


def _prune(root: pathlib.Path, validation: Mapping[int, float | None], last: int) -> None:
    """Delete all but the last ones and the best on validation."""
    there = _steps(root)
    kept = {*sorted(there)[-last:], _best(validation)}
    for step, folder in there.items():
        if step not in kept:
            files.remove(folder)
