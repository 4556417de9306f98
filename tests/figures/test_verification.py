from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.evaluation.probability import calibrate
from siamese.evaluation.verification import Roc
from siamese.figures import style
from siamese.figures import verification as figures


@settings(max_examples=10, deadline=None)  # figures are slow to build
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=20))
def test_mistakes_and_accuracy_belong_together(rates):
    false_positive, true_positive = (np.sort(np.array(side)) for side in zip(*rates, strict=True))
    curve = Roc(np.linspace(1, 0, len(rates)), false_positive, true_positive, 0.5, 100)
    figure = figures.thresholds(curve, 0.5, False, "p")
    accuracy, missed, fooled = (np.array(trace.y) for trace in figure.data)
    assert missed == pytest.approx(100 * (1 - true_positive))
    assert fooled == pytest.approx(100 * false_positive)
    assert accuracy == pytest.approx(100 - (missed + fooled) / 2)


def test_a_roc_shows_the_threshold_on_its_curve():
    curve = Roc(np.array([1, 0.75, 0.5, 0]), np.array([0, 0.1, 0.4, 1]), np.array([0, 0.6, 0.9, 1]), 0.8, 100)
    figure = figures.roc(curve, 0.7, False, "p")
    assert (list(figure.data[1].x), list(figure.data[1].y)) == ([0, 10, 40, 100], [0, 60, 90, 100])
    assert (figure.data[2].x[0], figure.data[2].y[0]) == (10, 60)


@pytest.mark.parametrize("dark", [False, True])
def test_mistakes_are_drawn_in_the_colour_of_mistakes_and_never_in_that_of_people(dark):
    curve = Roc(np.array([1, 0.0]), np.array([0, 1.0]), np.array([0, 1.0]), 0.5, 2)
    _, missed, fooled = figures.thresholds(curve, 0.5, dark, "p").data
    assert missed.line.color == fooled.line.color == style.palette(dark).wrong
    assert (missed.line.dash, fooled.line.dash) == ("dash", None)


def test_a_calibration_has_its_shares_with_intervals():
    measured = calibrate(np.array([0.1, 0.15, 0.9, 0.95]), np.array([False, True, True, True]), bins=2)
    drawn = figures.calibration(measured, False, "p").data[1]
    assert list(drawn.x) == pytest.approx([0.125, 0.925])
    assert list(drawn.y) == [50, 100]
    assert (drawn.error_y.arrayminus[0], drawn.error_y.array[0]) == pytest.approx((40.5, 40.5), abs=0.1)  # 1 of 2
