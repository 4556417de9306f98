"""Simulate the beginning of a lesson for many students: python tools/simulate_arrivals.py --students 1000 --replicas 8

Every student opens a page within the first seconds, then draws, or answers a question of Play, again and again. A
replica has one core and serves one request after another; the database writes one answer after another, as the class
store does. The costs are those that docs/scaling.md has measured. Printed as JSON: seconds until a page is complete and
until a drawing is answered, the load of replicas and database, the network, and what is at its limit.

Without --replicas: the smallest number with which 95 % of the answers take at most 1 s, and of the pages 5 s, but for
the wait for the database.
"""

from __future__ import annotations

import argparse
import bisect
import dataclasses
import heapq
import json
import math
import random
import sys

import numpy as np

OPEN, ACT, WRITE = range(3)
GOAL_SECONDS = 1.0
"""95 % of the answers within it."""
OPEN_GOAL_SECONDS = 5.0
"""95 % of the pages complete within it, when everyone comes at once."""
FULL = 0.9
"""Load from which a queue does not become shorter."""
GIGABIT = 1e9


@dataclasses.dataclass(frozen=True)
class Costs:
    """What one core of a replica and the database take, as measured; see docs/scaling.md."""

    open_seconds: float = 0.10
    act_seconds: float = 0.025
    write_seconds: float = 0.0017
    open_bytes: float = 3.2e6  # with the scripts, the style sheet and the typeface, which a browser keeps afterwards
    act_bytes: float = 26e3


@dataclasses.dataclass(frozen=True)
class Lesson:
    """students: of all; arrival_seconds: within which they come; think_seconds: mean between two actions.

    writes: the share of actions that are kept in the database, 1 for a class on Play. minutes: what is simulated.
    """

    students: int
    arrival_seconds: float = 30.0
    think_seconds: float = 10.0
    writes: float = 1.0
    minutes: float = 3.0
    seed: int = 1


def simulate(lesson: Lesson, replicas: int, costs: Costs) -> dict[str, object]:
    """The figures of a lesson on this many replicas."""
    rng, end = random.Random(lesson.seed), 60 * lesson.minutes
    events = [(rng.uniform(0, lesson.arrival_seconds), OPEN, student, 0.0) for student in range(lesson.students)]
    heapq.heapify(events)
    free, database_free = [0.0] * replicas, 0.0
    opened, answered, busy, writing = [], [], 0.0, 0.0
    arriving_bytes = lesson.students * costs.open_bytes

    def think(student: int, now: float) -> None:
        heapq.heappush(events, (now + lesson.think_seconds * rng.uniform(0.5, 1.5), ACT, student, 0.0))

    while events and events[0][0] < end:
        now, kind, student, asked = heapq.heappop(events)
        if kind == WRITE:
            database_free = max(now, database_free) + costs.write_seconds
            writing += costs.write_seconds
            answered.append(database_free - asked)
            think(student, database_free)
            continue
        cost, replica = (costs.open_seconds if kind == OPEN else costs.act_seconds), student % replicas
        free[replica] = done = max(now, free[replica]) + cost
        busy += cost
        if kind == OPEN:
            opened.append(done - now)
            think(student, done)
        elif rng.random() < lesson.writes:
            heapq.heappush(events, (done, WRITE, student, now))
        else:
            answered.append(done - now)
            think(student, done)
    acting = lesson.students / lesson.think_seconds
    loads = {
        "replicas": acting * costs.act_seconds / replicas,
        "database": acting * lesson.writes * costs.write_seconds,
        "network": 8 * max(arriving_bytes / lesson.arrival_seconds, acting * costs.act_bytes) / GIGABIT,
    }
    return {
        "students": lesson.students,
        "replicas": replicas,
        "complete page, s": quantiles(opened),
        "drawing to answer, s": quantiles(answered),
        "load of a replica, %": round(100 * loads["replicas"]),
        "writes per second": round(acting * lesson.writes),
        "load of the database, %": round(100 * loads["database"]),
        "network at the beginning, Mbit/s": round(8 * arriving_bytes / lesson.arrival_seconds / 1e6),
        "network afterwards, Mbit/s": round(8 * acting * costs.act_bytes / 1e6),
        "at its limit": [name for name, load in loads.items() if load > FULL],
    }


def quantiles(seconds: list[float]) -> dict[str, float]:
    """Median and 95th percentile; empty where nothing was finished."""
    return {
        name: round(float(np.quantile(seconds, at)), 2) for name, at in (("p50", 0.5), ("p95", 0.95)) if len(seconds)
    }


def needed(lesson: Lesson, costs: Costs) -> dict[str, object]:
    """The figures of the smallest number of replicas that reaches both goals but for the wait for the database, which
    more replicas do not make shorter."""

    def enough(replicas: int) -> bool:
        figures = simulate(dataclasses.replace(lesson, writes=0.0), replicas, costs)
        page, answer = figures["complete page, s"]["p95"], figures["drawing to answer, s"].get("p95", math.inf)
        return page <= OPEN_GOAL_SECONDS and answer <= GOAL_SECONDS

    fewest = most = max(1, int(lesson.students / lesson.think_seconds * costs.act_seconds))  # for the drawings alone
    while not enough(most):
        fewest, most = most + 1, 2 * most
    return simulate(lesson, bisect.bisect_left(range(most), True, lo=fewest, key=enough), costs)


def main() -> int:
    costs, lesson = Costs(), Lesson(1)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, required=True)
    parser.add_argument("--replicas", type=int, default=0)
    parser.add_argument("--arrival", type=float, default=lesson.arrival_seconds, metavar="SECONDS")
    parser.add_argument("--think", type=float, default=lesson.think_seconds, metavar="SECONDS")
    parser.add_argument("--writes", type=float, default=lesson.writes, metavar="SHARE")
    given = parser.parse_args()
    lesson = Lesson(given.students, given.arrival, given.think, given.writes)
    figures = simulate(lesson, given.replicas, costs) if given.replicas else needed(lesson, costs)
    print(json.dumps(figures, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
