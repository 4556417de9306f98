from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.data import compose as composed_characters
from siamese.data.compose import LAYOUTS, turn
from siamese.data.distort import orient
from siamese.data.strokes import PEN_PX, Lines, render, trace
from tests import drawn
from tests.generators import Fixed

SQUARE = Lines(
    np.array([[30, 30], [70, 30], [70, 70], [30, 70]], np.float32),
    np.array([[0, 1], [1, 2], [2, 3], [3, 0]], np.int32),
)
UNSEEN = Lines(SQUARE.points, np.zeros((0, 2), np.int32))
"""A part without lines, so that the other part can be seen alone."""


def compose(first: Lines, second: Lines, layout: int, rng: np.random.Generator) -> np.ndarray:
    """The drawing of a composed character."""
    return render(composed_characters.compose(first, second, layout, rng), PEN_PX)


def edges(drawing: np.ndarray) -> list[int]:
    """Left, top, right and bottom of the middle of the ink's outermost strokes, which are 3 px wide."""
    rows, columns = np.nonzero(drawing > 0.4)
    return [columns.min() + 1, rows.min() + 1, columns.max() - 1, rows.max() - 1]


@pytest.mark.parametrize("orientation", range(8))
def test_lines_turn_as_drawings_do(orientation):
    lines = trace(drawn.scribble(5, 1))
    expected = orient(render(lines, 3.0)[None], orientation)[0]
    turned = turn(lines, orientation)
    assert np.abs(render(turned, 3.0) - expected).mean() < 0.01
    assert np.array_equal(turned.joins, lines.joins)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 8), st.integers(0, 2**32))
def test_a_composed_character_is_a_drawing_of_both(first, second, layout, seed):
    lines = [trace(drawn.scribble(c, 1)) for c in (first, second)]
    composed = compose(*lines, layout, np.random.default_rng(seed))
    assert composed.shape == (105, 105)
    assert composed.dtype == np.float32
    assert 0 <= composed.min() <= composed.max() <= 1
    assert composed.sum() > 50


@pytest.mark.parametrize(
    ("layout", "first", "second"),
    [
        (0, [12, 18, 52, 86], [52, 18, 92, 86]),  # side by side; a square of 40 x 80 px is 40 x 68, 1.7 to 1
        (1, [18, 12, 86, 52], [18, 52, 86, 92]),  # above each other
        (2, [12, 24, 66, 92], [62, 12, 92, 48]),  # a mark at the upper right
        (3, [24, 12, 92, 66], [12, 62, 48, 92]),  # a mark at the lower left
        (4, [12, 12, 92, 70], [33, 68, 71, 92]),  # a mark below
        (5, [12, 34, 92, 92], [32, 12, 68, 36]),  # a mark above
        (6, [12, 12, 68, 92], [66, 30, 92, 74]),  # a mark on the right
        (7, [12, 12, 92, 92], [12, 12, 92, 92]),  # crossed
        (8, [12, 12, 92, 92], [36, 36, 68, 68]),  # a mark inside
    ],
)
def test_parts_are_in_the_boxes_of_a_layout(layout, first, second):
    assert len(LAYOUTS) == 9
    assert edges(compose(SQUARE, UNSEEN, layout, Fixed())) == pytest.approx(first, abs=1.01)
    assert edges(compose(UNSEEN, SQUARE, layout, Fixed())) == pytest.approx(second, abs=1.01)


def test_the_sides_of_a_box_vary_by_2_px():
    drawings = [compose(SQUARE, UNSEEN, 8, np.random.default_rng(seed)) for seed in range(150)]
    sides = np.array([edges(drawing) for drawing in drawings])
    assert sides.std(axis=0) == pytest.approx([2, 2, 2, 2], abs=0.5)
    assert edges(compose(SQUARE, UNSEEN, 8, Fixed(deviations=[1, -1, 2, 0]))) == pytest.approx([14, 10, 96, 92], abs=1)


def test_a_dot_and_a_narrow_box_keep_a_least_size():
    """A part smaller than 8 px counts as 8 px, so that a dot of 4 px stays half as large as its box."""
    dot = Lines(np.array([[50, 50], [54, 50], [54, 54], [50, 54]], np.float32), SQUARE.joins)
    left, top, right, bottom = edges(compose(dot, UNSEEN, 7, Fixed()))
    assert (right - left, bottom - top) == pytest.approx((40, 40), abs=1.5)
    left, top, right, bottom = edges(compose(SQUARE, UNSEEN, 0, Fixed(deviations=[10, 0, -10, 0])))
    assert (right - left, bottom - top) == pytest.approx((10, 17), abs=1.5)


def test_the_lines_are_3_px_wide():
    line = Lines(np.array([[30, 50], [70, 50]], np.float32), np.array([[0, 1]], np.int32))
    assert compose(line, UNSEEN, 7, Fixed())[:, 52].sum() == pytest.approx(3, abs=0.3)
