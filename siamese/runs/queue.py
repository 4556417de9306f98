"""Runs that wait for the trainer's place: an empty file each, named by the time it came and its run."""

from __future__ import annotations

import contextlib
import pathlib
import time

from siamese import paths
from siamese.runs import files


def folder() -> pathlib.Path:
    """Where they wait."""
    return paths.runs() / "queue"


def waiting() -> list[str]:
    """Run ids, first come first."""
    return list(dict.fromkeys(file.name.split(".", 1)[1] for file in _files()))


def join(run_id: str) -> None:
    """Come last, or keep the place. Raises WriteError."""
    if run_id not in waiting():
        with files.explained("The queue"):
            folder().mkdir(parents=True, exist_ok=True)
            (folder() / f"{time.time_ns():020}.{run_id}").touch()


def leave(run_id: str) -> None:
    """Give the place up; nothing when the run does not wait."""
    for file in _files():
        if file.name.split(".", 1)[1] == run_id:
            with contextlib.suppress(FileNotFoundError):
                file.unlink()


def _files() -> list[pathlib.Path]:
    return sorted(file for file in folder().glob("*.*") if file.name.split(".", 1)[0].isdigit())
