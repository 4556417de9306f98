"""Where the network fails: from the record, from a measurement, and what is not said of Lake's runs."""

from __future__ import annotations

import pytest

from siamese.evaluation import results
from siamese.evaluation.protocol import LAKE_RUNS, Protocol
from siamese.ui.evaluate import drawings, failures, recorded
from siamese.ui.evaluate.failures import failures_ui
from siamese.ui.evaluate.measurements import Measurement, characters_of, curve_job
from tests import networks
from tests.apps import buttons, markup, part_of
from tests.ui.evaluate.conftest import finish, title

MEASUREMENT = Measurement(Protocol("validation", ways=5, trials=100))


def record(trials: int = 2000) -> dict:
    first, second = characters_of(MEASUREMENT.protocol).characters[:2]
    names = [[c.alphabet, c.name] for c in (first, second)]
    alphabet = {"alphabet": first.alphabet, "trials": 90, "right": 81, "accuracy": 0.9, "low": 0.8, "high": 0.95}
    return {
        "trials": trials,
        "confused": [{"characters": names, "wrong": 3, "met": 8}] * 14,
        "alphabets": [alphabet],
        "drawers": [{"alphabet": first.alphabet, "drawer": 2, "right": 5, "trials": 9}],
    }


def test_before_anything_is_known_the_part_says_what_to_do(sent, monkeypatch):
    monkeypatch.setattr(recorded, "failures", lambda measurement: None)
    app = part_of(failures_ui, MEASUREMENT)
    assert "Press Measure to find the characters it confuses" in markup(app)
    assert buttons(app) == {"Measure": True}
    assert sent.origins == [(True, False)]
    assert (sent.charts, sent.downloads) == ({}, {})
    assert app.header == []


def test_the_record_is_shown_and_can_be_downloaded(sent, monkeypatch):
    monkeypatch.setattr(recorded, "failures", lambda measurement: record())
    monkeypatch.setattr(recorded, "load", lambda: {"made": {}})
    app = part_of(failures_ui, MEASUREMENT)
    assert buttons(app) == {"Measure again": True}
    assert [header.value for header in app.header] == ["Characters it confuses", "The hardest handwritings"]
    words = f"{MEASUREMENT.protocol.words}, 2,000 trials"
    assert f'<p class="note">{words}.</p>' in markup(app)
    assert markup(app).count("confused in 3 of the 8 trials that showed both") == 12
    assert ": 5 of 9 recognised" in markup(app)
    assert sent.origins == [(True, True)]
    ((figure, alt),) = sent.charts.values()
    assert title(figure) == f"<b>Alphabets, the hardest first</b> {words}; lines: 95 % intervals"
    assert alt == "Alphabets, the hardest first: the network's accuracy."
    assert [round(point.x[0]) for point in figure.data] == [90]
    ((name, (rows, about, _)),) = sent.downloads.items()
    assert name.startswith("failures-omniglot-validation")
    first, second = characters_of(MEASUREMENT.protocol).characters[:2]
    line = {"one": f"{first.alphabet}/{first.name}", "other": f"{second.alphabet}/{second.name}", "wrong": 3, "met": 8}
    assert rows == [line] * 14
    assert about["trials"] == 2000
    assert "recorded" in about


def test_a_measurement_takes_the_place_of_the_record(sent, monkeypatch):
    monkeypatch.setattr(recorded, "failures", lambda measurement: record())
    job = finish(curve_job(MEASUREMENT))
    app = part_of(failures_ui, MEASUREMENT, measurements={("curve", MEASUREMENT): job})
    assert sent.origins == [(False, True)]
    assert buttons(app) == {"Measure other trials": True}
    measured = results.failures_record(
        characters_of(MEASUREMENT.protocol), job.value["network"].choices(MEASUREMENT.protocol.ways)
    )
    ((rows, about, _),) = sent.downloads.values()
    assert len(rows) == len(measured["confused"])
    assert about["alphabets"] == measured["alphabets"]
    assert "recorded" not in about
    assert ", 100 trials." in markup(app)


def test_a_measurement_without_an_answer_yet_leaves_the_record(sent, monkeypatch):
    monkeypatch.setattr(recorded, "failures", lambda measurement: record())
    for value in ({}, {"network": ()}):
        job = networks.loading()
        job.value = value
        part_of(failures_ui, MEASUREMENT, measurements={("curve", MEASUREMENT): job})
    assert sent.origins == [(True, True), (True, True)]
    assert sent.downloads == {}


def test_lakes_runs_name_no_drawers_and_have_no_other_trials(sent, monkeypatch):
    measurement = Measurement(LAKE_RUNS)
    monkeypatch.setattr(recorded, "failures", lambda measurement: record(400))
    monkeypatch.setattr(drawings, "hardest_drawers", pytest.fail)
    app = part_of(failures_ui, measurement, measurements={("curve", measurement): networks.ready({})})
    assert [header.value for header in app.header] == ["Characters it confuses"]
    ((figure, _),) = sent.charts.values()
    assert title(figure).startswith("<b>Runs, the hardest first</b> Lake's runs".replace("'", "&#x27;"))
    assert buttons(app) == {}
    assert failures.MAX_PAIRS == 12
