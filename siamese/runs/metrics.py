"""A run's curve as a file of JSON lines: read from the start or from where one stopped, cut when a run is resumed."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from collections.abc import Iterator
from typing import Any

from siamese.runs import files
from siamese.runs.record import Run


@dataclasses.dataclass(frozen=True)
class Metrics:
    """Records of a curve from a cursor on. `anew` says that the curve was cut by a resume: forget what was read before."""

    records: list[dict[str, Any]]
    cursor: tuple[int, int]
    anew: bool


def read(run: Run, cursor: tuple[int, int] = (0, 0)) -> Metrics:
    """The whole lines of the curve after a cursor, (0, 0) being the start; a torn last line is left for later.

    Resuming cuts a curve by putting a new file in the old one's place, so a cursor knows the file as well as the offset.
    """
    try:
        with run.metrics.open("rb") as file:
            status = os.fstat(file.fileno())
            anew = cursor != (0, 0) and (status.st_ino != cursor[0] or status.st_size < cursor[1])
            offset = 0 if anew else cursor[1]
            file.seek(offset)
            content = file.read()
    except OSError:
        return Metrics([], (0, 0), cursor != (0, 0))
    end = content.rfind(b"\n") + 1
    return Metrics(list(_parsed(content[:end])), (status.st_ino, offset + end), anew)


def latest(run: Run, size: int = 262_144) -> list[dict[str, Any]]:
    """The records in the last bytes of the curve, about 1,700 steps: its speed, and its last validation at every preset's distance."""
    try:
        with run.metrics.open("rb") as file:
            start = max(0, os.fstat(file.fileno()).st_size - size)
            file.seek(start)
            content = file.read()
    except OSError:
        return []
    first = content.find(b"\n") + 1 if start else 0
    return list(_parsed(content[first : content.rfind(b"\n") + 1]))


def _parsed(lines: bytes) -> Iterator[dict[str, Any]]:
    for line in lines.splitlines():
        with contextlib.suppress(ValueError):
            record = json.loads(line)
            if isinstance(record, dict) and isinstance(record.get("step"), int):
                yield record


def cut(run: Run, length: int) -> None:
    """Forget the curve after so many bytes, and a torn line before that. Raises WriteError."""
    content = run.metrics.read_bytes() if run.metrics.is_file() else b""
    kept = content[:length]
    kept = kept[: kept.rfind(b"\n") + 1]
    if kept != content:
        files.replace(run.metrics, kept)
