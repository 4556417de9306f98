from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from siamese.classroom import strokes
from siamese.classroom.strokes import MAX_POINTS, MAX_STROKES
from siamese.data import ink, pen
from siamese.data.ink import InkError

LINES = st.lists(
    st.integers(1, 40).flatmap(lambda count: arrays(np.float64, (count, 2), elements=st.floats(0, 105))),
    min_size=1,
    max_size=5,
)


@given(LINES)
def test_ink_comes_back_within_a_pixel_and_its_ends_exactly(lines):
    kept = strokes.from_json(strokes.to_json(lines))
    assert len(kept) == len(lines)
    for line, one in zip(lines, kept, strict=True):
        assert len(one) <= len(line)
        assert np.allclose(one[[0, -1]], line[[0, -1]], atol=0.051)
        distances = np.abs(line[:, None] - one[None]).max(axis=2).min(axis=1)
        assert distances.max() <= strokes.MIN_STEP_PX + 0.051


def test_a_drawing_hardly_changes():
    angle = np.linspace(0, 6, 400)
    line = 52 + np.stack([30 * np.cos(angle), 20 * np.sin(2 * angle)], axis=1)
    before, after = pen.draw([line]), pen.draw(strokes.from_json(strokes.to_json([line])))
    assert np.minimum(before, after).sum() / np.maximum(before, after).sum() > 0.97
    assert len(strokes.to_json([line])) < 5_000


def test_no_ink_and_too_much_ink_are_refused():
    dot = np.array([[5.0, 5.0]])
    with pytest.raises(InkError, match="nothing drawn"):
        strokes.to_json([])
    assert ink.draw_strokes(strokes.from_json(strokes.to_json([dot] * MAX_STROKES))) is not None
    zigzag = np.stack([np.arange(MAX_POINTS + 1) % 2 * 100.0, np.arange(MAX_POINTS + 1) % 105], axis=1)
    for lines in ([dot] * (MAX_STROKES + 1), [zigzag]):
        with pytest.raises(InkError, match="too much ink"):
            strokes.to_json(lines)
