"""The curve of a run, metrics.jsonl: one JSON record per training step and one per validation.

    {"step": 1, "loss": 0.9, "pairs": 0.7, "shot": 3.1, "pair_accuracy": 0.5, "seconds": 0.4}
    {"step": 50, "validation": 0.31, "validation_low": 0.27, ..., "background": 0.35, ..., "seconds": 4.2}

The worker appends to it; pages continue reading where they stopped. A resumed run first cuts the curve to its
checkpoint, which replaces the file, so a reader starts again. Lines that are not valid records are skipped and counted.
"""

from __future__ import annotations

import array
import collections
import errno
import json
import os
import pathlib
import threading
from collections.abc import Iterable

import numpy as np
from cachetools import LRUCache, cached

from siamese import reading
from siamese.runs import files, folder
from siamese.runs.estimate import SPEED_STEPS, Record

STEP_FIELDS = ("step", "loss", "pair_accuracy", "seconds")
_INTERVAL = ("validation_low", "validation_high", "validation_trials")
VALIDATION_FIELDS = ("step", "validation", *_INTERVAL, "background", "seconds")
"""Fields that every record of a step or of a validation has; all fields of a record are numbers."""
KEPT_FIELDS = ("step", "loss", "pair_accuracy", "penalty")
"""Fields of a step that a `Curve` keeps: 32 bytes, so 200,000 steps take 6 MB. Runs without a penalty have 0 there."""
MAX_FOLLOWED_CURVES = 12
"""Curves that `follow` keeps in memory, those used last."""
TAIL_BYTES = 262_144
"""Read from the end of a long curve: about 1,700 steps, so the last validation of every preset is included."""


def is_number(value: object) -> bool:
    """Whether a value of `reading.parse_json` is a number; true and false are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_record(value: object) -> bool:
    """Whether a value of `reading.parse_json` is a record of a step or a validation: the one check of all readers."""
    if not isinstance(value, dict):
        return False
    fields = VALIDATION_FIELDS if "validation" in value else STEP_FIELDS
    if not all(map(is_number, value.values())) or not all(field in value for field in fields):
        return False
    return isinstance(value["step"], int) and value["step"] >= 0 and value["seconds"] >= 0


def _records(lines: Iterable[bytes]) -> tuple[list[Record], int]:
    """The valid records among lines, and how many lines are not."""
    records, invalid = [], 0
    for line in lines:
        try:
            record = reading.parse_json(line)
        except ValueError:
            record = None
        if is_record(record):
            records.append(record)
        else:
            invalid += 1
    return records, invalid


class _Lines:
    """Reads the complete lines that were added to a file since the last call; a torn last line is left for later."""

    def __init__(self, file: pathlib.Path):
        self._file = file
        self._inode = self._offset = 0

    def read(self, last_bytes: int | None = None) -> tuple[list[bytes], bool]:
        """(new lines, whether to forget the earlier ones).

        With `last_bytes` no more than that is read, from the end.
        """
        try:
            with self._file.open("rb") as file:
                status = os.fstat(file.fileno())
                cut = bool(self._inode) and (status.st_ino != self._inode or status.st_size < self._offset)
                start = 0 if cut else self._offset
                skip = last_bytes is not None and status.st_size - start > last_bytes
                if skip:
                    start = status.st_size - last_bytes
                file.seek(start)
                content = file.read()
        except OSError:
            cut, self._inode, self._offset = bool(self._inode), 0, 0
            return [], cut
        end = content.rfind(b"\n") + 1
        begin = content.find(b"\n") + 1 if skip else 0
        self._inode, self._offset = status.st_ino, start + end
        return content[begin:end].splitlines(), cut


class Curve:
    """The complete curve of one run, shared by threads; `update` reads what is new."""

    def __init__(self, file: pathlib.Path):
        self._lines, self._lock = _Lines(file), threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self._steps = {field: array.array("d") for field in KEPT_FIELDS}
        self._validations: list[Record] = []

    def update(self) -> None:
        """Read what was added; everything again when a resumed run has cut the curve."""
        with self._lock:
            lines, cut = self._lines.read()
            if cut:
                self._clear()
            for record in _records(lines)[0]:
                if "validation" in record:
                    self._validations.append(record)
                else:
                    for field, values in self._steps.items():
                        values.append(record.get(field, 0.0))

    @property
    def length(self) -> int:
        """Steps on the curve."""
        return len(self._steps["step"])

    def steps(self) -> dict[str, np.ndarray]:
        """float64 (length,) by the names in KEPT_FIELDS."""
        with self._lock:
            return {field: np.array(values) for field, values in self._steps.items()}

    def validations(self) -> list[Record]:
        """Records of the validations, oldest first."""
        with self._lock:
            return list(self._validations)


def follow(run_id: str) -> Curve:
    """The curve of a run, read up to now; shared by all who watch it. Raises RunError when there is no such run."""
    curve = _followed(folder.locate(run_id) / "metrics.jsonl")
    curve.update()
    return curve


@cached(LRUCache(MAX_FOLLOWED_CURVES), condition=threading.Condition())
def _followed(file: pathlib.Path) -> Curve:
    return Curve(file)


class Tail:
    """The end of a curve, all that a status needs; `update` reads what is new, TAIL_BYTES at most."""

    def __init__(self, file: pathlib.Path):
        self._lines = _Lines(file)
        self._clear()

    def _clear(self) -> None:
        self.step = self._invalid = 0
        self.steps: collections.deque[Record] = collections.deque(maxlen=SPEED_STEPS)
        self.validations: collections.deque[Record] = collections.deque(maxlen=SPEED_STEPS)

    def update(self) -> None:
        """Read what was added. Of many new lines only the last ones and validations are parsed."""
        lines, cut = self._lines.read(TAIL_BYTES)
        if cut:
            self._clear()
        recent = len(lines) - SPEED_STEPS
        records, invalid = _records(line for i, line in enumerate(lines) if i >= recent or b'"validation"' in line)
        self._invalid += invalid
        for record in records:
            (self.validations if "validation" in record else self.steps).append(record)
            self.step = record["step"]

    @property
    def damage(self) -> str:
        """What is wrong with the curve, in one sentence; "" when nothing is."""
        return f"metrics.jsonl is damaged: invalid lines ({self._invalid}) are left out." if self._invalid else ""


class CurveWriter:
    """The curve of a run that trains. Continues after the first `length` bytes; the rest is cut off. Raises WriteError.

    recent: the last steps; validations: all of them; seconds: time of all steps and validations.
    """

    def __init__(self, file: pathlib.Path, length: int):
        cut(file, length)
        self._file = file
        self.validations: list[Record] = []
        self.recent: collections.deque[Record] = collections.deque(maxlen=SPEED_STEPS)
        self.seconds = 0.0
        for record in read(file):
            self._remember(record)
        with files.write_errors(str(file)):
            self._out = file.open("ab", buffering=0)

    def add(self, record: Record) -> None:
        """Append a record; it reaches the system at once and the disk at `sync`."""
        with files.write_errors(str(self._file)):
            line = json.dumps(record).encode() + b"\n"
            if self._out.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._remember(record)

    def _remember(self, record: Record) -> None:
        self.seconds += record["seconds"]
        (self.validations if "validation" in record else self.recent).append(record)

    def validation_at(self, step: int) -> Record | None:
        """The validation of this step, if it is the last one."""
        return self.validations[-1] if self.validations and self.validations[-1]["step"] == step else None

    def best(self) -> int:
        """Index of the best validation, the first of equals. Raises ValueError when there is none."""
        return max(range(len(self.validations)), key=lambda i: self.validations[i]["validation"])

    def sync(self) -> int:
        """Put the curve on the disk; its length in bytes."""
        with files.write_errors(str(self._file)):
            os.fsync(self._out.fileno())
            return self._out.tell()

    def close(self) -> None:
        """Close the file."""
        self._out.close()


def read(file: pathlib.Path) -> list[Record]:
    """All records of a curve."""
    return _records(_Lines(file).read()[0])[0]


def cut(file: pathlib.Path, length: int) -> None:
    """Remove everything after this many bytes, and a torn line before that. Raises WriteError."""
    content = file.read_bytes() if file.is_file() else b""
    kept = content[:length]
    kept = kept[: kept.rfind(b"\n") + 1]
    if kept != content:
        files.replace(file, kept)
