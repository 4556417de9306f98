from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.data.episodes import Trials, sample_trials
from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.features import Features
from siamese.evaluation.trials import Accuracy, Choices, choose, measure, rank, wilson
from tests.scorers import Constant, Oracle, Places


def test_oracle_is_always_right_and_prepares_each_drawing_once(scribbles):
    oracle = Oracle(scribbles)
    trials = sample_trials(scribbles, np.random.default_rng(0), 200, 6, 2)
    assert measure(oracle, scribbles, trials, np.random.default_rng(0)) == Accuracy(200, 200)
    assert oracle.prepared == len(np.unique(np.concatenate([trials.query, trials.support.ravel()])))


def test_collapsed_network_scores_chance(scribbles):
    trials = sample_trials(scribbles, np.random.default_rng(0), 2000, 5)
    measured = measure(Constant(), scribbles, trials, np.random.default_rng(1))
    low, high = wilson(measured.accuracy, measured.trials, z=4)
    assert low < 0.2 < high


def test_shots_of_a_way_count_by_their_mean(scribbles):
    # Scores are minus the distance of row numbers: 20 is 10 and 40 away from the first way's shots, 24 and 28 from the
    # second's.
    trials = Trials(np.array([20]), np.array([[[10, 60], [44, 48]]]), np.array([0]))
    assert Features(Places(scribbles), scribbles).score(trials).tolist() == [[-25.0, -26.0]]


def test_no_trials_have_no_scores(scribbles):
    trials = Trials(np.zeros(0, int), np.zeros((0, 4, 1), int), np.zeros(0, int))
    assert Features(Constant(), scribbles).score(trials).shape == (0, 4)


def test_ranks_order_scores_then_ties_and_put_nan_last():
    scores = np.array([[0.2, 0.9, 0.2, np.nan], [1.0, 1.0, 1.0, 1.0]])
    ties = np.array([[0.7, 0.0, 0.3, 0.9], [0.4, 0.1, 0.3, 0.2]])
    assert rank(scores, ties).tolist() == [[2, 3, 1, 0], [3, 0, 2, 1]]


def test_scores_that_are_nan_never_win():
    assert list(choose(np.array([[np.nan, -5.0, np.nan], [1.0, np.nan, 0.0]]), np.random.default_rng(0))) == [1, 0]
    with pytest.raises(ValueError, match="All scores of a trial are NaN"):
        choose(np.array([[1.0, 2.0], [np.nan, np.nan]]), np.random.default_rng(0))


def test_ties_are_broken_evenly():
    chosen = choose(np.tile([1.0, 3.0, 3.0, 2.0], (4000, 1)), np.random.default_rng(0))
    assert set(chosen) == {1, 2}
    assert 1800 < (chosen == 1).sum() < 2200


def test_nearest_neighbour_beats_chance_on_scribbles(scribbles):
    trials = sample_trials(scribbles, np.random.default_rng(0), 100, 8)
    assert measure(PixelNearest(), scribbles, trials, np.random.default_rng(0)).accuracy > 0.5


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_intervals_contain_the_accuracy(counts):
    accuracy = Accuracy(*counts)
    low, high = accuracy.interval()
    assert 0 <= low <= accuracy.accuracy + 1e-12
    assert accuracy.accuracy - 1e-12 <= high <= 1


@pytest.mark.parametrize(("right", "low", "high"), [(368, 0.889, 0.943), (380, 0.924, 0.967), (392, 0.961, 0.990)])
def test_wilsons_intervals_of_400_trials(right, low, high):
    assert Accuracy(right, 400).interval() == pytest.approx((low, high), abs=0.0006)


def test_a_persons_choices_count_like_a_scorers(scribbles):
    trials = sample_trials(scribbles, np.random.default_rng(0), 40, 5)
    chosen = np.where(np.arange(40) < 30, trials.answer, (trials.answer + 1) % 5)
    assert Choices(trials, chosen).accuracy == Accuracy(30, 40)


def test_figures_are_plain_numbers():
    assert Accuracy(368, 400).figures() == {
        "trials": 400,
        "right": 368,
        "accuracy": 0.92,
        "low": 0.8892,
        "high": 0.9428,
    }
