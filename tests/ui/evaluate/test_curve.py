"""Accuracy against N: what is shown before a measurement, from the record, and while it grows."""

from __future__ import annotations

import pytest

from siamese.evaluation.protocol import LAKE_RUNS, Protocol
from siamese.ui.evaluate import curve, recorded
from siamese.ui.evaluate.curve import curve_ui
from siamese.ui.evaluate.measurements import Measurement, curve_job
from tests import networks
from tests.apps import buttons, markup, part_of
from tests.ui.evaluate.conftest import finish, title

MEASUREMENT = Measurement(Protocol("validation", ways=5, trials=100))
NAME = "curve-omniglot-validation-ten-5-way-1-shot-within-an-alphabet-all-drawers"


def row(scorer: str, ways: int, accuracy: float) -> dict:
    return {
        "scorer": scorer, "ways": ways, "shots": 1, "trials": 2000,
        "accuracy": accuracy, "low": accuracy - 0.02, "high": accuracy + 0.01,
    }  # fmt: skip


def of(job_or_value, measurement: Measurement = MEASUREMENT) -> dict:
    """The session of a visitor who has measured this."""
    return {"measurements": {("curve", measurement): job_or_value}}


def test_before_measuring_the_chart_is_empty_and_says_so(sent, monkeypatch):
    monkeypatch.setattr(recorded, "curve", lambda measurement: None)
    app = part_of(curve_ui, MEASUREMENT)
    ((name, (figure, alt)),) = sent.charts.items()
    assert name.startswith("curve-omniglot-validation")
    assert "5-way 1-shot within an alphabet, all drawers; not measured yet" in title(figure)
    assert alt == "Accuracy against N, from 2 to 5. The table below has the figures."
    assert buttons(app) == {"Measure": True}
    assert "<table" not in markup(app)
    assert sent.origins == [(True, False)]
    ((rows, about, picture),) = sent.downloads.values()
    assert (rows, picture, "recorded" in about) == ([], None, False)


def test_the_record_is_shown_with_its_own_protocol_and_figures_at_the_largest_n(sent, monkeypatch):
    known = Protocol("validation", ways=20, trials=2000, seed=3)
    rows = [row("nearest", 5, 0.3), row("network", 2, 0.99), row("network", 5, 0.9)]
    monkeypatch.setattr(recorded, "curve", lambda measurement: (known, rows))
    monkeypatch.setattr(recorded, "load", lambda: {"made": {"date": "2026-01-02"}})
    app = part_of(curve_ui, MEASUREMENT)
    ((figure, _),) = sent.charts.values()
    assert "20-way 1-shot within an alphabet, all drawers; 2,000 trials; bands: 95 % intervals" in title(figure)
    assert buttons(app) == {"Measure again": True}
    assert "right in 90.0 % of trials" in markup(app)
    lines = markup(app).split("<tbody>")[1].split("</tr>")
    assert lines[0] == "<tr><td>network</td><td>90.0</td><td>88.0 to 91.0</td><td>2,000</td>"
    assert lines[1] == "<tr><td>nearest neighbour</td><td>30.0</td><td>28.0 to 31.0</td><td>2,000</td>"
    assert "<th>5-way 1-shot</th>" in markup(app)
    assert sent.origins == [(True, True)]
    ((downloaded, about, _),) = sent.downloads.values()
    assert downloaded == rows
    assert about["recorded"] == {"date": "2026-01-02"}
    assert "trials" not in about


def test_a_measurement_takes_the_place_of_the_record(sent, monkeypatch):
    monkeypatch.setattr(recorded, "curve", lambda measurement: (Protocol("validation"), [row("network", 5, 0.5)]))
    job = finish(curve_job(MEASUREMENT))
    app = part_of(curve_ui, MEASUREMENT, **of(job))
    ((figure, _),) = sent.charts.values()
    assert "5-way 1-shot within an alphabet, all drawers; 100 trials; bands" in title(figure)
    assert buttons(app) == {"Measure other trials": True}
    assert sent.origins == [(False, True)]
    ((rows, about, _),) = sent.downloads.values()
    assert sorted({line["ways"] for line in rows}) == [2, 3, 4, 5]
    assert (about["trials"], about["seed"], about["ways"]) == (100, 1, 5)
    assert "recorded" not in about


def test_while_it_grows_neither_origin_nor_downloads_are_there(sent, monkeypatch):
    monkeypatch.setattr(recorded, "curve", lambda measurement: None)
    job = networks.loading()
    job.value = {}
    app = part_of(curve_ui, MEASUREMENT, **of(job))
    assert buttons(app) == {"Stop": True}
    assert (sent.origins, sent.downloads) == ([], {})
    assert len(sent.charts) == 1


def test_people_and_the_paper_are_points_of_lakes_runs_alone(sent, monkeypatch):
    given = []
    monkeypatch.setattr(curve.figures, "curve", lambda *arguments: given.append(arguments[5]))
    monkeypatch.setattr(recorded, "curve", lambda measurement: None)
    part_of(curve_ui, MEASUREMENT)
    part_of(curve_ui, Measurement(LAKE_RUNS))
    assert given == [{}, {"people": 0.955, "paper": 0.92}]


def test_lakes_runs_cannot_be_measured_with_other_trials(sent, monkeypatch):
    monkeypatch.setattr(recorded, "curve", lambda measurement: None)
    measurement = Measurement(LAKE_RUNS)
    app = part_of(curve_ui, measurement, **of(networks.ready({}), measurement))
    assert buttons(app) == {}


@pytest.mark.parametrize(("low", "high", "words"), [(0.1234, 0.9, "12.3 to 90.0"), (0.0, 1.0, "0.0 to 100.0")])
def test_an_interval_in_words(low, high, words):
    assert curve.interval({"low": low, "high": high}) == words


def test_a_name_of_a_network_is_shown_as_text():
    table = curve.last_table([row("compared", 5, 0.5)], {"compared": "<b>"}, 5, 3)
    assert "<td>&lt;b&gt;</td>" in table
    assert "5-way 3-shot" in table


def test_the_sentence_without_baselines_names_guessing_alone():
    last = [row("network", 20, 0.5)]
    assert curve.sentence(last, 20) == (
        '<div class="result"><p>Among 20 characters the network is right in 50.0 % of trials<small> '
        "(95 % interval 48.0 to 51.0; guessing 5 %).</small></p></div>"
    )
