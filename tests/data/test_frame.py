from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.data.frame import REACH, SPREAD, frame
from tests import drawn


def moments(drawing: np.ndarray) -> tuple[float, float, float]:
    rows, columns = np.nonzero(drawing > 0.4)
    return rows.mean(), columns.mean(), np.sqrt(rows.var() + columns.var())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 300), st.integers(1, 5))
def test_the_middle_and_the_spread_are_always_the_same(character, drawer):
    framed = frame(drawn.scribble(character, drawer)[None])[0]
    assert framed.shape == (105, 105)
    assert framed.dtype == np.float32
    down, right, spread = moments(framed)
    assert (down, right) == pytest.approx((52, 52), abs=1)
    rows, columns = np.nonzero(framed > 0.4)
    reach = max(abs(rows - 52).max(), abs(columns - 52).max())
    assert spread == pytest.approx(SPREAD, abs=1.5) or reach == pytest.approx(REACH, abs=2)


def test_nothing_of_a_long_stroke_is_cut_off():
    drawing = np.zeros((105, 105), np.float32)
    drawing[40:60, 50:53] = 1
    drawing[58:60, 5:100] = 1
    framed = frame(drawing[None])[0]
    assert not framed[:, [0, -1]].any()
    assert not framed[[0, -1]].any()


@settings(max_examples=40, deadline=None)
@given(st.integers(-20, 20), st.integers(-20, 20))
def test_where_it_was_drawn_does_not_matter(down, right):
    drawing = np.zeros((105, 105), np.float32)
    drawing[40:60, 45:70] = np.random.default_rng(1).random((20, 25)) > 0.5
    assert np.allclose(frame(np.roll(drawing, (down, right), (0, 1))[None]), frame(drawing[None]), atol=1e-4)


def test_an_empty_drawing_stays_empty_and_a_dot_a_dot():
    dot = np.zeros((105, 105), np.float32)
    dot[10:13, 90:93] = 1
    empty, framed = frame(np.stack([np.zeros_like(dot), dot]))
    assert not empty.any()
    assert 3 <= np.ptp(np.nonzero(framed > 0.4)[0]) < 20
    assert frame(np.zeros((0, 105, 105), np.float32)).shape == (0, 105, 105)
