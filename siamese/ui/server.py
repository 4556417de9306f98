"""What the server does besides Streamlit: it loads the first page and the network, and answers only to its own names.

A web page elsewhere can have its own name resolve to this machine (DNS rebinding), and its scripts could then use the
app as if they were part of it. The browser sends the name as Host. Addresses and localhost cannot be abused like this.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from siamese import logs, runs
from siamese.errors import UserError
from siamese.ui import class_store, datasets, follow, models, teacher, wake
from siamese.ui.early_style import EarlyStyle
from siamese.ui.reconnect import CompleteFirstRun
from siamese.ui.upload_limits import UploadMemory

FOREIGN_HOST = "This server does not have the name in the address: add it to server.allowedHosts, see docs/server.md.\n"
MISDIRECTED_REQUEST, NOT_FOUND = 421, 404
METRICS = "/_stcore/metrics"
"""Streamlit's figures for monitoring: nobody here needs them, and Streamlit has no option to turn them off."""

LOADING_SECONDS = 120.0
"""How long a replica waits for its network before it accepts connections without one."""
QUEUE_SECONDS = 2.0
"""Interval at which a server looks whether a run is queued that nobody has started."""

_log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    """From the start of the server to its end."""
    logs.set_up()
    if announcement := teacher.ensure_lock():
        print(announcement, flush=True)  # for the person at the terminal; a log file keeps no passphrase
    await asyncio.gather(asyncio.to_thread(prepare), asyncio.to_thread(class_store.share_own_sets))
    loading = models.load_shipped()
    if class_store.is_shared():  # nginx sends visitors to a replica from when it accepts connections
        await asyncio.to_thread(loading.wait, LOADING_SECONDS)
    tasks = [
        asyncio.create_task(task) for task in (class_store.look_after(), wake.look(), follow.look(), start_queued())
    ]
    yield
    for task in tasks:
        task.cancel()


async def start_queued() -> None:
    """As long as the server runs: start queued runs, also those that other servers have queued for this machine."""
    while True:
        await asyncio.sleep(QUEUE_SECONDS)
        try:
            await asyncio.to_thread(runs.start_next)
        except UserError as error:  # the Train page says so, too
            _log.warning("%s", error)


def prepare() -> None:
    """Load what the first page needs, before anybody can connect: 30 sessions that load it at once take a minute."""
    import pandas  # noqa: F401 - Streamlit imports it with the first canvas

    import siamese.ui.draw.support_form
    import siamese.ui.recognise.answer  # noqa: F401

    datasets.loaded("builtin")


class OwnNames:
    """Middleware that refuses requests and WebSocket connections for other hosts, and the metrics for everyone."""

    def __init__(self, app: ASGIApp):
        self._app, self._names = app, own_names()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
            if len(hosts) != 1 or not allowed(hosts[0], self._names):
                _log.warning("A request for the host %r was refused.", hosts)
                await PlainTextResponse(FOREIGN_HOST, MISDIRECTED_REQUEST)(scope, receive, send)
                return
            if scope["path"].rstrip("/").endswith(METRICS):
                await PlainTextResponse("Not found\n", NOT_FOUND)(scope, receive, send)
                return
        await self._app(scope, receive, send)


MIDDLEWARE = [Middleware(OwnNames), Middleware(UploadMemory), Middleware(EarlyStyle), Middleware(CompleteFirstRun)]


def own_names() -> frozenset[str]:
    """Names of this server: localhost, this machine's, and those of Streamlit's options for its public names."""
    machine = socket.gethostname().lower()
    names = ["localhost", machine, f"{machine}.local", st.get_option("browser.serverAddress") or ""]
    return frozenset(name.lower() for name in [*names, *st.get_option("server.allowedHosts")])


def allowed(host: str, names: frozenset[str]) -> bool:
    """Whether a Host header is an IP address or one of these names, with or without a port; "*.a.b" has subdomains."""
    try:
        parts = urlsplit(f"//{host}")
        name, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return False
    if not name or parts.username is not None or parts.path:
        return False
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(name)
        return True
    return name in names or any(other.startswith("*.") and name.endswith(other[1:]) for other in names)
