"""Several devices compute what one does: their losses, gradients, limits, moments and averages."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import tensorflow as tf

from siamese.errors import UserError
from siamese.network import replicas
from siamese.runs import process

TIMEOUT_SECONDS = 300


@pytest.fixture(scope="module")
def two_devices() -> dict:
    """What tests.network.devices reports."""
    command = [sys.executable, "-m", "tests.network.devices"]
    done = subprocess.run(
        command, capture_output=True, text=True, env=process.environment(), timeout=TIMEOUT_SECONDS, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("case", ["all pairs", "random pairs"])
def test_two_devices_have_the_losses_and_the_variables_of_one(two_devices, case):
    """Batch normalisation with its moving moments, the penalty, the averages: all of it is in the variables."""
    report = two_devices[case]
    assert report["losses"][1] == pytest.approx(report["losses"][0], abs=1e-4)
    assert all(difference < 2e-5 for difference in report["differences"].values())


def test_the_limit_is_on_the_norm_of_the_complete_gradient(two_devices):
    """After one step AdamW's moments are the limited gradient and its square, times a constant."""
    assert two_devices["limited gradient"]["differences"]["optimiser"] < 1e-5


def test_both_devices_hold_the_same_variables(two_devices):
    assert all(report["copies"] for report in two_devices.values())


def test_a_batch_that_cannot_be_divided_evenly_is_refused(monkeypatch):
    three = tf.distribute.get_strategy()
    monkeypatch.setattr(type(three.extended), "_num_replicas_in_sync", 3)
    with pytest.raises(UserError, match="128 drawings cannot be divided evenly among 3 devices"):
        replicas.Replicas(three, 128)


@pytest.mark.parametrize(("gpus", "drawings", "used"), [(0, 128, 1), (1, 128, 1), (2, 128, 2), (3, 128, 2), (3, 96, 3)])
def test_as_many_gpus_as_divide_the_batch_are_used(monkeypatch, gpus, drawings, used):
    found = [tf.config.LogicalDevice(f"/device:GPU:{number}", "GPU") for number in range(gpus)]
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: found)
    monkeypatch.setattr(tf.distribute, "MirroredStrategy", lambda devices: devices)
    strategy = replicas.of_this_machine(drawings)
    assert (strategy is tf.distribute.get_strategy()) if used == 1 else (len(strategy) == used)
