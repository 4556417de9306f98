"""The features of a character set's drawings, each computed once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

from siamese.data.characters import CharacterSet
from siamese.data.episodes import Trials

CHUNK_DRAWINGS = 128
"""Drawings prepared between two reports of progress."""


class Scorer(Protocol):
    """Anything that scores how similar drawings are."""

    def prepare(self, drawings: np.ndarray) -> Any:
        """Features of drawings (n, 105, 105): an array whose first axis is n."""

    def compare(self, queries: Any, support: Any) -> np.ndarray:
        """Scores (q, s) of prepared queries against a prepared support set; higher = more similar."""


class Features:
    """Features of a character set's drawings by row, each computed once. Threads may share them.

    They stay in memory: 16 KB per drawing for Koch's network, so 90 MB for ten alphabets.
    """

    def __init__(self, scorer: Scorer, characters: CharacterSet):
        self.scorer, self.characters = scorer, characters
        self._features: np.ndarray | None = None
        self._prepared = np.zeros(len(characters), dtype=bool)
        self._lock = threading.Lock()

    def missing(self, rows: np.ndarray) -> np.ndarray:
        """Those of these rows that are not prepared yet, each once, in the order given."""
        rows = np.asarray(rows).ravel()
        rows = rows[~self._prepared[rows]]
        return rows[np.sort(np.unique(rows, return_index=True)[1])]

    def prepare(self, rows: np.ndarray) -> None:
        """Prepare those of these rows that are not prepared yet."""
        with self._lock:  # a second thread finds them prepared
            rows = self.missing(rows)
            if not len(rows):
                return
            prepared = self.scorer.prepare(self.characters.drawings(rows))
            if self._features is None:
                self._features = np.empty((len(self.characters), *prepared.shape[1:]), prepared.dtype)
            self._features[rows] = prepared
            self._prepared[rows] = True

    def prepare_in_steps(self, rows: np.ndarray) -> Iterator[tuple[int, int]]:
        """The same in steps; yields (done, total) after every chunk."""
        missing = self.missing(rows)
        for start in range(0, len(missing), CHUNK_DRAWINGS):
            self.prepare(missing[start : start + CHUNK_DRAWINGS])
            yield min(start + CHUNK_DRAWINGS, len(missing)), len(missing)

    def compare(self, queries: np.ndarray, support: np.ndarray) -> np.ndarray:
        """Scores (q, s) of rows (q,) against rows (s,); rows that are missing are prepared."""
        self.prepare(np.concatenate([queries, support]))
        assert self._features is not None
        return self.scorer.compare(self._features[queries], self._features[support])

    def score(self, trials: Trials) -> np.ndarray:
        """Scores (trials, n): for each way the mean score of its shots. Raises ValueError for a broken scorer."""
        _, ways, shots = trials.support.shape
        self.prepare(np.concatenate([trials.query, trials.support.ravel()]))
        scores = [
            self.compare(trials.query[t : t + 1], trials.support[t].ravel()).reshape(ways, shots).mean(axis=1)
            for t in range(len(trials))
        ]
        result = np.array(scores).reshape(-1, ways)
        require_numbers(result)
        return result


def require_numbers(scores: np.ndarray) -> None:
    """Raises ValueError when all scores of a row are NaN."""
    if np.isnan(scores).all(axis=1).any():
        raise ValueError("All scores of a trial are NaN: the scorer is broken.")
