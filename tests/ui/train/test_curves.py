"""Curves of a run: a frozen chart keeps its extent while the run goes on."""

from __future__ import annotations

import dataclasses
import pathlib
import types

import numpy as np
import pytest

from siamese.ui.train import curves


@pytest.mark.parametrize(
    ("frozen", "drawn", "steps"),
    [
        (True, ("lesson-1", (40, 1)), 40),
        (False, ("lesson-1", (40, 1)), 100),
        (True, ("lesson-2", (40, 1)), 100),
        (True, None, 100),
    ],
)
def test_a_frozen_chart_keeps_the_steps_that_were_drawn(frozen, drawn, steps, status, monkeypatch):
    curve = types.SimpleNamespace(length=100, validations=lambda: [1, 2])
    monkeypatch.setattr(curves, "session", {"train:frozen": frozen, "train:drawn": drawn})
    monkeypatch.setattr(curves.runs, "curve", lambda run_id: curve)
    extents = []

    def line(run, *extent):
        extents.append(extent)
        raise StopIteration  # the rest draws the chart

    monkeypatch.setattr(curves, "_line", line)
    with pytest.raises(StopIteration):
        curves.curves_ui(status("finished"), [])
    assert extents[0][0] == steps
    assert curves.session["train:drawn"] == ("lesson-1", extents[0])


RECORD = {"validation": 0.5, "validation_low": 0.4, "validation_high": 0.6, "background": 0.6, "step": 300}


def curve(length: int, *validations: dict):
    steps = {name: np.linspace(1, length, length) for name in ("step", "loss", "pair_accuracy")}
    return types.SimpleNamespace(length=length, steps=lambda: steps, validations=lambda: list(validations))


@pytest.fixture
def drawn(monkeypatch, home) -> dict[str, list]:
    """What the figures are given, and the charts with their texts by name."""
    kept: dict[str, list] = {"accuracy": [], "loss": [], "pairs": [], "charts": []}
    monkeypatch.setattr(curves.charts, "chart", lambda *given: kept["charts"].append(given))
    monkeypatch.setattr(curves.runs, "nearest", lambda run_id: {"accuracy": 0.2})
    monkeypatch.setattr(curves.charts, "dark", lambda: True)
    monkeypatch.setattr(curves.charts, "scale", lambda: 1.3)
    curves._figures.clear()
    for name in ("accuracy", "loss", "pairs"):
        monkeypatch.setattr(
            curves.figures, name, lambda *given, name=name: kept[name].append(given) or f"the figure of {name}"
        )
    return kept


def test_the_three_figures_are_drawn_and_kept_until_there_is_something_new(drawn, status, monkeypatch):
    of = {"lesson-1": curve(100, RECORD), "other": curve(50)}
    monkeypatch.setattr(curves.runs, "curve", of.__getitem__)
    monkeypatch.setattr(curves, "session", {})
    finished = status("finished")
    other = dataclasses.replace(finished.run, folder=pathlib.Path("other"), name="Other")
    for _ in range(2):
        curves.curves_ui(finished, [other])
    ((own, (compared,), nearest, counts, dark, scale),) = drawn["accuracy"]
    assert (own.name, own.length, len(own.steps["loss"]), own.validations) == ("Our <run>", 1000, 100, [RECORD])
    assert (compared.name, len(compared.steps["step"])) == ("Other", 50)
    trials = finished.run.config.schedule.validation_trials
    assert (nearest, counts, dark, scale) == ({"accuracy": 0.2}, (trials, trials // 4), True, 1.3)
    assert [given[1:] for given in drawn["loss"]] == [([compared], True, 1.3)]
    assert len(drawn["pairs"]) == 1
    assert [given[0] for given in drawn["charts"][:3]] == [
        "the figure of accuracy",
        "the figure of loss",
        "the figure of pairs",
    ]
    assert [given[1] for given in drawn["charts"][:3]] == ["lesson-1-accuracy", "lesson-1-loss", "lesson-1-pairs"]
    of["lesson-1"] = curve(100, RECORD, RECORD)
    curves.curves_ui(finished, [other])
    assert len(drawn["accuracy"]) == 2


def test_the_numbers_of_trials_are_those_of_the_last_validation(drawn, status):
    last = {**RECORD, "validation_trials": 640, "background_trials": 320}
    line = curves.figures.Curve("a", {}, [RECORD, last], 10)
    curves._figures([("a", "a", 1, 1)], False, 1.0, 200, None, [line])
    curves._figures([("b", "b", 1, 1)], False, 1.0, 2, None, [dataclasses.replace(line, validations=[])])
    assert [given[3] for given in drawn["accuracy"]] == [(640, 320), (2, 1)]


def test_an_active_run_is_drawn_up_to_a_step_that_seldom_moves(drawn, status, monkeypatch):
    monkeypatch.setattr(curves.runs, "curve", lambda run_id: curve(403))
    for state, steps in (("training", 400), ("finished", 403)):
        monkeypatch.setattr(curves, "session", {})
        curves.curves_ui(status(state), [])
        assert curves.session["train:drawn"] == ("lesson-1", (steps, 0))


def test_the_runs_that_are_compared_are_the_chosen_others(status, monkeypatch):
    statuses = [status("training"), status("stopped", id="b"), status("damaged", id="c", run=None)]
    monkeypatch.setattr(curves.runs, "statuses", lambda: statuses)
    monkeypatch.setattr(curves, "session", {"train:compared": ["b", "c", "lesson-1"]})
    assert curves.compared_runs("lesson-1") == [statuses[1].run]
    monkeypatch.setattr(curves, "session", {})
    assert curves.compared_runs("lesson-1") == []
