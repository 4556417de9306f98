"""The only way anything of a run is written: whole or not at all, and on the disk when a call returns.

A write that fails leaves the last good file, removes its own draft and says so in one sentence.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import pathlib
import shutil
import uuid
from collections.abc import Iterator, Mapping

import filelock
import numpy as np

from siamese.errors import UserError

CHUNK = 8_000_000
"""Bytes written or hashed at once."""
DRAFT, REMOVED = ".incomplete-", ".removed-"
TYPES = {
    "float16": "F16",
    "float32": "F32",
    "float64": "F64",
    "int32": "I32",
    "int64": "I64",
    "uint8": "U8",
    "uint32": "U32",
    "bool": "BOOL",
}
"""numpy's names of the types that safetensors knows and runs need."""


class WriteError(UserError):
    """A file could not be written; the text says which, why and what to do. What was there before is still there."""


@contextlib.contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn the system's error into one sentence about `what`."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        mend = "free some disk space, then go on" if full else "check that the folder can be written to, then go on"
        raise WriteError(
            f"{what} could not be written ({error.strerror or error}): {mend}; what was written before is safe."
        ) from error


def _sync_file(file: pathlib.Path) -> None:
    with file.open("rb+") as written:
        os.fsync(written.fileno())


def sync_folder(folder: pathlib.Path) -> None:
    """Put renames in a folder on the disk; does nothing on systems that cannot open folders."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def whole_file(target: pathlib.Path) -> Iterator[pathlib.Path]:
    """A draft to write to; it takes the target's name when the block ends well, and its place. Raises WriteError."""
    draft = target.with_name(f"{DRAFT}{uuid.uuid4().hex}")
    with explained(str(target)):
        try:
            yield draft
            _sync_file(draft)
            os.replace(draft, target)
            sync_folder(target.parent)
        finally:
            draft.unlink(missing_ok=True)


def replace(target: pathlib.Path, content: bytes) -> None:
    """Write a whole file under another name, then rename it. Raises WriteError."""
    with whole_file(target) as draft:
        draft.write_bytes(content)


def replace_json(target: pathlib.Path, value: object) -> None:
    """The same for a value as JSON."""
    replace(target, (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode())


@contextlib.contextmanager
def whole_folder(target: pathlib.Path) -> Iterator[pathlib.Path]:
    """A draft folder to write files into; it takes the target's name when the block ends well, and its place. Raises WriteError."""
    draft = target.with_name(f"{DRAFT}{uuid.uuid4().hex}")
    with explained(str(target)):
        try:
            draft.mkdir(parents=True)
            yield draft
            for file in draft.iterdir():
                _sync_file(file)
            sync_folder(draft)
            if target.exists():
                remove(target)
            os.replace(draft, target)
            sync_folder(target.parent)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def remove(folder: pathlib.Path) -> None:
    """Delete a folder; it loses its name first, so that it is never met half deleted."""
    with explained(str(folder)):
        going = folder.with_name(f"{REMOVED}{uuid.uuid4().hex}")
        os.replace(folder, going)
        shutil.rmtree(going, ignore_errors=True)


def take(lock: filelock.FileLock, seconds: float) -> bool:
    """Whether a lock could be had within so many seconds; the folder of its file is made. Raises WriteError."""
    file = pathlib.Path(lock.lock_file)
    with explained(str(file)):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=seconds)
        except filelock.Timeout:
            return False
        return True


def sweep(folder: pathlib.Path) -> None:
    """Clear away what a killed writer left half written or half deleted in a folder."""
    for left in [*folder.glob(f"{DRAFT}*"), *folder.glob(f"{REMOVED}*")]:
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def write_tensors(file: pathlib.Path, tensors: Mapping[str, np.ndarray]) -> str:
    """Write arrays as safetensors, a piece at a time, and return the sha256.

    The library's own writer copies everything twice first (1.2 GB for a checkpoint of Koch's network) and cannot hash on the way.
    """
    header: dict[str, dict] = {}
    end = 0
    arrays = {name: np.ascontiguousarray(tensor).reshape(np.shape(tensor)) for name, tensor in sorted(tensors.items())}
    for name, array in arrays.items():
        header[name] = {
            "dtype": TYPES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [end, end + array.nbytes],
        }
        end += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    digest = hashlib.sha256()
    with file.open("wb") as out:
        for content in (len(text).to_bytes(8, "little"), text, *(_bytes(array) for array in arrays.values())):
            for start in range(0, len(content), CHUNK):
                piece = content[start : start + CHUNK]
                digest.update(piece)
                out.write(piece)
    return digest.hexdigest()


def _bytes(array: np.ndarray) -> memoryview:
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return memoryview(little.reshape(-1).view(np.uint8))


def sha256(file: pathlib.Path) -> str:
    """The file's sha256, read a piece at a time."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while piece := content.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


class Lines:
    """A file of JSON lines that grows. A line reaches the system at once and the disk at `sync`. Errors are WriteErrors."""

    def __init__(self, file: pathlib.Path):
        with explained(str(file)):
            self.file, self._out = file, file.open("ab", buffering=0)

    def add(self, record: Mapping[str, object]) -> None:
        """Append one record."""
        with explained(str(self.file)):
            line = json.dumps(record).encode() + b"\n"
            if self._out.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def sync(self) -> int:
        """Put everything on the disk; the file's length in bytes."""
        with explained(str(self.file)):
            os.fsync(self._out.fileno())
            return self._out.tell()

    def close(self) -> None:
        """Let go of the file."""
        self._out.close()
