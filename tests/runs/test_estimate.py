"""Speed and time left: from a curve, or from some steps of a run that is never written."""

from __future__ import annotations

import json
import subprocess
import time

import pytest

from siamese.config import Schedule, TrainConfig
from siamese.runs import estimate
from siamese.runs.estimate import EstimateError, Speed
from tests.runs import fake


def steps(*seconds: float) -> list[dict[str, float]]:
    return [{"step": number, "loss": 1.0, "seconds": each} for number, each in enumerate(seconds, start=1)]


def test_the_speed_is_the_median_of_the_last_fifty_steps():
    records = steps(*[9.0] * 100, *[0.5] * 49, 60.0)
    assert estimate.step_seconds(records) == pytest.approx(0.5)
    assert estimate.step_seconds(steps(*[9.0] * 51, *[0.5] * 49)) == 0.5
    assert estimate.drawings_per_second(TrainConfig(), records) == pytest.approx(256)  # 32 x 4 drawings per step
    assert estimate.step_seconds(steps(9.0, 0.5)) is None
    assert estimate.step_seconds(steps(9.0, 0.5, 0.5)) == 0.5


def test_time_left_counts_steps_and_validations():
    schedule = Schedule(steps=1000, validate_every=300)
    recent, validations = steps(0.5, 0.5, 0.5), [{"step": 300, "validation": 0.5, "seconds": 10.0}]
    left = estimate.seconds_left(schedule, 300, recent, validations)
    assert left == pytest.approx(700 * 0.5 + 3 * 10)  # validations at 600, 900 and at the end
    assert estimate.seconds_left(schedule, 299, recent, validations) == pytest.approx(701 * 0.5 + 4 * 10)
    assert estimate.seconds_left(schedule, 300, recent, []) == pytest.approx(350)
    assert estimate.seconds_left(schedule, 1000, recent, validations) == 0
    assert estimate.seconds_left(schedule, 0, [], []) is None


def test_a_duration_in_words():
    texts = [estimate.duration_text(s) for s in (3, 89, 90, 600, 5399, 5400, 7200)]
    assert texts == ["3 s", "89 s", "2 min", "10 min", "90 min", "1.5 h", "2.0 h"]


def test_a_whole_run_is_its_start_its_steps_and_its_validations():
    speed = Speed("CPU", start=10, step=0.5, validation=4, drawings=128)
    assert speed.seconds(100, 50) == 10 + 50 + 8
    assert speed.seconds(101, 50) == 10 + 50.5 + 12
    assert speed.drawings_per_second == 256


def test_a_trial_times_steps_and_a_validation_and_leaves_nothing(place, monkeypatch):
    monkeypatch.setattr(estimate, "MIN_MEASURED_SECONDS", 0.0)
    speed = estimate.try_out(fake.CONFIG, "drawn", fake.FakeTrainer, time.monotonic() - 5)
    assert speed.step == 0.001  # what the fake gives for each
    assert speed.drawings == 12
    assert 5 <= speed.start < 60
    assert not list(place.glob("*/run.json"))


@pytest.mark.parametrize(
    ("listed", "words"),
    [("NVIDIA L4, 23034\nNVIDIA L4, 23034\n", "NVIDIA L4 with 22 GB and NVIDIA L4 with 22 GB"), ("nonsense", "GPU 0")],
)
def test_every_gpu_is_named_with_its_memory(monkeypatch, listed, words):
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 0, stdout=listed))
    assert estimate.describe("GPU 0") == words


def test_a_processor_is_named_with_its_cores():
    assert estimate.describe("CPU with bfloat16").startswith("CPU with bfloat16, ")


def test_the_speed_comes_from_another_process(home, monkeypatch):
    speed = {"device": "CPU", "start": 1.0, "step": 0.5, "validation": 2.0, "drawings": 128}
    printed = "a notice of a library\n" + json.dumps(speed) + "\n"
    asked = []

    def run(command, **options):
        asked.append((command[-2:], options["env"]["SIAMESE_HOME"]))
        return subprocess.CompletedProcess(command, 0, stdout=printed)

    monkeypatch.setattr(subprocess, "run", run)
    assert estimate.measure_speed("lesson", "builtin") == Speed("CPU", 1.0, 0.5, 2.0, 128)
    assert asked == [(["lesson", "builtin"], str(home.resolve()))]


def test_a_trial_that_fails_is_one_sentence_and_is_logged(home, monkeypatch, caplog):
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 2, stdout="", stderr="no"))
    with pytest.raises(EstimateError, match="could not be estimated on this machine"):
        estimate.measure_speed("lesson", "builtin")
    assert "IndexError" in caplog.text

    def late(*a, **k):
        raise subprocess.TimeoutExpired("estimate", 1)

    monkeypatch.setattr(subprocess, "run", late)
    with pytest.raises(EstimateError, match="too busy"):
        estimate.measure_speed("lesson", "builtin")


def test_while_a_run_is_training_nothing_is_measured(monkeypatch):
    monkeypatch.setattr(estimate.process, "trainer", lambda: "someone")
    monkeypatch.setattr(estimate, "try_out", lambda *given: pytest.fail("It was measured."))
    monkeypatch.setattr("siamese.runs.worker.lower_priority", lambda: None)
    assert estimate.main(["lesson", "builtin"]) == 2
