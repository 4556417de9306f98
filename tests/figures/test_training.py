"""Curves of a run: bounded, true to the figures, and text of users is shown, not followed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siamese.figures import training as figures
from siamese.figures.training import POINTS, Curve, even, mark, smooth, thin


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
def test_an_even_curve_is_bounded_and_keeps_its_ends(length):
    kept, _ = even(np.arange(length), np.zeros(length))
    assert len(kept) <= POINTS
    if length:
        assert (kept[0], kept[-1]) == (0, length - 1)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=300))
def test_what_was_smoothed_once_never_changes_and_stays_within_what_was_seen(values):
    values = np.array(values)
    whole, part = smooth(values), smooth(values[: len(values) // 2 + 1])
    assert whole[: len(part)] == pytest.approx(part)
    assert whole[0] == pytest.approx(values[0])
    assert values.min() - 1e-9 <= whole.min() <= whole.max() <= values.max() + 1e-9


@given(st.integers(0, 1_000_000))
def test_marks_come_in_time_and_rarely(step):
    assert mark(mark(step)) == mark(step) <= step
    assert step - mark(step) <= step / 100
    assert mark(step + 1) >= mark(step)


def test_there_are_at_most_two_hundred_redraws_of_a_long_run_s_second_half():
    assert len({mark(step) for step in range(100_000, 200_000)}) <= 200


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("length", [0, 1, 60, 1200, 30_000])
def test_figures_of_any_length(length, dark):
    found, earlier = curve(length, steps=40_000), [curve(300, "<b>theirs</b>")]
    nearest = {"accuracy": 0.135}
    for figure in (
        figures.accuracy(found, earlier, nearest, (200, 50), dark),
        figures.loss(found, earlier, dark),
        figures.pairs(found, [], dark),
    ):
        written = figure.to_json()
        assert "<b>theirs" not in written
        assert max(len(trace.x) for trace in figure.data) <= max(POINTS, 2 * len(found.validations))
        assert figure.layout.uirevision == "kept"


def test_the_accuracy_figure_shows_what_the_run_measured_with_its_protocol():
    found = curve(200)
    figure = figures.accuracy(found, [], {"accuracy": 0.135}, (200, 50), False)
    lines = {trace.name: trace for trace in figure.data if trace.name}
    assert list(lines["Never-seen alphabets"].y) == [v["validation"] for v in found.validations]
    words = figure.layout.title.subtitle.text + " ".join(a.text for a in figure.layout.annotations)
    for part in (
        "20-way 1-shot",
        "200 trials",
        "95 % intervals",
        "chance 5%",
        "nearest neighbour 13.5%, same trials",
        "people 95.5% on Lake's runs",
    ):
        assert part in words.replace("<br>", " ")


def test_the_axis_moves_only_by_doubling_and_not_beyond_the_run():
    ends = [figures.loss(curve(length), [], False).layout.xaxis.range[1] for length in (1, 49, 51, 99, 101, 1150, 1200)]
    assert ends == [50, 50, 100, 100, 200, 1200, 1200]
