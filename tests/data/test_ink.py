"""Strokes become a drawing in Omniglot's range of sizes and places, and a drawing becomes a PNG."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from siamese.config import SIDE
from siamese.data import ink, pen
from siamese.data.ink import draw_strokes, fit, to_png

coordinate = st.floats(2, 102)
line = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=8).map(np.array)
lines = st.lists(line, min_size=1, max_size=5)


def box(strokes: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    points = np.concatenate(strokes)
    return points.min(axis=0), points.max(axis=0)


def test_no_stroke_gives_no_drawing() -> None:
    assert draw_strokes([]) is None


@given(lines)
@settings(deadline=None)
def test_a_drawing_has_one_shape_one_type_and_two_values(strokes: list[np.ndarray]) -> None:
    drawing = draw_strokes(strokes)
    assert drawing.shape == (SIDE, SIDE)
    assert drawing.dtype == np.float32
    assert set(np.unique(drawing)) == {0.0, 1.0}


@given(lines, st.floats(0.01, 100), st.floats(-1e5, 1e5), st.floats(-1e5, 1e5))
@settings(deadline=None)
def test_every_drawing_is_brought_into_the_range_and_keeps_its_shape(
    strokes: list[np.ndarray], scale: float, dx: float, dy: float
) -> None:
    moved = [stroke * scale + (dx, dy) for stroke in strokes]
    fitted = fit(moved)
    (low, high), (before_low, before_high) = box(fitted), box(moved)
    longest = (high - low).max() + pen.WIDTH
    before = (before_high - before_low).max()
    assert longest <= ink.MAX_EXTENT_PX + 1e-6
    assert longest >= ink.MIN_EXTENT_PX - 1e-6 or before <= ink.MAX_DOT_PX + 1e-6
    middle = (low + high) / 2 + 0.5
    on_paper = (low >= -1e-6).all() and (high <= SIDE - 1 + 1e-6).all()
    assert on_paper
    assert (middle >= np.array(ink.MIDDLE_RANGE_PX[0]) - 1e-6).all()
    assert (middle <= np.array(ink.MIDDLE_RANGE_PX[1]) + 1e-6).all()
    if before > 1e-3:
        factor = (high - low).max() / before
        for old, new in zip(moved, fitted, strict=True):
            assert (new - new[0]) == pytest.approx((old - old[0]) * factor, abs=1e-4)


@given(lines, st.floats(0.01, 100), st.floats(-1e4, 1e4))
@settings(deadline=None)
def test_fitting_twice_changes_nothing_more(strokes: list[np.ndarray], scale: float, shift: float) -> None:
    once = fit([stroke * scale + shift for stroke in strokes])
    for first, second in zip(once, fit(once), strict=True):
        assert second == pytest.approx(first, abs=1e-6)


@given(st.floats(-4.5, 4.5), st.floats(-4.5, 4.5), st.floats(0.8, 1.3))
@settings(deadline=None)
def test_within_the_range_a_drawing_stays_exactly_where_it_is(dx: float, dy: float, scale: float) -> None:
    strokes = [
        (np.array([[-30.0, -30], [30, -30], [0, 30]]) * scale) + (52 + dx, 52 + dy),
        np.array([[52 + dx, 52 + dy]]),
    ]
    assert all(a is b for a, b in zip(fit(strokes), strokes, strict=True))
    assert np.array_equal(draw_strokes(strokes), pen.draw(strokes))


def test_a_huge_drawing_shrinks_to_the_largest_and_a_small_one_grows_to_the_smallest() -> None:
    square = np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])
    for half, longest in ((500, ink.MAX_EXTENT_PX), (8, ink.MIN_EXTENT_PX)):
        y, x = np.nonzero(draw_strokes([square * half + 52]))
        assert np.ptp(x) + 1 == pytest.approx(longest, abs=1.01)
        assert np.ptp(y) == np.ptp(x)


def test_a_dot_stays_a_dot_and_comes_onto_the_paper() -> None:
    for place in ((52.0, 52.0), (3.0, 3.0), (103.0, 50.0)):
        drawing = draw_strokes([np.array([place, (place[0] + 1, place[1])])])
        assert 12 <= drawing.sum() <= 30
        y, x = np.nonzero(drawing)
        assert 36 <= x.mean() <= 66
        assert 36 <= y.mean() <= 65


def test_a_drawing_of_the_canvas_does_not_depend_on_how_large_it_was_drawn_beyond_the_range() -> None:
    star = np.array([[0.0, -1], [0.6, 0.8], [-0.95, -0.3], [0.95, -0.3], [-0.6, 0.8], [0, -1]])
    assert np.array_equal(draw_strokes([star * 200 + 52]), draw_strokes([star * 4000 + 52]))
    assert np.array_equal(draw_strokes([star * 9 + 20]), draw_strokes([star * 10 + (20, 20.1)]))


@given(lines)
@settings(deadline=None)
def test_a_png_is_one_bit_black_on_white_and_holds_the_drawing(strokes: list[np.ndarray]) -> None:
    drawing = pen.draw(strokes)
    with Image.open(io.BytesIO(to_png(drawing))) as image:
        assert image.format == "PNG"
        assert image.mode == "1"
        assert image.size == (SIDE, SIDE)
        assert np.array_equal(np.asarray(image), drawing == 0)
