"""What nginx lets through and what it refuses, in front of the app at an address."""

from __future__ import annotations

import contextlib
import http.client
import socket
from urllib.parse import urlsplit

CONNECTIONS = 60
"""From one address at the same moment; a school sits behind one."""
TOO_LARGE_BYTES = 220_000_000
"""Of an upload; the app takes 200 MB."""
FOREIGN_HOST = "evil.example"
TIMEOUT_SECONDS = 10


def check(address: str) -> dict[str, int]:
    """Status codes of requests, by what they try, and how many of CONNECTIONS open connections are answered."""
    own = urlsplit(address).netloc
    return {
        "the start page": status(address, "/", own),
        "another host": status(address, "/", FOREIGN_HOST),
        "a session for another host": status(address, "/_stcore/stream", FOREIGN_HOST),
        "metrics": status(address, "/_stcore/metrics", own),
        "metrics below a page": status(address, "/recognise/_stcore/metrics/", own),
        "an upload of 220 MB": status(address, "/_stcore/upload_file/a/b", own, TOO_LARGE_BYTES),
        "connections answered": connections_answered(address),
    }


def status(address: str, path: str, host: str, size: int = 0) -> int:
    """Status code of a request with this Host; of an upload that says it has this many bytes, where size is given."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=TIMEOUT_SECONDS)
    with contextlib.closing(connection):
        headers = {"Host": host} | ({"Content-Length": str(size)} if size else {})
        connection.request("PUT" if size else "GET", path, headers=headers)
        return connection.getresponse().status


def connections_answered(address: str) -> int:
    """How many of CONNECTIONS get the server's health, all of them open at the same time."""
    parts = urlsplit(address)
    request = f"GET /_stcore/health HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
    with contextlib.ExitStack() as stack:
        opened = [
            stack.enter_context(socket.create_connection((parts.hostname, parts.port or 80), TIMEOUT_SECONDS))
            for _ in range(CONNECTIONS)
        ]
        for connection in opened:
            connection.sendall(request)
        return sum(connection.recv(64).startswith(b"HTTP/1.1 200") for connection in opened)
