from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.evaluation.baselines import PixelNearest
from siamese.evaluation.features import Features
from siamese.evaluation.verification import (
    Pairs,
    accuracy_at,
    calibrate,
    calibration_error,
    edges,
    fit_same_threshold,
    fit_temperature,
    fit_threshold,
    roc,
    sample_pairs,
    score_pairs,
    shares,
)
from tests import drawn
from tests.scorers import Oracle

CHARACTERS = drawn.character_set(alphabets=2, characters=4, drawers=3)
SCORED = st.lists(st.tuples(st.integers(-3, 3).map(float), st.booleans()), min_size=2, max_size=40).filter(
    lambda pairs: len({same for _, same in pairs}) == 2
)
"""Scores with many ties, and whether the pair is the same; both kinds are there."""


def columns(scored: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([score for score, _ in scored]), np.array([same for _, same in scored])


def honest_trials(temperature: float, count: int = 20_000):
    """Logits and answers drawn from the very shares that the temperature gives them."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (count, 5))
    cumulative = shares(logits, temperature).cumsum(axis=1)
    return logits, (rng.random((count, 1)) > cumulative).sum(axis=1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_true_temperature_is_found_again(temperature):
    logits, answer = honest_trials(temperature)
    assert fit_temperature(logits, answer) == pytest.approx(temperature, rel=0.05)
    assert calibration_error(logits, answer, temperature) < 0.015
    assert calibration_error(logits, answer, temperature / 4) > 0.05


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=20), st.floats(0.1, 10))
def test_shares_add_up_to_one(row, temperature):
    assert shares(np.array([row]), temperature).sum() == pytest.approx(1)


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=200), st.floats(0, 1))
def test_a_threshold_keeps_its_share_of_the_scores(present, kept):
    present = np.array(present)
    reached = (present >= fit_threshold(present, kept)).mean()
    assert reached >= kept - 1 / len(present) - 1e-9


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 60))
def test_pairs_are_half_same_and_by_two_drawers(seed, count):
    pairs = sample_pairs(CHARACTERS, np.random.default_rng(seed), count)
    one, other = CHARACTERS.character_of[pairs.first], CHARACTERS.character_of[pairs.second]
    assert np.array_equal(one == other, pairs.same)
    assert pairs.same.sum() == count // 2
    assert (CHARACTERS.drawer_of[pairs.first] != CHARACTERS.drawer_of[pairs.second]).all()


def test_pairs_reach_every_character_and_stand_in_no_order():
    pairs = sample_pairs(CHARACTERS, np.random.default_rng(0), 400)
    assert len(np.unique(CHARACTERS.character_of[pairs.first])) == len(CHARACTERS.characters)
    assert 60 < pairs.same[:200].sum() < 140


def test_pairs_that_cannot_be_drawn_are_refused():
    for small, says in ((drawn.character_set(1, 1, 3), "1 characters"), (drawn.character_set(1, 3, 1), "only one")):
        with pytest.raises(ValueError, match=says):
            sample_pairs(small, np.random.default_rng(0), 10)


def test_pairs_are_scored_one_by_one():
    pairs = sample_pairs(CHARACTERS, np.random.default_rng(0), 30)
    scores = score_pairs(Features(PixelNearest(), CHARACTERS), pairs)
    gaps = CHARACTERS.drawings(pairs.first) - CHARACTERS.drawings(pairs.second)
    assert scores == pytest.approx(-np.sqrt((gaps**2).sum(axis=(1, 2))))
    assert np.array_equal(score_pairs(Features(Oracle(CHARACTERS), CHARACTERS), pairs) == 1, pairs.same)


@settings(deadline=None)
@given(SCORED)
def test_the_roc_is_what_counting_gives(scored):
    scores, same = columns(scored)
    found = roc(scores, same)
    assert len(found.threshold) == len(set(scores)) + 1
    for threshold, false, true in zip(found.threshold, found.false_positive, found.true_positive, strict=True):
        assert true == pytest.approx((scores[same] >= threshold).mean())
        assert false == pytest.approx((scores[~same] >= threshold).mean())
    above = [(s > d) + (s == d) / 2 for s in scores[same] for d in scores[~same]]
    assert found.area == pytest.approx(np.mean(above))


@settings(deadline=None)
@given(SCORED)
def test_no_threshold_is_better_than_the_fitted_one(scored):
    scores, same = columns(scored)
    fitted = accuracy_at(scores, same, fit_same_threshold(scores, same)).right
    assert fitted == max(accuracy_at(scores, same, t).right for t in scores)


def test_the_fitted_threshold_stands_between_the_scores():
    assert fit_same_threshold(np.array([0.0, 1.0, 3.0, 4.0]), np.array([False, False, True, True])) == 2.0


def test_edges_are_the_hardest_pairs():
    same = np.array([True, False, True, False, True, False])
    different, alike = edges(np.array([0.9, 0.1, 0.2, 0.8, 0.6, 0.4]), Pairs(np.arange(6), np.arange(6), same), 2)
    assert different.tolist() == [3, 5]
    assert alike.tolist() == [2, 4]


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80))
def test_the_calibration_diagram_counts_everything_once(answers):
    confidence, right = columns(answers)
    found = calibrate(confidence, right)
    assert found.count.sum() == len(answers)
    assert (found.confidence * found.count).sum() == pytest.approx(confidence.sum())
    assert (found.accuracy * found.count).sum() == pytest.approx(right.sum())
    assert found.error <= 1


def test_a_calibration_diagram_by_hand():
    found = calibrate(np.array([0.05, 0.92, 0.98, 1.0]), np.array([False, True, True, False]))
    assert found.count.tolist() == [1, 3]
    assert found.confidence == pytest.approx([0.05, 2.9 / 3])
    assert found.accuracy == pytest.approx([0, 2 / 3])
    assert found.error == pytest.approx((0.05 + 0.9) / 4)
