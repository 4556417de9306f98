from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.data import vary as near_misses
from siamese.data.strokes import PEN_PX, Lines, render, trace
from siamese.data.vary import PLACES, SHAPES, Cut, Edit, Mark, choose_edits
from tests import drawn
from tests.generators import Fixed

SQUARE = Lines(
    np.array([[20, 20], [80, 20], [80, 80], [20, 80]] + [[20 + i, 20] for i in range(1, 60)], np.float32),
    np.array([[1, 2], [2, 3], [3, 0]] + [[4 + i, 5 + i] for i in range(58)], np.int32),
)
"""A square of 60 px whose upper side has a point at every pixel."""
FLAT = Lines(np.array([[30, 50], [50, 50], [70, 50], [70, 60]], np.float32), np.array([[0, 1], [1, 2]], np.int32))


def vary(lines: Lines, edit: Edit, rng: np.random.Generator) -> np.ndarray:
    """The drawing of an edited character."""
    return render(near_misses.vary(lines, edit, rng), PEN_PX)


def box(drawing: np.ndarray) -> list[int]:
    """Left, top, right and bottom of the ink."""
    rows, columns = np.nonzero(drawing > 0.4)
    return [columns.min(), rows.min(), columns.max(), rows.max()]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 200), st.integers(2, 16), st.integers(0, 2**32))
def test_edits_differ_and_the_first_is_the_character_itself(character, wanted, seed):
    lines = trace(drawn.scribble(character, 1))
    edits = choose_edits(lines, wanted, np.random.default_rng(seed))
    assert edits[0] is None
    assert len(edits) == len(set(edits)) == wanted
    assert edits == choose_edits(lines, wanted, np.random.default_rng(seed))


def cuts_and_marks() -> tuple[list[list[Cut]], list[list[Mark]], Lines]:
    lines = trace(drawn.scribble(3, 1))
    edits = [choose_edits(lines, 20, np.random.default_rng(seed)) for seed in range(60)]
    return (
        [[edit for edit in some if isinstance(edit, Cut)] for some in edits],
        [[edit for edit in some if isinstance(edit, Mark)] for some in edits],
        lines,
    )


def test_a_cut_takes_between_10_and_45_percent_of_the_points():
    cuts, _, lines = cuts_and_marks()
    low, high = lines.points.min(axis=0), lines.points.max(axis=0)
    places = (lines.points - low) / (high - low)
    taken = [(np.abs(places - cut.place) < cut.half).all(axis=1).mean() for some in cuts for cut in some]
    assert 0.1 < min(taken) < 0.12
    assert 0.42 < max(taken) < 0.45


def test_cuts_are_squares_of_many_sizes_and_places_none_twice():
    cuts, _, _ = cuts_and_marks()
    halves = [cut.half for some in cuts for cut in some]
    assert 0.2 <= min(halves) < 0.22
    assert 0.38 < max(halves) <= 0.4
    places = np.array([cut.place for some in cuts for cut in some])
    assert 0 <= places.min() < 0.1
    assert 0.9 < places.max() <= 1
    for some in cuts:
        thirds = {tuple(np.round(3 * np.array(cut.place))) for cut in some}
        assert len(thirds) == len(some)


def test_at_most_35_percent_of_the_near_misses_are_cuts():
    cuts, marks, _ = cuts_and_marks()
    assert max(map(len, cuts)) == 7  # of twenty
    assert all(len(cut) + len(mark) == 19 for cut, mark in zip(cuts, marks, strict=True))


def test_marks_have_all_shapes_at_all_places():
    _, marks, _ = cuts_and_marks()
    seen = {(mark.shape, mark.place) for some in marks for mark in some}
    assert {shape for shape, _ in seen} == set(range(9))
    steps = (-0.12, 0.2, 0.5, 0.8, 1.12)
    assert {place for _, place in seen} == {(x, y) for x in steps for y in steps} == set(PLACES)


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


def test_without_an_edit_a_character_is_centred_and_80_px_long():
    assert box(vary(SQUARE, None, Fixed())) == pytest.approx([12 - 1, 12 - 1, 92 + 1, 92 + 1], abs=1)
    assert box(vary(FLAT, None, Fixed())) == pytest.approx([11, 51, 93, 53], abs=1)  # points without lines do not count


def test_a_dot_stays_small():
    """Less than 20 px counts as 20 px, so 5 px become 20 px, and the pen adds 3 px."""
    dot = Lines(np.array([[50, 50], [55, 50]], np.float32), np.array([[0, 1]], np.int32))
    left, _, right, _ = box(vary(dot, None, Fixed()))
    assert right - left == pytest.approx(22, abs=1)


@pytest.mark.parametrize(
    ("shape", "corners"),
    [
        (0, [(-0.14, 0), (0.14, 0)]),  # bars
        (1, [(-0.099, -0.099), (0.099, 0.099)]),
        (2, [(0, -0.14), (0, 0.14)]),
        (3, [(0.099, -0.099), (-0.099, 0.099)]),
        (4, [(0.03, 0), (0, 0.03), (-0.03, 0), (0, -0.03)]),  # a dot
        (5, [(0.12, 0), (0, 0.12), (-0.12, 0), (0, -0.12)]),  # a loop
        (6, [(0.16, 0), (0, -0.16), (-0.16, 0)]),  # an arch
        (7, [(0.16, 0), (0, 0.16), (-0.16, 0)]),  # a bowl
        (8, [(-0.125, 0), (0.125, 0), (0.125, 0.12)]),  # a hook
    ],
)
def test_the_shapes_of_marks(shape, corners):
    line = SHAPES[shape]
    for corner in corners:
        assert np.abs(line - corner).max(axis=1).min() < 0.002
    assert np.abs(line).max(axis=0) == pytest.approx(np.abs(corners).max(axis=0), abs=0.002)
    assert np.hypot(*np.diff(line, axis=0).T).max() < 0.3  # one line without leaps


@pytest.mark.parametrize(
    ("place", "middle"),
    [((0.5, 0.5), (52.0, 52.0)), ((0.2, 0.8), (28.0, 76.0)), ((0.8, 0.2), (76.0, 28.0))],
)
def test_a_mark_is_drawn_at_its_place(place, middle):
    """The square is drawn 80 px wide from 12 px on, so a loop's half width is 0.12 x 80 px."""
    extra = np.clip(vary(SQUARE, Mark(5, place), Fixed()) - vary(SQUARE, None, Fixed()), 0, 1)
    rows, columns = np.nonzero(extra > 0.4)
    assert (columns.mean(), rows.mean()) == pytest.approx(middle, abs=0.7)
    assert np.ptp(columns) == pytest.approx(2 * 0.12 * 80 + 2, abs=1.5)
    assert np.ptp(rows) == pytest.approx(2 * 0.12 * 80 + 2, abs=1.5)


def test_a_mark_outside_makes_the_character_smaller():
    """A bar at 1.12 of the width ends at 1.26: the drawing is 1.26 times as wide as the square."""
    plain, marked = (vary(SQUARE, edit, Fixed()) for edit in (None, Mark(0, (1.12, 0.5))))
    assert box(marked)[2] - box(marked)[0] == pytest.approx(82, abs=1)
    assert box(marked)[3] - box(marked)[1] == pytest.approx(80 / 1.26 + 2, abs=1)
    assert box(plain)[3] - box(plain)[1] == pytest.approx(82, abs=1)


def test_a_mark_on_a_dot_is_of_the_size_for_20_px():
    dot = Lines(np.array([[50, 50], [50, 50]], np.float32), np.array([[0, 0]], np.int32))
    left, top, right, bottom = box(vary(dot, Mark(0, (0.5, 0.5)), Fixed()))
    assert right - left == pytest.approx(0.28 * 80 + 2, abs=1)
    assert bottom - top <= 4


def test_marks_vary_in_size_angle_and_place():
    """One standard deviation: 12 % of the size, 0.12 radians, 3.5 % of the character's side."""
    plain = vary(SQUARE, None, Fixed())

    def mark(shape: int, deviations: float) -> tuple[np.ndarray, np.ndarray]:
        drawing = vary(SQUARE, Mark(shape, (0.5, 0.5)), Fixed(deviations=deviations))
        return np.nonzero(np.clip(drawing - plain, 0, 1) > 0.4)

    rows, columns = mark(5, 0.0)
    more_rows, more_columns = mark(5, 1.0)
    assert (np.ptp(more_columns) - 2) / (np.ptp(columns) - 2) == pytest.approx(np.exp(0.12), abs=0.06)
    assert more_rows.mean() - rows.mean() == pytest.approx(0.035 * 80, abs=0.5)
    assert more_columns.mean() - columns.mean() == pytest.approx(0.035 * 80, abs=0.5)
    rows, columns = mark(0, 3.0)
    assert np.polyfit(columns, rows, 1)[0] == pytest.approx(-np.tan(0.36), abs=0.05)


@pytest.mark.parametrize("deviations", [0.0, 2.0, 5.0])
def test_a_cut_takes_the_lines_in_its_square(deviations):
    """One standard deviation: 0.03 of the side for its place, 6 % of its size. The pen of 3 px reaches into the gap."""
    less = vary(SQUARE, Cut((0.5, 0.0), 0.3), Fixed(deviations=deviations))
    gap = np.flatnonzero(less[12, 12:92] < 0.5) + 12
    place, half = 0.5 + 0.03 * deviations, 0.3 * np.exp(0.06 * deviations)
    ends = 12 + 80 * place - 80 * half + 1.75, min(12 + 80 * place + 80 * half - 1.75, 91)
    assert (gap.min(), gap.max()) == pytest.approx(ends, abs=0.8)
    assert (less[40:90, 12] > 0.4).all()


def test_nothing_is_cut_where_nothing_would_be_left():
    drawing = vary(SQUARE, Cut((0.5, 0.5), 5.0), np.random.default_rng(0))
    assert np.array_equal(drawing, vary(SQUARE, None, np.random.default_rng(0)))


def test_every_mark_fits_on_the_paper():
    for shape in range(len(SHAPES)):
        for place in PLACES:
            drawing = vary(SQUARE, Mark(shape, place), np.random.default_rng(shape))
            assert drawing[0].sum() == drawing[-1].sum() == drawing[:, 0].sum() == drawing[:, -1].sum() == 0


def test_the_lines_are_3_px_wide():
    assert vary(FLAT, None, Fixed())[:, 52].sum() == pytest.approx(3, abs=0.3)
