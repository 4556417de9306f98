"""Measure what students who wait cost the server: python tools/bench_follow.py --clients 30 --seconds 60

Visitors who speak Streamlit's protocol open the Recognise page of an app with a teacher's passphrase, so that each of
them can be brought elsewhere at any time, and do nothing. Printed as JSON: the server's CPU time without visitors, with
them, and the difference for each visitor and second. Needs Linux; run it on an idle machine. --checkout measures the
app of another checkout.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from tools.classroom.server import ROOT, Server, serve
from tools.classroom.visitor import Visitor

PAGE = "recognise"
SETTLE_SECONDS = 20.0
"""For the network, and for what the pages still do when they have just been opened."""


async def idle(server: Server, clients: int, seconds: float) -> float:
    """CPU time of the server while this many visitors wait."""
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(clients):
            await stack.enter_async_context(Visitor(server.address, PAGE))
        await asyncio.sleep(SETTLE_SECONDS)
        before = server.cpu_seconds
        await asyncio.sleep(seconds)
        return server.cpu_seconds - before


def measure(clients: int, seconds: float, checkout: pathlib.Path) -> dict[str, float]:
    """Start the app and return the figures."""
    os.environ["SIAMESE_TEACHER"] = "passphrase of the benchmark"
    with tempfile.TemporaryDirectory() as folder, serve(pathlib.Path(folder), checkout) as server:
        asyncio.run(idle(server, 1, 0))  # what is done once, for the first visitor
        alone, together = (asyncio.run(idle(server, count, seconds)) for count in (0, clients))
    return {
        "CPU without visitors, ms/s": round(1000 * alone / seconds, 2),
        f"CPU with {clients} visitors, ms/s": round(1000 * together / seconds, 2),
        "CPU for each visitor, ms/s": round(1000 * (together - alone) / seconds / clients, 3),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--checkout", type=pathlib.Path, default=ROOT)
    given = parser.parse_args()
    print(json.dumps(measure(given.clients, given.seconds, given.checkout), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
