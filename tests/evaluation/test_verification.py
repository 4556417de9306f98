from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.evaluation.verification import calibration_error, fit_temperature, fit_threshold, shares


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
