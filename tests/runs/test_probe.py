"""The time of a run, told from some of its steps."""

from __future__ import annotations

import subprocess
import time

import pytest

from siamese.runs import probe
from siamese.runs.probe import Pace, ProbeError
from tests.runs import fake


def test_a_whole_run_is_its_start_its_steps_and_its_validations():
    pace = Pace("CPU", start=10, step=0.5, validation=4, drawings=128)
    assert pace.seconds(100, 50) == 10 + 50 + 8
    assert pace.seconds(101, 50) == 10 + 50.5 + 12
    assert pace.drawings_a_second == 256


def test_it_times_steps_and_a_validation_of_a_run_that_leaves_nothing(place, monkeypatch):
    monkeypatch.setattr(probe, "SECONDS", 0.0)
    pace = probe.probe(fake.CONFIG, "drawn", fake.FakeTrainer, time.monotonic())
    assert pace.step == 0.001  # what the fake says of each
    assert pace.drawings == 12
    assert pace.start >= 0
    assert not list(place.glob("*/run.json"))


@pytest.mark.parametrize(
    ("told", "words"),
    [("NVIDIA L4, 23034\nNVIDIA L4, 23034\n", "NVIDIA L4 with 22 GB and NVIDIA L4 with 22 GB"), ("nonsense", "GPU 0")],
)
def test_every_gpu_is_named_with_its_memory(monkeypatch, told, words):
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 0, stdout=told))
    assert probe.devices("GPU 0") == words


def test_a_processor_is_named_with_its_cores():
    assert probe.devices("CPU with bfloat16").startswith("CPU with bfloat16, ")


def test_a_probe_that_comes_to_nothing_is_one_sentence(home, monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 2, stdout="", stderr="no"))
    with pytest.raises(ProbeError, match="could not be measured on this machine"):
        probe.measure("lesson", "builtin")

    def late(*a, **k):
        raise subprocess.TimeoutExpired("probe", 1)

    monkeypatch.setattr(subprocess, "run", late)
    with pytest.raises(ProbeError, match="too busy"):
        probe.measure("lesson", "builtin")
