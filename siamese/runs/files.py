"""How the files of a run are written and read: a write is complete or absent, a read is checked.

A write is on the disk when the call returns. A write that fails leaves the last good file, removes its own draft and
raises one sentence. JSON is read strictly, since anything may have happened to a file since it was written.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import pathlib
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from siamese.errors import UserError
from siamese.reading import parse_json

CHUNK_BYTES = 8_000_000
"""Written or hashed at once."""
MAX_JSON_BYTES = 1_000_000
"""Size above which a JSON file is not read; those of a run have a few kilobytes."""
RENAME_TIMEOUT_SECONDS = 2.0 if os.name == "nt" else 0.0
"""Longer than a reader has a file open. On other systems open files can be renamed, and a refusal is final."""
DRAFT, REMOVED = ".incomplete-", ".removed-"
SAFETENSORS_TYPES = {"float16": "F16", "float32": "F32", "float64": "F64", "int32": "I32", "int64": "I64"} | {
    "uint8": "U8",
    "uint32": "U32",
    "bool": "BOOL",
}
"""numpy's names of the types that safetensors knows and runs need."""


class WriteError(UserError):
    """A file could not be written; the text says which, why and what to do. The previous content is intact."""


class FolderExists(UserError):
    """Another process has created a folder of this name."""


class DamagedFile(ValueError):
    """A file cannot be understood; the text names it and says what is wrong, as a clause without a full stop."""


@contextlib.contextmanager
def write_errors(what: str) -> Iterator[None]:
    """Turn an OSError into a WriteError about `what`."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        remedy = "free some disk space" if full else "check that the folder can be written to"
        raise WriteError(
            f"{what} could not be written ({error.strerror or error}): {remedy}, then try again; "
            "everything written before is safe."
        ) from error


def _rename(source: pathlib.Path, target: pathlib.Path) -> None:
    """Rename, replacing a file. Windows refuses while another process reads the file or a virus scanner does: wait."""
    end = time.monotonic() + RENAME_TIMEOUT_SECONDS
    while True:
        try:
            return os.replace(source, target)
        except PermissionError:
            if time.monotonic() >= end:
                raise
            time.sleep(0.02)


def _sync_file(file: pathlib.Path) -> None:
    with file.open("rb+") as written:
        os.fsync(written.fileno())


def sync_folder(folder: pathlib.Path) -> None:
    """Put the renames in a folder on the disk; does nothing on systems that cannot open folders."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def atomic_file(target: pathlib.Path) -> Iterator[pathlib.Path]:
    """A draft to write to; when the block ends without an error it replaces the target. Raises WriteError."""
    draft = target.with_name(f"{DRAFT}{uuid.uuid4().hex}")
    with write_errors(str(target)):
        try:
            yield draft
            _sync_file(draft)
            _rename(draft, target)
            sync_folder(target.parent)
        finally:
            draft.unlink(missing_ok=True)


def replace(target: pathlib.Path, content: bytes) -> None:
    """Replace a file's content in one step. Raises WriteError."""
    with atomic_file(target) as draft:
        draft.write_bytes(content)


def replace_json(target: pathlib.Path, value: object) -> None:
    """Replace a file's content by a value as JSON. Raises WriteError."""
    replace(target, (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode())


@contextlib.contextmanager
def atomic_folder(target: pathlib.Path, replace: bool = False) -> Iterator[pathlib.Path]:
    """A draft folder to write files into; when the block ends without an error it takes the target's name.

    A folder of that name is replaced if asked for; otherwise it stays, the draft is deleted and FolderExists is raised.
    Raises WriteError for other failures.
    """
    draft = target.with_name(f"{DRAFT}{uuid.uuid4().hex}")
    with write_errors(str(target)):
        try:
            draft.mkdir(parents=True)
            yield draft
            for file in draft.iterdir():
                _sync_file(file)
            sync_folder(draft)
            if replace and target.exists():
                remove(target)
            _rename_folder(draft, target)
            sync_folder(target.parent)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _rename_folder(draft: pathlib.Path, target: pathlib.Path) -> None:
    """The system refuses to replace a folder that has files in it, so of two that want a name one gets it."""
    try:
        _rename(draft, target)
    except OSError as error:
        if target.exists():
            raise FolderExists(f"{target} exists already.") from error
        raise


def remove(folder: pathlib.Path) -> None:
    """Delete a folder. It is renamed first, so that nobody meets it half deleted. Raises WriteError."""
    with write_errors(str(folder)):
        going = folder.with_name(f"{REMOVED}{uuid.uuid4().hex}")
        _rename(folder, going)
        shutil.rmtree(going, ignore_errors=True)


def sweep(folder: pathlib.Path) -> None:
    """Delete what a killed process left half written or half deleted in a folder."""
    for left in [*folder.glob(f"{DRAFT}*"), *folder.glob(f"{REMOVED}*")]:
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def read_json(file: pathlib.Path) -> dict[str, Any]:
    """The JSON object in a file.

    Raises OSError when there is no such file, DamagedFile when it is not a JSON object.
    """
    with file.open("rb") as opened:
        content = opened.read(MAX_JSON_BYTES + 1)
    try:
        if len(content) > MAX_JSON_BYTES:
            raise ValueError(f"it has more than {MAX_JSON_BYTES:,} bytes")
        value = parse_json(content)
        if not isinstance(value, dict):
            raise ValueError("it is not a JSON object")
    except ValueError as error:
        raise DamagedFile(f"{file.name} is damaged: {error}") from error
    return value


def write_tensors(file: pathlib.Path, tensors: Mapping[str, np.ndarray]) -> str:
    """Write arrays as safetensors, a piece at a time, and return the sha256.

    The library's own writer first copies everything twice (1.2 GB for a checkpoint of Koch's network) and cannot hash
    while it writes.
    """
    header: dict[str, dict] = {}
    end = 0
    arrays = {name: np.ascontiguousarray(tensor).reshape(np.shape(tensor)) for name, tensor in sorted(tensors.items())}
    for name, array in arrays.items():
        header[name] = {
            "dtype": SAFETENSORS_TYPES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [end, end + array.nbytes],
        }
        end += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    digest = hashlib.sha256()
    with file.open("wb") as out:
        for content in (len(text).to_bytes(8, "little"), text, *(_bytes(array) for array in arrays.values())):
            for start in range(0, len(content), CHUNK_BYTES):
                piece = content[start : start + CHUNK_BYTES]
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
        while piece := content.read(CHUNK_BYTES):
            digest.update(piece)
    return digest.hexdigest()
