"""Accuracy of trials that several people answered: the answers of one person are not independent of each other.

A person who is good at one trial is likely to be good at the next. Thirty people with a hundred answers each say less
about people in general than 3,000 people with one answer, and Wilson's interval for 3,000 trials would be too narrow.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import scipy.special

from siamese.evaluation.trials import Z_95, Accuracy, wilson


@dataclasses.dataclass(frozen=True)
class ClusteredAccuracy(Accuracy):
    """Right answers of several people, with a 95 % interval for people like them.

    people: right answers and trials of each, which add up to `right` and `trials`.
    """

    people: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, people: list[tuple[int, int]]) -> ClusteredAccuracy:
        """From the right answers and trials of each person, at least one."""
        right, trials = np.sum(people, axis=0)
        return cls(int(right), int(trials), tuple(people))

    def effective_trials(self) -> float:
        """As many independent trials would give an accuracy of the same variance; at most `trials`.

        The variance is that of a ratio of sums over people (Cochran, Sampling Techniques, 1977, section 3.12).
        """
        n, p, count = self.trials, self.accuracy, len(self.people)
        if count < 2 or p in (0.0, 1.0):
            return float(n)
        right, trials = np.array(self.people).T
        variance = count / (count - 1) * np.sum((right - p * trials) ** 2) / n**2
        return float(min(n, p * (1 - p) / variance)) if variance else float(n)

    def interval(self) -> tuple[float, float]:
        """Lower and upper bound in [0, 1]: Wilson's for the effective trials, and Student's t for few people.

        For one person the same as of independent trials: it is about this person, not about people.
        """
        z = float(scipy.special.stdtrit(len(self.people) - 1, 0.975)) if len(self.people) > 1 else Z_95
        return wilson(self.accuracy, self.effective_trials(), z)
