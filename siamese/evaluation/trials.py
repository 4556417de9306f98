"""One-shot accuracy of any scorer, with intervals (protocols of Lake et al., 2015, and Koch et al., section 4.3).

A scorer looks at every drawing once (`prepare`) and then compares; that is what makes 10,000 trials cheap.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from siamese.data.characters import CharacterSet
from siamese.data.episodes import Trials
from siamese.data.omniglot import LakeRuns
from siamese.evaluation.features import Features, Scorer


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
    """What somebody chose in trials, a scorer or a person: chosen, int (trials,) in [0, n); scores (trials, n), None for a person."""

    trials: Trials
    chosen: np.ndarray
    scores: np.ndarray | None = None

    @property
    def right(self) -> np.ndarray:
        """Whether each is right, bool (trials,)."""
        return self.chosen == self.trials.answer

    @property
    def accuracy(self) -> Accuracy:
        """Share of right answers."""
        return Accuracy(int(self.right.sum()), len(self.trials))


def choose(scores: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Index of the best of each row of scores (q, n); ties are broken at random, so a constant scorer scores chance.

    A score that is not a number never wins. Raises ValueError when a row has no number at all.
    """
    scores = np.where(np.isnan(scores), -np.inf, scores)
    best = scores.max(axis=1, keepdims=True)
    if np.isneginf(best).any():
        raise ValueError("A trial has no score that is a number; the scorer is broken.")
    return np.argmax(np.where(scores == best, rng.random(scores.shape), -1.0), axis=1)


def score(features: Features, trials: Trials) -> np.ndarray:
    """Scores (trials, n); the shots of a way count by their mean score."""
    _, ways, shots = trials.support.shape
    features.look(np.concatenate([trials.query, trials.support.ravel()]))
    scores = [
        features.compare(trials.query[t : t + 1], trials.support[t].ravel()).reshape(ways, shots).mean(axis=1)
        for t in range(len(trials))
    ]
    return np.stack(scores) if scores else np.zeros((0, ways))


def score_trials(scorer: Scorer, characters: CharacterSet, trials: Trials) -> np.ndarray:
    """Scores (trials, n) by a scorer that has seen none of the drawings yet."""
    return score(Features(scorer, characters), trials)


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


@dataclasses.dataclass(frozen=True)
class LakeError:
    """A wrong answer: which run and trial (from 0), and which ways of the run's support set were chosen and right."""

    run: int
    trial: int
    chosen: int
    right: int


@dataclasses.dataclass(frozen=True)
class LakeAnswers:
    """What a scorer chose in Lake's runs. chosen, answer: int (runs, 20)."""

    chosen: np.ndarray
    answer: np.ndarray

    @property
    def accuracy(self) -> Accuracy:
        """Over all trials."""
        right = self.chosen == self.answer
        return Accuracy(int(right.sum()), right.size)

    @property
    def by_run(self) -> list[Accuracy]:
        """Run by run."""
        return [Accuracy(int(right.sum()), len(right)) for right in self.chosen == self.answer]

    @property
    def wrong(self) -> list[LakeError]:
        """Every wrong answer, in order."""
        return [
            LakeError(int(r), int(t), int(self.chosen[r, t]), int(self.answer[r, t]))
            for r, t in np.argwhere(self.chosen != self.answer)
        ]


def measure_lake(scorer: Scorer, runs: LakeRuns, rng: np.random.Generator) -> Accuracy:
    """Accuracy on Lake's 400 trials."""
    return LakeAnswers(np.stack(list(answer_lake(scorer, runs, rng))), runs.answer).accuracy
