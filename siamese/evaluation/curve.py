"""Accuracy against N, as a stream: the articles' curve, for any scorers, on the same trials for all of them and for all N.

Trials are nested: the answer is the first way, and the first N ways of a trial are its N-way trial. So a trial that is
right among N is right among fewer, curves of different scorers can be compared point by point, and one look at the drawings
serves all N. What has been measured so far is a value (`Answered`): leave the stream at any yield, keep the value, go on
from it later.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from siamese.data.characters import CharacterSet
from siamese.data.episodes import Trials, sample_trials
from siamese.evaluation.features import CHUNK, Features
from siamese.evaluation.trials import Accuracy, Choices, score

STEP = 50
"""Most trials answered between two yields."""


def sample_nested(
    characters: CharacterSet, seed: int, trials: int, ways: int = 20, shots: int = 1, across: bool = False
) -> Trials:
    """Nested trials of up to `ways` ways, by a seed: as `sample_trials`, with the right way first. Raises ValueError as it does."""
    drawn = sample_trials(characters, np.random.default_rng(seed), trials, ways, shots, across)
    support, every = drawn.support.copy(), np.arange(trials)
    support[every, drawn.answer], support[:, 0] = drawn.support[:, 0], drawn.support[every, drawn.answer]
    return Trials(drawn.query, support, np.zeros(trials, dtype=int))


@dataclasses.dataclass(frozen=True)
class Answered:
    """How a scorer does on nested trials, as far as it has come: scores (answered, ways) of the first trials.

    Ties are broken by a number drawn for every way of every trial, so that nothing changes when more trials are answered.
    """

    trials: Trials
    scores: np.ndarray
    seed: int

    @classmethod
    def begin(cls, trials: Trials, seed: int = 0) -> Answered:
        """Nothing answered yet; the seed is for breaking ties."""
        return cls(trials, np.zeros((0, trials.support.shape[1])), seed)

    def __len__(self) -> int:
        return len(self.scores)

    @property
    def done(self) -> bool:
        """Whether every trial is answered."""
        return len(self) == len(self.trials)

    @functools.cached_property
    def _ranked(self) -> np.ndarray:
        """Places (answered, ways) by score, equal scores in random order: the highest number is the best way of its trial."""
        scores = np.where(np.isnan(self.scores), -np.inf, self.scores)  # no number never wins
        ties = np.random.default_rng(self.seed).random(self.trials.support.shape[:2])[: len(self)]
        return np.lexsort((ties, scores), axis=1).argsort(axis=1)

    @functools.cached_property
    def right_up_to(self) -> np.ndarray:
        """The largest N at which each trial is right, int (answered,); 1 where the first other way already wins."""
        beaten = self._ranked[:, 1:] > self._ranked[:, :1]
        return np.where(beaten.any(axis=1), beaten.argmax(axis=1) + 1, self.scores.shape[1])

    def accuracy(self, ways: int) -> Accuracy:
        """Accuracy among the first `ways` ways. Raises ValueError for more ways than the trials have, or when nothing is answered yet."""
        self._check(ways)
        return Accuracy(int((self.right_up_to >= ways).sum()), len(self))

    def choices(self, ways: int) -> Choices:
        """What was chosen in the trials answered, `ways`-way, the ways in the order of their drawings' rows, which does not tell the answer.

        Raises ValueError as `accuracy` does.
        """
        self._check(ways)
        support = self.trials.support[: len(self), :ways]
        order = support[:, :, 0].argsort(axis=1)
        trials = Trials(
            self.trials.query[: len(self)], np.take_along_axis(support, order[..., None], axis=1), order.argmin(axis=1)
        )
        chosen = np.take_along_axis(self._ranked[:, :ways], order, axis=1).argmax(axis=1)
        return Choices(trials, chosen, np.take_along_axis(self.scores[:, :ways], order, axis=1))

    def _check(self, ways: int) -> None:
        most = self.scores.shape[1]
        if not 2 <= ways <= most:
            raise ValueError(f"{ways} ways: these trials have from 2 to {most}.")
        if not len(self):
            raise ValueError("No trial is answered yet.")


def step(answered: Answered, features: Features) -> Answered:
    """Answer some more trials: as many as need at most 128 new drawings, from 1 to 50. Raises ValueError for a broken scorer."""
    first, query, support = len(answered), answered.trials.query, answered.trials.support
    last, new = first, np.zeros(0, dtype=int)
    while last < min(len(query), first + STEP):
        wanted = features.missing(np.concatenate([new, query[last : last + 1], support[last].ravel()]))
        if last > first and len(wanted) > CHUNK:
            break
        last, new = last + 1, wanted
    some = slice(first, last)
    scores = score(features, Trials(query[some], support[some], answered.trials.answer[some]))
    if np.isnan(scores).all(axis=1).any():
        raise ValueError("A trial has no score that is a number; the scorer is broken.")
    return dataclasses.replace(answered, scores=np.concatenate([answered.scores, scores]))


def stream(answered: Mapping[str, Answered], features: Mapping[str, Features]) -> Iterator[dict[str, Answered]]:
    """Go on with every scorer until all its trials are answered, the one that lags behind first; yields all after each step.

    Both mappings have the same names; scorers may have trials of different character sets. To stop, leave the loop;
    to continue, begin again with what was yielded last.
    """
    now = dict(answered)
    while waiting := [name for name in now if not now[name].done]:
        name = min(waiting, key=lambda name: len(now[name]) / len(now[name].trials))
        now[name] = step(now[name], features[name])
        yield dict(now)


def table(answered: Mapping[str, Answered], ways: Sequence[int]) -> list[dict[str, Any]]:
    """One row a scorer and N, for CSV and JSON; a scorer without answers, or N above its trials' ways, has no row."""
    rows = []
    for name, so_far in answered.items():
        shots = so_far.trials.support.shape[2]
        for n in ways:
            if len(so_far) and n <= so_far.scores.shape[1]:
                rows.append({"scorer": name, "ways": n, "shots": shots, **so_far.accuracy(n).figures()})
    return rows
