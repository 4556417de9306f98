"""A run's curve while it is being written: metrics.jsonl, TensorBoard's events, and what the loop asks of the past."""

from __future__ import annotations

import collections
from typing import Any

from siamese.runs import files, metrics
from siamese.runs.events import Events
from siamese.runs.pace import RECENT
from siamese.runs.record import Run


class Curve:
    """Goes on after the first `length` bytes of metrics.jsonl; what is beyond is cut off. The graph is for TensorBoard. Errors are WriteErrors."""

    def __init__(self, run: Run, length: int, graph: bytes):
        metrics.cut(run, length)
        past = metrics.read(run).records
        self.validations: list[dict[str, Any]] = []
        self.recent: collections.deque[dict[str, Any]] = collections.deque(maxlen=RECENT)
        self.seconds = 0.0  # of steps and validations
        for found in past:
            self._remember(found)
        self._lines = files.Lines(run.metrics)
        self._events = Events(run.folder / "events", past, graph)

    def add(self, found: dict[str, Any]) -> None:
        """Append a record of a step or of a validation."""
        self._lines.add(found)
        self._events.add(found)
        self._remember(found)

    def _remember(self, found: dict[str, Any]) -> None:
        self.seconds += found["seconds"]
        if "validation" in found:
            self.validations.append(found)
        else:
            self.recent.append(found)

    def validation_at(self, step: int) -> dict[str, Any] | None:
        """The validation of this step, if it is the last one."""
        return self.validations[-1] if self.validations and self.validations[-1]["step"] == step else None

    def best(self) -> int:
        """Index of the best validation, the first of equals. Raises ValueError when there is none."""
        return max(range(len(self.validations)), key=lambda i: self.validations[i]["validation"])

    def sync(self) -> int:
        """Put the curve on the disk; its length in bytes."""
        return self._lines.sync()

    def close(self) -> None:
        """Let go of the files."""
        self._lines.close()
        self._events.close()
