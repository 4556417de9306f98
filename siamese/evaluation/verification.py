"""What scores mean: the temperature that turns logits into honest shares, and the threshold for "none of these".

Both are fitted on validation alphabets and stored in the record of the weights.
"""

from __future__ import annotations

import numpy as np
import scipy.optimize


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
    """Expected calibration error of the best share: mean gap between it and the accuracy over equal-width bins, by size."""
    share = shares(logits, temperature)
    confidence, right = share.max(axis=1), share.argmax(axis=1) == answer
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(confidence[place == b].mean() - right[place == b].mean()) * np.mean(place == b) for b in np.unique(place)]
    return float(np.sum(gaps))


def fit_threshold(present: np.ndarray, kept: float) -> float:
    """The score that this share of the best scores (t,) of trials whose answer is shown reach: below it, "none of these".

    To be told "none" of a character that is there is worse than a wrong guess, so what is fixed is how seldom that happens;
    how many strangers are refused follows, and is reported beside it.
    """
    return float(np.quantile(present, 1 - kept))
