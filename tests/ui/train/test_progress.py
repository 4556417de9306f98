"""The head of a run and the sentence on its last validation."""

from __future__ import annotations

import dataclasses
import re

import pytest

from siamese.errors import UserError
from siamese.runs import Speed
from siamese.ui.train import progress, setup
from tests.apps import beside, part_of, press, ran
from tests.apps import markup as app_markup


def parts(markup: str) -> tuple[str, str, float, list[str]]:
    """Classes, label of the state, length of the bar in percent, facts."""
    return (
        re.search(r'<div class="run ([^"]*)"', markup)[1],
        re.search(r'badge state">(.*?)</span>', markup)[1],
        float(re.search(r"width:(\S+)%", markup)[1]),
        re.search(r'<span class="note">(.*?)</span>', markup)[1].split(" · "),
    )


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A clock that the test sets, on a server that has seen no start."""
    now = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(progress, "_starting_since", {})
    monkeypatch.setattr(setup, "_speeds", {})
    return now


def test_a_training_run_shows_steps_speed_and_time_left(sent, status):
    progress.head(status(step=250, drawings_per_second=1234.6, seconds_left=600))
    kinds, label, bar, facts = parts(sent[0])
    assert (kinds, label, bar) == ("training", "training", 25.0)
    assert facts == ["step 250 of 1,000", "1,235 drawings per second", "about 10 min left"]
    assert "<b>Our &lt;run&gt;</b>" in sent[0]


@pytest.mark.parametrize(
    ("state", "changes", "facts"),
    [
        ("paused", {"step": 1, "seconds_left": 50}, ["step 1 of 1,000", "about 50 s left"]),
        ("stopped", {"step": 1, "seconds_left": 50}, ["step 1 of 1,000"]),
        ("queued", {"place": 2}, ["step 0 of 1,000", "number 2 in the queue"]),
        ("failed", {"problem": "The disk is <full>."}, ["step 0 of 1,000", "The disk is &lt;full&gt;."]),
        (
            "interrupted",
            {"step": 9},
            ["step 9 of 1,000", "its process has ended; Resume continues from the last checkpoint"],
        ),
        (
            "interrupted",
            {"step": 9, "hung": True},
            ["step 9 of 1,000", "its process does not respond: stop or resume it"],
        ),
    ],
)
def test_other_states_say_what_matters(sent, status, state, changes, facts):
    progress.head(status(state, **changes))
    kinds, label, bar, shown = parts(sent[0])
    assert (kinds, label, shown) == (state, state, facts)
    assert bar == pytest.approx(changes.get("step", 0) / 10)


def test_a_start_shows_the_share_of_the_usual_time(sent, status, clock):
    for seconds in (0, 15, 27, 60, 61):
        clock[0] = 1000.0 + seconds
        progress.head(status("starting"))
    shown = [parts(markup) for markup in sent]
    assert {each[0] for each in shown} == {"starting preparing"}
    assert [each[2] for each in shown] == [0, 50, 90, 95, 95]
    assert shown[1][3] == ["loading TensorFlow: 15 s, usually about 30 s"]
    assert shown[3][3] == ["loading TensorFlow: 60 s, usually about 30 s"]
    assert shown[4][3] == ["loading TensorFlow: 61 s, longer than usual, the machine is busy"]


def test_the_first_steps_still_count_as_the_start(sent, status, clock, monkeypatch):
    monkeypatch.setattr(setup, "known_speed", lambda: Speed("CPU", 10.0, 1.0, 1.0, 1, 1))
    progress.head(status("starting"))
    clock[0] += 5
    progress.head(status("training"))  # no speed is known yet
    assert parts(sent[1])[0] == "training preparing"
    assert parts(sent[1])[2:] == (50, ["compiling the first step: 5 s, usually about 10 s"])
    progress.head(status("training", step=5, drawings_per_second=1, seconds_left=1))
    clock[0] += 100
    progress.head(status("starting"))  # another start begins anew
    assert parts(sent[3])[2] == 0


VALIDATION = {
    "step": 300,
    "validation": 0.5,
    "validation_low": 0.4,
    "validation_high": 0.6,
    "validation_trials": 1200,
    "background": 0.75,
}


def words(markup: str) -> str:
    return re.sub(r"<[^>]*>", "", markup).replace("\N{NO-BREAK SPACE}", " ")


def test_before_the_first_validation_the_page_says_when_it_comes(sent, status):
    progress.sentence(status(), [], None)
    assert words(sent[0]).startswith("The first validation is at step 300.")


def test_the_last_validation_is_a_sentence_with_its_interval(sent, status):
    progress.sentence(status(), [VALIDATION], None)
    assert words(sent[0]) == (
        "50.0 % right at step 300, on alphabets it is not trained on."
        "1,200 trials, 20-way 1-shot, 95 % interval 40.0 % to 60.0 %; 75.0 % on its training alphabets; chance 5.0 %."
    )


def test_a_better_validation_and_nearest_neighbour_are_named(sent, status):
    later = {**VALIDATION, "step": 600, "validation": 0.45}
    progress.sentence(status(), [VALIDATION, later], {"accuracy": 0.2})
    assert words(sent[0]).startswith("45.0 % right at step 600")
    assert "nearest neighbour 20.0 % on the same trials" in words(sent[0])
    assert words(sent[0]).endswith("best so far 50.0 % at step 300.")
    progress.sentence(status(), [VALIDATION, {**later, "validation": 0.6}], None)
    assert "best so far" not in words(sent[1])


def test_a_run_that_cannot_be_read_shows_no_progress(sent, status):
    progress.head(status("damaged", run=None, step=5))
    _, _, bar, facts = parts(sent[0])
    assert (bar, facts) == (0, [""])


ACTS = {"train:go": "start", "train:pause": "pause", "train:step": "step", "train:stop": "stop"}


@pytest.fixture
def acts(monkeypatch, home) -> list[tuple[str, str]]:
    """What was done with runs; no other run is active, and the visitor is the teacher."""
    made: list[tuple[str, str]] = []
    for name in ("start", "queue_up", "pause", "step", "stop"):
        monkeypatch.setattr(progress.runs, name, lambda run_id, name=name: made.append((name, run_id)))
    monkeypatch.setattr(progress.runs, "active", lambda: None)
    monkeypatch.setattr(progress.runs, "busy", lambda: "<Another> run is training.")
    monkeypatch.setattr(progress.teacher, "locked", lambda: False)
    return made


@pytest.mark.parametrize(
    ("state", "changes", "labels", "enabled"),
    [
        ("new", {}, "Start Stop", "go step"),
        ("queued", {}, "Start Remove from queue", "go step stop"),
        ("starting", {}, "Start Stop", "pause stop"),
        ("training", {"step": 5}, "Resume Stop", "pause step stop"),
        ("paused", {"step": 5}, "Resume Stop", "go step stop"),
        ("stopping", {"step": 5}, "Resume Stop", ""),
        ("stopped", {"step": 5}, "Resume Stop", "go step"),
        ("finished", {"step": 1000}, "Resume Stop", ""),
        ("failed", {}, "Start Stop", "go step"),
        ("interrupted", {"step": 5, "hung": True}, "Resume Stop", "go step stop"),
    ],
)
def test_each_state_has_its_buttons(state, changes, labels, enabled, acts, status):
    app = part_of(progress.controls_ui, status(state, **changes))
    go, pause, step, stop = app.button
    assert [go.label, stop.label] == labels.split(" ", 1)
    assert (pause.label, step.label) == ("Pause", "One step")
    assert [b.key for b in app.button if not b.disabled] == [f"train:{name}" for name in enabled.split()]
    assert app.toggle(key="train:frozen").label == "Freeze charts"
    assert [*(button.label for button in app.button), "Freeze charts"] in beside(app)
    for key in [button.key for button in app.button if not button.disabled]:
        acts.clear()
        press(app, key)
        assert acts == [(ACTS[key], "lesson-1")]


@pytest.mark.parametrize(
    ("state", "can_queue", "can_step"),
    [("new", True, False), ("queued", False, False), ("finished", False, False), ("stopped", True, False)],
)
def test_while_another_run_trains_this_one_can_be_queued(state, can_queue, can_step, acts, status, monkeypatch):
    monkeypatch.setattr(progress.runs, "active", lambda: status("training", id="lesson-2"))
    app = part_of(progress.controls_ui, status(state))
    assert app.button[0].label == "Add to queue"
    assert app.button[0].disabled != can_queue
    assert app.button[2].disabled != can_step
    assert ("&lt;Another&gt; run is training." in app_markup(app)) == (state != "finished")
    if can_queue:
        press(app, "Add to queue")
        assert acts == [("queue_up", "lesson-1")]


def test_the_active_run_is_no_other_run(acts, status, monkeypatch):
    monkeypatch.setattr(progress.runs, "active", lambda: status("training"))
    app = part_of(progress.controls_ui, status("training"))
    assert app.button[0].label == "Start"
    assert app_markup(app) == ""


def test_students_can_press_nothing_and_a_click_that_was_on_its_way_does_nothing(acts, status, monkeypatch):
    monkeypatch.setattr(progress.teacher, "locked", lambda: True)
    for state in ("new", "training", "paused", "queued"):
        app = part_of(progress.controls_ui, status(state))
        assert all(button.disabled for button in app.button)
    progress._act(progress.runs.start, "lesson-1")
    assert acts == []


def test_what_cannot_be_done_is_explained_once(acts, status, monkeypatch):
    def refuse(run_id):
        raise UserError("The run is <gone>.")

    monkeypatch.setattr(progress.runs, "start", refuse)
    app = part_of(progress.controls_ui, status("new"))
    press(app, "train:go")
    assert app.error[0].value == "The run is \\<gone\\>."
    ran(app.run())
    assert len(app.error) == 0


def test_the_first_validation_of_a_short_run_is_at_its_end(sent, status):
    short = status()
    config = short.run.config.changed(schedule={"steps": 100})
    progress.sentence(dataclasses.replace(short, run=dataclasses.replace(short.run, config=config)), [], None)
    assert words(sent[0]).startswith("The first validation is at step 100.")


@pytest.mark.parametrize(("scale", "pixels"), [(1.0, 148), (1.3, 192)])
def test_all_buttons_but_the_last_keep_their_width(scale, pixels, acts, status, monkeypatch):
    widths = []
    monkeypatch.setattr(progress.charts, "scale", lambda: scale)
    monkeypatch.setattr(progress.st, "button", lambda label, **options: widths.append(options["width"]))
    part_of(progress.controls_ui, status("new"))
    assert widths == [pixels, pixels, pixels, "content"]
