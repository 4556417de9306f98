"""Workers as processes of their own, steered through files; they train the numpy fake."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from siamese.errors import UserError
from siamese.network import weights
from siamese.runs import control, launch, queue, record
from siamese.runs.control import Busy
from siamese.runs.record import RunError
from tests.runs.fake import SLOW
from tests.runs.test_worker import same, wait_until, work

LONG = {"steps": 2000, "rate": SLOW, "validate_every": 500, "checkpoint_every": 10}


def state(run) -> str:
    return control.status(run.id).state


def test_a_run_goes_on_in_a_process_of_its_own(make):
    run = make(**LONG)
    assert state(run) == "new"
    control.start(run.id)
    pid = record.named_trainer()[1]
    wait_until(lambda: control.status(run.id).step > 3)
    found = control.trainer()
    assert (found.run, found.state) == (run, "training")
    assert found.drawings_a_second > 0
    assert found.seconds_left > 0
    assert os.getsid(pid) == pid
    assert os.getpriority(os.PRIO_PROCESS, pid) >= 10
    control.stop(run.id)
    wait_until(lambda: state(run) == "stopped")
    wait_until(lambda: control.trainer() is None)
    assert weights.load(control.weights(run.id)).record["made"]["steps"] == control.status(run.id).step


def test_pause_step_and_resume(make):
    run = make(**LONG)
    control.step(run.id)
    wait_until(lambda: control.status(run.id).step == 1)
    assert state(run) == "paused"
    control.step(run.id)
    wait_until(lambda: control.status(run.id).step == 2)
    assert control.trainer().state == "paused"
    control.start(run.id)
    wait_until(lambda: control.status(run.id).step > 4)
    control.pause(run.id)
    wait_until(lambda: state(run) == "paused")
    control.stop(run.id)
    wait_until(lambda: state(run) == "stopped")


def test_a_killed_run_is_interrupted_and_resumes(make):
    run, unbroken = make(rate=SLOW), make()
    control.start(run.id)
    wait_until(lambda: control.status(run.id).step > 10)
    os.kill(record.named_trainer()[1], signal.SIGKILL)
    wait_until(lambda: state(run) == "interrupted")
    assert control.trainer() is None
    control.start(run.id)
    wait_until(lambda: state(run) == "finished")
    wait_until(lambda: not record.trainer_locked())
    work(unbroken)
    assert same(run, unbroken)


def test_a_process_that_hangs_is_interrupted_and_resuming_ends_it(make, monkeypatch):
    monkeypatch.setattr(control, "DEAD", 3.0)
    run = make(**LONG)
    control.start(run.id)
    wait_until(lambda: control.status(run.id).step > 3)
    first = record.named_trainer()[1]
    os.kill(first, signal.SIGSTOP)
    wait_until(lambda: state(run) == "interrupted")
    control.start(run.id)
    assert record.named_trainer()[1] != first
    wait_until(lambda: state(run) == "training")


def test_sigterm_stops_with_a_checkpoint(make):
    run = make(**LONG)
    control.start(run.id)
    wait_until(lambda: control.status(run.id).step > 3)
    os.kill(record.named_trainer()[1], signal.SIGTERM)
    wait_until(lambda: state(run) == "stopped")


def test_others_are_told_who_trains_and_may_queue(make):
    first, second, third = make(name="Monday's class", **LONG), make(name="Tuesday's"), make(name="Wednesday's")
    control.queue_up(first.id)
    wait_until(lambda: control.status(first.id).step > 3)
    with pytest.raises(Busy, match=r"Monday's class trains now, about .* still: queue this run"):
        control.start(second.id)
    control.queue_up(second.id)
    control.queue_up(third.id)
    control.queue_up(third.id)
    assert [control.status(r.id).place for r in (second, third)] == [1, 2]
    assert state(second) == "queued"
    control.stop(third.id)
    assert queue.waiting() == [second.id]
    control.stop(first.id)
    wait_until(lambda: state(second) == "finished")
    assert state(third) == "new"
    assert state(first) == "stopped"


def test_a_run_in_the_queue_begins_after_the_trainer_was_killed(make):
    first, second = make(**LONG), make()
    control.start(first.id)
    control.queue_up(second.id)
    os.kill(record.named_trainer()[1], signal.SIGKILL)
    wait_until(lambda: state(first) == "interrupted")
    control.start_next()
    wait_until(lambda: state(second) == "finished")


def test_many_starts_at_once_start_one(make):
    runs, started, refused = [make(**LONG) for _ in range(4)], [], []

    def press(run) -> None:
        try:
            control.start(run.id)
            started.append(run.id)
        except Busy as error:
            refused.append(str(error))

    presses = [threading.Thread(target=press, args=(run,)) for run in runs * 4]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    assert len(set(started)) == 1
    assert len(started) == 4  # the same run, pressed again
    assert len(refused) == 12
    assert [s.run.id for s in control.statuses() if s.alive] == started[:1]


def test_names_and_deletion(make):
    run = make(name="  our \t run ")
    assert run.name == "our run"
    assert control.rename(run.id, "<b>ours</b>").name == "<b>ours</b>"
    for name in ("", "\n", "x" * 81):
        with pytest.raises(RunError, match="1 to 80 characters"):
            control.rename(run.id, name)
    control.queue_up(make(**LONG).id)
    trains = control.trainer().run
    control.queue_up(run.id)
    for busy in (trains, run):
        with pytest.raises(RunError, match="stop it before it is deleted"):
            control.delete(busy.id)
    control.stop(run.id)
    control.delete(run.id)
    assert [s.run.id for s in control.statuses()] == [trains.id]
    with pytest.raises(RunError, match="no run"):
        control.status(run.id)


def test_what_cannot_be_done_is_one_sentence(make, tmp_path):
    run = make()
    for call in (control.pause, control.stop):
        with pytest.raises(RunError, match="does not train now: it is new"):
            call(run.id)
    with pytest.raises(RunError, match="no weights yet"):
        control.weights(run.id)
    work(run)
    with pytest.raises(RunError, match="has finished"):
        control.start(run.id)
    with pytest.raises(RunError, match="cannot wait in the queue: it is finished"):
        control.queue_up(run.id)
    with pytest.raises(RunError, match="no data 'clouds'"):
        control.create(run.config, "fake", "clouds")
    for name in ("ours.json", "ours"):
        with pytest.raises(RunError, match=r"does not end in \.safetensors"):
            control.export(run.id, tmp_path / name)
    assert not list(tmp_path.glob("ours*"))
    control.export(run.id, tmp_path / "ours.safetensors", "best")
    assert weights.load(tmp_path / "ours.safetensors").record["made"]["run"] == run.id


def test_a_worker_that_cannot_start_says_why(make, monkeypatch):
    run = make()
    monkeypatch.setattr(launch, "WORKER", (*launch.WORKER[:2], "tests.runs.nowhere"))
    with pytest.raises(RunError, match=r"could not be started: .*tests.runs.nowhere"):
        control.start(run.id)


def test_no_room_on_the_disk_is_said_before_the_start(make, monkeypatch):
    from siamese.runs import checkpoints

    run = make()
    monkeypatch.setattr(checkpoints.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 1000}))
    with pytest.raises(UserError, match="free some space"):
        control.start(run.id)
    assert state(run) == "new"
