"""A class of visitors at an address: what they do, what happened to them, and the figures that come of it."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import time
from typing import Any

import numpy as np

from tools.classroom import play, teach
from tools.classroom.engine import WAYS, Drawn, Engine
from tools.classroom.returning import Return, ReturningVisitor
from tools.classroom.server import Server, healthy
from tools.classroom.visitor import VisitError, Visitor

PAGES = ("recognise", "teach", "play")
HEALTH_SECONDS = 1.0
MEMORY_SECONDS = 60.0
VISITS_AT_ONCE = 10


@dataclasses.dataclass
class Record:
    """What happened to all visitors."""

    paints: list[float] = dataclasses.field(default_factory=list)
    pages: list[float] = dataclasses.field(default_factory=list)
    waits: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    checked: list[Any] = dataclasses.field(default_factory=list)  # what is compared with the engine afterwards
    failures: list[str] = dataclasses.field(default_factory=list)
    health: list[bool] = dataclasses.field(default_factory=list)
    memory: list[dict] = dataclasses.field(default_factory=list)
    returns: list[Return] = dataclasses.field(default_factory=list)
    replicas: list[str] = dataclasses.field(default_factory=list)  # where each visit began; "" without nginx
    largest_message: int = 0
    opening_bytes: int = 0  # to and from visitors until their pages were complete
    bytes: int = 0  # afterwards


@dataclasses.dataclass(frozen=True)
class Plan:
    """What each visitor does: `page` until `minutes` are over, with `think` seconds between two actions.

    On Recognise, a visitor leaves after `drawings`. stays: whether a visitor whose connection ends connects again, as a
    browser does; otherwise its session has failed.
    """

    clients: int
    minutes: float
    drawings: int
    think: float
    data: str
    page: str = PAGES[0]
    stays: bool = False


async def visit(number: int, plan: Plan, address: str, engine: Engine, record: Record, end: float) -> None:
    """One visitor from opening the page to leaving it; on Play, one after another until the time is over."""
    alphabet, kind = engine.alphabets[number % len(engine.alphabets)], ReturningVisitor if plan.stays else Visitor
    try:
        for turn in itertools.count():
            quiz = play.quiz_of(number, turn, engine, plan.data)
            link = {"recognise": f"data={plan.data}&alphabet={alphabet}", "play": play.query(quiz)}.get(plan.page, "")
            async with kind(address, plan.page, link, draws=plan.page != "play") as visitor:
                record.paints.append(visitor.first_paint)
                record.pages.append(visitor.complete)
                record.replicas.append(visitor.replica)
                opening = visitor.sent + visitor.received
                record.opening_bytes += opening
                if plan.page == "play":
                    await play.visit(visitor, f"P{number} {turn}", quiz, plan.think, end, record)
                elif plan.page == "teach":
                    await teach.visit(visitor, number, engine, plan.think, end, record)
                else:
                    await recognise(visitor, number, plan, engine, record, end)
                record.bytes += visitor.sent + visitor.received - opening
                record.largest_message = max(record.largest_message, visitor.largest_message)
                record.returns += visitor.returns if isinstance(visitor, ReturningVisitor) else []
            if plan.page != "play" or time.monotonic() > end:
                return
    except (VisitError, OSError) as error:
        record.failures.append(f"visitor {number}: {error}")


async def recognise(visitor: Visitor, number: int, plan: Plan, engine: Engine, record: Record, end: float) -> None:
    """Drawings on Recognise, each with its answer."""
    rng = np.random.default_rng(number)
    alphabet = engine.alphabets[number % len(engine.alphabets)]
    for _ in range(plan.drawings):
        objects = engine.drawing(alphabet, rng)
        answer = await visitor.draw(objects)
        record.checked.append(Drawn(alphabet, objects, answer))
        record.waits.setdefault("drawing to answer, s", []).append(answer.seconds)
        await asyncio.sleep(plan.think * rng.uniform(0.5, 1.5))
        if time.monotonic() > end:
            break


async def watch(address: str, server: Server | None, record: Record) -> None:
    """Ask for the health of the app at an address every second, and for its server's memory every minute."""
    counted = -MEMORY_SECONDS
    while True:
        record.health.append(await asyncio.to_thread(healthy, address))
        if server is not None and time.monotonic() - counted > MEMORY_SECONDS:
            counted = time.monotonic()
            record.memory.append(dataclasses.asdict(await asyncio.to_thread(server.memory)))
        await asyncio.sleep(HEALTH_SECONDS)


async def attend(plan: Plan, address: str, engine: Engine, record: Record, server: Server | None = None) -> None:
    """All visitors at once. server: the one behind the address, if its memory is to be counted."""
    end = time.monotonic() + 60 * plan.minutes
    watcher = asyncio.create_task(watch(address, server, record))
    await asyncio.gather(*(visit(number, plan, address, engine, record, end) for number in range(plan.clients)))
    watcher.cancel()


async def come_and_go(visits: int, plan: Plan, address: str, engine: Engine, record: Record) -> None:
    """Short visits, a few at a time."""
    short = dataclasses.replace(plan, drawings=1, think=0.0)
    places = asyncio.Semaphore(VISITS_AT_ONCE)

    async def one(number: int) -> None:
        async with places:
            await visit(number, short, address, engine, record, float("inf"))

    await asyncio.gather(*(one(number) for number in range(visits)))


def warm_up(plan: Plan, address: str, engine: Engine) -> None:
    """Let the network answer once."""
    asyncio.run(come_and_go(1, dataclasses.replace(plan, page=PAGES[0]), address, engine, Record()))


def prepared(plan: Plan) -> Engine:
    """The engine with the strokes that visitors will draw, traced before the class comes, not while it is timed."""
    engine = Engine(plan.data)
    for alphabet in engine.alphabets[: plan.clients]:
        for way in range(WAYS):
            engine.strokes(alphabet, way)
    return engine


def quantiles(seconds: list[float]) -> dict[str, float]:
    """Median, 95th percentile and maximum, in seconds."""
    if not seconds:
        return {}
    p50, p95, most = np.quantile(seconds, [0.5, 0.95, 1])
    return {"p50": round(float(p50), 3), "p95": round(float(p95), 3), "max": round(float(most), 3)}


def summary(page: str, record: Record, engine: Engine) -> dict[str, object]:
    """The figures that are printed."""
    if page == "play":
        faults = play.faults(record.checked, engine)
    else:
        faults = teach.faults(record.checked) if page == "teach" else engine.faults(record.checked)
    return {
        "first paint, s": quantiles(record.paints),
        "complete page, s": quantiles(record.pages),
        **{name: quantiles(seconds) for name, seconds in record.waits.items()},
        "answers": len(record.checked),
        "crossed answers": len(faults["crossed"]),
        "wrong answers": len(faults["wrong"]),
        "failed sessions": len(record.failures),
        "health checks": len(record.health),
        "health checks failed": record.health.count(False),
        "largest message, kB": round(record.largest_message / 1000, 1),
        "a page opened, kB": round(record.opening_bytes / 1000 / max(1, len(record.pages)), 1),
        "an answer, kB": round(record.bytes / 1000 / max(1, len(record.checked)), 1),
        "memory": record.memory,
        "examples": (faults["crossed"] + faults["wrong"] + record.failures)[:5],
    }
