"""Accuracy of any scorer on one-shot trials, with intervals (Lake et al., 2015; Koch et al., section 4.3).

There is one way to score trials: `Features.score` gives every way of a trial a score, `rank` orders them, and ties
are broken at random, so that a scorer whose output has collapsed to a constant is right in one of n trials.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from siamese.data.characters import CharacterSet
from siamese.data.episodes import Trials
from siamese.evaluation.features import Features, Scorer, require_numbers

Z_95 = 1.96
"""95 % of a normal distribution lies within this many standard deviations of the mean."""


def wilson(accuracy: float, trials: float, z: float = Z_95) -> tuple[float, float]:
    """Lower and upper bound in [0, 1] of a share of independent trials (Wilson, 1927)."""
    n, p = trials, accuracy
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))


@dataclasses.dataclass(frozen=True)
class Accuracy:
    """Right answers of independent trials, with Wilson's 95 % interval."""

    right: int
    trials: int

    @property
    def accuracy(self) -> float:
        """Share of right answers in [0, 1]."""
        return self.right / self.trials

    def interval(self) -> tuple[float, float]:
        """Lower and upper bound in [0, 1]."""
        return wilson(self.accuracy, self.trials)

    def figures(self) -> dict[str, float]:
        """Plain numbers for a table or a file: trials, right, accuracy, and the interval as low and high."""
        low, high = self.interval()
        return {
            "trials": self.trials,
            "right": self.right,
            "accuracy": round(self.accuracy, 4),
            "low": round(low, 4),
            "high": round(high, 4),
        }


@dataclasses.dataclass(frozen=True)
class Choices:
    """The ways chosen in trials by a scorer or a person.

    chosen: int (trials,) in [0, n); scores: (trials, n), None for a person.
    """

    trials: Trials
    chosen: np.ndarray
    scores: np.ndarray | None = None

    @property
    def right(self) -> np.ndarray:
        """Whether each choice is right, bool (trials,)."""
        return self.chosen == self.trials.answer

    @property
    def accuracy(self) -> Accuracy:
        """Share of right choices."""
        return Accuracy(int(self.right.sum()), len(self.trials))


def rank(scores: np.ndarray, ties: np.ndarray) -> np.ndarray:
    """Ranks, int (q, n), of the scores (q, n) in each row: n - 1 for the best, 0 for the worst.

    Equal scores are ordered by `ties`, random numbers (q, n). NaN ranks below every number.
    """
    return np.lexsort((ties, np.where(np.isnan(scores), -np.inf, scores)), axis=1).argsort(axis=1)


def choose(scores: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The best way of each row of scores (q, n), int (q,); ties are broken at random.

    Raises ValueError for a row without any number.
    """
    require_numbers(scores)
    return rank(scores, rng.random(scores.shape)).argmax(axis=1)


def measure(scorer: Scorer, characters: CharacterSet, trials: Trials, rng: np.random.Generator) -> Accuracy:
    """Accuracy over trials; `rng` breaks ties."""
    return Choices(trials, choose(Features(scorer, characters).score(trials), rng)).accuracy
