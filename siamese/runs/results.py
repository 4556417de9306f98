"""What a run has reached, for the app and for others: its weights and their record."""

from __future__ import annotations

import pathlib

from siamese.runs import checkpoints, files, folder
from siamese.runs.folder import RunError


def weights(run_id: str, which: str = checkpoints.NEWEST) -> pathlib.Path:
    """The "newest" or "best" weights of a run for `Matcher.load`, next to their record. Raises RunError."""
    return checkpoints.weights_file(folder.read(run_id), which)


def export(run_id: str, target: pathlib.Path, which: str = checkpoints.NEWEST) -> None:
    """Copy weights to `target`, a .safetensors file, and their record to a .json file next to it. Raises UserError."""
    if target.suffix != ".safetensors":
        raise RunError(
            f"{target} does not end in .safetensors: add it; the record is written to a .json file next to it."
        )
    source = weights(run_id, which)
    files.replace(target, source.read_bytes())
    files.replace(target.with_suffix(".json"), source.with_suffix(".json").read_bytes())
