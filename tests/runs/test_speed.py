"""The speed of this machine: measured with a small network, scaled to others."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import time

import pytest

from siamese.config import RandomPairs, TwinConfig
from siamese.presets import PRESETS
from siamese.runs import speed
from siamese.runs.speed import EstimateError, Speed
from tests.runs import fake

MEASURED = Speed("CPU", start=10, training=0.004, embedding=0.001, validation_drawings=1000, training_drawings=4000)
LESSON = PRESETS["lesson"]


def test_no_gradient_is_counted_for_the_drawing_itself():
    """Two layers and the embedding, by hand: 105 px, 5 px kernel, pooled to 50, 3 px kernel, 48 x 48 maps."""
    first, second, dense = 2 * 101**2 * 5**2 * 2, 2 * 48**2 * 3**2 * 2 * 3, 2 * 48**2 * 3 * 7
    assert speed.operations(TwinConfig((2, 3), (5, 3), 7)) == 2 * first + 3 * (second + dense)


def test_a_validation_embeds_21_drawings_a_trial_and_a_quarter_as_many_trials_on_training_alphabets():
    """Among very many drawings, all that are drawn for the trials are different."""
    many = dataclasses.replace(MEASURED, embedding=1.0, validation_drawings=10**12, training_drawings=10**12)
    trials = LESSON.schedule.validation_trials
    assert many._validation_seconds(LESSON) == pytest.approx(21 * trials * 1.25, rel=1e-3)


def test_the_measured_preset_is_not_scaled():
    assert MEASURED.drawings_per_second(LESSON) == pytest.approx(250)


def test_columns_cost_as_much_as_they_are():
    assert MEASURED.drawings_per_second(PRESETS["best"]) == pytest.approx(62.5)


def test_four_times_the_width_performs_twice_the_operations_per_second():
    full, quarter = speed.operations(TwinConfig()), speed.operations(TwinConfig().column(4))
    assert MEASURED.drawings_per_second(PRESETS["paper"]) == pytest.approx(250 * quarter / full * 2)


def test_a_run_takes_its_start_its_steps_and_its_validations():
    """One trial on each kind of alphabets shows 21 drawings; with many trials every drawing is embedded once."""
    config = LESSON.changed(schedule={"steps": 101, "validate_every": 50, "validation_trials": 100_000})
    steps, validation = 101 * 128 / 250, (1000 + 4000) * 0.001
    assert MEASURED.seconds(config) == pytest.approx(10 + steps + 3 * validation, rel=1e-6)
    few = LESSON.changed(batch=RandomPairs(16), schedule={"steps": 50, "validate_every": 50, "validation_trials": 1})
    huge = dataclasses.replace(MEASURED, validation_drawings=10**9, training_drawings=10**9)
    assert huge.seconds(few) == pytest.approx(10 + 50 * 32 / 250 + (21 + 21 / 4) * 0.001, rel=1e-4)


def test_a_trial_times_steps_and_embeddings_and_leaves_nothing(place, monkeypatch):
    monkeypatch.setattr(speed, "MIN_MEASURED_SECONDS", 0.0)
    measured = speed.try_out(fake.CONFIG, "drawn", fake.FakeTrainer, time.monotonic() - 5)
    assert measured.training == pytest.approx(0.001 / 12)  # what the fake gives for each step of 4 x 3 drawings
    assert 0 < measured.embedding < 1
    assert (measured.validation_drawings, measured.training_drawings) == (60, 200)
    assert 5 <= measured.start < 60
    assert not list(place.glob("*/run.json"))


def test_short_steps_are_timed_until_their_sum_is_long_enough(place, monkeypatch):
    steps = []
    monkeypatch.setattr(speed, "MIN_MEASURED_STEPS", 2)
    monkeypatch.setattr(speed, "MIN_MEASURED_SECONDS", 0.0075)
    advance = fake.FakeTrainer.advance
    monkeypatch.setattr(fake.FakeTrainer, "advance", lambda self: steps.append(1) or advance(self))
    speed.try_out(fake.CONFIG, "drawn", fake.FakeTrainer, time.monotonic())
    assert len(steps) == speed.WARM_UP_STEPS + 8  # of 0.001 s each


@pytest.mark.parametrize(
    ("listed", "words"),
    [("NVIDIA L4, 23034\nNVIDIA L4, 23034\n", "NVIDIA L4 with 22 GB and NVIDIA L4 with 22 GB"), ("nonsense", "GPU 0")],
)
def test_every_gpu_is_named_with_its_memory(tmp_path, monkeypatch, listed, words):
    tool = tmp_path / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\nprintf '{listed}'\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert speed.describe("GPU 0") == words


def test_a_processor_is_named_with_its_cores():
    assert speed.describe("CPU with bfloat16").startswith("CPU with bfloat16, ")


def test_the_speed_comes_from_another_process(home, monkeypatch):
    printed = "a notice of a library\n" + json.dumps(dataclasses.asdict(MEASURED)) + "\n"
    asked = []

    def run(command, **options):
        asked.append((command[-1], options["env"]["SIAMESE_HOME"]))
        return subprocess.CompletedProcess(command, 0, stdout=printed)

    monkeypatch.setattr(subprocess, "run", run)
    assert speed.measure_speed("builtin") == MEASURED
    assert asked == [("builtin", str(home.resolve()))]


def test_a_measurement_that_fails_is_one_sentence_and_is_logged(home, monkeypatch, caplog):
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 2, stdout="", stderr="no"))
    with pytest.raises(EstimateError, match="could not be estimated on this machine"):
        speed.measure_speed("builtin")
    assert "IndexError" in caplog.text

    def late(*a, **k):
        raise subprocess.TimeoutExpired("speed", 1)

    monkeypatch.setattr(subprocess, "run", late)
    with pytest.raises(EstimateError, match="too busy"):
        speed.measure_speed("builtin")


def test_while_a_run_is_training_nothing_is_measured(monkeypatch):
    monkeypatch.setattr(speed.process, "trainer", lambda: "someone")
    monkeypatch.setattr(speed, "try_out", lambda *given: pytest.fail("It was measured."))
    monkeypatch.setattr("siamese.runs.worker.lower_priority", lambda: None)
    assert speed.main(["builtin"]) == 2
