"""The style sheet of all pages inside the document itself, so that the first paint already has it.

Streamlit loads what shows a page's own sheet after it has painted the page: everything moved when the sheet arrived,
most of all on phones. It comes after the sheets that Streamlit adds to the head, and before those of the page: rules of
equal weight win or lose against them as they would on the page.
"""

from __future__ import annotations

import pathlib

from starlette.types import ASGIApp, Message, Receive, Scope, Send

SHEET = pathlib.Path(__file__).with_name("style.css")
_ROOT = b'<div id="root">'
"""Where Streamlit puts the page."""
_NOT_PASSED_ON = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
"""Headers of a request whose answer would be compressed, in part, or not there."""
_OF_ANOTHER_CONTENT = (b"content-length", b"etag", b"last-modified", b"accept-ranges")
"""Headers of an answer that are not true of the changed document."""


class EarlyStyle:
    """Middleware that puts the sheet into every HTML document that a browser opens."""

    def __init__(self, app: ASGIApp):
        self._app = app
        self._sheet = b"<style>" + SHEET.read_bytes() + b"</style>"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not _asks_for_html(scope):
            await self._app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name not in _NOT_PASSED_ON]
        start: Message = {}
        body = b""

        async def hold(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_html(message):
                start = message
                return
            if not start:  # a file to download, which may be large
                await send(message)
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                await send(self._headed(start, body))
                await send({"type": "http.response.body", "body": self._styled(body)})

        await self._app({**scope, "headers": headers}, receive, hold)

    def _styled(self, body: bytes) -> bytes:
        before, root, after = body.partition(_ROOT)
        return before + self._sheet + root + after if root else body

    def _headed(self, start: Message, body: bytes) -> Message:
        styled = self._styled(body)
        kept = [(name, value) for name, value in start["headers"] if name.lower() not in _OF_ANOTHER_CONTENT]
        return {**start, "headers": [*kept, (b"content-length", str(len(styled)).encode())]}


def _asks_for_html(scope: Scope) -> bool:
    """Whether a browser opens a document; pictures, scripts and uploads are passed on as they are."""
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def _is_html(start: Message) -> bool:
    return any(name.lower() == b"content-type" and b"text/html" in value for name, value in start["headers"])
