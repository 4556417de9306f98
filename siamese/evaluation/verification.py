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


def fit_threshold(present: np.ndarray, absent: np.ndarray) -> tuple[float, float]:
    """Threshold between best scores of trials that hold the answer and of trials that do not, and its balanced accuracy.

    Balanced accuracy is the mean of the shares of `present` at or above it and of `absent` below it.
    """
    if not len(present) or not len(absent):
        raise ValueError("A threshold needs scores of both kinds.")
    values = np.unique(np.concatenate([present, absent]))
    candidates = (values[1:] + values[:-1]) / 2 if len(values) > 1 else values
    kept = 1 - np.searchsorted(np.sort(present), candidates, side="left") / len(present)
    refused = np.searchsorted(np.sort(absent), candidates, side="left") / len(absent)
    balanced = (kept + refused) / 2
    best = int(np.argmax(balanced))
    return float(candidates[best]), float(balanced[best])
