"""A browser that connects again, to this server or to another replica, gets a complete page.

A browser whose connection has ended goes on with its page: what the visitor does next may ask for a fragment only. A
server that does not know this session has no such fragment and would ignore the request, so that a stroke on the
canvas has no answer. The first run of a connection is therefore always one of the complete page, with the values of all
widgets that the browser sends along; so is what the visitor does before that run has ended.
"""

from __future__ import annotations

import contextlib

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

INTERRUPTED = ForwardMsg.FINISHED_EARLY_FOR_RERUN


class CompleteFirstRun:
    """Middleware that turns requests for fragments into ones for the page, until the page has been run once."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        connection = _Connection()

        async def receive_complete() -> Message:
            return connection.received(await receive())

        async def watch(message: Message) -> None:
            connection.sent(message)
            await send(message)

        await self._app(scope, receive_complete, watch)


class _Connection:
    """What has happened on a WebSocket connection: whether a run was asked for, and whether one has ended."""

    def __init__(self) -> None:
        self._begun = self._ended = False

    def received(self, message: Message) -> Message:
        """The browser's message, as the app is to get it."""
        if self._ended or not message.get("bytes"):
            return message
        request = BackMsg()
        with contextlib.suppress(DecodeError):  # Streamlit refuses what it cannot read
            request.ParseFromString(message["bytes"])
        if request.WhichOneof("type") != "rerun_script":
            return message
        first, self._begun = not self._begun, True
        if request.rerun_script.is_auto_rerun and not first:
            return message  # a fragment that looks again by itself must not begin the page's run again
        request.rerun_script.fragment_id = ""
        request.rerun_script.is_auto_rerun = False
        return {**message, "bytes": request.SerializeToString()}

    def sent(self, message: Message) -> None:
        """Look whether a message of the app says that a run has ended."""
        if not self._ended and message.get("bytes"):
            answer = ForwardMsg.FromString(message["bytes"])
            self._ended = answer.WhichOneof("type") == "script_finished" and answer.script_finished != INTERRUPTED
