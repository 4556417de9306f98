"""The process that trains a run: python -m siamese.runs.worker RUN

`python -m siamese train` runs the same loop (loop.py) in the foreground.
"""

from __future__ import annotations

import _thread
import contextlib
import functools
import importlib.metadata
import logging
import os
import pathlib
import platform
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import psutil

from siamese import logs
from siamese.config import TrainConfig
from siamese.data.characters import CharacterSet
from siamese.errors import UserError
from siamese.runs import control, folder, loop, process
from siamese.runs.folder import REQUESTS, STOP, Run
from siamese.runs.loop import Loop, MakeTrainer, Trainer

NICENESS = 10
OOM_SCORE = 500
"""When memory runs out, Linux ends the trainer before the server: the trainer can resume."""
LOCK_TIMEOUT_SECONDS = 5.0
"""Time to wait for the lock, which a worker that has reported its end may still hold for a moment."""
STOP_POLL_SECONDS = 0.2
"""Interval at which stop requests are noticed during a step or a validation."""
HEARTBEAT_SECONDS = 2.0
"""Time between two heartbeats."""

Result = TypeVar("Result")


class Signals:
    """Whether a run is to stop: by SIGTERM, SIGINT or its stop request. `stopping` is read between two steps."""

    def __init__(self, run: Run):
        self.stopping = False
        self._run = run
        self._abandonable = False

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Meanwhile, react to signals and to the stop request, and give heartbeats. For the main thread only."""
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
        """Call something long that changes nothing; a loop.Stop abandons it as soon as the run is to stop."""
        self._abandonable = True
        try:
            if self.stopping:
                raise loop.Stop
            return call()
        finally:
            self._abandonable = False

    def _on_signal(self, number: int, frame: object) -> None:
        self.stopping = True
        if self._abandonable:
            raise loop.Stop

    def _watch(self, done: threading.Event) -> None:
        last = 0.0
        while not done.wait(STOP_POLL_SECONDS):
            if time.monotonic() - last >= HEARTBEAT_SECONDS:
                folder.heartbeat(self._run)
                process.announce_again(self._run)
                last = time.monotonic()
            if not self.stopping and folder.requested(self._run, STOP):
                _thread.interrupt_main(signal.SIGTERM)


def train(run: Run, make: MakeTrainer, show: Callable[[str], None], foreground: bool) -> str:
    """Train a run while holding the lock, then start the next queued run; the state it ended in.

    In the foreground, no `control.start` has prepared the start: this waits for its turn, withdraws requests that were
    meant for an earlier worker of the run, and logs to log.txt, where the output of a background worker goes anyway.
    Raises Busy when another run is training; this one then keeps its place in the queue. Raises WriteError too.
    """
    lock, signals = process.trainer_lock(), Signals(run)
    with contextlib.ExitStack() as meanwhile:
        with process.one_at_a_time() if foreground else contextlib.nullcontext():
            if not process.take(lock, LOCK_TIMEOUT_SECONDS):
                raise control.busy()
            meanwhile.callback(lock.release)
            process.announce(run)
            meanwhile.callback(process.retire)
            process.leave_queue(run.id)
        if foreground:
            folder.withdraw(run, *REQUESTS)
            meanwhile.enter_context(_logged_to(run.folder / "log.txt"))
        with signals.listening():
            state = Loop(run, make, signals, versions, show).run_to_end()
    control.start_next()
    return state


@contextlib.contextmanager
def _logged_to(file: pathlib.Path) -> Iterator[None]:
    handler = logging.FileHandler(file, encoding="utf-8", delay=True)
    logger = logging.getLogger("siamese")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()


def build(config: TrainConfig, characters: CharacterSet, validation: CharacterSet) -> Trainer:
    """The real trainer, on all GPUs of this machine that it can use; TensorFlow is imported here."""
    from siamese.network import replicas
    from siamese.network.trainer import Trainer

    return Trainer(config, characters, validation, replicas.of_this_machine(config.batch.drawings))


def builder(run: Run, several_machines: bool) -> MakeTrainer:
    """Makes the trainer of a run: `build`, or the chief of the workers that TF_CONFIG describes."""

    def build_chief(config: TrainConfig, characters: CharacterSet, validation: CharacterSet) -> Trainer:
        from siamese.network.cluster import ChiefTrainer

        return ChiefTrainer(config, run.data, characters, validation)

    return build_chief if several_machines else build


def versions() -> dict[str, str]:
    """What this start of a run computes with, besides the trainer's device."""
    system = {"python": platform.python_version(), "system": platform.platform()}
    return system | {name: importlib.metadata.version(name) for name in ("tensorflow", "keras", "numpy")}


def lower_priority() -> None:
    """Lower this process's claim on processor and memory.

    Niceness does not reach across sessions where Linux groups processes by session, so a session of its own is
    lowered as a group too; the session of a terminal belongs to its user and stays as it is.
    """
    if not hasattr(os, "nice"):  # Windows
        with contextlib.suppress(psutil.Error, AttributeError):
            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        return
    os.nice(max(0, NICENESS - os.nice(0)))  # a worker that starts the next run of the queue hands its own down
    with contextlib.suppress(OSError):
        pathlib.Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE))
    with contextlib.suppress(OSError):
        if os.getsid(0) == os.getpid():
            pathlib.Path("/proc/self/autogroup").write_text(str(NICENESS))


def main(argv: list[str], make: MakeTrainer = build) -> int:
    """The background process of the run with this id. Exit code 0 when it finished or was stopped, 2 otherwise."""
    logs.set_up()
    lower_priority()
    try:
        run = folder.read(argv[0])
        state = train(run, make, functools.partial(print, flush=True), foreground=False)
        return 0 if state in ("finished", "stopped") else 2
    except UserError as error:
        print(error)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
