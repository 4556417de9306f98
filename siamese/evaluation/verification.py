"""What scores mean: same or different (Koch et al., section 4.2), honest shares, "none of these".

Thresholds and the temperature are fitted on validation alphabets and stored in the record of the weights.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import scipy.optimize

from siamese.data.characters import CharacterSet
from siamese.evaluation.features import Features
from siamese.evaluation.trials import Accuracy


@dataclasses.dataclass(frozen=True)
class Pairs:
    """Pairs of drawings by two drawers. first, second: rows, int (n,); same: whether both show one character, bool (n,)."""

    first: np.ndarray
    second: np.ndarray
    same: np.ndarray

    def __len__(self) -> int:
        return len(self.same)


def sample_pairs(characters: CharacterSet, rng: np.random.Generator, pairs: int) -> Pairs:
    """Pairs, half of them (rounded down) same, in random order: any character, or any two, of the set, by two drawers.

    Raises ValueError for fewer than two characters, or when one has a single drawer.
    """
    count = len(characters.characters)
    if count < 2:
        raise ValueError(f"{characters.name} has {count} characters: pairs that differ need two.")
    rows, same = np.zeros((pairs, 2), int), rng.permutation(np.arange(pairs) < pairs // 2)
    for i in range(pairs):
        one, other = rng.choice(count, size=2, replace=False)
        mine = rng.choice(characters.rows(one))
        theirs = characters.rows(one if same[i] else other)
        theirs = theirs[characters.drawer_of[theirs] != characters.drawer_of[mine]]
        if not len(theirs):
            raise ValueError(f"Pairs are of two drawers; a character of {characters.name} has only one.")
        rows[i] = mine, rng.choice(theirs)
    return Pairs(rows[:, 0], rows[:, 1], same)


def score_pairs(features: Features, pairs: Pairs) -> np.ndarray:
    """Scores (n,); to follow the work, call `features.look_in_steps` for both columns of rows before."""
    features.look(np.concatenate([pairs.first, pairs.second]))
    one = slice(0, 1)
    return np.array(
        [
            features.compare(f[one], s[one])[0, 0]
            for f, s in zip(pairs.first[:, None], pairs.second[:, None], strict=True)
        ]
    )


@dataclasses.dataclass(frozen=True)
class Roc:
    """What every threshold gives, from the highest to the lowest: float (k,) each; a pair is called same from the threshold on."""

    threshold: np.ndarray
    false_positive: np.ndarray
    true_positive: np.ndarray

    @property
    def area(self) -> float:
        """Area under the curve: how often a same pair scores above a different one, ties counting half."""
        return float(np.trapezoid(self.true_positive, self.false_positive))


def roc(scores: np.ndarray, same: np.ndarray) -> Roc:
    """The curve of scores (n,) and truth (n,), from (0, 0) to (1, 1), a point for every score there is. Needs both kinds of pairs."""
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)  # equal scores move together
    trues, falses = np.cumsum(same[order])[ends], np.cumsum(~same[order])[ends]
    return Roc(
        np.append(np.inf, scores[order][ends]), np.append(0.0, falses / falses[-1]), np.append(0.0, trues / trues[-1])
    )


def accuracy_at(scores: np.ndarray, same: np.ndarray, threshold: float) -> Accuracy:
    """How often "same from this score on" is right."""
    return Accuracy(int(((scores >= threshold) == same).sum()), len(same))


def fit_same_threshold(scores: np.ndarray, same: np.ndarray) -> float:
    """The threshold of best accuracy on these pairs, half-way to the next score below it: fit it on validation pairs."""
    curve = roc(scores, same)
    right = curve.true_positive * same.sum() + (1 - curve.false_positive) * (~same).sum()
    best = int(np.argmax(right[1:])) + 1
    below = curve.threshold[min(best + 1, len(curve.threshold) - 1)]
    return float((curve.threshold[best] + below) / 2)


def edges(scores: np.ndarray, pairs: Pairs, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Where it is hardest, as indices into the pairs: the most similar different ones, the least similar same ones."""
    order = np.argsort(scores, kind="stable")
    return order[~pairs.same[order]][::-1][:count], order[pairs.same[order]][:count]


@dataclasses.dataclass(frozen=True)
class Calibration:
    """Confidence against truth over bins of equal width, empty ones left out: float (b,), float (b,), int (b,)."""

    confidence: np.ndarray
    accuracy: np.ndarray
    count: np.ndarray

    @property
    def error(self) -> float:
        """Expected calibration error: the mean gap, weighed by count."""
        return float(np.average(np.abs(self.confidence - self.accuracy), weights=self.count))

    def intervals(self) -> np.ndarray:
        """95 % intervals of the accuracies, float (b, 2)."""
        return np.array(
            [Accuracy(round(a * n), int(n)).interval() for a, n in zip(self.accuracy, self.count, strict=True)]
        )


def calibrate(confidence: np.ndarray, right: np.ndarray, bins: int = 10) -> Calibration:
    """The diagram of confidences (n,) in [0, 1]: shares of the chosen way, or similarities of pairs, and whether they came true."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    filled = count > 0
    means = [
        np.bincount(place, weights=values, minlength=bins)[filled] / count[filled] for values in (confidence, right)
    ]
    return Calibration(*means, count[filled])


def shares(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Softmax (t, n) of logits (t, n) divided by the temperature."""
    scaled = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)
    return scaled / scaled.sum(axis=1, keepdims=True)


def fit_temperature(logits: np.ndarray, answer: np.ndarray) -> float:
    """The temperature under which the right answers (t,) of trials with logits (t, n) are most likely."""

    def surprise(log_temperature: float) -> float:
        right = shares(logits, np.exp(log_temperature))[np.arange(len(answer)), answer]
        return float(-np.log(np.maximum(right, 1e-12)).mean())

    return float(np.exp(scipy.optimize.minimize_scalar(surprise, bounds=(-3, 3), method="bounded").x))


def calibration_error(logits: np.ndarray, answer: np.ndarray, temperature: float, bins: int = 10) -> float:
    """Expected calibration error of the best share of logits (t, n) at a temperature."""
    share = shares(logits, temperature)
    return calibrate(share.max(axis=1), share.argmax(axis=1) == answer, bins).error


def fit_threshold(present: np.ndarray, kept: float) -> float:
    """The score that this share of the best scores (t,) of trials whose answer is shown reach: below it, "none of these".

    To be told "none" of a character that is there is worse than a wrong guess, so what is fixed is how seldom that happens;
    how many strangers are refused follows, and is reported beside it.
    """
    return float(np.quantile(present, 1 - kept))
