"""Measurements in the background: stopped, continued, shared, bounded, and equal to those of the command line."""

from __future__ import annotations

import dataclasses
import json
import time

import numpy as np
import pytest

from siamese import cli
from siamese.cli import protocols
from siamese.evaluation.curve import table
from siamese.evaluation.protocol import LAKE_RUNS, Protocol
from siamese.ui import models
from siamese.ui.evaluate import measurements
from siamese.ui.evaluate.measurements import Measurement, curve_job, pairs_job
from tests import networks
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
