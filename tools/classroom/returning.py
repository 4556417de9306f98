"""A visitor whose page connects again when its connection ends, as Streamlit's page in Chromium does.

The page waits a quarter to half a second, then twice as long after each failure, up to 4 s. It asks for the server's
health, connects, and runs the page again with the drawing that is on the canvas.
"""

from __future__ import annotations

import asyncio
import dataclasses
import random
import time

from websockets.exceptions import InvalidHandshake

from tools.classroom.server import healthy
from tools.classroom.visitor import TIMEOUT_SECONDS, Answer, VisitError, Visitor

FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 0.5, 4.0


@dataclasses.dataclass(frozen=True)
class Return:
    """A lost connection. seconds: until the page was complete again. answered: whether it then had the answer to the
    drawing that was on the canvas; None where none was."""

    seconds: float
    answered: bool | None


class ReturningVisitor(Visitor):
    """A visitor who stays until it leaves."""

    def __init__(self, address: str, page: str, query: str = "", draws: bool = True):
        super().__init__(address, page, query, draws)
        self.returns: list[Return] = []
        self._returning: asyncio.Task | None = None
        self._leaving = False
        self._here = asyncio.Event()  # connected, with a complete page
        self._here.set()

    async def draw(self, objects: list[dict]) -> Answer:
        """As `Visitor.draw`; a visitor who sees that the page is not there waits for it, which counts."""
        began = time.perf_counter()
        await self._here.wait()
        answer = await super().draw(objects)
        return dataclasses.replace(answer, seconds=time.perf_counter() - began)

    async def __aexit__(self, *details: object) -> None:
        self._leaving = True
        if self._returning is not None:
            self._returning.cancel()
        await super().__aexit__(*details)

    def _ended(self, reason: str) -> None:
        if not self._leaving:
            self._here.clear()
            self._stop_timers(list(self._timers))
            self._returning = asyncio.create_task(self._return(reason))

    async def _rerun(self, *arguments, **options) -> None:
        """What is drawn while there is no connection goes with the first run after it."""
        try:
            if self._returning is None:
                await super()._rerun(*arguments, **options)
        except VisitError:
            if self._leaving or self._failure:
                raise

    async def _return(self, reason: str) -> None:
        lost, finished, answered = time.perf_counter(), self._finished, self._answered
        drawn = self._drawn
        if not await self._reconnect(lost + TIMEOUT_SECONDS):
            self._failure = f"{reason} There was no other for {TIMEOUT_SECONDS:.0f} s."
            self._message.set()
            self._here.set()
            return
        self._returning = None
        await self._rerun()
        await self._until(lambda: self._finished > finished)
        shown = self._answered > answered if drawn else None
        self.returns.append(Return(time.perf_counter() - lost, shown))
        self._here.set()

    async def _reconnect(self, end: float) -> bool:
        delay = FIRST_DELAY_SECONDS
        while time.perf_counter() < end:
            await asyncio.sleep(random.uniform(delay / 2, delay))
            delay = min(2 * delay, LONGEST_DELAY_SECONDS)
            try:
                if await asyncio.to_thread(healthy, self._address):
                    await self._connect()
                    return True
            except (OSError, InvalidHandshake):
                continue  # nobody is there yet
        return False
