"""Downloads Omniglot's official archives. A file gets its name only after its sha256 was checked."""

from __future__ import annotations

import pathlib
import time

import pooch
import requests

from siamese.data.archives import OmniglotError, Progress

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

SILENCE_SECONDS = 30.0
"""A download without data for this long fails."""
MAX_SECONDS = 1800.0
"""For one archive: 9 MB at 5 KB per second."""
RETRIES = 2

pooch.get_logger().setLevel("WARNING")  # it would report each file in addition to our progress


class _Meter:
    """The progress bar that pooch reports to. It adds the bytes of one file to those of the previous files.

    It ends a download that is larger than the official file, which could fill the disk, or that takes too long.
    """

    def __init__(self, size: int, before: int, everything: int, progress: Progress):
        self._size, self._before, self._everything, self._progress = size, before, everything, progress
        self._received = 0
        self._start = time.monotonic()
        self.total = 0  # set by pooch

    def update(self, count: int) -> None:
        self._received += count
        if self._received > 4 * self._size + 1_000_000:  # pooch counts a small piece as a complete one
            raise ValueError("larger than the official file")
        if time.monotonic() - self._start > MAX_SECONDS:
            raise requests.Timeout
        self._progress(self._before + min(self._received, self._size), self._everything)

    def reset(self) -> None:
        """At the end, pooch resets the bar and reports the size of the file in one update."""
        self._received = 0

    def close(self) -> None:
        """Nothing to release."""


def fetch(folder: pathlib.Path, progress: Progress | None = None) -> None:
    """Download those of the three official archives that the folder lacks. Raises OmniglotError.

    Whatever fails, complete archives stay. What an interrupted download left behind is deleted, so only one download
    may use the folder at a time.
    """
    _delete_remains(folder)
    report = progress or (lambda done, total: None)
    everything, before = sum(size for size, _, _ in ARCHIVES.values()), 0
    for name, (size, digest, address) in ARCHIVES.items():
        meter = _Meter(size, before, everything, report)
        download = pooch.HTTPDownloader(progressbar=meter, timeout=SILENCE_SECONDS)
        registry, urls = {name: f"sha256:{digest}"}, {name: address}
        try:
            pooch.create(folder, "", registry=registry, urls=urls, retry_if_failed=RETRIES).fetch(
                name, downloader=download
            )
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
        report(before, everything)


def _delete_remains(folder: pathlib.Path) -> None:
    for file in folder.iterdir():
        if file.name not in ARCHIVES and file.is_file():
            file.unlink(missing_ok=True)
