from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.data.episodes import sample_trials
from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.trials import Accuracy, Choices, LakeAnswers, LakeError, answer_trials, choose, measure
from tests.scorers import Constant, Oracle


def test_who_knows_everything_is_always_right_and_looks_once(scribbles):
    oracle = Oracle(scribbles)
    trials = sample_trials(scribbles, np.random.default_rng(0), 200, 6, 2)
    assert measure(oracle, scribbles, trials, np.random.default_rng(0)) == Accuracy(200, 200)
    assert oracle.looked == len(np.unique(np.concatenate([trials.query, trials.support.ravel()])))


def test_a_collapsed_network_scores_chance(scribbles):
    trials = sample_trials(scribbles, np.random.default_rng(0), 2000, 5)
    low, high = measure(Constant(), scribbles, trials, np.random.default_rng(1)).interval(z=4)
    assert low < 0.2 < high


def test_scores_that_are_not_numbers_never_win():
    assert list(choose(np.array([[np.nan, -5.0, np.nan], [1.0, np.nan, 0.0]]), np.random.default_rng(0))) == [1, 0]
    with pytest.raises(ValueError, match="no score"):
        choose(np.full((1, 3), np.nan), np.random.default_rng(0))


def test_ties_are_broken_evenly():
    chosen = choose(np.tile([1.0, 3.0, 3.0, 2.0], (4000, 1)), np.random.default_rng(0))
    assert set(chosen) == {1, 2}
    assert 1800 < (chosen == 1).sum() < 2200


def test_nearest_neighbour_beats_chance_on_scribbles(scribbles):
    trials = sample_trials(scribbles, np.random.default_rng(0), 100, 8)
    assert (answer_trials(PixelNearest(), scribbles, trials, np.random.default_rng(0)) == trials.answer).mean() > 0.5


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_intervals_hold_the_accuracy(counts):
    found = Accuracy(*counts)
    low, high = found.interval()
    assert 0 <= low <= found.accuracy + 1e-12
    assert found.accuracy - 1e-12 <= high <= 1


@pytest.mark.parametrize(("right", "low", "high"), [(368, 0.889, 0.943), (380, 0.924, 0.967), (392, 0.961, 0.990)])
def test_wilsons_intervals_of_400_trials(right, low, high):
    assert Accuracy(right, 400).interval() == pytest.approx((low, high), abs=0.0006)


def test_a_persons_answers_count_like_a_scorers(scribbles):
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


def test_lakes_answers_by_run_and_every_wrong_one():
    answer = np.arange(20)[None].repeat(20, axis=0)
    chosen = answer.copy()
    chosen[3, 7], chosen[19, 0] = 2, 5
    found = LakeAnswers(chosen, answer)
    assert found.accuracy == Accuracy(398, 400)
    assert [run.right for run in found.by_run] == [19 if r in (3, 19) else 20 for r in range(20)]
    assert found.wrong == [LakeError(3, 7, chosen=2, right=7), LakeError(19, 0, chosen=5, right=0)]
