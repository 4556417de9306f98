"""Background work: states, values that grow, progress, stopping, failures."""

from __future__ import annotations

import logging
import threading
import time
import types

import pytest

from siamese.errors import UserError
from siamese.ui import jobs
from siamese.ui.jobs import Job
from tests.threads import Slow, at_once

SOON = 5.0


def count_to(end: int, gate: threading.Event | None = None):
    """Steps that publish 1, 2, ... end, each after the gate has opened."""

    def steps(value):
        for number in range((value or 0) + 1, end + 1):
            if gate is not None:
                assert gate.wait(SOON)
            yield number

    return steps


def test_job_ends_ready_with_its_last_value():
    job = Job("count", count_to(3))
    assert (job.state, job.value, job.progress) == ("new", None, (0.0, 1.0))
    assert job.start().wait(SOON)
    assert (job.state, job.value, job.share) == ("ready", 3, 1.0)


def test_progress_is_that_of_the_value():
    gate = threading.Event()
    job = Job("count", count_to(4, gate), progress=lambda value: (value or 0, 4))
    job.start()
    assert (job.state, job.share, job.seconds_left) == ("running", 0.0, None)
    gate.set()
    assert job.wait(SOON)
    assert job.progress == (4, 4)
    assert job.seconds_left == 0.0


def test_stopped_job_continues_from_its_value():
    seen, halfway = [], threading.Event()

    def steps(value):
        for number in range((value or 0) + 1, 7):
            seen.append(number)
            if number == 3:
                halfway.set()
            yield number

    job = Job("count", steps)
    job.start()
    assert halfway.wait(SOON)
    job.stop()
    assert job.wait(SOON)
    if job.state == "stopped":
        job.start().wait(SOON)
    assert (job.state, job.value) == ("ready", 6)
    assert seen == [1, 2, 3, 4, 5, 6]


def test_stop_before_the_next_step_keeps_the_value():
    reached, gate = threading.Event(), threading.Event()

    def steps(value):
        yield 1
        reached.set()
        assert gate.wait(SOON)
        yield 2
        yield 3

    job = Job("count", steps).start()
    assert reached.wait(SOON)
    job.stop()
    gate.set()
    assert job.wait(SOON)
    assert (job.state, job.value) == ("stopped", 2)


def test_starting_a_running_job_changes_nothing(monkeypatch):
    gate, started = threading.Event(), []

    def steps(value):
        started.append(threading.current_thread().name)
        assert gate.wait(SOON)
        yield 1

    job = Job("once", steps)
    monkeypatch.setattr(jobs, "time", types.SimpleNamespace(monotonic=Slow(time.monotonic)))  # called while it starts
    at_once(job.start)
    gate.set()
    assert job.wait(SOON)
    assert started == ["once"]


@pytest.mark.parametrize("error", [UserError("The disk is full: free some space."), ValueError("40 ways: too many.")])
def test_expected_error_becomes_the_sentence(error):
    def steps(value):
        raise error
        yield

    job = Job("measurement", steps).start()
    assert job.wait(SOON)
    assert (job.state, job.failure) == ("failed", str(error))


def test_unexpected_error_keeps_its_traceback_in_the_log(caplog):
    def steps(value):
        yield 1
        raise ZeroDivisionError("no number")

    with caplog.at_level(logging.ERROR):
        job = Job("The measurement", steps).start()
        assert job.wait(SOON)
    assert (job.state, job.value) == ("failed", 1)
    assert job.failure == "The measurement failed: ZeroDivisionError: no number"
    assert caplog.records[0].exc_info[0] is ZeroDivisionError


def test_failed_job_can_be_started_again():
    attempts = []

    def steps(value):
        attempts.append(value)
        if len(attempts) == 1:
            raise UserError("The network cannot be reached: try again.")
        yield 1

    job = Job("download", steps)
    job.start().wait(SOON)
    assert job.start().wait(SOON)
    assert (job.state, job.failure, job.value) == ("ready", "", 1)


def test_unwatched_job_stops_by_itself():
    def steps(value):
        while True:
            yield (value or 0) + 1

    job = Job("endless", steps, unwatched_seconds=0.05).start()
    assert job.wait(SOON)
    assert job.state == "stopped"


def test_jobs_that_share_a_turn_never_step_at_once():
    turn, inside, most = threading.Lock(), [], []

    def steps(value):
        for number in range(10):
            inside.append(number)
            most.append(len(inside))
            threading.Event().wait(0.001)
            inside.pop()
            yield number

    jobs = [Job(f"job {i}", steps, turn=turn).start() for i in range(3)]
    assert all(job.wait(SOON) for job in jobs)
    assert max(most) == 1


def test_a_job_that_is_stopped_while_it_waits_for_its_turn_does_nothing():
    turn, done = threading.Lock(), []

    def steps(value):
        done.append("step")
        yield 1

    job = Job("count", steps, turn=turn)
    with turn:
        job.start()
        job.stop()
    assert job.wait(SOON)
    assert (job.state, job.value, done) == ("stopped", None, [])


@pytest.mark.parametrize(("done", "total", "share"), [(3, 4, 0.75), (5, 4, 1.0), (0, 0, 0.0)])
def test_a_share_is_at_most_1_and_0_of_nothing(done, total, share):
    """The size of a download may be less than what comes."""
    assert Job("count", count_to(1), progress=lambda value: (done, total)).share == share


def test_the_time_left_is_estimated_from_the_pace_since_the_last_start(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(jobs.time, "monotonic", lambda: now[0])
    job = jobs.Job("work", lambda value: iter(()), lambda value: (value or 0, 10))
    assert job.seconds_left is None
    job.value = 4
    job._started = 100.0, 4
    now[0] = 106.0
    assert job.seconds_left is None
    job.value = 6
    assert job.seconds_left == 12.0  # two in six seconds, four to go


def test_a_job_without_progress_is_done_at_its_end():
    job = jobs.Job("work", lambda value: iter([1]))
    assert (job.progress, job.share) == ((0.0, 1.0), 0.0)
    assert job.start().wait(10)
    assert (job.progress, job.share) == ((1.0, 1.0), 1.0)


def test_starting_again_forgets_the_failure():
    gate = threading.Event()

    def steps(value):
        if not gate.is_set():
            raise UserError("It failed.")
        yield 5

    job = jobs.Job("work", steps)
    assert job.start().wait(10)
    assert (job.state, job.failure, job.running, job.settled) == ("failed", "It failed.", False, True)
    gate.set()
    assert job.start().wait(10)
    assert (job.state, job.failure, job.value) == ("ready", "", 5)


def test_threads_that_start_a_job_at_once_start_it_once():
    runs = []

    def steps(value):
        runs.append(value)
        time.sleep(0.05)
        yield 1

    job = jobs.Job("work", steps)
    at_once(job.start)
    assert job.wait(10)
    assert len(runs) == 1
