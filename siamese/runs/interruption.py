"""How a worker hears that its run is to stop: by SIGTERM, SIGINT or the run's stop flag; and the heart that beats meanwhile."""

from __future__ import annotations

import _thread
import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from siamese.runs import record
from siamese.runs.record import BEAT, STOP, Run

WATCH = 0.2
"""Seconds between looks at the stop flag while a step or a validation is busy."""

Result = TypeVar("Result")


class Stop(BaseException):
    """The run is to stop, and what is going on now can be given up."""


class Interruption:
    """Whether a run is to stop: `stopping`, for a loop to look at between its steps."""

    def __init__(self, run: Run):
        self.stopping = False
        self._run = run
        self._idle = False

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """While this lasts, signals and the stop flag are heard and the heart beats. Signals need the main thread."""
        signals = (signal.SIGTERM, signal.SIGINT)
        before = {number: signal.signal(number, self._on_signal) for number in signals}
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(done,), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()
            for number, handler in before.items():
                signal.signal(number, handler)

    def unless_stopped(self, call: Callable[[], Result]) -> Result:
        """Do something long that changes nothing, and give it up by a Stop as soon as the run is to stop."""
        self._idle = True
        try:
            if self.stopping:
                raise Stop
            return call()
        finally:
            self._idle = False

    def _on_signal(self, number: int, frame: object) -> None:
        self.stopping = True
        if self._idle:
            raise Stop

    def _watch(self, done: threading.Event) -> None:
        beaten = 0.0
        while not done.wait(WATCH):
            if time.monotonic() - beaten >= BEAT:
                record.beat(self._run)
                beaten = time.monotonic()
            if not self.stopping and record.flagged(self._run, STOP):
                _thread.interrupt_main(signal.SIGTERM)
