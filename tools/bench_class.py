"""Measure the app with a class of visitors: python tools/bench_class.py --clients 30 --minutes 20 --train

Visitors who speak Streamlit's protocol open the Recognise page at the same moment, draw new strokes, wait, draw again
and leave. With --page teach each teaches an alphabet of its own and draws its characters; with --page play each plays
rounds of the quiz. Every answer is compared with the engine's for the same strokes or trials. Printed as JSON: seconds
to the first paint, to the complete page and from each action to its result; failed sessions; the server's health;
answers that were wrong or meant for another visitor; the server's memory. Needs Linux; run it on an idle machine.

--train trains a lesson at the same time, as the class's teacher would. With --arrive cold the class arrives when the
server has just started, with --arrive warm when the network has answered once. --visits N measures instead the memory
that is still in use after N short visits. --checkout measures the app of another checkout.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from tools.classroom import play, teach
from tools.classroom.engine import WAYS, Drawn, Engine
from tools.classroom.server import ROOT, Server, healthy, serve
from tools.classroom.visitor import VisitError, Visitor

PAGES = ("recognise", "teach", "play")
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
    waits: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    checked: list[Any] = dataclasses.field(default_factory=list)  # what is compared with the engine afterwards
    failures: list[str] = dataclasses.field(default_factory=list)
    health: list[bool] = dataclasses.field(default_factory=list)
    memory: list[dict] = dataclasses.field(default_factory=list)
    largest_message: int = 0


@dataclasses.dataclass(frozen=True)
class Plan:
    """What each visitor does: `page` until `minutes` are over, with `think` seconds between two actions.

    On Recognise, a visitor leaves after `drawings`.
    """

    clients: int
    minutes: float
    drawings: int
    think: float
    data: str
    page: str = PAGES[0]


async def visit(number: int, plan: Plan, server: Server, engine: Engine, record: Record, end: float) -> None:
    """One visitor from opening the page to leaving it; on Play, one after another until the time is over."""
    alphabet = engine.alphabets[number % len(engine.alphabets)]
    try:
        for turn in itertools.count():
            quiz = play.quiz_of(number, turn, engine, plan.data)
            link = {"recognise": f"data={plan.data}&alphabet={alphabet}", "play": play.query(quiz)}.get(plan.page, "")
            async with Visitor(server.address, plan.page, link, draws=plan.page != "play") as visitor:
                record.paints.append(visitor.first_paint)
                record.pages.append(visitor.complete)
                if plan.page == "play":
                    await play.visit(visitor, f"P{number} {turn}", quiz, plan.think, end, record)
                elif plan.page == "teach":
                    await teach.visit(visitor, number, engine, plan.think, end, record)
                else:
                    await recognise(visitor, number, plan, engine, record, end)
                record.largest_message = max(record.largest_message, visitor.largest_message)
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
                asyncio.run(come_and_go(1, dataclasses.replace(plan, page=PAGES[0]), server, engine, Record()))
            if visits:
                figures["memory of visits"] = leak(visits, plan, server, engine, record)
            else:
                asyncio.run(attend(plan, server, engine, record))
        return summary(plan.page, record, engine) | figures  # reads what the server has kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", choices=PAGES, default=PAGES[0])
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
    plan = Plan(given.clients, given.minutes, given.drawings, given.think, given.data, given.page)
    figures = measure(plan, given.arrive, given.train, given.visits, given.checkout)
    print(json.dumps(figures, indent=1))
    return 0 if not figures["examples"] else 1


if __name__ == "__main__":
    sys.exit(main())
