"""Lake's runs: measured or recorded, among published figures, and one by one."""

from __future__ import annotations

import types

import numpy as np
import pytest

from siamese.data import omniglot
from siamese.evaluation import results
from siamese.evaluation.lake import LakeAnswers
from siamese.evaluation.protocol import LAKE_RUNS
from siamese.ui.evaluate import lake, recorded
from siamese.ui.evaluate.lake import lake_ui
from siamese.ui.evaluate.measurements import Measurement, curve_job
from tests import networks
from tests.apps import buttons, markup, part_of
from tests.ui.evaluate.conftest import finish, title

MEASUREMENT = Measurement(LAKE_RUNS)


def answers(wrong: int, jointly_wrong: int = 0) -> LakeAnswers:
    answer = omniglot.load_runs().answer
    chosen, jointly = answer.copy(), answer.copy()
    for array, count in ((chosen, wrong), (jointly, jointly_wrong)):
        array.flat[:count] = (array.flat[:count] + 1) % 20
    return LakeAnswers(chosen, jointly, answer)


@pytest.fixture
def record(monkeypatch) -> None:
    kept = {"network": results.lake_record(answers(3)), "nearest": results.lake_record(answers(300))}
    kept["blurred"] = kept["nearest"]  # a scorer of earlier versions
    monkeypatch.setattr(recorded, "load", lambda: {"lake_runs": kept})


def test_before_anything_is_known_published_figures_alone_are_shown(sent, monkeypatch):
    monkeypatch.setattr(recorded, "load", dict)
    app = part_of(lake_ui, MEASUREMENT)
    assert "The 20 runs and every wrong answer will appear here." in markup(app)
    assert buttons(app) == {"Measure": True}
    assert sent.origins == [(True, False)]
    ((figure, alt),) = sent.charts.values()
    assert "Filled: measured, with its 95 % interval; hollow: as published." in title(figure)
    assert "Lake" in alt
    assert "<table" not in markup(app)
    (rows, about, _) = sent.downloads["lake-runs"]
    accuracies = [row["accuracy"] for row in rows]
    assert accuracies == sorted(accuracies, reverse=True)
    assert about["answers"] == {}
    assert app.header == []


def test_the_record_is_shown_among_published_figures(sent, record):
    app = part_of(lake_ui, MEASUREMENT)
    assert buttons(app) == {"Measure again": True}
    assert sent.origins == [(True, True)]
    (rows, about, _) = sent.downloads["lake-runs"]
    named = {row["name"]: row for row in rows}
    assert named["Network, here"] == {
        "name": "Network, here", "accuracy": 0.9925, "low": 0.9782, "high": 0.9974, "source": "recorded",
    }  # fmt: skip
    assert named["Nearest neighbour, here"]["accuracy"] == 0.25
    joint = named["network, here: a run's 20 queries named together"]
    assert (joint["accuracy"], joint["low"], joint["high"], joint["source"]) == (1.0, None, None, "recorded")
    assert set(about["answers"]) == {"network", "nearest"}
    assert about["answers"]["network"]["chosen"] == answers(3).chosen.tolist()
    assert about["answers"]["network"]["jointly"] == answers(3).jointly.tolist()
    assert "blurred" not in str(about)
    assert [header.value for header in app.header] == ["Run by run", "The 3 wrong answers"]


def test_measured_answers_take_the_place_of_the_record_when_they_are_complete(sent, record):
    job = finish(curve_job(MEASUREMENT))
    part_of(lake_ui, MEASUREMENT, measurements={("curve", MEASUREMENT): job})
    half = networks.ready({**job.value, "nearest": types.SimpleNamespace(complete=False)})
    part_of(lake_ui, MEASUREMENT, measurements={("curve", MEASUREMENT): half})
    assert sent.origins == [(False, True), (True, True)]


def test_measured_answers_are_those_of_the_scorers(sent, record):
    job = finish(curve_job(MEASUREMENT))
    app = part_of(lake_ui, MEASUREMENT, measurements={("curve", MEASUREMENT): job})
    assert buttons(app) == {}
    (rows, about, _) = sent.downloads["lake-runs"]
    assert set(about["answers"]) == {"network", "nearest", "normalised", "hausdorff"}
    assert {row["source"] for row in rows if row["name"].endswith(", here")} == {"measured here"}


def test_the_answers_of_another_scorer_and_run_can_be_seen(sent, record):
    app = part_of(lake_ui, MEASUREMENT, evaluate__scorer="hausdorff", evaluate__part="lake")
    scorer = app.segmented_control(key="evaluate:scorer")
    assert (scorer.options, scorer.value, scorer.proto.required) == (["network", "nearest neighbour"], "network", True)
    run = app.selectbox(key="evaluate:lake_run")
    assert run.options == ["All runs", *(f"Run {n}" for n in range(1, 21))]
    scorer.set_value("nearest").run()
    assert "The 300 wrong answers" in [header.value for header in app.header]
    run.set_value(3).run()
    assert app.query_params == {"part": "lake", "scorer": "nearest", "lake_run": "3"}
    assert "Run 3, trial 1" in markup(app)
    assert "Run 1, trial" not in markup(app)


@pytest.mark.parametrize(
    ("wrong", "title"), [(0, "No wrong answer"), (1, "The wrong answer"), (2, "The 2 wrong answers")]
)
def test_the_number_of_wrong_answers_is_a_title(wrong, title):
    app = part_of(lake.one_by_one_ui, {"network": answers(wrong)})
    assert [header.value for header in app.header] == ["Run by run", title]


def test_without_the_network_there_is_no_joint_naming(sent):
    assert "named together" not in lake.table({"nearest": answers(5)})
    part_of(lake.ranking_ui, {"nearest": answers(5)}, "recorded")
    (rows, _, _) = sent.downloads["lake-runs"]
    assert not any("named together" in row["name"] for row in rows)
    assert "named together" in lake.table({"network": answers(5)})


def test_people_have_their_own_colour_in_the_ranking(sent, monkeypatch):
    given = []
    ranking = lake.figures.ranking
    monkeypatch.setattr(
        lake.figures, "ranking", lambda entries, *rest: given.append(entries) or ranking(entries, *rest)
    )
    part_of(lake.ranking_ui, {"network": answers(2)}, "recorded")
    colours = {entry.name: entry.color for entry in given[0]}
    assert colours["Network, here"] == "network"
    assert [name for name, colour in colours.items() if colour == "people"] == ["People"]
    assert set(colours.values()) == {"network", "people", "muted"}
    assert all((entry.interval is None) == (entry.color != "network") for entry in given[0])
    assert np.all(np.diff([entry.accuracy for entry in given[0]]) <= 0)
