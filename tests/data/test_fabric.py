"""What the canvas sends: read as Fabric shows it, and refused if no canvas sends it."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.config import SIDE
from siamese.data import fabric, pen
from siamese.data.fabric import canvas_strokes
from siamese.data.ink import InkError, draw_strokes

# Sent by streamlit-drawable-canvas 0.13, 300 x 300 px, after a hook and a click were drawn with the mouse.
SENT = {
    "version": "7.4.0",
    "objects": [
        {
            "type": "Path",
            "version": "7.4.0",
            "originX": "center",
            "originY": "center",
            "left": 149.994,
            "top": 150.006,
            "width": 180.012,
            "height": 180.012,
            "stroke": "#000",
            "strokeWidth": 12,
            "scaleX": 1,
            "scaleY": 1,
            "angle": 0,
            "flipX": False,
            "flipY": False,
            "skewX": 0,
            "skewY": 0,
            "path": [
                ["M", 59.988, 60],
                ["Q", 60, 60, 75, 60],
                ["Q", 90, 60, 105, 60],
                ["Q", 210, 60, 225, 60],
                ["Q", 240, 60, 240, 75],
                ["Q", 240, 90, 240, 105],
                ["Q", 240, 180, 240, 210],
                ["L", 240, 240.012],
            ],
        },
        {
            "type": "Path",
            "left": 100,
            "top": 200,
            "width": 0.024,
            "height": 0,
            "strokeWidth": 12,
            "path": [["M", 99.988, 200], ["L", 100.012, 200]],
        },
    ],
    "background": "#fff",
}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["objects", "type", "path", "points", "left", "x1", "radius"]), inner)
    ),
    max_leaves=12,
)


def sent(**changes: Any) -> dict:
    """The canvas's answer with the first object changed."""
    answer = copy.deepcopy(SENT)
    answer["objects"][0].update(changes)
    return answer


def box(strokes: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    points = np.concatenate(strokes)
    return points.min(axis=0), points.max(axis=0)


def test_what_the_canvas_sends_is_read() -> None:
    hook, dot = canvas_strokes(SENT, 300)
    assert hook[0] == pytest.approx((21, 21), abs=0.02)
    assert hook[-1] == pytest.approx((84, 84), abs=0.02)
    assert box([hook])[0] == pytest.approx((21, 21), abs=0.02)
    assert box([hook])[1] == pytest.approx((84, 84), abs=0.02)
    assert np.abs(np.diff(hook, axis=0)).max() <= 0.5 + 1e-9
    assert dot == pytest.approx(np.array([[35, 70], [35, 70]]), abs=0.01)
    assert draw_strokes([hook, dot])[70, 35] == 1


@pytest.mark.parametrize("nothing", [None, {}, {"objects": []}, {"objects": [], "background": "#fff"}, sent(path=[])])
def test_nothing_drawn_gives_no_stroke(nothing: Any) -> None:
    if nothing and nothing["objects"]:
        nothing["objects"].pop()
    assert canvas_strokes(nothing, 300) == []


def test_side_is_the_canvas_in_css_px() -> None:
    small = canvas_strokes(SENT, 300)[0]
    answer = sent(left=300, top=300, path=[[c[0], *[2 * v for v in c[1:]]] for c in SENT["objects"][0]["path"]])
    large = canvas_strokes(answer, 600)[0]
    assert np.abs(box([small])[0] - box([large])[0]).max() < 0.05
    assert np.array_equal(pen.draw([small]), pen.draw([large]))


def test_a_quadratic_curve_is_a_parabola_and_a_cubic_one_its_equal() -> None:
    """Points against the closed form y(x) of the curve through (0, 0), (50, 100), (100, 0)."""
    quadratic = canvas_strokes({"objects": [{"type": "Path", "path": [["M", 0, 0], ["Q", 50, 100, 100, 0]]}]}, SIDE)[0]
    x = quadratic[:, 0]
    assert np.abs(quadratic[:, 1] - 2 * x * (1 - x / 100)).max() < 0.15
    cubic = canvas_strokes(
        {"objects": [{"type": "Path", "path": [["M", 0, 0], ["C", 100 / 3, 200 / 3, 200 / 3, 200 / 3, 100, 0]]}]}, SIDE
    )[0]
    assert cubic == pytest.approx(quadratic, abs=1e-6)


@pytest.mark.parametrize(
    ("changes", "first", "last"),
    [
        ({"left": 159.994, "top": 130.006}, (69.988, 40), (250, 220.012)),
        ({"scaleX": 0.5, "scaleY": 0.5}, (104.991, 105.003), (194.997, 195.009)),
        ({"angle": 90}, (240, 60), (60, 240)),
        ({"flipX": True}, (240, 60), (60, 240)),
        ({"skewX": 45, "scaleX": 0.5, "angle": 0}, (60, 60), (240, 240)),
        ({"originX": "left", "originY": "top", "left": 53.988, "top": 54}, (59.988, 60), (240, 240.012)),
    ],
)
def test_an_object_that_was_moved_turned_or_scaled_is_where_fabric_shows_it(
    changes: dict, first: tuple, last: tuple
) -> None:
    hook = canvas_strokes(sent(**changes), 300)[0] * 300 / SIDE
    assert hook[0] == pytest.approx(first, abs=0.1)
    assert hook[-1] == pytest.approx(last, abs=0.1)


def test_other_tools_of_the_canvas_are_lines_too() -> None:
    straight = {"type": "Line", "left": 150, "top": 150, "x1": -90, "x2": 90, "y1": -90, "y2": 90}
    corner = {
        "type": "Polyline",
        "left": 150,
        "top": 150,
        "points": [{"x": 10, "y": 10}, {"x": 110, "y": 10}, {"x": 110, "y": 110}],
    }
    ring = {
        "type": "Circle",
        "radius": 60,
        "originX": "left",
        "originY": "center",
        "left": 84,
        "top": 150,
        "width": 120,
        "height": 120,
        "strokeWidth": 12,
    }
    line, angle, closed, circle = canvas_strokes(
        {"objects": [straight, corner, {**corner, "type": "Polygon"}, ring]}, 300
    )
    assert line[0] == pytest.approx((21, 21))
    assert line[-1] == pytest.approx((84, 84))
    assert angle[0] == pytest.approx((35, 35))
    assert angle[-1] == pytest.approx((70, 70))
    assert closed[-1] == pytest.approx((35, 35))
    assert np.linalg.norm(circle - 52.5, axis=1) == pytest.approx(21, abs=0.05)


def test_ink_outside_the_paper_is_not_seen() -> None:
    path = [["M", 50, 50], ["L", 150, 50], ["L", 150, 90], ["L", 50, 90]]
    out, back = canvas_strokes({"objects": [{"type": "Path", "path": path}]}, SIDE)
    assert out[-1] == pytest.approx((105, 50))
    assert back[0] == pytest.approx((105, 90))
    assert back[-1] == pytest.approx((50, 90))


HOSTILE = [
    "text",
    7,
    [1],
    {"objects": {}},
    {"objects": "no"},
    {"objects": [None]},
    {"objects": [[]]},
    {"objects": [{"type": "Image", "src": "https://example.org"}]},
    {"objects": [{"type": ["Path"], "path": []}]},
    {"objects": [{"path": [["M", 1, 2]]}]},
    sent(path="M 0 0 L 9 9"),
    sent(path=[["M", 1]]),
    sent(path=[["M", 1, 2], ["X", 3, 4]]),
    sent(path=[["M", 1, 2], [["L"], 3, 4]]),
    sent(path=[["L", 1, 2]]),
    sent(path=[[]]),
    sent(path=[["M", "1", 2]]),
    sent(path=[["M", True, 2]]),
    sent(path=[["M", None, 2]]),
    sent(path=[["M", math.nan, 2]]),
    sent(path=[["M", math.inf, 2]]),
    sent(path=[["M", 10**400, 2]]),
    sent(path=[["M", 1e300, 2]]),
    sent(left="10"),
    sent(left=math.nan),
    sent(scaleX=math.inf),
    sent(angle=[]),
    sent(originX="elsewhere"),
    sent(originX=[]),
    sent(originX={}),
    {"objects": [{"type": "Polyline", "points": [1, 2]}]},
    {"objects": [{"type": "Polyline", "points": [{"x": 1}]}]},
    {"objects": [{"type": "Circle", "radius": "9"}]},
    {"objects": [{"type": "Line", "x1": {}}]},
    {"objects": [SENT["objects"][1]] * (fabric.MAX_OBJECTS + 1)},
    sent(path=[["M", 1, 2]] * (fabric.MAX_COMMANDS + 1)),
    {"objects": [{"type": "Polyline", "points": [{"x": 1, "y": 1}] * (fabric.MAX_COMMANDS + 1)}]},
    {"objects": [{"type": "Polyline", "points": [{"x": 1, "y": 1}] * (fabric.MAX_COMMANDS // 2 + 1)}] * 2},
    {"objects": [{"type": "Path", "path": [["M", 0, 0], *[["L", 300 * (i % 2), 0] for i in range(500)]]}]},
    sent(scaleX=1e8, scaleY=1e8),
]


@pytest.mark.parametrize("answer", HOSTILE)
def test_what_no_canvas_sends_is_refused_in_one_sentence(answer: Any) -> None:
    with pytest.raises(InkError, match=r"^The canvas .*\.$|^There is too much ink .*\.$"):
        canvas_strokes(answer, 300)


@given(anything)
@settings(deadline=None)
def test_no_answer_breaks_the_reader(answer: Any) -> None:
    try:
        strokes = canvas_strokes(answer, 300)
    except InkError:
        return
    assert all(stroke.ndim == 2 and np.isfinite(stroke).all() for stroke in strokes)


@given(
    st.lists(st.tuples(st.sampled_from("MLQCZ"), st.lists(st.floats(-900, 900), min_size=6, max_size=6)), max_size=6),
    st.floats(-400, 400),
    st.floats(-3, 3),
)
@settings(deadline=None)
def test_any_path_gives_points_on_the_paper(commands: list, angle: float, scale: float) -> None:
    path = [["M", 100, 100]] + [[c, *values[: {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}[c]]] for c, values in commands]
    for stroke in canvas_strokes(sent(path=path, angle=angle, scaleX=scale, scaleY=scale), 300):
        assert len(stroke)
        assert (stroke >= 0).all()
        assert (stroke <= SIDE).all()


RECTANGLE = {"type": "Rect", "left": 20, "top": 30, "width": 100, "height": 40, "originX": "left", "originY": "top"}


@pytest.mark.parametrize(
    ("change", "corners"),
    [
        ({}, (20, 30, 120, 70)),
        ({"scaleX": 0.5, "scaleY": 2}, (20, 30, 70, 110)),
        ({"originX": "center", "originY": "bottom"}, (-30, -10, 70, 30)),
    ],
)
def test_a_rectangle_has_corners(change, corners):
    assert fabric.rectangle_corners(RECTANGLE | change) == pytest.approx(corners)


@pytest.mark.parametrize(
    "item",
    [
        None,
        [],
        {},
        {"type": "Path"},
        RECTANGLE | {"left": "1"},
        RECTANGLE | {"width": 1e300},
        RECTANGLE | {"originX": []},
    ],
)
def test_what_is_not_a_rectangle_is_refused(item):
    with pytest.raises(InkError, match="not a drawing"):
        fabric.rectangle_corners(item)
