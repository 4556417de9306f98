"""The app on a port of its own, and what its process holds in memory.

Run as a script, this module is `streamlit` with two signals: SIGUSR1 writes the counts of `Memory` to the file named in
the first argument, SIGUSR2 does so after a collection of all garbage.
"""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import gc
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_SECONDS = 120
REPORT_SECONDS = 60
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
USER_TIME, SYSTEM_TIME = 11, 12
"""Fields of /proc/PID/stat after the name of the program."""


@dataclasses.dataclass(frozen=True)
class Memory:
    """What a process holds.

    resident: MB of the process; 450 of them are pages of TensorFlow's library, which the system can drop. private: MB
    without such pages. heap: MB in use of C's malloc. blocks: allocated by Python's own allocator. objects: those that
    its garbage collector tracks or was told to ignore.
    """

    resident: int
    private: int
    heap: float
    blocks: int
    objects: int


@dataclasses.dataclass
class Server:
    """A running app."""

    address: str
    process: subprocess.Popen
    report: pathlib.Path
    log: pathlib.Path

    def memory(self, collect: bool = False) -> Memory:
        """What the process holds now, or what is left after a collection of all garbage."""
        self.report.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR2 if collect else signal.SIGUSR1)
        end = time.monotonic() + REPORT_SECONDS
        while not self.report.is_file() and time.monotonic() < end:
            time.sleep(0.05)
        return Memory(**json.loads(self.report.read_text()))

    @property
    def cpu_seconds(self) -> float:
        """CPU time of the process so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[USER_TIME]) + int(fields[SYSTEM_TIME])) / TICKS_PER_SECOND


@contextlib.contextmanager
def serve(folder: pathlib.Path, checkout: pathlib.Path = ROOT, port: int = 0) -> Iterator[Server]:
    """The app of a checkout, with a home in `folder`. It is healthy when this returns and ends with the context."""
    server = start(folder, checkout, port)
    try:
        wait_until_healthy(server)
        yield server
    finally:
        server.process.terminate()
        server.process.wait(timeout=30)


def start(folder: pathlib.Path, checkout: pathlib.Path = ROOT, port: int = 0, **variables: str) -> Server:
    """Start the app with a home in `folder`, with these variables in its environment, and return at once."""
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of a server before it may be closing
        free.bind(("127.0.0.1", port))
        port = free.getsockname()[1]
    report, log = folder / "memory.json", folder / "server.log"
    options = ["--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"]
    home = {"SIAMESE_HOME": str(folder / "home"), "TF_CPP_MIN_LOG_LEVEL": "3"}
    with log.open("a") as output:
        process = subprocess.Popen(
            [sys.executable, __file__, report, "run", "app.py", *options],
            cwd=checkout,
            env=os.environ | home | variables,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Server(f"http://127.0.0.1:{port}", process, report, log)


def wait_until_healthy(server: Server) -> None:
    """Wait until the app answers its health check. Raises RuntimeError with its output when it does not start."""
    end = time.monotonic() + START_SECONDS
    while not healthy(server.address):
        if time.monotonic() > end or server.process.poll() is not None:
            raise RuntimeError(f"The app did not start:\n{server.log.read_text()}")
        time.sleep(0.05)


def healthy(address: str) -> bool:
    """Whether the server answers its health check with 200 within five seconds."""
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def _measure() -> Memory:
    status = pathlib.Path("/proc/self/status").read_text()
    resident, private = (int(status.split(f"{name}:")[1].split()[0]) // 1000 for name in ("VmRSS", "RssAnon"))
    objects = len(gc.get_objects()) + gc.get_freeze_count()
    return Memory(resident, private, round(_heap_bytes() / 1e6, 1), sys.getallocatedblocks(), objects)


def _heap_bytes() -> int:
    """Bytes that glibc's malloc has handed out: `uordblks` and `hblkhd` of mallinfo2."""
    fields = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")
    info = type("mallinfo2", (ctypes.Structure,), {"_fields_": [(name, ctypes.c_size_t) for name in fields]})
    mallinfo2 = ctypes.CDLL(None).mallinfo2
    mallinfo2.restype = info
    counts = mallinfo2()
    return counts.uordblks + counts.hblkhd


def _write_on_signal(number: int, report: pathlib.Path) -> None:
    if number == signal.SIGUSR2:
        gc.collect()
    draft = report.with_suffix(".draft")
    draft.write_text(json.dumps(dataclasses.asdict(_measure())))
    draft.replace(report)


def _main() -> None:
    report = pathlib.Path(sys.argv.pop(1))
    for number in (signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(number, lambda number, _: _write_on_signal(number, report))
    sys.path[0] = os.getcwd()  # as `python -m streamlit` has it
    sys.argv[0] = "streamlit"
    from streamlit.web.cli import main

    main()


if __name__ == "__main__":
    _main()
