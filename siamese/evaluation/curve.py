"""Accuracy against N, measured step by step, for several scorers on the same trials.

Trials are nested: the right way comes first, and the first N ways of a trial are its N-way trial. So a trial that is
right among N ways is right among fewer, curves of different scorers can be compared point by point, and every drawing
is prepared once for all N. The answers so far are a value (`Answers`): stop after any step, keep the value, and
continue from it later.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from siamese.data.episodes import Trials
from siamese.evaluation.features import CHUNK_DRAWINGS, Features
from siamese.evaluation.trials import Accuracy, Choices, rank

STEP_TRIALS = 50
"""The largest number of trials that are answered in a step."""


@dataclasses.dataclass(frozen=True)
class Answers:
    """A scorer's answers to nested trials so far: scores (answered, ways) of the first trials.

    `seed` breaks ties, by one random number for every way of every trial, so answering more trials changes no earlier
    answer.
    """

    trials: Trials
    scores: np.ndarray
    seed: int

    @classmethod
    def begin(cls, trials: Trials, seed: int) -> Answers:
        """No answer yet."""
        return cls(trials, np.zeros((0, trials.support.shape[1])), seed)

    def __len__(self) -> int:
        return len(self.scores)

    @property
    def complete(self) -> bool:
        """Whether every trial is answered."""
        return len(self) == len(self.trials)

    @functools.cached_property
    def ranks(self) -> np.ndarray:
        """Ranks (answered, ways), as `trials.rank` gives them."""
        ties = np.random.default_rng(self.seed).random(self.trials.support.shape[:2])[: len(self)]
        return rank(self.scores, ties)

    @functools.cached_property
    def right_up_to(self) -> np.ndarray:
        """The largest N at which each trial is right, int (answered,); 1 where the second way beats the right one."""
        beaten = self.ranks[:, 1:] > self.ranks[:, :1]
        return np.where(beaten.any(axis=1), beaten.argmax(axis=1) + 1, self.scores.shape[1])

    def accuracy(self, ways: int) -> Accuracy:
        """Accuracy among the first `ways` ways.

        Raises ValueError for more ways than the trials have, or before the first answer.
        """
        self._check(ways)
        return Accuracy(int((self.right_up_to >= ways).sum()), len(self))

    def choices(self, ways: int) -> Choices:
        """The `ways`-way choices in the trials answered, with the ways in the order of their drawings' rows.

        That order does not depend on the answer. Raises ValueError as `accuracy` does.
        """
        self._check(ways)
        support = self.trials.support[: len(self), :ways]
        order = support[:, :, 0].argsort(axis=1)
        trials = Trials(
            self.trials.query[: len(self)], np.take_along_axis(support, order[..., None], axis=1), order.argmin(axis=1)
        )
        chosen = np.take_along_axis(self.ranks[:, :ways], order, axis=1).argmax(axis=1)
        return Choices(trials, chosen, np.take_along_axis(self.scores[:, :ways], order, axis=1))

    def _check(self, ways: int) -> None:
        most = self.scores.shape[1]
        if not 2 <= ways <= most:
            raise ValueError(f"{ways} ways: these trials have from 2 to {most}.")
        if not len(self):
            raise ValueError("No trial is answered yet.")


def step(answers: Answers, features: Features) -> Answers:
    """Answer more trials: from 1 to 50, as many as need at most 128 new drawings.

    Raises ValueError for a broken scorer.
    """
    first, query, support = len(answers), answers.trials.query, answers.trials.support
    last, new = first, np.zeros(0, dtype=int)
    while last < min(len(query), first + STEP_TRIALS):
        needed = features.missing(np.concatenate([new, query[last : last + 1], support[last].ravel()]))
        if last > first and len(needed) > CHUNK_DRAWINGS:
            break
        last, new = last + 1, needed
    some = slice(first, last)
    scores = features.score(Trials(query[some], support[some], answers.trials.answer[some]))
    return dataclasses.replace(answers, scores=np.concatenate([answers.scores, scores]))


def stream(answers: Mapping[str, Answers], features: Mapping[str, Features]) -> Iterator[dict[str, Answers]]:
    """Answer all trials of all scorers, always the scorer furthest behind; yields all answers after each step.

    Both mappings have the same names. Scorers may have trials of different character sets. To stop, leave the loop; to
    continue, start again with the answers yielded last.
    """
    latest = dict(answers)
    while waiting := [name for name in latest if not latest[name].complete]:
        name = min(waiting, key=lambda name: len(latest[name]) / len(latest[name].trials))
        latest[name] = step(latest[name], features[name])
        yield dict(latest)


def table(answers: Mapping[str, Answers], ways: Sequence[int]) -> list[dict[str, Any]]:
    """One row per scorer and N, for CSV and JSON.

    A scorer without answers has no row, nor has an N above its trials' ways.
    """
    rows = []
    for name, given in answers.items():
        shots = given.trials.support.shape[2]
        for n in ways:
            if len(given) and n <= given.scores.shape[1]:
                rows.append({"scorer": name, "ways": n, "shots": shots, **given.accuracy(n).figures()})
    return rows
