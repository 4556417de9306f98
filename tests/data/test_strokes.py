from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.data.strokes import Lines, render, trace
from tests import drawn


def picture(*pixels: tuple[int, int]) -> np.ndarray:
    """A drawing (105, 105) with ink at these (x, y)."""
    drawing = np.zeros((105, 105), np.float32)
    for x, y in pixels:
        drawing[y, x] = 1
    return drawing


def joined(lines: Lines) -> set[frozenset[tuple[float, float]]]:
    """The pairs of points that are joined."""
    return {frozenset(tuple(lines.points[i].tolist()) for i in join) for join in lines.joins}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 300), st.integers(1, 5))
def test_traced_and_drawn_again_a_drawing_is_much_the_same(character, drawer):
    drawing = drawn.scribble(character, drawer)
    width = drawing.sum() / max(render(trace(drawing), 1.0).sum(), 1)
    again = render(trace(drawing), width) > 0.5
    both, either = (again & (drawing > 0.5)).sum(), (again | (drawing > 0.5)).sum()
    assert both / either > 0.6


def test_points_are_joined_to_their_neighbours_on_all_sides():
    straight = trace(picture((20, 50), (21, 50), (22, 50)))
    assert joined(straight) == {frozenset({(20, 50), (21, 50)}), frozenset({(21, 50), (22, 50)})}
    assert (straight.points.dtype, straight.joins.dtype) == (np.float32, np.int32)
    upright = trace(picture((20, 50), (20, 51), (20, 52)))
    assert joined(upright) == {frozenset({(20, 50), (20, 51)}), frozenset({(20, 51), (20, 52)})}
    down = trace(picture((20, 50), (21, 51), (22, 52)))
    assert joined(down) == {frozenset({(20, 50), (21, 51)}), frozenset({(21, 51), (22, 52)})}
    up = trace(picture((20, 50), (21, 49), (22, 48)))
    assert joined(up) == {frozenset({(20, 50), (21, 49)}), frozenset({(21, 49), (22, 48)})}


@pytest.mark.parametrize("corner", [(30, 40), (0, 0), (104, 104), (0, 104), (104, 0)])
def test_a_point_alone_is_joined_to_itself_even_on_the_edge(corner):
    dot = trace(picture(corner))
    assert dot.points.tolist() == [list(corner)]
    assert dot.joins.tolist() == [[0, 0]]


def test_a_crossing_keeps_its_corners_and_takes_no_short_cut():
    cross = picture(*[(x, 50) for x in range(40, 61)], *[(50, y) for y in range(40, 61)])
    lines = trace(cross)
    assert len(lines.joins) == 40  # a short cut across each of the four corners would make 44
    assert [50, 50] in lines.points.tolist()  # where lines branch, nothing is smoothed


def test_lines_are_smoothed_three_times_between_their_ends():
    path = [(20 + i, 50 + (i + 1) // 2 % 2) for i in range(12)]
    lines = trace(picture(*path))
    order = np.argsort(lines.points[:, 0])
    expected = np.array(path, float)
    for _ in range(3):
        expected[1:-1] = expected[1:-1] / 2 + (expected[:-2] + expected[2:]) / 4
    assert np.allclose(lines.points[order], expected, atol=1e-5)


def test_only_the_middle_of_a_thick_stroke_is_traced():
    drawing = np.zeros((105, 105), np.float32)
    drawing[40:45, 20:80] = 1
    drawing[60:65, 20:80] = 0.5
    points = trace(drawing).points
    assert points[5:-5, 1] == pytest.approx(42, abs=0.1)
    assert len(points) > 50


@pytest.mark.parametrize(("width", "rows"), [(1.0, 1), (3.0, 3), (5.0, 5)])
def test_a_line_is_as_wide_as_its_pen_and_symmetric_about_its_points(width, rows):
    line = Lines(np.array([[20, 50], [80, 50]], np.float32), np.array([[0, 1]], np.int32))
    column = render(line, width)[:, 50]
    assert column.sum() == pytest.approx(width, abs=0.3)
    assert np.average(np.arange(105), weights=column) == pytest.approx(50, abs=0.3)
    assert (column > 0.4).sum() == rows
    assert render(line, width)[50, :20].sum() == pytest.approx(width / 2, abs=0.8)


def test_edges_are_soft():
    line = Lines(np.array([[20, 20], [80, 75]], np.float32), np.array([[0, 1]], np.int32))
    drawing = render(line, 3.0)
    assert drawing.dtype == np.float32
    assert 0.2 < ((drawing > 0) & (drawing < 1)).sum() / (drawing > 0).sum() < 0.8


def test_lines_that_leave_the_paper_are_cut_off():
    line = Lines(np.array([[-40, 50], [150, 50]], np.float32), np.array([[0, 1]], np.int32))
    drawing = render(line, 3.0)
    assert (drawing[50] == 1).all()
    assert not drawing[60:].any()


def test_only_joined_points_are_drawn():
    lines = Lines(np.array([[20, 50], [80, 50], [50, 90]], np.float32), np.array([[0, 1]], np.int32))
    assert not render(lines, 3.0)[60:].any()
    assert render(Lines(lines.points, np.array([[2, 2]])), 3.0)[60:].sum() == pytest.approx(7, abs=2)


def test_nothing_gives_nothing():
    nothing = trace(np.zeros((105, 105), np.float32))
    assert nothing.points.shape == (0, 2)
    assert not render(nothing, 3.0).any()
