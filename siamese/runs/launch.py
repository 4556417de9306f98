"""Starting the process that trains: one start at a time on a server, and a worker in a session of its own."""

from __future__ import annotations

import contextlib
import os
import pathlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import filelock

from siamese import paths
from siamese.runs import files, record
from siamese.runs.record import Run, RunError

WORKER = (sys.executable, "-m", "siamese.runs.worker")
"""Command that trains the run whose id follows."""
STARTS_WITHIN = 60.0
"""Seconds a worker may take to hold the lock, on a busy machine."""
LOOK = 0.02
"""Seconds between looks at a process that starts."""


class Busy(RunError):
    """Another run trains now; the text says which and how long still."""


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Nobody else on this server starts, queues or deletes meanwhile. Raises Busy or WriteError."""
    lock = filelock.FileLock(paths.runs() / "start.lock")
    if not files.take(lock, 2 * STARTS_WITHIN):
        raise Busy("Somebody else starts a run just now: try again in a moment.")
    try:
        yield
    finally:
        lock.release()


def spawn(run: Run) -> None:
    """Start the worker and wait until it holds the lock. Raises RunError with its last words when it ends before that."""
    root = str(pathlib.Path(__file__).resolve().parents[2])
    python_path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": python_path, "SIAMESE_HOME": str(paths.home().resolve())}
    log = run.folder / "log.txt"
    with files.explained(str(log)), log.open("ab") as output:
        worker = subprocess.Popen(
            [*WORKER, run.id],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    threading.Thread(target=worker.wait, daemon=True).start()  # so that no zombie is left
    end = time.monotonic() + STARTS_WITHIN
    while record.said(run).pid != worker.pid:
        if worker.poll() is not None or time.monotonic() >= end:
            last = [line for line in log.read_text(errors="replace").splitlines() if line.strip()][-1:]
            raise RunError(
                f"{run.name} could not be started: {last[0] if last else 'its process ended without a word'}"
            )
        time.sleep(LOOK)
