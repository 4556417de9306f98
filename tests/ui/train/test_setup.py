from __future__ import annotations

import types

import pytest

from siamese import runs
from siamese.errors import UserError
from siamese.presets import PRESETS
from siamese.ui.train import setup
from tests import networks
from tests.apps import beside, buttons, markup, part_of, press
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


@pytest.fixture
def server(monkeypatch, home) -> types.SimpleNamespace:
    """What was created and queued; nothing trains, the visitor is the teacher, and Omniglot is installed."""
    now = types.SimpleNamespace(created=[], queued=[], statuses=[], locked=False, lacks="", speed=None)

    def create(*given):
        now.created.append(given)
        return types.SimpleNamespace(id="lesson-7")

    monkeypatch.setattr(setup.runs, "create", create)
    monkeypatch.setattr(setup.runs, "queue_up", now.queued.append)
    monkeypatch.setattr(setup.runs, "statuses", lambda: now.statuses)
    monkeypatch.setattr(setup.teacher, "locked", lambda: now.locked)
    monkeypatch.setattr(setup.datasets, "omniglot_lacks", lambda *groups: now.lacks)
    monkeypatch.setattr(setup, "speed", lambda data: now.speed)
    return now


def form(**session):
    return part_of(setup.setup_ui, **{f"train__{name}": value for name, value in session.items()})


def test_the_form_starts_the_run_that_it_describes(server):
    app = form(preset="paper", data="builtin", name="Ours", seed=5)
    assert buttons(app) == {"Start training": True}
    app.number_input(key="train:steps paper").set_value(77)
    app.number_input(key="train:rate paper").set_value(0.5)
    app.number_input(key="train:validate_every paper").set_value(11)
    app.number_input(key="train:validation_trials paper").set_value(40)
    app.number_input(key="train:checkpoint_every paper").set_value(13)
    press(app, "Start training")
    ((config, preset, data, name),) = server.created
    assert (preset, data, name) == ("paper", "builtin", "Ours")
    assert (config.seed, config.optimiser.rate) == (5, 0.5)
    schedule = config.schedule
    assert (schedule.steps, schedule.validate_every, schedule.validation_trials, schedule.checkpoint_every) == (
        77, 11, 40, 13,
    )  # fmt: skip
    assert config.batch == PRESETS["paper"].batch
    assert server.queued == ["lesson-7"]
    assert app.session_state["train:started"] == "lesson-7"


def test_the_fields_begin_with_the_presets_values(server):
    app = form(preset="lesson", data="builtin")
    preset = PRESETS["lesson"]
    fields = {field.label: (field.min, field.max, field.value) for field in app.number_input}
    assert fields == {
        "Steps": (1, 1_000_000, preset.schedule.steps),
        "Seed": (0, 9999, preset.seed),
        "Learning rate": (1e-6, 1.0, preset.optimiser.rate),
        "Steps between validations": (1, 100_000, preset.schedule.validate_every),
        "Trials per validation": (20, 10_000, preset.schedule.validation_trials),
        "Steps between checkpoints": (1, 100_000, preset.schedule.checkpoint_every),
    }
    (name,) = app.text_input
    assert (name.placeholder, name.max_chars) == (f"lesson, seed {preset.seed}", runs.MAX_NAME_LENGTH)
    assert "A smaller network for live lessons" in markup(app)
    assert ["Data", "Steps", "Seed"] in beside(app)
    choice = app.segmented_control(key="train:preset")
    assert choice.options == ["Lesson", "Best", "Paper", "Walk-through", "Blog"]
    data = app.segmented_control(key="train:data")
    assert sorted(data.options) == ["Built-in", "Omniglot"]
    assert choice.proto.required
    assert data.proto.required
    assert "The duration is estimated when no run is training." in markup(app)


def test_students_start_nothing_and_estimate_nothing(server, monkeypatch):
    server.locked = True
    app = form(data="builtin")
    assert buttons(app) == {"Start training": False}
    assert "estimate" not in markup(app)
    monkeypatch.setattr(setup.st, "button", lambda *given, **options: True)  # a click that was on its way
    form(data="builtin")
    assert server.created == []


@pytest.mark.parametrize(
    ("state", "place", "label"),
    [("training", None, "Add to queue"), ("queued", 1, "Add to queue"), ("stopped", None, "Start training")],
)
def test_a_run_is_queued_where_others_train_or_wait(state, place, label, server, status):
    server.statuses = [status("finished", id="other"), status(state, place=place)]
    assert buttons(form(data="builtin")) == {label: True}


def test_without_omniglot_the_form_offers_the_download(server):
    server.lacks = "It is <not> installed."
    app = form(data="omniglot")
    assert app.info[0].value == "It is \\<not\\> installed."
    assert buttons(app) == {"Download Omniglot (16 MB)": True, "Start training": False}
    assert len(form(data="builtin").info) == 0


def test_a_run_that_cannot_be_created_is_explained(server, monkeypatch):
    def refuse(*given):
        raise UserError("There are too many runs.")

    monkeypatch.setattr(setup.runs, "create", refuse)
    app = form(data="builtin")
    press(app, "Start training")
    assert app.error[0].value == "There are too many runs."
    assert server.queued == []
    assert "train:started" not in app.session_state


def test_fields_grow_with_large_text(monkeypatch):
    monkeypatch.setattr(setup.charts, "scale", lambda: 1.0)
    assert setup._width() == 160
    monkeypatch.setattr(setup.charts, "scale", lambda: 1.3)
    assert (setup._width(), setup._width(250)) == (208, 325)


@pytest.mark.parametrize(("job", "again"), [(networks.loading(), 1.0), (networks.ready(SPEED), None), (None, None)])
def test_the_page_looks_again_until_there_is_an_estimate(job, again, server, monkeypatch):
    server.speed, intervals = job, []

    def fragment(run_every=None):
        intervals.append(run_every)
        return lambda function: function

    monkeypatch.setattr(setup.st, "fragment", fragment)
    sent = []
    monkeypatch.setattr(setup.st, "html", sent.append)
    setup._estimate_ui(LESSON)
    assert intervals == [again]
    assert 'aria-live="polite"' in sent[0]


def test_the_page_runs_again_when_the_estimate_is_ready(server, monkeypatch):
    server.speed, reruns = networks.loading(), []

    def fragment(run_every=None):
        def run(function):
            def ended():
                server.speed.state = "ready"
                function()

            return ended

        return run

    monkeypatch.setattr(setup.st, "fragment", fragment)
    monkeypatch.setattr(setup.st, "html", lambda markup: None)
    monkeypatch.setattr(setup.st, "rerun", lambda: reruns.append(True))
    setup._estimate_ui(LESSON)
    assert reruns == [True]


def test_no_speed_is_measured_while_a_run_trains_but_a_known_one_is_given(monkeypatch):
    known = networks.ready(SPEED)
    monkeypatch.setattr(setup, "_speeds", {})
    monkeypatch.setattr(setup, "_measurement", lambda data: known)
    monkeypatch.setattr(setup.runs, "active", lambda: "a run")
    assert setup.speed("builtin") is None
    monkeypatch.setattr(setup.runs, "active", lambda: None)
    assert setup.speed("builtin") is known
    monkeypatch.setattr(setup.runs, "active", lambda: "a run")
    assert setup.speed("builtin") is known
    assert setup.speed("omniglot") is None


@pytest.mark.parametrize("training", [False, True])
def test_a_measurement_that_a_run_has_slowed_down_is_made_again(training, monkeypatch):
    monkeypatch.setattr(setup.models, "_shipped", networks.ready(object()))
    monkeypatch.setattr(setup.runs, "measure_speed", lambda data: f"the speed on {data}")
    monkeypatch.setattr(setup.runs, "active", lambda: training)
    job = setup._measurement("builtin")
    monkeypatch.setattr(setup, "_speeds", {"builtin": job})
    assert job.start().wait(10)
    assert job.value == "the speed on builtin"
    assert ("builtin" in setup._speeds) == (not training)


def test_speeds_are_measured_one_at_a_time(monkeypatch):
    slow = Slow(lambda data: SPEED)
    monkeypatch.setattr(setup.models, "_shipped", networks.ready(object()))
    monkeypatch.setattr(setup.runs, "measure_speed", slow)
    monkeypatch.setattr(setup.runs, "active", lambda: None)
    jobs = [setup._measurement(str(number)).start() for number in range(4)]
    assert all(job.wait(10) for job in jobs)
    assert (slow.calls, slow.together) == (4, 1)
