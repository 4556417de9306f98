from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.data.compose import LAYOUTS, compose, turn
from siamese.data.distort import orient
from siamese.data.strokes import Lines, render, trace
from tests import drawn


@pytest.mark.parametrize("orientation", range(8))
def test_lines_turn_as_drawings_do(orientation):
    lines = trace(drawn.scribble(5, 1))
    expected = orient(render(lines, 3.0)[None], orientation)[0]
    found = render(turn(lines, orientation), 3.0)
    assert np.abs(found - expected).mean() < 0.01


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, len(LAYOUTS) - 1), st.integers(0, 2**32))
def test_a_composed_character_is_a_drawing_of_both(first, second, layout, seed):
    lines = [trace(drawn.scribble(c, 1)) for c in (first, second)]
    composed = compose(*lines, layout, np.random.default_rng(seed))
    assert composed.shape == (105, 105)
    assert composed.dtype == np.float32
    assert 0 <= composed.min() <= composed.max() <= 1
    assert composed.sum() > 50


def test_parts_stand_in_their_boxes():
    line = Lines(np.array([[20, 20], [80, 80]], np.float32), np.array([[0, 1]], np.int32))
    dot = Lines(np.array([[52, 52]], np.float32), np.array([[0, 0]], np.int32))
    left, right = (compose(*pair, 0, np.random.default_rng(0)).sum(axis=0) for pair in ((line, dot), (dot, line)))
    assert left[:50].sum() > 10 * left[60:].sum()
    assert right[60:].sum() > 10 * right[:50].sum()
