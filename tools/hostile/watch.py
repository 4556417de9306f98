"""A page in Chromium on which no script of a payload may run, and from which no request may leave the app's server."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

PAGE_SECONDS = 30
SETTLE_MILLISECONDS = 700
"""For what a page draws after its title."""
FOREIGN = """() => [...document.querySelectorAll("[src], [href], [action], [data]")].filter(element =>
    ["src", "href", "action", "data"].some(name => /evil|^javascript:/.test(element.getAttribute(name) || ""))
).length"""
"""Number of elements that lead to another server or run a script when they are clicked."""


class Watch:
    """Notes scripts that run, dialogs, exceptions that a page shows, and requests to other servers."""

    def __init__(self, page: Page, address: str):
        self.faults: list[str] = []
        self.page, self._address = page, address
        page.set_default_timeout(PAGE_SECONDS * 1000)
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", self._request)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self._address, "data:", "blob:", self._address.replace("http", "ws"))):
            self.faults.append(f"request to {request.url}")

    def open(self, path: str) -> None:
        """A page of the app, until it is drawn."""
        self.page.goto(f"{self._address}/{path}")
        self.page.locator("h1").first.wait_for()
        self.settle(path)

    def settle(self, where: str) -> None:
        """Wait for what is drawn, then look."""
        self.page.wait_for_timeout(SETTLE_MILLISECONDS)
        self.look(where)

    def look(self, where: str) -> None:
        """Note what has run, elements that lead elsewhere, and exceptions."""
        if self.page.evaluate("() => window.ran"):
            self.faults.append(f"{where}: a script ran")
        if count := self.page.evaluate(FOREIGN):
            self.faults.append(f"{where}: {count} elements lead elsewhere")
        if self.page.locator("[data-testid=stException]").count():
            self.faults.append(f"{where}: the page shows an exception")

    def press(self, label: str) -> None:
        """Press a button once it can be pressed, and look at what it shows."""
        button = self.page.get_by_role("button", name=label, exact=True)
        button.and_(self.page.locator(":enabled")).first.click()
        self.settle(f"button {label}")

    def press_if_there(self, label: str) -> None:
        """The same for a button that not every page has."""
        if self.page.get_by_role("button", name=label, exact=True).count():
            self.press(label)
