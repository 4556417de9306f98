"""Replicas of the app behind nginx with the configuration of deploy/nginx, and the class store on PostgreSQL.

Each replica has a home folder of its own, so they share nothing but the database. Needs Debian's packages nginx-light
and postgresql.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator

from siamese.classroom import database
from tests import postgresql
from tools.classroom.server import ROOT, Server, healthy, start, wait_until_healthy

CONFIGURATION = ROOT / "deploy" / "nginx"
NGINX_START_SECONDS = 30
STOP_SECONDS = 60
"""Time for a replica to end after SIGTERM."""
NAMES = "127.0.0.1 localhost"


class NotInstalled(RuntimeError):
    """nginx or PostgreSQL is missing; the text says how to get it."""


@dataclasses.dataclass
class Replicas:
    """Replicas that are running. address: nginx's."""

    address: str
    servers: list[Server]
    _folder: pathlib.Path

    def kill(self, number: int) -> None:
        """Kill a replica, as if its machine had failed."""
        self.servers[number].process.send_signal(signal.SIGKILL)
        self.servers[number].process.wait()

    def restart(self, number: int) -> None:
        """End a replica in order, if it is running, and start it again at its address; it is healthy afterwards."""
        server = self.servers[number]
        server.process.terminate()
        server.process.wait(timeout=STOP_SECONDS)
        self.servers[number] = _start(self._folder, number, int(server.address.rsplit(":", 1)[1]))
        wait_until_healthy(self.servers[number])


def path_with_nginx() -> str:
    """The PATH on which nginx is. Raises NotInstalled."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"  # where Debian has it
    if shutil.which("nginx", path=path) is None:
        raise NotInstalled("nginx is not installed: apt-get install nginx-light.")
    return path


@contextlib.contextmanager
def serve_replicas(folder: pathlib.Path, count: int) -> Iterator[Replicas]:
    """nginx, PostgreSQL and `count` replicas, healthy when this returns; they end with the context.

    DATABASE_URL is that of the class store meanwhile. Raises NotInstalled.
    """
    path, bin_folder = path_with_nginx(), postgresql.programs()
    if bin_folder is None:
        raise NotInstalled("PostgreSQL is not installed: apt-get install postgresql.")
    with contextlib.ExitStack() as stack:
        os.environ[database.VARIABLE] = stack.enter_context(postgresql.serve(bin_folder))
        stack.callback(os.environ.pop, database.VARIABLE)
        servers: list[Server] = []
        stack.callback(_end, servers)
        for number in range(count):
            servers.append(_start(folder, number))
        for server in servers:
            wait_until_healthy(server)
        yield Replicas(stack.enter_context(_serve_nginx(path, folder, servers)), servers, folder)


def _start(folder: pathlib.Path, number: int, port: int = 0) -> Server:
    own = folder / f"replica {number + 1}"
    own.mkdir(exist_ok=True)
    return start(own, port=port, STREAMLIT_SERVER_COOKIE_SECRET="shared by the replicas")


def _end(servers: list[Server]) -> None:
    for server in servers:
        server.process.terminate()
    for server in servers:
        server.process.wait(timeout=STOP_SECONDS)


@contextlib.contextmanager
def _serve_nginx(path: str, folder: pathlib.Path, servers: list[Server]) -> Iterator[str]:
    """The address of nginx in front of these servers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log, addresses = folder / "nginx.log", [server.address.removeprefix("http://") for server in servers]
    with log.open("w") as output:
        process = subprocess.Popen(
            ["sh", CONFIGURATION / "start.sh", folder / "nginx", f"127.0.0.1:{port}", NAMES, *addresses],
            env=os.environ | {"PATH": path},
            stdout=output,
            stderr=output,
        )
    try:
        address, end = f"http://127.0.0.1:{port}", time.monotonic() + NGINX_START_SECONDS
        while not healthy(address):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"nginx did not start:\n{log.read_text()}")
            time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=STOP_SECONDS)
