from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.data.frame import LONGER, frame
from tests import drawn


def box(drawing: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(drawing > 0.4)
    return rows.min(), rows.max(), columns.min(), columns.max()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 300), st.integers(1, 5))
def test_the_longer_side_and_the_middle_are_always_the_same(character, drawer):
    framed = frame(drawn.scribble(character, drawer)[None])[0]
    assert framed.shape == (105, 105)
    assert framed.dtype == np.float32
    top, bottom, left, right = box(framed)
    assert max(bottom - top, right - left) + 1 == pytest.approx(LONGER, abs=3)
    assert top + bottom == pytest.approx(104, abs=3)
    assert left + right == pytest.approx(104, abs=3)


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
    top, bottom, _, _ = box(framed)
    assert bottom - top < 20
    assert frame(np.zeros((0, 105, 105), np.float32)).shape == (0, 105, 105)
