"""Run the app as replicas behind nginx, with a class in front: python tools/serve_replicas.py --replicas 2 --kill

Starts Debian's nginx with the configuration of deploy/nginx, PostgreSQL, and the replicas, each with a home folder of
its own. Then the class of tools/bench_class.py comes to nginx's address. --kill kills a replica after a third of the
time; --restart restarts all replicas then, one after another. Visitors whose connection ends connect again, as a
browser does.

Printed as JSON: what nginx lets through and refuses; the figures of the class; how many visitors each replica had; the
connections that were lost, the seconds until the page was complete again, and whether it then had the answer to the
drawing that was on the canvas; the memory of each replica.

--serve waits after printing the address, for a look in a browser, until Ctrl+C. Needs Linux and Debian's packages
nginx-light and postgresql.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import json
import os
import pathlib
import sys
import tempfile
import time
from collections import Counter

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from tools.classroom import front
from tools.classroom.attendance import PAGES, Plan, Record, attend, prepared, quantiles, summary, warm_up
from tools.classroom.engine import Engine
from tools.classroom.replicas import NotInstalled, Replicas, serve_replicas

KILLED = 0
"""Which replica is killed."""
AFTER = 1 / 3
"""Share of the time after which something happens to the replicas."""


async def restart_all(replicas: Replicas) -> dict[str, float]:
    """Restart the replicas one after another; the seconds that took."""
    began = time.perf_counter()
    for number in range(len(replicas.servers)):
        await asyncio.to_thread(replicas.restart, number)
    return {"rolling restart, s": round(time.perf_counter() - began, 1)}


async def attend_with(
    replicas: Replicas, plan: Plan, engine: Engine, record: Record, kill: bool, restart: bool
) -> dict[str, float]:
    """The class, and what happens to the replicas meanwhile; the figures of a rolling restart."""

    async def events() -> dict[str, float]:
        await asyncio.sleep(AFTER * 60 * plan.minutes)
        if kill:
            await asyncio.to_thread(replicas.kill, KILLED)
        return await restart_all(replicas) if restart else {}

    _, figures = await asyncio.gather(attend(plan, replicas.address, engine, record), events())
    return figures


def returned(record: Record) -> dict[str, object]:
    """The connections that ended, and what came after."""
    drawn = [each.answered for each in record.returns if each.answered is not None]
    return {
        "connections lost": len(record.returns),
        "complete page again, s": quantiles([each.seconds for each in record.returns]),
        "drawings on the canvas": len(drawn),
        "of them answered at once": sum(drawn),
    }


def measure(replicas: Replicas, plan: Plan, kill: bool = False, restart: bool = False) -> dict[str, object]:
    """Let the class come, and return the figures."""
    record, engine = Record(), prepared(plan)
    for server in replicas.servers:
        warm_up(plan, server.address, engine)
    checks = front.check(replicas.address)
    before = _cpu_seconds(replicas)
    figures = asyncio.run(attend_with(replicas, plan, engine, record, kill, restart))
    running = [server for server in replicas.servers if server.process.poll() is None]
    used = round(_cpu_seconds(replicas) - before, 1)
    memory = [dataclasses.asdict(server.memory()) for server in running]
    shown = summary(plan.page, record, engine)  # reads the class store
    visits = Counter(record.replicas)
    return {
        "nginx": checks,
        **shown,
        "visitors by replica": dict(sorted(visits.items())),
        **returned(record),
        **figures,
        "CPU of the replicas, s": used if not (kill or restart) else None,  # that of ended processes is not known
        "memory": memory,
    }


def _cpu_seconds(replicas: Replicas) -> float:
    return sum(server.cpu_seconds for server in replicas.servers if server.process.poll() is None)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replicas", type=int, default=2)
    parser.add_argument("--page", choices=PAGES, default=PAGES[0])
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--think", type=float, default=5.0, metavar="SECONDS", help="default: %(default)s")
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--restart", action="store_true")
    parser.add_argument("--serve", action="store_true")
    given = parser.parse_args()
    plan = Plan(given.clients, given.minutes, 1_000_000, given.think, "builtin", given.page, stays=True)
    with tempfile.TemporaryDirectory() as name:
        os.environ["SIAMESE_HOME"] = str(pathlib.Path(name) / "home")
        try:
            with serve_replicas(pathlib.Path(name), given.replicas) as replicas:
                if given.serve:
                    wait(replicas)
                    return 0
                figures = measure(replicas, plan, given.kill, given.restart)
        except NotInstalled as error:
            print(error, file=sys.stderr)
            return 1
    print(json.dumps(figures, indent=1))
    return 0 if not figures["examples"] else 1


def wait(replicas: Replicas) -> None:
    """Print the addresses, and wait for Ctrl+C."""
    print(replicas.address, *(f"{server.address} pid {server.process.pid}" for server in replicas.servers), sep="\n")
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
