"""Same or different: pairs of drawings, the ROC curve, the threshold (Koch et al., section 4.2).

The threshold is fitted on validation alphabets and stored in the record of the weights.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from siamese.data.characters import CharacterSet
from siamese.evaluation.features import Features
from siamese.evaluation.probability import sigmoid
from siamese.evaluation.trials import Accuracy

STEP_PAIRS = 100
"""Pairs scored in a step."""


@dataclasses.dataclass(frozen=True)
class Pairs:
    """Pairs of drawings by two drawers.

    first, second: rows, int (n,); same: whether both show one character, bool (n,).
    """

    first: np.ndarray
    second: np.ndarray
    same: np.ndarray

    def __len__(self) -> int:
        return len(self.same)

    def __getitem__(self, some: slice) -> Pairs:
        return Pairs(self.first[some], self.second[some], self.same[some])


def sample_pairs(characters: CharacterSet, rng: np.random.Generator, pairs: int) -> Pairs:
    """Pairs by two drawers, half of them (rounded down) same, in random order, of characters of the complete set.

    Characters with a single drawing are left out. Raises ValueError for fewer than two others.
    """
    count = len(characters.characters)
    if count < 2:
        raise ValueError(f"{characters.name} has {count} characters: pairs that differ need two.")
    paired = [c for c in range(count) if len(characters.rows(c)) > 1]
    if len(paired) < 2:
        raise ValueError(f"Pairs are by two drawers; fewer than two characters of {characters.name} have two.")
    rows, same = np.zeros((pairs, 2), int), rng.permutation(np.arange(pairs) < pairs // 2)
    for i in range(pairs):
        one, other = rng.choice(paired, size=2, replace=False)
        first = rng.choice(characters.rows(one))
        seconds = characters.rows(one if same[i] else other)
        seconds = seconds[characters.drawer_of[seconds] != characters.drawer_of[first]]
        rows[i] = first, rng.choice(seconds)
    return Pairs(rows[:, 0], rows[:, 1], same)


def score_pairs(features: Features, pairs: Pairs) -> np.ndarray:
    """Scores (n,). For progress, call `features.prepare_in_steps` with both columns of rows first."""
    features.prepare(np.concatenate([pairs.first, pairs.second]))
    one = slice(0, 1)
    return np.array(
        [
            features.compare(f[one], s[one])[0, 0]
            for f, s in zip(pairs.first[:, None], pairs.second[:, None], strict=True)
        ]
    )


@dataclasses.dataclass(frozen=True)
class ScoredPairs:
    """Pairs, and the scores (done,) of the first of them."""

    pairs: Pairs
    scores: np.ndarray

    @classmethod
    def begin(cls, characters: CharacterSet, seed: int, pairs: int) -> ScoredPairs:
        """No pair is scored yet; the seed decides which pairs they are. Raises ValueError as `sample_pairs` does."""
        return cls(sample_pairs(characters, np.random.default_rng((seed, pairs)), pairs), np.zeros(0, np.float32))

    @property
    def done(self) -> Pairs:
        """The pairs scored so far."""
        return self.pairs[: len(self.scores)]

    @property
    def both_kinds(self) -> bool:
        """Whether pairs of both kinds are scored, which a ROC curve needs."""
        same = self.done.same
        return bool(same.any() and not same.all())


def stream(scored: ScoredPairs, features: Features) -> Iterator[ScoredPairs]:
    """Score all pairs; yields after each step. To continue later, start again with the value yielded last."""
    while (first := len(scored.scores)) < len(scored.pairs):
        new = score_pairs(features, scored.pairs[first : first + STEP_PAIRS])
        scored = dataclasses.replace(scored, scores=np.concatenate([scored.scores, new]))
        yield scored


@dataclasses.dataclass(frozen=True)
class Roc:
    """What each threshold gives, from the highest to the lowest: float (k,) each. Pairs are called same from it up.

    area: area under the curve, which is how often a same pair scores above a different one, ties counting half.
    pairs: how many were scored.
    """

    threshold: np.ndarray
    false_positive: np.ndarray
    true_positive: np.ndarray
    area: float
    pairs: int

    def at(self, threshold: float) -> tuple[float, float]:
        """(false positive, true positive) of calling pairs same from this threshold up."""
        place = int(np.searchsorted(-self.threshold, -threshold, side="right")) - 1
        return float(self.false_positive[max(place, 0)]), float(self.true_positive[max(place, 0)])

    def accuracy(self, threshold: float) -> Accuracy:
        """Accuracy at a threshold, for as many same pairs as different ones."""
        false_positive, true_positive = self.at(threshold)
        return Accuracy(round(self.pairs * (true_positive + 1 - false_positive) / 2), self.pairs)

    def as_similarity(self) -> Roc:
        """The curve of logits with similarities for thresholds; the first, above every logit, becomes 1."""
        return dataclasses.replace(self, threshold=np.append(1.0, sigmoid(self.threshold[1:])))


def roc(scores: np.ndarray, same: np.ndarray) -> Roc:
    """The curve of scores (n,) and truth (n,), from (0, 0) to (1, 1), with a point for every different score.

    Needs pairs of both kinds. The first threshold is infinite.
    """
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)  # equal scores move together
    trues, falses = np.cumsum(same[order])[ends], np.cumsum(~same[order])[ends]
    false_positive, true_positive = np.append(0.0, falses / falses[-1]), np.append(0.0, trues / trues[-1])
    area = float(np.trapezoid(true_positive, false_positive))
    return Roc(np.append(np.inf, scores[order][ends]), false_positive, true_positive, area, len(scores))


def accuracy_at(scores: np.ndarray, same: np.ndarray, threshold: float) -> Accuracy:
    """How often "same from this score up" is right."""
    return Accuracy(int(((scores >= threshold) == same).sum()), len(same))


def fit_same_threshold(scores: np.ndarray, same: np.ndarray) -> float:
    """The threshold of best accuracy on these pairs, half-way to the next lower score. Fit it on validation pairs."""
    curve = roc(scores, same)
    right = curve.true_positive * same.sum() + (1 - curve.false_positive) * (~same).sum()
    best = int(np.argmax(right[1:])) + 1
    below = curve.threshold[min(best + 1, len(curve.threshold) - 1)]
    return float((curve.threshold[best] + below) / 2)


def hardest_pairs(scores: np.ndarray, same: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices into the pairs: the most similar different ones, and the least similar same ones, the hardest first."""
    order = np.argsort(scores, kind="stable")
    return order[~same[order]][::-1][:count], order[same[order]][:count]
