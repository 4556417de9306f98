"""The one process that trains: who it is, how it is started and ended, and the queue of runs that wait for it.

A server has one trainer. An exclusive lock decides which process that is: the worker holds it for its life, and nobody
else ever takes it. Readers use trainer.json instead: the holder of the lock writes its process id and start time there,
and a reader asks the system whether that process is alive. So reading cannot disturb a start, and a process that
happens to have a dead worker's id is neither taken for the trainer nor killed. A shared lock would do on Linux, but not
on Windows and macOS, where a reader's lock can keep a worker from getting its own.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
import pathlib
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import filelock
import psutil

from siamese import paths
from siamese.runs import files, folder
from siamese.runs.folder import Run, RunError

WORKER_COMMAND = (sys.executable, "-m", "siamese.runs.worker")
"""Trains the run whose id follows."""
START_TIMEOUT_SECONDS = 60.0
"""Time for a new worker to hold the lock, on a busy machine."""
END_TIMEOUT_SECONDS = 10.0
"""Time for a killed worker to be gone."""
TRAINING_SWITCH = "SIAMESE_TRAINING"
"""Variable of the environment: "elsewhere" on servers that share the runs of another machine, which trains them."""
POLL_SECONDS = 0.02
"""Interval at which a process that starts or ends is checked."""
START_TIME_TOLERANCE_SECONDS = 2.0
"""Largest difference between two readings of one start time: the system computes it from a clock that is corrected."""

_log = logging.getLogger(__name__)


class Busy(RunError):
    """Another run is training; the text says which one and how long it still takes."""


@dataclasses.dataclass(frozen=True)
class Trainer:
    """The process that holds the trainer's lock: its run, process id and start time, and the machine or container."""

    run_id: str
    pid: int
    started: float
    host: str

    @property
    def local(self) -> psutil.Process | None:
        """The process, if it is alive and on this machine; None for another process that has its id."""
        if self.host != platform.node():
            return None
        with contextlib.suppress(psutil.Error, ValueError, OverflowError):
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) <= START_TIME_TOLERANCE_SECONDS
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        return None

    @property
    def alive(self) -> bool:
        """Whether it is alive. In another container its process cannot be seen: there the heartbeat decides."""
        if self.host == platform.node():
            return self.local is not None
        return folder.last_report(paths.runs() / self.run_id).responds

    def kill(self) -> None:
        """Kill it if it is alive and on this machine, and wait until it is gone."""
        if process := self.local:
            _log.warning("The worker of %s does not respond: process %d is killed.", self.run_id, self.pid)
            with contextlib.suppress(psutil.Error):
                process.kill()  # psutil compares the start time once more
                process.wait(END_TIMEOUT_SECONDS)


def elsewhere() -> bool:
    """Whether another machine trains the runs of this server."""
    return os.environ.get(TRAINING_SWITCH, "").lower() == "elsewhere"


def trainer() -> Trainer | None:
    """The process that is training, or None. Reads one small file and asks the system about one process."""
    holder = announced()
    return holder if holder and holder.alive else None


def announced() -> Trainer | None:
    """The last process that has announced itself, alive or not; None when it has retired."""
    try:
        written = files.read_json(_trainer_file())
        run_id, pid, started, host = (written.get(key) for key in ("run", "pid", "started", "host"))
    except (OSError, files.DamagedFile):
        return None
    if not isinstance(run_id, str) or type(pid) is not int or type(started) is not float or not isinstance(host, str):
        return None
    return Trainer(run_id, pid, started, host)


def announce(run: Run) -> None:
    """Write that this process trains a run; for the holder of the lock only. Raises WriteError."""
    this = psutil.Process()
    entry = {"run": run.id, "pid": this.pid, "started": this.create_time(), "host": platform.node()}
    files.replace_json(_trainer_file(), entry)


def announce_again(run: Run) -> None:
    """Correct the start time of this process if the system's clock has been set since, which changes it."""
    trainer = announced()
    if trainer and trainer.pid == os.getpid() and not trainer.alive:
        with contextlib.suppress(files.WriteError):
            announce(run)


def retire() -> None:
    """Write that no process is training; for the holder of the lock only."""
    _trainer_file().unlink(missing_ok=True)


def _trainer_file() -> pathlib.Path:
    return paths.runs() / "trainer.json"


def trainer_lock() -> filelock.FileLock:
    """The lock that a worker holds for its life; for `take`. Its file is never deleted."""
    return filelock.FileLock(paths.runs() / "trainer.lock")


def take(lock: filelock.FileLock, seconds: float) -> bool:
    """Take a lock within this time; whether that succeeded. Creates the folder of its file. Raises WriteError."""
    file = pathlib.Path(lock.lock_file)
    with files.write_errors(str(file)):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=seconds)
        except filelock.Timeout:
            return False
        return True


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """No other process on this server starts, queues or deletes a run meanwhile. Raises Busy or WriteError."""
    lock = filelock.FileLock(paths.runs() / "start.lock")
    if not take(lock, 2 * START_TIMEOUT_SECONDS):
        raise Busy("Another run is being started: try again in a moment.")
    try:
        yield
    finally:
        lock.release()


def spawn(run: Run) -> None:
    """Start a worker in a session of its own, so that it outlives this process, and wait until it holds the lock.

    Raises RunError with the last line of its output when it ends before that.
    """
    log = run.folder / "log.txt"
    with files.write_errors(str(log)), log.open("ab") as output:
        worker = subprocess.Popen(
            [*WORKER_COMMAND, run.id],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment(),
            **apart(),
        )
    threading.Thread(target=worker.wait, daemon=True).start()  # collects its exit code: no zombie is left
    end = time.monotonic() + START_TIMEOUT_SECONDS
    while folder.last_report(run.folder).pid != worker.pid:
        if worker.poll() is not None or time.monotonic() >= end:
            last = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()][
                -1:
            ]
            reason = last[0] if last else "its process ended without a message."
            raise RunError(f"{run.name} could not be started: {reason}")
        time.sleep(POLL_SECONDS)


def apart() -> dict[str, Any]:
    """Options of subprocess for a process that Ctrl+C in this terminal does not reach, on POSIX systems or Windows."""
    names = ("CREATE_NEW_PROCESS_GROUP", "CREATE_NO_WINDOW")  # Windows only
    flags = sum(getattr(subprocess, name, 0) for name in names)
    return {"creationflags": flags} if flags else {"start_new_session": True}


def environment() -> dict[str, str]:
    """The environment of a process that imports this code and uses the same home folder.

    Its output is UTF-8 on every system: names of runs can have characters that Windows' own encodings lack.
    """
    root = str(pathlib.Path(__file__).resolve().parents[2])
    python_path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": python_path, "PYTHONUTF8": "1", "SIAMESE_HOME": str(paths.home().resolve())}


def queue() -> list[str]:
    """Ids of the runs that wait for the trainer, first come, first served."""
    return list(dict.fromkeys(file.name.split(".", 1)[1] for file in _queue_files()))


def positions() -> dict[str, int]:
    """Run id -> place in the queue, from 1."""
    return {run_id: position for position, run_id in enumerate(queue(), start=1)}


def join_queue(run_id: str) -> None:
    """Put a run at the end of the queue; one that already waits keeps its place. Raises WriteError."""
    if run_id not in queue():
        with files.write_errors("The queue"):
            (paths.runs() / "queue").mkdir(parents=True, exist_ok=True)
            (paths.runs() / "queue" / f"{time.time_ns():020}.{run_id}").touch()


def leave_queue(run_id: str) -> None:
    """Take a run out of the queue; does nothing when it does not wait."""
    for file in _queue_files():
        if file.name.split(".", 1)[1] == run_id:
            file.unlink(missing_ok=True)


def _queue_files() -> list[pathlib.Path]:
    files_ = (paths.runs() / "queue").glob("*.*")
    return sorted(file for file in files_ if file.name.split(".", 1)[0].isdecimal())
