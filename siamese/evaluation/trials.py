"""One-shot accuracy of any scorer, with intervals (protocols of Lake et al., 2015, and Koch et al., section 4.3).

A scorer looks at every drawing once (`prepare`) and then compares; that is what makes 10,000 trials cheap.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

from siamese.data.characters import CharacterSet
from siamese.data.episodes import Trials
from siamese.data.omniglot import LakeRuns


class Scorer(Protocol):
    """Anything that can say how alike drawings are."""

    def prepare(self, drawings: np.ndarray) -> Any:
        """Features of drawings (n, 105, 105), an array whose first axis is n."""

    def compare(self, queries: Any, support: Any) -> np.ndarray:
        """Scores (q, s) of prepared queries against a prepared support set, higher = more alike."""


@dataclasses.dataclass(frozen=True)
class Accuracy:
    """Right answers of independent trials, with Wilson's 95 % interval."""

    right: int
    trials: int

    @property
    def accuracy(self) -> float:
        """Share of right answers in [0, 1]."""
        return self.right / self.trials

    def interval(self, z: float = 1.96) -> tuple[float, float]:
        """Lower and upper bound in [0, 1] (Wilson, 1927)."""
        n, p = self.trials, self.accuracy
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return float(max(0.0, middle - half)), float(min(1.0, middle + half))


def choose(scores: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Index of the best of each row of scores (q, n); ties are broken at random, so a constant scorer scores chance.

    A score that is not a number never wins. Raises ValueError when a row has no number at all.
    """
    scores = np.where(np.isnan(scores), -np.inf, scores)
    best = scores.max(axis=1, keepdims=True)
    if np.isneginf(best).any():
        raise ValueError("A trial has no score that is a number; the scorer is broken.")
    return np.argmax(np.where(scores == best, rng.random(scores.shape), -1.0), axis=1)


def score_trials(scorer: Scorer, characters: CharacterSet, trials: Trials) -> np.ndarray:
    """Scores (trials, n). Every drawing is prepared once; the shots of a way count by their mean score."""
    rows, place = np.unique(np.concatenate([trials.query, trials.support.ravel()]), return_inverse=True)
    features = scorer.prepare(characters.drawings(rows))
    query, support = place[: len(trials)], place[len(trials) :].reshape(trials.support.shape)
    return np.stack(
        [scorer.compare(features[query[t : t + 1]], features[support[t].ravel()]).reshape(support[t].shape).mean(axis=1) for t in range(len(trials))]
    )


def answer_trials(scorer: Scorer, characters: CharacterSet, trials: Trials, rng: np.random.Generator) -> np.ndarray:
    """The way chosen in each trial, int (trials,)."""
    return choose(score_trials(scorer, characters, trials), rng)


def measure(scorer: Scorer, characters: CharacterSet, trials: Trials, rng: np.random.Generator) -> Accuracy:
    """Accuracy over trials."""
    return Accuracy(int((answer_trials(scorer, characters, trials, rng) == trials.answer).sum()), len(trials))


def answer_lake(scorer: Scorer, runs: LakeRuns, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """The way chosen in each trial, int (20,), one Lake run after another: every trial on its own, by arg-max."""
    for query, support in zip(runs.query, runs.support, strict=True):
        yield choose(scorer.compare(scorer.prepare(query), scorer.prepare(support)), rng)


def measure_lake(scorer: Scorer, runs: LakeRuns, rng: np.random.Generator) -> Accuracy:
    """Accuracy on Lake's 400 trials."""
    right = np.stack(list(answer_lake(scorer, runs, rng))) == runs.answer
    return Accuracy(int(right.sum()), right.size)
