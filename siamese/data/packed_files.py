"""Files in the user's data folder: written completely or not at all, by one process at a time."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import pathlib
import uuid
from collections.abc import Callable, Iterator

import filelock

from siamese import paths
from siamese.errors import UserError

MAX_STAMPED = 1_000
"""Entries of a folder whose changes are noticed."""
_INCOMPLETE = ".incomplete-"

Stamp = tuple[object, ...]
"""A path, and the size and time of what is there: it differs when the content does."""


def stamp(path: pathlib.Path) -> Stamp:
    """The stamp of a file, or of a folder with what lies directly in it."""
    try:
        own = os.stat(path)
        if not os.path.isdir(path):
            return str(path), own.st_mtime_ns, own.st_size
        with os.scandir(path) as entries:
            inside = sorted((e.name, *_of_entry(e)) for e in itertools.islice(entries, MAX_STAMPED))
        return str(path), own.st_mtime_ns, *inside
    except (OSError, ValueError):
        return (str(path),)


def _of_entry(entry: os.DirEntry[str]) -> tuple[int, int]:
    try:
        status = entry.stat()
    except OSError:  # a dangling link
        return 0, 0
    return status.st_mtime_ns, status.st_size


@contextlib.contextmanager
def one_at_a_time(lock: str, error_kind: type[UserError] = UserError) -> Iterator[None]:
    """Hold a lock in the data folder. Raises an error of this kind when that folder cannot be written."""
    try:
        paths.data().mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(paths.data() / lock):
            yield
    except OSError as error:
        raise error_kind(
            f"{paths.data()} cannot be written: {error.strerror or error}; make room or set SIAMESE_HOME to another "
            "folder."
        ) from error


def delete_remains(folder: pathlib.Path) -> None:
    """Delete what writes that were killed have left in a folder. Call it with the lock held."""
    for remains in folder.glob(f"*{_INCOMPLETE}*"):
        remains.unlink(missing_ok=True)


def write(target: pathlib.Path, save: Callable[[io.BytesIO], None]) -> None:
    """Write a file under another name, then rename it: the target is complete or absent."""
    content = io.BytesIO()
    save(content)
    draft = target.with_name(f"{target.stem}{_INCOMPLETE}{uuid.uuid4().hex[:8]}{target.suffix}")
    try:
        with draft.open("wb") as file:
            file.write(content.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
