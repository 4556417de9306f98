"""One call in a process of its own: what it returns or raises, its seconds, and the memory that it took."""

from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import os
import pathlib
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from typing import Any

SAMPLE_SECONDS = 0.005


@dataclasses.dataclass(frozen=True)
class Outcome:
    """value: of the call; None after an error. error: the exception's name, "killed" or "". text: its message.

    cpu_seconds: of the process and those it started, which other programs do not change. megabytes: at their peak, the
    rise of the process's memory together with the memory of those it started.
    """

    value: Any
    error: str
    text: str
    seconds: float
    cpu_seconds: float
    megabytes: float


def isolated(call: Callable[[], Any], limit_seconds: float = 120) -> Outcome:
    """Make the call in a fork of this process. After the limit it is killed."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(call, sender))
    start, cpu_start = time.monotonic(), cpu_seconds()
    process.start()
    sender.close()
    try:
        if receiver.poll(limit_seconds):
            return receiver.recv()
        reason = f"still running after {limit_seconds} s"
    except EOFError:
        reason = "the process ended by itself"
    finally:
        if process.is_alive():
            process.join(1)
        if process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
        process.join()
        receiver.close()
    return Outcome(None, "killed", reason, time.monotonic() - start, cpu_seconds() - cpu_start, 0)


def _serve(call: Callable[[], Any], sender: Connection) -> None:
    before, start, cpu_start = _memory("self", "VmHWM"), time.monotonic(), cpu_seconds()
    family = _Family(before)
    family.start()
    value, error, text = None, "", ""
    try:
        value = call()
    except BaseException as failure:
        error, text = type(failure).__name__, str(failure)
        if os.environ.get("SIAMESE_LOG") == "DEBUG":
            traceback.print_exc()
    seconds, cpu = time.monotonic() - start, cpu_seconds() - cpu_start
    family.stop()
    megabytes = max(_memory("self", "VmHWM") - before, family.megabytes)
    sender.send(Outcome(value, error, text, seconds, cpu, megabytes))
    sender.close()
    os._exit(0)  # without the clean-up of libraries that the parent shares


def cpu_seconds() -> float:
    """Processor time of this process and of those it started that have ended."""
    return sum(os.times()[:4])


def _memory(process: str, entry: str) -> float:
    """VmRSS, the memory of a process in MB, or VmHWM, the largest so far. Raises OSError when it has ended."""
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(entry):
            return int(line.split()[1]) / 1000
    return 0.0


class _Family(threading.Thread):
    """Watches the memory of this process together with that of the programs it starts."""

    def __init__(self, before: float) -> None:
        super().__init__(daemon=True)
        self._before = before
        self._ended = threading.Event()
        self.megabytes = 0.0

    def run(self) -> None:
        task = pathlib.Path(f"/proc/self/task/{os.getpid()}/children")
        ours = pathlib.Path("/proc/self/cmdline").read_bytes()
        while not self._ended.wait(SAMPLE_SECONDS):
            programs = 0.0
            for child in task.read_text().split():
                with contextlib.suppress(OSError):  # it has ended meanwhile
                    if pathlib.Path(f"/proc/{child}/cmdline").read_bytes() != ours:  # else it has our memory still
                        programs += _memory(child, "VmHWM")
            self.megabytes = max(self.megabytes, _memory("self", "VmRSS") - self._before + programs)

    def stop(self) -> None:
        self._ended.set()
        self.join()


def print_table(rows: Iterable[tuple[str, int, float, float, str]]) -> None:
    """Rows of what was tried: name, number of cases, most seconds of one, most megabytes, and a remark."""
    print(f"  {'':42} {'cases':>7} {'most s':>7} {'most MB':>8}")
    for name, cases, seconds, megabytes, remark in rows:
        print(f"  {name:42} {cases:7,} {seconds:7.2f} {megabytes:8.0f}  {remark}", flush=True)
