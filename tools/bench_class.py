"""Measure the app with a class of visitors: python tools/bench_class.py --clients 30 --minutes 20 --train

Visitors who speak Streamlit's protocol open the Recognise page at the same moment, draw new strokes, wait, draw again
and leave. Every answer is compared with the engine's for the same strokes. Printed as JSON: seconds to the first paint,
to the complete page and from a drawing to its answer; failed sessions; the server's health; answers that were wrong or
meant for another visitor; the server's memory. Needs Linux; run it on an idle machine.

--train trains a lesson at the same time, as the class's teacher would. With --arrive cold the class arrives when the
server has just started, with --arrive warm when the network has answered once. --visits N measures instead the memory
that is still in use after N short visits. --checkout measures the app of another checkout.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from tools.classroom.engine import WAYS, Drawn, Engine
from tools.classroom.server import ROOT, Server, healthy, serve
from tools.classroom.visitor import VisitError, Visitor

PAGE = "recognise"
HEALTH_SECONDS = 1.0
MEMORY_SECONDS = 60.0
VISITS_AT_ONCE = 10
VISITS_BEFORE = 30
"""Short visits before memory is counted: the first ones load what every later one uses."""
SESSION_SECONDS = 150
"""Streamlit keeps a closed session for two minutes, in case its browser connects again."""


@dataclasses.dataclass
class Record:
    """What happened to all visitors."""

    paints: list[float] = dataclasses.field(default_factory=list)
    pages: list[float] = dataclasses.field(default_factory=list)
    drawn: list[Drawn] = dataclasses.field(default_factory=list)
    failures: list[str] = dataclasses.field(default_factory=list)
    health: list[bool] = dataclasses.field(default_factory=list)
    memory: list[dict] = dataclasses.field(default_factory=list)
    largest_message: int = 0


@dataclasses.dataclass(frozen=True)
class Plan:
    """What each visitor does: draw `drawings` times or until `minutes` are over, with `think` seconds between them."""

    clients: int
    minutes: float
    drawings: int
    think: float
    data: str


async def visit(number: int, plan: Plan, server: Server, engine: Engine, record: Record, end: float) -> None:
    """One visitor from opening the page to leaving it."""
    rng = np.random.default_rng(number)
    alphabet = engine.alphabets[number % len(engine.alphabets)]
    try:
        async with Visitor(server.address, PAGE, f"data={plan.data}&alphabet={alphabet}") as visitor:
            record.paints.append(visitor.first_paint)
            record.pages.append(visitor.complete)
            for _ in range(plan.drawings):
                objects = engine.drawing(alphabet, rng)
                record.drawn.append(Drawn(alphabet, objects, await visitor.draw(objects)))
                record.largest_message = max(record.largest_message, visitor.largest_message)
                await asyncio.sleep(plan.think * rng.uniform(0.5, 1.5))
                if time.monotonic() > end:
                    break
    except (VisitError, OSError) as error:
        record.failures.append(f"visitor {number}: {error}")


async def watch(server: Server, record: Record) -> None:
    """Ask for the server's health every second, and for its memory every minute."""
    counted = -MEMORY_SECONDS
    while True:
        record.health.append(await asyncio.to_thread(healthy, server.address))
        if time.monotonic() - counted > MEMORY_SECONDS:
            counted = time.monotonic()
            record.memory.append(dataclasses.asdict(await asyncio.to_thread(server.memory)))
        await asyncio.sleep(HEALTH_SECONDS)


async def attend(plan: Plan, server: Server, engine: Engine, record: Record) -> None:
    """All visitors at once."""
    end = time.monotonic() + 60 * plan.minutes
    watcher = asyncio.create_task(watch(server, record))
    await asyncio.gather(*(visit(number, plan, server, engine, record, end) for number in range(plan.clients)))
    watcher.cancel()


async def come_and_go(visits: int, plan: Plan, server: Server, engine: Engine, record: Record) -> None:
    """Short visits, a few at a time."""
    short = dataclasses.replace(plan, drawings=1, think=0.0)
    places = asyncio.Semaphore(VISITS_AT_ONCE)

    async def one(number: int) -> None:
        async with places:
            await visit(number, short, server, engine, record, float("inf"))

    await asyncio.gather(*(one(number) for number in range(visits)))


def leak(visits: int, plan: Plan, server: Server, engine: Engine, record: Record) -> dict[str, dict]:
    """Memory before and after short visits, once Streamlit has dropped the closed sessions."""
    counts = {}
    for name, count in ((f"after {VISITS_BEFORE} visits", VISITS_BEFORE), (f"after {visits} more", visits)):
        asyncio.run(come_and_go(count, plan, server, engine, record))
        time.sleep(SESSION_SECONDS)
        asyncio.run(come_and_go(1, plan, server, engine, record))  # sessions are dropped when another one closes
        counts[name] = dataclasses.asdict(server.memory(collect=True))
    return counts


@contextlib.contextmanager
def lesson(folder: pathlib.Path, checkout: pathlib.Path, train: bool) -> Iterator[None]:
    """A lesson that trains in the server's home for as long as the context lasts."""
    if not train:
        yield
        return
    command = [sys.executable, "-m", "siamese", "train", "--preset", "lesson", "--data", "builtin", "--steps", "100000"]
    with (folder / "train.log").open("w") as output:
        training = subprocess.Popen(command, cwd=checkout, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield
        if training.poll() is not None:
            raise RuntimeError(f"The lesson ended early:\n{(folder / 'train.log').read_text()}")
    finally:
        training.terminate()
        training.wait(timeout=60)


def quantiles(seconds: list[float]) -> dict[str, float]:
    """Median, 95th percentile and maximum, in seconds."""
    if not seconds:
        return {}
    p50, p95, most = np.quantile(seconds, [0.5, 0.95, 1])
    return {"p50": round(float(p50), 3), "p95": round(float(p95), 3), "max": round(float(most), 3)}


def summary(record: Record, engine: Engine) -> dict[str, object]:
    """The figures that are printed."""
    faults = engine.faults(record.drawn)
    return {
        "first paint, s": quantiles(record.paints),
        "complete page, s": quantiles(record.pages),
        "drawing to answer, s": quantiles([drawn.answer.seconds for drawn in record.drawn]),
        "drawings": len(record.drawn),
        "crossed answers": len(faults["crossed"]),
        "wrong answers": len(faults["wrong"]),
        "failed sessions": len(record.failures),
        "health checks": len(record.health),
        "health checks failed": record.health.count(False),
        "largest message, kB": round(record.largest_message / 1000, 1),
        "memory": record.memory,
        "examples": (faults["crossed"] + faults["wrong"] + record.failures)[:5],
    }


def measure(plan: Plan, arrive: str, train: bool, visits: int, checkout: pathlib.Path) -> dict[str, object]:
    """Start the app, let the class come, and return the figures."""
    record, figures = Record(), {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.environ["SIAMESE_HOME"] = str(
            folder / "home"
        )  # of the server and of this process: Omniglot is imported once
        engine = Engine(plan.data)
        for alphabet in engine.alphabets[: plan.clients]:  # traced before the class comes, not while it is timed
            for way in range(WAYS):
                engine.strokes(alphabet, way)
        with serve(folder, checkout) as server, lesson(folder, checkout, train):
            if arrive == "warm":
                asyncio.run(come_and_go(1, plan, server, engine, Record()))
            if visits:
                figures["memory of visits"] = leak(visits, plan, server, engine, record)
            else:
                asyncio.run(attend(plan, server, engine, record))
    return summary(record, engine) | figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--drawings", type=int, default=1_000_000, help="per client; default: until the time is over")
    parser.add_argument("--think", type=float, default=5.0, metavar="SECONDS", help="default: %(default)s")
    parser.add_argument("--data", choices=("builtin", "omniglot"), default="builtin")
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--arrive", choices=("warm", "cold"), default="warm")
    parser.add_argument("--visits", type=int, default=0)
    parser.add_argument("--checkout", type=pathlib.Path, default=ROOT)
    given = parser.parse_args()
    plan = Plan(given.clients, given.minutes, given.drawings, given.think, given.data)
    figures = measure(plan, given.arrive, given.train, given.visits, given.checkout)
    print(json.dumps(figures, indent=1))
    return 0 if not figures["examples"] else 1


if __name__ == "__main__":
    sys.exit(main())
