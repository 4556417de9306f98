"""The real app on a free loopback port, and Chromium to open it: for the browser tests and for screenshots.py."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_TIMEOUT_SECONDS = 180  # of the server, on a busy machine whose Python has compiled nothing yet
LOADING_TIMEOUT_SECONDS = 180  # of the network, on a machine that trains meanwhile


def chromium() -> str | None:
    """The system's Chromium or Chrome."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextlib.contextmanager
def serve(folder: pathlib.Path, address: str = "127.0.0.1", **variables: str) -> Iterator[str]:
    """Local address of the app, started with `folder` as its home and without Omniglot; it ends with the context.

    address: the one that the app is served at; variables: added to its environment.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log, local = folder / "server.log", f"http://127.0.0.1:{port}"
    environment = {k: v for k, v in os.environ.items() if k != "OMNIGLOT_DIR"} | {"SIAMESE_HOME": str(folder / "home")}
    options = ["--server.headless=true", f"--server.address={address}", f"--server.port={port}"]
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", *options],
            cwd=ROOT,
            env=environment | variables,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_healthy(server, local, log)
        yield local
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_until_healthy(server: subprocess.Popen, address: str, log: pathlib.Path) -> None:
    end = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"The app did not start within {START_TIMEOUT_SECONDS} s:\n{log.read_text()}")


def draw(page, stroke: list[tuple[float, float]]) -> None:
    """One stroke with the mouse, as (x, y) on the canvas."""
    paper = page.locator("canvas.upper-canvas")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    page.mouse.move(box["x"] + stroke[0][0], box["y"] + stroke[0][1])
    page.mouse.down()
    for x, y in stroke[1:]:
        page.mouse.move(box["x"] + x, box["y"] + y, steps=3)
    page.mouse.up()
