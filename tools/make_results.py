"""Record the results of the shipped weights in assets/results.json for the evaluate page: python tools/make_results.py

For each group of alphabets: curves of all scorers, the network's failures, and same or different with the threshold
fitted on validation pairs. Then Lake's runs with every answer. Nothing is chosen by it. To try the tool, name groups
other than "lake", and another file.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import pathlib
import shlex
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import numpy as np
import tqdm

from siamese.data import omniglot, splits
from siamese.data.omniglot import LakeRuns
from siamese.evaluation import lake, results, scorers
from siamese.evaluation.curve import Answers, stream
from siamese.evaluation.features import Features, Scorer
from siamese.evaluation.probability import logit
from siamese.evaluation.protocol import LoadSource, Protocol, load_source
from siamese.evaluation.verification import fit_same_threshold, sample_pairs, score_pairs

SEED = 20151109
GROUPS = ("validation", "background", "lake", "builtin", "builtin_training")


def sampled_pairs(features: Features, count: int, part: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores and truth of sampled pairs; another `part` gives other pairs."""
    pairs = sample_pairs(features.characters, np.random.default_rng((SEED, part)), count)
    return score_pairs(features, pairs), pairs.same


def measure_group(
    protocol: Protocol, network: Scorer, load: LoadSource, pairs: int, threshold: float
) -> dict[str, dict]:
    """A group's parts of the results: curves, failures and verification."""
    characters, trials = protocol.questions(load)
    features = {key: Features(scorers.make(key, network), characters) for key in scorers.SCORERS}
    answers = {key: Answers.begin(trials, protocol.seed) for key in features}
    with tqdm.tqdm(total=len(trials) * len(answers), desc=characters.name, file=sys.stderr) as bar:
        for latest in stream(answers, features):
            answers = latest
            bar.update(sum(map(len, answers.values())) - bar.n)
    scores, same = sampled_pairs(features[scorers.NETWORK], pairs, 0)
    choices = answers[scorers.NETWORK].choices(protocol.ways)
    return {
        "curves": results.curve_record(protocol, answers),
        "failures": results.failures_record(characters, choices),
        "verification": results.verification_record(characters, scores, same, threshold),
    }


def measure_runs(network: Scorer, runs: LakeRuns) -> dict[str, dict]:
    """Lake's runs, every answer of every scorer."""
    return {key: results.lake_record(lake.measure_lake(scorers.make(key, network), runs)) for key in scorers.SCORERS}


def same_threshold(network: Scorer, load: LoadSource, pairs: int) -> float:
    """The logit from which pairs are called same: that of the weights' record, else fitted on validation pairs."""
    recorded = getattr(network, "record", {}).get("same_threshold")
    if recorded is not None:
        return float(logit(recorded))
    return fit_same_threshold(*sampled_pairs(Features(network, Protocol("validation").characters(load)), pairs, 1))


def measure_all(
    network: Scorer, groups: list[str], runs: LakeRuns | None, trials: int, pairs: int, load: LoadSource = load_source
) -> dict[str, dict]:
    """Everything but `made`, for any scorer in place of the network."""
    threshold = same_threshold(network, load, pairs)
    parts: dict[str, dict] = {"curves": {}, "failures": {}, "verification": {}}
    for group in groups:
        protocol = Protocol(group, trials=trials, seed=SEED)
        for part, record in measure_group(protocol, network, load, pairs, threshold).items():
            parts[part][group] = record
    return parts | ({} if runs is None else {"lake_runs": measure_runs(network, runs)})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--alphabets",
        choices=splits.GROUPS,
        nargs="+",
        default=list(GROUPS),
        help=f"groups of alphabets; lake includes Lake's runs (default: {' '.join(GROUPS)})",
    )
    parser.add_argument("--trials", type=int, default=2_000, help="per group (default: %(default)s)")
    parser.add_argument("--pairs", type=int, default=10_000, help="per group (default: %(default)s)")
    parser.add_argument("--to", type=pathlib.Path, default=results.FILE)
    arguments = parser.parse_args()
    from siamese.network.device import Precision
    from siamese.network.matcher import Matcher

    matcher = Matcher.load()
    runs = omniglot.load_runs() if "lake" in arguments.alphabets else None
    made = {
        "date": datetime.date.today().isoformat(),
        "command": shlex.join(["python", "tools/make_results.py", *sys.argv[1:]]),
        "weights_sha256": matcher.record["sha256"],
        "device": Precision.of_this_machine().device,
        "seed": SEED,
    }
    record = {"made": made, **measure_all(matcher, arguments.alphabets, runs, arguments.trials, arguments.pairs)}
    draft = arguments.to.with_suffix(".incomplete")
    draft.write_text(json.dumps(record, separators=(",", ":")) + "\n", encoding="utf-8")
    os.replace(draft, arguments.to)
    print(f"{arguments.to}: {arguments.to.stat().st_size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
