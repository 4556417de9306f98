"""Measurements in the background: stopped, continued, shared, bounded, and equal to those of the command line."""

from __future__ import annotations

import dataclasses
import json
import time

import numpy as np
import pytest

from siamese import cli
from siamese.cli import protocols
from siamese.errors import UserError
from siamese.evaluation.curve import table
from siamese.evaluation.protocol import LAKE_RUNS, Protocol
from siamese.ui import messages, models
from siamese.ui.evaluate import measurements
from siamese.ui.evaluate.measurements import Measurement, curve_job, pairs_job
from siamese.ui.jobs import Job
from tests import networks
from tests.apps import buttons, part_of, press, ran
from tests.threads import Slow, at_once
from tests.ui.evaluate.conftest import Pixels, Reversed, finish

MEASUREMENT = Measurement(Protocol("validation", ways=5, trials=60))


def test_lines_of_a_setup_and_their_protocols():
    lines = Measurement(MEASUREMENT.protocol, training=True, compared="a-run").lines
    assert list(lines) == ["network", "training", "compared", "nearest", "normalised", "hausdorff"]
    assert lines["training"] == Protocol("background", ways=5, trials=60)
    assert {key: own for key, own in lines.items() if own != MEASUREMENT.protocol} == {"training": lines["training"]}
    assert list(Measurement(LAKE_RUNS, training=True).lines) == ["network", "nearest", "normalised", "hausdorff"]


def test_page_and_command_line_give_equal_figures_for_equal_protocols(monkeypatch, capsys, tmp_path):
    protocol = Protocol("lake", across=True, ways=6, shots=2, trials=70, seed=5)
    monkeypatch.setattr(protocols, "load_matcher", lambda weights: Pixels())
    command = "evaluate curve --alphabets lake --across --ways 6 --shots 2 --trials 70 --seed 5 --json --to"
    assert cli.main([*command.split(), str(tmp_path / "curve")]) == 0
    printed = {(row["scorer"], row["ways"]): row for row in json.loads(capsys.readouterr().out)["curve"]}
    page = table(finish(curve_job(Measurement(protocol))).value, range(2, 7))
    assert len(page) == 20
    assert all(printed[row["scorer"], row["ways"]] == row for row in page)


def test_a_stopped_and_continued_curve_ends_like_an_uninterrupted_one():
    uninterrupted = finish(curve_job(MEASUREMENT)).value
    job, stops = curve_job(MEASUREMENT), 0
    while job.state != "ready":
        before = job.share
        job.start()
        while job.running and job.share == before:
            time.sleep(0.001)
        job.stop()
        assert job.wait(60)
        stops += 1
    assert stops > 1
    assert list(uninterrupted) == ["network", "nearest", "normalised", "hausdorff"]
    assert all(np.array_equal(uninterrupted[key].scores, job.value[key].scores) for key in uninterrupted)


def test_a_network_trained_in_class_answers_the_same_trials(monkeypatch):
    loaded = {"": networks.ready(Pixels()), "lesson-1": networks.ready(Reversed())}
    monkeypatch.setattr(models, "get", lambda run_id="": loaded[run_id])
    answers = finish(curve_job(dataclasses.replace(MEASUREMENT, compared="lesson-1"))).value
    assert answers["compared"].scores == pytest.approx(-answers["network"].scores)


def test_better_weights_do_not_answer_half_of_a_curve(monkeypatch):
    uninterrupted = finish(curve_job(MEASUREMENT)).value["network"]
    job = curve_job(MEASUREMENT)
    job.start()
    while not (job.value or {}).get("network"):
        time.sleep(0.001)
    job.stop()
    assert job.wait(60)
    assert 0 < len(job.value["network"]) < 60
    monkeypatch.setattr(models, "_shipped", networks.ready(Reversed()))
    assert np.array_equal(finish(job).value["network"].scores, uninterrupted.scores)


def test_stopped_and_continued_pairs_end_like_uninterrupted_ones():
    uninterrupted = finish(pairs_job(MEASUREMENT.protocol, 350)).value
    job = pairs_job(MEASUREMENT.protocol, 350)
    job.start()
    while job.running and job.share == 0:
        time.sleep(0.001)
    job.stop()
    assert job.wait(60)
    assert 0 < len(job.value.scores) < 350
    assert np.array_equal(finish(job).value.scores, uninterrupted.scores)
    assert len(uninterrupted.scores) == 350


def test_what_cannot_be_measured_says_why_in_one_sentence(monkeypatch):
    job = curve_job(Measurement(Protocol("validation", ways=40)))
    assert job.start().wait(60)
    assert job.failure.startswith("No alphabet of Omniglot validation, 10 alphabets has 40 characters")
    monkeypatch.setattr(models, "_shipped", networks.failed("The network cannot be used."))
    job = curve_job(MEASUREMENT)
    assert job.start().wait(60)
    assert job.failure == "The network cannot be used."


def test_a_measurement_waits_for_the_network_and_can_be_stopped_meanwhile(monkeypatch):
    monkeypatch.setattr(models, "_shipped", networks.loading())
    job = curve_job(MEASUREMENT)
    job.start()
    assert not job.wait(0.5)
    job.stop()
    assert job.wait(10)
    assert job.share == 0
    monkeypatch.setattr(models, "_shipped", networks.ready(Pixels()))
    assert finish(job).state == "ready"


def test_a_measurement_that_no_page_watches_stops_and_keeps_its_value(monkeypatch):
    monkeypatch.setattr(measurements, "UNWATCHED_SECONDS", 0.2)
    job = curve_job(Measurement(Protocol("validation", ways=5, trials=5000)))
    assert job.start().wait(60)
    assert job.state == "stopped"
    assert 0 < job.share < 1


def test_visitors_share_features_and_their_number_is_bounded():
    finish(curve_job(MEASUREMENT))
    characters = measurements.characters_of(MEASUREMENT.protocol)
    assert measurements.features_of("nearest", characters) is measurements.features_of("nearest", characters)
    for alphabet in characters.alphabets:
        own = measurements.characters_of(Protocol("validation", (alphabet.name,)))
        measurements.features_of("nearest", own)
    assert len(measurements._features.cache) == 7


def test_a_measurement_stops_the_visitors_other_ones_and_six_are_kept(monkeypatch):
    import streamlit as st

    monkeypatch.setattr(st, "session_state", {})
    first = curve_job(Measurement(Protocol("validation", ways=5, trials=5000)))
    measurements.start("first", lambda: first)
    measurements.start("second", lambda: curve_job(MEASUREMENT))
    assert first.wait(60)
    assert first.state == "stopped"
    for key in "abcdef":
        measurements.start(key, lambda: curve_job(MEASUREMENT))
    assert list(measurements.jobs()) == list("abcdef")
    kept = measurements.jobs()["a"]
    measurements.start("a", pytest.fail)
    assert measurements.jobs()["a"] is kept
    for job in measurements.jobs().values():
        job.stop()
        assert job.wait(60)


def test_measurements_that_start_at_once_share_the_features(monkeypatch, fake_omniglot):
    measurements._features.cache_clear()
    monkeypatch.setattr(measurements, "Features", Slow(measurements.Features))
    characters = measurements.characters_of(MEASUREMENT.protocol)
    at_once(lambda: measurements.features_of("nearest", characters))
    assert measurements.Features.calls == 1


def controls(job=None, recorded: bool = False, other_trials: bool = True):
    """The controls of a measurement; what is shown is kept in the list."""
    shown = []
    session = {} if job is None else {"measurements": {"key": job}}
    app = part_of(
        measurements.measurement_ui, "key", lambda: networks.ready(7), lambda *given: shown.append(given), recorded,
        other_trials, **session,
    )  # fmt: skip
    return app, shown


@pytest.mark.parametrize(("recorded", "label"), [(False, "Measure"), (True, "Measure again")])
def test_a_measurement_is_started_by_its_button(recorded, label):
    app, shown = controls(recorded=recorded)
    assert buttons(app) == {label: True}
    assert shown == [(None, True)]
    assert app.get("progress") == []
    press(app, label)
    assert app.session_state["measurements"]["key"].wait(5)
    ran(app.run())
    assert shown[-1] == (7, True)
    assert buttons(app) == {"Measure other trials": True}


def test_a_running_measurement_can_be_stopped_and_is_watched(monkeypatch):
    job = networks.loading()
    job.value, watched = 3, []
    monkeypatch.setattr(job, "watch", lambda: watched.append(True))
    monkeypatch.setattr(Job, "share", property(lambda self: 0.25))
    app, shown = controls(job)
    assert buttons(app) == {"Stop": True}
    assert (shown, watched) == ([(3, False)], [True])
    assert app.get("progress")[0].proto.text == "25% done, preparing the drawings …"
    assert app.get("progress")[0].proto.value == 25
    press(app, "Stop")
    assert job._stop.is_set()


def test_a_stopped_measurement_can_be_continued_and_a_failed_one_says_why():
    job = networks.failed("It <failed>.")
    app, _ = controls(job)
    assert buttons(app) == {"Continue": True}
    assert app.error[0].value == messages.escape("It <failed>.")
    assert "done, stopped" in app.get("progress")[0].proto.text
    job = networks.loading()
    job.state = "stopped"
    app, _ = controls(job)
    assert buttons(app) == {"Continue": True}
    assert len(app.error) == 0
    press(app, "Continue")
    assert job.wait(5)
    assert job.state == "ready"


@pytest.mark.parametrize(("other_trials", "offered"), [(True, {"Measure other trials": True}), (False, {})])
def test_at_its_end_other_trials_are_offered_where_there_are_any(other_trials, offered):
    app, shown = controls(networks.ready(5), other_trials=other_trials)
    assert buttons(app) == offered
    assert app.get("progress") == []
    assert shown == [(5, True)]
    if other_trials:
        assert app.button[0].help == "The same with the next seed."
        press(app, "Measure other trials")
        assert app.session_state["evaluate:seed"] == 2


def test_the_time_left_is_that_of_the_network_first(monkeypatch):
    job = networks.loading()
    monkeypatch.setattr(models, "_shipped", networks.loading())
    assert measurements._time_left(job) == "the network is loading …"
    monkeypatch.setattr(models, "_shipped", networks.ready(Pixels()))
    monkeypatch.setattr(Job, "seconds_left", property(lambda self: 12.0))
    assert measurements._time_left(job) == "about 12 s left"


@pytest.mark.parametrize(("seed", "following"), [(0, 1), (9998, 9999), (9999, 0)])
def test_the_seed_after_the_last_is_the_first(seed, following):
    app = part_of(measurements.next_seed, evaluate__seed=seed)
    assert app.session_state["evaluate:seed"] == following


def test_features_of_a_network_that_is_not_ready_say_why(monkeypatch):
    characters = measurements.characters_of(MEASUREMENT.protocol)
    for network, words in ((networks.loading(), "The network is loading."), (networks.failed("Gone."), "Gone.")):
        monkeypatch.setattr(models, "_shipped", network)
        with pytest.raises(UserError, match=words):
            measurements.features_of("network", characters)


def test_features_are_kept_by_weights_and_drawings(monkeypatch):
    characters = measurements.characters_of(MEASUREMENT.protocol)
    loaded = {"": networks.ready(Pixels()), "lesson-1": networks.ready(Reversed())}
    monkeypatch.setattr(models, "get", lambda run_id="": loaded[run_id])
    network, training = (measurements.features_of(key, characters, "lesson-1") for key in ("network", "training"))
    assert network is training
    assert measurements.features_of("compared", characters, "lesson-1") is not network
    lake = measurements.characters_of(Protocol("lake"))
    assert measurements.features_of("network", lake) is not network


def test_a_line_goes_by_the_name_of_its_network(monkeypatch):
    monkeypatch.setattr(models, "name", {"lesson-1": "Ours"}.__getitem__)
    assert Measurement(MEASUREMENT.protocol, compared="lesson-1").labels["compared"] == "Ours"
    assert "compared" not in MEASUREMENT.labels
    assert "compared" not in MEASUREMENT.lines


def test_the_progress_of_a_curve_counts_the_answers_of_all_lines():
    job = curve_job(MEASUREMENT)
    assert job.progress == (0, 240)
    job.value = {"network": range(60), "nearest": range(5)}
    assert job.progress == (65, 240)
    job = pairs_job(MEASUREMENT.protocol, 350)
    assert job.progress == (0, 350)


def test_measurements_of_a_server_take_turns():
    assert curve_job(MEASUREMENT)._turn is pairs_job(MEASUREMENT.protocol, 3)._turn is measurements._turn
    assert curve_job(MEASUREMENT)._unwatched_seconds == 90


def test_lakes_runs_and_his_alphabets_are_different_drawings():
    assert measurements.characters_of(LAKE_RUNS).name == "Lake's runs"
    assert "Lake" in measurements.characters_of(Protocol("lake")).name
    assert len(measurements.characters_of(Protocol("lake")).alphabets) == 10
