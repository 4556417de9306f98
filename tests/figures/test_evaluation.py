"""Figures of evaluation show the figures they were given, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siamese.evaluation import published, verification
from siamese.evaluation.trials import Accuracy
from siamese.figures import evaluation as figures

NAMES = {"network": "network", "nearest": "nearest <i>neighbour</i>"}


def rows(**right: list[int]) -> list[dict]:
    return [
        {"scorer": name, "ways": n, "shots": 1, **Accuracy(r, 100).figures()}
        for name, counts in right.items()
        for n, r in enumerate(counts, 2)
    ]


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def test_a_curve_goes_through_its_figures_with_the_band_around_it():
    found = rows(network=[99, 95, 90], nearest=[60, 50, 30])
    figure = figures.curve(found, NAMES, 4, False, "words", {})
    assert list(named(figure, "network").x) == [1, 2, 3, 4]
    assert list(named(figure, "network").y) == pytest.approx([100, 99, 95, 90])
    band = next(trace for trace in figure.data if trace.fill == "toself" and trace.legendgroup == "network")
    assert min(band.y) == pytest.approx(100 * found[2]["low"])
    assert list(named(figure, "chance, 1/N").y) == pytest.approx([100, 50, 100 / 3, 25])
    assert any("&lt;i&gt;" in (trace.name or "") for trace in figure.data)


def test_a_curve_shows_scorers_it_knows_and_points_only_when_given():
    figure = figures.curve(rows(chance=[50, 33, 25]), NAMES, 4, True, "words", {})
    assert [trace.name for trace in figure.data] == ["chance, 1/N"]
    figure = figures.curve(
        [], NAMES, 20, True, "words", {"people": published.PEOPLE.accuracy, "paper": published.KOCH.accuracy}
    )
    assert {trace.name: trace.y[0] for trace in figure.data[1:]} == {
        "people, 95.5 %": 95.5,
        "Koch et al., 2015, 92.0 %": 92.0,
    }
    assert all(list(trace.x) == [20] for trace in figure.data[1:])


@pytest.mark.parametrize("dark", [False, True])
def test_a_ranking_keeps_its_order_and_fills_what_was_measured(dark):
    entries = [
        figures.Entry("A & <b>B</b>", 0.97, (0.95, 0.98), "network"),
        figures.Entry("people", 0.955, None, "people", "Lake"),
    ]
    figure = figures.ranking(entries, dark, "Lake's runs", "words")
    assert [trace.x[0] for trace in figure.data] == pytest.approx([97, 95.5])
    assert [trace.marker.symbol for trace in figure.data] == ["circle", "circle-open"]
    assert figure.data[0].error_x.array[0] == pytest.approx(1)
    named = [annotation for annotation in figure.layout.annotations if annotation.yref != "paper"]
    assert [annotation.y for annotation in named] == [0, 1]
    assert "A &amp; &lt;b&gt;B&lt;/b&gt;" in named[0].text
    assert "97.0" in named[0].text
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1], "the first stands on top"


def test_an_empty_ranking_is_a_figure_too():
    assert len(figures.ranking([], False, "t", "p").data) == 0


@settings(max_examples=10, deadline=None)  # figures are slow to build
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=20), st.floats(0, 1))
def test_mistakes_and_accuracy_belong_together(rates, at):
    false_positive, true_positive = (np.sort(np.array(side)) for side in zip(*rates, strict=True))
    similarity = np.linspace(1, 0, len(rates))
    figure = figures.thresholds(similarity, false_positive, true_positive, at, False, "p")
    accuracy, missed, fooled = (np.array(trace.y) for trace in figure.data)
    assert accuracy == pytest.approx(100 - (missed + fooled) / 2)
    curve = figures.roc(false_positive, true_positive, (0.1, 0.9), False, "p")
    assert list(curve.data[1].y) == pytest.approx(list(100 - missed))
    assert (curve.data[2].x[0], curve.data[2].y[0]) == pytest.approx((10, 90))


def test_a_calibration_has_its_shares_with_intervals():
    found = verification.calibrate(np.array([0.1, 0.15, 0.9, 0.95]), np.array([False, True, True, True]), bins=2)
    drawn = figures.calibration(found, False, "p").data[1]
    assert list(drawn.x) == pytest.approx([0.125, 0.925])
    assert list(drawn.y) == [50, 100]
    low, high = Accuracy(1, 2).interval()
    assert (50 - drawn.error_y.arrayminus[0], 50 + drawn.error_y.array[0]) == pytest.approx((100 * low, 100 * high))


def test_what_is_published_is_sorted_and_names_people():
    accuracies = [entry.accuracy for entry in published.LAKE_RUNS]
    assert accuracies == sorted(accuracies, reverse=True)
    assert [entry.name for entry in published.LAKE_RUNS if entry.people] == ["People"]
