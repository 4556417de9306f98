"""What a scorer sees in the drawings of a character set, kept so that every drawing is looked at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

from siamese.data.characters import CharacterSet

CHUNK = 128
"""Drawings looked at between two reports of progress."""


class Scorer(Protocol):
    """Anything that can say how alike drawings are."""

    def prepare(self, drawings: np.ndarray) -> Any:
        """Features of drawings (n, 105, 105), an array whose first axis is n."""

    def compare(self, queries: Any, support: Any) -> np.ndarray:
        """Scores (q, s) of prepared queries against a prepared support set, higher = more alike."""


class Features:
    """Features of a character set's drawings by row, each looked at once whoever asks. May be shared by threads.

    They stay in memory: 16 KB a drawing for Koch's network, so 90 MB for ten alphabets.
    """

    def __init__(self, scorer: Scorer, characters: CharacterSet):
        self.scorer, self.characters = scorer, characters
        self._features: np.ndarray | None = None
        self._looked = np.zeros(len(characters), dtype=bool)
        self._lock = threading.Lock()

    def missing(self, rows: np.ndarray) -> np.ndarray:
        """Those of these rows that have not been looked at, each once, in their order."""
        rows = np.asarray(rows).ravel()
        rows = rows[~self._looked[rows]]
        return rows[np.sort(np.unique(rows, return_index=True)[1])]

    def look(self, rows: np.ndarray) -> None:
        """Prepare what is missing of these rows, at once."""
        with self._lock:  # whoever comes second finds it done
            rows = self.missing(rows)
            if not len(rows):
                return
            found = self.scorer.prepare(self.characters.drawings(rows))
            if self._features is None:
                self._features = np.empty((len(self.characters), *found.shape[1:]), found.dtype)
            self._features[rows] = found
            self._looked[rows] = True

    def look_in_steps(self, rows: np.ndarray) -> Iterator[tuple[int, int]]:
        """Prepare what is missing of these rows; yields (done, total) after every chunk."""
        missing = self.missing(rows)
        for start in range(0, len(missing), CHUNK):
            self.look(missing[start : start + CHUNK])
            yield min(start + CHUNK, len(missing)), len(missing)

    def compare(self, queries: np.ndarray, support: np.ndarray) -> np.ndarray:
        """Scores (q, s) of rows (q,) against rows (s,), looking at what has not been looked at."""
        self.look(np.concatenate([queries, support]))
        assert self._features is not None
        return self.scorer.compare(self._features[queries], self._features[support])
