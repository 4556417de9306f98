"""The loop around the step, in this process, with a numpy trainer whose state depends on every step it took."""

from __future__ import annotations

import json
import pathlib
import shutil
import threading
import time

import numpy as np
import pytest

from siamese.errors import UserError
from siamese.network import weights
from siamese.runs import checkpoints, curves, files, folder, loop, snapshots
from tests.runs.fake import FakeTrainer
from tests.runs.helpers import requesting, same, step_records, wait_until, work

EARLIER_CONFIG = pathlib.Path(__file__).with_name("earlier_config.json")


def validations(run) -> dict[int, float]:
    return {r["step"]: r["validation"] for r in curves.read(run.metrics) if "validation" in r}


def test_a_run_trains_to_its_end(make):
    run = make()
    state, lines = work(run)
    assert state == folder.last_report(run.folder).state == "finished"
    assert step_records(run) == list(range(1, 25))
    assert list(validations(run)) == [6, 12, 18, 24]
    assert all(record["seconds"] == round(record["seconds"], 3) for record in curves.read(run.metrics))
    assert snapshots.steps(run.id) == [6, 12, 18, 24]
    assert snapshots.load(run.id, 12)["conv1.kernel"].shape == (10, 10, 1, 4)
    assert any("validation" in line for line in lines)
    versions = json.loads((run.folder / "versions.json").read_text())
    assert versions["numpy"] == np.__version__
    assert versions.keys() >= {"python", "system", "device", "tensorflow", "keras"}


def test_tensorboard_has_every_record_once_also_after_a_resume(make):
    run = make()
    work(run, requesting(run, "stop"))
    work(run)
    lines = (run.folder / "events" / "records.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == curves.read(run.metrics)


def test_its_weights_say_where_they_come_from(make):
    run = make()
    work(run)
    loaded = weights.load(checkpoints.weights_file(run, "newest"))
    assert loaded.record["made"]["steps"] == 24
    assert loaded.record["made"]["run"] == run.id
    assert loaded.record["trained_on"]["alphabets"] == ["Alphabet 0", "Alphabet 1"]
    best = weights.load(checkpoints.weights_file(run, "best")).record["validation"]["accuracy"]
    assert best == round(max(validations(run).values()), 4)


def test_the_last_two_checkpoints_and_the_best_are_kept(make):
    run = make()
    work(run)
    best = max(validations(run), key=validations(run).get)
    assert {c.step for c in checkpoints.every(run)} == {20, 24, best}


def test_stop_saves_a_checkpoint_and_a_resumed_run_ends_as_an_uninterrupted_one(make):
    uninterrupted, stopped = make(), make()
    work(uninterrupted)
    assert work(stopped, requesting(stopped, "stop"))[0] == "stopped"
    assert checkpoints.every(stopped)[-1].step == 6
    assert weights.load(checkpoints.weights_file(stopped)).record["made"]["steps"] == 6
    assert not folder.requested(stopped, "stop")
    assert work(stopped)[0] == "finished"
    assert same(uninterrupted, stopped)


def test_the_best_weights_are_saved_even_if_their_checkpoint_was_the_last_thing_written(make, monkeypatch):
    class Judged(FakeTrainer):
        def validate(self):
            return {**super().validate(), "validation": {6: 0.3, 12: 0.9, 18: 0.5, 24: 0.5}[self.step]}

    run, uninterrupted, save = make(), make(), checkpoints.save_weights

    def full(run, step, *given):
        if step == 12:
            raise files.WriteError("The weights could not be written: free some disk space, then try again.")
        save(run, step, *given)

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "save_weights", full)
        assert work(run, Judged)[0] == "failed"
    assert checkpoints.every(run)[-1].step == 12
    assert work(run, Judged)[0] == "finished"
    assert weights.load(checkpoints.weights_file(run, "best")).record["made"]["steps"] == 12
    work(uninterrupted, Judged)
    assert same(run, uninterrupted)


def test_a_stop_does_not_wait_for_a_validation(make):
    uninterrupted, stopped = make(), make()
    work(uninterrupted)

    class Slow(FakeTrainer):
        def validate(self):
            folder.request(stopped, "stop")
            for _ in range(6000):  # a signal does not end a single long sleep
                time.sleep(0.01)
            raise AssertionError("The validation was not abandoned.")

    assert work(stopped, Slow)[0] == "stopped"
    assert checkpoints.every(stopped)[-1].validation is None
    assert work(stopped)[0] == "finished"
    assert same(uninterrupted, stopped)


def test_a_stop_does_not_wait_for_the_network_to_load(make):
    run = make()

    def load(config, characters, validation):
        folder.request(run, "stop")
        for _ in range(6000):
            time.sleep(0.01)
        raise AssertionError("The loading was not abandoned.")

    assert work(run, load)[0] == "stopped"


def test_pause_single_steps_and_continue(make):
    run = make(steps=200, rate=0.005)
    seen: list[tuple[str, int]] = []

    def note() -> None:
        seen.append((folder.last_report(run.folder).state, len(step_records(run))))

    class Paused(FakeTrainer):
        def __init__(self, *given):
            super().__init__(*given)
            folder.request(run, "pause")

    def steer() -> None:
        wait_until(lambda: folder.last_report(run.folder).state == "paused")
        time.sleep(0.2)
        note()
        for done in (1, 2, 3):
            folder.request(run, "step")
            wait_until(lambda done=done: len(step_records(run)) == done)
            time.sleep(0.15)
            note()
        folder.withdraw(run, "pause")
        wait_until(lambda: len(step_records(run)) > 5)
        note()
        folder.request(run, "stop")

    steering = threading.Thread(target=steer)
    steering.start()
    assert work(run, Paused)[0] == "stopped"
    steering.join()
    assert seen[:4] == [("paused", 0), ("paused", 1), ("paused", 2), ("paused", 3)]
    assert seen[4][0] == "training"


def test_a_pause_saves_a_checkpoint_and_a_forgotten_one_ends(make, monkeypatch):
    monkeypatch.setattr(loop, "MAX_PAUSE_SECONDS", 0.3)
    run = make()
    assert work(run, requesting(run, "pause"))[0] == "stopped"
    assert checkpoints.every(run)[-1].step == 6


def test_patience_ends_a_run(make):
    class Worse(FakeTrainer):
        def validate(self):
            return {**super().validate(), "validation": 1 / self.step}

    run = make(patience=2)
    for _ in range(2):  # a second start finds it at its end
        assert work(run, Worse)[0] == "finished"
        assert curves.read(run.metrics)[-1]["step"] == 18


def test_an_error_is_one_sentence_and_the_run_can_continue(make):
    class Diverging(FakeTrainer):
        def advance(self):
            if self.step == 9:
                raise UserError("The loss is not a number at step 10: lower the learning rate.")
            return super().advance()

    run, uninterrupted = make(), make()
    assert work(run, Diverging)[0] == "failed"
    assert folder.last_report(run.folder).sentence == "The loss is not a number at step 10: lower the learning rate."
    assert work(run)[0] == "finished"
    work(uninterrupted)
    assert same(run, uninterrupted)


def test_an_unexpected_error_is_one_sentence_and_its_traceback_is_logged(make):
    def broken(config, characters, validation):
        raise ZeroDivisionError("a secret detail")

    run = make()
    assert work(run, broken)[0] == "failed"
    sentence = folder.last_report(run.folder).sentence
    assert sentence.startswith("The training failed with an unexpected ZeroDivisionError: see ")
    assert "secret" not in sentence
    log = (run.folder / "log.txt").read_text()
    assert log.count("Traceback") == 1
    assert "ZeroDivisionError: a secret detail" in log


def test_another_configuration_is_refused(make):
    run = make()
    work(run)
    config = json.loads((run.folder / "config.json").read_text())
    (run.folder / "config.json").write_text(json.dumps({**config, "seed": 5}))
    assert work(folder.read(run.id))[0] == "failed"
    assert "was trained with another configuration" in folder.last_report(run.folder).sentence


@pytest.mark.parametrize("damage", ["state.safetensors", "manifest.json"])
def test_a_damaged_checkpoint_falls_back_to_the_one_before(make, damage):
    run, uninterrupted = make(), make()
    work(uninterrupted)
    work(run, requesting(run, "stop"))
    newest = checkpoints.every(run)[-1].folder / damage
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 1 if damage == "state.safetensors" else 0xFF
    newest.write_bytes(content)
    restored: list[int] = []

    class Noting(FakeTrainer):
        def restore(self, tensors, step):
            restored.append(step)
            super().restore(tensors, step)

    assert work(run, Noting)[0] == "finished"
    assert restored == [4]
    assert same(run, uninterrupted)


def test_the_curve_is_on_the_disk_before_the_checkpoint_that_counts_its_bytes(make, monkeypatch):
    order: list[str] = []
    sync, save = curves.CurveWriter.sync, checkpoints.save

    def syncing(self):
        order.append("curve")
        return sync(self)

    def saving(run, step, tensors, curve, validation):
        order.append("checkpoint")
        assert curve == run.metrics.stat().st_size
        save(run, step, tensors, curve, validation)

    monkeypatch.setattr(curves.CurveWriter, "sync", syncing)
    monkeypatch.setattr(checkpoints, "save", saving)
    assert work(make(steps=8))[0] == "finished"
    assert order == ["curve", "checkpoint"] * 3  # steps 4, 6 (the best validation) and 8


def test_a_flat_configuration_of_an_earlier_version_is_read_and_resumed(place):
    """config.json is flat, and the digest in the checkpoint is the one that the version of then computed."""
    earlier = place / "fake-20260101-120000-abcd"
    earlier.mkdir(parents=True)
    described = {"name": "Earlier", "preset": "fake", "data": "drawn", "created": "2026-01-01T12:00:00+01:00"}
    (earlier / "run.json").write_text(json.dumps(described))
    shutil.copy(EARLIER_CONFIG, earlier / "config.json")
    run = folder.read(earlier.name)
    assert (run.config.schedule.steps, run.config.twin.embedding, run.config.seed) == (8, 32, 3)
    trainer = FakeTrainer(run.config, None, None)
    lines = "".join(json.dumps(trainer.advance()) + "\n" for _ in range(4))
    run.metrics.write_text(lines)
    checkpoints.save(run, 4, trainer.state(), len(lines), None)
    manifest = json.loads((run.checkpoints / "step-00000004" / "manifest.json").read_text())
    assert manifest["config"] == "478c18a7a0b9e741"
    assert work(run)[0] == "finished"
    assert step_records(run) == list(range(1, 9))


def test_its_weights_say_how_long_it_trained(make):
    class Minutes(FakeTrainer):
        def advance(self):
            return {**super().advance(), "seconds": 225.0}

    run = make()
    work(run, Minutes)
    assert weights.load(checkpoints.weights_file(run, "newest")).record["made"]["hours"] == 1.5


def test_the_first_step_can_be_validated(make):
    run = make(steps=3, validate_every=1)
    work(run)
    assert list(validations(run)) == [1, 2, 3]
