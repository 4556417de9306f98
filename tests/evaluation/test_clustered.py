"""Accuracy of several people: an interval that allows for the differences between them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.evaluation.clustered import ClusteredAccuracy
from siamese.evaluation.trials import Accuracy

COUNTS = st.integers(1, 30).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))


def test_three_people_by_hand():
    """9, 5 and 1 of 10: p = 0.5, variance 3/2 (16 + 0 + 16) / 900, t with 2 degrees of freedom 4.3027."""
    accuracy = ClusteredAccuracy.of([(9, 10), (5, 10), (1, 10)])
    assert (accuracy.right, accuracy.trials) == (15, 30)
    assert accuracy.effective_trials() == pytest.approx(0.25 / (48 / 900))
    assert accuracy.interval() == pytest.approx((0.0533, 0.9467), abs=1e-3)


@given(st.lists(COUNTS, min_size=1, max_size=20), st.randoms())
def test_it_contains_the_interval_of_independent_trials_whatever_the_order_of_people(people, random):
    accuracy = ClusteredAccuracy.of(people)
    low, high = accuracy.interval()
    plain_low, plain_high = Accuracy(accuracy.right, accuracy.trials).interval()
    assert 0 <= low <= plain_low + 1e-12
    assert plain_high - 1e-12 <= high <= 1
    mixed = ClusteredAccuracy.of(random.sample(people, len(people)))
    assert mixed.interval() == pytest.approx((low, high))


def test_one_person_has_the_interval_of_independent_trials():
    assert ClusteredAccuracy.of([(8, 10)]).interval() == Accuracy(8, 10).interval()


def test_people_who_do_not_differ_count_with_all_their_answers():
    assert ClusteredAccuracy.of([(8, 10)] * 30).effective_trials() == 300


def test_it_covers_the_truth_where_people_differ():
    """800 classes of 12 people with 20 answers each; a person's skill has mean 0.8 and standard deviation 0.13."""
    rng = np.random.default_rng(1)
    right = rng.binomial(20, rng.beta(6.8, 1.7, (800, 12)))
    classes = [ClusteredAccuracy.of([(int(one), 20) for one in row]) for row in right]
    covered, plain = (
        np.mean([low <= 0.8 <= high for low, high in intervals])
        for intervals in (
            [one.interval() for one in classes],
            [Accuracy(one.right, one.trials).interval() for one in classes],
        )
    )
    assert 0.93 <= covered <= 0.99
    assert plain < 0.85
