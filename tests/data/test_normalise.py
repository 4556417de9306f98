from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.data.normalise import normalise
from tests import drawn


def moments(drawing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Middle (x, y) of the ink and its covariance (2, 2)."""
    rows, columns = np.nonzero(drawing > 0.4)
    return np.array([columns.mean(), rows.mean()]), np.cov(columns, rows)


def ring(wide: float, high: float, slant: float = 0.0) -> np.ndarray:
    """A ring (105, 105) in the middle, of these half axes, each row shifted by `slant` for each px of height."""
    rows, columns = np.mgrid[:105, :105] - 52.0
    distance = np.hypot((columns - slant * rows) / wide, rows / high)
    return ((distance > 0.8) & (distance < 1)).astype(np.float32)


def box(drawing: np.ndarray) -> tuple[int, int]:
    """Width and height of the ink."""
    rows, columns = np.nonzero(drawing > 0.4)
    return int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 300), st.integers(1, 5))
def test_the_middle_is_in_the_middle_and_the_ink_inside(character, drawer):
    normalised = normalise(drawn.scribble(character, drawer)[None])[0]
    assert normalised.shape == (105, 105)
    assert normalised.dtype == np.float32
    assert moments(normalised)[0] == pytest.approx([52, 52], abs=1.5)
    rows, columns = np.nonzero(normalised > 0.4)
    assert max(abs(rows - 52).max(), abs(columns - 52).max()) <= 52


@pytest.mark.parametrize("size", [18, 30, 45])
def test_a_ring_of_any_size_gets_a_spread_of_30_px(size):
    covariance = moments(normalise(ring(size, size)[None])[0])[1]
    assert np.sqrt(np.trace(covariance)) == pytest.approx(30, abs=1)


def test_half_of_an_uneven_shape_is_removed():
    """Twice as high as wide becomes the square root of two as high as wide."""
    after = moments(normalise(ring(20, 40)[None])[0])[1]
    assert np.sqrt(after[1, 1] / after[0, 0]) == pytest.approx(2**0.5, rel=0.05)


@pytest.mark.parametrize("turned", [False, True])
def test_a_flat_shape_is_made_at_most_1_7_times_as_high(turned):
    """60 x 6 px, a spread of 17.4 px, are enlarged 30 / 17.4 times, then 0.84 times across and 1.7 times along."""
    drawing = np.zeros((105, 105), np.float32)
    drawing[50:56, 20:80] = 1
    size = box(normalise((drawing.T if turned else drawing)[None])[0])
    assert (size[::-1] if turned else size) == pytest.approx((87, 18), abs=1.5)


@pytest.mark.parametrize(("slant", "left"), [(-0.4, -0.2), (0.3, 0.15), (0.6, 0.3), (1.0, 0.65), (-0.9, -0.55)])
def test_half_of_a_slant_is_removed_but_no_more_than_0_35(slant, left):
    """A ring with a slant is wider than high; half of that is removed too, which makes what is left a little less."""
    covariance = moments(normalise(ring(25, 25, slant)[None])[0])[1]
    assert covariance[0, 1] / covariance[1, 1] == pytest.approx(left / (1 + left**2) ** 0.25, abs=0.02)


def test_a_flat_stroke_has_no_slant_to_remove():
    """Its rows spread less than 3 px, so a slope of 1 in 20 is not taken for a slant of 20 in 1."""
    drawing = np.zeros((105, 105), np.float32)
    for column in range(30, 71):
        drawing[50 + (column - 30) // 20, column] = 1
    covariance = moments(normalise(drawing[None])[0])[1]
    assert covariance[0, 1] > 0


@pytest.mark.parametrize("turned", [False, True])
def test_a_long_stroke_reaches_50_px_to_each_side_at_most(turned):
    drawing = np.zeros((105, 105), np.float32)
    drawing[42:62, 5:25] = 1
    drawing[51:53, 25:100] = 1
    normalised = normalise((drawing.T if turned else drawing)[None])[0]
    rows, columns = np.nonzero(normalised > 0.4)
    assert max(abs(rows - 52).max(), abs(columns - 52).max()) == pytest.approx(50, abs=1)


@settings(max_examples=40, deadline=None)
@given(st.integers(-20, 20), st.integers(-20, 20))
def test_the_place_on_the_paper_does_not_matter(down, right):
    drawing = np.zeros((105, 105), np.float32)
    drawing[40:60, 45:70] = np.random.default_rng(1).random((20, 25)) > 0.5
    assert np.allclose(normalise(np.roll(drawing, (down, right), (0, 1))[None]), normalise(drawing[None]), atol=1e-4)


def test_an_empty_drawing_stays_empty_and_a_dot_a_dot():
    """A dot of 3 x 3 px is enlarged 30 / 7 times: to 13 px."""
    dot = np.zeros((105, 105), np.float32)
    dot[10:13, 90:93] = 1
    empty, normalised = normalise(np.stack([np.zeros_like(dot), dot]))
    assert not empty.any()
    assert box(normalised) == pytest.approx((13, 13), abs=1)
    assert normalise(np.zeros((0, 105, 105), np.float32)).shape == (0, 105, 105)


def test_a_single_pixel_does_not_fail():
    drawing = np.zeros((105, 105), np.float32)
    drawing[3, 100] = 1
    assert box(normalise(drawing[None])[0]) == pytest.approx((5, 5), abs=1)


def test_faint_grey_is_not_taken_for_ink():
    drawing = ring(20, 20)
    grey = np.where(np.arange(105)[:, None] < 20, 0.39, drawing).astype(np.float32)
    assert moments(normalise(grey[None])[0] * (normalise(drawing[None])[0] > 0))[0] == pytest.approx([52, 52], abs=0.5)
    assert normalise(0.41 * drawing[None]).max() > 0.3
