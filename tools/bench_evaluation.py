"""How fast evaluation is, against the walk-through's procedure in the same run: python tools/bench_evaluation.py

Lake's 400 trials once warm: every drawing embedded once, against Keras' `predict` on 20 pairs for every trial, of which a few are
timed. Then the curve N = 2 ... 20 of three scorers on the validation alphabets: seconds to the first points of all three,
and to the end. No accuracy is printed. Take figures on an idle machine; needs Omniglot.
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

from siamese.data import omniglot, splits
from siamese.data.characters import CharacterSet
from siamese.data.omniglot import LakeRuns
from siamese.evaluation.baselines import ModifiedHausdorff, PixelNearest
from siamese.evaluation.curve import Answered, sample_nested, stream
from siamese.evaluation.features import Features, Scorer
from siamese.evaluation.trials import measure_lake
from siamese.network import weights
from siamese.network.device import Precision
from siamese.network.export import pair_network
from siamese.network.matcher import SHIPPED, Matcher

PREDICTED = 5
WAYS = 20


def ours(scorer: Scorer, runs: LakeRuns, rounds: int = 3) -> float:
    """Median seconds for all of Lake's trials; a round before warms up."""
    seconds = []
    for seed in range(rounds + 1):
        started = time.perf_counter()
        measure_lake(scorer, runs, np.random.default_rng(seed))
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[1:])


def walkthrough(runs: LakeRuns) -> float:
    """Median seconds of one trial as the walk-through has it: the pair network in float32, `predict` on 20 pairs."""
    network = pair_network(weights.load(SHIPPED))
    seconds = []
    for trial in range(PREDICTED + 1):
        started = time.perf_counter()
        pairs = [np.repeat(runs.query[0, trial][None, ..., None], WAYS, axis=0), runs.support[0][..., None]]
        network.predict(pairs, verbose=0)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[1:])


def curve(scorers: dict[str, Scorer], characters: CharacterSet, trials: int) -> tuple[float, float]:
    """Seconds to the first points of all scorers, and to the end; drawing the trials counts."""
    started, first = time.perf_counter(), None
    nested = sample_nested(characters, 0, trials, WAYS)
    features = {name: Features(scorer, characters) for name, scorer in scorers.items()}
    for now in stream({name: Answered.begin(nested) for name in scorers}, features):
        if first is None and all(map(len, now.values())):
            first = time.perf_counter() - started
        for answered in now.values():
            if len(answered):
                [answered.accuracy(n) for n in range(2, WAYS + 1)]
    assert first is not None
    return first, time.perf_counter() - started


def pace(matcher: Matcher, characters: CharacterSet) -> float:
    """Seconds to embed a drawing, among many."""
    drawings = characters.drawings(range(512))
    started = time.perf_counter()
    matcher.prepare(drawings)
    return (time.perf_counter() - started) / len(drawings)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=1_000, help="of the curve (default: %(default)s)")
    trials = parser.parse_args().trials
    runs, validation, matcher = omniglot.load_runs(), splits.subset("validation", omniglot.load()), Matcher.load()
    matcher.trace()
    lake, one = ours(matcher, runs), walkthrough(runs)
    scorers = {"network": matcher, "nearest": PixelNearest(), "hausdorff": ModifiedHausdorff()}
    first, whole = curve(scorers, validation, trials)
    embedding = pace(matcher, validation)
    # The walk-through predicts anew for every N, from 2 to 20 pairs a trial; its nearest neighbour's time is left out.
    pairs = sum(range(2, WAYS + 1))
    figures = {
        "device": Precision.of_this_machine().device,
        "Lake's 400 trials, warm, s": round(lake, 2),
        f"walk-through's procedure, one 20-way trial, s (median of {PREDICTED})": round(one, 3),
        "walk-through's procedure, 400 trials, s (extrapolated)": round(400 * one, 1),
        "Lake's 400 trials, times faster": round(400 * one / lake, 1),
        "embedding one drawing, ms": round(1000 * embedding, 2),
        f"curve, {' + '.join(scorers)}, {trials} trials, N = 2 to {WAYS}: first points, s": round(first, 2),
        "the whole curve, s": round(whole, 1),
        "walk-through's procedure, the network's curve alone, s (extrapolated by pairs)": round(
            trials * one * pairs / WAYS, 1
        ),
        "the whole curve, times faster": round(trials * one * pairs / WAYS / whole, 1),
    }
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
