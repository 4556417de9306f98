"""Random generators whose values are known beforehand."""

from __future__ import annotations

import numpy as np


class Fixed:
    """A generator that always draws the same place in a distribution.

    `random`: what `random()` gives; `share`: the place in the range of `uniform` and `integers`, 0 its start and 1 its
    end; `deviations`: how many standard deviations from the mean `normal` is. The last two are one number, or one for
    each value drawn at once; a single value then has the first.
    """

    def __init__(self, random: float = 0.0, share: float | list[float] = 0.0, deviations: float | list[float] = 0.0):
        self._random, self._share, self._deviations = random, np.atleast_1d(share), deviations

    def random(self) -> float:
        return self._random

    def uniform(self, low, high, size=None):
        values = low + self._share * (high - low)
        return float(values[0]) if size is None else np.broadcast_to(values, size)

    def integers(self, low, high=None, size=None):
        low, high = (0, low) if high is None else (low, high)
        value = round(low + self._share[0] * (high - 1 - low))
        return value if size is None else np.full(size, value)

    def normal(self, mean, deviation, size=None):
        value = mean + np.asarray(self._deviations) * deviation
        return float(value) if size is None else np.broadcast_to(value, size)
