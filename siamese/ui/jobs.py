"""Background work that pages watch: loading a network, a download, an estimate, a measurement.

A job runs in a thread of its own and publishes a value that may grow. Pages only read it: they never wait for it and
take no lock. A job that fails keeps one sentence for the page; the traceback goes to the log.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from siamese.errors import UserError
from siamese.ui.server_paths import without_paths

Value = TypeVar("Value")
Steps = Callable[[Value | None], Iterator[Value]]
Progress = Callable[[Value | None], tuple[float, float]]

NEW, RUNNING, STOPPED, READY, FAILED = "new", "running", "stopped", "ready", "failed"

_log = logging.getLogger(__name__)


class Job(Generic[Value]):
    """One piece of background work.

    steps: a generator function. It receives the value published last (None at first) and yields further values, so a
    stopped job can be continued. progress: (done, total) of a value, for a progress bar. unwatched_seconds: the job
    stops by itself when no page has watched it for this long. turn: a lock that is held during each step, so that jobs
    which share it take turns.
    """

    def __init__(
        self,
        name: str,
        steps: Steps[Value],
        progress: Progress[Value] | None = None,
        unwatched_seconds: float | None = None,
        turn: threading.Lock | None = None,
    ):
        self.name = name
        self.value: Value | None = None
        self.failure = ""
        self.state = NEW
        self._steps, self._progress = steps, progress
        self._unwatched_seconds, self._turn = unwatched_seconds, turn
        self._watched = time.monotonic()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._start_lock = threading.Lock()
        self._started = (0.0, 0.0)  # time.monotonic and the amount done when the job was started last

    @property
    def running(self) -> bool:
        """Whether the job is at work."""
        return self.state == RUNNING

    @property
    def settled(self) -> bool:
        """Whether the job has ended: ready, failed or stopped."""
        return self.state in (STOPPED, READY, FAILED)

    @property
    def progress(self) -> tuple[float, float]:
        """(done, total); (0, 1) before anything is done and (1, 1) at the end of a job without a progress function."""
        if self._progress is None:
            return (1.0 if self.state == READY else 0.0), 1.0
        return self._progress(self.value)

    @property
    def share(self) -> float:
        """The share of the work that is done, in [0, 1]."""
        done, total = self.progress
        return min(1.0, done / total) if total else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Estimated remaining time at the pace since the last start; None until that is known."""
        (began, before), (done, total) = self._started, self.progress
        return (time.monotonic() - began) * (total - done) / (done - before) if done > before else None

    def start(self) -> Job[Value]:
        """Start or continue the job; does nothing while it is running. Returns the job."""
        with self._start_lock:
            if self.state != RUNNING:
                self._stop.clear()
                self.failure, self._watched = "", time.monotonic()
                self._started = time.monotonic(), self.progress[0]
                self.state = RUNNING
                self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                self._thread.start()
        return self

    def stop(self) -> None:
        """Stop after the current step; the value is kept."""
        self._stop.set()

    def watch(self) -> None:
        """A page is watching: restart the count of `unwatched_seconds`."""
        self._watched = time.monotonic()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end of the job, at most this long; whether it ended. For threads and tests, not for pages."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self.settled

    @property
    def _wanted(self) -> bool:
        if self._stop.is_set():
            return False
        return self._unwatched_seconds is None or time.monotonic() - self._watched < self._unwatched_seconds

    def _run(self) -> None:
        try:
            steps = self._steps(self.value)
            while self._advance(steps):
                pass
        except (UserError, ValueError) as error:
            self.failure, self.state = without_paths(str(error)), FAILED
        except Exception as error:  # a thread has no caller: without this, the page would wait forever
            _log.exception("The job %r failed.", self.name)
            words = f"{self.name} failed: {type(error).__name__}: {error}"
            self.failure, self.state = without_paths(words), FAILED

    def _advance(self, steps: Iterator[Value]) -> bool:
        """Do one step, but none if the job was stopped while it waited for its turn; whether there may be another."""
        with self._turn or contextlib.nullcontext():
            if not self._wanted:
                self.state = STOPPED
                return False
            value = next(steps, None)
        if value is None:
            self.state = READY
            return False
        self.value = value
        if self._turn is not None:
            time.sleep(0.005)  # a lock is not fair: without a pause the same job would take every turn
        return True
