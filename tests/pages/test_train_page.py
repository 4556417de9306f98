"""The training page through AppTest: runs of the numpy fake, whose workers are real processes."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from siamese import runs
from siamese.network import weights
from siamese.runs import control, files, folder, process
from siamese.ui import models, teacher
from siamese.ui.train import curves, estimates, live
from siamese.ui.train import runs as run_list
from tests import networks
from tests.pages.test_pages import markup, run
from tests.runs.conftest import make, place  # noqa: F401 - fixtures
from tests.runs.fake import SLOW
from tests.runs.helpers import requesting, wait_until, work

PAGE = "pages/train.py"
LONG = {"steps": 2000, "rate": SLOW, "validate_every": 500, "checkpoint_every": 10}
PACE = runs.Speed("CPU, 2 cores", start=10.0, step=0.5, validation=4.0, drawings=128)
PACE_OF = estimates.pace  # which most tests replace


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch, place):  # noqa: F811
    """Nobody knows anything of an earlier test, and nothing is measured: a probe's thread waits for TensorFlow, longer than a test lasts."""
    monkeypatch.delenv(teacher.NAME, raising=False)
    monkeypatch.setattr(estimates, "pace", lambda preset, data: None)
    curves._figures.clear()


def press(app: AppTest, label: str) -> AppTest:
    button = next(button for button in app.button if button.label == label)
    assert not button.disabled, f"{label} is disabled"
    button.click().run()
    assert [error.value for error in app.exception] == []
    return app


def disabled(app: AppTest) -> dict[str, bool]:
    return {button.label: button.disabled for button in app.button}


def stands(found, state: str) -> bool:
    return runs.status(found.id).state == state


def test_a_home_that_cannot_be_used_is_one_sentence(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    with monkeypatch.context() as patch:
        patch.setenv("SIAMESE_HOME", str(tmp_path / "file"))
        app = run(PAGE)
    assert [error.value for error in app.exception] == []
    assert "check SIAMESE" in app.error[0].value


def test_the_empty_page_says_what_will_be_there_and_offers_the_first_step():
    app = run(PAGE)
    assert [error.value for error in app.exception] == []
    assert "Here its curves will grow" in markup(app)
    assert app.session_state["train:preset"] == "lesson"
    assert app.session_state["train:data"] == "builtin"  # Omniglot is not here
    assert disabled(app)["Start training"] is False
    app.button_group(key="train:data").set_value("omniglot").run()
    assert "not here yet" in app.info[0].value
    assert disabled(app)["Start training"] is True
    assert "Download Omniglot (16 MB)" in disabled(app)


@pytest.fixture
def measured(monkeypatch):
    """A server that is awake without TensorFlow, and measures PACE at once."""
    monkeypatch.setattr(models, "_shipped", networks.ready(object()))
    monkeypatch.setattr(runs, "measure_speed", lambda preset, data: PACE)
    monkeypatch.setattr(estimates, "_jobs", {})
    monkeypatch.setattr(estimates, "pace", PACE_OF)


def test_the_time_is_told_before_the_start(measured):
    run(PAGE)
    assert estimates.pace("lesson", "builtin").wait(60)
    app = run(PAGE)
    # 10 + 1200 * 0.5 + 24 * 4 s
    assert "About 12 min on CPU, 2 cores, which processes 256 drawings per second." in markup(app)
    app.number_input(key="train:steps lesson").set_value(100).run()
    assert "About 68 s on" in markup(app)


def test_an_estimate_that_a_training_run_has_slowed_is_not_kept(monkeypatch, measured, make):  # noqa: F811
    run = make()

    def slowed(preset, data):
        process.announce(run)
        folder.report(run, "training")
        return PACE

    monkeypatch.setattr(runs, "measure_speed", slowed)
    assert estimates.pace("lesson", "builtin").wait(60)
    assert estimates.pace("lesson", "builtin") is None
    process.retire()
    monkeypatch.setattr(runs, "measure_speed", lambda preset, data: PACE)
    again = estimates.pace("lesson", "builtin")
    assert again.wait(60)
    assert again.value == PACE


def test_a_damaged_run_is_listed_and_can_be_deleted(make):  # noqa: F811
    damaged, sound = make(name="Damaged"), make(name="Sound")
    (damaged.folder / "config.json").write_text("[" * 100_000)
    app = run(PAGE)
    assert [error.value for error in app.exception] == []
    assert '<div class="run new"><p class="line"><b>Sound</b>' in markup(app)
    assert f'<th scope="row">{damaged.id}</th>' in markup(app)
    app.selectbox(key="train:run").set_value(damaged.id).run()
    assert [error.value for error in app.exception] == []
    assert "config.json is damaged: it is nested too deeply" in markup(app)
    press(app, "Delete for good")
    assert [status.id for status in runs.statuses()] == [sound.id]


def test_start_pause_step_resume_and_stop(monkeypatch, make):  # noqa: F811
    found = make(**LONG)
    app = run(PAGE)
    press(app, "Start")
    wait_until(lambda: stands(found, "training") and runs.status(found.id).step > 2)
    app.run()
    assert 'class="run training"' in markup(app)
    assert disabled(app)["Queue it"] is False
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


def test_a_second_run_is_queued_and_told_who_trains(make):  # noqa: F811
    first, second = make(name="Monday's *class*", **LONG), make(name="Tuesday's")
    control.start(first.id)
    app = run(PAGE)
    app.selectbox(key="train:run").set_value(second.id).run()
    assert "Monday&#x27;s *class* is training" in markup(app)
    app.button(key="train:go").click().run()
    assert runs.status(second.id).state == "queued"
    assert "number 1 in the queue" in markup(app)
    press(app, "Leave the queue")
    assert runs.status(second.id).state == "new"


def test_a_finished_run_shows_its_figures_from_its_files(make):  # noqa: F811
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
    app.select_slider(key="train:scrubber").set_value(6).run()
    assert app.session_state["train:back"] == (found.id, 6)
    app.select_slider(key="train:scrubber").set_value(24).run()
    assert app.session_state["train:back"] is None


def test_its_weights_are_used_in_the_app_and_the_shipped_ones_are_a_click_away(make):  # noqa: F811
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


def test_weights_are_taken_away_whole(make, tmp_path):  # noqa: F811
    found = make()
    work(found)
    with zipfile.ZipFile(io.BytesIO(run_list._zipped(found))) as archive:
        archive.extractall(tmp_path / "out")
    assert weights.load(tmp_path / "out" / f"{found.id}.safetensors").record["made"]["run"] == found.id


def test_weights_can_be_taken_before_any_validation_and_their_coming_is_seen(make):  # noqa: F811
    found = make(validate_every=24)
    before = live._situation(found.id)
    assert "It has no weights yet" in markup(run(PAGE))
    work(found, requesting(found, "stop"))
    app = run(PAGE)
    assert disabled(app)["Use in the app"] is False
    assert "It has no weights yet" not in markup(app)
    after = live._situation(found.id)
    files.remove(found.weights)
    assert live._situation(found.id) == (*after[:3], before[3]) != after


def test_a_run_that_is_deleted_while_it_is_watched_gives_way_to_another(monkeypatch, make):  # noqa: F811
    kept, gone, choose = make(name="Kept"), make(name="Gone"), run_list.choose_ui

    def choose_one_that_goes(statuses):
        on_view = choose(statuses)
        if on_view == gone.id:
            control.delete(gone.id)
        return on_view

    monkeypatch.setattr(run_list, "choose_ui", choose_one_that_goes)
    app = run(PAGE, run=gone.id)
    assert [error.value for error in [*app.exception, *app.error]] == []
    assert runs.statuses()[0].run == kept
    assert '<div class="run new"><p class="line"><b>Kept</b>' in markup(app)


def test_a_queue_entry_whose_run_is_gone_is_cleared():
    process.join_queue("gone-1")
    assert "Here its curves will grow" in markup(run(PAGE))
    assert process.queue() == []


def test_rename_and_delete(make):  # noqa: F811
    found = make()
    work(found)
    app = run(PAGE, run=found.id, network=found.id)
    assert app.session_state["network"] == found.id
    app.text_input(key=f"train:rename {found.id} {found.name}").set_value("Group 4").run()
    press(app, "Rename it")
    assert runs.status(found.id).run.name == "Group 4"
    press(app, "Delete for good")
    assert runs.statuses() == []
    assert "Here its curves will grow" in markup(app)


def test_a_network_whose_run_was_deleted_gives_way_to_the_shipped_one(make):  # noqa: F811
    found = make()
    work(found)
    app = run("pages/home.py", network=found.id)
    assert app.session_state["network"] == found.id
    control.delete(found.id)
    app.run()
    assert app.session_state["network"] == ""


def test_a_link_to_a_run_that_is_gone_falls_back():
    app = run(PAGE, run="lesson-20260101-000000-dead", network="../../etc/passwd", preset="evil")
    assert [error.value for error in app.exception] == []
    assert [app.session_state[name] for name in ("train:run", "network", "train:preset")] == ["", "", "lesson"]


def test_students_watch_and_the_teacher_starts(monkeypatch, make):  # noqa: F811
    make()
    monkeypatch.setenv(teacher.NAME, "open sésame")
    monkeypatch.setattr(teacher, "FIRST_WAIT_SECONDS", 0.0)
    app = run(PAGE)
    assert all(disabled(app)[label] for label in ("Start training", "Start", "One step", "Stop"))
    for label in ("Start", "Start training"):  # forged messages: in a browser a disabled button cannot be pressed
        button = next(button for button in app.button if button.label == label)
        button.proto.disabled = False
        press(app, label)
    assert [status.state for status in runs.statuses()] == ["new"]
    app.text_input(key="teacher:passphrase").set_value("open sesame").run()
    assert "not the passphrase" in app.error[0].value
    app.text_input(key="teacher:passphrase").set_value("open sésame").run()
    assert not disabled(app)["Start"]
    assert "sesame" not in str(app.query_params)
    press(app, "Lock")
    assert disabled(app)["Start"]
