"""R10: faults of servers and disks, kills, starters at once: verified data, or an unchanged cache and one sentence."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.server
import os
import pathlib
import random
import resource
import shutil
import signal
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Iterator

from siamese import paths
from siamese.data import archives, downloads, omniglot
from siamese.errors import UserError
from tests.hostile.archives import SETS, ZIP, bomb, make_source, zipped
from tools.hostile.measure import Outcome, isolated, print_table

KILLS, STARTERS = 100, 16
SILENCE_SECONDS, MAX_SECONDS = 0.5, 3.0
"""In place of 30 s and half an hour."""
MAX_MEGABYTES = 300
DRAWINGS = 20 * sum(SETS.values())


class _Handler(http.server.BaseHTTPRequestHandler):
    """Serves the files of `server.files`, with a fault for one of them."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        name = self.path.strip("/")
        self.server.requests.append(name)
        fault = self.server.fault if name == ZIP else None
        with contextlib.suppress(OSError):
            (fault or _send)(self, self.server.files.get(name, b""))
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


Fault = Callable[[_Handler, bytes], None]


def _send(handler: _Handler, content: bytes, length: int | str | None = None, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(content) if length is None else length))
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(content)


def _redirect(handler: _Handler, _: bytes, to: str = "") -> None:
    handler.send_response(302)
    handler.send_header("Location", to or handler.path)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def _reset(handler: _Handler, content: bytes, after: int = 0) -> None:
    if after:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[:after])
        handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def _stall(handler: _Handler, content: bytes, after: int = -1) -> None:
    if after >= 0:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[:after])
        handler.wfile.flush()
    time.sleep(4 * SILENCE_SECONDS)


def _drip(handler: _Handler, content: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    for i in range(0, len(content), 100):
        handler.wfile.write(content[i : i + 100])
        handler.wfile.flush()
        time.sleep(SILENCE_SECONDS / 2)


def _endless(handler: _Handler, _: bytes, coded: bool = False) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding" if coded else "Connection", "chunked" if coded else "close")
    handler.end_headers()
    while True:
        handler.wfile.write(b"10000\r\n" + bytes(65_536) + b"\r\n" if coded else bytes(65_536))


def _compressed_bomb(handler: _Handler, _: bytes) -> None:
    import gzip

    content = gzip.compress(bytes(300_000_000), 1)
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def _raw(handler: _Handler, _: bytes, answer: bytes) -> None:
    handler.wfile.write(answer)


def _other(make: Callable[[], bytes]) -> Fault:
    return lambda handler, _: _send(handler, make())


FAULTS: dict[str, Fault] = {
    "404": functools.partial(_send, status=404),
    "403": functools.partial(_send, status=403),
    "500": functools.partial(_send, status=500),
    "endless redirects": _redirect,
    "redirect to a file": functools.partial(_redirect, to="file:///etc/passwd"),
    "redirect to nowhere": functools.partial(_redirect, to="http://127.0.0.1:1/"),
    "page to log in": _other(lambda: b"<html>log in first</html>"),
    "nothing": _other(lambda: b""),
    "wrong bytes": lambda handler, content: _send(handler, bytes(len(content))),
    "one bit wrong": lambda handler, content: _send(handler, content[:-1] + bytes([content[-1] ^ 1])),
    "truncated": lambda handler, content: _send(handler, content[: len(content) // 2], len(content)),
    "one byte more": lambda handler, content: _send(handler, content + b"\0"),
    "length too small": lambda handler, content: _send(handler, content, len(content) // 2),
    "length negative": lambda handler, content: _send(handler, content, -5),
    "length is text": lambda handler, content: _send(handler, content, "many"),
    "reset at once": _reset,
    "reset half-way": functools.partial(_reset, after=2000),
    "stall before the answer": _stall,
    "stall at the first byte": functools.partial(_stall, after=0),
    "stall half-way": functools.partial(_stall, after=2000),
    "100 bytes now and then": _drip,
    "endless": _endless,
    "endless in chunks": functools.partial(_endless, coded=True),
    "damaged chunks": functools.partial(
        _raw, answer=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nnot a length\r\n"
    ),
    "300 MB behind gzip": _compressed_bomb,
    "no HTTP": functools.partial(_raw, answer=b"SSH-2.0-OpenSSH_9.2\r\n"),
    "endless header": functools.partial(_raw, answer=b"HTTP/1.1 200 OK\r\nX: " + b"a" * 1_000_000),
    "archive with a path above": _other(lambda: zipped({"../../../escaped": b"x"})),
    "archive that is a bomb": _other(lambda: bomb(8, 100_000_000)),
}


@contextlib.contextmanager
def _serving(source: pathlib.Path) -> Iterator[http.server.ThreadingHTTPServer]:
    """The archives of a folder on this machine; `downloads.ARCHIVES` names them meanwhile."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.files = {file.name: file.read_bytes() for file in source.glob("*.zip")}
    server.fault, server.requests = None, []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    downloads.ARCHIVES = {
        name: (len(content), hashlib.sha256(content).hexdigest(), f"{address}/{name}")
        for name, content in server.files.items()
    }
    yield server
    server.shutdown()


def run(short: bool) -> bool:
    """Print the figure; whether it is reached."""
    archives.SETS = SETS
    downloads.SILENCE_SECONDS, downloads.MAX_SECONDS, downloads.RETRIES = SILENCE_SECONDS, MAX_SECONDS, 0
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        folder = pathlib.Path(name)
        with _serving(make_source(folder / "source")) as server:
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
    """A limit on the size of files stands for a full disk; or the home, or a folder in it, is a file."""
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
