"""Workers as processes of their own, controlled through files; they train the numpy fake."""

from __future__ import annotations

import os
import signal
import threading

import psutil
import pytest

from siamese import runs
from siamese.errors import UserError
from siamese.network import weights
from siamese.runs import checkpoints, control, folder, process
from siamese.runs.folder import RunError
from siamese.runs.process import Busy
from tests.runs.fake import CONFIG, SLOW
from tests.runs.helpers import same, wait_until, work

LONG = {"steps": 2000, "rate": SLOW, "validate_every": 500, "checkpoint_every": 10}


def state(run) -> str:
    return runs.status(run.id).state


def step(run) -> int:
    return runs.status(run.id).step


def test_a_run_trains_in_a_process_of_its_own_with_low_priority(make):
    run = make(**LONG)
    assert state(run) == "new"
    control.start(run.id)
    pid = process.trainer().pid
    wait_until(lambda: step(run) > 3)
    active = runs.active()
    assert (active.run, active.state) == (run, "training")
    assert active.drawings_per_second > 0
    assert active.seconds_left > 0
    assert os.getsid(pid) == pid
    assert os.getpriority(os.PRIO_PROCESS, pid) >= 10
    control.stop(run.id)
    wait_until(lambda: state(run) == "stopped")
    wait_until(lambda: process.trainer() is None)
    assert runs.active() is None
    assert weights.load(runs.weights(run.id)).record["made"]["steps"] == step(run)


def test_pause_single_steps_and_resume(make):
    run = make(**LONG)
    control.step(run.id)
    wait_until(lambda: step(run) == 1)
    assert state(run) == "paused"
    control.step(run.id)
    wait_until(lambda: step(run) == 2)
    assert runs.active().state == "paused"
    control.start(run.id)
    wait_until(lambda: step(run) > 4)
    control.pause(run.id)
    wait_until(lambda: state(run) == "paused")
    control.stop(run.id)
    wait_until(lambda: state(run) == "stopped")


def test_a_killed_run_is_interrupted_and_resumes(make):
    run, uninterrupted = make(rate=SLOW), make()
    control.start(run.id)
    wait_until(lambda: step(run) > 10)
    os.kill(process.trainer().pid, signal.SIGKILL)
    wait_until(lambda: state(run) == "interrupted")
    assert runs.active() is None
    control.start(run.id)
    wait_until(lambda: state(run) == "finished")
    wait_until(lambda: process.trainer() is None)
    work(uninterrupted)
    assert same(run, uninterrupted)


@pytest.fixture
def hung(make, monkeypatch):
    """A run whose worker no longer responds, and its process."""
    monkeypatch.setattr(folder, "HEARTBEAT_TIMEOUT_SECONDS", 3.0)
    run = make(**LONG)
    control.start(run.id)
    wait_until(lambda: step(run) > 3)
    worker = psutil.Process(process.trainer().pid)
    worker.suspend()
    wait_until(lambda: runs.status(run.id).hung)
    yield run, worker
    if worker.is_running():
        worker.kill()


def test_resuming_a_run_whose_worker_hangs_ends_that_worker(hung):
    run, worker = hung
    assert state(run) == "interrupted"
    control.start(run.id)
    assert not worker.is_running()
    wait_until(lambda: state(run) == "training")


def test_stopping_a_run_whose_worker_hangs_ends_that_worker_and_makes_room_for_others(hung, make):
    run, worker = hung
    other = make()
    with pytest.raises(Busy, match="does not respond: stop or resume it first"):
        control.start(other.id)
    with pytest.raises(RunError, match="cannot be deleted yet: stop it first"):
        control.delete(run.id)
    control.stop(run.id)
    assert not worker.is_running()
    assert (state(run), runs.status(run.id).hung) == ("interrupted", False)
    control.start(other.id)
    wait_until(lambda: state(other) == "finished")


def test_sigterm_stops_with_a_checkpoint(make):
    run = make(**LONG)
    control.start(run.id)
    wait_until(lambda: 3 < step(run) < 10)
    os.kill(process.trainer().pid, signal.SIGTERM)
    wait_until(lambda: state(run) == "stopped")
    assert [checkpoint.step for checkpoint in checkpoints.every(run)][-1] == step(run)
    assert checkpoints.newest_intact(run).curve == run.metrics.stat().st_size


def test_others_see_which_run_is_training_and_may_queue(make):
    first, second, third = make(name="Monday's class", **LONG), make(name="Tuesday's"), make(name="Wednesday's")
    control.queue_up(first.id)
    wait_until(lambda: step(first) > 3)
    with pytest.raises(Busy, match=r"Monday's class is training, about .* left: queue this run"):
        control.start(second.id)
    control.queue_up(second.id)
    control.queue_up(third.id)
    control.queue_up(third.id)
    assert [runs.status(run.id).place for run in (second, third)] == [1, 2]
    assert state(second) == "queued"
    control.stop(third.id)
    assert process.queue() == [second.id]
    control.stop(first.id)
    wait_until(lambda: state(second) == "finished")
    assert state(third) == "new"
    assert state(first) == "stopped"


def test_a_paused_run_keeps_its_place(make):
    first, second = make(**LONG), make()
    control.step(first.id)
    wait_until(lambda: state(first) == "paused")
    with pytest.raises(Busy, match="is paused: stop it first, or queue this run"):
        control.start(second.id)


def test_a_queued_run_starts_after_the_trainer_was_killed(make):
    first, second = make(**LONG), make()
    control.start(first.id)
    control.queue_up(second.id)
    os.kill(process.trainer().pid, signal.SIGKILL)
    wait_until(lambda: state(first) == "interrupted")
    control.start_next()
    wait_until(lambda: state(second) == "finished")


def test_the_next_queued_run_is_started_while_many_read(make, monkeypatch):
    """A run is queued and started 60 times while four threads read its status: it always starts."""
    run, over, started = make(), threading.Event(), []
    monkeypatch.setattr(process, "spawn", lambda run: (started.append(run.id), process.leave_queue(run.id)))

    def read_status() -> None:
        while not over.is_set():
            runs.active()
            control.now(run.id)

    readers = [threading.Thread(target=read_status) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(60):
            process.join_queue(run.id)
            control.start_next()
    finally:
        over.set()
        for reader in readers:
            reader.join()
    assert started == [run.id] * 60


def test_many_starts_at_the_same_time_start_one(make):
    runs_, started, refused = [make(**LONG) for _ in range(4)], [], []

    def press(run) -> None:
        try:
            control.start(run.id)
            started.append(run.id)
        except Busy as error:
            refused.append(str(error))

    presses = [threading.Thread(target=press, args=(run,)) for run in runs_ * 4]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    assert len(set(started)) == 1
    assert len(started) == 4  # the same run, pressed again
    assert len(refused) == 12
    assert [status.id for status in runs.statuses() if status.active] == started[:1]


def test_names_and_deletion(make):
    run = make(name="  our \t run ")
    assert run.name == "our run"
    control.rename(run.id, "<b>ours</b>")
    assert runs.status(run.id).name == "<b>ours</b>"
    for name in ("", "\n", "x" * 81):
        with pytest.raises(RunError, match="1 to 80 characters"):
            control.rename(run.id, name)
    control.queue_up(make(**LONG).id)
    active = runs.active().run
    control.queue_up(run.id)
    for busy in (active, run):
        with pytest.raises(RunError, match="cannot be deleted yet: stop it first"):
            control.delete(busy.id)
    control.stop(run.id)
    control.delete(run.id)
    assert [status.id for status in runs.statuses()] == [active.id]
    with pytest.raises(RunError, match="no run"):
        runs.status(run.id)


def test_names_are_kept_as_people_write_them(make):
    run = make(name="Größe")
    assert "Größe" in (run.folder / "run.json").read_text(encoding="utf-8")
    control.rename(run.id, "Schülerin Ω")
    assert "Schülerin Ω" in (run.folder / "run.json").read_text(encoding="utf-8")


def test_what_cannot_be_done_is_one_sentence(make, tmp_path):
    run = make()
    for call in (control.pause, control.stop):
        with pytest.raises(RunError, match="is not training: it is new"):
            call(run.id)
    with pytest.raises(RunError, match="no weights yet"):
        runs.weights(run.id)
    work(run)
    with pytest.raises(RunError, match="has finished"):
        control.start(run.id)
    with pytest.raises(RunError, match="cannot be queued: it is finished"):
        control.queue_up(run.id)
    with pytest.raises(UserError, match="no data source 'clouds'"):
        control.create(run.config, "fake", "clouds")
    for name in ("ours.json", "ours"):
        with pytest.raises(RunError, match=r"does not end in \.safetensors"):
            runs.export(run.id, tmp_path / name)
    assert not list(tmp_path.glob("ours*"))
    runs.export(run.id, tmp_path / "ours.safetensors", "best")
    assert weights.load(tmp_path / "ours.safetensors").record["made"]["run"] == run.id


def test_too_little_space_on_the_disk_is_reported_before_the_start(make, monkeypatch):
    run = make()
    monkeypatch.setattr(checkpoints.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 1000}))
    with pytest.raises(UserError, match="free some space"):
        control.start(run.id)
    assert state(run) == "new"


def test_with_nothing_queued_looking_for_the_next_run_takes_no_lock(place, monkeypatch):
    monkeypatch.setattr(process, "one_at_a_time", lambda: pytest.fail("The lock was taken."))
    control.start_next()


def test_while_a_run_is_training_looking_for_the_next_takes_no_lock(make, monkeypatch):
    process.join_queue(make().id)
    with monkeypatch.context() as patched:
        patched.setattr(process, "trainer", lambda: process.Trainer("other-1", 1, 0.0, "here"))
        patched.setattr(process, "one_at_a_time", lambda: pytest.fail("The lock was taken."))
        control.start_next()


def test_a_queued_run_that_cannot_start_leaves_the_queue_and_shows_why(make, monkeypatch):
    broken, sound = make(name="Large"), make()
    check = checkpoints.check_space

    def check_space(run):
        if run.id == broken.id:
            raise RunError("The disk has too little space.")
        check(run)

    monkeypatch.setattr(checkpoints, "check_space", check_space)
    process.join_queue("gone-1")
    process.join_queue(broken.id)
    control.queue_up(sound.id)
    assert (state(broken), runs.status(broken.id).problem) == ("failed", "The disk has too little space.")
    wait_until(lambda: state(sound) == "finished")
    assert process.queue() == []


def test_there_are_a_thousand_runs_at_most(place, monkeypatch):
    for count, refused in ((1000, True), (999, False)):
        with monkeypatch.context() as patch:
            patch.setattr(folder, "places", lambda count=count: [place] * count)
            if refused:
                with pytest.raises(RunError, match="1,000 runs, the most that are kept: delete some first"):
                    control.create(CONFIG, "fake", "drawn")
            else:
                assert control.create(CONFIG, "fake", "drawn").folder.is_dir()


def test_500_runs_are_queued_at_most(make, monkeypatch):
    run, waiting = make(), [f"fake-{number}" for number in range(500)]
    monkeypatch.setattr(process, "queue", lambda: waiting)
    with pytest.raises(RunError, match="500 runs are queued, the most there can be"):
        control.queue_up(run.id)
