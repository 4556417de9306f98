"""Runs seen and steered from pages and command line, through files only: nothing here imports TensorFlow or the trainer.

A worker is a process in a session of its own, so it outlives whoever started it. Starting is one at a time on a server:
of 50 presses at once one starts the trainer and the others are told who trains.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import signal
import time
from typing import Any

from siamese.config import TrainConfig
from siamese.data import sources
from siamese.errors import UserError
from siamese.runs import checkpoints, files, launch, metrics, pace, queue, record
from siamese.runs.launch import LOOK, STARTS_WITHIN, Busy
from siamese.runs.record import ALIVE, DEAD, PAUSE, STEP, STOP, Run, RunError

ENDS_WITHIN = 5.0
"""Seconds a worker may hold the lock before its first and after its last word."""


@dataclasses.dataclass(frozen=True)
class Status:
    """A run as a page shows it.

    state: new, queued, starting, training, paused, stopping, stopped, finished, failed or interrupted. `validation` is the
    last validation record of the curve; `seconds_left` counts steps and validations to come at their recent speed.
    """

    run: Run
    state: str
    step: int
    sentence: str = ""  # why it failed
    drawings_a_second: float | None = None
    seconds_left: float | None = None
    validation: dict[str, Any] | None = None
    place: int | None = None  # in the queue, from 1

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return self.run.config.schedule.steps

    @property
    def alive(self) -> bool:
        """Whether a worker has it in hand."""
        return self.state in (*ALIVE, "stopping")

    @property
    def startable(self) -> bool:
        """Whether it can be started, resumed or queued."""
        return self.state in ("new", "queued", "stopped", "failed", "interrupted")


def create(config: TrainConfig, preset: str, data: str, name: str = "") -> Run:
    """A new run on `data` (a key of `sources.SOURCES`); `start` or `queue_up` it next. Raises UserError or WriteError."""
    sources.get(data)  # raises UserError for an unknown one
    return record.create(config, preset, data, name)


def status(run_id: str) -> Status:
    """How a run stands: a few small reads. Raises RunError when there is no such run."""
    return _status(record.read(run_id), trainer_id())


def statuses() -> list[Status]:
    """All runs, newest first."""
    trains = trainer_id()
    return [_status(run, trains) for run in record.every()]


def trainer() -> Status | None:
    """The run that trains, is paused, or begins or ends just now; None when the place is free."""
    with contextlib.suppress(RunError):
        found = status(trainer_id())
        return found if found.alive else None
    return None


def trainer_id() -> str:
    """Id of the run whose worker holds the lock; "" when the place is free."""
    return record.named_trainer()[0] if record.trainer_locked() else ""


def _status(run: Run, trains: str) -> Status:
    said, waiting, recent = record.said(run), queue.waiting(), metrics.latest(run)
    state, place = said.state, waiting.index(run.id) + 1 if run.id in waiting else None
    if state in ALIVE:
        if run.id != trains or said.age >= DEAD:
            state = "interrupted"
        elif record.flagged(run, STOP):
            state = "stopping"
    if place and state not in ALIVE:
        state = "queued"
    step = recent[-1]["step"] if recent else 0
    return Status(
        run,
        state,
        step,
        said.sentence if state == "failed" else "",
        pace.drawings_a_second(run.config, recent),
        pace.seconds_left(run.config, step, recent),
        next((r for r in reversed(recent) if "validation" in r), None),
        place,
    )


def busy() -> Busy:
    """The error that says who trains now and how long still."""
    now = trainer()
    if now is None:
        return Busy("Another run begins or ends just now: try again in a moment.")
    if now.state == "paused":
        return Busy(f"{now.run.name} is paused and keeps the place: stop it first, or queue this run.")
    left = f", about {pace.in_words(now.seconds_left)} still" if now.seconds_left is not None else ""
    return Busy(f"{now.run.name} trains now{left}: queue this run, or stop that one first.")


def start(run_id: str) -> None:
    """Start or resume a run in the background, or end its pause. Raises Busy, RunError or WriteError.

    Returns when its worker holds the lock, within half a second or so; TensorFlow then still has to wake.
    """
    with launch.one_at_a_time():
        _start(record.read(run_id), ())


def step(run_id: str) -> None:
    """One step, and pause after it; starts the run if need be. Raises as `start`."""
    run = record.read(run_id)
    with launch.one_at_a_time():
        if status(run_id).alive:
            record.flag(run, STEP)
            record.flag(run, PAUSE)
        else:
            _start(run, (PAUSE, STEP))


def pause(run_id: str) -> None:
    """Hold a run after its step; it keeps its process, so that going on is instant. Raises RunError when it does not train."""
    record.flag(_alive(run_id), PAUSE)


def stop(run_id: str) -> None:
    """End a run after its step, with a checkpoint, or take it out of the queue. Raises RunError when it does neither."""
    if run_id in queue.waiting():
        queue.leave(run_id)
    else:
        record.flag(_alive(run_id), STOP)


def _alive(run_id: str) -> Run:
    found = status(run_id)
    if not found.alive:
        raise RunError(f"{found.run.name} does not train now: it is {found.state}.")
    return found.run


def queue_up(run_id: str) -> None:
    """Let a run begin when the place is free: at once, or after those that wait already. Raises as `start`."""
    run = record.read(run_id)
    with launch.one_at_a_time():
        found = status(run_id)
        if not found.startable:
            raise RunError(f"{run.name} cannot wait in the queue: it is {found.state}.")
        queue.join(run_id)
    start_next()


def start_next() -> None:
    """Start the first run of the queue if the place is free. A worker calls it at its end; a page may, since workers can be killed."""
    if not queue.waiting() or record.trainer_locked():
        return
    with launch.one_at_a_time():
        while (waiting := queue.waiting()) and not record.trainer_locked():
            _start_waiting(waiting[0])


def _start_waiting(run_id: str) -> None:
    """Start a run of the queue. What keeps it from starting is said in its own state, since nobody looks on."""
    try:
        _start(record.read(run_id), ())
    except Busy:
        return  # it keeps its place
    except UserError as error:
        queue.leave(run_id)
        with contextlib.suppress(UserError):
            if (found := status(run_id)).startable:
                record.say(found.run, "failed", str(error))


def rename(run_id: str, name: str) -> Run:
    """Give a run another display name. Raises RunError or WriteError."""
    return record.rename(record.read(run_id), name)


def delete(run_id: str) -> None:
    """Delete a run with all it has learned. Raises RunError while it trains or waits."""
    with launch.one_at_a_time():
        found = status(run_id)
        if found.alive or found.state == "queued" or run_id == trainer_id():
            raise RunError(f"{found.run.name} is {found.state}: stop it before it is deleted.")
        files.remove(found.run.folder)


def weights(run_id: str, which: str = checkpoints.NEWEST) -> pathlib.Path:
    """The "newest" or "best" weights of a run, for `Matcher.load` or to hand out; its record .json stands beside. Raises RunError."""
    return checkpoints.weights_file(record.read(run_id), which)


def export(run_id: str, target: pathlib.Path, which: str = checkpoints.NEWEST) -> None:
    """Copy weights to `target` (a .safetensors) and their record beside it. Raises RunError or WriteError."""
    if target.suffix != ".safetensors":
        raise RunError(
            f"{target} does not end in .safetensors: name such a file, beside which the record comes as .json."
        )
    source = weights(run_id, which)
    files.replace(target, source.read_bytes())
    files.replace(target.with_suffix(".json"), source.with_suffix(".json").read_bytes())


def _start(run: Run, flags: tuple[str, ...]) -> None:
    found = status(run.id)
    if found.alive:
        record.unflag(run, PAUSE, STEP)
        return
    if found.state == "finished":
        raise RunError(f"{run.name} has finished: start a new run to train longer.")
    _end_hung(run)
    _wait_for_place()
    checkpoints.check_room(run)
    record.unflag(run, *record.FLAGS)
    for name in flags:
        record.flag(run, name)
    launch.spawn(run)


def _end_hung(run: Run) -> None:
    """Kill this run's own worker when it holds the lock but shows no heartbeat: it was resumed, so it counts as gone."""
    named, pid = record.named_trainer()
    if named == run.id and record.said(run).pid == pid and record.said(run).age >= DEAD and record.trainer_locked():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        end = time.monotonic() + STARTS_WITHIN
        while record.trainer_locked() and time.monotonic() < end:
            time.sleep(LOOK)


def _wait_for_place() -> None:
    """Wait for a worker that begins or ends just now. Raises Busy when another run has the place."""
    end = time.monotonic() + ENDS_WITHIN
    while record.trainer_locked():
        if trainer() or time.monotonic() >= end:
            raise busy()
        time.sleep(LOOK)
