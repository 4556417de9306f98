from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.data.strokes import Lines, render, trace
from tests import drawn


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 300), st.integers(1, 5))
def test_traced_and_drawn_again_a_drawing_is_much_the_same(character, drawer):
    drawing = drawn.scribble(character, drawer)
    width = drawing.sum() / max(render(trace(drawing), 1.0).sum(), 1)
    again = render(trace(drawing), width) > 0.5
    both, either = (again & (drawing > 0.5)).sum(), (again | (drawing > 0.5)).sum()
    assert both / either > 0.6


@pytest.mark.parametrize("width", [2.0, 3.0, 5.0])
def test_a_line_is_as_wide_as_its_pen(width):
    line = Lines(np.array([[20, 50], [80, 50]], np.float32), np.array([[0, 1]], np.int32))
    assert render(line, width)[:, 50].sum() == pytest.approx(width, abs=0.6)


def test_a_dot_stays_and_nothing_gives_nothing():
    dot = np.zeros((105, 105), np.float32)
    dot[50:53, 50:53] = 1
    assert render(trace(dot), 3.0).sum() > 4
    nothing = trace(np.zeros_like(dot))
    assert len(nothing.points) == 0
    assert not render(nothing, 3.0).any()


def test_smoothing_moves_no_end():
    drawing = np.zeros((105, 105), np.float32)
    drawing[50, 20:81] = 1
    points = trace(drawing).points
    assert points[:, 0].min() == 20
    assert points[:, 0].max() == 80
