"""Measure the app with a class of visitors: python tools/bench_class.py --clients 30 --minutes 20 --train

Visitors who speak Streamlit's protocol open the Recognise page at the same moment, draw new strokes, wait, draw again
and leave. With --page teach each teaches an alphabet of its own and draws its characters; with --page play each plays
rounds of the quiz. Every answer is compared with the engine's for the same strokes or trials. Printed as JSON: seconds
to the first paint, to the complete page and from each action to its result; failed sessions; the server's health;
answers that were wrong or meant for another visitor; the server's memory. Needs Linux; run it on an idle machine.

--train trains a lesson at the same time, as the class's teacher would. With --arrive cold the class arrives when the
server has just started, with --arrive warm when the network has answered once. --visits N measures instead the memory
that is still in use after N short visits. --checkout measures the app of another checkout. --address measures an app
that is running, whose memory is then not known; its network should be ready.
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

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from tools.classroom.attendance import PAGES, Plan, Record, attend, come_and_go, prepared, summary, warm_up
from tools.classroom.engine import Engine
from tools.classroom.server import ROOT, Server, serve

VISITS_BEFORE = 30
"""Short visits before memory is counted: the first ones load what every later one uses."""
SESSION_SECONDS = 150
"""Streamlit keeps a closed session for two minutes, in case its browser connects again."""


def leak(visits: int, plan: Plan, server: Server, engine: Engine, record: Record) -> dict[str, dict]:
    """Memory before and after short visits, once Streamlit has dropped the closed sessions."""
    counts = {}
    for name, count in ((f"after {VISITS_BEFORE} visits", VISITS_BEFORE), (f"after {visits} more", visits)):
        asyncio.run(come_and_go(count, plan, server.address, engine, record))
        time.sleep(SESSION_SECONDS)
        # sessions are dropped when another one closes
        asyncio.run(come_and_go(1, plan, server.address, engine, record))
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


def measure(plan: Plan, arrive: str, train: bool, visits: int, checkout: pathlib.Path) -> dict[str, object]:
    """Start the app, let the class come, and return the figures."""
    record, figures = Record(), {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        # of the server and of this process: Omniglot is imported once
        os.environ["SIAMESE_HOME"] = str(folder / "home")
        engine = prepared(plan)
        with serve(folder, checkout) as server, lesson(folder, checkout, train):
            if arrive == "warm":
                warm_up(plan, server.address, engine)
            if visits:
                figures["memory of visits"] = leak(visits, plan, server, engine, record)
            else:
                asyncio.run(attend(plan, server.address, engine, record, server))
        return summary(plan.page, record, engine) | figures  # reads what the server has kept


def measure_at(address: str, plan: Plan) -> dict[str, object]:
    """Let the class come to an app that is running, and return the figures."""
    record, engine = Record(), prepared(plan)
    asyncio.run(attend(plan, address, engine, record))
    return summary(plan.page, record, engine)


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
    parser.add_argument("--address", metavar="URL", help="of an app that is running, as in http://class.example:8080")
    given = parser.parse_args()
    plan = Plan(given.clients, given.minutes, given.drawings, given.think, given.data, given.page)
    if given.address:
        figures = measure_at(given.address.rstrip("/"), plan)
    else:
        figures = measure(plan, given.arrive, given.train, given.visits, given.checkout)
    print(json.dumps(figures, indent=1))
    return 0 if not figures["examples"] else 1


if __name__ == "__main__":
    sys.exit(main())
