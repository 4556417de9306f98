"""One visitor of the app without a browser: Streamlit's WebSocket protocol as its page in Chromium speaks it.

What a browser sends was recorded with streamlit 1.67 and streamlit-drawable-canvas 0.13. A visitor draws by sending the
canvas's state, reruns fragments that ask for it, and remembers messages that the server then sends by their hash only.
Elements are identified by their content (a canvas, an element of class "answer", tiles), not by their position on the
page.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import time
from collections.abc import Callable, Mapping
from http.cookies import SimpleCookie

import numpy as np
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tools.classroom.elements import Elements
from tools.classroom.page_html import answer_text, tile_scores
from tools.classroom.request import request

TIMEOUT_SECONDS = 120.0
"""A visitor who gets nothing for this long has a failed session. A cold server needs half a minute for TensorFlow."""


class VisitError(Exception):
    """A session that failed: the connection ended, the page showed an error, or nothing came."""


@dataclasses.dataclass(frozen=True)
class Answer:
    """What the page showed for a drawing.

    sentence: the text of the answer. similarities: the text on each tile. seconds: from sending the drawing to the
    end of the run that answered it.
    """

    sentence: str
    similarities: tuple[str, ...]
    seconds: float


class Visitor:
    """A session on one page; use it as an asynchronous context manager.

    draws: whether the page has a canvas. cookies: those that the browser has already.
    """

    def __init__(
        self, address: str, page: str, query: str = "", draws: bool = True, cookies: Mapping[str, str] | None = None
    ):
        self._address, self._page, self._query, self._draws = address, page, query, draws
        self._message = asyncio.Event()
        self._cached: dict[str, ForwardMsg] = {}
        self._timers: dict[str, asyncio.Task] = {}
        self._canvas = self._fragment = self._drawn = self._page_hash = ""
        self._elements = Elements()
        self._finished = 0  # completed runs of the page or a fragment
        self._answered = 0  # those of them that showed an answer
        self._answering = False  # whether the run in progress has shown an answer
        self._failure = self.title = ""
        self._cookies: SimpleCookie = SimpleCookie(dict(cookies or {}))
        self.first_paint = self.complete = float("nan")  # seconds from connecting to the title, and to the canvas
        self.largest_message = self.sent = self.received = 0  # bytes, without what WebSocket and nginx add

    async def __aenter__(self) -> Visitor:
        self._started = time.perf_counter()
        await self._connect()
        await self._rerun()
        await self._until(lambda: self._finished and (self._canvas or not self._draws))
        self.complete = time.perf_counter() - self._started
        return self

    async def _connect(self) -> None:
        """Open the connection, with the cookies that the server has set."""
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in self._cookies.items())
        self._socket = await connect(
            f"{self._address.replace('http', 'ws', 1)}/_stcore/stream",
            origin=self._address,
            subprotocols=["streamlit"],
            additional_headers={"Cookie": cookies} if cookies else None,
            compression=None,
            max_size=None,
            open_timeout=TIMEOUT_SECONDS,
        )
        for cookie in self._socket.response.headers.get_all("Set-Cookie"):
            self._cookies.load(cookie)
        self._reader = asyncio.create_task(self._read())

    async def __aexit__(self, *_: object) -> None:
        for task in (self._reader, *self._timers.values()):
            task.cancel()
        await self._socket.close()

    async def draw(self, objects: list[dict]) -> Answer:
        """Send a drawing, as Fabric's objects, and wait for the run of the page that answers it. Raises VisitError."""
        started, answered = time.perf_counter(), self._answered
        await self._send_drawing(objects)
        await self._until(lambda: self._answered > answered)
        seconds = time.perf_counter() - started
        sentence = next(text for body in self._elements.html if (text := answer_text(body)))
        tiles = max(map(tile_scores, self._elements.html), key=len)  # some pages repeat the best ones
        return Answer(sentence, tuple(tiles), seconds)

    async def put(self, objects: list[dict]) -> None:
        """Send a drawing and wait until the page has taken it, with an answer or without. Raises VisitError."""
        finished = self._finished
        await self._send_drawing(objects)
        await self._until(lambda: self._finished > finished)

    async def press(self, label: str, until: Callable[[], object], texts: Mapping[str, str] | None = None) -> float:
        """Press a button, after typing texts into fields by their labels; seconds until the page has reached a state.

        Raises VisitError when the button does not appear, or the state is not reached.
        """
        await self._until(lambda: self.has_button(label))
        started, finished = time.perf_counter(), self._finished
        button = self._elements.of("button", label)
        values = {self._elements.of("text_input", field).id: text for field, text in (texts or {}).items()}
        await self._rerun(button.fragment, pressed=button.id, values=values)
        await self._until(lambda: self._finished > finished and until())
        return time.perf_counter() - started

    @property
    def replica(self) -> str:
        """The replica that nginx's cookie names; "" without one."""
        return self._cookies["replica"].value if "replica" in self._cookies else ""

    @property
    def query(self) -> str:
        """The parameters of the page's address, which hold its choices."""
        return self._query

    def texts(self, read: Callable[[str], str]) -> list[str]:
        """What a function reads from the page's HTML, without what is empty."""
        return [text for body in self._elements.html if (text := read(body))]

    def has_button(self, label: str) -> bool:
        """Whether there is a button of this label that can be pressed."""
        button = self._elements.of("button", label)
        return button is not None and not button.disabled

    async def _send_drawing(self, objects: list[dict]) -> None:
        state = {"drawing": {"raw": {"version": "7.4.0", "objects": objects}, "data": None}}
        self._drawn = json.dumps(state, separators=(",", ":"))
        await self._rerun(self._fragment)

    async def _rerun(
        self, fragment: str = "", automatic: bool = False, pressed: str = "", values: Mapping[str, str] | None = None
    ) -> None:
        drawn = {self._canvas: self._drawn} if self._drawn else {}
        message = request(
            "" if fragment else self._page,
            f"{self._address}/{self._page}",
            query_string=self._query,
            fragment_id=fragment,
            is_auto_rerun=automatic,
            page_script_hash=self._page_hash,
            cached_message_hashes=list(self._cached),
            drawn=drawn,
            texts=values or {},
            pressed=pressed,
        )
        try:
            data = message.SerializeToString()
            self.sent += len(data)
            await self._socket.send(data)
        except ConnectionClosed as error:
            raise VisitError(f"The connection ended: {error}") from error

    async def _until(self, reached: Callable[[], object]) -> None:
        end = time.perf_counter() + TIMEOUT_SECONDS
        while not reached():
            if self._failure:
                raise VisitError(self._failure)
            self._message.clear()
            try:
                await asyncio.wait_for(self._message.wait(), end - time.perf_counter())
            except asyncio.TimeoutError as error:  # not Python's own TimeoutError before 3.11
                raise VisitError(f"Nothing came for {TIMEOUT_SECONDS:.0f} s.") from error

    async def _read(self) -> None:
        try:
            async for data in self._socket:
                self.largest_message, self.received = max(self.largest_message, len(data)), self.received + len(data)
                self._receive(ForwardMsg.FromString(data))
                self._message.set()
            self._ended("The server closed the connection.")
        except ConnectionClosed as error:
            self._ended(f"The connection ended: {error}")
        except Exception as error:  # a message that cannot be read ends the visit
            self._failure = f"{type(error).__name__}: {error}"
        self._message.set()

    def _ended(self, reason: str) -> None:
        """The connection has ended, and with it the visit."""
        self._failure = reason

    def _receive(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            known = self._cached[message.ref_hash]
            delta_path = message.metadata.delta_path
            message = ForwardMsg()
            message.CopyFrom(known)
            message.metadata.ClearField("delta_path")
            message.metadata.delta_path.extend(delta_path)
            kind = message.WhichOneof("type")
        elif message.metadata.cacheable:
            self._cached[message.hash] = message
        if kind == "new_session":
            self._elements.begin(message.metadata.run.fragment_ids)
        elif kind == "navigation":  # only runs of the complete page send it; they replace all elements and timers
            self._page_hash = message.navigation.page_script_hash
            self._stop_timers(list(self._timers))
            self._elements.clear()
        elif kind == "page_info_changed":  # the page has written its choices into its address
            self._query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._start_timer(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            self._stop_timers(message.stop_auto_rerun.fragment_ids)
        elif kind == "script_finished":
            if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                self._finished += 1
                self._answered += self._answering
                self._elements.end()
            self._answering = False
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._show(tuple(message.metadata.delta_path), message.delta)

    def _show(self, place: tuple[int, ...], delta) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        self._elements.put(place, delta)
        if kind == "exception":
            self._failure = f"The page shows an exception: {element.exception.message}"
        elif kind == "heading":
            self.title = element.heading.body
            if np.isnan(self.first_paint):
                self.first_paint = time.perf_counter() - self._started
        elif kind == "bidi_component" and "drawable_canvas" in element.bidi_component.component_name:
            self._canvas, self._fragment = element.bidi_component.id, delta.fragment_id
        elif kind == "html":
            self._answering |= answer_text(element.html.body) != ""

    def _start_timer(self, fragment: str, interval: float) -> None:
        async def tick() -> None:
            with contextlib.suppress(VisitError):
                while True:
                    await asyncio.sleep(interval)
                    await self._rerun(fragment, automatic=True)

        self._stop_timers([fragment])
        self._timers[fragment] = asyncio.create_task(tick())

    def _stop_timers(self, fragments) -> None:
        for fragment in fragments:
            if fragment in self._timers:
                self._timers.pop(fragment).cancel()
