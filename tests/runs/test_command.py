"""python -m siamese train and runs."""

from __future__ import annotations

import json

import pytest

from siamese import cli
from siamese.data import sources
from siamese.network import weights
from siamese.presets import PRESETS
from siamese.runs import control, queue, record, trains, worker
from tests.runs import fake
from tests.runs.test_worker import flagging


@pytest.fixture
def command(place, monkeypatch, capsys):
    """Run a command whose preset `lesson` trains the fake on scribbles: exit code, stdout, stderr."""
    monkeypatch.setitem(sources.SOURCES, "omniglot", fake.SOURCE)
    monkeypatch.setitem(PRESETS, "lesson", fake.CONFIG)
    monkeypatch.setattr(trains, "build", fake.FakeTrainer)
    monkeypatch.setattr(worker, "step_aside", lambda: None)

    def command(*arguments: object) -> tuple[int, str, str]:
        code = cli.main([str(a) for a in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


def test_train_list_export(command, tmp_path):
    code, out, _ = command("train", "--preset", "lesson", "--seed", 3, "--steps", 12, "--name", "Ours")
    assert code == 0
    assert "12 steps" in out
    assert "finished" in out
    (run,) = record.every()
    assert (run.name, run.config.seed, run.config.schedule.steps) == ("Ours", 3, 12)
    assert f"{run.id}  Ours: finished, step 12 of 12, validation" in command("runs", "list")[1]
    assert json.loads(command("runs", "list", "--json")[1])[run.id]["state"] == "finished"
    assert command("runs", "export", run.id, tmp_path / "ours.safetensors", "--which", "best")[0] == 0
    made = weights.load(tmp_path / "ours.safetensors").record["made"]
    assert made["name"] == "Ours"
    assert made["command"] == "python -m siamese train --preset lesson --data omniglot --seed 3 --steps 12"


def test_a_stopped_run_goes_on_by_its_preset_or_its_id(command, monkeypatch):
    run = control.create(fake.CONFIG, "lesson", "omniglot", "")
    monkeypatch.setattr(trains, "build", flagging(run, record.STOP))
    code, out, _ = command("train", "--preset", "lesson", "--resume")
    assert code == 0
    assert f"--resume {run.id}` goes on" in out
    assert control.status(run.id).step == 6
    monkeypatch.setattr(trains, "build", fake.FakeTrainer)
    assert command("train", "--resume", run.id)[0] == 0
    assert control.status(run.id).state == "finished"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["train", "--preset", "lesson", "--resume"], "no run of preset lesson"),
        (["train", "--resume", "nothing-1"], "no run nothing-1"),
        (["train", "--resume", "../x"], "not the id of a run"),
        (["train", "--steps", "0"], "0 steps"),
        (["train", "--preset", "lesson", "--name", "x" * 99], "80 characters"),
        (["runs", "stop", "nothing-1"], "no run nothing-1"),
    ],
)
def test_bad_input_is_one_sentence(command, arguments, says):
    code, out, err = command(*arguments)
    assert code == 2
    assert out == ""
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert record.every() == []


def test_a_failed_run_ends_with_its_sentence(command, monkeypatch):
    class Broken(fake.FakeTrainer):
        def advance(self):
            self.memory[:] = float("nan")
            return super().advance()

    monkeypatch.setattr(trains, "build", Broken)
    code, _, err = command("train", "--preset", "lesson")
    assert code == 2
    assert err.strip() == "The loss is not a number at step 1: lower the learning rate."


@pytest.mark.parametrize("arguments", [("runs", "list"), ("train", "--preset", "lesson")])
def test_a_home_that_cannot_be_used_is_one_sentence(command, monkeypatch, tmp_path, arguments):
    (tmp_path / "file").touch()
    with monkeypatch.context() as patch:
        patch.setenv("SIAMESE_HOME", str(tmp_path / "file"))
        code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert "could not be written (Not a directory): check that the folder can be written to" in err
    assert len(err.strip().splitlines()) == 1


def test_a_refused_resume_keeps_its_place_in_the_queue_and_what_was_asked(command, monkeypatch):
    run = control.create(fake.CONFIG, "lesson", "omniglot", "")
    queue.join(run.id)
    record.flag(run, record.PAUSE)
    monkeypatch.setattr(worker, "LOCK_WITHIN", 0.1)
    with record.trainer_lock():
        assert command("train", "--resume", run.id)[0] == 2
    assert queue.waiting() == [run.id]
    assert record.flagged(run, record.PAUSE)
    assert command("train", "--resume", run.id)[0] == 0
    assert queue.waiting() == []
    assert control.status(run.id).state == "finished"


def test_stop_says_what_it_did(command):
    run = control.create(fake.CONFIG, "lesson", "omniglot", "")
    queue.join(run.id)
    with record.trainer_lock():
        record.name_trainer(run)
        assert command("runs", "stop", run.id)[1] == "It has left the queue.\n"
        record.say(run, "training")
        assert command("runs", "stop", run.id)[1] == "It stops after its step, with a checkpoint.\n"
    assert record.flagged(run, record.STOP)


def test_while_another_trains_it_is_refused(command):
    with record.trainer_lock():
        code, _, err = command("train", "--preset", "lesson")
    assert code == 2
    assert "try again in a moment" in err
    assert record.every() == []
