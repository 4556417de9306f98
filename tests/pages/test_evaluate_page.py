"""The Evaluate page through navigation.py: every part, before and after measuring, with and without Omniglot."""

from __future__ import annotations

import json
import time

import pytest
from streamlit.testing.v1 import AppTest

from siamese import runs
from siamese.data import omniglot, own
from siamese.evaluation import failures, results
from siamese.evaluation.protocol import Protocol
from siamese.presets import PRESETS
from siamese.runs.monitor import REFRESH_SECONDS
from siamese.ui import datasets, messages, models
from siamese.ui.evaluate import measurements, protocol_form, verification
from siamese.ui.evaluate.measurements import characters_of
from siamese.ui.jobs import RUNNING, Job
from tests import networks
from tests.data.own.test_own import moon
from tests.pages.test_pages import markup, run
from tests.ui.evaluate.conftest import Reversed

PAGE = "pages/evaluate.py"
FEW = {"ways": "5", "trials": "100", "unseen_only": "1"}


@pytest.fixture(autouse=True)
def _no_results(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "FILE", tmp_path / "results.json")


@pytest.fixture(scope="module")
def network_ready() -> None:
    assert models.load_shipped().wait(300)
    assert models.failure() == ""


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def measure(app: AppTest) -> None:
    """Press the button, wait for the end of the measurement, and run the page again."""
    press(app, next(label for label in labels(app) if label.startswith("Measure")))
    for job in app.session_state["measurements"].values():
        assert job.wait(200)
        assert job.failure == ""
    app.run()
    assert [error.value for error in app.exception] == []


@pytest.mark.parametrize("part", ["curve", "lake", "trial", "failures", "verification"])
def test_every_part_runs_without_omniglot_and_says_which_alphabets_serve(part, home, network_ready):
    app = run(PAGE, part=part, **FEW)
    assert [error.value for error in app.exception] == []
    if part == "lake":
        assert "a part of Omniglot" in app.info[0].value
        assert "Download Omniglot (16 MB)" in labels(app)
    else:
        assert app.session_state["evaluate:group"] == "builtin"
        assert "Built-in, unseen, 33 alphabets: printed letters in 20 synthetic handwritings." in markup(app)
        assert "never seen in training" in markup(app)
        assert "is not installed. It is optional. The Start page can download it." in markup(app)


@pytest.mark.parametrize(("part", "excluded"), [("curve", True), ("verification", False)])
def test_small_alphabets_are_excluded_from_trials_but_not_from_pairs(part, excluded, home, network_ready):
    app = run(PAGE, part=part, ways="20")
    assert ("Only the 32 alphabets with at least 20 characters are used" in markup(app)) is excluded


@pytest.mark.parametrize("part", ["curve", "lake", "trial", "failures", "verification"])
def test_every_part_runs_with_omniglot_before_anything_is_measured(part, fake_omniglot, network_ready):
    app = run(PAGE, part=part, **FEW)
    assert [error.value for error in app.exception] == []
    assert [error.value for error in app.error] == []
    if part != "trial":
        assert "make results" in markup(app)
        assert "Measure" in labels(app)
    else:
        assert markup(app).count('<figure class="tile') == 5
        assert markup(app).count("<section>") == 4


@pytest.mark.parametrize("part", ["curve", "lake", "verification"])
def test_while_omniglot_is_imported_every_part_shows_the_progress(part, fake_omniglot, network_ready, monkeypatch):
    job: Job = Job("The import of Omniglot", lambda value: iter(()), lambda value: (1, 4))
    job.state = RUNNING
    monkeypatch.setattr(datasets, "_import", job)
    monkeypatch.setattr(datasets, "omniglot_lacks", lambda *groups: "")
    monkeypatch.setattr(omniglot, "available", lambda: True)
    monkeypatch.setattr(omniglot, "packed_file", lambda: fake_omniglot / "not yet")
    app = run(PAGE, part=part, **FEW)
    (bar,) = app.get("progress")
    assert bar.proto.text.startswith("Importing Omniglot, ")
    assert "Measure" not in labels(app)


def test_a_curve_is_measured_stopped_continued_and_has_its_figures(fake_omniglot, network_ready):
    app = run(PAGE, **FEW)
    press(app, "Measure")
    next(iter(app.session_state["measurements"].values())).stop()
    next(iter(app.session_state["measurements"].values())).wait(60)
    app.run()
    assert "Continue" in labels(app)
    press(app, "Continue")
    next(iter(app.session_state["measurements"].values())).wait(200)
    app.run()
    assert "Measure other trials" in labels(app)
    assert "Among 5 characters the network is right in" in markup(app)
    assert [error.value for error in app.exception] == []
    (answers,) = (job.value for job in app.session_state["measurements"].values())
    assert f"{100 * answers['network'].accuracy(5).accuracy:.1f} %" in markup(app)
    press(app, "Measure other trials")
    assert app.session_state["evaluate:seed"] == 2
    assert "Measure" in labels(app)


def test_failures_and_wrong_trials_come_from_the_measurement(fake_omniglot, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.ready(Reversed()))  # the network would always be right
    app = run(PAGE, part="failures", group="lake", across="1", **FEW)
    measure(app)
    (answers,) = (job.value for job in app.session_state["measurements"].values())
    wrong = [int(t) + 1 for t in (~answers["network"].choices(5).right).nonzero()[0]]
    confused = failures.confused(characters_of(Protocol("lake")), answers["network"].choices(5), 12)
    assert markup(app).count(": confused in ") == len(confused)
    assert len(confused) > 0
    app.segmented_control(key="evaluate:part").set_value("trial").run()
    assert [error.value for error in app.exception] == []
    later = [t for t in wrong if t > 1]
    press(app, "Next wrong answer")
    assert app.session_state["evaluate:trial"] == later[0]
    verdict = markup(app).split("<h3>Network</h3>")[1].split("</section>")[0]
    assert '<span class="wrong">wrong</span>' in verdict


def test_lakes_runs_are_measured_and_answers_one_by_one(fake_omniglot, network_ready):
    app = run(PAGE, part="lake")
    assert "Run by run" not in [header.value for header in app.header]
    measure(app)
    assert markup(app).count('class="hit"') + markup(app).count('class="miss"') >= 400
    (answers,) = (job.value for job in app.session_state["measurements"].values())
    wrong = {key: 400 - own.accuracy(20).right for key, own in answers.items()}
    assert max(wrong.values()) > 1
    for key, count in wrong.items():
        app.segmented_control(key="evaluate:scorer").set_value(key).run()
        title = {0: "No wrong answer", 1: "The wrong answer"}.get(count, f"The {count} wrong answers")
        assert title in [header.value for header in app.header]
    assert '<tr class="apart">' in markup(app)
    assert [error.value for error in app.exception] == []


def test_pairs_are_measured_and_the_threshold_moves_the_figures(fake_omniglot, network_ready, monkeypatch):
    monkeypatch.setattr(verification, "PAIRS", 200)
    app = run(PAGE, part="verification", threshold="30")
    measure(app)
    assert "At 0.30, " in markup(app)
    assert len(app.get("plotly_chart")) == 3
    app.slider(key="evaluate:threshold").set_value(95).run()
    assert "At 0.95, " in markup(app)
    assert app.query_params["threshold"] == "95"


def test_the_first_threshold_is_one_that_the_slider_has(fake_omniglot, network_ready, monkeypatch):
    monkeypatch.setattr(verification, "PAIRS", 200)
    for fitted, shown in ((0.99999, 99), (0.00001, 1), (0.254, 25)):
        monkeypatch.setitem(models.matcher().record, "same_threshold", fitted)
        app = run(PAGE, part="verification")
        measure(app)
        assert app.slider(key="evaluate:threshold").value == shown


def test_a_network_without_a_fitted_threshold_begins_at_one_half(fake_omniglot, network_ready, monkeypatch):
    monkeypatch.setattr(verification, "PAIRS", 200)
    monkeypatch.delitem(models.matcher().record, "same_threshold")
    app = run(PAGE, part="verification")
    measure(app)
    assert app.slider(key="evaluate:threshold").value == 50


def test_pairs_may_come_from_some_alphabets_of_the_group(fake_omniglot, network_ready, monkeypatch):
    offered, measured = [], []
    monkeypatch.setattr(protocol_form, "_only_ui", lambda where, characters: offered.append(characters))
    monkeypatch.setattr(verification, "verification_ui", measured.append)
    run(PAGE, part="verification", group="lake", only="0-2")
    names = [alphabet.name for alphabet in offered[0].alphabets]
    assert len(names) > 2
    assert list(measured[0].protocol.alphabets) == [names[0], names[2]]


def test_pairs_are_drawn_with_the_seed_of_the_link(fake_omniglot, network_ready, monkeypatch):
    measured = []
    monkeypatch.setattr(verification, "verification_ui", measured.append)
    run(PAGE, part="verification", group="lake", seed="7")
    assert [measurement.protocol for measurement in measured] == [Protocol("lake", seed=7)]


def test_recorded_results_are_shown_at_once_with_date_and_command(fake_omniglot, network_ready):
    row = {
        "scorer": "network",
        "ways": 5,
        "shots": 1,
        "trials": 2000,
        "right": 1800,
        "accuracy": 0.9,
        "low": 0.886,
        "high": 0.912,
    }
    made = {"date": "2026-01-02", "command": "python <b>it</b>", "weights_sha256": "others"}
    protocol = {"group": "validation", "alphabets": [], "ways": 20, "trials": 2000, "seed": 3}
    curves = {"validation": {"protocol": protocol, "rows": [row]}}
    results.FILE.write_text(json.dumps({"made": made, "curves": curves, "failures": {}}))
    app = run(PAGE, **FEW)
    assert "right in 90.0 % of trials" in markup(app)
    assert "Recorded on 2026-01-02 by <code>python &lt;b&gt;it&lt;/b&gt;</code>" in markup(app)
    assert "other weights" in markup(app)
    assert "Measure again" in labels(app)
    measure(app)
    assert "Recorded on" not in markup(app)


def test_an_old_link_sets_everything_and_nonsense_is_dropped(fake_omniglot):
    app = run(
        PAGE,
        part="trial",
        group="lake",
        only="0-2",
        across="1",
        ways="7",
        k="2",
        trials="200",
        draw="9",
        opened="33",
        unseen_only="1",
    )
    assert [error.value for error in app.exception] == []
    kept = ("part", "group", "only", "across", "ways", "shots", "trials", "seed", "trial", "unseen_only")
    assert [app.session_state[f"evaluate:{name}"] for name in kept] == [
        "trial",
        "lake",
        [0, 2],
        True,
        7,
        2,
        200,
        9,
        33,
        True,
    ]
    assert app.query_params == {
        "part": "trial", "group": "lake", "only": "0-2", "across": "1", "ways": "7", "shots": "2", "trials": "200",
        "seed": "9", "trial": "33", "unseen_only": "1",
    }  # fmt: skip
    app = run(
        PAGE,
        part="<script>",
        group="x",
        only="99",
        ways="1",
        k="9",
        trials="1",
        draw="-1",
        opened="0",
        rival="../x",
        threshold="100",
    )
    assert [error.value for error in app.exception] == []
    assert app.session_state["evaluate:only"] == []


def test_the_trial_opens_while_the_network_is_loading(fake_omniglot, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.loading())
    app = run(PAGE, part="trial", **FEW)
    assert [error.value for error in app.exception] == []
    assert markup(app).count("<section>") == 3  # the three that need no network


def test_n_is_at_most_what_the_alphabets_have(home, network_ready):
    app = run(PAGE, group="builtin", only="1", k="5", ways="60", unseen_only="1", trials="100")
    assert [error.value for error in app.exception] == []
    assert app.session_state["evaluate:ways"] == len(characters_of(Protocol("builtin", ("Bassa Vah",))).characters) < 60


def test_a_network_trained_in_class_can_be_compared_once_it_has_weights(fake_omniglot, network_ready):
    run_id = runs.create(PRESETS["lesson"], "lesson", "builtin", "Our <b>own</b>").id
    app = run(PAGE, **FEW)
    assert "evaluate:compare" not in [box.key for box in app.selectbox]
    folder = runs.status(run_id).run.weights / "step-00000100"
    folder.mkdir(parents=True)
    (folder / "weights.safetensors").write_bytes(b"nothing that can be read")
    time.sleep(1.1 * REFRESH_SECONDS)  # one reading of the runs serves all pages for this long
    app.run()
    app.selectbox(key="evaluate:compare").set_value(run_id).run()
    press(app, "Measure")
    (job,) = app.session_state["measurements"].values()
    assert job.wait(60)
    app.run()
    assert [error.value for error in app.exception] == []
    assert [error.value for error in app.error] == [messages.escape(job.failure)]
    assert "Our &lt;b&gt;own&lt;/b&gt;" not in markup(app)
    assert "<b>own</b>" not in markup(app)


@pytest.mark.parametrize("part", ["curve", "lake", "trial", "failures", "verification"])
def test_a_link_carries_the_choices_of_its_part(part, fake_omniglot, network_ready):
    app = run(PAGE, part=part, ways="6", seed="4", trials="200", unseen_only="1", lake_run="3")
    carried = {"part", "ways", "seed", "trials", "unseen_only", "lake_run"} & {"part", *protocol_form.LINKS[part]}
    carried -= {"part"} if part == "curve" else set()  # the default
    assert set(app.query_params) - {"threshold"} == carried


def test_measuring_other_trials_starts_again_with_the_next_seed(fake_omniglot, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.loading())
    app = run(PAGE, **FEW, seed="9999")
    app.session_state["evaluate:seed"] = 9999
    monkeypatch.setattr(measurements.st, "session_state", app.session_state)
    measurements.next_seed()
    assert app.session_state["evaluate:seed"] == 0


@pytest.mark.parametrize("part", ["curve", "trial", "failures", "verification"])
def test_an_own_set_is_measured_with_as_many_characters_as_it_has(part, home, network_ready):
    key = own.keep(moon(characters=6))
    app = run(PAGE, part=part, group=key, ways="20", trials="100")
    assert [error.value for error in app.exception] == []
    assert app.session_state["evaluate:group"] == key
    assert "Moon, 1 alphabet." in markup(app)
    if part != "trial":
        measure(app)
    if part == "curve":
        assert app.session_state["evaluate:ways"] == 4  # of the six, as many have two drawings


@pytest.mark.parametrize("part", ["curve", "trial", "failures", "verification"])
def test_an_own_set_with_one_drawing_each_is_explained(part, home, network_ready):
    app = run(PAGE, part=part, group=own.keep(moon(characters=1)))
    assert [error.value for error in app.exception] == []
    if part != "verification":
        assert "two characters with 2 drawings each" in app.info[0].value
    else:
        press(app, "Measure")
        (job,) = app.session_state["measurements"].values()
        assert job.wait(60)
        assert "has 1 characters" in job.failure
