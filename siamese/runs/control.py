"""What pages and the command line do to runs: through files only, without TensorFlow and without the trainer.

A worker is a process in a session of its own, so it survives the process that started it. Only one start happens at a
time on a server: of 50 clicks at the same moment, one starts the trainer, and the others report the active run.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import time
from collections.abc import Callable
from typing import Any

from siamese.config import TrainConfig
from siamese.data import sources
from siamese.errors import UserError
from siamese.runs import checkpoints, estimate, files, folder, monitor, process
from siamese.runs.folder import PAUSE, REQUESTS, STEP, STOP, Run, RunError
from siamese.runs.monitor import Status
from siamese.runs.process import Busy

MAX_RUNS = 1000
MAX_QUEUED_RUNS = 500
"""Numbers up to which listing the runs takes a few milliseconds; more are a mistake or mischief."""
ENDING_TIMEOUT_SECONDS = 5.0
"""Time that a worker may need between its last report and giving up the trainer's place."""

_log = logging.getLogger(__name__)


def _changes_runs(function: Callable[..., Any]) -> Callable[..., Any]:
    """Visitors of this server see the change at once, not only after the next regular reading."""

    @functools.wraps(function)
    def changing(*args: Any, **options: Any) -> Any:
        try:
            return function(*args, **options)
        finally:
            monitor.of_home().changed()

    return changing


@_changes_runs
def create(config: TrainConfig, preset: str, data: str, name: str = "") -> Run:
    """A new run on `data`, a key of `sources.SOURCES`; `start` or `queue_up` it next. Raises UserError."""
    sources.get(data)
    if len(folder.places()) >= MAX_RUNS:
        raise RunError(f"There are {MAX_RUNS:,} runs, the most that are kept: delete some first.")
    return folder.create(config, preset, data, name)


@_changes_runs
def start(run_id: str) -> None:
    """Start or resume a run in the background, or end its pause. Raises Busy, RunError or WriteError.

    Returns when its worker holds the trainer's place, within half a second or so; TensorFlow has yet to load then.
    Where another machine trains, the run is queued for it, and starts there within two seconds.
    """
    with process.one_at_a_time():
        _start(run_id)


@_changes_runs
def step(run_id: str) -> None:
    """Train one step and pause; starts the run if necessary. Raises as `start`."""
    with process.one_at_a_time():
        status = now(run_id)
        if status.active:
            folder.request(status.run, STEP)
            folder.request(status.run, PAUSE)
        else:
            _start(run_id, PAUSE, STEP)


@_changes_runs
def pause(run_id: str) -> None:
    """Pause a run after its current step; it keeps its process, so it can continue at once. Raises RunError."""
    folder.request(_active_run(run_id), PAUSE)


@_changes_runs
def stop(run_id: str) -> None:
    """End a run after its current step, with a checkpoint; take it out of the queue; end a worker that hangs.

    Raises RunError when there is nothing to stop.
    """
    if run_id in process.queue():
        process.leave_queue(run_id)
    elif now(run_id).hung:
        with process.one_at_a_time():
            _end_hung(now(run_id))
    else:
        folder.request(_active_run(run_id), STOP)


@_changes_runs
def queue_up(run_id: str) -> None:
    """Start a run as soon as no other is training, after those that wait already. Raises as `start`."""
    with process.one_at_a_time():
        status = now(run_id)
        run = _readable(status)
        if not status.startable:
            raise RunError(f"{run.name} cannot be queued: it is {status.state}.")
        if status.state != "queued" and len(process.queue()) >= MAX_QUEUED_RUNS:
            raise RunError(f"{MAX_QUEUED_RUNS} runs are queued, the most there can be: wait or remove some first.")
        process.join_queue(run_id)
        _start_queued()


def start_next() -> None:
    """Start the first queued run if no run is training.

    A worker calls it at its end; pages and the server do too, since one can be killed.
    """
    if process.queue() and not process.elsewhere() and process.trainer() is None:
        with process.one_at_a_time():
            _start_queued()
        monitor.of_home().changed()


@_changes_runs
def rename(run_id: str, name: str) -> None:
    """Give a run another display name. Raises RunError or WriteError."""
    folder.rename(folder.read(run_id), name)


@_changes_runs
def delete(run_id: str) -> None:
    """Delete a run with its weights, even a damaged one. Raises RunError while it is active or queued."""
    with process.one_at_a_time():
        status, trainer = now(run_id), process.trainer()
        if status.state == "queued" or (trainer and trainer.run_id == run_id):
            raise RunError(f"{status.name} is {status.state} and cannot be deleted yet: stop it first.")
        files.remove(folder.locate(run_id))


def train(run_id: str, show: Callable[[str], None], several_machines: bool = False) -> str:
    """Train a run in this process, alone or as the chief of the workers in TF_CONFIG; the state it ends in."""
    from siamese.runs import worker

    worker.lower_priority()
    run = folder.read(run_id)
    return worker.train(run, worker.builder(run, several_machines), show, foreground=True)


def now(run_id: str) -> Status:
    """The status of a run, read now. Raises RunError when there is no such run."""
    return monitor.of_home().now(run_id)


def busy() -> Busy:
    """The error that says which run is training and how long it still takes."""
    status = _training()
    if status is None or not (status.active or status.hung):
        return Busy("Another run is just starting or ending: try again in a moment.")
    if status.hung:
        return Busy(f"{status.name} does not respond: stop or resume it first.")
    if status.state == "paused":
        return Busy(f"{status.name} is paused: stop it first, or queue this run.")
    left = f", about {estimate.duration_text(status.seconds_left)} left" if status.seconds_left is not None else ""
    return Busy(f"{status.name} is training{left}: queue this run, or stop that one first.")


def _training() -> Status | None:
    """The run of the process that trains; None when there is none, or when its folder is gone."""
    trainer = process.trainer()
    try:
        return now(trainer.run_id) if trainer else None
    except RunError:
        return None


def _readable(status: Status) -> Run:
    if status.run is None:
        raise RunError(status.problem)
    return status.run


def _active_run(run_id: str) -> Run:
    status = now(run_id)
    if status.run is None or not status.active:
        raise RunError(f"{status.name} is not training: it is {status.state}.")
    return status.run


def _start(run_id: str, *requests: str) -> None:
    status = now(run_id)
    run = _readable(status)
    if status.active:
        folder.withdraw(run, PAUSE, STEP)
        return
    if status.state == "finished":
        raise RunError(f"{run.name} has finished: start a new run to train longer.")
    _wait_for_place(status)
    if process.elsewhere():
        if requests:
            raise RunError(
                "Another machine does the training: start the run, and pause it before you take single steps."
            )
        process.join_queue(run_id)
        return
    checkpoints.check_space(run)
    folder.withdraw(run, *REQUESTS)
    for name in requests:
        folder.request(run, name)
    process.spawn(run)


def _wait_for_place(status: Status) -> None:
    """Wait for a worker that is just ending; end the run's own if it hangs. Raises Busy if another run is training."""
    end = time.monotonic() + ENDING_TIMEOUT_SECONDS
    _end_hung(status)
    while other := _training():
        if other.active or other.hung or time.monotonic() >= end:
            raise busy()
        time.sleep(process.POLL_SECONDS)


def _end_hung(status: Status) -> None:
    """Kill a run's own worker if it gives no heartbeat; a process that only has its id is left alone."""
    if status.hung and (trainer := process.trainer()) and trainer.run_id == status.id:
        trainer.kill()


def _start_queued() -> None:
    """Start the first queued run that can be started, if no run is training. What prevents one is its status then."""
    if process.elsewhere():
        return
    while (queue := process.queue()) and process.trainer() is None:
        try:
            _start(queue[0])
        except Busy:
            return  # it keeps its place
        except UserError as error:
            process.leave_queue(queue[0])
            _log.warning("The queued run %s could not be started: %s", queue[0], error)
            with contextlib.suppress(UserError):  # it may have been deleted
                if (status := now(queue[0])).startable:
                    folder.report(status.run, "failed", str(error))
