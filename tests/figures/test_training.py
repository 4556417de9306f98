"""Curves of a run: bounded, true to the figures, and text of users is shown, not followed."""

from __future__ import annotations

import dataclasses

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.figures import style
from siamese.figures import training as figures
from siamese.figures.training import MAX_POINTS, Curve, last_drawn, smooth, thin, thin_evenly


def curve(length: int, name: str = "ours", steps: int = 1200) -> Curve:
    rng = np.random.default_rng(length)
    values = {"step": np.arange(1.0, length + 1), "loss": rng.random(length), "pair_accuracy": rng.random(length)}
    names = ("validation", "background")
    validations = [
        {
            "step": s,
            **{n: s / 4000 for n in names},
            **{f"{n}_{b}": s / 4000 + d for n in names for b, d in (("low", -0.01), ("high", 0.01))},
        }
        for s in range(50, length + 1, 50)
    ]
    return Curve(name, values, validations, steps)


def penalised(length: int, **options) -> Curve:
    plain = curve(length, **options)
    return dataclasses.replace(plain, steps={**plain.steps, "penalty": 1500 - plain.steps["step"]})


def words(figure: go.Figure) -> str:
    """Everything written in a figure except its axes."""
    texts = [figure.layout.title.text, figure.layout.title.subtitle.text, *(a.text for a in figure.layout.annotations)]
    return " ".join([*texts, *(trace.name for trace in figure.data if trace.name)]).replace("<br>", " ")


@given(st.integers(1, 5000), st.integers(4, 600))
def test_a_thinned_curve_is_bounded_and_keeps_its_ends_its_highest_and_its_lowest(length, most):
    steps, values = np.arange(length), np.random.default_rng(length).normal(size=length)
    kept, shown = thin(steps, values, most)
    assert len(kept) <= max(most, 4)
    assert (kept[0], kept[-1]) == (0, length - 1)
    assert (shown.min(), shown.max()) == (values.min(), values.max())
    assert (np.diff(kept) > 0).all()
    assert (values[kept] == shown).all()


@given(st.integers(0, 5000))
def test_an_evenly_thinned_curve_is_bounded_and_keeps_its_ends(length):
    kept, _ = thin_evenly(np.arange(length), np.zeros(length))
    assert len(kept) <= 400
    if length:
        assert (kept[0], kept[-1]) == (0, length - 1)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=300))
def test_what_was_smoothed_once_never_changes_and_stays_within_the_values(values):
    values = np.array(values)
    complete, part = smooth(values), smooth(values[: len(values) // 2 + 1])
    assert complete[: len(part)] == pytest.approx(part)
    assert complete[0] == pytest.approx(values[0])
    assert values.min() - 1e-9 <= complete.min() <= complete.max() <= values.max() + 1e-9


def test_smoothing_follows_its_definition():
    """Weights 1, 0.96, 0.96 ** 2, ... backwards in time."""
    assert smooth(np.array([1.0, 0.0, 3.0])) == pytest.approx(
        [1.0, 0.96 / 1.96, (3 + 0.96 * 0.96) / (1 + 0.96 + 0.9216)]
    )


@given(st.integers(0, 1_000_000))
def test_a_curve_is_redrawn_in_time_and_rarely(step):
    assert last_drawn(last_drawn(step)) == last_drawn(step) <= step
    assert step - last_drawn(step) <= step / 100
    assert last_drawn(step + 1) >= last_drawn(step)


def test_the_second_half_of_a_long_run_is_redrawn_at_most_two_hundred_times():
    assert len({last_drawn(step) for step in range(100_000, 200_000)}) <= 200


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("length", [0, 1, 60, 1200, 30_000])
def test_figures_of_any_length(length, dark):
    shown, compared = penalised(length, steps=40_000), [curve(300, "<b>theirs</b>")]
    nearest = {"accuracy": 0.135}
    for figure in (
        figures.accuracy(shown, compared, nearest, (200, 50), dark),
        figures.loss(shown, compared, dark),
        figures.pairs(shown, [], dark),
    ):
        written = figure.to_json()
        assert "<b>theirs" not in written
        assert max(len(trace.x) for trace in figure.data) <= max(MAX_POINTS, 2 * len(shown.validations))
        assert figure.layout.uirevision == "kept"


def test_the_accuracy_figure_shows_what_the_run_measured_with_its_protocol():
    shown = curve(200)
    figure = figures.accuracy(shown, [], {"accuracy": 0.135}, (200, 50), False)
    lines = {trace.name: trace for trace in figure.data if trace.name}
    assert list(lines["Unseen alphabets"].y) == [v["validation"] for v in shown.validations]
    assert list(lines["Training alphabets"].y) == [v["background"] for v in shown.validations]
    for part in (
        "20-way 1-shot",
        "200 trials on unseen alphabets, 50 on training alphabets",
        "95 % intervals",
        "chance 5%",
        "nearest neighbour 13.5%, same trials",
    ):
        assert part in words(figure)


@pytest.mark.parametrize("dark", [False, True])
def test_a_validation_is_not_drawn_next_to_figures_of_another_protocol(dark):
    """People and the paper were measured on Lake's runs; orange means people."""
    figure = figures.accuracy(curve(200), [curve(100, "other")], {"accuracy": 0.135}, (200, 50), dark)
    assert "people" not in words(figure)
    assert "paper" not in words(figure)
    assert style.palette(dark).people not in figure.to_json()
    assert len(figure.layout.shapes) == 2


def test_the_penalty_has_a_line_and_an_axis_of_its_own():
    figure = figures.loss(penalised(200), [], False)
    lines = {trace.name: trace for trace in figure.data if trace.name}
    assert lines["penalty"].yaxis == "y2"
    assert (lines["penalty"].y[0], lines["penalty"].y[-1]) == (1499, 1300)
    assert max(lines["smoothed"].y) < 1
    assert figure.layout.yaxis2.overlaying == "y"
    assert "penalty" in words(figure)


@pytest.mark.parametrize("steps", [{}, {"penalty": np.zeros(50)}])
def test_without_a_penalty_there_is_no_line_of_it(steps):
    plain = curve(50)
    figure = figures.loss(dataclasses.replace(plain, steps={**plain.steps, **steps}), [], False)
    assert "penalty" not in words(figure)
    assert len(figure.data) == 2


@pytest.mark.parametrize("dark", [False, True])
def test_labels_on_the_lines_are_text_of_the_theme_and_grow_with_large_text(dark):
    for scale in (1.0, 1.3):
        figure = figures.accuracy(curve(60), [], {"accuracy": 0.2}, (200, 50), dark, scale)
        for label in figure.layout.annotations:
            assert label.font.color == style.palette(dark).muted
            assert label.font.size == pytest.approx(12 * scale)
        assert figure.layout.height == 400 * scale
        assert figures.loss(penalised(60), [], dark, scale).layout.yaxis2.tickfont.size == pytest.approx(12 * scale)


def test_the_axis_moves_only_by_doubling_and_not_beyond_the_run():
    ends = [figures.loss(curve(length), [], False).layout.xaxis.range[1] for length in (1, 49, 51, 99, 101, 1150, 1200)]
    assert ends == [50, 50, 100, 100, 200, 1200, 1200]
