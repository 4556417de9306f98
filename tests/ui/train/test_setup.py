from __future__ import annotations

import pytest

from siamese import runs
from siamese.presets import PRESETS
from siamese.ui.train import setup
from tests import networks
from tests.threads import Slow, at_once

SPEED = runs.Speed("CPU, 2 cores", 10.0, 1 / 256, 0.001, validation_drawings=1000, training_drawings=1000)
LESSON = setup.NewRun(PRESETS["lesson"], "lesson", "builtin", "")


def test_an_estimate_gives_the_duration_and_the_speed():
    estimate = setup._estimate(LESSON, networks.ready(SPEED))
    assert estimate == "About 11 min on CPU, 2 cores, at 256 drawings per second."


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (None, "The duration is estimated when no run is training."),
        (networks.failed("The machine is too busy."), "The machine is too busy."),
        (networks.loading(), "Measuring the speed of this machine"),
    ],
)
def test_without_an_estimate_the_form_says_why(job, words):
    assert setup._estimate(LESSON, job).startswith(words)


def test_a_speed_measured_on_any_data_is_known(monkeypatch):
    monkeypatch.setattr(setup, "_speeds", {"builtin": networks.loading()})
    assert setup.known_speed() is None
    monkeypatch.setattr(setup, "_speeds", {"builtin": networks.loading(), "omniglot": networks.ready(SPEED)})
    assert setup.known_speed() == SPEED


@pytest.mark.parametrize(
    ("has_runs", "link", "view"),
    [(False, {}, "new"), (True, {}, "run"), (False, {"view": "run"}, "run")],
)
def test_a_first_visit_without_runs_shows_the_form_unless_the_link_says_otherwise(monkeypatch, has_runs, link, view):
    session = {"train:view": "run", "train:data": "omniglot"}
    monkeypatch.setattr(setup, "session", session)
    monkeypatch.setattr(setup.state.st, "session_state", session)
    monkeypatch.setattr(setup.st, "query_params", link)
    monkeypatch.setattr(setup.datasets, "omniglot_lacks", lambda *_: "")
    for _ in range(2):
        setup.prepare_choices(has_runs)
    assert session["train:view"] == view
    assert session["train:data"] == "omniglot"


@pytest.mark.parametrize(
    ("link", "data"), [({}, "builtin"), ({"data": "omniglot"}, "omniglot"), ({"source": "x"}, "omniglot")]
)
def test_without_omniglot_a_first_visit_offers_the_built_in_alphabets(monkeypatch, link, data):
    session = {"train:view": "run", "train:data": "omniglot"}
    monkeypatch.setattr(setup, "session", session)
    monkeypatch.setattr(setup.state.st, "session_state", session)
    monkeypatch.setattr(setup.st, "query_params", link)
    monkeypatch.setattr(setup.datasets, "omniglot_lacks", lambda *_: "It is not installed.")
    setup.prepare_choices(True)
    assert session["train:data"] == data
    session["train:data"] = "omniglot"
    setup.prepare_choices(True)  # what a visitor chooses later stays
    assert session["train:data"] == "omniglot"


def test_a_run_that_was_started_is_shown(monkeypatch):
    session = {"train:view": "new", "train:data": "builtin", "train:visited": True, "train:started": "lesson-1"}
    monkeypatch.setattr(setup, "session", session)
    monkeypatch.setattr(setup.state.st, "session_state", session)
    setup.prepare_choices(True)
    assert (session["train:view"], session["train:run"]) == ("run", "lesson-1")
    session["train:view"] = "all"
    setup.prepare_choices(True)
    assert session["train:view"] == "all"


def test_visitors_who_wait_for_an_estimate_share_one_measurement(home, monkeypatch):
    monkeypatch.setattr(setup, "_speeds", {})
    monkeypatch.setattr(setup, "_measurement", Slow(lambda data: networks.ready(object())))
    at_once(lambda: setup.speed("builtin"))
    assert setup._measurement.calls == 1
