"""Figures of evaluation show the figures they are given, and nothing else."""

from __future__ import annotations

import pytest

from siamese.evaluation import published
from siamese.evaluation.trials import Accuracy
from siamese.figures import evaluation as figures
from siamese.figures import style

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
    measured = rows(network=[99, 95, 90], nearest=[60, 50, 30])
    figure = figures.curve(measured, NAMES, 4, False, "words", {})
    assert list(named(figure, "network").x) == [1, 2, 3, 4]
    assert list(named(figure, "network").y) == pytest.approx([100, 99, 95, 90])
    band = next(trace for trace in figure.data if trace.fill == "toself" and trace.legendgroup == "network")
    assert list(band.y) == pytest.approx(
        [100, *(100 * row["high"] for row in measured[:3]), *(100 * row["low"] for row in measured[2::-1]), 100]
    )
    assert any("&lt;i&gt;" in (trace.name or "") for trace in figure.data)


def test_chance_is_named_on_its_line():
    figure = figures.curve([], NAMES, 4, False, "words", {})
    (chance,) = figure.data
    assert list(chance.y) == pytest.approx([100, 50, 100 / 3, 25])
    (label,) = [a for a in figure.layout.annotations if "chance" in a.text]
    assert (label.x, label.y) == (4, 25)


def test_measured_chance_is_not_drawn_next_to_its_line():
    figure = figures.curve(rows(chance=[50, 33, 25]), NAMES, 4, True, "words", {})
    assert [trace.name for trace in figure.data] == ["chance, 1/N"]


def test_people_and_the_paper_are_points_at_20_ways_only_when_given():
    points = {"people": published.PEOPLE.accuracy, "paper": published.KOCH.accuracy}
    figure = figures.curve([], NAMES, 20, True, "words", points)
    assert {trace.name: (list(trace.x), list(trace.y)) for trace in figure.data[1:]} == {
        "people, 95.5 %": ([20], [95.5]),
        "Koch et al., 2015, 92.0 %": ([20], [92.0]),
    }
    assert [trace.marker.color for trace in figure.data[1:]] == ["#F0B429", "#4FA6DB"]


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
    assert figure.data[0].error_x.arrayminus[0] == pytest.approx(2)
    labels = [annotation for annotation in figure.layout.annotations if annotation.yref != "paper"]
    assert [label.y for label in labels] == [0, 1]
    assert "A &amp; &lt;b&gt;B&lt;/b&gt;" in labels[0].text
    assert "97.0" in labels[0].text
    assert {label.font.color for label in labels} == {style.palette(dark).ink}
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1], "the first is on top"


def test_an_entry_in_words():
    entry = figures.Entry("A & B", 0.97, (0.95, 0.98), note="Lake <et al.>")
    assert entry.words == "A &amp; B: 97.0 % (95.0 to 98.0) · Lake &lt;et al.&gt;"
    assert figures.Entry("A", 0.5).words == "A: 50.0 %"


def test_an_empty_ranking_is_a_figure_too():
    assert len(figures.ranking([], False, "t", "p").data) == 0
