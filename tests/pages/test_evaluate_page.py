"""The evaluate page through app.py: every part, before and after measuring, with Omniglot (scribbles in its place) and without."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from siamese.evaluation import failures, results
from siamese.presets import PRESETS
from siamese.runs import control, record
from siamese.ui import models
from siamese.ui.evaluate import plans
from tests import networks
from tests.pages.test_pages import markup, run

PAGE = "pages/evaluate.py"
FEW = {"ways": "5", "trials": "100", "unseen_only": "1"}


@pytest.fixture(autouse=True)
def _no_results(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "FILE", tmp_path / "results.json")


@pytest.fixture(scope="module")
def awake() -> None:
    assert models.load_shipped().wait(300)
    assert models.failure() == ""


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def measure(app: AppTest) -> None:
    """Press the button, wait for the end, look again."""
    press(app, next(label for label in labels(app) if label.startswith("Measure")))
    for job in app.session_state["measurings"].values():
        assert job.wait(200)
        assert job.failure == ""
    app.run()
    assert [error.value for error in app.exception] == []


@pytest.mark.parametrize("part", ["curve", "lake", "trial", "failures", "verification"])
def test_every_part_runs_without_omniglot_and_says_which_alphabets_serve(part, home, awake):
    app = run(PAGE, part=part, **FEW)
    assert [error.value for error in app.exception] == []
    if part == "lake":
        assert "come with Omniglot" in app.info[0].value
    else:
        assert app.session_state["evaluate:group"] == "builtin"
        assert "Built-in, never seen" in markup(app)
        assert "Omniglot, drawn by people, is not here" in markup(app)


@pytest.mark.parametrize("part", ["curve", "lake", "trial", "failures", "verification"])
def test_every_part_runs_with_omniglot_before_anything_is_measured(part, fake_omniglot, awake):
    app = run(PAGE, part=part, **FEW)
    assert [error.value for error in app.exception] == []
    assert [error.value for error in app.error] == []
    if part != "trial":
        assert "make results" in markup(app)
        assert "Measure" in labels(app)
    else:
        assert markup(app).count('<figure class="tile') == 5
        assert markup(app).count("<section>") == 4


def test_a_curve_is_measured_stopped_continued_and_has_its_figures(fake_omniglot, awake):
    app = run(PAGE, **FEW)
    press(app, "Measure")
    next(iter(app.session_state["measurings"].values())).stop()
    next(iter(app.session_state["measurings"].values())).wait(60)
    app.run()
    assert "Go on" in labels(app)
    press(app, "Go on")
    next(iter(app.session_state["measurings"].values())).wait(200)
    app.run()
    assert "Measure other trials" in labels(app)
    assert "Among 5 characters the network is right in" in markup(app)
    assert [error.value for error in app.exception] == []
    (answered,) = (job.value for job in app.session_state["measurings"].values())
    assert f"{100 * answered['network'].accuracy(5).accuracy:.1f} %" in markup(app)
    press(app, "Measure other trials")
    assert app.session_state["evaluate:seed"] == 2
    assert "Measure" in labels(app)


def test_mistakes_and_wrong_trials_come_from_what_was_measured(fake_omniglot, awake):
    app = run(PAGE, part="failures", group="lake", across="1", **FEW)
    measure(app)
    (answered,) = (job.value for job in app.session_state["measurings"].values())
    wrong = [int(t) + 1 for t in (~answered["network"].choices(5).right).nonzero()[0]]
    confused = failures.confused(plans.group_set("lake"), answered["network"].choices(5), 12)
    assert markup(app).count(": taken for each other in ") == len(confused)
    app.segmented_control(key="evaluate:part").set_value("trial").run()
    assert [error.value for error in app.exception] == []
    following = next((button for button in app.button if button.label == "Next wrong one"), None)
    assert following.disabled == (wrong in ([], [1]))
    if not following.disabled:
        following.click().run()
        assert app.session_state["evaluate:opened"] in wrong


def test_lakes_runs_are_measured_and_answered_one_by_one(fake_omniglot, awake):
    app = run(PAGE, part="lake")
    assert "Run by run" not in [header.value for header in app.subheader]
    measure(app)
    assert markup(app).count('class="hit"') + markup(app).count('class="miss"') >= 400
    (answered,) = (job.value for job in app.session_state["measurings"].values())
    wrong = 400 - answered["network"].accuracy(20).right
    assert any(str(wrong) in header.value or wrong < 2 for header in app.subheader)
    app.segmented_control(key="evaluate:scorer").set_value("nearest").run()
    assert [error.value for error in app.exception] == []


def test_pairs_are_measured_and_the_threshold_moves_the_figures(fake_omniglot, awake, monkeypatch):
    from siamese.ui.evaluate import pairs

    monkeypatch.setattr(pairs, "PAIRS", 200)
    app = run(PAGE, part="verification", threshold="30")
    measure(app)
    assert "Same from 0.30 on" in markup(app)
    assert len(app.get("plotly_chart")) == 3
    app.slider(key="evaluate:threshold").set_value(95).run()
    assert "Same from 0.95 on" in markup(app)
    assert app.query_params["threshold"] == "95"


def test_recorded_results_are_shown_at_once_with_date_and_command(fake_omniglot, awake):
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
    results.FILE.write_text(json.dumps({"made": made, "curves": {"validation": {"rows": [row]}}}))
    app = run(PAGE, **FEW)
    assert "right in 90.0 % of trials" in markup(app)
    assert "Recorded on 2026-01-02 by <code>python &lt;b&gt;it&lt;/b&gt;</code>" in markup(app)
    assert "other weights" in markup(app)
    assert "Measure again" in labels(app)
    measure(app)
    assert "Recorded on" not in markup(app)


def test_a_link_sets_everything_and_nonsense_is_dropped(fake_omniglot):
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
    kept = ("part", "group", "only", "across", "ways", "shots", "trials", "seed", "opened", "unseen_only")
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
    assert app.query_params["opened"] == "33"
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


def test_the_trial_opens_while_the_network_wakes(fake_omniglot, monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.loading())
    app = run(PAGE, part="trial", **FEW)
    assert [error.value for error in app.exception] == []
    assert markup(app).count("<section>") == 3  # the three that need no network


def test_n_is_at_most_what_the_alphabets_have(home, awake):
    app = run(PAGE, group="builtin", only="1", k="5", ways="60", unseen_only="1", trials="100")
    assert [error.value for error in app.exception] == []
    assert app.session_state["evaluate:ways"] == len(plans.group_set("builtin", (1,)).characters) < 60


def test_a_network_trained_in_class_can_be_compared_once_it_has_weights(fake_omniglot, awake):
    run_id = control.create(PRESETS["lesson"], "lesson", "builtin", "Our <b>own</b>").id
    app = run(PAGE, **FEW)
    assert "rival" not in [box.key for box in app.selectbox]
    folder = record.read(run_id).weights / "step-00000100"
    folder.mkdir(parents=True)
    (folder / "weights.safetensors").write_bytes(b"nothing that can be read")
    app.run()
    app.selectbox(key="evaluate:rival").set_value(run_id).run()
    press(app, "Measure")
    (job,) = app.session_state["measurings"].values()
    assert job.wait(60)
    app.run()
    assert [error.value for error in app.exception] == []
    assert len(app.error) == 1
    assert job.failure == app.error[0].value
