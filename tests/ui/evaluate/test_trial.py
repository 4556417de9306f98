"""One trial: which drawings and scorers it shows, and the way to others."""

from __future__ import annotations

import re

import numpy as np
import pytest

from siamese.data.episodes import Trials
from siamese.evaluation.curve import Answers
from siamese.evaluation.opened import open_trial
from siamese.evaluation.protocol import LAKE_RUNS, Protocol
from siamese.ui import models
from siamese.ui.evaluate import trial
from siamese.ui.evaluate.measurements import Measurement, features_of, questions_of
from siamese.ui.evaluate.trial import trial_ui
from tests import networks
from tests.apps import beside, buttons, markup, part_of, press
from tests.ui.evaluate.conftest import Pixels, Reversed

MEASUREMENT = Measurement(Protocol("validation", ways=5, trials=40), training=True)


def sections(app) -> list[str]:
    return re.findall("<h3>(.*?)</h3>", markup(app))


def test_the_query_and_the_support_set_of_the_chosen_trial_are_shown(sent):
    app = part_of(trial_ui, MEASUREMENT, evaluate__trial=3)
    characters, trials = questions_of(MEASUREMENT.protocol)
    opened = open_trial(trials, {"network": features_of("network", characters)}, 3, 1)
    shown = [int(row) for row in re.findall(r'class="card p(\d+)', markup(app).split('<div class="why')[0])]
    assert shown == [opened.query, *opened.support.ravel()]
    assert all(f".p{row}{{background" in markup(app) for row in shown)
    assert f"{characters.origin([characters.drawer_of[opened.query]])}</p>" in markup(app)
    assert sections(app) == [
        "Network",
        "Nearest neighbour",
        "Nearest neighbour, normalised",
        "Modified Hausdorff distance",
    ]
    assert len(re.findall('<figure class="tile right"', markup(app))) == 1
    ((name, (rows, about, picture)),) = sent.downloads.items()
    assert name.startswith("trial-")
    assert name.endswith("-3")
    assert about["trial"] == 3
    assert "recorded" not in about
    assert len(rows) == 5
    assert [row["right"] for row in rows].index(True) == opened.answer
    assert picture.startswith(b"\x89PNG")


def test_lakes_runs_do_not_name_their_drawers():
    app = part_of(trial_ui, Measurement(LAKE_RUNS))
    assert "drawn by" not in markup(app)
    assert '<p class="note">Query</p>' in markup(app)


def test_a_network_that_is_not_ready_is_left_out(monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.loading())
    app = part_of(trial_ui, MEASUREMENT)
    assert sections(app) == ["Nearest neighbour", "Nearest neighbour, normalised", "Modified Hausdorff distance"]
    assert '<figure class="tile right"' not in markup(app)


def test_the_network_that_is_compared_answers_too_once_it_is_ready(monkeypatch):
    loaded = {"": networks.ready(Pixels()), "lesson-1": networks.ready(Reversed()), "lesson-2": networks.loading()}
    monkeypatch.setattr(models, "get", lambda run_id="": loaded[run_id])
    monkeypatch.setattr(models, "name", lambda network: f"Run <{network}>")
    for run, others in (("lesson-1", ["Run &lt;lesson-1&gt;"]), ("lesson-2", [])):
        app = part_of(trial_ui, Measurement(MEASUREMENT.protocol, compared=run))
        assert sections(app) == ["Network", *others, *sections(app)[1 + len(others) :]]
        assert len(sections(app)) == 4 + len(others)


def answered(right: list[bool]) -> dict:
    """The session of a visitor in whose measurement the network answered so many trials, so."""
    ways = 5
    support = np.tile(np.arange(ways)[None, :, None], (40, 1, 1))
    scores = np.zeros((len(right), ways))
    scores[np.arange(len(right)), [0 if ok else 1 for ok in right]] = 1
    answers = Answers(Trials(np.full(40, 9), support, np.zeros(40, int)), scores, 1)
    return {"measurements": {("curve", MEASUREMENT): networks.ready({"network": answers})}}


def test_the_next_wrong_answer_is_the_one_after_the_trial_or_else_the_first(monkeypatch):
    session = answered([True, False, True, True, False])
    for at, following in ((1, 2), (2, 5), (3, 5), (5, 2), (20, 2)):
        app = part_of(trial.step_ui, MEASUREMENT, evaluate__trial=at, **session)
        (button,) = (button for button in app.button if button.label == "Next wrong answer")
        assert button.help == "2 of the 5 measured."
        press(app, "Next wrong answer")
        assert app.session_state["evaluate:trial"] == following
    only = answered([True, False])
    assert not buttons(part_of(trial.step_ui, MEASUREMENT, evaluate__trial=2, **only))["Next wrong answer"]
    none = answered([True, True])
    assert not buttons(part_of(trial.step_ui, MEASUREMENT, evaluate__trial=1, **none))["Next wrong answer"]


def test_before_measuring_no_answer_is_known_to_be_wrong():
    for session in ({}, {"measurements": {("curve", MEASUREMENT): networks.loading()}}):
        app = part_of(trial.step_ui, MEASUREMENT, evaluate__trial=4, **session)
        (button,) = (button for button in app.button if button.label == "Next wrong answer")
        assert (button.disabled, button.help) == (True, "Measure accuracy against N first.")


@pytest.mark.parametrize(("at", "back", "on"), [(1, False, True), (2, True, True), (39, True, True), (40, True, False)])
def test_back_and_next_stay_among_the_trials(at, back, on):
    app = part_of(trial.step_ui, MEASUREMENT, evaluate__trial=at)
    assert (buttons(app)["Back"], buttons(app)["Next"]) == (back, on)
    field = app.number_input(key="evaluate:trial")
    assert ["Trial (of 40)", "Back", "Next", "Next wrong answer"] in beside(app)
    assert (field.label, field.min, field.max, field.value) == ("Trial (of 40)", 1, 40, at)
    if on:
        press(app, "Next")
        assert app.session_state["evaluate:trial"] == at + 1
    if back and on:
        press(app, "Back")
        assert app.session_state["evaluate:trial"] == at


def test_a_trial_beyond_the_last_becomes_the_last():
    assert part_of(trial.step_ui, MEASUREMENT, evaluate__trial=300).session_state["evaluate:trial"] == 40
