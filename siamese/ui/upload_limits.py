"""Limits for uploads, which Streamlit holds in memory: one network at a time, and a maximum for all files together."""

from __future__ import annotations

import logging
import threading
import time

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime

MAX_TURN_SECONDS = 300
"""How long a visitor may take for an upload before somebody else can begin; 200 MB at 6 Mbit/s."""
MAX_HELD_BYTES = 600_000_000
"""Of all uploads that the server holds: a network of 200 MB, and pictures of 15 MB from a class."""
PATH = "/_stcore/upload_file/"
NO_ROOM, NO_LENGTH = 503, 411  # status codes

_log = logging.getLogger(__name__)


class Turn:
    """The right to upload, which one visitor has at a time."""

    def __init__(self) -> None:
        self._visitor, self._end = "", 0.0  # time.monotonic
        self._lock = threading.Lock()

    def take(self, visitor: str) -> bool:
        """Take it, or have it for longer, unless somebody else has it; whether it is this visitor's now."""
        with self._lock:
            if self._visitor not in ("", visitor) and time.monotonic() < self._end:
                return False
            self._visitor, self._end = visitor, time.monotonic() + MAX_TURN_SECONDS
            return True

    def held_by(self, visitor: str) -> bool:
        """Whether this visitor has it; also after the time, until somebody else takes it."""
        return self._visitor == visitor

    def free(self) -> bool:
        """Whether anyone can take it."""
        return not self._visitor or time.monotonic() >= self._end

    def end(self, visitor: str) -> None:
        """Give it up, if this visitor has it."""
        with self._lock:
            if self._visitor == visitor:
                self._visitor = ""


class UploadMemory:
    """Middleware that refuses a file when the server would hold too many bytes of uploads."""

    def __init__(self, app: ASGIApp):
        self._app, self._arriving_bytes = app, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT" or PATH not in scope["path"]:
            await self._app(scope, receive, send)
            return
        size = dict(scope["headers"]).get(b"content-length", b"")
        if not size.isdigit():
            await PlainTextResponse("An upload has to give its length.\n", NO_LENGTH)(scope, receive, send)
            return
        if held_bytes() + self._arriving_bytes + int(size) > MAX_HELD_BYTES:
            _log.warning("An upload of %d bytes was refused: the server holds too many at the moment.", int(size))
            message = "The server is busy with other uploads: try again in a few minutes.\n"
            await PlainTextResponse(message, NO_ROOM)(scope, receive, send)
            return
        self._arriving_bytes += int(size)
        try:
            await self._app(scope, receive, send)
        finally:
            self._arriving_bytes -= int(size)


def held_bytes() -> int:
    """Bytes of the uploads that the server holds."""
    statistics = runtime.get_instance().uploaded_file_mgr.get_stats()
    return sum(stat.byte_length for family in statistics.values() for stat in family)
