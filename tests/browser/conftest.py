"""The real app on a free loopback port, and Chromium to look at it."""

from __future__ import annotations

import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
).split()
STARTS = 60  # s, for a busy machine


def chromium() -> str | None:
    """The system's Chromium or Chrome."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app, started with an empty home and without Omniglot."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("app") / "server.log"
    environment = {k: v for k, v in os.environ.items() if k != "OMNIGLOT_DIR"} | {"SIAMESE_HOME": str(tmp_path_factory.mktemp("home"))}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true", "--server.address", "127.0.0.1", "--server.port", str(port)]
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(server, address, log)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_until_healthy(server: subprocess.Popen, address: str, log: pathlib.Path) -> None:
    end = time.monotonic() + STARTS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"The app did not start within {STARTS} s:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser():
    """Chromium; without one the tests are skipped, in CI they fail."""
    path = chromium()
    if path is None:
        reason = "No chromium, chromium-browser or google-chrome on PATH."
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    playwright_api = pytest.importorskip("playwright.sync_api")
    with playwright_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser, app):
    """A function that opens a path of the app in a new browser context; afterwards no page may have had an error on its console."""
    errors: list[str] = []
    contexts = []

    def open_path(path: str, width: int = 1280, height: int = 900, **context_options):
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, **context_options))
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" and not _expected(message) else None)
        page.goto(f"{app}/{path}")
        page.locator("h1").wait_for()
        return page

    yield open_path
    for context in contexts:
        context.close()
    assert errors == []


def _expected(message) -> bool:
    """Streamlit looks for its own end points below a page's path first, and finds them at the root."""
    return "/_stcore/" in message.location.get("url", "") and "404" in message.text
