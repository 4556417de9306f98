"""Compare the speed of evaluation with the walk-through's procedure: python tools/bench_evaluation.py

Lake's 400 trials after a first round: every drawing embedded once, against Keras' `predict` on 20 pairs for every
trial, of which a few are timed. Then the curve N = 2 ... 20 of three scorers on the validation alphabets: seconds to
the first points of all three, and to the end. No accuracy is printed. Needs Omniglot; run it on an idle machine.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import numpy as np

from siamese.data import omniglot
from siamese.data.characters import CharacterSet
from siamese.data.omniglot import LakeRuns
from siamese.evaluation import scorers
from siamese.evaluation.curve import Answers, stream
from siamese.evaluation.features import Features, Scorer
from siamese.evaluation.lake import measure_lake
from siamese.evaluation.protocol import Protocol
from siamese.network import weights
from siamese.network.device import Precision
from siamese.network.export import pair_network
from siamese.network.matcher import SHIPPED, Matcher

PREDICTED_TRIALS = 5
WAYS = 20
ON_CURVE = ("network", "nearest", "hausdorff")


def ours(scorer: Scorer, runs: LakeRuns, rounds: int = 3) -> float:
    """Median seconds for all of Lake's trials, without the first round, which compiles."""
    seconds = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        measure_lake(scorer, runs)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[1:])


def walkthrough(runs: LakeRuns) -> float:
    """Median seconds of a trial by the walk-through's procedure: `predict` on 20 pairs in float32."""
    network = pair_network(weights.load(SHIPPED))
    seconds = []
    for trial in range(PREDICTED_TRIALS + 1):
        started = time.perf_counter()
        pairs = [np.repeat(runs.query[0, trial][None, ..., None], WAYS, axis=0), runs.support[0][..., None]]
        network.predict(pairs, verbose=0)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[1:])


def curve(network: Scorer, protocol: Protocol) -> tuple[float, float]:
    """Seconds to the first points of all scorers, and to the end; both include drawing the trials."""
    started, first = time.perf_counter(), None
    characters, trials = protocol.questions()
    features = {key: Features(scorers.make(key, network), characters) for key in ON_CURVE}
    for latest in stream({key: Answers.begin(trials, protocol.seed) for key in ON_CURVE}, features):
        if first is None and all(map(len, latest.values())):
            first = time.perf_counter() - started
        for answers in latest.values():
            if len(answers):
                [answers.accuracy(n) for n in range(2, WAYS + 1)]
    assert first is not None
    return first, time.perf_counter() - started


def embedding_seconds(matcher: Matcher, characters: CharacterSet) -> float:
    """Seconds to embed one drawing of many."""
    drawings = characters.drawings(range(512))
    started = time.perf_counter()
    matcher.prepare(drawings)
    return (time.perf_counter() - started) / len(drawings)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=1_000, help="of the curve (default: %(default)s)")
    trials = parser.parse_args().trials
    protocol = Protocol("validation", ways=WAYS, trials=trials)
    runs, validation, matcher = omniglot.load_runs(), protocol.characters(), Matcher.load()
    matcher.trace()
    lake, one = ours(matcher, runs), walkthrough(runs)
    first, complete = curve(matcher, protocol)
    embedding = embedding_seconds(matcher, validation)
    # the walk-through predicts again for every N, 2 to 20 pairs per trial; its nearest neighbour is excluded here
    pairs = sum(range(2, WAYS + 1))
    figures = {
        "device": Precision.of_this_machine().device,
        "Lake's 400 trials, warm, s": round(lake, 2),
        f"walk-through's procedure, one 20-way trial, s (median of {PREDICTED_TRIALS})": round(one, 3),
        "walk-through's procedure, 400 trials, s (extrapolated)": round(400 * one, 1),
        "Lake's 400 trials, times faster": round(400 * one / lake, 1),
        "embedding one drawing, ms": round(1000 * embedding, 2),
        f"curve, {' + '.join(ON_CURVE)}, {trials} trials, N = 2 to {WAYS}: first points, s": round(first, 2),
        "the complete curve, s": round(complete, 1),
        "walk-through's procedure, the network's curve alone, s (extrapolated by pairs)": round(
            trials * one * pairs / WAYS, 1
        ),
        "the complete curve, times faster": round(trials * one * pairs / WAYS / complete, 1),
    }
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
