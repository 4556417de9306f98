from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.evaluation.probability import (
    calibrate,
    calibration_error,
    fit_none_threshold,
    fit_temperature,
    logit,
    shares,
    sigmoid,
)


def honest_trials(temperature: float, count: int = 20_000):
    """Logits and answers drawn from the shares that the temperature gives them."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (count, 5))
    exponentials = np.exp(logits / temperature)
    cumulative = (exponentials / exponentials.sum(axis=1, keepdims=True)).cumsum(axis=1)
    return logits, (rng.random((count, 1)) > cumulative).sum(axis=1)


def test_sigmoid_by_hand():
    assert sigmoid(np.array([0.0, np.log(3), -np.log(4)])) == pytest.approx([0.5, 0.75, 0.2])
    assert sigmoid(np.float32(2)).dtype == np.float32
    assert sigmoid(-1000.0) == 0
    assert sigmoid(1000.0) == 1
    assert logit(0.2) == pytest.approx(-np.log(4))


def test_shares_by_hand():
    logits = np.log([[1.0, 4.0, 16.0]])
    assert shares(logits, 1.0)[0] == pytest.approx([1 / 21, 4 / 21, 16 / 21])
    assert shares(logits, 2.0)[0] == pytest.approx([1 / 7, 2 / 7, 4 / 7])  # square roots
    assert shares(logits, 0.5)[0] == pytest.approx([1 / 273, 16 / 273, 256 / 273])  # squares


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=20), st.floats(0.1, 10))
def test_shares_add_up_to_one(row, temperature):
    assert shares(np.array([row]), temperature).sum() == pytest.approx(1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_true_temperature_is_recovered(temperature):
    logits, answer = honest_trials(temperature)
    assert fit_temperature(logits, answer) == pytest.approx(temperature, rel=0.05)
    assert calibration_error(logits, answer, temperature) < 0.015
    assert calibration_error(logits, answer, temperature / 4) > 0.05


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=200), st.floats(0, 1))
def test_none_threshold_is_reached_by_the_share_kept(best, kept):
    best = np.array(best)
    assert (best >= fit_none_threshold(best, kept)).mean() >= kept - 1 / len(best) - 1e-9


def test_none_threshold_by_hand():
    assert fit_none_threshold(np.arange(101.0), 0.95) == pytest.approx(5)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80))
def test_calibration_counts_everything_once(answers):
    confidence, right = np.array([c for c, _ in answers]), np.array([r for _, r in answers])
    measured = calibrate(confidence, right)
    assert measured.count.sum() == len(answers)
    assert (measured.confidence * measured.count).sum() == pytest.approx(confidence.sum())
    assert (measured.accuracy * measured.count).sum() == pytest.approx(right.sum())
    assert measured.error <= 1


def test_calibration_by_hand():
    measured = calibrate(np.array([0.05, 0.92, 0.98, 1.0]), np.array([False, True, True, False]))
    assert measured.count.tolist() == [1, 3]
    assert measured.confidence == pytest.approx([0.05, 2.9 / 3])
    assert measured.accuracy == pytest.approx([0, 2 / 3])
    assert measured.error == pytest.approx((0.05 + 0.9) / 4)
    assert measured.intervals()[0] == pytest.approx([0, 0.793], abs=0.001)  # Wilson, 0 of 1
    assert measured.intervals()[1] == pytest.approx([0.208, 0.939], abs=0.001)  # 2 of 3
