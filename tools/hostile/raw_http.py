"""HTTP requests that no client library has normalised."""

from __future__ import annotations

import dataclasses
import socket

ANSWER_SECONDS = 10


@dataclasses.dataclass(frozen=True)
class Answer:
    """status: 0 when the server closed the connection without one."""

    status: int
    headers: str
    body: bytes


def ask(port: int, request: bytes) -> Answer:
    """The server's answer to these bytes, which no client has normalised."""
    content = b""
    with socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS) as connection:
        connection.sendall(request)
        try:
            while piece := connection.recv(65_536):
                content += piece
                if content.startswith(b"HTTP/1.1 101"):
                    break
        except (TimeoutError, ConnectionError):
            pass
    head, _, body = content.partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    return Answer(status, head.decode("latin-1").lower(), body)


def get(port: int, path: str, host: str = "", **headers: str) -> Answer:
    """A GET of a path as it is."""
    return ask(port, request("GET", path, host or f"127.0.0.1:{port}", headers))


def request(method: str, path: str, host: str, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
