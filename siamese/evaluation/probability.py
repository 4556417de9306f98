"""From scores to similarities and shares, and how well these are calibrated as probabilities.

The temperature and the threshold for "none of these" are fitted on validation alphabets and stored in the record of the
weights.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import scipy.optimize
import scipy.special

from siamese.evaluation.trials import Accuracy

sigmoid = scipy.special.expit
"""Similarity in [0, 1] of a logit (Koch et al., section 3.1); a float or an array, of the same dtype."""
logit = scipy.special.logit
"""The inverse of `sigmoid`."""


def shares(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Softmax (t, n) of logits (t, n) divided by the temperature."""
    return scipy.special.softmax(logits / temperature, axis=1)


def fit_temperature(logits: np.ndarray, answer: np.ndarray) -> float:
    """The temperature at which the right ways (t,) of trials with logits (t, n) are most likely."""

    def loss(log_temperature: float) -> float:
        right = shares(logits, np.exp(log_temperature))[np.arange(len(answer)), answer]
        return float(-np.log(np.maximum(right, 1e-12)).mean())

    return float(np.exp(scipy.optimize.minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))


def fit_none_threshold(best: np.ndarray, kept: float) -> float:
    """The threshold for "none of these", which the share `kept` of the best scores (t,) reaches if the answer is shown.

    It is worse to answer "none" for a character that is shown than to guess wrongly, so the share of those answers is
    fixed. The share of characters that are refused when they are not shown follows from it, and is reported, too.
    """
    return float(np.quantile(best, 1 - kept))


@dataclasses.dataclass(frozen=True)
class Calibration:
    """Confidence against truth in bins of equal width, empty bins excluded.

    confidence: mean of each bin, float (b,); accuracy: share that was right, float (b,); count: int (b,).
    """

    confidence: np.ndarray
    accuracy: np.ndarray
    count: np.ndarray

    @property
    def error(self) -> float:
        """Expected calibration error: the mean gap between confidence and accuracy, weighted by count."""
        return float(np.average(np.abs(self.confidence - self.accuracy), weights=self.count))

    def intervals(self) -> np.ndarray:
        """95 % intervals of the accuracies, float (b, 2)."""
        return np.array(
            [Accuracy(round(a * n), int(n)).interval() for a, n in zip(self.accuracy, self.count, strict=True)]
        )


def calibrate(confidence: np.ndarray, right: np.ndarray, bins: int = 10) -> Calibration:
    """Compare confidences (n,) in [0, 1] with the truth (n,): shares of the chosen way, or similarities of pairs."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    filled = count > 0
    means = [
        np.bincount(place, weights=values, minlength=bins)[filled] / count[filled] for values in (confidence, right)
    ]
    return Calibration(*means, count[filled])


def calibration_error(logits: np.ndarray, answer: np.ndarray, temperature: float, bins: int = 10) -> float:
    """Expected calibration error of the largest share of logits (t, n) at a temperature."""
    share = shares(logits, temperature)
    return calibrate(share.max(axis=1), share.argmax(axis=1) == answer, bins).error
