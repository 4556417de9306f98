"""Omniglot's official archives, or the folders they unpack to: read, check by content, fetch.

Nothing is unpacked: drawings are read straight from the zips. Whatever they come from, they are judged by content: 964 +
659 characters, 20 drawings each, 105x105, one bit. A download is also judged by its sha256.
"""

from __future__ import annotations

import contextlib
import io
import pathlib
import re
import zipfile
from collections.abc import Callable, Iterator

import numpy as np
import pooch
import requests
from PIL import Image

from siamese.config import SIDE
from siamese.data.characters import pack
from siamese.errors import UserError

SETS = {"images_background": 964, "images_evaluation": 659}
DRAWERS = 20
DRAWINGS = sum(SETS.values()) * DRAWERS

SOURCE = "https://github.com/brendenlake/omniglot/raw/master/python"
ARCHIVES = {
    "images_background.zip": (
        9_464_212,
        "ad41ab679c8b5d90b271ef46be6987cc81211774a695c29dcc5367b2b26ee640",
        f"{SOURCE}/images_background.zip",
    ),
    "images_evaluation.zip": (
        6_462_886,
        "1f61a8f3366785b057fc117d9228e78a16e3d976c8953b2a10fcc74cf0609cee",
        f"{SOURCE}/images_evaluation.zip",
    ),
    "all_runs.zip": (
        352_787,
        "437c1eeab0af8484112e1b4cc0f3d541ec727f7c47b9b202da738af9dfd6c325",
        f"{SOURCE}/one-shot-classification/all_runs.zip",
    ),
}
"""Bytes, sha256 and address of each official archive."""

LARGEST_ENTRY, MOST_ENTRIES = 100_000, 100_000
"""Bytes of one file within an archive, and their number: Omniglot's are far below either."""

Progress = Callable[[int, int], None]
"""Called with (done, total)."""


class OmniglotError(UserError):
    """Omniglot is absent or wrong; the text says what and what to do."""


_DRAWING_PATH = re.compile(r"(images_background|images_evaluation)/([^/]+)/(character\d+)/\d+_(\d+)\.png")

Key = tuple[str, str, int]
"""Alphabet, character and drawer of a drawing."""


@contextlib.contextmanager
def _open_source(folder: pathlib.Path, name: str) -> Iterator[tuple[list[str], Callable[[str], bytes]]]:
    """Names of the files below `name` (a zip or a folder) and a way to read one."""
    archive, unpacked = folder / f"{name}.zip", folder / name
    if archive.is_file():
        try:
            with zipfile.ZipFile(archive) as zipped:
                _check_entries(zipped, archive)
                yield zipped.namelist(), zipped.read
        except (zipfile.BadZipFile, RuntimeError, EOFError) as error:  # RuntimeError: an encrypted entry
            raise OmniglotError(f"{archive} is not a whole zip archive; fetch it again.") from error
    elif unpacked.is_dir():
        names = [p.relative_to(folder).as_posix() for p in unpacked.rglob("*.png")]
        yield names, lambda n: (folder / n).read_bytes()
    else:
        raise OmniglotError(f"{folder} holds neither {name}.zip nor a folder {name}.")


def _check_entries(zipped: zipfile.ZipFile, archive: pathlib.Path) -> None:
    """Refuse a bomb before anything is inflated."""
    entries = zipped.infolist()
    if len(entries) > MOST_ENTRIES or any(
        e.file_size > LARGEST_ENTRY for e in entries if e.filename.endswith((".png", ".txt"))
    ):
        raise OmniglotError(f"{archive} holds far more than Omniglot; fetch the official file.")


def _read_ink(content: bytes, name: str) -> np.ndarray:
    """Ink as bool (105, 105) of one of the data set's PNGs, in which ink is black."""
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            if image.size != (SIDE, SIDE) or image.mode != "1":
                raise OmniglotError(
                    f"{name} is {image.size[0]}x{image.size[1]} in mode {image.mode}; Omniglot's drawings are 105x105, one bit."
                )
            return ~np.asarray(image)
    except (OSError, SyntaxError) as error:
        raise OmniglotError(f"{name} cannot be read as a PNG: {error}.") from error


def read_drawings(folder: pathlib.Path, progress: Progress | None = None) -> dict[Key, np.ndarray]:
    """Packed bits (1379,) of all 32,460 drawings, background set first. Raises OmniglotError when one is missing or wrong."""
    bits: dict[Key, np.ndarray] = {}
    for archive, expected in SETS.items():
        found: dict[Key, np.ndarray] = {}
        with _open_source(folder, archive) as (names, read):
            for name in sorted(names):
                match = _DRAWING_PATH.fullmatch(name)
                if not match or match.group(1) != archive:
                    continue
                key = (match.group(2), match.group(3), int(match.group(4)))
                if key in found:
                    raise OmniglotError(f"{archive} has {name} twice; fetch it again.")
                found[key] = np.packbits(_read_ink(read(name), name))
                if progress and len(found) % 500 == 0:
                    progress(len(bits) + len(found), DRAWINGS)
        _check(archive, expected, found)
        bits |= found
    if progress:
        progress(DRAWINGS, DRAWINGS)
    return bits


def _check(archive: str, expected: int, found: dict[Key, np.ndarray]) -> None:
    drawers: dict[tuple[str, str], set[int]] = {}
    for alphabet, character, drawer in found:
        drawers.setdefault((alphabet, character), set()).add(drawer)
    if len(drawers) != expected:
        raise OmniglotError(f"{archive} has {len(drawers)} characters where Omniglot has {expected}; fetch it again.")
    for (alphabet, character), present in drawers.items():
        if present != set(range(1, DRAWERS + 1)):
            wrong = min(present ^ set(range(1, DRAWERS + 1)))
            raise OmniglotError(
                f"{archive} does not have drawers 1 to 20 of {alphabet}/{character}: see drawer {wrong}; fetch it again."
            )


def read_runs(folder: pathlib.Path) -> dict[str, np.ndarray] | None:
    """Lake's runs: support and query bits (400, 1379), answer int (20, 20); None when the folder does not have them."""
    archive = folder / "all_runs.zip"
    if archive.is_file():
        try:
            with zipfile.ZipFile(archive) as zipped:
                _check_entries(zipped, archive)
                return _collect_runs(zipped.read)
        except (zipfile.BadZipFile, RuntimeError, EOFError, KeyError, ValueError) as error:
            raise OmniglotError(f"{archive} is not the archive of Lake's 20 runs ({error}); fetch it again.") from error
    root = folder / "all_runs"
    if root.is_dir():
        try:
            return _collect_runs(lambda name: (root / name).read_bytes())
        except FileNotFoundError as error:
            raise OmniglotError(f"{error.filename} is missing; fetch all_runs.zip again.") from error
    return None


def _collect_runs(read: Callable[[str], bytes]) -> dict[str, np.ndarray]:
    support, query = np.zeros((20, 20, SIDE, SIDE), bool), np.zeros((20, 20, SIDE, SIDE), bool)
    answer = np.zeros((20, 20), np.int64)
    for run in range(20):
        labels = dict(
            line.split() for line in read(f"run{run + 1:02}/class_labels.txt").decode().splitlines() if line.strip()
        )
        for i in range(20):
            item, shown = f"run{run + 1:02}/test/item{i + 1:02}.png", f"run{run + 1:02}/training/class{i + 1:02}.png"
            query[run, i], support[run, i] = _read_ink(read(item), item), _read_ink(read(shown), shown)
            answer[run, i] = int(labels[item][-6:-4]) - 1
    return {"support": pack(support), "query": pack(query), "answer": answer}


class _Bytes:
    """What pooch reports its progress to: the bytes of one file, after those of the files before it."""

    def __init__(self, before: int, total: int, progress: Progress):
        self._before, self._all, self._progress = before, total, progress
        self._file = 0
        self.total = 0  # set by pooch

    def update(self, count: int) -> None:
        self._file += count
        self._progress(self._before + min(self._file, self.total), self._all)  # pooch counts whole chunks

    def reset(self) -> None:
        """At its end pooch winds back and reports the whole file at once."""
        self._file = 0

    def close(self) -> None:
        """Nothing to let go of."""


def fetch(folder: pathlib.Path, progress: Progress | None = None) -> None:
    """Download the three official archives into a folder, those that are not there yet. Raises OmniglotError.

    A file has its name only once its sha256 is right; whatever fails leaves what was there.
    """
    report = progress or (lambda done, total: None)
    total, before = sum(size for size, _, _ in ARCHIVES.values()), 0
    for name, (size, digest, address) in ARCHIVES.items():
        download = pooch.HTTPDownloader(progressbar=_Bytes(before, total, report), timeout=30)
        try:
            pooch.create(
                folder, "", registry={name: f"sha256:{digest}"}, urls={name: address}, retry_if_failed=2
            ).fetch(name, downloader=download)
        except requests.RequestException as error:
            raise OmniglotError(
                f"{name} could not be downloaded ({type(error).__name__}): check the connection and try again."
            ) from error
        except ValueError as error:
            raise OmniglotError(
                f"{name} arrived damaged or is not the official file (its sha256 is wrong): try again later."
            ) from error
        except OSError as error:
            raise OmniglotError(f"{name} could not be written to {folder}: {error.strerror or error}.") from error
        before += size
        report(before, total)
