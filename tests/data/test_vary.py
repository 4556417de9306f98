from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.data.strokes import Lines, trace
from siamese.data.vary import PLACES, SHAPES, Cut, Mark, choose_edits, vary
from tests import drawn

SQUARE = Lines(
    np.array([[20, 20], [80, 20], [80, 80], [20, 80]] + [[20 + i, 20] for i in range(1, 60)], np.float32),
    np.array([[1, 2], [2, 3], [3, 0]] + [[4 + i, 5 + i] for i in range(58)], np.int32),
)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 200), st.integers(2, 16), st.integers(0, 2**32))
def test_edits_differ_and_the_first_is_the_character_itself(character, wanted, seed):
    lines = trace(drawn.scribble(character, 1))
    edits = choose_edits(lines, wanted, np.random.default_rng(seed))
    assert edits[0] is None
    assert len(edits) == len(set(edits)) == wanted
    assert sum(isinstance(edit, Cut) for edit in edits) <= wanted / 2


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 200), st.integers(2, 16), st.integers(0, 2**32))
def test_a_near_miss_is_a_drawing(character, wanted, seed):
    rng = np.random.default_rng(seed)
    lines = trace(drawn.scribble(character, 1))
    drawing = vary(lines, choose_edits(lines, wanted, rng)[-1], rng)
    assert drawing.shape == (105, 105)
    assert drawing.dtype == np.float32
    assert 0 <= drawing.min() <= drawing.max() <= 1
    assert drawing.sum() > 30


def test_a_mark_is_ink_at_its_place_and_a_cut_takes_it_away():
    plain, marked, less = (
        vary(SQUARE, edit, np.random.default_rng(0)) for edit in (None, Mark(5, (0.5, 0.5)), Cut((0.5, 0.0), 0.3))
    )
    middle, top = np.s_[40:65, 40:65], np.s_[5:20, 40:65]
    assert plain[middle].sum() == 0
    assert marked[middle].sum() > 30
    assert plain[top].sum() > 30
    assert less[top].sum() < 0.2 * plain[top].sum()


def test_nothing_is_cut_where_nothing_would_be_left():
    drawing = vary(SQUARE, Cut((0.5, 0.5), 5.0), np.random.default_rng(0))
    assert np.array_equal(drawing, vary(SQUARE, None, np.random.default_rng(0)))


def test_every_mark_fits_on_the_paper():
    for shape in range(len(SHAPES)):
        for place in PLACES:
            drawing = vary(SQUARE, Mark(shape, place), np.random.default_rng(shape))
            assert drawing[0].sum() == drawing[-1].sum() == drawing[:, 0].sum() == drawing[:, -1].sum() == 0
