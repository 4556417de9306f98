"""The Train page through AppTest: runs of the numpy fake, whose workers are real processes."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import time
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from siamese import runs
from siamese.network import weights
from siamese.runs import control, files, folder, process
from siamese.ui import class_panel, models, teacher
from siamese.ui.train import curves, progress, run_list, setup, shown_run
from tests import networks
from tests.pages.test_pages import markup, run
from tests.runs.conftest import make, place  # noqa: F401 - fixtures
from tests.runs.fake import SLOW
from tests.runs.helpers import requesting, wait_until, work

PAGE = "pages/train.py"
LONG = {"steps": 2000, "rate": SLOW, "validate_every": 500, "checkpoint_every": 10}
SPEED = runs.Speed("CPU, 2 cores", 10.0, 1 / 256, 0.001, validation_drawings=1000, training_drawings=1000)
MEASURE = setup.speed  # which most tests replace


@pytest.fixture(autouse=True)
def _fresh_server(monkeypatch, place):  # noqa: F811
    """Nothing is left of an earlier test, and no speed is measured: that takes longer than a test."""
    monkeypatch.delenv(teacher.NAME, raising=False)
    monkeypatch.setattr(setup, "speed", lambda data: None)
    monkeypatch.setattr(progress, "_starting_since", {})
    curves._figures.clear()


def press(app: AppTest, label: str) -> AppTest:
    button = next(button for button in app.button if button.label == label)
    assert not button.disabled, f"{label} is disabled"
    button.click().run()
    assert [error.value for error in app.exception] == []
    return app


def disabled(app: AppTest) -> dict[str, bool]:
    return {button.label: button.disabled for button in app.button}


def opened(app: AppTest) -> AppTest:
    """The page with the teacher's popover open, which the test runner closes in every run."""
    app.session_state[class_panel.PANEL_KEY] = True
    return app.run()


def stands(found, state: str) -> bool:
    return runs.status(found.id).state == state


def test_a_home_that_cannot_be_used_is_one_sentence(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    with monkeypatch.context() as patch:
        patch.setenv("SIAMESE_HOME", str(tmp_path / "file"))
        app = run(PAGE)
    assert [error.value for error in app.exception] == []
    assert "check SIAMESE" in app.error[0].value


def test_the_empty_page_says_what_will_appear_and_offers_the_first_step():
    app = run(PAGE)
    assert [error.value for error in app.exception] == []
    assert app.session_state["train:view"] == "new"
    assert app.session_state["train:preset"] == "lesson"
    assert app.session_state["train:data"] == "builtin"  # Omniglot is not here
    assert disabled(app)["Start training"] is False
    app.button_group(key="train:data").set_value("omniglot").run()
    assert "not installed" in app.info[0].value
    assert disabled(app)["Start training"] is True
    assert "Download Omniglot (16 MB)" in disabled(app)
    app.button_group(key="train:view").set_value("run").run()
    assert "The curves will appear here" in markup(app)


@pytest.fixture
def measured(monkeypatch):
    """A server whose network is ready without TensorFlow, and whose speed is SPEED."""
    monkeypatch.setattr(models, "_shipped", networks.ready(object()))
    monkeypatch.setattr(runs, "measure_speed", lambda data: SPEED)
    monkeypatch.setattr(setup, "_speeds", {})
    monkeypatch.setattr(setup, "speed", MEASURE)


def test_the_duration_is_estimated_before_the_start(measured):
    run(PAGE)
    assert setup.speed("builtin").wait(60)
    app = run(PAGE)
    # 10 s, 1200 steps of 128 drawings, 24 validations of 985 and 650 drawings
    assert "About 11 min on CPU, 2 cores, at 256 drawings per second." in markup(app)
    app.number_input(key="train:steps lesson").set_value(100).run()
    assert "About 63 s on" in markup(app)


@pytest.mark.parametrize("preset", ["best", "paper", "walkthrough", "blog"])
def test_one_measurement_gives_the_duration_of_every_preset_at_once(measured, preset):
    assert setup.speed("builtin").wait(60)
    assert "About " in markup(run(PAGE, preset=preset))


def test_an_estimate_that_a_training_run_has_slowed_is_not_kept(monkeypatch, measured, make):  # noqa: F811
    run = make()

    def slowed(data):
        process.announce(run)
        folder.report(run, "training")
        return SPEED

    monkeypatch.setattr(runs, "measure_speed", slowed)
    assert setup.speed("builtin").wait(60)
    assert setup.speed("builtin") is None
    process.retire()
    monkeypatch.setattr(runs, "measure_speed", lambda data: SPEED)
    again = setup.speed("builtin")
    assert again.wait(60)
    assert again.value == SPEED


@pytest.fixture
def starting(make):  # noqa: F811
    """A run whose worker, this process, is starting."""
    found = make()
    process.announce(found)
    folder.report(found, "starting")
    yield found
    process.retire()


def test_a_start_shows_how_long_it_usually_takes(monkeypatch, measured, starting):
    setup._speeds["builtin"] = networks.ready(dataclasses.replace(SPEED, start=1000.0))
    monkeypatch.setattr(progress, "_starting_since", {starting.id: time.monotonic() - 500.0})
    text = markup(run(PAGE))
    assert re.search(r"loading TensorFlow: 5\d\d s, usually about 1000 s", text)
    share = float(text.split('class="progress"><span style="width:')[1].split("%")[0])
    assert 50 <= share < 60
    monkeypatch.setattr(progress, "_starting_since", {starting.id: time.monotonic() - 2500.0})
    assert "longer than usual, the machine is busy" in markup(run(PAGE))


def test_a_damaged_run_is_listed_and_can_be_deleted(make):  # noqa: F811
    damaged, sound = make(name="Damaged"), make(name="Sound")
    (damaged.folder / "config.json").write_text("[" * 100_000)
    app = run(PAGE)
    assert [error.value for error in app.exception] == []
    assert '<div class="run new"><p class="line"><b>Sound</b>' in markup(app)
    assert damaged.id not in app.selectbox(key="train:run").options
    app.button_group(key="train:view").set_value("all").run()
    assert '<th scope="row">Sound</th>' in markup(app)
    assert "config.json is damaged: it is nested too deeply" in markup(app)
    press(app, "Delete permanently")
    assert [status.id for status in runs.statuses()] == [sound.id]


def test_a_home_with_only_damaged_runs_lists_them(make):  # noqa: F811
    damaged = make()
    (damaged.folder / "run.json").write_text("{}")
    app = run(PAGE)
    assert [error.value for error in app.exception] == []
    assert damaged.id in markup(app)
    assert disabled(app)["Delete permanently"] is False


def test_a_new_run_is_started_and_shown(make):  # noqa: F811
    earlier = make(name="Earlier")
    app = run(PAGE, view="new", run=earlier.id)
    app.number_input(key="train:steps lesson").set_value(7).run()
    app.number_input(key="train:rate lesson").set_value(0.5).run()
    app.number_input(key="train:seed").set_value(3).run()
    app.text_input(key="train:name").set_value("Ours").run()
    press(app, "Start training")
    (new,) = [status for status in runs.statuses() if status.id != earlier.id]
    assert (new.name, new.steps, new.run.config.optimiser.rate, new.run.config.seed) == ("Ours", 7, 0.5, 3)
    assert new.run.preset == "lesson"
    assert new.state != "new"
    assert (app.session_state["train:view"], app.session_state["train:run"]) == ("run", new.id)
    assert "<b>Ours</b>" in markup(app)
    control.stop(new.id)


def test_start_pause_step_resume_and_stop(monkeypatch, make):  # noqa: F811
    found = make(**LONG)
    app = run(PAGE)
    press(app, "Start")
    wait_until(lambda: stands(found, "training") and runs.status(found.id).step > 2)
    app.run()
    assert 'class="run training"' in markup(app)
    assert "Add to queue" not in disabled(app)
    press(app, "Pause")
    wait_until(lambda: stands(found, "paused"))
    app.run()
    before = runs.status(found.id).step
    press(app, "One step")
    wait_until(lambda: stands(found, "paused") and runs.status(found.id).step == before + 1)
    app.run()
    press(app, "Resume")
    wait_until(lambda: stands(found, "training") and runs.status(found.id).step > before + 2)
    app.run()
    press(app, "Stop")
    wait_until(lambda: stands(found, "stopped"))
    wait_until(lambda: runs.active() is None)
    app.run()
    assert disabled(app)["Resume"] is False
    assert disabled(app)["Stop"] is True


def test_a_second_run_is_queued_and_shows_which_run_is_training(make):  # noqa: F811
    first, second = make(name="Monday's *class*", **LONG), make(name="Tuesday's")
    control.start(first.id)
    app = run(PAGE)
    app.selectbox(key="train:run").set_value(second.id).run()
    assert "Monday&#x27;s *class* is training" in markup(app)
    app.button(key="train:go").click().run()
    assert runs.status(second.id).state == "queued"
    assert "number 1 in the queue" in markup(app)
    press(app, "Remove from queue")
    assert runs.status(second.id).state == "new"


def test_a_finished_run_shows_its_figures(make):  # noqa: F811
    found = make(name="<img src=x> **ours**")
    work(found)
    app = run(PAGE)
    last = runs.status(found.id).validation
    nearest = json.loads((found.folder / "nearest.json").read_text())
    text = markup(app)
    assert f"{100 * last['validation']:.1f}\N{NO-BREAK SPACE}%" in text
    assert f"nearest neighbour {100 * nearest['accuracy']:.1f}\N{NO-BREAK SPACE}%" in text
    assert "&lt;img src=x&gt; **ours**" in text
    assert "<img src=x>" not in text
    assert text.count('<figure class="ask') == 20
    assert text.count('<figure class="pair ') == 8
    assert len(app.get("plotly_chart")) == 3
    assert "of 20 right" in text
    app.select_slider(key="train:step_shown").set_value(6).run()
    assert app.session_state["train:earlier_step"] == (found.id, 6)
    app.select_slider(key="train:step_shown").set_value(24).run()
    assert app.session_state["train:earlier_step"] is None


def test_weights_of_a_run_are_used_in_the_app_and_given_back(make):  # noqa: F811
    work(make(name="ours"))
    app = press(run(PAGE), "Use in the app")
    assert "trained in class" in markup(app)
    app.switch_page("pages/recognise.py").run()
    assert [error.value for error in app.exception] == []
    assert "trained in class" in markup(app)
    assert "Answers come from <b>ours</b>" in markup(app)
    press(app, "Use the shipped network")
    assert app.session_state["network"] == ""
    assert "trained in class" not in markup(app)


def test_exported_weights_can_be_loaded(make, tmp_path):  # noqa: F811
    found = make()
    work(found)
    with zipfile.ZipFile(io.BytesIO(run_list.zipped_weights(found.id))) as archive:
        archive.extractall(tmp_path / "out")
    assert weights.load(tmp_path / "out" / f"{found.id}.safetensors").record["made"]["run"] == found.id


def test_weights_are_offered_before_the_first_validation_as_soon_as_they_exist(make):  # noqa: F811
    found = make(validate_every=24)
    before = shown_run._situation(found.id)
    assert "No weights yet" in markup(run(PAGE))
    work(found, requesting(found, "stop"))
    app = run(PAGE)
    assert disabled(app)["Use in the app"] is False
    assert "No weights yet" not in markup(app)
    after = shown_run._situation(found.id)
    files.remove(found.weights)
    assert shown_run._situation(found.id) == (*after[:3], before[3]) != after


def test_when_the_shown_run_is_deleted_another_is_shown(monkeypatch, make):  # noqa: F811
    kept, gone, choose = make(name="Kept"), make(name="Gone"), run_list.choose_ui

    def choose_and_delete(statuses):
        shown = choose(statuses)
        if shown == gone.id:
            control.delete(gone.id)
        return shown

    monkeypatch.setattr(run_list, "choose_ui", choose_and_delete)
    app = run(PAGE, run=gone.id)
    assert [error.value for error in [*app.exception, *app.error]] == []
    assert runs.statuses()[0].run == kept
    assert '<div class="run new"><p class="line"><b>Kept</b>' in markup(app)


def test_a_queue_entry_whose_run_is_gone_is_cleared():
    process.join_queue("gone-1")
    assert "The curves will appear here" in markup(run(PAGE, view="run"))
    assert process.queue() == []


def test_rename_and_delete(make):  # noqa: F811
    found = make()
    work(found)
    app = run(PAGE, run=found.id, network=found.id)
    assert app.session_state["network"] == found.id
    app.text_input(key=f"train:rename {found.id} {found.name}").set_value("Group 4").run()
    press(app, "Rename run")
    assert runs.status(found.id).run.name == "Group 4"
    press(app, "Delete permanently")
    assert runs.statuses() == []
    assert "The curves will appear here" in markup(app)


def test_a_link_to_a_run_that_was_deleted_falls_back():
    app = run(PAGE, run="lesson-20260101-000000-dead", network="../../etc/passwd", preset="evil")
    assert [error.value for error in app.exception] == []
    assert [app.session_state[name] for name in ("train:run", "network", "train:preset")] == ["", "", "lesson"]


def test_only_the_teacher_starts_and_stops(monkeypatch, make):  # noqa: F811
    make()
    monkeypatch.setenv(teacher.NAME, "open sésame")
    monkeypatch.setattr(teacher, "FIRST_WAIT_SECONDS", 0.0)
    app = run(PAGE)
    assert all(disabled(app)[label] for label in ("Start", "One step", "Stop"))
    for view, label in (("run", "Start"), ("new", "Start training")):
        app.button_group(key="train:view").set_value(view).run()
        assert disabled(app)[label]
        button = next(button for button in app.button if button.label == label)
        button.proto.disabled = False  # a forged message: in a browser a disabled button cannot be pressed
        press(app, label)
    app.button_group(key="train:view").set_value("run").run()
    assert [status.state for status in runs.statuses()] == ["new"]
    opened(app).text_input(key="teacher:passphrase").set_value("open sesame").run()
    assert "not the passphrase" in opened(app).error[0].value
    app.text_input(key="teacher:passphrase").set_value("open sésame").run()
    assert not disabled(opened(app))["Start"]
    assert "sesame" not in str(app.query_params)
    press(app, "Lock")
    assert disabled(app)["Start"]


def test_locked_visitors_start_no_estimate_and_no_export(monkeypatch, measured, make):  # noqa: F811
    work(make())
    monkeypatch.setenv(teacher.NAME, "open sésame")
    asked = []
    monkeypatch.setattr(setup, "speed", lambda data: asked.append(data))
    app = run(PAGE)
    assert app.get("download_button") == []
    app.button_group(key="train:view").set_value("new").run()
    assert [error.value for error in app.exception] == []
    assert asked == []
