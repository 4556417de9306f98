"""Run a visitor's page again from the server: when the class is brought elsewhere, or at a time that the page has set.

One task of the server looks twice a second at who is due, for all visitors together. A page that waits costs nothing.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import math
import threading
import time

from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.scriptrunner import get_script_run_ctx

LOOK_SECONDS = 0.5
FORGET_SECONDS = 600.0
"""After this time, Streamlit has long dropped a session whose browser is gone; one that comes back is woken."""
_CALL = "call"
"""The purpose for which all others are woken."""

_log = logging.getLogger(__name__)


@dataclasses.dataclass
class _Visitor:
    """A session. client: what its browser would send to run the present page again. connected: when its browser was
    last seen to be connected; due: when to run the page, by purpose. All moments are those of time.monotonic."""

    client: ClientState
    connected: float
    due: dict[str, float] = dataclasses.field(default_factory=dict)


_visitors: dict[str, _Visitor] = {}
_lock = threading.Lock()


def begin() -> None:
    """Call in every run of navigation.py, once Streamlit knows the page. What the visitor was due for happens now."""
    context = get_script_run_ctx()
    client = ClientState(query_string=context.query_string, page_script_hash=context.page_script_hash)
    if context.context_info:
        client.context_info.CopyFrom(context.context_info)
    with _lock:
        _visitors[context.session_id] = _Visitor(client, time.monotonic())


def at(purpose: str, moment: float) -> None:
    """Run this visitor's page again at a moment of time.monotonic, in place of the last one for this purpose; math.inf
    for never."""
    with _lock:
        if (visitor := _visitors.get(get_script_run_ctx().session_id)) is not None:
            visitor.due[purpose] = moment


def everyone_else() -> None:
    """Run the pages of all other visitors again, now, or when their browsers are back."""
    _call(get_script_run_ctx().session_id)


def everyone() -> None:
    """Run the pages of all visitors again, now, or when their browsers are back."""
    _call("")


def _call(caller: str) -> None:
    with _lock:
        for session, visitor in _visitors.items():
            if session != caller:
                visitor.due[_CALL] = -math.inf


async def look() -> None:
    """As long as the server runs: wake the visitors who are due."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            _wake(time.monotonic())
        except Exception:  # whatever fails here must not end it for all
            _log.exception("Running pages again failed.")


def _wake(now: float) -> None:
    server = runtime.get_instance()
    with _lock:
        for session, visitor in list(_visitors.items()):
            if server.is_active_session(session):
                visitor.connected = now
            elif now - visitor.connected > FORGET_SECONDS:
                del _visitors[session]
        due = [
            (session, visitor)
            for session, visitor in _visitors.items()
            if visitor.connected == now and min(visitor.due.values(), default=math.inf) <= now
        ]
        for _, visitor in due:
            visitor.due.clear()
    for session, visitor in due:
        server.handle_backmsg(session, BackMsg(rerun_script=visitor.client))
