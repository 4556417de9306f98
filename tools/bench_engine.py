"""Time the engine without a browser: python tools/bench_engine.py

Prints medians of several rounds: loading the built-in alphabets, importing and loading Omniglot (with OMNIGLOT_DIR),
loading the weights, answering a new drawing among 20 characters, and Lake's 400 trials. Run it on an idle machine.
"""

from __future__ import annotations

import json
import os
import pathlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from siamese.data import builtin, omniglot, support
from siamese.evaluation.lake import measure_lake
from siamese.network import weights
from siamese.network.device import Precision
from siamese.network.matcher import SHIPPED, Matcher


def median(work: Callable[[int], object], rounds: int) -> float:
    """Median seconds of `work(round)`."""
    seconds = []
    for number in range(rounds):
        started = time.perf_counter()
        work(number)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def main() -> int:
    figures: dict[str, object] = {"device": Precision.of_this_machine().device}
    figures["load built-in alphabets, s"] = round(median(lambda _: builtin.load(), 5), 3)
    figures["load weights, s"] = round(median(lambda _: weights.load(SHIPPED), 5), 3)
    matcher = Matcher.load()
    started = time.perf_counter()
    matcher.trace()
    figures["trace the network, s"] = round(time.perf_counter() - started, 3)
    alphabets = builtin.load()
    members = alphabets.members("Kannada")[:20]
    shown = alphabets.drawings(support.build(alphabets, members, 1, 1).rows)[:, None]
    drawings = alphabets.drawings([row for member in members for row in alphabets.rows(member)[1:6]])
    started = time.perf_counter()
    matcher.match(drawings[0], shown)
    figures["first 20-way answer, support set not embedded yet, ms"] = round(1000 * (time.perf_counter() - started), 1)
    figures["20-way answer for a new drawing, ms"] = round(
        1000 * median(lambda i: matcher.match(drawings[i], shown), len(drawings)), 1
    )
    if source := os.environ.get("OMNIGLOT_DIR"):
        with tempfile.TemporaryDirectory() as home:
            os.environ["SIAMESE_HOME"] = home
            figures["first import of Omniglot, s"] = round(
                median(lambda _: omniglot.import_folder(pathlib.Path(source)), 1), 2
            )
            figures["load Omniglot, s"] = round(median(lambda _: omniglot.load(), 5), 3)
            runs = omniglot.load_runs()
            figures["Lake's 400 trials, s"] = round(median(lambda i: measure_lake(matcher, runs), 3), 2)
    print(json.dumps(figures, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
