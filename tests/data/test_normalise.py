from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.data.normalise import REACH, SPREAD, TAKEN_BACK, normalise
from tests import drawn


def moments(drawing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Middle (x, y) of the ink and its covariance (2, 2)."""
    rows, columns = np.nonzero(drawing > 0.4)
    return np.array([columns.mean(), rows.mean()]), np.cov(columns, rows)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 300), st.integers(1, 5))
def test_the_middle_is_in_the_middle_and_the_ink_inside(character, drawer):
    normalised = normalise(drawn.scribble(character, drawer)[None])[0]
    assert normalised.shape == (105, 105)
    assert normalised.dtype == np.float32
    assert moments(normalised)[0] == pytest.approx([52, 52], abs=1.5)
    rows, columns = np.nonzero(normalised > 0.4)
    assert max(abs(rows - 52).max(), abs(columns - 52).max()) <= REACH + 2


def ring(wide: float, high: float) -> np.ndarray:
    rows, columns = np.mgrid[:105, :105] - 52.0
    distance = np.hypot(columns / wide, rows / high)
    return ((distance > 0.8) & (distance < 1)).astype(np.float32)


@pytest.mark.parametrize("size", [18, 30, 45])
def test_a_ring_of_any_size_gets_one_spread(size):
    covariance = moments(normalise(ring(size, size)[None])[0])[1]
    assert np.sqrt(np.trace(covariance)) == pytest.approx(SPREAD, abs=1)


def test_half_of_an_uneven_shape_is_taken_back():
    drawing = ring(20, 40)
    before, after = (np.sqrt(c[1, 1] / c[0, 0]) for c in (moments(drawing)[1], moments(normalise(drawing[None])[0])[1]))
    assert before == pytest.approx(2, rel=0.05)
    assert after == pytest.approx(before**TAKEN_BACK, rel=0.05)


@pytest.mark.parametrize("slant", [-0.4, 0.3])
def test_half_of_a_slant_is_taken_back(slant):
    rows, columns = np.mgrid[:105, :105] - 52.0
    distance = np.hypot((columns - slant * rows) / 25, rows / 25)
    drawing = ((distance > 0.8) & (distance < 1)).astype(np.float32)
    found = moments(normalise(drawing[None])[0])[1]
    assert found[0, 1] / found[1, 1] == pytest.approx(slant * TAKEN_BACK, abs=0.05)


def test_nothing_of_a_long_stroke_is_cut_off():
    drawing = np.zeros((105, 105), np.float32)
    drawing[40:60, 50:53] = 1
    drawing[58:60, 5:100] = 1
    normalised = normalise(drawing[None])[0]
    assert not normalised[:, [0, -1]].any()
    assert not normalised[[0, -1]].any()


@settings(max_examples=40, deadline=None)
@given(st.integers(-20, 20), st.integers(-20, 20))
def test_where_it_was_drawn_does_not_matter(down, right):
    drawing = np.zeros((105, 105), np.float32)
    drawing[40:60, 45:70] = np.random.default_rng(1).random((20, 25)) > 0.5
    assert np.allclose(normalise(np.roll(drawing, (down, right), (0, 1))[None]), normalise(drawing[None]), atol=1e-4)


def test_an_empty_drawing_stays_empty_and_a_dot_a_dot():
    dot = np.zeros((105, 105), np.float32)
    dot[10:13, 90:93] = 1
    empty, normalised = normalise(np.stack([np.zeros_like(dot), dot]))
    assert not empty.any()
    assert 3 <= np.ptp(np.nonzero(normalised > 0.4)[0]) < 20
    assert normalise(np.zeros((0, 105, 105), np.float32)).shape == (0, 105, 105)
