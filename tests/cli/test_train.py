"""python -m siamese train and runs."""

from __future__ import annotations

import io
import json
import sys

import pytest

from siamese import cli, runs
from siamese.data import sources
from siamese.network import weights
from siamese.presets import PRESETS
from siamese.runs import folder, process, worker
from tests.runs import fake
from tests.runs.conftest import make, place  # noqa: F401 - fixtures
from tests.runs.helpers import requesting


@pytest.fixture
def command(place, monkeypatch, capsys):  # noqa: F811
    """Run a command whose preset `lesson` trains the fake on scribbles: exit code, stdout, stderr."""
    monkeypatch.setitem(sources.SOURCES, "omniglot", fake.SOURCE)
    monkeypatch.setitem(PRESETS, "lesson", fake.CONFIG)
    monkeypatch.setattr(worker, "build", fake.FakeTrainer)
    monkeypatch.setattr(worker, "lower_priority", lambda: None)

    def command(*arguments: object) -> tuple[int, str, str]:
        code = cli.main([str(a) for a in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


def lesson() -> folder.Run:
    return runs.create(fake.CONFIG, "lesson", "omniglot")


def test_train_list_and_export(command, tmp_path):
    code, out, _ = command("train", "--preset", "lesson", "--seed", 3, "--steps", 12, "--name", "Ours")
    assert code == 0
    assert "12 steps" in out
    assert "finished" in out
    (status,) = runs.statuses()
    assert (status.name, status.run.config.seed, status.run.config.schedule.steps) == ("Ours", 3, 12)
    assert f"{status.id}  Ours: finished, step 12 of 12, validation" in command("runs", "list")[1]
    assert json.loads(command("runs", "list", "--json")[1])[status.id]["state"] == "finished"
    assert command("runs", "export", status.id, tmp_path / "ours.safetensors", "--which", "best")[0] == 0
    made = weights.load(tmp_path / "ours.safetensors").record["made"]
    assert made["name"] == "Ours"
    assert made["command"] == "python -m siamese train --preset lesson --data omniglot --seed 3 --steps 12"


def test_a_stopped_run_continues_by_its_preset_or_its_id(command, monkeypatch):
    run = lesson()
    monkeypatch.setattr(worker, "build", requesting(run, "stop"))
    code, out, _ = command("train", "--preset", "lesson", "--resume")
    assert code == 0
    assert f"Continue with `python -m siamese train --resume {run.id}`." in out
    assert runs.status(run.id).step == 6
    monkeypatch.setattr(worker, "build", fake.FakeTrainer)
    assert command("train", "--resume", run.id)[0] == 0
    assert runs.status(run.id).state == "finished"
    code, _, err = command("train", "--resume", run.id)
    assert (code, "cannot be continued: it is finished" in err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["train", "--preset", "lesson", "--resume"], "no unfinished run of preset lesson"),
        (["train", "--resume", "nothing-1"], "no run nothing-1"),
        (["train", "--resume", "../x"], "not the id of a run"),
        (["train", "--steps", "0"], "0 steps: train for at least 1"),
        (["train", "--preset", "lesson", "--name", "x" * 99], "80 characters"),
        (["train", "--workers", "10.0.0.1"], "'10.0.0.1' is not the address of a worker: use host:port"),
        (["train", "--workers", "10.0.0.1:2222"], "at least two workers"),
        (["train", "--workers"], "TF_CONFIG is not set: give the addresses after --workers"),
        (["train", "--worker", "1"], "--worker needs the addresses of all workers"),
        (["runs", "stop", "nothing-1"], "no run nothing-1"),
    ],
)
def test_bad_input_is_one_sentence(command, arguments, says):
    code, out, err = command(*arguments)
    assert code == 2
    assert out == ""
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert runs.statuses() == []


def test_a_failed_run_ends_with_its_sentence(command, monkeypatch):
    class Broken(fake.FakeTrainer):
        def advance(self):
            self.memory[:] = float("nan")
            return super().advance()

    monkeypatch.setattr(worker, "build", Broken)
    code, _, err = command("train", "--preset", "lesson")
    assert code == 2
    assert err.strip() == "The loss is not a number at step 1: lower the learning rate."


def test_training_goes_on_when_its_output_is_no_longer_read(command, monkeypatch):
    class Closed(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Closed())
        cli.main(["train", "--preset", "lesson"])
    assert [status.state for status in runs.statuses()] == ["finished"]


@pytest.mark.parametrize("arguments", [("runs", "list"), ("train", "--preset", "lesson")])
def test_a_home_that_cannot_be_used_is_one_sentence(command, monkeypatch, tmp_path, arguments):
    (tmp_path / "file").touch()
    with monkeypatch.context() as patch:
        patch.setenv("SIAMESE_HOME", str(tmp_path / "file"))
        code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert "cannot be read (Not a directory): check SIAMESE_HOME" in err
    assert len(err.strip().splitlines()) == 1


def test_a_refused_resume_keeps_its_place_in_the_queue_and_its_requests(command, monkeypatch):
    run, lock = lesson(), process.trainer_lock()
    process.join_queue(run.id)
    folder.request(run, "pause")
    monkeypatch.setattr(worker, "LOCK_TIMEOUT_SECONDS", 0.1)
    with lock:
        code, _, err = command("train", "--resume", run.id)
    assert (code, "just starting or ending: try again in a moment" in err) == (2, True)
    assert process.queue() == [run.id]
    assert folder.requested(run, "pause")
    assert command("train", "--resume", run.id)[0] == 0
    assert process.queue() == []
    assert runs.status(run.id).state == "finished"


def test_stop_says_what_it_did(command):
    run = lesson()
    process.join_queue(run.id)
    assert command("runs", "stop", run.id)[1] == "Removed from the queue.\n"
    process.announce(run)
    folder.report(run, "training")
    assert command("runs", "stop", run.id)[1] == "It stops after its current step, with a checkpoint.\n"
    process.retire()
    assert folder.requested(run, "stop")


def test_while_another_run_is_training_a_new_one_is_refused(command):
    run = lesson()
    process.announce(run)
    folder.report(run, "training")
    code, _, err = command("train", "--preset", "lesson")
    process.retire()
    assert code == 2
    assert "is training: queue this run, or stop that one first" in err
    assert [status.id for status in runs.statuses()] == [run.id]


def test_a_damaged_run_is_listed(command):
    run = lesson()
    (run.folder / "config.json").write_text("{")
    assert command("runs", "list")[1].startswith(f"{run.id}  damaged: {run.id} cannot be used, since config.json is")
    listed = json.loads(command("runs", "list", "--json")[1])[run.id]
    assert (listed["state"], listed["steps"], listed["validation"]) == ("damaged", 0, None)
    assert "config.json is damaged" in listed["problem"]


ADDRESSES = "10.0.0.1:2222,10.0.0.2:2222"


def test_a_worker_says_what_it_runs_on_and_follows_the_chief(command, monkeypatch):
    monkeypatch.setenv("TF_CONFIG", "")
    monkeypatch.setattr(runs, "follow", lambda show: show("It follows."))
    code, out, _ = command("train", "--workers", ADDRESSES, "--worker", 1)
    assert code == 0
    assert out.splitlines() == [
        "Runs on 2 workers: 10.0.0.1:2222 (the chief), 10.0.0.2:2222; this one is worker 1.",
        "It follows.",
    ]
    assert runs.statuses() == []


def test_the_chief_trains_a_run(command, monkeypatch):
    monkeypatch.setenv("TF_CONFIG", "")
    several = []
    monkeypatch.setattr(worker, "builder", lambda run, machines: several.append(machines) or fake.FakeTrainer)
    code, out, _ = command("train", "--preset", "lesson", "--workers", ADDRESSES)
    assert code == 0
    assert "this one is worker 0." in out
    assert f"Trains on {fake.FakeTrainer.device}." in out
    assert several == [True]
    assert runs.statuses()[0].state == "finished"
