"""Checkpoints and weights on disk; what is kept, what is not believed. The loop's use of them is in test_worker.py."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from siamese.network import weights
from siamese.presets import PRESETS
from siamese.runs import checkpoints
from siamese.runs.record import RunError
from tests.runs.fake import FakeTrainer, drawn_sets

TENSORS = {"a": np.arange(6.0).reshape(2, 3), "steps": np.array(7)}


def test_a_checkpoint_comes_back(make):
    run = make()
    checkpoints.save(run, 7, TENSORS, 123, 0.5)
    found = checkpoints.newest_whole(run)
    assert (found.step, found.curve, found.validation, found.config) == (7, 123, 0.5, checkpoints.config_digest(run))
    read = checkpoints.tensors(found)
    assert all(
        np.array_equal(read[name], tensor) and read[name].shape == tensor.shape for name, tensor in TENSORS.items()
    )
    assert checkpoints.newest_whole(make()) is None


def test_the_last_two_and_the_best_are_kept(make):
    run = make()
    for step, accuracy in ((1, None), (2, 0.5), (3, 0.9), (4, None), (5, 0.9), (6, 0.2), (7, None)):
        checkpoints.save(run, step, TENSORS, 0, accuracy)
    assert [c.step for c in checkpoints.every(run)] == [3, 6, 7]


def damage(run, step: int, file: str) -> None:
    target = run.checkpoints / f"step-{step:08}" / file
    target.write_bytes(target.read_bytes()[:-1])


def test_damaged_ones_are_passed_over_and_cleared_away(make):
    run = make()
    for step in (1, 2, 3):
        checkpoints.save(run, step, TENSORS, 0, 1 / step)
    damage(run, 3, "state.safetensors")
    assert checkpoints.newest_whole(run).step == 2
    assert [c.step for c in checkpoints.every(run)] == [1, 2]
    damage(run, 1, "state.safetensors")
    damage(run, 2, "manifest.json")
    with pytest.raises(RunError, match=r"No checkpoint of .* is whole: delete the run"):
        checkpoints.newest_whole(run)


def test_what_came_after_the_checkpoint_is_forgotten(make):
    run = make()
    trainer = FakeTrainer(run.config, None, None)
    run.snapshots.mkdir()
    for step in (5, 10):
        checkpoints.save(run, step, TENSORS, 0, None)
        checkpoints.save_weights(run, step, trainer.weights(), record_of(run, step, 0.5))
        (run.snapshots / f"{step:08}.safetensors").touch()
    damage(run, 10, "state.safetensors")
    assert checkpoints.newest_whole(run).step == 5
    assert [p.name for p in run.snapshots.iterdir()] == ["00000005.safetensors"]
    assert [p.name for p in run.weights.iterdir()] == ["step-00000005"]


def record_of(run, step: int, accuracy: float) -> dict:
    judged = {"validation": accuracy, "validation_low": 0.1, "validation_high": 0.9, "validation_trials": 10}
    return checkpoints.weights_record(run, drawn_sets()[0], step, judged, 0.1, "a machine")


def test_the_newest_and_the_best_weights_are_kept(make):
    run = make()
    trainer = FakeTrainer(run.config, None, None)
    with pytest.raises(RunError, match="no weights yet"):
        checkpoints.weights_file(run, "best")
    for step, accuracy in ((1, 0.2), (2, 0.6), (3, 0.4), (4, 0.5)):
        checkpoints.save_weights(run, step, trainer.weights(), record_of(run, step, accuracy))
    steps = {
        which: weights.load(checkpoints.weights_file(run, which)).record["made"]["steps"] for which in checkpoints.WHICH
    }
    assert steps == {"newest": 4, "best": 2}
    assert len(list(run.weights.iterdir())) == 2


def test_room_is_asked_for_beforehand(make, monkeypatch):
    run = make()
    size = checkpoints.estimate(run.config)
    assert 600e6 < checkpoints.estimate(dataclasses.replace(PRESETS["best"], columns=1)) < 650e6
    assert 150e6 < checkpoints.estimate(PRESETS["best"]) < 165e6
    monkeypatch.setattr(checkpoints.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 3 * size}))
    with pytest.raises(RunError, match=r"GB free and .* needs .* GB for its checkpoints: free some space"):
        checkpoints.check_room(run)
    checkpoints.save(run, 1, TENSORS, 0, None)
    checkpoints.check_room(run)
