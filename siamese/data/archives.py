"""Omniglot's archives, or the folders they unpack to: read and checked by content.

Nothing is unpacked: drawings are read straight from the zips. The content decides: 964 + 659 characters, 20 drawings
each, 105x105, one bit. Files may be anything, so only regular files of a limited size are read.
"""

from __future__ import annotations

import io
import itertools
import os
import pathlib
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from PIL import Image

from siamese.config import SIDE
from siamese.data.characters import pack
from siamese.data.ink import InkError
from siamese.data.pictures import png
from siamese.errors import UserError
from siamese.reading import read_regular

SETS = {"images_background": 964, "images_evaluation": 659}
"""Number of characters in each archive."""
DRAWERS = 20
DRAWINGS = sum(SETS.values()) * DRAWERS
RUNS = 20
WAYS = 20

MAX_ARCHIVE_BYTES = 20_000_000
"""The official archives have 9.5, 6.5 and 0.4 MB."""
MAX_ENTRY_BYTES, MAX_ENTRIES = 100_000, 60_000
"""Size of one file in an archive, and their number: Omniglot has 300 bytes and 20,000."""

Progress = Callable[[int, int], None]
"""Called with (done, total)."""


class OmniglotError(UserError):
    """Omniglot is missing or wrong; the text says what is wrong and what to do."""


_DRAWING_PATH = re.compile(
    r"(images_background|images_evaluation)/([^/\x00-\x1f\x7f]{1,100})/(character[0-9]{1,3})/[0-9]{1,6}_([0-9]{2})\.png"
)
_ANSWER = re.compile(r".*class([0-9]{2})\.png")
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)
"""What zipfile raises for damaged, encrypted and contradictory archives."""

Key = tuple[str, str, int]
"""Alphabet, character and drawer of a drawing."""


class _Source(Protocol):
    """An archive or a folder. `names` are paths with slashes."""

    names: Sequence[str]

    def read(self, name: str) -> bytes:
        """Content of one file. Raises OmniglotError."""


class _Zip:
    def __init__(self, file: pathlib.Path):
        self._file = file
        content = _read(file, MAX_ARCHIVE_BYTES)
        if (
            content.count(b"PK\x01\x02") > MAX_ENTRIES
        ):  # headers in the directory, which takes more memory than the file
            raise OmniglotError(f"{file} has too many files to be Omniglot; fetch the official one.")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _DAMAGED as error:
            raise OmniglotError(f"{file} is not a valid zip archive; fetch it again.") from error
        entries = self._zip.infolist()
        if any(entry.file_size > MAX_ENTRY_BYTES for entry in entries if entry.filename.endswith((".png", ".txt"))):
            raise OmniglotError(f"{file} has larger files than Omniglot; fetch the official one.")
        if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
            raise OmniglotError(f"{file} is compressed in an unusual way; fetch the official one.")
        self.names = self._zip.namelist()

    def read(self, name: str) -> bytes:
        try:
            with self._zip.open(name) as entry:
                return entry.read(MAX_ENTRY_BYTES)
        except KeyError as error:
            raise OmniglotError(f"{self._file} lacks {name}; fetch it again.") from error
        except _DAMAGED as error:
            raise OmniglotError(f"{name} in {self._file} is damaged; fetch it again.") from error


class _Folder:
    """Files in `folder`, named from `root`, which is the folder or one above it."""

    def __init__(self, folder: pathlib.Path, root: pathlib.Path):
        self._root = root
        files = list(itertools.islice(folder.glob("*/*/*.png"), MAX_ENTRIES + 1))
        if len(files) > MAX_ENTRIES:
            raise OmniglotError(f"{folder} has too many files to be Omniglot; unpack the official archive.")
        self.names = [file.relative_to(root).as_posix() for file in files]

    def read(self, name: str) -> bytes:
        return _read(self._root / name, MAX_ENTRY_BYTES)


def _read(file: pathlib.Path, max_bytes: int) -> bytes:
    try:
        return read_regular(file, max_bytes)
    except OSError as error:
        raise OmniglotError(f"{file} cannot be read as a part of Omniglot: {error.strerror}.") from error


def _open_source(folder: pathlib.Path, name: str) -> _Source:
    """The archive `name`.zip, or the folder `name`."""
    if os.path.lexists(folder / f"{name}.zip"):
        return _Zip(folder / f"{name}.zip")
    if os.path.isdir(folder / name):
        return _Folder(folder / name, folder)
    raise OmniglotError(f"{folder} has neither {name}.zip nor a folder {name}.")


def _read_ink(content: bytes, name: str) -> np.ndarray:
    """Ink as bool (105, 105) of one of the data set's PNGs, in which ink is black."""
    try:
        container = png.read(content)
        if (container.width, container.height) != (SIDE, SIDE):
            raise _wrong_drawing(name, f"{container.width}x{container.height}")
        with Image.open(io.BytesIO(container.content), formats=("PNG",)) as image:
            if image.mode != "1":
                raise _wrong_drawing(name, f"in mode {image.mode}")
            return ~np.asarray(image)
    except (InkError, OSError, SyntaxError, ValueError) as error:
        raise OmniglotError(f"{name} cannot be read as a PNG; fetch the archive again.") from error


def _wrong_drawing(name: str, property: str) -> OmniglotError:
    return OmniglotError(f"{name} is {property}; Omniglot's drawings are 105x105, one bit.")


def read_drawings(folder: pathlib.Path, progress: Progress | None = None) -> dict[Key, np.ndarray]:
    """Packed bits (1379,) of all 32,460 drawings, background set first. Raises OmniglotError."""
    bits: dict[Key, np.ndarray] = {}
    for archive, characters in SETS.items():
        source = _open_source(folder, archive)
        drawings: dict[Key, np.ndarray] = {}
        for name in sorted(source.names):
            match = _DRAWING_PATH.fullmatch(name)
            if not match or match.group(1) != archive:
                continue
            key = (match.group(2), match.group(3), int(match.group(4)))
            if key in drawings:
                raise OmniglotError(f"{archive} has {name} twice; fetch it again.")
            drawings[key] = np.packbits(_read_ink(source.read(name), name))
            if progress and len(drawings) % 500 == 0:
                progress(len(bits) + len(drawings), DRAWINGS)
        _check_complete(archive, characters, drawings)
        bits |= drawings
    if progress:
        progress(DRAWINGS, DRAWINGS)
    return bits


def _check_complete(archive: str, characters: int, drawings: dict[Key, np.ndarray]) -> None:
    """Raise OmniglotError unless there are `characters` characters, each by drawers 1 to 20."""
    drawers: dict[tuple[str, str], set[int]] = {}
    for alphabet, character, drawer in drawings:
        drawers.setdefault((alphabet, character), set()).add(drawer)
    if len(drawers) != characters:
        raise OmniglotError(f"{archive} has {len(drawers)} characters instead of {characters}; fetch it again.")
    for (alphabet, character), present in drawers.items():
        if wrong := present ^ set(range(1, DRAWERS + 1)):
            place = f"{alphabet}/{character}"
            raise OmniglotError(f"{archive} lacks a drawing of {place} or has one too many: see drawer {min(wrong)}.")


def read_runs(folder: pathlib.Path) -> dict[str, np.ndarray] | None:
    """Lake's runs: support and query bits (400, 1379), answer int (20, 20); None when the folder does not have them.

    Raises OmniglotError when they are incomplete or damaged.
    """
    archive, unpacked = folder / "all_runs.zip", folder / "all_runs"
    if os.path.lexists(archive):
        source: _Source = _Zip(archive)
    elif os.path.isdir(unpacked):
        source = _Folder(unpacked, unpacked)
    else:
        return None
    support, query = np.zeros((RUNS, WAYS, SIDE, SIDE), bool), np.zeros((RUNS, WAYS, SIDE, SIDE), bool)
    answer = np.zeros((RUNS, WAYS), np.int64)
    for run in range(RUNS):
        part = f"run{run + 1:02}"
        answers = _read_answers(source.read(f"{part}/class_labels.txt"), part)
        for i in range(WAYS):
            item, example = f"{part}/test/item{i + 1:02}.png", f"{part}/training/class{i + 1:02}.png"
            query[run, i] = _read_ink(source.read(item), item)
            support[run, i] = _read_ink(source.read(example), example)
            answer[run, i] = answers[item]
    return {"support": pack(support), "query": pack(query), "answer": answer}


def _read_answers(content: bytes, part: str) -> dict[str, int]:
    """Index in the support set by the name of each item: lines "run01/test/item01.png run01/training/class11.png"."""
    answers: dict[str, int] = {}
    for line in content.decode("ascii", errors="replace").splitlines():
        words = line.split()
        match = _ANSWER.fullmatch(words[1]) if len(words) == 2 else None
        if match and 1 <= int(match.group(1)) <= WAYS:
            answers[words[0]] = int(match.group(1)) - 1
    if set(answers) != {f"{part}/test/item{i + 1:02}.png" for i in range(WAYS)}:
        raise OmniglotError(f"{part}/class_labels.txt does not name the answers to 20 items; fetch all_runs.zip again.")
    return answers
