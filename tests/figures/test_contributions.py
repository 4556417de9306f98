"""The figure of a logit: it begins at the bias, ends at the logit, and adds the largest contributions first."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.figures import contributions

PARTS = np.random.default_rng(0).normal(-0.01, 0.05, 4096).astype(np.float32)


@given(st.integers(0, 1000), st.integers(1, 5000))
def test_contributions_add_up_to_the_logit(seed, count):
    parts = np.random.default_rng(seed).normal(0, 0.1, count).astype(np.float32)
    sums = contributions.running_sum(parts, 3.5)
    assert len(sums) == count + 1
    assert sums[0] == 3.5
    assert sums[-1] == pytest.approx(3.5 + float(parts.sum(dtype=np.float64)), abs=1e-4)


def test_the_largest_contributions_come_first_whatever_their_sign():
    assert contributions.order(np.array([0.1, -0.5, 0.3])).tolist() == [1, 2, 0]


@pytest.mark.parametrize("dark", [False, True])
def test_the_figure_ends_at_the_logit(dark):
    figure = contributions.logit(PARTS, 5.0, dark)
    line, bias, logit = figure.data
    assert len(line.x) == len(PARTS)
    assert line.y[-1] == logit.y[0] == pytest.approx(5.0 + float(PARTS.sum(dtype=np.float64)), abs=1e-4)
    assert bias.text[0] == "bias 5.00"
    assert logit.text[0].startswith("logit −") == (logit.y[0] < 0)
