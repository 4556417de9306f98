"""A run's curve for somebody who watches: read on from where it was left, kept as plain numbers."""

from __future__ import annotations

import array
import threading
from typing import Any

import numpy as np

from siamese.runs import metrics
from siamese.runs.record import Run

COLUMNS = ("step", "loss", "pair_accuracy")
"""What is kept of a step: 24 bytes, so that 200,000 of them take 5 MB."""


class Followed:
    """The curve of one run, shared by threads. After `update`, `steps` and `validations` are up to date."""

    def __init__(self, run: Run):
        self.run = run
        self._cursor = (0, 0)
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self._steps = {name: array.array("d") for name in COLUMNS}
        self._validations: list[dict[str, Any]] = []

    def update(self) -> None:
        """Read what is new; all of it when a resume has cut the curve."""
        with self._lock:
            found = metrics.read(self.run, self._cursor)
            if found.anew:
                self._clear()
            for entry in found.records:
                if "validation" in entry:
                    self._validations.append(entry)
                elif all(isinstance(entry.get(name), (int, float)) for name in COLUMNS):
                    for name, values in self._steps.items():
                        values.append(entry[name])
            self._cursor = found.cursor

    @property
    def length(self) -> int:
        """Steps on the curve."""
        return len(self._steps["step"])

    def steps(self) -> dict[str, np.ndarray]:
        """float64 (length,) by the names in COLUMNS."""
        with self._lock:
            return {name: np.array(values) for name, values in self._steps.items()}

    def validations(self) -> list[dict[str, Any]]:
        """Records of the validations, oldest first."""
        with self._lock:
            return list(self._validations)
