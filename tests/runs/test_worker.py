"""The loop around the step, in this process, with a numpy trainer whose state tells every step it took."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from siamese.errors import UserError
from siamese.network import weights
from siamese.runs import checkpoints, files, interruption, metrics, record, worker
from siamese.runs.record import Run
from siamese.runs.worker import Worker
from tests.runs.fake import FakeTrainer


def work(run: Run, make=FakeTrainer) -> tuple[str, list[str]]:
    told: list[str] = []
    return Worker(run, make, told.append).work(), told


def end(run: Run) -> tuple[list[dict], dict[str, str], dict[str, np.ndarray]]:
    """The curve without what a clock says, the sha256 of all weights by their step, and the last checkpoint."""
    curve = [{k: v for k, v in r.items() if k != "seconds"} for r in metrics.read(run).records]
    kept = {file.parent.name: files.sha256(file) for file in run.weights.glob("*/weights.safetensors")}
    return curve, kept, checkpoints.tensors(checkpoints.every(run)[-1])


def same(first: Run, second: Run) -> bool:
    (*written, state), (*other_written, other_state) = end(first), end(second)
    return written == other_written and all(
        np.array_equal(state[name], other_state[name]) for name in state | other_state
    )


def flagging(run: Run, name: str, base=FakeTrainer):
    """A trainer at whose sixth step something is asked for."""

    class Flagging(base):
        def advance(self):
            found = super().advance()
            if self.step == 6:
                record.flag(run, name)
                time.sleep(3 * interruption.WATCH)
            return found

    return Flagging


def test_a_run_trains_to_its_end(make):
    run = make()
    state, told = work(run)
    assert state == record.said(run).state == "finished"
    steps = [r["step"] for r in metrics.read(run).records if "loss" in r]
    assert steps == list(range(1, 25))
    assert [r["step"] for r in metrics.read(run).records if "validation" in r] == [6, 12, 18, 24]
    assert record.snapshot_steps(run) == [6, 12, 18, 24]
    assert record.snapshot(run, 12)["conv1.kernel"].shape == (10, 10, 1, 4)
    assert 24 in {c.step for c in checkpoints.every(run)}
    assert any("validation" in line for line in told)
    assert json.loads((run.folder / "versions.json").read_text())["numpy"] == np.__version__


def test_its_weights_can_be_loaded_and_say_where_they_come_from(make):
    run = make()
    work(run)
    loaded = weights.load(checkpoints.weights_file(run, "newest"))
    assert loaded.record["made"]["steps"] == 24
    assert loaded.record["made"]["run"] == run.id
    assert loaded.record["trained_on"]["alphabets"] == ["Alphabet 0", "Alphabet 1"]
    best = weights.load(checkpoints.weights_file(run, "best")).record["validation"]["accuracy"]
    assert best == round(max(r["validation"] for r in metrics.read(run).records if "validation" in r), 4)


def test_the_last_two_checkpoints_and_the_best_are_kept(make):
    run = make()
    work(run)
    validations = {r["step"]: r["validation"] for r in metrics.read(run).records if "validation" in r}
    best = max(validations, key=validations.get)
    assert {c.step for c in checkpoints.every(run)} == {20, 24, best}


def test_stop_writes_a_checkpoint_and_a_resumed_run_ends_as_an_unbroken_one(make):
    unbroken, stopped = make(), make()
    work(unbroken)
    assert work(stopped, flagging(stopped, record.STOP))[0] == "stopped"
    assert checkpoints.every(stopped)[-1].step == 6
    assert weights.load(checkpoints.weights_file(stopped)).record["made"]["steps"] == 6
    assert not record.flagged(stopped, record.STOP)
    assert work(stopped)[0] == "finished"
    assert same(unbroken, stopped)


def test_the_best_weights_are_written_even_if_their_checkpoint_was_the_last_thing_written(make, monkeypatch):
    class Judged(FakeTrainer):
        def validate(self):
            return {**super().validate(), "validation": {6: 0.3, 12: 0.9, 18: 0.5, 24: 0.5}[self.step]}

    run, unbroken, save = make(), make(), checkpoints.save_weights

    def full(run, step, *given):
        if step == 12:
            raise files.WriteError("The weights could not be written: free some disk space, then go on.")
        save(run, step, *given)

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "save_weights", full)
        assert work(run, Judged)[0] == "failed"
    assert checkpoints.every(run)[-1].step == 12
    assert work(run, Judged)[0] == "finished"
    assert weights.load(checkpoints.weights_file(run, "best")).record["made"]["steps"] == 12
    work(unbroken, Judged)
    assert same(run, unbroken)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_with_a_checkpoint(make, number):
    run = make()

    class Signalled(FakeTrainer):
        def advance(self):
            if self.step == 6:
                os.kill(os.getpid(), number)
            return super().advance()

    assert work(run, Signalled)[0] == "stopped"
    assert checkpoints.every(run)[-1].step == 7


def test_a_stop_does_not_wait_for_a_validation(make):
    unbroken, stopped = make(), make()
    work(unbroken)

    class Slow(FakeTrainer):
        def validate(self):
            record.flag(stopped, record.STOP)
            for _ in range(6000):
                time.sleep(0.01)
            raise AssertionError("nobody stopped it")

    assert work(stopped, Slow)[0] == "stopped"
    assert checkpoints.every(stopped)[-1].validation is None
    assert work(stopped)[0] == "finished"
    assert same(unbroken, stopped)


def test_a_stop_does_not_wait_for_the_network_to_wake(make):
    run = make()

    def wake(config, characters, validation):
        record.flag(run, record.STOP)
        for _ in range(6000):
            time.sleep(0.01)
        raise AssertionError("nobody stopped it")

    assert work(run, wake)[0] == "stopped"


def test_pause_one_step_and_go_on(make):
    run = make(steps=200, rate=0.005)
    record.flag(run, record.PAUSE)
    seen: list[tuple[str, int]] = []

    def look() -> None:
        seen.append((record.said(run).state, len([r for r in metrics.read(run).records if "loss" in r])))

    def steer() -> None:
        wait_until(lambda: record.said(run).state == "paused")
        time.sleep(0.2)
        look()
        for done in (1, 2, 3):
            record.flag(run, record.STEP)
            wait_until(lambda done=done: len(metrics.read(run).records) == done)
            time.sleep(0.15)
            look()
        record.unflag(run, record.PAUSE)
        wait_until(lambda: len(metrics.read(run).records) > 5)
        look()
        record.flag(run, record.STOP)

    steering = threading.Thread(target=steer)
    steering.start()
    assert work(run)[0] == "stopped"
    steering.join()
    assert seen[:4] == [("paused", 0), ("paused", 1), ("paused", 2), ("paused", 3)]
    assert seen[4][0] == "training"


def wait_until(true, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_pause_writes_a_checkpoint_and_a_forgotten_one_ends(make, monkeypatch):
    monkeypatch.setattr(worker, "PATIENCE", 0.3)
    run = make()
    assert work(run, flagging(run, record.PAUSE))[0] == "stopped"
    assert checkpoints.every(run)[-1].step == 6


def test_patience_ends_a_run(make):
    class Worse(FakeTrainer):
        def validate(self):
            return {**super().validate(), "validation": 1 / self.step}

    run = make(patience=2)
    assert work(run, Worse)[0] == "finished"
    assert metrics.read(run).records[-1]["step"] == 18
    assert work(run, Worse)[0] == "finished"
    assert metrics.read(run).records[-1]["step"] == 18


def test_an_error_is_one_sentence_and_the_run_can_go_on(make):
    class Diverging(FakeTrainer):
        def advance(self):
            if self.step == 9:
                raise UserError("The loss is not a number at step 10: lower the learning rate.")
            return super().advance()

    run, unbroken = make(), make()
    assert work(run, Diverging)[0] == "failed"
    assert record.said(run).sentence == "The loss is not a number at step 10: lower the learning rate."
    assert work(run)[0] == "finished"
    work(unbroken)
    assert same(run, unbroken)


def test_an_unexpected_error_points_to_the_log(make):
    def broken(config, characters, validation):
        raise ZeroDivisionError

    run = make()
    assert work(run, broken)[0] == "failed"
    assert "ZeroDivisionError" in record.said(run).sentence
    assert "log.txt" in record.said(run).sentence
    assert "Traceback" in (run.folder / "log.txt").read_text()


def test_the_trainer_is_closed_and_signals_are_given_back(make):
    made = []

    class Kept(FakeTrainer):
        def __init__(self, *args):
            super().__init__(*args)
            made.append(self)

    before = signal.getsignal(signal.SIGTERM)
    work(make(), Kept)
    assert made[0].closed
    assert signal.getsignal(signal.SIGTERM) is before


def test_stepping_aside_once_more_goes_no_lower():
    code = "import os; from siamese.runs import worker; worker.step_aside(); worker.step_aside(); print(os.nice(0))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == max(worker.NICE, os.nice(0))


def test_another_configuration_is_refused(make):
    run = make()
    work(run)
    changed = {**json.loads((run.folder / "config.json").read_text()), "seed": 5}
    (run.folder / "config.json").write_text(json.dumps(changed))
    changed_run = record.read(run.id)
    assert work(changed_run)[0] == "failed"
    assert "another configuration" in record.said(run).sentence


@pytest.mark.parametrize("damage", ["state.safetensors", "manifest.json"])
def test_a_damaged_checkpoint_falls_back_to_the_one_before(make, damage):
    run, unbroken = make(), make()
    work(unbroken)
    work(run, flagging(run, record.STOP))
    newest = checkpoints.every(run)[-1].folder / damage
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 1 if damage == "state.safetensors" else 0xFF
    newest.write_bytes(content)
    first: list[int] = []

    class Noting(FakeTrainer):
        def restore(self, tensors, step):
            first.append(step)
            super().restore(tensors, step)

    assert work(run, Noting)[0] == "finished"
    assert first == [4]
    assert same(run, unbroken)
