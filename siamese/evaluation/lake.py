"""Lake's runs as nested trials: the same 400 answers at 20 ways, and accuracy against N on them."""

from __future__ import annotations

import numpy as np

from siamese.data.characters import Alphabet, Character, CharacterSet, pack
from siamese.data.episodes import Trials
from siamese.data.omniglot import LakeRuns
from siamese.evaluation.curve import Answered
from siamese.evaluation.trials import LakeAnswers


def as_trials(runs: LakeRuns, seed: int) -> tuple[CharacterSet, Trials]:
    """Lake's drawings as a character set (a run for an alphabet; drawer 1 drew the support set, drawer 2 the queries) and the nested trials.

    The rows are the support sets of all runs and then their queries, in order. At 20 ways the trials are Lake's own; the seed
    only says which ways are left out below.
    """
    count, ways = runs.answer.shape
    support = np.arange(count * ways).reshape(count, ways)
    names = [Alphabet(f"Run {r + 1}") for r in range(count)]
    drawn = support[np.arange(count)[:, None], runs.answer]  # character of each query
    characters = CharacterSet(
        "Lake's runs",
        tuple(names),
        tuple(Character(name.name, f"character{w + 1:02}") for name in names for w in range(ways)),
        np.concatenate([pack(runs.support), pack(runs.query)]),
        np.concatenate([support.ravel(), drawn.ravel()]).astype(np.int32),
        np.repeat(np.array([1, 2], dtype=np.int32), count * ways),
    )
    others = np.random.default_rng(seed).random((count * ways, ways))
    others[np.arange(count * ways), runs.answer.ravel()] = -1  # the right way first
    order = others.argsort(axis=1)
    shown = np.take_along_axis(np.repeat(support, ways, axis=0), order, axis=1)
    return characters, Trials(
        count * ways + np.arange(count * ways), shown[..., None], np.zeros(count * ways, dtype=int)
    )


def answers(answered: Answered, answer: np.ndarray) -> LakeAnswers:
    """What was chosen at 20 ways in the trials of `as_trials`, run by run; `answer`: the runs' own truth, int (20, 20).

    Raises ValueError before all are answered.
    """
    count, ways = answer.shape
    if not answered.done:
        raise ValueError(f"{len(answered)} of {count * ways} trials are answered.")
    return LakeAnswers(answered.choices(ways).chosen.reshape(count, ways), answer)
