"""The process that trains, seen from outside: identity, looking without disturbing, the queue."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import threading
import time

import psutil
import pytest

from siamese.runs import control, folder, process
from siamese.runs.folder import RunError
from siamese.runs.process import Trainer
from tests.runs.helpers import wait_until


@pytest.fixture
def bystander():
    """A process that has nothing to do with training."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
    yield child
    child.kill()
    child.wait()


def announce(place, **entry) -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / "trainer.json").write_text(json.dumps({"host": platform.node(), **entry}))


def started(pid: int) -> float:
    return psutil.Process(pid).create_time()


def test_the_announced_process_is_the_trainer_until_it_retires(make):
    run = make()
    assert process.trainer() is None
    process.announce(run)
    assert (process.trainer().run_id, process.trainer().pid) == (run.id, os.getpid())
    process.retire()
    assert process.trainer() is None


def test_a_process_with_a_recycled_id_is_not_the_trainer_and_is_not_killed(make, place, bystander):
    run = make()
    folder.report(run, "training")
    os.utime(run.folder / "state.json", (0, 0))
    for start in (started(bystander.pid) - 10, started(bystander.pid) + 10):
        announce(place, run=run.id, pid=bystander.pid, started=start)
        assert process.trainer() is None
        Trainer(run.id, bystander.pid, start, platform.node()).kill()
    announce(place, run=run.id, pid=bystander.pid)  # as earlier versions wrote it: without a start time
    assert process.trainer() is None
    assert control.now(run.id).state == "interrupted"
    control.start(run.id)
    wait_until(lambda: control.now(run.id).state == "finished")
    assert bystander.poll() is None


def test_kill_ends_the_announced_process(place, bystander):
    Trainer("fake-1", bystander.pid, started(bystander.pid), platform.node()).kill()
    assert bystander.poll() is not None


def test_a_zombie_is_not_alive(place):
    child = subprocess.Popen([sys.executable, "-c", ""])
    start = started(child.pid)
    wait_until(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE)
    assert not Trainer("fake-1", child.pid, start, platform.node()).alive
    child.wait()


def test_in_another_container_the_heartbeat_decides_and_nothing_is_killed(make, place, bystander):
    run = make()
    folder.report(run, "training")
    elsewhere = Trainer(run.id, bystander.pid, started(bystander.pid), "another-container")
    assert elsewhere.alive
    elsewhere.kill()
    assert bystander.poll() is None
    old = time.time() - 31
    os.utime(run.folder / "state.json", (old, old))
    assert not elsewhere.alive


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"run": 1}',
        '{"run": "a", "pid": 1e999, "started": 1.0, "host": "h"}',
        '{"run": "a", "pid": true, "started": 1.0, "host": "h"}',
        '{"run": "a", "pid": -1, "started": 1.0, "host": "HOST"}',
        '{"run": "a", "pid": 9007199254740992, "started": 1.0, "host": "HOST"}',
        '{"run": "a", "pid": 1, "started": NaN, "host": "HOST"}',
        "[" * 100_000,
    ],
)
def test_an_announcement_that_cannot_be_understood_is_none(place, content):
    place.mkdir(parents=True)
    (place / "trainer.json").write_text(content.replace("HOST", platform.node()))
    assert process.trainer() is None


def test_looking_never_keeps_a_worker_from_the_lock(make):
    """Four threads read as fast as they can while the lock is taken 300 times without waiting."""
    run, over = make(), threading.Event()

    def read() -> None:
        while not over.is_set():
            control.now(run.id)
            process.trainer()

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        taken = 0
        for _ in range(300):
            lock = process.trainer_lock()
            taken += process.take(lock, 0)
            lock.release()
    finally:
        over.set()
        for reader in readers:
            reader.join()
    assert taken == 300


def test_a_lock_is_held_by_one(place):
    first, second = process.trainer_lock(), process.trainer_lock()
    assert process.take(first, 0)
    assert not process.take(second, 0.05)
    first.release()
    assert process.take(second, 0)
    second.release()
    assert (place / "trainer.lock").exists()


def test_a_worker_that_cannot_start_says_why(make, monkeypatch):
    run = make()
    monkeypatch.setattr(process, "WORKER_COMMAND", (sys.executable, "-m", "tests.runs.nowhere"))
    with pytest.raises(RunError, match=r"could not be started: .*tests.runs.nowhere"):
        process.spawn(run)


def test_a_worker_that_has_ended_leaves_no_zombie(make):
    run = make()
    process.spawn(run)
    wait_until(lambda: control.now(run.id).state == "finished")
    pid = folder.last_report(run.folder).pid
    wait_until(lambda: not psutil.pid_exists(pid))


def test_on_windows_a_worker_has_a_group_of_its_own_and_no_window(monkeypatch):
    monkeypatch.setattr(process.subprocess, "CREATE_NEW_PROCESS_GROUP", 0x200, raising=False)
    monkeypatch.setattr(process.subprocess, "CREATE_NO_WINDOW", 0x8000000, raising=False)
    assert process.apart() == {"creationflags": 0x8000200}


def test_the_queue_is_first_come_first_served(place):
    for run_id in ("b-1", "a-1", "c-1", "a-1"):
        process.join_queue(run_id)
    assert process.queue() == ["b-1", "a-1", "c-1"]
    process.leave_queue("a-1")
    process.leave_queue("a-1")
    assert process.queue() == ["b-1", "c-1"]
    (place / "queue" / "note.txt").touch()
    assert process.queue() == ["b-1", "c-1"]
