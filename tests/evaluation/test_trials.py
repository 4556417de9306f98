from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.data.characters import CharacterSet
from siamese.data.episodes import sample_trials
from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.trials import Accuracy, answer_trials, choose, measure


class Oracle:
    """Knows the character of every drawing of a set, and counts how often it is asked to look."""

    def __init__(self, characters: CharacterSet):
        self.known = {characters.drawings([row])[0].tobytes(): characters.character_of[row] for row in range(len(characters))}
        self.looked = 0

    def prepare(self, drawings):
        self.looked += len(drawings)
        return np.array([self.known[d.tobytes()] for d in drawings])

    def compare(self, queries, support):
        return (queries[:, None] == support[None, :]).astype(float)


class Constant:
    """A network whose output has collapsed."""

    def prepare(self, drawings):
        return np.zeros(len(drawings))

    def compare(self, queries, support):
        return np.full((len(queries), len(support)), 0.5)


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
