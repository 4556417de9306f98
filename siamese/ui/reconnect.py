"""A browser that connects again, to this server or to another replica, gets a complete page.

A browser whose connection has ended goes on with its page: what the visitor does next may ask for a fragment only. A
server that does not know this session has no such fragment and would ignore the request, so that a stroke on the
canvas has no answer. The first run of a connection is therefore always one of the complete page, with the values of all
widgets that the browser sends along.
"""

from __future__ import annotations

import contextlib

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg


class CompleteFirstRun:
    """Middleware that turns the first request of each WebSocket connection into one for the complete page."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        begun = False

        async def receive_complete() -> Message:
            nonlocal begun
            message = await receive()
            if begun or not message.get("bytes"):
                return message
            request = BackMsg()
            with contextlib.suppress(DecodeError):  # Streamlit refuses what it cannot read
                request.ParseFromString(message["bytes"])
            begun = request.WhichOneof("type") == "rerun_script"
            return {**message, "bytes": complete(request)} if begun else message

        await self._app(scope, receive_complete, send)


def complete(request: BackMsg) -> bytes:
    """A browser's request to run a page, for all of it."""
    request.rerun_script.fragment_id = ""
    request.rerun_script.is_auto_rerun = False
    return request.SerializeToString()
