"""Checkpoints and weights on the disk: what is kept, what is not trusted. The loop's use of them: test_loop.py."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from siamese.network import weights
from siamese.presets import PRESETS
from siamese.runs import checkpoints, files
from siamese.runs.folder import RunError
from tests.runs.fake import FakeTrainer, drawn_sets

TENSORS = {"a": np.arange(6.0).reshape(2, 3), "steps": np.array(7)}


def test_a_checkpoint_comes_back(make):
    run = make()
    checkpoints.save(run, 7, TENSORS, 123, 0.5)
    checkpoint = checkpoints.newest_intact(run)
    assert (checkpoint.step, checkpoint.curve, checkpoint.validation, checkpoint.config) == (7, 123, 0.5, run.digest)
    read = checkpoints.load(checkpoint)
    assert all(
        np.array_equal(read[name], tensor) and read[name].shape == tensor.shape for name, tensor in TENSORS.items()
    )
    assert checkpoints.newest_intact(make()) is None


def test_the_last_two_and_the_best_are_kept(make):
    run = make()
    for step, accuracy in ((1, None), (2, 0.5), (3, 0.9), (4, None), (5, 0.9), (6, 0.2), (7, None)):
        checkpoints.save(run, step, TENSORS, 0, accuracy)
    assert [c.step for c in checkpoints.every(run)] == [3, 6, 7]


def damage(run, step: int, file: str) -> None:
    target = run.checkpoints / f"step-{step:08}" / file
    target.write_bytes(target.read_bytes()[:-1])


def test_damaged_ones_are_skipped_and_deleted(make):
    run = make()
    for step in (1, 2, 3):
        checkpoints.save(run, step, TENSORS, 0, 1 / step)
    damage(run, 3, "state.safetensors")
    assert checkpoints.newest_intact(run).step == 2
    assert [c.step for c in checkpoints.every(run)] == [1, 2]
    damage(run, 1, "state.safetensors")
    damage(run, 2, "manifest.json")
    with pytest.raises(RunError, match=r"Every checkpoint of .* is damaged: delete the run"):
        checkpoints.newest_intact(run)


def test_snapshots_and_weights_of_later_steps_are_deleted(make):
    run = make()
    trainer = FakeTrainer(run.config, None, None)
    run.snapshots.mkdir()
    for step in (5, 10):
        checkpoints.save(run, step, TENSORS, 0, None)
        checkpoints.save_weights(run, step, trainer.weights(), record_of(run, step, 0.5))
        (run.snapshots / f"{step:08}.safetensors").touch()
    damage(run, 10, "state.safetensors")
    assert checkpoints.newest_intact(run).step == 5
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


def test_free_space_is_checked_beforehand(make, monkeypatch):
    run = make()
    size = checkpoints.size(run.config)
    assert checkpoints.size(dataclasses.replace(PRESETS["best"], columns=1)) == 16 * 38_951_745
    assert checkpoints.size(PRESETS["best"]) == 16 * 4 * 2_437_329
    monkeypatch.setattr(checkpoints.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 3 * size}))
    with pytest.raises(RunError, match=r"GB free and .* needs .* GB for its checkpoints: free some space"):
        checkpoints.check_space(run)
    checkpoints.save(run, 1, TENSORS, 0, None)
    checkpoints.check_space(run)
    for step in (2, 3, 4, 5):
        checkpoints.save(run, step, TENSORS, 0, 0.5)
    monkeypatch.setattr(checkpoints.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": size - 1}))
    with pytest.raises(RunError):  # a new one is written before an old one goes
        checkpoints.check_space(run)
    for step in (11, 12, 13, 14):  # left by a crash
        (run.checkpoints / f"step-{step:08}").mkdir()
    with pytest.raises(RunError):
        checkpoints.check_space(run)


def test_a_checkpoint_is_rewritten_after_its_step_was_validated(make):
    run = make()
    checkpoints.save(run, 4, TENSORS, 10, None)
    checkpoints.save(run, 4, TENSORS, 20, 0.5)
    assert [(c.step, c.curve, c.validation) for c in checkpoints.every(run)] == [(4, 20, 0.5)]


@pytest.mark.parametrize(
    "manifest",
    [
        "[]",
        "{}",
        "[" * 100_000,
        '{"step": 1, "config": 1, "curve": 0, "validation": null, "sha256": "x"}',
        '{"step": 1, "config": "x", "curve": "0", "validation": null, "sha256": "x"}',
        '{"step": 1, "config": "x", "curve": 0, "validation": "good", "sha256": "x"}',
        '{"step": 1, "config": "x", "curve": 0, "validation": null, "sha256": "x", "more": 1}',
        '{"step": 2, "config": "x", "curve": 0, "validation": null, "sha256": "x"}',
        '{"step": 1, "config": "x", "curve": 1e999, "validation": null, "sha256": "x"}',
    ],
)
def test_a_manifest_that_cannot_be_understood_is_skipped(make, manifest):
    run = make()
    checkpoints.save(run, 1, TENSORS, 0, None)
    (run.checkpoints / "step-00000001" / "manifest.json").write_text(manifest)
    assert checkpoints.every(run) == []


@pytest.mark.parametrize(
    "record",
    [
        "[]",
        "{",
        '{"validation": []}',
        '{"validation": {"accuracy": 0.5}}',
        '{"validation": {"accuracy": NaN}}',
        '{"validation": {"accuracy": "high", "low": 0, "high": 1, "trials": 10}}',
    ],
)
def test_a_damaged_record_of_weights_counts_as_not_validated(make, record):
    run = make()
    trainer = FakeTrainer(run.config, None, None)
    for step, accuracy in ((1, 0.9), (2, 0.5)):
        checkpoints.save_weights(run, step, trainer.weights(), record_of(run, step, accuracy))
    assert checkpoints.weights_file(run, "best").parent.name == "step-00000001"
    (run.weights / "step-00000001" / "weights.json").write_text(record)
    assert checkpoints.weights_file(run, "best").parent.name == "step-00000002"
    assert not checkpoints.has_validated_weights(run, 1)
    (run.weights / "step-00000002" / "weights.json").write_text(record)
    weights_file, best, damage = checkpoints.weights_in_use(run)
    assert (weights_file.parent.name, best) == ("step-00000002", None)
    assert damage.startswith("weights.json is damaged")


def test_weights_without_a_validation_are_no_damage(make):
    run = make()
    record = checkpoints.weights_record(run, drawn_sets()[0], 3, None, 0.1, "a machine")
    checkpoints.save_weights(run, 3, FakeTrainer(run.config, None, None).weights(), record)
    assert checkpoints.weights_in_use(run) == (run.weights / "step-00000003" / "weights.safetensors", None, "")


def test_a_record_has_rounded_figures_and_the_threshold_of_an_uncalibrated_network(make):
    figures = {
        "validation": 0.123456,
        "validation_low": 0.101019,
        "validation_high": 0.149991,
        "validation_trials": 400,
    }
    record = checkpoints.weights_record(make(), drawn_sets()[0], 3, figures, 0.123, "a machine")
    assert (record["temperature"], record["none_threshold"]) == (1.0, 0.5)
    written = record["validation"]
    assert (written["accuracy"], written["low"], written["high"]) == (0.1235, 0.101, 0.15)
    assert (written["trials"], record["made"]["hours"]) == (400, 0.12)


def test_the_digest_is_that_of_the_tensors(make):
    run = make()
    checkpoints.save(run, 1, TENSORS, 0, None)
    (checkpoint,) = checkpoints.every(run)
    assert checkpoint.sha256 == files.sha256(checkpoint.folder / "state.safetensors")
    assert checkpoint.intact
    damage(run, 1, "state.safetensors")
    assert not checkpoint.intact
    (checkpoint.folder / "state.safetensors").unlink()
    assert not checkpoint.intact
