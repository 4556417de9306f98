"""Measure every page when a class opens it at once: python tools/bench_pages.py [--clients 30]

Visitors who speak Streamlit's protocol open a page with its parts one after another, all at the same moment, on a
server whose network has answered once. Printed as a table: seconds to the first paint and to the complete page, and
milliseconds of the server's processor for each visit. Needs Linux; run it on an idle machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import pathlib
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from siamese.ui import links
from tools.classroom.attendance import Plan, quantiles, warm_up
from tools.classroom.engine import Engine
from tools.classroom.server import Server, serve
from tools.classroom.visitor import Visitor

PAUSE_SECONDS = 3.0
"""Between two pages: closing sessions must not slow the next one."""
ADDRESSES = (
    *(f"?step={step}" for step in range(1, 7)),
    "recognise",
    "verify",
    "verify?part=company",
    "teach",
    *(f"play?view={view}" for view in ("quiz", "telephone", "break", "board")),
    "train",
    *(f"evaluate?group=builtin&part={part}" for part in links.PARTS if part != "lake"),
    *(f"inside?part={part}" for part in ("layers", "pair", "map", "nearest")),
    "explore",
    "explore?alphabet=Kannada",
    "explore?alphabet=Kannada&character=15",
    "explore?part=distortions",
    "explore?part=batches",
    "lesson",
)


async def open_at_once(server: Server, address: str, clients: int) -> dict[str, object]:
    """The figures of one address: `clients` visitors open it at the same moment."""

    async def visit() -> tuple[float, float]:
        page, _, query = address.partition("?")
        async with Visitor(server.address, page, query, draws=False) as visitor:
            return visitor.first_paint, visitor.complete

    before = server.cpu_seconds
    paints, pages = zip(*await asyncio.gather(*(visit() for _ in range(clients))), strict=True)
    used = server.cpu_seconds - before
    return {"paint": quantiles(list(paints)), "page": quantiles(list(pages)), "ms": round(1000 * used / clients, 1)}


async def measure(server: Server, clients: int) -> None:
    """Print a row for each address. One visitor opens it first, so that what a server keeps is there."""
    print(f"{'page':44} {'paint p95':>9} {'complete p95':>12} {'ms of a visit':>13}")
    for address in ADDRESSES:
        await open_at_once(server, address, 1)
        await asyncio.sleep(PAUSE_SECONDS)
        row = await open_at_once(server, address, clients)
        print(f"{address:44} {row['paint']['p95']:9} {row['page']['p95']:12} {row['ms']:13}", flush=True)
        await asyncio.sleep(PAUSE_SECONDS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=30, help="default: %(default)s")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.environ["SIAMESE_HOME"] = str(pathlib.Path(name) / "home")
        with serve(pathlib.Path(name)) as server:
            warm_up(Plan(1, 1, 1, 0.0, "builtin"), server.address, Engine())
            asyncio.run(measure(server, given.clients))
    return 0


if __name__ == "__main__":
    sys.exit(main())
