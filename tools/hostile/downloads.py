"""R10: faults of servers and disks, kills, starters at once: verified data, or an unchanged cache and one sentence."""

from __future__ import annotations

import contextlib
import http.server
import os
import pathlib
import random
import resource
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable

from siamese import paths
from siamese.data import archives, downloads, omniglot
from siamese.errors import UserError
from tests.hostile.archives import SETS, make_source
from tools.hostile.measure import Outcome, isolated, print_table
from tools.hostile.servers import FAULTS, MAX_SECONDS, SILENCE_SECONDS, serving

KILLS, STARTERS = 100, 16
MAX_MEGABYTES = 300
DRAWINGS = 20 * sum(SETS.values())


def run(short: bool) -> bool:
    """Print the figure; whether the goal is reached."""
    archives.SETS = SETS
    downloads.SILENCE_SECONDS, downloads.MAX_SECONDS, downloads.RETRIES = SILENCE_SECONDS, MAX_SECONDS, 0
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        folder = pathlib.Path(name)
        with serving(make_source(folder / "source")) as server:
            rows, faults = [], []
            for row, wrong in (
                _server_faults(folder, server),
                _disk_faults(folder),
                _kills(folder, KILLS // (20 if short else 1)),
                _starters(folder, server),
            ):
                rows.append(row)
                faults += wrong
    print_table(rows)
    print(f"  faults: {len(faults)}", *faults, sep="\n    ")
    return not faults


Row = tuple[str, int, float, float, str]


def _home(folder: pathlib.Path, filled: bool = False) -> pathlib.Path:
    """A new home, with a complete data set or empty."""
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    os.environ["SIAMESE_HOME"] = str(home)
    if filled:
        omniglot.import_folder(folder / "source")
    return home


def _attempt(prepare: Callable[[], None] = lambda: None) -> Outcome:
    """A download in another process: "ready", or the sentence of its error."""

    def attempt() -> str:
        prepare()
        try:
            omniglot.download()
        except UserError as error:
            return str(error)
        return "ready"

    return isolated(attempt, 60)


def _check(name: str, outcome: Outcome, before: dict[str, bytes]) -> list[str]:
    """What is wrong after an attempt: neither verified data, nor a sentence and the same cache as before."""
    if outcome.value == "ready":  # the right bytes in spite of the fault
        return [] if len(omniglot.load()) == DRAWINGS else [f"{name}: wrong data"]
    if outcome.error or not outcome.value.endswith("."):
        return [f"{name}: {outcome.value} {outcome.error} {outcome.text}"]
    if outcome.megabytes > MAX_MEGABYTES:
        return [f"{name}: {outcome.megabytes:.0f} MB"]
    return [] if _packed() == before else [f"{name}: the cache has changed"]


def _packed() -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in paths.data().glob("*.npz")}


def _server_faults(folder: pathlib.Path, server: http.server.ThreadingHTTPServer) -> tuple[Row, list[str]]:
    faults, outcomes = [], []
    for name, fault in FAULTS.items():
        for filled in (False, True):
            home, server.fault = _home(folder, filled), fault
            before = _packed()
            outcomes.append(_attempt())
            faults += _check(f"{name}{', with a cache' if filled else ''}", outcomes[-1], before)
            if any("incomplete" in file.name for file in home.rglob("*")):
                faults.append(f"{name}: remains in the cache")
            server.fault = None
            if _attempt().value != "ready":
                faults.append(f"{name}: no download succeeds afterwards")
    return _row("server faults, without and with a cache", outcomes), faults


def _row(title: str, outcomes: list[Outcome], remark: str = "") -> Row:
    return title, len(outcomes), max(o.seconds for o in outcomes), max(o.megabytes for o in outcomes), remark


def _limit_files(size: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _disk_faults(folder: pathlib.Path) -> tuple[Row, list[str]]:
    """A limit on the size of files instead of a full disk; or the home folder, or a folder in it, is a file."""
    faults, outcomes = [], []
    largest = max(len(content) for content in _packed().values())
    for size in (0, 1, 1000, 5000, largest - 1):
        _home(folder, filled=True)
        before = _packed()
        outcomes.append(_attempt(lambda size=size: _limit_files(size)))
        faults += _check(f"files of at most {size} bytes", outcomes[-1], before)
    for name in ("home", "home/data", "home/data/omniglot-archives"):
        shutil.rmtree(folder / "home", ignore_errors=True)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
        outcomes.append(_attempt())
        faults += _check(f"{name} is a file", outcomes[-1], {})
        (folder / name).unlink()
    return _row("full and impossible disks", outcomes), faults


def _kills(folder: pathlib.Path, count: int) -> tuple[Row, list[str]]:
    """Downloads killed at any moment: afterwards the cache is complete or absent, and the next download succeeds."""
    faults, complete, start = [], 0, time.monotonic()
    rng = random.Random(0)
    usual = _timed_download(folder)
    for i in range(count):
        home = _home(folder)
        process = os.fork()
        if not process:
            with contextlib.suppress(BaseException):
                omniglot.download()
            os._exit(0)
        time.sleep(rng.uniform(0, 1.1 * usual))
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        if omniglot.packed_file().exists():
            complete += 1
            if len(omniglot.load()) != DRAWINGS:
                faults.append(f"kill {i}: the cache is wrong")
        if i % 10 == 9:
            if _attempt().value != "ready" or len(omniglot.load()) != DRAWINGS:
                faults.append(f"kill {i}: no download succeeds afterwards")
            if stray := [f.name for f in home.rglob("*") if "incomplete" in f.name or f.name.startswith("tmp")]:
                faults.append(f"kill {i}: remains {stray}")
    seconds = (time.monotonic() - start) / count
    return ("kills at any moment", count, seconds, 0.0, f"{complete} after the cache was complete"), faults


def _timed_download(folder: pathlib.Path) -> float:
    _home(folder)
    return _attempt().seconds


def _starters(folder: pathlib.Path, server: http.server.ThreadingHTTPServer) -> tuple[Row, list[str]]:
    """Processes that download at the same time: all end with the data, and each archive is fetched once."""
    _home(folder)
    server.requests.clear()
    outcomes: list[Outcome] = []
    threads = [threading.Thread(target=lambda: outcomes.append(_attempt())) for _ in range(STARTERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    faults = [f"starter: {outcome.value} {outcome.text}" for outcome in outcomes if outcome.value != "ready"]
    if sorted(server.requests) != sorted(server.files):
        faults.append(f"starters fetched {len(server.requests)} files instead of {len(server.files)}")
    return _row("starters at once", outcomes, f"{len(server.requests)} files fetched"), faults
