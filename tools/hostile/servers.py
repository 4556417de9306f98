"""A server of Omniglot's archives on this machine, and what can go wrong with its answers."""

from __future__ import annotations

import contextlib
import functools
import gzip
import hashlib
import http.server
import pathlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator

from siamese.data import downloads
from tests.hostile.archives import ZIP, bomb, zipped

SILENCE_SECONDS, MAX_SECONDS = 0.5, 3.0
"""In place of 30 s and half an hour."""


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
def serving(source: pathlib.Path) -> Iterator[http.server.ThreadingHTTPServer]:
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
