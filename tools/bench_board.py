"""Time a class that answers at once: python tools/bench_board.py

30 clients give 100 answers each, on SQLite and on a PostgreSQL server of the benchmark's own: as threads of one server,
as in the app, and each in a process of its own, as on several servers. Prints how many answers were kept, whether they
are in the order in which they were given, and how long an answer took. Then a server is killed (SIGKILL) while 30
clients answer: nothing that it acknowledged may be missing. Run it on an idle machine.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import multiprocessing
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from siamese.classroom import database
from siamese.classroom.rounds import Quiz
from siamese.classroom.scoring import Answer
from siamese.classroom.store import Store
from tests import postgresql

CLIENTS, ANSWERS = 30, 100
GOAL_P95_SECONDS = 1.0
KILLS = 5
KILL_SECONDS = (0.3, 2.0)
"""When a server is killed, after its first answer."""
KILLED_SERVER = "killed-server"
"""Argument of the process that will be killed."""


def answer_all(store: Store, client: int, count: int, acknowledge: Callable[[int, int], object]) -> list[float]:
    """The answers of one client; seconds of each. The `seconds` of an answer carry its place, to check the order."""
    person = store.join(f"client {client}")
    round_id, _ = store.begin_round(person, Quiz("builtin", "Kannada", seed=client))
    times = []
    for place in range(count):
        start = time.perf_counter()
        store.answer(person, round_id, place, 0, True, True, float(place))
        times.append(time.perf_counter() - start)
        acknowledge(client, place)
    return times


def one_client(client: int) -> list[float]:
    """A client in a process of its own."""
    with opened() as store:
        return answer_all(store, client, ANSWERS, lambda *_: None)


def as_threads() -> list[float]:
    """All clients in this process."""
    with opened() as store, concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        jobs = [pool.submit(answer_all, store, client, ANSWERS, lambda *_: None) for client in range(CLIENTS)]
        return [seconds for job in jobs for seconds in job.result()]


def as_processes() -> list[float]:
    """Each client in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(CLIENTS) as pool:
        return [seconds for times in pool.map(one_client, range(CLIENTS), chunksize=1) for seconds in times]


@contextlib.contextmanager
def opened() -> Iterator[Store]:
    """The store of DATABASE_URL."""
    store = Store()
    yield store
    store.close()


def in_order(answers: list[Answer]) -> bool:
    """Whether the answers of each person are kept in the order in which they were given."""
    places: dict[int, list[float]] = {}
    for answer in answers:
        places.setdefault(answer.person, []).append(answer.seconds)
    return all(own == sorted(own) for own in places.values())


def check(name: str, work: Callable[[], list[float]]) -> bool:
    """Let the clients answer and print the figures; whether the goal is reached."""
    with opened() as store:
        store.reset()
        start = time.perf_counter()
        times = work()
        seconds = time.perf_counter() - start
        answers, _ = store.after(0, 0)
    ordered, p95 = in_order(answers), statistics.quantiles(times, n=20)[-1]
    print(
        f"{name:21} kept {len(answers):,} of {CLIENTS * ANSWERS:,}, {'in order' if ordered else 'NOT IN ORDER'}; "
        f"an answer: median {statistics.median(times) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, "
        f"slowest {max(times) * 1000:.0f} ms; all in {seconds:.1f} s",
        flush=True,
    )
    return len(answers) == CLIENTS * ANSWERS and ordered and p95 <= GOAL_P95_SECONDS


def serve_until_killed() -> None:
    """A server whose clients answer on and on; it prints each answer that it has acknowledged."""

    def acknowledge(client: int, place: int) -> None:
        os.write(sys.stdout.fileno(), f"{client} {place}\n".encode())  # one write: lines of threads do not mix

    with opened() as store, concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        for client in range(CLIENTS):
            pool.submit(answer_all, store, client, 1_000_000, acknowledge)


def kill_servers(name: str) -> bool:
    """Kill KILLS servers while 30 clients answer, and print what is missing; whether nothing is."""
    acknowledged, missing = 0, 0
    for _ in range(KILLS):
        with opened() as store:
            store.reset()
        server = subprocess.Popen([sys.executable, __file__, KILLED_SERVER], stdout=subprocess.PIPE, text=True)
        lines = [server.stdout.readline()]
        time.sleep(random.uniform(*KILL_SECONDS))
        server.kill()
        lines += server.stdout.read().splitlines()
        server.wait()
        with opened() as store:
            nicknames = {person.id: person.nickname for person in store.people()}
            kept = {(nicknames[answer.person], answer.seconds) for answer in store.after(0, 0)[0]}
        sent = {(f"client {client}", float(place)) for client, place in map(str.split, lines)}
        acknowledged, missing = acknowledged + len(sent), missing + len(sent - kept)
    print(f"{name:21} killed {KILLS} times: {missing} of {acknowledged:,} acknowledged answers missing", flush=True)
    return missing == 0 and acknowledged > 0


def main() -> int:
    """Print all figures; 0 if the goals are reached."""
    if sys.argv[1:] == [KILLED_SERVER]:
        serve_until_killed()
        return 0
    programs = postgresql.programs()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        addresses = {"SQLite": f"sqlite:///{folder}/class.sqlite3"}
        if programs is None:
            print("PostgreSQL is not installed; only SQLite is measured.")
        else:
            addresses["PostgreSQL"] = stack.enter_context(postgresql.serve(programs))
        reached = []
        for name, address in addresses.items():
            os.environ[database.VARIABLE] = address
            reached += [check(f"{name}, threads", as_threads), check(f"{name}, processes", as_processes)]
            reached.append(kill_servers(f"{name}, threads"))
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
