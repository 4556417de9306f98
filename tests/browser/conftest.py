"""Fixtures: the app, a browser, and pages that must not have errors on their console."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.browser.server import FLAGS, LOADING_TIMEOUT_SECONDS, chromium, serve


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app, with an empty home."""
    with serve(tmp_path_factory.mktemp("app")) as address:
        yield address


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
    """A function that opens a path of the app in a new browser context.

    At the end, no page may have an error on its console.
    """
    errors: list[str] = []
    contexts = []

    def open_path(path: str, width: int = 1280, height: int = 900, **context_options):
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, **context_options))
        page = contexts[-1].new_page()
        page.set_default_timeout(45_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: errors.append(message.text) if message.type == "error" and not _expected(message) else None,
        )
        page.goto(f"{app}/{path}")
        page.locator("h1").wait_for(state="attached")  # it is not shown on a phone held sideways
        return page

    yield open_path
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def open_ready(open_page):
    """The same, once the network is ready."""

    def open_path(path: str, **options):
        page = open_page(path, **options)
        page.locator(".badge.seen, .badge.unseen").first.wait_for(timeout=LOADING_TIMEOUT_SECONDS * 1000)
        return page

    return open_path


def _expected(message) -> bool:
    """Streamlit requests its own end points below a page's path first, which are at the root; and it looks for the
    file of a download button that went with its page, when the class is brought elsewhere at once."""
    url, gone = message.location.get("url", ""), "Download Button source error"
    return "404" in message.text and ("/_stcore/" in url or "/media/" in url or gone in message.text)
