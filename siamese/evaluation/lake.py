"""Lake's runs (Lake et al., 2015): 20 runs of 20 trials, 20-way 1-shot within an alphabet.

Each trial is answered on its own: that is the headline. Naming the 20 queries of a run together, so that every
character is used exactly once, is an easier task, and the one on which "perfect" scores were published (Polis & Ilin,
2021). It is reported next to the headline figure, never instead of it.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import scipy.optimize

from siamese.data.characters import Alphabet, Character, CharacterSet, pack
from siamese.data.episodes import Trials
from siamese.data.omniglot import LakeRuns
from siamese.evaluation.curve import Answers
from siamese.evaluation.features import Features, Scorer
from siamese.evaluation.trials import Accuracy

SEED = 20151109
"""Breaks ties wherever Lake's runs are answered."""


@dataclasses.dataclass(frozen=True)
class LakeError:
    """A wrong answer: run and trial (from 0), and the chosen and the right way of the run's support set."""

    run: int
    trial: int
    chosen: int
    right: int


@dataclasses.dataclass(frozen=True)
class LakeAnswers:
    """A scorer's answers to Lake's runs, int (runs, 20) each: ways of the run's support set.

    chosen: each trial on its own; jointly: the 20 queries of a run together; answer: the right ways.
    """

    chosen: np.ndarray
    jointly: np.ndarray
    answer: np.ndarray

    @property
    def accuracy(self) -> Accuracy:
        """Over all trials, each on its own."""
        right = self.chosen == self.answer
        return Accuracy(int(right.sum()), right.size)

    @property
    def joint_accuracy(self) -> Accuracy:
        """Over all trials, the queries of a run named together.

        The trials of a run depend on each other, so the interval, which is for independent trials, does not apply.
        """
        right = self.jointly == self.answer
        return Accuracy(int(right.sum()), right.size)

    @property
    def by_run(self) -> list[Accuracy]:
        """Accuracy of each run."""
        return [Accuracy(int(right.sum()), len(right)) for right in self.chosen == self.answer]

    @property
    def wrong(self) -> list[LakeError]:
        """Every wrong answer, in order."""
        return [
            LakeError(int(r), int(t), int(self.chosen[r, t]), int(self.answer[r, t]))
            for r, t in np.argwhere(self.chosen != self.answer)
        ]


def as_trials(runs: LakeRuns, seed: int = SEED) -> tuple[CharacterSet, Trials]:
    """Lake's drawings as a character set, and his trials as nested trials.

    Each run is an alphabet; drawer 1 drew the support sets, drawer 2 the queries. The rows are the support sets of
    all runs, then their queries, in order. At 20 ways the trials are Lake's own; below, the seed decides which ways
    are left out.
    """
    count, ways = runs.answer.shape
    support = np.arange(count * ways).reshape(count, ways)
    alphabets = tuple(Alphabet(f"Run {r + 1}") for r in range(count))
    query_characters = support[np.arange(count)[:, None], runs.answer]
    characters = CharacterSet(
        "Lake's runs",
        alphabets,
        tuple(Character(alphabet.name, f"character{w + 1:02}") for alphabet in alphabets for w in range(ways)),
        np.concatenate([pack(runs.support), pack(runs.query)]),
        np.concatenate([support.ravel(), query_characters.ravel()]).astype(np.int32),
        np.repeat(np.array([1, 2], dtype=np.int32), count * ways),
    )
    order = np.random.default_rng(seed).random((count * ways, ways))
    order[np.arange(count * ways), runs.answer.ravel()] = -1  # the right way first
    shown = np.take_along_axis(np.repeat(support, ways, axis=0), order.argsort(axis=1), axis=1)
    queries = count * ways + np.arange(count * ways)
    return characters, Trials(queries, shown[..., None], np.zeros(count * ways, dtype=int))


def name_jointly(scores: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Ways, int (n,), of n queries with scores (n, n), each way used once, so that the sum of scores is largest.

    Equal sums are broken at random; NaN counts as the lowest score of the run.
    """
    order = rng.permutation(scores.shape[1])
    known = np.where(np.isnan(scores), np.nanmin(scores), scores)
    _, chosen = scipy.optimize.linear_sum_assignment(known[:, order], maximize=True)
    return order[chosen]


def lake_answers(answers: Answers, answer: np.ndarray) -> LakeAnswers:
    """The answers to the trials of `as_trials`, by run; `answer`: the right ways, int (20, 20).

    Raises ValueError before all trials are answered.
    """
    count, ways = answer.shape
    if not answers.complete:
        raise ValueError(f"{len(answers)} of {count * ways} trials are answered.")
    choices = answers.choices(ways)
    rng = np.random.default_rng(answers.seed)
    jointly = [name_jointly(scores, rng) for scores in choices.scores.reshape(count, ways, ways)]
    return LakeAnswers(choices.chosen.reshape(count, ways), np.stack(jointly), answer)


def measure_lake(scorer: Scorer, runs: LakeRuns, seed: int = SEED) -> LakeAnswers:
    """A scorer's answers to Lake's 400 trials."""
    characters, trials = as_trials(runs, seed)
    return lake_answers(Answers(trials, Features(scorer, characters).score(trials), seed), runs.answer)
