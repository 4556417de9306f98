"""What the network sees at a validation, for the page: fixed pairs, a fixed Lake-style run, the first layer's filters.

The drawings are the same at every validation and in every run on the same data, so that one can watch right answers turn
up. Nothing here is a figure of merit: that is the validation's many more trials.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from siamese.data.characters import CharacterSet
from siamese.data.episodes import VALIDATION_SEED, sample_trials
from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.features import Scorer
from siamese.evaluation.probability import sigmoid
from siamese.evaluation.trials import measure

WAYS = 20
PAIRS = 4
"""So many pairs of the same character, and as many of two characters of one alphabet."""


class Fixed:
    """The drawings that are looked at again and again, as rows of the validation set.

    support, query: int (20,), twenty characters of one alphabet by two drawers; pairs: int (8, 2), the first half the same
    character. Raises ValueError when no alphabet has 20 characters or there is but one drawer.
    """

    def __init__(self, validation: CharacterSet):
        rng = np.random.default_rng(VALIDATION_SEED)
        trial = sample_trials(validation, rng, 1, WAYS)
        self.support = trial.support[0, :, 0]
        other = int(validation.drawer_of[trial.query[0]])
        self.query = np.array([_by(validation, int(row), other) for row in self.support])
        drawn = sample_trials(validation, rng, 2 * PAIRS, ways=2)
        way = np.where(np.arange(2 * PAIRS) < PAIRS, drawn.answer, 1 - drawn.answer)
        self.pairs = np.stack([drawn.query, drawn.support[np.arange(2 * PAIRS), way, 0]], axis=1)


def _by(characters: CharacterSet, row: int, drawer: int) -> int:
    """Row of the same character as `row` by this drawer, or by any other than its own where this one did not draw it."""
    rows = characters.rows(int(characters.character_of[row]))
    by_drawer = rows[characters.drawer_of[rows] == drawer]
    return int(by_drawer[0] if len(by_drawer) else rows[rows != row][0])


def take(scorer: Scorer, kernel: np.ndarray, validation: CharacterSet) -> dict[str, np.ndarray]:
    """What the page's scrubber shows of a validation.

    `trial.support`, `trial.query` and `pairs.rows`: rows of the validation set, as in `Fixed`. `trial.similarity`: (20, 20),
    a query a row; `pairs.similarity`: (8,); both in [0, 1]. `conv1.kernel`: the first layer's filters, float16 (10, 10, 1, n).
    """
    fixed = Fixed(validation)
    rows = np.unique(np.concatenate([fixed.support, fixed.query, fixed.pairs.ravel()]))
    features = scorer.prepare(validation.drawings(rows))

    def similarity(queries: np.ndarray, support: np.ndarray) -> np.ndarray:
        logits = scorer.compare(features[np.searchsorted(rows, queries)], features[np.searchsorted(rows, support)])
        return sigmoid(logits.astype(np.float64))

    pairs = [similarity(pair[:1], pair[1:])[0, 0] for pair in fixed.pairs]
    return {
        "trial.support": fixed.support.astype(np.int64),
        "trial.query": fixed.query.astype(np.int64),
        "trial.similarity": similarity(fixed.query, fixed.support),
        "pairs.rows": fixed.pairs.astype(np.int64),
        "pairs.similarity": np.array(pairs),
        "conv1.kernel": kernel.astype(np.float16),
    }


def yardstick(validation: CharacterSet, trials: int) -> Mapping[str, float]:
    """Nearest neighbour on the very trials of a run's validations: {trials, right, accuracy, low, high}."""
    drawn = sample_trials(validation, np.random.default_rng(VALIDATION_SEED), trials)
    return measure(PixelNearest(), validation, drawn, np.random.default_rng(VALIDATION_SEED)).figures()
